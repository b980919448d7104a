"""Roles: an account other than security administers a capability's services, with all consequences."""

from dataclasses import replace

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES, ROLES
from baseline.plan.build import build_plan
from baseline.plan.model import Plan
from baseline.render.render import render_plan
from baseline.validate.checks.registry import CHECKS
from baseline.validate.checks.run import run_checks
from baseline.validate.reach import Planned
from tests.landscapes import properties, rendered
from tests.profile.test_places import PROFILE, load, problems


def given(roles: str) -> str:
    return PROFILE.replace("organizational_units:", f"roles: {roles}\norganizational_units:")


OWN_CALLS = {
    "firewall-manager-administrator": "fms.amazonaws.com",
    "inspector-administrator": "inspector2.amazonaws.com",
    "macie-administrator": "macie.amazonaws.com",
    "security-lake-administrator": "securitylake.amazonaws.com",
}
"""Setting → service that is delegated by a call of its own."""
OWN_STACKS = {"macie": ("macie.amazonaws.com",), "detective": ("detective.amazonaws.com",)}
"""Capability that names the administrator itself → its services."""

INSPECTOR = "  inspector: {suppressions: [{name: abc, reason: Known., criteria: [{field: Title, equals: [x]}]}]}\n"
"""Without a setting that asks for something, Amazon Inspector has no administrator."""
MACIE = "  macie: {mode: monitor}\n  detective: {graph: true}\n  security_lake: {sources: {cloudtrail: {}}}\n"
FIREWALL_MANAGER = "  firewall_manager: {usage_audits: {a: {to: [root]}}}\n  network: {record: [flow]}\n"


def landscape(roles: str) -> Landscape:
    return load(INSPECTOR + MACIE + FIREWALL_MANAGER, given(roles)).landscape


def accounts(plan: Plan, capability: str) -> set[str]:
    return {item.account for stack in plan.stacks if stack.capability == capability for item in stack.deployments}


@pytest.mark.parametrize("role", ROLES)
def test_the_stacks_and_the_delegation_of_a_role_go_to_its_account(role: str) -> None:
    usual, other = landscape("{}"), landscape(f"{{{role}: web}}")
    before, after = (accounts(build_plan(item), role) for item in (usual, other))
    assert "security" in before
    assert after == {"web" if key == "security" else key for key in before}
    services = {
        item["Arguments"].get("ServicePrincipal", OWN_CALLS.get(item["Setting"])): item["Arguments"]["AccountId"]
        for capability in ("organization", *OWN_STACKS)
        for template in rendered(capability, other).values()
        for item in properties(template, "Custom::Setting").values()
        if item["Setting"] in {"delegated-administrator", *OWN_CALLS}
    }
    for template in rendered("detective", other).values():
        for item in properties(template, "AWS::Detective::OrganizationAdmin").values():
            services["detective.amazonaws.com"] = item["AccountId"]
    own = CAPABILITIES[role].delegated_administration or OWN_STACKS[role]
    assert {services[name]["Fn::Sub"] for name in own} == {"${WebAccountId}"}
    assert {value["Fn::Sub"] for name, value in services.items() if name not in own} <= {"${SecurityAccountId}"}


@pytest.mark.parametrize("role", ROLES)
def test_checks_find_nothing_where_another_account_has_the_role(role: str) -> None:
    found = landscape(f"{{{role}: web}}")
    plan = build_plan(found)
    findings = run_checks(render_plan(plan), CHECKS, Planned(landscape=found, plan=plan))
    assert list(findings) == []


def test_by_hand_the_account_of_the_role_is_named() -> None:
    found = landscape("{identity_center: web}")
    capabilities = {name: item for name, item in found.capabilities.items() if name != "organization"}
    (stack,) = (
        item
        for item in build_plan(replace(found, capabilities=capabilities)).stacks
        if item.name == "nw-identity-center"
    )
    assert any("--account-id 444444444444 --service-principal sso.amazonaws.com" in it for it in stack.prerequisites)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ("{identity_centre: web}", 'unknown role "identity_centre"; did you mean "identity_center"?'),
        ("{kms: web}", 'unknown role "kms"'),
        ("{identity_center: wep}", 'unknown account "wep"; did you mean "web"?'),
        ("{identity_center: management}", "the management account cannot be a delegated administrator"),
        ("{identity_center: old}", '"old" is in a suspended unit'),
    ],
)
def test_mistakes(roles: str, message: str) -> None:
    ((line, _, text),) = problems("  kms: {}\n", given(roles))
    assert message in text
    assert line == 1 + given(roles).splitlines().index(f"roles: {roles}")
