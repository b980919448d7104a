"""Settings of Amazon Macie: members, discovery, excluded buckets and identifiers, against a model of the service."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from templates.functions.settings import core, macie
from tests.emulator.calls.macie import MacieAccount, answer_macie

OWN = "333333333333"
WEB, SANDBOX, CLOSED = "444444444444", "555555555555", "666666666666"


@dataclass
class Calls:
    """The calls of the function in one Region; `refused` are accounts that cannot be members."""

    account: MacieAccount = field(default_factory=MacieAccount)
    former: dict[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    made: list[tuple[str, Any]] = field(default_factory=list)

    def to(self, _: str) -> "Calls":
        return self

    def __call__(self, operation: str, arguments: dict[str, Any] | None = None) -> Any:
        given = arguments or {}
        if operation == "list_accounts":
            # Two pages, and the word that AWS has used for the state since 2026-09.
            ids = [WEB, OWN] if "NextToken" not in given else [SANDBOX, CLOSED]
            states = {CLOSED: "SUSPENDED"}
            found = [{"Id": it, "Email": f"{it}@x.example", "State": states.get(it, "ACTIVE")} for it in ids]
            return {"Accounts": found, **({} if "NextToken" in given else {"NextToken": "more"})}
        if operation == "create_member" and given["account"]["accountId"] in self.refused:
            raise ClientError({"Error": {"Code": "ValidationException"}}, operation)
        if not operation.startswith(("list_", "get_")):
            self.made.append((operation, given))
        name = "".join(word.capitalize() for word in operation.split("_"))
        return answer_macie(self.account, SimpleNamespace(name=name, parameters=given))  # type: ignore[arg-type]


def test_every_active_account_becomes_a_member_once() -> None:
    calls: Any = Calls()
    for _ in range(2):
        assert macie.enroll(calls, {"Administrator": OWN}) == "done"
    assert calls.account.members == {WEB: "Enabled", SANDBOX: "Enabled"}
    assert [name for name, _ in calls.made].count("create_member") == 2
    assert calls.account.given["UpdateOrganizationConfiguration"] == {"autoEnable": "true"}


def test_excluded_account_is_no_member_and_is_suspended_where_it_is_one() -> None:
    calls: Any = Calls(MacieAccount(members={WEB: "Enabled"}))
    macie.enroll(calls, {"Administrator": OWN, "ExcludedAccounts": [WEB, SANDBOX]})
    assert calls.account.members == {WEB: "Paused"}
    macie.enroll(calls, {"Administrator": OWN})
    assert calls.account.members == {WEB: "Enabled", SANDBOX: "Enabled"}


@pytest.mark.parametrize(("status", "again"), [("Removed", True), ("RegionDisabled", False), ("Enabled", False)])
def test_former_member_is_enrolled_again(status: str, again: bool) -> None:
    calls: Any = Calls(MacieAccount(members={WEB: status, SANDBOX: "Enabled"}))
    macie.enroll(calls, {"Administrator": OWN})
    assert ("create_member" in [name for name, _ in calls.made]) == again


def test_account_that_macie_refuses_is_named_after_all_others_are_members() -> None:
    calls: Any = Calls(refused=(WEB,))
    with pytest.raises(core.SettingError, match=rf"1 accounts are not enrolled: {WEB} \(ValidationException\)"):
        macie.enroll(calls, {"Administrator": OWN})
    assert calls.account.members == {SANDBOX: "Enabled"}


def test_discovery_is_off_in_excluded_accounts_and_on_in_the_others() -> None:
    calls: Any = Calls(MacieAccount(members={WEB: "Enabled", SANDBOX: "Enabled", CLOSED: "Paused"}))
    macie.discover(calls, {"autoEnableOrganizationMembers": "NEW", "ExcludedAccounts": [SANDBOX]})
    account = calls.account.given
    assert account["UpdateAutomatedDiscoveryConfiguration"] == {
        "status": "ENABLED",
        "autoEnableOrganizationMembers": "NEW",
    }
    assert account["BatchUpdateAutomatedDiscoveryAccounts"]["accounts"] == [
        {"accountId": WEB, "status": "ENABLED"},
        {"accountId": SANDBOX, "status": "DISABLED"},
    ]


def test_discovery_of_a_standalone_account_names_no_members() -> None:
    calls: Any = Calls()
    macie.discover(calls, {})
    assert calls.made == [("update_automated_discovery_configuration", {"status": "ENABLED"})]


def test_excluded_buckets_follow_the_profile_and_those_of_others_stay() -> None:
    calls: Any = Calls(MacieAccount(excluded=["theirs", "old"]), former={"BucketNames": ["old", "gone"]})
    assert macie.exclude_buckets(calls, {"BucketNames": ["new", "theirs"]}) == "done"
    assert calls.account.excluded == ["theirs", "new"]
    assert macie.exclude_buckets(calls, {"BucketNames": ["new", "theirs"]}) == "was so already"
    macie.include_buckets(calls, {"BucketNames": ["new"]})
    assert calls.account.excluded == ["theirs"]


def test_identifiers_follow_the_profile_and_those_of_others_stay() -> None:
    account = MacieAccount(lists={"1": "ours", "2": "old", "3": "theirs"}, identifiers={"4": "number"})
    account.includes = {"allowListIds": ["2", "3", "deleted"], "managedDataIdentifierIds": ["AWS"]}
    calls: Any = Calls(account, former={"AllowLists": ["old"]})
    macie.use_identifiers(calls, {"AllowLists": ["ours"], "CustomDataIdentifiers": ["number"]})
    assert account.includes == {
        "allowListIds": ["3", "1"],
        "customDataIdentifierIds": ["4"],
        "managedDataIdentifierIds": ["AWS"],
    }
    macie.drop_identifiers(calls, {"AllowLists": ["ours"], "CustomDataIdentifiers": ["number"]})
    assert account.includes == {
        "allowListIds": ["3"],
        "customDataIdentifierIds": [],
        "managedDataIdentifierIds": ["AWS"],
    }


def test_identifier_that_does_not_exist_is_named() -> None:
    calls: Any = Calls()
    with pytest.raises(core.SettingError, match="there is no ours among AllowLists"):
        macie.use_identifiers(calls, {"AllowLists": ["ours"]})
