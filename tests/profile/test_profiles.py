"""Valid profiles: layers, tiers, weakening, standalone, schema."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from baseline.capabilities.logs.log_archive.log_archive import LogArchiveSettings
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import TIERS, settings_of_tier, tier_defaults
from baseline.findings import Severity
from baseline.profile.load import load_profile, load_profile_text
from baseline.profile.schema import profile_schema
from baseline.resources import profiles_directory

GOOD = """\
version: 1
defaults: "2026.12"
organization:
  name: Northwind
  prefix: nw
  home_region: eu-west-1
  regions: [eu-west-1, us-east-1]
accounts:
  management: {id: "111111111111", email: aws@northwind.example}
  log_archive: {id: "222222222222", email: aws-logs@northwind.example, ou: Security}
  security: {id: "333333333333", email: aws-security@northwind.example, ou: Security}
organizational_units: [Security, Workloads/Prod, Suspended]
"""


def write(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text, encoding="utf-8")
    return directory / "profile.yaml"


def test_mappings_merge_key_by_key_and_everything_else_replaces(tmp_path: Path) -> None:
    house = (
        "tier: regulated\ncompliance: [cis-7.0, fsbp]\ncapabilities:\n"
        "  cloudtrail: {log_retention_days: 1827, insights: [ApiErrorRateInsight], reason: one is enough}\n"
    )
    own = f"extends: house.yaml\n{GOOD}compliance: [gdpr]\ncapabilities:\n  cloudtrail: {{log_retention_days: 731}}\n"
    loaded = load_profile(write(tmp_path, house=house, profile=own))
    assert loaded.profile.tier == "regulated"
    assert loaded.profile.compliance == ("gdpr",)
    settings = loaded.profile.capabilities["cloudtrail"].model_dump()
    assert settings["log_retention_days"] == 731
    assert settings["insights"] == ["ApiErrorRateInsight"]
    assert [path.name for path in loaded.files] == ["profile.yaml", "house.yaml"]


def test_later_layers_win_over_earlier_ones_and_the_profile_over_all(tmp_path: Path) -> None:
    own = f"extends: [one.yaml, two.yaml]\n{GOOD}"
    loaded = load_profile(write(tmp_path, one="tier: starter\n", two="tier: regulated\n", profile=own))
    assert loaded.profile.tier == "regulated"
    own += "tier: standard\n"
    assert load_profile(write(tmp_path, profile=own)).profile.tier == "standard"


def test_null_removes_what_a_layer_says(tmp_path: Path) -> None:
    house = "capabilities:\n  cloudtrail: {insights: [], reason: no}\n  alarms: false\n"
    own = f"extends: house.yaml\n{GOOD}capabilities:\n  cloudtrail: null\n"
    house = house.replace("reason: no}", "reason: not wanted}")
    loaded = load_profile(write(tmp_path, house=house, profile=own))
    assert loaded.profile.capabilities["cloudtrail"].model_dump()["insights"]
    assert not loaded.landscape.is_on("alarms")


def test_every_tier_states_every_setting_of_every_capability() -> None:
    for capability in CAPABILITIES.values():
        optional = {name for name, f in capability.settings.model_fields.items() if not f.is_required()}
        assert set(tier_defaults(capability.settings)) == set(capability.settings.model_fields) - optional
        for tier in TIERS:
            capability.settings.model_validate(settings_of_tier(capability.settings, tier))


def test_a_higher_tier_is_never_weaker() -> None:
    for capability in CAPABILITIES.values():
        for name, defaults in tier_defaults(capability.settings).items():
            for lower, higher in pairwise(TIERS):
                assert not defaults.weakened_by(defaults.values[higher], lower), f"{capability.name}.{name}"


@pytest.mark.parametrize(
    ("settings", "control"),
    [
        ("log_archive: {object_lock_mode: NONE}", "log-archive-object-lock"),
        ("log_archive: {object_lock_days: 30}", "log-archive-object-lock"),
        ("kms: {rotation_period_days: 700}", "kms-key-rotation"),
        ("cloudtrail: {insights: [ApiCallRateInsight]}", "cloudtrail-insights"),
        ("cloudtrail: {s3_data_events: none}", "cloudtrail-s3-data-events"),
        ("alarms: {root_activity: false}", "root-activity-events"),
        ("alarms: {cis: [root-usage]}", "cis-alarms"),
    ],
)
def test_a_weaker_value_is_a_warning_that_names_the_control_until_a_reason_accepts_it(
    settings: str, control: str
) -> None:
    (finding,) = load_profile_text(f"{GOOD}capabilities:\n  {settings}\n").findings
    assert (finding.id, finding.severity, finding.control) == ("profile-weakened", Severity.WARNING, control)
    assert control in finding.message
    assert finding.location.line == 14
    with_reason = settings.replace("}", ", reason: agreed with the client}")
    (accepted,) = load_profile_text(f"{GOOD}capabilities:\n  {with_reason}\n").findings
    assert accepted.accepted == "agreed with the client"


def test_turning_a_capability_off_is_a_weakening_too() -> None:
    (finding,) = load_profile_text(f"{GOOD}capabilities:\n  alarms: false\n").findings
    assert finding.id == "profile-weakened"
    assert finding.path.startswith("capabilities.alarms")


def test_a_stronger_value_is_no_finding_and_a_reason_for_nothing_is_a_note() -> None:
    assert load_profile_text(f"{GOOD}capabilities:\n  log_archive: {{retention_days: 4000}}\n").findings == ()
    (note,) = load_profile_text(f"{GOOD}capabilities:\n  log_archive: {{reason: because of that}}\n").findings
    assert note.severity is Severity.INFO


def test_a_standalone_profile_needs_one_account_and_no_email() -> None:
    text = (
        "version: 1\norganization: {name: Lab, prefix: lab, standalone: true, home_region: eu-west-1, "
        "regions: [eu-west-1]}\naccounts: {management: {}}\ntier: starter\n"
    )
    landscape = load_profile_text(text).landscape
    assert landscape.standalone
    assert landscape.role("log_archive") == "management"


def test_the_landscape_says_what_the_profile_says() -> None:
    landscape = load_profile_text(GOOD).landscape
    assert landscape.regions == ("eu-west-1", "us-east-1")
    assert (landscape.partition, landscape.sign_in_region) == ("aws", "us-east-1")
    assert list(landscape.ous) == ["Security", "Workloads", "Workloads/Prod", "Suspended"]
    assert landscape.suspended == {"Suspended"}
    assert landscape.settings("log_archive", LogArchiveSettings).object_lock_days == 365
    assert landscape.accounts["log_archive"].id == "222222222222"


def test_ten_thousand_accounts_load() -> None:
    accounts = "".join(f"  a{n}: {{email: a{n}@northwind.example, ou: Workloads/Prod}}\n" for n in range(10_000))
    text = GOOD.replace("organizational_units", f"{accounts}organizational_units")
    assert len(load_profile_text(text).landscape.accounts) == 10_003


def test_the_schema_is_one_and_describes_every_key() -> None:
    schema = profile_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    missing: list[str] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for name, item in node.get("properties", {}).items():
                if not item.get("description"):
                    missing.append(f"{path}.{name}")
            for key, item in node.items():
                walk(item, f"{path}.{key}")
        elif isinstance(node, list):
            for item in node:
                walk(item, path)

    walk(schema, "")
    assert missing == []
    assert set(schema["properties"]["capabilities"]["properties"]) == set(CAPABILITIES)


@pytest.mark.parametrize("path", sorted(profiles_directory().glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_valid_against_the_schema_short_and_commented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    validator = jsonschema.Draft202012Validator(profile_schema())
    required = "is a required property"
    errors = [e.message for e in validator.iter_errors(document) if not (path.stem in LAYERS and required in e.message)]
    assert errors == []
    assert text.startswith("# yaml-language-server: $schema=./profile.schema.json\n")
    assert text.count("\n") < 100 or path.stem == "everything-org"


LAYERS = {"house-baseline", "client"}
"""What stands in another layer is required of the whole, not of each."""


@pytest.mark.parametrize(
    "text", ["tier: gold\n", "organisation: {}\n", "capabilities: {cloudtrail: {insights: [X]}}\n", "compliance: [x]\n"]
)
def test_the_schema_refuses_what_the_loader_refuses(text: str) -> None:
    document = yaml.safe_load(GOOD + text)
    assert list(jsonschema.Draft202012Validator(profile_schema()).iter_errors(document))
