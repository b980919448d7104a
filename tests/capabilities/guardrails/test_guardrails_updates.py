"""Updates leave no gap: after every wave each account has the denials that the old and new plan share."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.organization.guardrails.policies import GuardrailPolicy, evaluable, policies_of
from baseline.capabilities.organization.guardrails.slots import SLOTS
from baseline.capabilities.settings import TIERS, Tier
from baseline.controls.guardrail import guardrails
from baseline.plan.build import build_plan
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.capabilities.guardrails.test_guardrails import NAMED
from tests.landscapes import make_landscape

WEB = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads/Prod")
OUS = {"Security": None, "Workloads": None, "Workloads/Prod": None, "Sandbox": None}
MANY = [f"Platform{number:02}/{'x' * 40}" for number in range(25)]
SSO = "aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Administrator_*"
WHOLE = {name: {"enabled": True} for name in guardrails()}
SETTINGS: Mapping[str, dict[str, Any]] = {
    "as the tier has it": {},
    "one exempt role": {"exempt_roles": ["PlatformAdmin"]},
    "an exempt permission set": {"exempt_roles": [SSO]},
    "more exempt roles than fit": {"exempt_roles": MANY},
    "fewer of them": {"exempt_roles": MANY[:-3]},
    "smaller policies": {"limits": {"scp_characters": 5_000}},
    "smaller policies and one exempt role": {"limits": {"scp_characters": 5_200}, "exempt_roles": ["PlatformAdmin"]},
    "one guardrail more": {"rules": {"config-rules": {"enabled": True}}},
    "everything": {**NAMED, "rules": WHOLE, "quarantine_units": ["Sandbox"]},
    "everything and more exempt roles than fit": {**NAMED, "rules": WHOLE, "exempt_roles": MANY},
    "some only in a unit": {
        "rules": {name: {"to": ["Workloads"]} for name in ("macie", "cloudtrail", "regions", "tls-only", "ai-opt-out")}
    },
    "others only in a unit": {"rules": {name: {"to": ["Workloads"]} for name in ("macie", "alerts", "tls-only")}},
    "some in a unit and one in another": {
        "rules": {"macie": {"to": ["Workloads/Prod"]}, "alerts": {"to": ["Workloads"]}, "regions": {"to": ["web"]}}
    },
    "the security unit's at the root": {
        "rules": {"security-networks": {"to": ["root"]}, "security-vpcs": {"enabled": True}}
    },
    "the security unit's elsewhere": {"rules": {"security-networks": {"to": ["Security", "Workloads"]}}},
}
PAIRS = [(before, after) for before in SETTINGS for after in SETTINGS if before != after]


def landscape(name: str, tier: Tier = "standard") -> Landscape:
    accounts = {**make_landscape().accounts, "web": WEB}
    return make_landscape(tier, {"guardrails": SETTINGS[name]}, accounts=accounts, ous=OUS)


def denials(here: Landscape, policy: GuardrailPolicy) -> Iterator[str]:
    """Each denied action and its resources, regardless of exemptions; a settings document by its values."""
    content = evaluable(here, policy.content)
    for item in content.get("Statement", ()):
        condition = {key: value for key, value in item.get("Condition", {}).items() if key != "ArnNotLike"}
        scope = {key: value for key, value in item.items() if key in ("NotAction", "Resource", "NotResource")}
        scope["Resource"] = [text for text in scope.get("Resource", ()) if "role/Platform" not in text]
        for action in item.get("Action", ("*",)):
            yield json.dumps([policy.kind, action, scope, condition], sort_keys=True)
    if "Statement" not in content:
        yield json.dumps([policy.kind, content], sort_keys=True)


Attached = Mapping[str, tuple[frozenset[str], frozenset[str]]]
"""Key of a policy → places, and what it denies there."""


def attached(here: Landscape) -> Attached:
    return {item.key: (frozenset(item.places), frozenset(denials(here, item))) for item in policies_of(here)}


def held(here: Landscape, found: Attached) -> Mapping[str, frozenset[str]]:
    """Account → everything that is denied there."""
    return {
        key: frozenset().union(*(texts for places, texts in found.values() if places & {*path_of(here, key)}))
        for key in here.accounts
        if key != "management"
    }


def gaps(here: Landscape, before: Attached, after: Attached, order: list[str]) -> list[tuple[str, str, list[str]]]:
    """Key and account for each gap that an interrupted update would leave, and the missing denials."""
    old, new, now, found = held(here, before), held(here, after), dict(before), []
    for key in order:
        now[key] = after[key]
        for account, texts in held(here, now).items():
            missing = (old[account] & new[account]) - texts
            found += [(key, account, sorted(missing))] if missing else []
    return found


@pytest.fixture(scope="module")
def policies() -> Mapping[str, Attached]:
    return {name: attached(landscape(name)) for name in SETTINGS}


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_no_update_opens_anything_at_any_moment(policies: Mapping[str, Attached], before: str, after: str) -> None:
    found = policies[after]
    assert gaps(landscape(after), policies[before], found, list(found)) == []


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in TIERS for b in TIERS if a != b])
def test_no_change_of_the_tier_opens_anything(before: Tier, after: Tier) -> None:
    old, new = (attached(landscape("as the tier has it", tier)) for tier in (before, after))
    assert gaps(landscape("one exempt role"), old, new, list(new)) == []


def test_a_statement_that_changes_its_policy_would_be_seen(policies: Mapping[str, Attached]) -> None:
    """Negative test of the check above: a statement leaves one policy before the next one has it."""
    plain = policies["as the tier has it"]
    (places, texts), (_, others) = plain["guardrails-scp-record"], plain["guardrails-scp-data"]
    moved = frozenset(sorted(texts)[:1])
    after = {
        **plain,
        "guardrails-scp-record": (places, texts - moved),
        "guardrails-scp-data": (places, others | moved),
    }
    here = landscape("as the tier has it")
    assert gaps(here, plain, after, list(plain))
    assert not gaps(here, plain, after, list(plain)[::-1])


def test_policies_that_do_not_fit_any_more_leave_the_old_one_attached(policies: Mapping[str, Attached]) -> None:
    few, many = policies["one exempt role"], policies["everything and more exempt roles than fit"]
    assert "guardrails-scp-record" in few
    assert "guardrails-scp-record" not in many
    assert len([key for key in many if key.startswith("guardrails-scp-record-")]) > 1


@pytest.mark.parametrize("tier", TIERS)
def test_policies_are_the_last_waves_one_in_each(tier: Tier) -> None:
    waves = build_plan(landscape("everything", tier)).waves
    names = [[stack.capability for stack in wave] for wave in waves]
    first = names.index(["guardrails"])
    assert all(name != "guardrails" for wave in names[:first] for name in wave)
    assert all(wave == ["guardrails"] for wave in names[first:])


@pytest.mark.parametrize("tier", TIERS)
def test_organization_policies_are_never_created_concurrently(tier: Tier) -> None:
    """CloudFormation would fail: github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2245."""
    for wave in build_plan(landscape("as the tier has it", tier)).waves:
        found = [s.name for s in wave if [*read_template(render_stack(s)).of_type("AWS::Organizations::Policy")]]
        assert len(found) <= 1, found


@pytest.mark.parametrize("kind", SLOTS)
def test_every_group_has_one_slot(kind: str) -> None:
    groups = [group for found in SLOTS[kind].values() for group in found]
    assert len(groups) == len(set(groups))
    assert {item.group for item in guardrails().values() if item.type == kind} <= set(groups)
