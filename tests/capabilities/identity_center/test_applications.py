"""Access to applications: assignments of groups, in the account that owns the application."""

from typing import Any

import pytest

from baseline.capabilities.identity.identity_center.identity_center import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered

GROUP = "906712345a-12345678-1234-1234-1234-123456789012"
STAFF: dict[str, Any] = {"developers": {}, "auditors": {"id": GROUP}}


def application(account: str) -> str:
    return f"arn:aws:sso::{account}:application/ssoins-1234567890abcdef/apl-1234567890abcdef"


def landscape(account: str, groups: list[str], **more: Any) -> Landscape:
    applications = {"dashboards": {"arn": application(account), "groups": groups}}
    return make_landscape(settings={"identity_center": {"groups": STAFF, "applications": applications, **more}})


def test_groups_get_into_the_application_in_its_account() -> None:
    here = landscape("333333333333", ["developers", "auditors"], region="eu-central-1")
    template = rendered("identity_center", here)["identity-center-application-dashboards"]
    created, known = properties(template, "AWS::SSO::ApplicationAssignment").values()
    arn = {"Fn::Sub": application("333333333333").replace("arn:aws:", "arn:${AWS::Partition}:")}
    assert created == {
        "ApplicationArn": arn,
        "PrincipalType": "GROUP",
        "PrincipalId": {"Fn::ImportValue": "nw-identity-center-DevelopersGroup"},
    }
    assert known["PrincipalId"] == {"Ref": "AuditorsGroupId"}
    stack = next(item for item in build_plan(here).stacks if item.name == "nw-identity-center-application-dashboards")
    assert ([item.account for item in stack.deployments], stack.regions) == (["security"], ("eu-central-1",))
    assert "nw-identity-center" in stack.depends_on


def test_application_of_the_management_account_is_assigned_there() -> None:
    stacks = build_plan(landscape("111111111111", ["auditors"])).stacks
    stack = next(item for item in stacks if item.name == "nw-identity-center-application-dashboards")
    assert [item.account for item in stack.deployments] == ["management"]
    assert "nw-identity-center" not in stack.depends_on


def test_another_group_leaves_the_assignments_of_others_alone() -> None:
    """An assignment cannot be changed: under another logical id it would be deleted and created."""
    names = [
        set(properties(template["identity-center-application-dashboards"], "AWS::SSO::ApplicationAssignment"))
        for groups in (["auditors"], ["developers", "auditors"])
        for template in [rendered("identity_center", landscape("333333333333", groups))]
    ]
    assert names[0] < names[1]


@pytest.mark.parametrize(
    ("account", "groups", "path"),
    [
        ("999999999999", ["auditors"], ("arn",)),
        ("333333333333", ["nobody"], ("groups", 0)),
        ("111111111111", ["auditors", "developers"], ("groups", 1)),
    ],
    ids=["unknown account", "unknown group", "group of another account"],
)
def test_assignments_that_cannot_be_made_are_a_problem(
    account: str, groups: list[str], path: tuple[str | int, ...]
) -> None:
    (problem,) = CAPABILITY.problems(landscape(account, groups))
    assert problem.path == ("applications", "dashboards", *path)
