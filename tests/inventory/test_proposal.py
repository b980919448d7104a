"""`baseline init --from`: the profile of an organization that exists."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import ProfileError
from baseline.inventory.document import write_inventory
from baseline.inventory.facts.control_tower import EnabledBaseline, LandingZone
from baseline.inventory.facts.identity_center import Assignment, Group, IdentityCenter, PermissionSet
from baseline.inventory.facts.organization import Administrator, Policies, Policy
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import Inventory
from baseline.inventory.proposal.answers import Wishes, answers_of
from baseline.profile.load import load_profile_text
from baseline.profile.scaffold import scaffold
from tests.inventory.made import (
    DATA,
    DETECTOR,
    HUB,
    LOGS,
    MANAGEMENT,
    RECORDER,
    REGIONS,
    SECURITY,
    WEB,
    inventory,
    policies,
    stack_set,
    trail,
)

_WISHES = Wishes(name="Contoso", prefix="ct")
SET = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"


def proposed(found: Inventory, wishes: Wishes = _WISHES) -> tuple[dict[str, Any], str]:
    """The profile as data and as text; it is valid."""
    text = scaffold(answers_of(found, wishes))
    assert [str(item) for item in load_profile_text(text).findings if str(item.severity) == "error"] == []
    return yaml.safe_load(text), text


def setting(found: Inventory, capability: str) -> Mapping[str, Any]:
    return proposed(found)[0]["capabilities"][capability] or {}


def everywhere(**facts: Any) -> dict[str, dict[str, Any]]:
    return dict.fromkeys(REGIONS, facts)


_TRAIL = "aws-controltower-BaselineCloudTrail"


def control_tower(**values: Any) -> LandingZone:
    given: dict[str, Any] = {
        "arn": "arn", "region": "us-east-1", "version": "3.3", "latest_version": "4.0", "status": "ACTIVE",
        "drift": "IN_SYNC", "governed_regions": ("us-east-1", "eu-west-1"),
        "integrations": {"centralizedLogging": True, "securityRoles": True},
        "accounts": {"centralizedLogging": DATA, "securityRoles": WEB}, "baselines": (), "controls": (), **values,
    }  # fmt: skip
    return LandingZone(**given)


def test_an_existing_organization_gets_its_ids_units_and_keys() -> None:
    profile, text = proposed(inventory())

    assert profile["organization"]["id"] == "o-c0nt0s0123"
    assert profile["organization"]["root_id"] == "r-c0nt"
    assert {key: item["id"] for key, item in profile["accounts"].items()} == {
        "management": MANAGEMENT, "log_archive": LOGS, "security": SECURITY, "web-production": WEB, "data": DATA,
    }  # fmt: skip
    assert profile["accounts"]["web-production"]["ou"] == "Workloads/Prod"
    assert profile["organizational_units"][0] == {"path": "Core", "id": "ou-c0nt-11111111"}
    assert profile["capabilities"]["guardrails"]["stage"] == "audit"
    assert "# log_archive: its name is Log Archive." in text


def test_keys_are_unique_and_never_the_name_of_a_unit_or_of_a_role() -> None:
    found = inventory(names={WEB: "Security", DATA: "Root", LOGS: "123"})
    keys = proposed(found, Wishes(prefix="ct", log_archive_id=LOGS, security_id=SECURITY))[0]["accounts"]

    assert {item["id"]: key for key, item in keys.items()} == {
        MANAGEMENT: "management", LOGS: "log_archive", SECURITY: "security", WEB: f"security-{WEB}",
        DATA: f"root-{DATA}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "keys"),
    [
        (inventory(control_tower=control_tower()), (DATA, WEB)),
        (
            inventory(
                {MANAGEMENT: {"eu-west-1": {"trails": (trail("logs"),)}}},
                log_buckets={"logs": DATA},
                delegated_administrators=(Administrator(account=WEB, services=("guardduty.amazonaws.com",)),),
            ),
            (DATA, WEB),
        ),
        (inventory(), (LOGS, SECURITY)),
    ],
    ids=["Control Tower says it", "the trail's bucket and GuardDuty's administrator show it", "the names say it"],
)
def test_log_archive_and_security_account_are_recognized(found: Inventory, keys: tuple[str, str]) -> None:
    accounts = proposed(found)[0]["accounts"]
    assert (accounts["log_archive"]["id"], accounts["security"]["id"]) == keys


def test_an_account_that_is_not_recognized_has_to_be_named() -> None:
    text = scaffold(answers_of(inventory(names={LOGS: "one", SECURITY: "two"}), _WISHES))

    with pytest.raises(ProfileError) as error:
        load_profile_text(text)
    assert {item.path for item in error.value.problems} == {"accounts.log_archive.email", "accounts.security.email"}
    assert "No account was recognized as log_archive" in text


def test_a_closed_account_is_left_out_and_excluded_from_packs() -> None:
    found = inventory(states={DATA: "SUSPENDED"})

    profile, text = proposed(found)

    assert DATA not in {item["id"] for item in profile["accounts"].values()}
    assert profile["capabilities"]["config"]["exclude_accounts"] == [DATA]
    assert "# Left out: data is SUSPENDED." in text


@pytest.mark.parametrize(
    ("having", "expected"),
    [
        ((), {}),
        ((WEB,), {"overrides": ["web-production"]}),
        ((WEB, DATA), {"overrides": ["Workloads"]}),
        ((LOGS, SECURITY, WEB, DATA), {"overrides": ["Core", "Workloads"]}),
        ((MANAGEMENT, LOGS, SECURITY, WEB, DATA), {"recorder": "existing"}),
    ],
    ids=["nowhere", "in one account", "in a whole unit", "in all members", "everywhere"],
)
def test_recorders_that_exist_are_left_where_they_are(having: tuple[str, ...], expected: Any) -> None:
    found = setting(inventory({account: everywhere(recorders=(RECORDER,)) for account in having}), "config")

    places = [place for item in found.get("overrides", ()) for place in item["to"]]
    assert {
        **({"overrides": places} if places else {}),
        **{k: v for k, v in found.items() if k == "recorder"},
    } == expected
    assert all(item["recorder"] == "existing" for item in found.get("overrides", ()))


def test_a_service_linked_recorder_blocks_nothing() -> None:
    linked = RECORDER.model_copy(update={"service": "securityhub.amazonaws.com"})
    assert setting(inventory({WEB: everywhere(recorders=(linked,))}), "config") == {}


def test_a_recorder_in_one_region_only_is_named() -> None:
    text = proposed(inventory({WEB: {"eu-west-1": {"recorders": (RECORDER,)}}}))[1]
    assert f"# web-production ({WEB}) has no recorder in us-east-1" in text


def test_detectors_and_hubs_of_the_security_account_are_existing() -> None:
    found = inventory(
        {
            SECURITY: {"us-east-1": {"detectors": (DETECTOR,), "hub": HUB}},
            WEB: everywhere(detectors=(DETECTOR,), hub=HUB),
        }
    )
    assert setting(found, "guardduty") == {"existing_detectors": {"us-east-1": DETECTOR.id}}
    assert setting(found, "security_hub") == {"existing_hub": True}
    assert setting(inventory({WEB: everywhere(detectors=(DETECTOR,), hub=HUB)}), "guardduty") == {}


def test_what_is_unknown_is_said_and_never_taken_for_absent() -> None:
    text = proposed(inventory(unknown=(SECURITY,), policies=Unknown(unknown="ListPolicies: AccessDeniedException")))[1]

    assert "# Detectors of the security account in eu-west-1 are unknown" in text
    assert "# Whether the security account has a hub in us-east-1 is unknown" in text
    assert "# Recorders of 1 accounts are unknown" in text
    assert "# Foreign policies are unknown" in text


def test_slots_of_foreign_policies_are_reserved() -> None:
    found = policies(one=("r-c0nt", "ou-c0nt-11111111"), two=("ou-c0nt-11111111",), unattached=())
    assert setting(inventory(policies=found), "guardrails")["reserved_slots"] == 2
    assert "reserved_slots" not in setting(inventory(policies=policies(unattached=())), "guardrails")


def test_a_trail_is_named_as_no_setting_adopts_it() -> None:
    text = proposed(inventory({MANAGEMENT: {"eu-west-1": {"trails": (trail("logs"),)}}}))[1]
    assert "# The organization trail old of management" in text


def test_identity_center_gets_region_groups_and_free_names() -> None:
    center = IdentityCenter(
        arn="arn:aws:sso:::instance/ssoins-1234567890abcdef",
        identity_store="d-1234567890",
        region="us-east-1",
        owner=MANAGEMENT,
        permission_sets=(PermissionSet(name="ReadOnly", arn="arn", session="PT1H", managed_policies=()),),
        groups=(Group(id="93674f7e5b-5d0b1c3e-6f0a-4a7b-9c58-0d3f6a1b2c4e", name="admins", external=True),),
        assignments=(Assignment(group="g", permission_set="arn", account=WEB),),
    )
    found = setting(inventory(identity_center=center), "identity_center")

    assert found["groups"] == {"admins": {"id": "93674f7e5b-5d0b1c3e-6f0a-4a7b-9c58-0d3f6a1b2c4e"}}
    assert "ReadOnly" not in found["ready_made"]
    assert "Administrator" in found["ready_made"]
    profile, text = proposed(inventory(identity_center=center), Wishes(prefix="ct", home_region="eu-west-1"))
    assert profile["capabilities"]["identity_center"]["region"] == "us-east-1"
    assert "# 1 assignments of groups exist" in text


def test_administrators_of_services_keep_their_roles_or_are_named() -> None:
    administrators = (
        Administrator(account=SECURITY, services=("guardduty.amazonaws.com",)),
        Administrator(account=WEB, services=("sso.amazonaws.com", "securityhub.amazonaws.com")),
    )
    profile, text = proposed(inventory(delegated_administrators=administrators))

    assert profile["roles"] == {"identity_center": "web-production"}
    left = profile["capabilities"]["security_hub"]
    assert left["enabled"] is False
    assert left["reason"] == f"web-production ({WEB}) administers AWS Security Hub, and there can be only one."
    assert f"# To have it here, deregister web-production ({WEB})" in text


def test_what_has_names_of_the_baseline_is_adopted_if_the_user_wishes() -> None:
    sets = (PermissionSet(name="Administrator", arn=SET, session="PT1H", managed_policies=()),)
    center = IdentityCenter(
        arn="arn", identity_store="d-1", region="eu-west-1", owner="1", permission_sets=sets, groups=(), assignments=()
    )
    live = inventory(
        {SECURITY: {"eu-west-1": {"hub": HUB}, "us-east-1": {"detectors": (DETECTOR,)}}}, identity_center=center
    )
    profile, _ = proposed(live, Wishes(prefix="ct", home_region="eu-west-1", adopt=True))

    assert profile["adopt"] == {
        "permission_sets": {"Administrator": SET},
        "detectors": {"us-east-1": DETECTOR.id},
        "hubs": {"eu-west-1": HUB.arn},
    }
    assert not {"existing_detectors", "existing_hub", "ready_made"} & {
        key for settings in profile["capabilities"].values() for key in settings or {}
    }


def test_control_tower_gives_the_key_the_home_region_and_the_governed_regions() -> None:
    registered = EnabledBaseline(
        name="AWSControlTowerBaseline", version="4.0", target="arn/ou-c0nt-22222222", status="SUCCEEDED"
    )
    arn = "arn:aws:controltower:us-east-1:111111111101:enabledbaseline/XAH"
    center = EnabledBaseline(arn=arn, name="IdentityCenterBaseline", version="1.0", target="arn", status="SUCCEEDED")
    found = control_tower(baselines=(registered, center))
    recorder = RECORDER.model_copy(update={"name": "aws-controltower-BaselineConfigRecorder"})
    live = inventory(
        {WEB: everywhere(recorders=(recorder,)), MANAGEMENT: {"us-east-1": {"trails": (trail("b", name=_TRAIL),)}}},
        control_tower=found,
    )

    profile, text = proposed(live)

    organization = profile["organization"]
    assert (organization["home_region"], organization["regions"]) == ("us-east-1", ["us-east-1", "eu-west-1"])
    assert organization["control_tower"] == {
        "version": "3.3",
        "integrations": {"access_management": False},
        "registered_units": ["Workloads"],
        "security_unit": "Workloads/Prod",
        "identity_center_baseline": arn,
    }
    assert "# Control Tower 3.3 governs us-east-1, eu-west-1" in text
    assert "overrides" not in (profile["capabilities"]["config"] or {}), "its recorders follow from the key"
    assert _TRAIL not in text, "its trail follows from the key"


def test_a_landing_zone_that_is_too_old_is_named_without_a_key() -> None:
    profile, text = proposed(inventory(control_tower=control_tower(version="2.9")))
    assert "control_tower" not in profile["organization"]
    assert "# Control Tower 2.9 is older than the supported versions" in text


def test_sessions_of_macie_are_named() -> None:
    live = inventory({SECURITY: {"us-east-1": {"macie": "PAUSED"}}})
    assert "# The security account has Amazon Macie in us-east-1" in proposed(live)[1]


def test_what_this_baseline_has_deployed_is_not_foreign() -> None:
    found = inventory(
        {
            WEB: everywhere(recorders=(RECORDER,)),
            SECURITY: everywhere(detectors=(DETECTOR,)),
            MANAGEMENT: {"us-east-1": {"trails": (trail("nw-trail"),)}},
        },
        stack_sets=tuple(stack_set(f"nw-{name}", name) for name in ("config", "guardduty", "guardrails", "cloudtrail")),
        policies=policies(**{"nw-protect": ("r-c0nt",), "foreign": ("r-c0nt",)}),
    )
    profile, text = proposed(found, Wishes(name="Northwind"))

    assert (profile["organization"]["prefix"], profile["organization"]["home_region"]) == ("nw", "us-east-1")
    settings = profile["capabilities"]
    assert (settings["config"], settings["guardduty"]) == (None, None)
    assert settings["guardrails"] == {"reserved_slots": 1}
    assert "old" not in text


def test_the_command_writes_the_profile_and_plan_reads_it(tmp_path: Path) -> None:
    write_inventory(inventory(), tmp_path / "inventory.json")
    profile = tmp_path / "profile.yaml"

    made = CliRunner().invoke(
        baseline, ["init", "--from", str(tmp_path / "inventory.json"), "-o", str(profile), "--prefix", "ct"]
    )
    assert made.exit_code == 0, made.output
    plan = CliRunner().invoke(baseline, ["plan", str(profile), "--format", "json"])
    assert plan.exit_code == 0
    assert "ct-guardrails" in plan.stdout


def test_options_that_the_inventory_answers_are_refused(tmp_path: Path) -> None:
    write_inventory(inventory(), tmp_path / "inventory.json")
    result = CliRunner().invoke(
        baseline, ["init", "--from", str(tmp_path / "inventory.json"), "--management-id", MANAGEMENT, "-o", "-"]
    )
    assert result.exit_code == 2
    assert "--management-id" in result.output


def test_the_management_account_is_one_whatever_its_state() -> None:
    found = answers_of(inventory(states={MANAGEMENT: "PENDING_CLOSURE"}), Wishes())
    assert found.ids["management"] == MANAGEMENT


def test_graphs_of_detective_are_named() -> None:
    text = proposed(inventory({SECURITY: {"eu-west-1": {"graphs": ("arn:graph",)}}}))[1]
    assert "# The security account has a behavior graph in eu-west-1, which stays." in text


def test_policies_with_names_of_the_baseline_are_adopted_on_request_unless_that_would_detach_them() -> None:
    one = Policy(id="p-1a2b3c4d", name="ct-guardrails-scp-identity", type="SERVICE_CONTROL_POLICY", aws_managed=False,
                 content="{}", targets=("r-c0nt",))  # fmt: skip
    other = one.model_copy(update={"id": "p-2b3c4d5e", "name": "ct-guardrails-scp-record", "targets": ()})
    live = inventory(policies=Policies(policies=(one, other), unknown_types={}, free_slots={}))

    profile, text = proposed(live, Wishes(prefix="ct", home_region="eu-west-1", adopt=True))

    assert profile["adopt"]["policies"] == {other.name: other.id}
    assert f'import them by adopt: {{policies: {{"{one.name}": "{one.id}"}}}}' in text
    assert "policies" not in proposed(live)[0].get("adopt", {})
