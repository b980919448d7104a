"""Places in which Security Hub is disabled, or left to the accounts."""

from typing import Any

import pytest

from baseline.capabilities.detect.security_hub.security_hub import CAPABILITY
from baseline.capabilities.landscape import Account, Landscape
from baseline.evidence.unmanaged_accounts import unmanaged_places
from baseline.plan.build import build_plan
from baseline.validate.reach import Planned
from tests.capabilities.security_hub.test_security_hub import problems, subject
from tests.landscapes import make_landscape
from tests.profile.test_places import load

OFF = {"name": "lab", "to": ["Workloads"], "state": "disabled", "reason": "Emptied every week."}
FREE = {"name": "own", "to": ["Workloads/Own"], "state": "self_managed", "reason": "Another team administers it."}
BACK = {"name": "back", "to": ["web"], "standards": ["fsbp"]}
UNITS = {"Security": "ou-ab12-11111111", "Workloads": "ou-ab12-22222222", "Workloads/Own": "ou-ab12-33333333"}
ALL_OFF = {"security-hub-enabled", "security-hub-standards", "security-hub-fsbp", "security-hub-cis"}


def landscape(*policies: dict[str, Any], **changes: Any) -> Landscape:
    web = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads/Own")
    changes = {"ous": UNITS, "accounts": {**make_landscape().accounts, "web": web}, **changes}
    return make_landscape(settings={"security_hub": {"policies": list(policies)}}, **changes)


def test_disabled_place_has_a_policy_without_standards_and_self_managed_place_has_none() -> None:
    found = {r.logical_id: r for r in subject(landscape(OFF, FREE)).resources}
    off = found["LabPolicy"]
    assert off.properties["ConfigurationPolicy"] == {"SecurityHub": {"ServiceEnabled": False}}
    assert off.body["DependsOn"] == found["WorkloadsOwnOuAssociation"].body["DependsOn"] == "OrganizationConfiguration"
    targets = {
        name: (r.properties["ConfigurationPolicyId"], r.properties["TargetType"], r.properties["TargetId"])
        for name, r in found.items()
        if r.type == "AWS::SecurityHub::PolicyAssociation" and name != "OrganizationAssociation"
    }
    assert targets == {
        "WorkloadsOuAssociation": (
            {"Fn::GetAtt": ["LabPolicy", "Id"]},
            "ORGANIZATIONAL_UNIT",
            {"Ref": "WorkloadsOuId"},
        ),
        "WorkloadsOwnOuAssociation": (
            "SELF_MANAGED_SECURITY_HUB",
            "ORGANIZATIONAL_UNIT",
            {"Ref": "WorkloadsOwnOuId"},
        ),
    }
    assert "OwnPolicy" not in found


def lacking(*policies: dict[str, Any], **changes: Any) -> dict[str, set[str]]:
    here = landscape(*policies, **changes)
    found = unmanaged_places(Planned(landscape=here, plan=build_plan(here)))
    return {name: set(map(str, item.destinations)) for name, item in found.items()}


def test_controls_lack_the_accounts_of_the_nearest_policy() -> None:
    found = lacking(OFF, FREE)
    off, free = {"new accounts in Workloads"}, {"web", "new accounts in Workloads/Own"}
    assert found == {**dict.fromkeys(ALL_OFF, off | free), "security-hub-central": free}
    assert "web" not in lacking(OFF, BACK)["security-hub-standards"]


@pytest.mark.parametrize("policies", [(), (BACK,)])
def test_policies_with_standards_lack_no_account(policies: tuple[dict[str, Any], ...]) -> None:
    assert lacking(*policies) == {}


def test_weaker_place_is_accepted_by_its_own_reason() -> None:
    text = "  security_hub: {policies: [{name: a, to: [web], state: %s%s}]}\n"
    (bare,) = (item for item in load(text % ("disabled", "")).findings if item.id == "profile-weakened")
    assert (bare.control, bare.accepted) == ("security-hub-standards", None)
    assert "Security Hub is disabled in web" in bare.message
    found = load(text % ("self_managed", ", reason: Theirs.")).findings
    assert [item.accepted for item in found if item.id == "profile-weakened"] == ["Theirs."]


@pytest.mark.parametrize(
    ("policy", "setting", "message"),
    [
        ({"to": ["Workloads"]}, "policies.0.standards", "has no standards"),
        ({**OFF, "standards": ["fsbp"]}, "policies.0.standards", "lab is disabled"),
        ({"to": ["Workloads"], "standards": ["fsbp"], "reason": "None."}, "policies.0.reason", "is enabled"),
        ({**OFF, "to": ["Security"]}, "policies.0.to", "the security account: it administers Security Hub"),
        ({**OFF, "to": ["management"]}, "policies.0.to", "the management account: organization-settings"),
    ],
)
def test_keys_that_contradict_the_state_are_reported(policy: dict[str, Any], setting: str, message: str) -> None:
    found = problems({"policies": [{"name": "lab", **policy}]})
    assert any(place == setting and message in words for place, words in found)


def test_policy_of_its_own_keeps_the_security_account_enabled_in_a_disabled_unit() -> None:
    own = {"name": "hub", "to": ["security"], "standards": ["fsbp"]}
    assert CAPABILITY.problems(landscape({**OFF, "to": ["Security"]}, own)) == ()


def test_self_managed_places_need_no_configuration_policy_of_the_quota() -> None:
    units = {**UNITS, **{f"U{n}": f"ou-ab12-4444444{n // 10}{n % 10}" for n in range(20)}}
    free = [{**FREE, "name": f"p{n}", "to": [f"U{n}"]} for n in range(20)]
    assert CAPABILITY.problems(landscape(*free, ous=units)) == ()
