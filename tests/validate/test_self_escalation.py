"""BL120 over its whole table: each method is found, and is not found if one part of it is missing."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from baseline.aws.iam_actions import matching_actions
from baseline.findings import Severity
from baseline.validate.checks.run import run_checks
from baseline.validate.checks.self_escalation import CHECK
from baseline.validate.escalation import Kind, Method, action_names, escalation_methods
from tests.validate.subjects import template_of

METHODS = escalation_methods()
SERVICE_OF_PASSED_ROLES = [item for item in METHODS if item.kind is Kind.PASS and item.service != "*"]
APP_ROLES = "arn:aws:iam::*:role/app/*"
BOUNDARY = {"ArnLike": {"iam:PermissionsBoundary": "arn:aws:iam::*:policy/nw-boundary"}}


def severities(*statements: Mapping[str, Any], **properties: object) -> list[Severity]:
    """Severities of BL120's findings in a permission set with these statements."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    permission_set = {"Name": "X", "InstanceArn": "arn", "InlinePolicy": document, **properties}
    text = json.dumps({"Resources": {"X": {"Type": "AWS::SSO::PermissionSet", "Properties": permission_set}}})
    return [finding.severity for finding in run_checks([template_of(text)], [CHECK])]


def allow(*actions: str, on: str | list[str] = "*", when: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **({"Condition": when} if when else {})}


def spelled(method: Method) -> list[str]:
    known = {action.lower(): action for action in action_names()}
    return [known[action] for action in method.actions]


def passing(service: str, role: str = "*") -> dict[str, Any]:
    return allow("iam:PassRole", on=role, when={"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}})


def usable(method: Method) -> list[dict[str, Any]]:
    """The additional requirement for a passed role: a service that runs code with it."""
    return [allow("lambda:CreateFunction")] if "iam:passrole" in method.actions else []


def test_the_table_covers_the_public_lists() -> None:
    """Every numbered method of Rhino Security Labs and BishopFox, and all 65 files of pathfinding.cloud."""
    sources = {source for method in METHODS for source in method.sources}
    assert {f"R {number}" for number in range(1, 22)} <= sources
    assert {f"V {number}" for number in range(1, 22)} <= sources
    assert len({source for source in sources if source.startswith("P ")}) >= 65


def test_actions_of_the_table_exist() -> None:
    assert not matching_actions("iam:createrolepolicy")
    assert [action for action in action_names() if not matching_actions(action.lower())] == []


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_a_method_is_found_where_its_actions_cover_everything(method: Method) -> None:
    found = severities(allow(*spelled(method)), *usable(method))
    assert found[0] is (Severity.WARNING if method.kind is Kind.EXISTING else Severity.ERROR)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_a_method_is_not_found_for_one_named_resource(method: Method) -> None:
    named = [f"arn:aws:iam::*:{kind}/report-reader" for kind in ("role", "user", "policy", "group")]
    other = "arn:aws:x:*:*:thing/report-reader"
    if method.kind is Kind.EMPOWER:
        first, *others = spelled(method)
        elsewhere = [f"arn:aws:iam::*:{kind}/another" for kind in ("role", "user")]
        assert severities(allow(first, on=named), allow(*others, on=elsewhere), *usable(method)) == []
    elif method.kind is Kind.PASS:
        assert severities(allow("iam:PassRole", on=named), allow(*spelled(method)[1:], on=other)) in (
            [],
            [Severity.WARNING],
        )
    else:
        assert severities(allow(*spelled(method), on=other)) == []


@pytest.mark.parametrize("method", SERVICE_OF_PASSED_ROLES, ids=lambda method: method.id)
def test_passing_any_role_to_a_service_needs_the_action_that_runs_it(method: Method) -> None:
    launch = allow(*spelled(method)[1:], on="arn:aws:x:*:*:thing/report-reader")
    assert Severity.ERROR in severities(passing(method.service), launch)
    assert Severity.ERROR not in severities(passing(method.service))
    assert Severity.ERROR not in severities(passing("reports"), launch)
    assert Severity.ERROR not in severities(passing(method.service, APP_ROLES), launch)


@pytest.mark.parametrize("method", [m for m in METHODS if m.kind is Kind.EMPOWER], ids=lambda method: method.id)
def test_making_a_principal_powerful_needs_each_action_and_no_boundary(method: Method) -> None:
    kind = "user" if "user" in method.actions[0] else "role"
    within = f"arn:aws:iam::*:{kind}/app/*"
    first, *others = spelled(method)
    assert Severity.ERROR in severities(allow(first, on=within), allow(*others, on=within), *usable(method))
    assert severities(allow(first, on=within), *usable(method)) == []
    assert severities(allow(*others, on=within), *usable(method)) == []
    assert severities(allow(first, on=within, when=BOUNDARY), allow(*others, on=within), *usable(method)) == []


def test_the_textbook_escalation_is_found() -> None:
    roles = allow("iam:CreateRole", "iam:AttachRolePolicy", "iam:PassRole", on=APP_ROLES)
    assert severities(roles, allow("lambda:CreateFunction", "lambda:InvokeFunction")) == [Severity.ERROR]


def test_a_boundary_of_the_holder_does_not_bound_the_roles_that_it_makes() -> None:
    bounded = {"PermissionsBoundary": {"CustomerManagedPolicyReference": {"Name": "nw-boundary"}}}
    making = ("iam:CreateRole", "iam:PutRolePolicy")
    assert severities(allow(*making, on=APP_ROLES), **bounded) == [Severity.ERROR]
    assert severities(allow(*making, on=APP_ROLES, when=BOUNDARY), **bounded) == []


def test_a_list_of_policies_is_no_bound_where_the_holder_writes_them() -> None:
    attach = allow("iam:AttachRolePolicy", when={"ArnLike": {"iam:PolicyARN": "arn:aws:iam::*:policy/app-*"}})
    write = allow("iam:CreatePolicy", on="arn:aws:iam::*:policy/app-*")
    assert severities(attach) == []
    assert severities(attach, allow("iam:CreatePolicy", on="arn:aws:iam::*:policy/report-*")) == []
    assert severities(attach, write) == [Severity.ERROR]


def test_policies_of_aws_are_a_bound_whatever_the_holder_writes() -> None:
    managed = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    assert severities(allow("iam:AttachRolePolicy", when=managed), allow("iam:CreatePolicy")) == []


def test_a_denial_of_the_first_action_ends_a_method() -> None:
    denial = {"Effect": "Deny", "Action": "iam:AttachRolePolicy", "Resource": "*"}
    making = allow("iam:CreateRole", "iam:AttachRolePolicy", on=APP_ROLES)
    assert severities(making, denial) == []
    assert severities(making, {**denial, "Resource": "arn:aws:iam::*:role/other"}) == [Severity.ERROR]


def test_roles_that_a_tag_chooses_may_be_assumed() -> None:
    chosen = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    assert severities(allow("sts:AssumeRole", when=chosen)) == []
    assert severities(allow("sts:AssumeRole")) == [Severity.ERROR]


def test_power_user_access_brings_the_services_that_run_passed_roles() -> None:
    power_user = {"ManagedPolicies": ["arn:aws:iam::aws:policy/PowerUserAccess"]}
    to_lambda = allow("iam:PassRole", when={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
    assert severities(to_lambda) == []
    assert severities(to_lambda, **power_user) == [Severity.ERROR]
