"""Guardrails cannot be bypassed: principals that are not exempt cannot become exempt in any account."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.guardrails import CAPABILITY
from baseline.capabilities.organization.guardrails.levels import levels_of
from baseline.capabilities.organization.guardrails.policies import active, policies_of
from baseline.capabilities.settings import TIERS
from baseline.controls.control import controls
from baseline.controls.guardrail import NAME_PROTECTORS, guardrails
from baseline.plan.build import build_plan
from baseline.policy.document import Statement
from baseline.policy.evaluate import applies, is_about
from baseline.policy.request import Request
from baseline.profile.load import load_profile
from baseline.render.render import render_plan
from baseline.validate.subject import read_template
from tests.capabilities.guardrails.test_guardrails import NAMED
from tests.landscapes import make_landscape

PROFILES = sorted(
    path for path in Path("profiles").glob("*.yaml") if not path.stem.startswith(("house-baseline", "everything"))
)
WEB = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads")
EXEMPT = {
    "exempt_roles": ["PlatformAdmin", "teams/*/Deployer", "aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"],
    "rules": {"regions": {"exempt_roles": ["NetworkAdmin"]}, "public-acls": {"exempt_roles": ["Publisher"]}},
}
WHOLE = {
    **NAMED,
    **EXEMPT,
    "quarantine_units": ["Waiting"],
    "rules": {name: {"enabled": True} for name in guardrails()},
}
CHANGES = (
    *("AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy"),
    *("DetachRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy", "TagRole", "UntagRole"),
    *("UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
)
FUNCTION_CALLS = (
    *("AddPermission", "CreateAlias", "CreateFunction", "CreateFunctionUrlConfig", "DeleteFunction", "InvokeAsync"),
    *("InvokeFunction", "InvokeFunctionUrl", "PublishVersion", "PutFunctionConcurrency", "UpdateFunctionCode"),
    *("PutFunctionEventInvokeConfig", "PutRuntimeManagementConfig", "RemovePermission", "UpdateAlias"),
    *("UpdateFunctionConfiguration", "UpdateFunctionUrlConfig"),
)


SETTINGS: Mapping[str, dict[str, Any]] = {
    f"{tier} {name}": {"tier": tier, "settings": {"guardrails": settings}}
    for tier in TIERS
    for name, settings in (("plain", {}), ("exempt", EXEMPT), ("whole", WHOLE))
} | {"regulated scans": {"tier": "regulated", "settings": {"guardduty": {"backup_scanner_in": ["root"]}}}}
FILES = {path.stem: path for path in PROFILES}


@cache
def landscape_named(name: str) -> Landscape:
    if name in FILES:
        return load_profile(FILES[name]).landscape
    accounts = {**make_landscape().accounts, "web": WEB}
    ous = {"Security": None, "Workloads": None, "Waiting": None}
    return make_landscape(**SETTINGS[name], accounts=accounts, ous=ous)


def places(here: Landscape) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """Every member account in use, with the statements that apply to it."""
    found = policies_of(here)
    for account in here.accounts.values():
        if account.key != "management" and account.ou not in here.suspended:
            levels = levels_of(here, account.key, "SERVICE_CONTROL_POLICY", found)
            yield account.key, tuple(s for level in levels for policy in level.policies for s in policy.statements)


def exempt_patterns(statements: tuple[Statement, ...]) -> set[str]:
    """ARN patterns of exempt roles, except names that no principal can give to a role."""
    found: set[str] = set()
    for item in statements:
        for condition in item.conditions:
            if condition.key.lower() == "aws:principalarn" and condition.operator.lower() == "arnnotlike":
                found |= {text for text in condition.values if ":role/" in text}
    return {text for text in found if ":role/aws-reserved/" not in text and not text.endswith("aws:ec2-infrastructure")}


def is_denied(statements: tuple[Statement, ...], action: str, resource: str, **context: str) -> bool:
    who = {"aws:principalarn": ("arn:aws:iam::444444444444:role/Developer",), "aws:requestedregion": ("eu-west-1",)}
    keys = {key.replace("_", ":").lower(): (value,) for key, value in context.items()}
    request = Request(action=action, resource=resource, context={**who, **keys}, complete=True)
    return any(applies(item, request) is True for item in statements)


@pytest.mark.parametrize("name", [*SETTINGS, *FILES])
def test_every_exempt_role_is_protected_in_every_account(name: str) -> None:
    here = landscape_named(name)
    for place, statements in places(here):
        patterns = exempt_patterns(statements)
        assert patterns
        for pattern in patterns:
            role = pattern.replace("::*:", "::444444444444:").replace("*", "x")
            open_to = [action for action in CHANGES if not is_denied(statements, f"iam:{action}", role)]
            passes = ("lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "cloudformation.amazonaws.com")
            open_to += [by for by in passes if not is_denied(statements, "iam:PassRole", role, iam_PassedToService=by)]
            assert open_to == [], (place, pattern)


PLACES = ["root", "Security", "Workloads", "Workloads/Prod", "web", "shop", "security"]
ROLES = ["PlatformAdmin", "teams/*/Deployer", "path/Admin*", "nw-deployment-web", "stacksets-exec-x"]
_RULE = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "to": st.lists(st.sampled_from(PLACES), max_size=2, unique=True),
        "exempt_roles": st.lists(st.sampled_from(ROLES), max_size=2, unique=True),
    },
)
GUARDRAILS = st.fixed_dictionaries(
    {
        "exempt_roles": st.lists(st.sampled_from(ROLES), max_size=3, unique=True),
        "rules": st.dictionaries(st.sampled_from(list(guardrails())), _RULE, max_size=12),
        "quarantine_units": st.sampled_from([[], ["Waiting"]]),
    }
)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(tier=st.sampled_from(TIERS), guards=GUARDRAILS, protector=st.sampled_from(["", *NAME_PROTECTORS]), change=_RULE)
def test_any_profile_protects_every_exempt_role_or_is_refused(
    tier: Any, guards: dict[str, Any], protector: str, change: dict[str, Any]
) -> None:
    if protector:
        guards["rules"][protector] = change
    for item in guards["rules"].values():
        item["reason"] = "Tried."
    shop = replace(WEB, key="shop", name="shop", email="shop@northwind.example", id="555555555555", ou="Workloads/Prod")
    accounts = {**make_landscape().accounts, "web": WEB, "shop": shop}
    ous = dict.fromkeys(("Security", "Workloads", "Workloads/Prod", "Waiting"))
    here = make_landscape(tier, {"guardrails": {**NAMED, **guards}}, accounts=accounts, ous=ous)
    refused = bool(CAPABILITY.problems(here))
    event(f"refused: {refused}")
    assert refused or not list(unprotected(here))


def unprotected(here: Landscape) -> Iterator[tuple[str, str, str]]:
    """Account, exempt pattern, and a call that any principal may make on a role with this name."""
    for place, statements in places(here):
        about = tuple(item for item in statements if is_about(item, "iam:CreateRole") or is_about(item, "iam:PassRole"))
        for pattern in exempt_patterns(statements):
            role = pattern.replace("::*:", "::444444444444:").replace("*", "x")
            for action in ("CreateRole", "PassRole"):
                if not is_denied(about, f"iam:{action}", role, iam_PassedToService="lambda.amazonaws.com"):
                    yield place, pattern, action


@cache
def resources(tier: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Name → properties of the baseline's roles and functions; functions by their role's id."""
    subjects = [read_template(item) for item in render_plan(build_plan(make_landscape(tier)))]
    roles = {text_name(r.properties["RoleName"]): r.properties for s in subjects for r in s.of_type("AWS::IAM::Role")}
    functions = {
        text_name(r.properties["FunctionName"]): r.properties
        for s in subjects
        for r in s.of_type("AWS::Lambda::Function")
    }
    return roles, functions


def text_name(value: Any) -> str:
    return str(value.get("Fn::Sub", value) if isinstance(value, dict) else value).replace("${AWS::Region}", "eu-west-1")


@pytest.mark.parametrize("tier", TIERS)
def test_no_role_of_the_baseline_can_be_passed_to_a_service_that_it_trusts_but_instances(tier: Any) -> None:
    statements = dict(places(landscape_named(f"{tier} plain")))["web"]
    for name, properties in resources(tier)[0].items():
        for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
            services = statement["Principal"].get("Service", ()) if isinstance(statement["Principal"], dict) else ()
            for service in [services] if isinstance(services, str | dict) else services:
                asked = text_name(service).replace("${AWS::URLSuffix}", "amazonaws.com")
                arn = f"arn:aws:iam::444444444444:role/{name}"
                denied = is_denied(statements, "iam:PassRole", arn, iam_PassedToService=asked)
                assert denied == (name != "nw-ssm-instance"), name


@pytest.mark.parametrize("tier", TIERS)
def test_functions_of_the_baseline_are_run_and_changed_by_the_deployers_only(tier: Any) -> None:
    names = [*resources(tier)[1]]
    assert "nw-account-settings" in names
    for place, statements in places(landscape_named(f"{tier} plain")):
        for name in names:
            arn = f"arn:aws:lambda:eu-west-1:444444444444:function:{name}"
            open_to = [call for call in FUNCTION_CALLS if not is_denied(statements, f"lambda:{call}", arn)]
            assert open_to == [], (place, name)
            assert is_denied(statements, "lambda:CreateEventSourceMapping", "*", lambda_FunctionArn=arn)


@pytest.mark.parametrize("tier", TIERS)
def test_exempt_roles_of_the_baseline_are_named_exactly(tier: Any) -> None:
    """A wildcard would exempt unused names; role names of StackSets and of Regions contain a variable part."""
    statements = dict(places(landscape_named(f"{tier} whole")))["web"]
    machines = ("nw-scheduled-start-topic-check-*", "nw-scheduled-start-watcher-count-*")
    own = ("nw-account-names-start-*", *machines, "nw-security-events-*")
    vary = ("stacksets-exec-*", *own, "teams/*/Deployer")
    found = {text.partition(":role/")[2] for text in exempt_patterns(statements)}
    assert {name for name in found if "*" in name} <= set(vary)


@pytest.mark.parametrize("name", NAME_PROTECTORS)
@pytest.mark.parametrize("change", [{"enabled": False, "reason": "No."}, {"to": ["Workloads"]}])
def test_what_protects_exempt_names_cannot_be_off_or_narrower(name: str, change: dict[str, Any]) -> None:
    here = make_landscape(settings={"guardrails": {"rules": {name: change}}})
    (found,) = CAPABILITY.problems(here)
    assert ".".join(map(str, found.path)) == f"rules.{name}.{'to' if 'to' in change else 'enabled'}"
    assert f"{name} does not apply in " in found.message
    assert "exempt roles by name" in found.message
    named, more = re.search(r"where (.+) and (\d+) more guardrails exempt", found.message).groups()  # type: ignore[union-attr]
    exempting = {item.id for item, _ in active(here) if item.exempt} - {name}
    assert set(named.split(", ")) < exempting
    assert len(named.split(", ")) + int(more) == len(exempting)


def test_what_protects_exempt_names_may_be_off_where_nothing_exempts_one() -> None:
    changes = {item.id: {"enabled": False, "reason": "No."} for item, _ in active(make_landscape()) if item.exempt}
    assert CAPABILITY.problems(make_landscape(settings={"guardrails": {"rules": changes}})) == ()


def test_guardrails_with_exemptions_count_only_with_those_that_protect_the_names() -> None:
    for item in guardrails().values():
        protected = {f"guardrail-{name}" for name in item.protects}
        needs = [name for name in controls()[item.control].needs if name not in protected]
        expected = [f"guardrail-{name}" for name in NAME_PROTECTORS] if item.exempt else []
        assert set(needs) <= set(expected)
        assert item.id in NAME_PROTECTORS or list(needs) == expected
