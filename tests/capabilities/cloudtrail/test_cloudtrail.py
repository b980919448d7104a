"""The trail: recorded events, deliveries and monitoring."""

from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.cloudtrail.cloudtrail import CAPABILITY, LOG_RETENTION_DAYS
from baseline.capabilities.settings import Tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from tests.landscapes import make_landscape, properties, rendered


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"cloudtrail": settings or {}}, **changes)


def stack_of(here: Landscape) -> Stack:
    (stack,) = [item for item in build_plan(here).stacks if item.capability == "cloudtrail"]
    return stack


def only(here: Landscape, kind: str) -> dict[str, Any]:
    (found,) = properties(rendered("cloudtrail", here)["cloudtrail"], kind).values()
    return dict(found)


def trail(here: Landscape) -> dict[str, Any]:
    return only(here, "AWS::CloudTrail::Trail")


def selectors(here: Landscape) -> dict[str, dict[str, list[str]]]:
    """Name of a selector → field → values."""
    return {
        item["Name"]: {field["Field"]: field["Equals"] for field in item["FieldSelectors"]}
        for item in trail(here)["AdvancedEventSelectors"]
    }


def test_trail_records_every_region_validates_and_cannot_be_lost() -> None:
    for here in (landscape(), landscape(standalone=True)):
        found = trail(here)
        for name in ("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"):
            assert found[name] is True
        template = rendered("cloudtrail", here)["cloudtrail"]
        for kind in ("AWS::CloudTrail::Trail", "AWS::Logs::LogGroup"):
            (resource,) = template.of_type(kind)
            assert resource.body["DeletionPolicy"] == "RetainExceptOnCreate"
            assert resource.body["UpdateReplacePolicy"] == "Retain"


def test_trail_is_the_organizations_or_the_accounts() -> None:
    organization, one = trail(landscape()), trail(landscape(standalone=True))
    assert (organization["TrailName"], organization["IsOrganizationTrail"]) == ("nw-organization-trail", True)
    assert one["TrailName"] == "nw-account-trail"
    assert "IsOrganizationTrail" not in one


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ("none", None),
        ("write", {"resources.type": ["AWS::S3::Object"], "eventCategory": ["Data"], "readOnly": ["false"]}),
        ("all", {"resources.type": ["AWS::S3::Object"], "eventCategory": ["Data"]}),
    ],
)
def test_object_events_are_recorded_as_the_setting_says(value: str, fields: dict[str, list[str]] | None) -> None:
    found = selectors(landscape({"s3_data_events": value}))
    assert found.get("S3 object events") == fields
    assert found["Management events"] == {"eventCategory": ["Management"]}


@pytest.mark.parametrize("enabled", [True, False])
def test_invocations_are_recorded_only_when_asked_for(*, enabled: bool) -> None:
    found = selectors(landscape({"lambda_data_events": enabled})).get("Lambda invocations")
    assert found == ({"eventCategory": ["Data"], "resources.type": ["AWS::Lambda::Function"]} if enabled else None)


@pytest.mark.parametrize(
    "insights", [[], ["ApiErrorRateInsight"], ["ApiCallRateInsight", "ApiErrorRateInsight"]], ids=len
)
def test_insights_are_those_of_the_profile(insights: list[str]) -> None:
    found = trail(landscape({"insights": insights}))
    assert [item["InsightType"] for item in found.get("InsightSelectors", [])] == insights
    assert ("InsightSelectors" in found) == bool(insights)


@pytest.mark.parametrize(
    ("tier", "days", "names", "insights"),
    [
        ("starter", 365, {"Management events"}, 0),
        ("standard", 365, {"Management events", "S3 object events"}, 2),
        ("regulated", 731, {"Management events", "S3 object events", "Lambda invocations"}, 2),
    ],
)
def test_tier_sets_what_is_recorded_and_for_how_long(tier: Tier, days: int, names: set[str], insights: int) -> None:
    here = landscape(tier=tier)
    assert set(selectors(here)) == names
    assert len(trail(here).get("InsightSelectors", [])) == insights
    assert only(here, "AWS::Logs::LogGroup")["RetentionInDays"] == days


def test_trail_delivers_to_the_archive_and_to_its_log_group() -> None:
    here = landscape()
    found = trail(here)
    assert found["S3BucketName"] == {"Fn::Sub": "nw-cloudtrail-logs-${LogArchiveAccountId}-eu-west-1"}
    assert found["KMSKeyId"]["Fn::Sub"].endswith(":kms:eu-west-1:${LogArchiveAccountId}:alias/nw-log-archive")
    assert found["CloudWatchLogsLogGroupArn"] == {"Fn::GetAtt": ["TrailLogGroup", "Arn"]}
    assert found["CloudWatchLogsRoleArn"] == {"Fn::GetAtt": ["TrailLogGroupRole", "Arn"]}
    group = only(here, "AWS::Logs::LogGroup")
    assert group["LogGroupName"] == "/nw/cloudtrail"
    assert group["KmsKeyId"] == {"Fn::ImportValue": "nw-logs-key-arn"}


def test_role_writes_to_streams_of_the_trail_only() -> None:
    def streams(here: Landscape) -> list[str]:
        (policy,) = only(here, "AWS::IAM::Role")["Policies"]
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
        found = statement["Resource"]
        return [item["Fn::Sub"].partition(":log-group:")[2] for item in found]

    own = "/nw/cloudtrail:log-stream:${AWS::AccountId}_CloudTrail_${AWS::Region}*"
    assert streams(landscape()) == [own, "/nw/cloudtrail:log-stream:${OrganizationId}_*"]
    assert streams(landscape(standalone=True)) == [own]


def test_trail_is_in_the_management_account_after_keys_and_buckets() -> None:
    stack = stack_of(landscape())
    assert [(d.account, d.regions, d.method.value) for d in stack.deployments] == [
        ("management", ("eu-west-1",), "stack")
    ]
    assert {"nw-kms-logs", "nw-kms-log-archive", "nw-log-archive"} <= set(stack.depends_on)
    assert [item.name for item in stack.parameters] == ["OrganizationId", "LogArchiveAccountId"]
    assert stack_of(landscape(standalone=True)).parameters == ()


def test_trusted_access_is_asked_for_when_the_organization_is_not_managed() -> None:
    assert stack_of(landscape()).prerequisites == ()
    without = make_landscape(settings={"organization": {"enabled": False}})
    (said,) = stack_of(without).prerequisites
    assert "--service-principal cloudtrail.amazonaws.com" in said
    assert stack_of(landscape(standalone=True)).prerequisites == ()


@pytest.mark.parametrize("days", LOG_RETENTION_DAYS)
def test_retention_that_cloudwatch_logs_has_is_valid(days: int) -> None:
    assert CAPABILITY.problems(landscape({"log_retention_days": days})) == ()


@pytest.mark.parametrize(("days", "longer"), [(2, 3), (366, 400), (730, 731), (3652, 3653)])
def test_retention_that_cloudwatch_logs_lacks_names_the_next_longer_one(days: int, longer: int) -> None:
    (problem,) = CAPABILITY.problems(landscape({"log_retention_days": days}))
    assert ".".join(map(str, problem.path)) == "log_retention_days"
    assert f"use {longer}," in problem.fix


@pytest.mark.parametrize(
    "settings",
    [
        {"log_retention_days": 0},
        {"log_retention_days": 3654},
        {"log_retention_days": True},
        {"s3_data_events": "read"},
        {"s3_data_events": False},
        {"insights": ["ApiCallRate"]},
        {"insights": "ApiCallRateInsight"},
        {"lambda_data_events": "all"},
    ],
    ids=str,
)
def test_value_that_cloudtrail_lacks_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(settings)


def test_capability_that_is_off_has_no_stack_and_no_trusted_access() -> None:
    here = make_landscape(settings={"cloudtrail": {"enabled": False}, "alarms": {"enabled": False}})
    assert not [stack for stack in build_plan(here).stacks if stack.capability == "cloudtrail"]
    assert CAPABILITY.trusted_access == ("cloudtrail.amazonaws.com",)
