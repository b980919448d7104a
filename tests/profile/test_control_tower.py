"""The key `organization.control_tower`: what Control Tower has is not created, and what does not fit is named."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from baseline.capabilities.detect.config.config import ConfigSettings
from baseline.capabilities.organization.guardrails.policies import settings_of
from baseline.errors import ProfileError
from baseline.plan.build import build_plan
from baseline.profile.control_tower import ControlTowerSection
from baseline.profile.extends import read_layers
from baseline.profile.load import LoadedProfile, load_profile_text
from baseline.profile.merged import merged_value, part_of
from baseline.resources import profiles_directory

TEXT = (profiles_directory() / "control-tower.yaml").read_text(encoding="utf-8")


@cache
def example() -> LoadedProfile:
    return load_profile_text(TEXT)


def stacks(profile: LoadedProfile) -> dict[str, set[str]]:
    """Name of each stack → the accounts that it reaches."""
    plan = build_plan(profile.landscape, ())
    return {
        item.name.removeprefix("hfl-"): {place.account for place in plan.reach(item).destinations}
        for item in plan.stacks
    }


def test_what_control_tower_has_is_not_created() -> None:
    found = stacks(example())

    assert "cloudtrail" not in found
    assert "config-aggregator" not in found
    assert found["config-recorder"] == {"management"}, "Control Tower records in registered units"
    assert {"log_archive", "bookings", "warehouse"} <= found["config-role"] | {"log_archive", "bookings", "warehouse"}
    assert settings_of(example().landscape).reserved_slots == 3
    reasons = {item.path: item.accepted for item in example().findings if item.accepted}
    assert set(reasons) == {"capabilities.cloudtrail.enabled", "capabilities.config.aggregator"}


def test_alarms_watch_the_log_group_of_its_trail() -> None:
    contexts = {item.name: item.context for item in build_plan(example().landscape, ()).stacks}
    for name in ("hfl-alarms", "hfl-iam-roles-alarm"):
        assert getattr(contexts[name], "log_group_name", "") == "aws-controltower/CloudTrailLogs"


def test_accounts_outside_registered_units_are_recorded_by_the_baseline() -> None:
    text = TEXT.replace("registered_units: [Security, Workloads]", "registered_units: [Security]")
    found = stacks(load_profile_text(text))
    assert found["config-recorder"] - {""} == {"management", "bookings"}


def test_an_integration_that_is_off_is_the_baselines_work() -> None:
    text = TEXT.replace("{backup: true}", "{centralized_logging: false, config: false}")
    profile = load_profile_text(text)
    found = stacks(profile)

    assert found["cloudtrail"] == {"management"}
    assert {"warehouse", "bookings", "management"} <= found["config-recorder"]
    assert profile.landscape.settings("config", ConfigSettings).overrides == []


def test_own_settings_go_over_what_follows_from_the_key() -> None:
    settings = (
        "capabilities:\n  config: {aggregator: true}\n  guardrails: {reserved_slots: 2, stage: audit, reason: New.}"
    )
    profile = load_profile_text(TEXT.partition("capabilities:")[0] + settings)

    assert profile.landscape.settings("config", ConfigSettings).aggregator
    assert settings_of(profile.landscape).reserved_slots == 2
    assert not [item for item in profile.findings if item.id == "profile-reason-unused"]


def test_the_key_is_the_origin_of_what_follows_from_it() -> None:
    values = dict(part_of(merged_value(read_layers(Path("profile.yaml"), TEXT.encode())), "capabilities").leaves())
    line = next(number for number, text in enumerate(TEXT.splitlines(), start=1) if "control_tower:" in text)
    assert str(values["capabilities", "cloudtrail", "enabled"].origin) == f"profile.yaml:{line}:3"
    assert "tier" in str(values["capabilities", "config", "rules"].origin)


WRONG = {
    "no identifier": (
        "      CT.S3.PV.4: arn:aws:controlcatalog:::control/0example0s3pv4000000000000\n", "",
        "run `baseline inventory`, then `baseline inventory --print-identifiers`",
    ),
    "a mandatory control": ("AWS-GR_RESTRICT_ROOT_USER", "AWS-GR_CONFIG_ENABLED", "is mandatory"),
    "a control twice": ("to: [Workloads, Data]", "to: [Workloads, Workloads]", "is already enabled for Workloads"),
    "an unknown unit": (
        "CT.S3.PV.4, to: [Workloads]", "CT.S3.PV.4, to: [Workload]", 'unknown organizational unit "Workload"',
    ),
    "a unit that is registered twice": (
        "registered_units: [Security, Workloads]", "registered_units: [Security, Workloads, Data]",
        "Data is already registered",
    ),
    "a registered unit without id": ("{path: Workloads, id: ou-h4rb-22222222}", "Workloads", "Workloads has no id"),
    "a core account without id": ('security:    {id: "600000000003", ', "security: {", "security has no id"),
    "a core account elsewhere": (
        "logs@harbor-lines.example, ou: Security", "logs@harbor-lines.example, ou: Data",
        "Control Tower has it in the unit Security",
    ),
    "no baseline of Identity Center": (
        "identity_center_baseline: ", "# ", "identity_center_baseline is missing",
    ),
    "a switch that version 3.3 does not have": (
        'version: "4.0"\n    integrations: {backup: true}', 'version: "3.3"\n    integrations: {config: false}',
        "config is off: a landing zone of version 3.3 always has it",
    ),
    "a second trail": (
        "capabilities:",
        "capabilities:\n  cloudtrail: {enabled: true}",
        "events of a second trail are billed",
    ),
    "a second recorder": (
        "capabilities:",
        "capabilities:\n  config: {overrides: [{name: d, to: [bookings], recording: DAILY, reason: Cheap.}]}",
        "Control Tower already records in bookings",
    ),
    "a group of Control Tower": (
        "capabilities:", "capabilities:\n  identity_center: {groups: {AWSControlTowerAdmins: {}}}",
        "Control Tower has AWSControlTowerAdmins",
    ),
    "China": ("eu-central-1, eu-west-1]    #", "eu-central-1, cn-north-1]    #", "cn-north-1"),
    "a name that is no control": ("CT.S3.PV.4, to", "S3.4, to", "the public name of a control"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_named(case: str) -> None:
    old, new, said = WRONG[case]
    assert old in TEXT
    with pytest.raises(ProfileError) as error:
        load_profile_text(TEXT.replace(old, new))
    assert any(said in f"{item.message} {item.fix}" for item in error.value.findings), error.value


def test_control_tower_has_no_place_in_a_standalone_profile() -> None:
    text = re.sub(r"  id: o-.*\n  root_id.*\n", "  standalone: true\n", TEXT)
    with pytest.raises(ProfileError) as error:
        load_profile_text(text)
    assert any("Control Tower requires an organization" in item.message for item in error.value.findings)


def test_the_example_names_every_key() -> None:
    key = yaml.safe_load(TEXT)["organization"]["control_tower"]
    assert set(key) | {"security_unit"} == set(ControlTowerSection.model_fields)
