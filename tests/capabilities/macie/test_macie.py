"""Amazon Macie: what is on where, in which order, where its results go, and what a profile may not say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.capability import StackSpec
from baseline.capabilities.custom_settings import CustomSettingsContext
from baseline.capabilities.detect.macie.macie import CAPABILITY, IdentifiersContext
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.statements import deployers
from baseline.capabilities.settings import Tier
from baseline.findings import Severity
from baseline.pipeline import Options, Proof, prove
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from baseline.validate.validate import ValidateOptions
from tests.landscapes import make_landscape, properties, rendered
from tests.profile.test_places import PROFILE as START

DISCOVER: dict[str, Any] = {"mode": "discover"}
OPT_IN: dict[str, Any] = {"regions": ("eu-west-1", "eu-south-1"), "opt_in_regions": frozenset({"eu-south-1"})}
OPT_IN_HOME: dict[str, Any] = {
    "home_region": "eu-south-1",
    "regions": ("eu-south-1", "eu-west-1"),
    "opt_in_regions": frozenset({"eu-south-1"}),
}
GOVCLOUD: dict[str, Any] = {
    "partition": "aws-us-gov",
    "home_region": "us-gov-west-1",
    "sign_in_region": "us-gov-west-1",
    "regions": ("us-gov-west-1",),
}
IDENTIFIER: dict[str, Any] = {"description": "Numbers.", "regex": "E-[0-9]{7}", "keywords": ["number"]}


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    others = changes.pop("others", {})
    return make_landscape(tier, {"macie": DISCOVER if settings is None else settings, **others}, **changes)


def stacks(here: Landscape) -> dict[str, StackSpec]:
    return {spec.name: spec for spec in CAPABILITY.stacks(here)}


def made(here: Landscape, stack: str = "macie-settings") -> dict[str, Any]:
    """Logical id → custom setting."""
    context = stacks(here)[stack].context
    assert isinstance(context, CustomSettingsContext)
    return {item.logical_id: item for item in context.settings}


def problems(settings: dict[str, Any], **changes: Any) -> list[str]:
    return [".".join(map(str, item.path)) for item in CAPABILITY.problems(landscape(settings, **changes))]


def unsupported(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    found = CAPABILITY.unsupported(landscape(settings, **changes))
    return [(".".join(map(str, item.path)), item.message) for item in found]


# ── on and off ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_no_tier_turns_on_what_is_billed(tier: Tier, *, standalone: bool) -> None:
    here = landscape({}, tier, standalone=standalone)
    assert CAPABILITY.stacks(here) == ()
    assert not any("macie" in arn for arn in deployers(here))
    bucket = properties(rendered("log_archive", here)["log-archive"], "AWS::S3::Bucket")
    assert "MacieResultsBucket" not in bucket


def test_session_comes_before_the_administrator_and_members_after_it() -> None:
    """AWS turns Macie on in an account that becomes administrator: the session could not be created any more."""
    waves = build_plan(landscape()).waves
    wave = {stack.name.removeprefix("nw-"): number for number, stacks in enumerate(waves) for stack in stacks}
    assert wave["macie"] < wave["macie-administrator"] < wave["macie-settings"]
    assert wave["kms-logs-accounts"] < wave["macie-settings-function"]
    assert wave["log-archive"] < wave["macie-settings"]


def test_function_of_the_administrator_has_a_key_for_its_log_without_account_settings() -> None:
    here = landscape(others={"account_settings": {"enabled": False}})
    assert "nw-kms-logs-accounts" in {stack.name for stack in build_plan(here).stacks}


def test_monitoring_reads_no_object() -> None:
    found = made(landscape({"mode": "monitor"}))
    assert {item.setting for item in found.values()} == {"macie-members", "macie-results", "macie-publication"}


def test_standalone_account_has_no_administrator_and_no_members() -> None:
    here = landscape(standalone=True)
    assert set(stacks(here)) == {"macie", "macie-settings", "macie-settings-function"}
    found = made(here)
    assert "MembersEuWest1" not in found
    assert found["Discovery"].arguments == {}


def test_another_account_may_administer() -> None:
    here = replace(landscape(), roles={"macie": "log_archive"})
    assert {spec.target.accounts for name, spec in stacks(here).items() if "administrator" not in name} == {
        ("log_archive",)
    }
    (administrator,) = made(here, "macie-administrator").values()
    assert administrator.arguments == {"AccountId": "${LogArchiveAccountId}"}


# ── settings without a type ──────────────────────────────────────────────────────────────────────────────────────────


def test_each_region_enrolls_accounts_for_itself() -> None:
    found = {name: item for name, item in made(landscape()).items() if item.setting == "macie-members"}
    assert {name: item.regions for name, item in found.items()} == {
        "MembersEuWest1": ("eu-west-1",),
        "MembersEuCentral1": ("eu-central-1",),
    }


@pytest.mark.parametrize(
    ("settings", "members", "mode", "discovery"),
    [
        ({}, None, "ALL", None),
        ({"excluded_accounts": ["log_archive"]}, ["${LogArchiveAccountId}"], "NEW", ["${LogArchiveAccountId}"]),
        ({"discovery_excluded_accounts": ["log_archive"]}, None, "NEW", ["${LogArchiveAccountId}"]),
    ],
    ids=["everyone", "excluded", "not discovered"],
)
def test_excluded_accounts_are_named_by_parameters(
    settings: dict[str, Any], members: list[str] | None, mode: str, discovery: list[str] | None
) -> None:
    here = landscape({**DISCOVER, **settings})
    found = made(here)
    assert found["MembersEuWest1"].arguments.get("ExcludedAccounts") == members
    assert found["Discovery"].arguments["autoEnableOrganizationMembers"] == mode
    assert found["Discovery"].arguments.get("ExcludedAccounts") == discovery
    names = [getattr(item, "name", item) for item in stacks(here)["macie-settings"].parameters]
    assert len(names) == len(set(names))
    assert "LogArchiveAccountId" in names


def test_buckets_of_the_log_archive_are_left_out_in_their_own_region() -> None:
    found = made(landscape({**DISCOVER, "excluded_buckets": {"eu-central-1": ["site"]}}))
    home = found["ExcludedBucketsEuWest1"].arguments["BucketNames"]
    assert "nw-cloudtrail-logs-${LogArchiveAccountId}-eu-west-1" in home
    assert "nw-macie-logs-${LogArchiveAccountId}-eu-west-1" in home
    assert found["ExcludedBucketsEuCentral1"].arguments["BucketNames"] == [
        "nw-access-logs-${LogArchiveAccountId}-eu-central-1",
        "nw-load-balancer-logs-${LogArchiveAccountId}-eu-central-1",
        "site",
    ]
    every = made(landscape({**DISCOVER, "exclude_log_buckets": False}))
    assert not [name for name in every if name.startswith("Excluded")]


def test_every_bucket_of_the_log_archive_that_is_left_out_exists() -> None:
    web_acls = {"web_acls": {"apps": {"to": ["root"], "logging": {"to": "s3"}}}}
    here = landscape(others={"waf": web_acls})
    home = made(here)["ExcludedBucketsEuWest1"].arguments["BucketNames"]
    rendered_names = {
        text_of(bucket["BucketName"])
        .replace("${AWS::AccountId}", "${LogArchiveAccountId}")
        .replace("${AWS::Region}", "eu-west-1")
        for template in rendered("log_archive", here).values()
        for bucket in properties(template, "AWS::S3::Bucket").values()
    }
    assert set(home) == rendered_names
    assert "aws-waf-logs-nw-${LogArchiveAccountId}-eu-west-1" in home


def test_changed_identifier_has_another_name_and_the_same_resource() -> None:
    def identifier(**changes: Any) -> tuple[str, str]:
        here = landscape({**DISCOVER, "custom_data_identifiers": {"numbers": {**IDENTIFIER, **changes}}})
        context = stacks(here)["macie-identifiers"].context
        assert isinstance(context, IdentifiersContext)
        (item,) = context.identifiers
        assert made(here)["Identifiers"].arguments == {"CustomDataIdentifiers": [item.name]}
        return item.logical_id, item.name

    (before_id, before), (after_id, after) = identifier(), identifier(regex="E-[0-9]{8}")
    assert before_id == after_id
    assert before != after


# ── Regions ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_existing_session_is_not_created_again() -> None:
    template = rendered("macie", landscape({**DISCOVER, "existing_sessions": ["eu-central-1"]}))["macie"]
    assert template.document["Mappings"]["Sessions"] == {
        "eu-west-1": {"Exists": "false"},
        "eu-central-1": {"Exists": "true"},
    }


def test_opt_in_region_delivers_as_a_principal_of_its_own() -> None:
    here = landscape(**OPT_IN)
    key = properties(rendered("kms", here)["kms-log-archive"], "AWS::KMS::Key")["LogArchiveKey"]
    (statement,) = [item for item in key["KeyPolicy"]["Statement"] if item["Sid"] == "MacieResults"]
    assert statement["Principal"]["Service"] == ["macie.amazonaws.com", "macie.eu-south-1.amazonaws.com"]


def test_opt_in_home_region_stores_its_own_results_only() -> None:
    assert made(landscape(**OPT_IN_HOME))["Results"].regions == ("eu-south-1",)
    assert [path for path, _ in unsupported(DISCOVER, **OPT_IN_HOME)] == ["export_results"]


def test_region_and_partition_without_macie_are_left_out_and_named() -> None:
    here = landscape(regions=("eu-west-1", "eu-central-2"))
    assert stacks(here)["macie"].target.only == ("eu-west-1",)
    ((path, message),) = unsupported(DISCOVER, regions=("eu-west-1", "eu-central-2"))
    assert (path, "eu-central-2" in message) == ("mode", True)
    assert CAPABILITY.stacks(landscape(**GOVCLOUD)) == ()
    assert [path for path, _ in unsupported(DISCOVER, **GOVCLOUD)] == ["mode"]
    assert unsupported({}, **GOVCLOUD) == []


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LIST: dict[str, Any] = {"reason": "Tests."}
WORDS: dict[str, Any] = {"words": {"bucket": "abc", "key": "x"}}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (DISCOVER, []),
        ({}, []),
        ({"existing_sessions": ["eu-west-1"]}, ["existing_sessions"]),
        ({"mode": "monitor", "custom_data_identifiers": {"a": IDENTIFIER}}, ["custom_data_identifiers"]),
        ({**DISCOVER, "existing_sessions": ["eu-central-2"]}, ["existing_sessions.0"]),
        ({**DISCOVER, "excluded_buckets": {"us-east-1": ["abc"]}}, ["excluded_buckets.us-east-1"]),
        ({**DISCOVER, "excluded_buckets": {"eu-west-1": ["abc"] * 1001}}, ["excluded_buckets.eu-west-1"]),
        ({**DISCOVER, "allow_lists": {"a": LIST}}, ["allow_lists.a"]),
        (
            {**DISCOVER, "allow_lists": {"a": {**LIST, "regex": "x", "words": {"bucket": "abc", "key": "x"}}}},
            ["allow_lists.a"],
        ),
        ({**DISCOVER, "allow_lists": {"a": {**LIST, **WORDS}}}, ["allow_lists.a.words"]),
        ({**DISCOVER, "excluded_accounts": ["security"]}, ["excluded_accounts"]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_values_that_do_not_fit_are_problems(settings: dict[str, Any], expected: list[str]) -> None:
    assert problems(settings) == expected


def test_file_of_words_fits_where_the_list_is_in_one_region() -> None:
    settings = {**DISCOVER, "allow_lists": {"a": {**LIST, **WORDS}}}
    assert problems(settings, regions=("eu-west-1",)) == []


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ({"kms": {"enabled": False}}, ("mode", "kms", None)),
        ({"log_archive": {"enabled": False}}, ("export_results", "log_archive", None)),
        ({"security_hub": {"enabled": False}}, ("mode", "security_hub", Severity.WARNING)),
        (
            {"organization": {"delegated_services": ["macie.amazonaws.com"]}},
            ("mode", "organization", None),
        ),
    ],
    ids=["kms", "log archive", "security hub", "organization"],
)
def test_other_capability_that_does_not_fit_is_named(
    others: dict[str, Any], expected: tuple[str, str, Severity | None]
) -> None:
    (found,) = CAPABILITY.problems(landscape(others=others))
    assert (*found.path, found.fallback[0][1], found.severity) == expected


@pytest.mark.parametrize(
    "settings",
    [
        {"mode": "on"},
        {"security_hub_findings": ["all"]},
        {"excluded_buckets": {"eu-west-1": ["A"]}},
        {"allow_lists": {f"a{number}": {**LIST, "regex": "x"} for number in range(11)}},
        {"allow_lists": {"a": {**LIST, "regex": "x" * 513}}},
        {"custom_data_identifiers": {"a": {**IDENTIFIER, "keywords": ["no"]}}},
        {"custom_data_identifiers": {"a": {**IDENTIFIER, "maximum_match_distance": 301}}},
    ],
    ids=lambda value: str(value)[:60],
)
def test_value_that_aws_would_reject_is_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(settings)


# ── the whole way ────────────────────────────────────────────────────────────────────────────────────────────────────


def proof(directory: Path, macie: str, roles: str = "{}") -> Proof:
    path = directory / "profile.yaml"
    start = START.replace("capabilities:\n", "").replace(
        "organizational_units:", f"roles: {roles}\norganizational_units:"
    )
    path.write_text(f"{start}capabilities:\n  macie: {macie}\n", encoding="utf-8")
    return prove(path, Options(validation=ValidateOptions(lint=False), fail_on=None))


def test_checks_hold_and_controls_are_deployed_for_another_administrator_as_well(tmp_path: Path) -> None:
    """BL132 evaluates the policies of the bucket and the key for the administrator's account."""
    found = proof(
        tmp_path, "{mode: discover, custom_data_identifiers: {a: {description: Ours., regex: x}}}", "{macie: web}"
    )
    assert [item for item in found.findings if item.id.startswith("BL")] == []
    states = {it.control.id: it.state.value for it in found.evidence.assessments if it.control.capability == "macie"}
    assert {*states.values()} == {"deployed"}, states


def test_excluded_account_is_a_finding_about_its_control(tmp_path: Path) -> None:
    found = proof(tmp_path, "{mode: monitor, excluded_accounts: [free]}")
    weak = [item.control for item in found.findings if item.id == "profile-weakened" and item.capability == "macie"]
    assert weak == ["macie-members"]
