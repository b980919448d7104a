"""Amazon Security Lake: its lakes in order, who contributes and who reads, and what a profile may not say."""

from typing import Any

import pytest

from baseline.capabilities.capability import StackSpec
from baseline.capabilities.detect.security_lake.security_lake import CAPABILITY, LakeContext, SubscribersContext
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.statements import deployers
from baseline.capabilities.settings import Tier
from baseline.findings import Severity
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered

SIEM = {"name": "siem", "account": "999999999999", "external_id": "siem-7f3a"}
LAKE: dict[str, Any] = {"sources": {"cloudtrail": {}, "vpc_flow": {"accounts": ["security"]}}, "subscribers": [SIEM]}
READER = {**SIEM, "access": "data"}
_RULES = {"roles-outsiders": {"enabled": True}}
OUTSIDERS: dict[str, Any] = {"others": {"guardrails": {"rules": _RULES}}}
TRUSTED: dict[str, Any] = {"others": {"guardrails": {"rules": _RULES, "trusted_accounts": ["999999999999"]}}}
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    others = changes.pop("others", {})
    return make_landscape(tier, {"security_lake": LAKE if settings is None else settings, **others}, **changes)


def stacks(here: Landscape) -> dict[str, StackSpec]:
    return {spec.name: spec for spec in CAPABILITY.stacks(here)}


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_no_tier_turns_on_what_is_billed(tier: Tier, *, standalone: bool) -> None:
    here = landscape({}, tier, standalone=standalone)
    assert CAPABILITY.stacks(here) == ()
    assert not any("security-lake" in arn for arn in deployers(here))


def test_home_region_has_its_lake_before_others_copy_to_it() -> None:
    here = landscape()
    waves = build_plan(here).waves
    wave = {
        stack.name.removeprefix("nw-security-lake"): number for number, found in enumerate(waves) for stack in found
    }
    assert wave["-roles"] < wave[""] < wave["-regions"] < wave["-settings"]
    assert wave[""] < wave["-subscribers"]
    home, others = (stacks(here)[name].context for name in ("security-lake", "security-lake-regions"))
    assert isinstance(home, LakeContext)
    assert isinstance(others, LakeContext)
    assert (home.copies_to, others.copies_to) == ("", "eu-west-1")
    assert any(arn.endswith("role/nw-security-lake-settings") for arn in deployers(here))


def test_sources_come_one_after_another_with_their_accounts() -> None:
    found = rendered("security_lake", landscape())["security-lake"]
    sources = {item.logical_id: item for item in found.of_type("AWS::SecurityLake::AwsLogSource")}
    assert "Accounts" not in sources["CloudtrailSource"].properties
    assert sources["VpcFlowSource"].properties["Accounts"] == [{"Ref": "SecurityAccountId"}]
    assert sources["VpcFlowSource"].body["DependsOn"] == "CloudtrailSource"


def test_accounts_to_come_contribute_what_every_account_does() -> None:
    (setting,) = properties(
        rendered("security_lake", landscape())["security-lake-settings"], "Custom::Setting"
    ).values()
    sources = [{"sourceName": "CLOUD_TRAIL_MGMT", "sourceVersion": "2.0"}]
    regions = ("eu-west-1", "eu-central-1")
    assert setting["Arguments"]["autoEnableNewAccount"] == [{"region": it, "sources": sources} for it in regions]
    assert "security-lake-settings" not in stacks(landscape({**LAKE, "new_accounts": False}))
    only = {"sources": {"vpc_flow": {"accounts": ["security"]}}}
    assert "security-lake-settings" not in stacks(landscape(only))


def test_subscriber_reads_every_source_that_it_does_not_choose_from() -> None:
    own = {**SIEM, "name": "own", "account": "log_archive", "access": "data", "sources": ["cloudtrail"]}
    context = stacks(landscape({**LAKE, "subscribers": [SIEM, own]}))["security-lake-subscribers"].context
    assert isinstance(context, SubscribersContext)
    found = [(it.access, it.principal, len(it.sources)) for it in context.subscribers]
    assert found == [("LAKEFORMATION", "999999999999", 2), ("S3", "${LogArchiveAccountId}", 1)]


def test_standalone_account_has_a_lake_without_accounts_to_come() -> None:
    here = landscape({"sources": {"cloudtrail": {}}}, standalone=True)
    assert set(stacks(here)) == {"security-lake-roles", "security-lake", "security-lake-regions"}


def test_region_without_security_lake_is_left_out_and_named() -> None:
    (found,) = CAPABILITY.unsupported(landscape(regions=("eu-west-1", "mx-central-1")))
    assert "mx-central-1" in found.message
    here = landscape(home_region="mx-central-1", regions=("mx-central-1",))
    assert CAPABILITY.stacks(here) == ()
    assert "home Region" in CAPABILITY.unsupported(here)[0].message


@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        (LAKE, {}, []),
        ({"subscribers": [SIEM]}, {}, [("subscribers", None)]),
        ({**LAKE, "transitions": [{"days": 400, "storage_class": "GLACIER"}]}, {}, [("transitions.0.days", None)]),
        ({**LAKE, "keys": {"eu-west-1": KEY}}, {}, [("keys", None)]),
        ({**LAKE, "subscribers": [SIEM, {**SIEM, "name": "SIEM"}]}, {}, [("subscribers.0.name", None)] * 1),
        ({**LAKE, "subscribers": [READER]}, OUTSIDERS, [("subscribers.0.account", Severity.WARNING)]),
        ({**LAKE, "subscribers": [READER]}, TRUSTED, []),
        ({**LAKE, "subscribers": [{**SIEM, "notify": True}]}, {}, [("subscribers.0.notify", None)]),
        ({**LAKE, "subscribers": [{**SIEM, "account": "nobody"}]}, {}, [("subscribers.0.account", None)]),
        ({**LAKE, "subscribers": [{**SIEM, "sources": ["waf"]}]}, {}, [("subscribers.0.sources", None)]),
        (LAKE, {"others": {"cloudtrail": {"enabled": False}}}, [("sources.cloudtrail", Severity.WARNING)]),
        (LAKE, {"others": {"kms": {"enabled": False}}}, [("sources", None)]),
    ],
    ids=[
        "fine",
        "no sources",
        "late",
        "one key",
        "twice",
        "denied",
        "trusted",
        "queue",
        "stranger",
        "not kept",
        "no trail",
        "no kms",
    ],
)
def test_values_that_do_not_fit_are_problems(
    settings: dict[str, Any], changes: dict[str, Any], expected: list[tuple[str, Severity | None]]
) -> None:
    found = [(".".join(map(str, it.path)), it.severity) for it in CAPABILITY.problems(landscape(settings, **changes))]
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)
