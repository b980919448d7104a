"""Centralization rules: what is copied, to which account, under which keys, and by which administrator."""

from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered

KEY, BACKUP_KEY = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "1a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
SERVICE = "observabilityadmin.amazonaws.com"
MONITORING = CAPABILITIES["monitoring"]


def landscape(**changes: Any) -> Landscape:
    home = changes.pop("home_region", "eu-west-1")
    standalone = changes.pop("standalone", False)
    wanted = {"account": "log_archive", "prefixes": ["/app/"], **changes}
    return make_landscape(settings={"monitoring": {"log_copies": wanted}}, home_region=home, standalone=standalone)


def rule(here: Landscape) -> dict[str, Any]:
    template = rendered("monitoring", here)["monitoring-log-copies"]
    (found,) = properties(template, "AWS::ObservabilityAdmin::OrganizationCentralizationRule").values()
    return dict(found["Rule"])


def test_new_events_of_the_organization_are_copied_to_one_account() -> None:
    copied = rule(landscape(prefixes=["/app/", "/team/"]))
    assert copied == {
        "Source": {
            "Regions": ["eu-west-1", "eu-central-1"],
            "Scope": {"Fn::Sub": "OrganizationId = '${OrganizationId}'"},
            "SourceLogsConfiguration": {
                "EncryptedLogGroupStrategy": "SKIP",
                "LogGroupSelectionCriteria": "LogGroupName LIKE '/app/%' OR LogGroupName LIKE '/team/%'",
            },
        },
        "Destination": {"Account": {"Fn::Sub": "${LogArchiveAccountId}"}, "Region": "eu-west-1"},
    }


def test_copies_of_encrypted_log_groups_have_a_key_in_each_region() -> None:
    copied = rule(landscape(key=KEY, backup_region="eu-central-1", backup_key=BACKUP_KEY))
    assert copied["Source"]["SourceLogsConfiguration"]["EncryptedLogGroupStrategy"] == "ALLOW"
    arn = "arn:${AWS::Partition}:kms:%s:${LogArchiveAccountId}:key/%s"
    assert copied["Destination"]["DestinationLogsConfiguration"] == {
        "LogsEncryptionConfiguration": {
            "EncryptionStrategy": "CUSTOMER_MANAGED",
            "EncryptionScope": "NEW_DESTINATION_LOG_GROUPS",
            "EncryptionConflictResolutionStrategy": "SKIP",
            "KmsKeyArn": {"Fn::Sub": arn % ("eu-west-1", KEY)},
        },
        "BackupConfiguration": {"Region": "eu-central-1", "KmsKeyArn": {"Fn::Sub": arn % ("eu-central-1", BACKUP_KEY)}},
    }


def test_administrator_of_rules_has_the_stack_and_only_then_is_one_needed() -> None:
    here = landscape()
    (stack,) = (item for item in build_plan(here).stacks if item.name == "nw-monitoring-log-copies")
    assert [(item.account, stack.regions) for item in stack.deployments] == [("security", ("eu-west-1",))]
    settings = here.settings("monitoring", MONITORING.settings)
    assert MONITORING.asked_administration(settings) == (SERVICE,)
    linked = [item.arguments["AWSServiceName"] for item in MONITORING.management_settings(here)]
    assert linked == [SERVICE, f"logs-centralization.{SERVICE}"]
    quiet = make_landscape(settings={"monitoring": {"dashboard": True}})
    assert MONITORING.asked_administration(quiet.settings("monitoring", MONITORING.settings)) == ()
    assert MONITORING.management_settings(quiet) == ()


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"home_region": "eu-south-1"}, ()),
        ({"region": "eu-south-1"}, ("region",)),
        ({"backup_region": "eu-south-1"}, ("backup_region",)),
        ({"regions": ["eu-south-1"]}, ("regions",)),
    ],
    ids=str,
)
def test_region_without_the_type_leaves_the_rule_out(change: dict[str, Any], keys: tuple[str, ...]) -> None:
    here = landscape(**change)
    assert "monitoring-log-copies" not in rendered("monitoring", here)
    assert [problem.path for problem in MONITORING.unsupported(here)] == [("log_copies", *keys)]
    assert MONITORING.management_settings(here) == ()


def test_sources_without_the_type_are_left_out() -> None:
    here = landscape(regions=["eu-south-1", "eu-west-1"])
    assert rule(here)["Source"]["Regions"] == ["eu-west-1"]
    assert ["eu-south-1" in problem.message for problem in MONITORING.unsupported(here)] == [True]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"standalone": True}, ("log_copies",)),
        ({"account": "gone"}, ("log_copies", "account")),
        ({"regions": ["eu-west-1", "us-west-2"]}, ("log_copies", "regions", 1)),
        ({"region": "us-west-2"}, ("log_copies", "region")),
        ({"backup_region": "eu-west-1"}, ("log_copies", "backup_region")),
        ({"backup_key": BACKUP_KEY}, ("log_copies", "backup_key")),
        ({"key": KEY, "backup_region": "eu-central-1"}, ("log_copies", "backup_region")),
        ({"backup_region": "eu-central-1", "backup_key": BACKUP_KEY}, ("log_copies", "backup_key")),
        ({"prefixes": [f"/{number}{'a' * 400}" for number in range(5)]}, ("log_copies", "prefixes")),
    ],
    ids=str,
)
def test_places_and_keys_that_do_not_fit_are_a_problem(change: dict[str, Any], path: tuple[str | int, ...]) -> None:
    (problem,) = MONITORING.problems(landscape(**change))
    assert problem.path == path


def test_filter_may_have_five_operands() -> None:
    here = landscape(prefixes=list("abcdef"))
    assert rule(here)["Source"]["SourceLogsConfiguration"]["LogGroupSelectionCriteria"].count(" OR ") == 5
    assert not list(MONITORING.problems(here))


@pytest.mark.parametrize(
    "change",
    [{"prefixes": []}, {"prefixes": list("abcdefg")}, {"prefixes": ["/app/'"]}, {"key": "alias/logs"}],
    ids=str,
)
def test_values_that_aws_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(**change)
