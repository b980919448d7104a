"""Settings of Amazon Detective: members of the graph, against a model of the service."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from templates.functions.settings import core, detective

OWN, WEB, SANDBOX = "333333333333", "444444444444", "555555555555"
GRAPH = "arn:aws:detective:eu-west-1:333333333333:graph:1"


@dataclass
class Calls:
    """The calls of the function in one Region; `refused` are accounts that cannot be members."""

    members: list[str] = field(default_factory=list)
    refused: tuple[str, ...] = ()
    status: str = "ENABLED"
    graphs: tuple[str, ...] = (GRAPH,)
    made: list[tuple[str, Any]] = field(default_factory=list)

    def to(self, _: str) -> "Calls":
        return self

    def __call__(self, operation: str, arguments: dict[str, Any] | None = None) -> Any:
        given = arguments or {}
        answers = {
            "list_graphs": {"GraphList": [{"Arn": arn} for arn in self.graphs]},
            "list_members": {
                "MemberDetails": [{"AccountId": account, "Status": self.status} for account in self.members]
            },
            "list_accounts": {
                "Accounts": [{"Id": it, "Email": f"{it}@x.example", "State": "ACTIVE"} for it in (OWN, WEB, SANDBOX)]
            },
        }
        if operation in answers:
            return answers[operation]
        self.made.append((operation, given))
        if operation == "create_members":
            ids = [item["AccountId"] for item in given["Accounts"]]
            self.members += [it for it in ids if it not in self.refused]
            return {"UnprocessedAccounts": [{"AccountId": it, "Reason": "no"} for it in ids if it in self.refused]}
        if operation == "delete_members":
            self.members = [it for it in self.members if it not in given["AccountIds"]]
        return {}


def test_every_account_joins_the_graph_once_and_without_mail() -> None:
    calls: Any = Calls()
    for _ in range(2):
        assert detective.join_graph(calls, {"Administrator": OWN}) == "done"
    assert calls.members == [WEB, SANDBOX]
    (joined,) = [given for name, given in calls.made if name == "create_members"]
    assert joined["DisableEmailNotification"] == "true"
    assert ("update_organization_configuration", {"GraphArn": GRAPH, "AutoEnable": "true"}) in calls.made


def test_excluded_account_leaves_the_graph() -> None:
    calls: Any = Calls(members=[WEB])
    detective.join_graph(calls, {"Administrator": OWN, "ExcludedAccounts": [WEB]})
    assert calls.members == [SANDBOX]


def test_account_that_detective_refuses_is_named() -> None:
    calls: Any = Calls(refused=(WEB,))
    with pytest.raises(core.SettingError, match=rf"1 accounts are not as asked: {WEB} \(no\)"):
        detective.join_graph(calls, {"Administrator": OWN})
    assert calls.members == [SANDBOX]


@pytest.mark.parametrize("status", ["ACCEPTED_BUT_DISABLED", "VERIFICATION_FAILED"])
def test_member_whose_data_is_not_taken_in_is_named_unless_it_is_excluded(status: str) -> None:
    calls: Any = Calls(members=[WEB, SANDBOX], status=status)
    with pytest.raises(core.SettingError, match=rf"1 accounts are not as asked: {SANDBOX} \({status}\)"):
        detective.join_graph(calls, {"Administrator": OWN, "ExcludedAccounts": [WEB]})


def test_packages_are_started_by_their_names_in_the_api() -> None:
    calls: Any = Calls()
    detective.take_in(calls, {"Packages": ["eks_audit", "security_findings"]})
    assert calls.made[0][1]["DatasourcePackages"] == ["EKS_AUDIT", "ASFF_SECURITYHUB_FINDING"]


def test_region_without_a_graph_is_a_failure_that_says_so() -> None:
    with pytest.raises(core.SettingError, match="administers no graph yet"):
        detective.take_in(Calls(graphs=()), {"Packages": ["eks_audit"]})  # type: ignore[arg-type]
