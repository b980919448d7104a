"""The weekly digest of Trusted Advisor, as moto runs it: one message about every account."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.health.settings import digest_roles
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from tests.event_routing import notices
from tests.landscapes import make_landscape, properties, rendered
from tests.state_machines import MACHINE, Services, run, running

CAPABILITY = CAPABILITIES["health"]
PAGES = (
    (("111111111111", "main", "ACTIVE"), ("222222222222", "logs", "ACTIVE"), ("999999999999", "old", "SUSPENDED")),
    (("444444444444", "web-prod", "ACTIVE"), ("555555555555", 'The "new" one', "ACTIVE")),
    (("666666666666", "data", "ACTIVE"), ("777777777777", "lab", "ACTIVE")),
)
RED: Mapping[str, list[str]] = {
    "111111111111": [],
    "444444444444": ["Amazon S3 Bucket Permissions", "Security Groups", "IAM Use"],
    "555555555555": ["Amazon EBS Snapshots"],
    "666666666666": ["VPC", "Security Groups"],
}


class Advisor(Services):
    """AWS Organizations in pages, Trusted Advisor in each account, and its Priority."""

    def __init__(self, red: Mapping[str, list[str]] = RED, prior: int | None = 2) -> None:
        super().__init__()
        self._red = red
        self._prior = prior

    def list_accounts(self, **given: str) -> dict[str, Any]:
        """A page; the last one has no token."""
        number = int(given.get("NextToken", "0"))
        found = [{"Id": id_, "Name": name, "State": state} for id_, name, state in PAGES[number]]
        return {"Accounts": found, **({"NextToken": str(number + 1)} if number + 1 < len(PAGES) else {})}

    def list_recommendations(self, **given: Any) -> dict[str, Any]:
        """The red checks of the account whose role is used."""
        assert given["Status"] == "error"
        _, _, _, _, account, name = self.role.split(":")
        assert name == "role/nw-advisor-reader"
        if account not in self._red:
            raise _denied("ListRecommendations")
        return {"RecommendationSummaries": [{"Name": check} for check in self._red[account]]}

    def list_organization_recommendations(self, **given: Any) -> dict[str, Any]:
        """Red recommendations of the account team, read with the machine's own role."""
        assert (given["Type"], given["Status"], self.role) == ("priority", "error", MACHINE)
        if self._prior is None:
            raise _denied("ListOrganizationRecommendations")
        return {"OrganizationRecommendationSummaries": [{"Name": f"Risk {number}"} for number in range(self._prior)]}


def _denied(call: str) -> ClientError:
    answer: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no plan"}}
    answer["ResponseMetadata"] = {"HTTPStatusCode": 403, "RequestId": "1a2b"}
    return ClientError(answer, call)


def landscape(plan: str = "enterprise", **changes: Any) -> Landscape:
    return make_landscape(settings={"health": {"digest": "weekly", "support_plan": plan}}, **changes)


def definition(here: Landscape) -> Any:
    (machine,) = properties(rendered("health", here)["advisor-digest"], "AWS::StepFunctions::StateMachine").values()
    return plain(machine["Definition"])


def plain(value: Any) -> Any:
    """The definition with texts in place of references."""
    if isinstance(value, Mapping):
        return text_of(value) if "Fn::Sub" in value else {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def message(monkeypatch: pytest.MonkeyPatch, here: Landscape, services: Advisor) -> str:
    with running(services, monkeypatch):
        assert run(definition(here), {}) == ["SUCCEEDED"]
    (event,) = services.sent
    ((arn, text),) = notices(rendered("health", here), event)
    assert arn == "${import nw-alerts-medium-arn}"
    return text


def test_digest_names_red_accounts_unread_ones_and_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    assert message(monkeypatch, landscape(), Advisor()) == (
        "Trusted Advisor, week of 2026-11-30T03:00:00Z. Accounts with red checks: 3. web-prod (444444444444): 3 "
        "checks, Amazon S3 Bucket Permissions and Security Groups among them. unnamed (555555555555): Amazon EBS "
        "Snapshots. data (666666666666): VPC; Security Groups. Not read: 222222222222, 777777777777. Red "
        "recommendations in Priority: 2. Open the checks in the account: https://console.aws.amazon.com/trustedadvisor/home"
    )


@pytest.mark.parametrize(
    ("plan", "services", "words"),
    [
        ("enterprise", Advisor(prior=None), "Trusted Advisor Priority could not be read. Open"),
        ("business", Advisor({"111111111111": ['A "quoted" check']}), "1. Their checks have a quotation mark in their"),
    ],
    ids=["no Priority", "quotation mark"],
)
def test_digest_arrives_without_priority_and_with_awkward_names(
    plan: str, services: Advisor, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert words in message(monkeypatch, landscape(plan), services)


def test_single_account_reads_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    text = message(monkeypatch, landscape(standalone=True), Advisor({"333333333333": ["VPC"]}))
    assert "red checks: 1. this account (333333333333): VPC. Not read: no account." in text


def test_machine_is_where_the_api_is_and_its_roles_are_in_every_account() -> None:
    here = landscape()
    found = {stack.name: stack for stack in build_plan(here).stacks if stack.capability == "health"}
    assert set(found) == {"nw-advisor-reader", "nw-advisor-digest", "nw-advisor-digest-accounts", "nw-health-hub"}
    places = [(item.account, item.regions) for item in found["nw-advisor-digest"].deployments]
    assert places == [("security", ("us-east-1",))]
    assert {item.method.value for item in found["nw-advisor-reader"].deployments} == {"stack", "stack-set"}
    roles = properties(rendered("health", here)["advisor-digest"], "AWS::IAM::Role")
    (trust,) = properties(rendered("health", here)["advisor-reader"], "AWS::IAM::Role").values()
    (statement,) = trust["AssumeRolePolicyDocument"]["Statement"]
    principal = text_of(statement["Condition"]["ArnEquals"]["aws:PrincipalArn"])
    assert principal.endswith(":role/" + text_of(roles["Role"]["RoleName"]).replace("${AWS::Region}", "us-east-1"))


def test_reader_has_every_action_of_the_operation() -> None:
    """Source: docs.aws.amazon.com/service-authorization/latest/reference/list_trustedadvisor.html, operations."""
    (role,) = properties(rendered("health", landscape())["advisor-reader"], "AWS::IAM::Role").values()
    (statement,) = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert set(statement["Action"]) == {
        "support:DescribeTrustedAdvisorCheckSummaries",
        "trustedadvisor:DescribeCheckSummaries",
        "trustedadvisor:ListRecommendations",
    }


def test_guardrails_exempt_the_machine_where_its_region_is_not_governed() -> None:
    names = ("nw-advisor-digest-us-east-1", "nw-scheduled-start-advisor-digest-us-east-1")
    assert digest_roles(landscape()) == names
    assert digest_roles(landscape(regions=("eu-west-1", "us-east-1"))) == ()
    assert digest_roles(make_landscape(settings={"health": {"watch": ["abuse"]}})) == ()


@pytest.mark.parametrize("plan", ["unknown", "basic"])
def test_digest_without_its_support_plan_is_a_problem(plan: str) -> None:
    (problem,) = CAPABILITY.problems(landscape(plan))
    assert (problem.path, problem.severity) == (("support_plan",), None)
    assert problem.fix.endswith("from digest")


def test_unknown_support_plan_is_a_note() -> None:
    here = make_landscape(settings={"health": {"watch": ["abuse"]}})
    (problem,) = CAPABILITY.problems(here)
    assert (problem.path, problem.severity) == (("support_plan",), Severity.INFO)


def test_digest_is_left_out_with_a_note_in_other_partitions() -> None:
    here = landscape(partition="aws-us-gov")
    assert rendered("health", here) == {}
    (problem,) = CAPABILITY.unsupported(here)
    assert problem.path == ("digest",)
