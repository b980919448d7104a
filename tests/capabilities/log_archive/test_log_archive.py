"""The log archive: buckets, retention and locks."""

from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.log_archive.log_archive import CAPABILITY
from baseline.capabilities.settings import Tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.validate.subject import Resource
from tests.landscapes import make_landscape, properties, rendered

BUCKETS = {"CloudTrailLogsBucket", "ConfigLogsBucket", "VendedLogsBucket", "GuardDutyFindingsBucket"}


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"log_archive": settings or {}}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {stack.name.removeprefix("nw-"): stack for stack in build_plan(here).stacks}


def buckets(here: Landscape, stack: str = "log-archive") -> dict[str, dict[str, Any]]:
    return properties(rendered("log_archive", here)[stack], "AWS::S3::Bucket")


def every_bucket(here: Landscape) -> list[Resource]:
    return [item for template in rendered("log_archive", here).values() for item in template.of_type("AWS::S3::Bucket")]


def rule(bucket: dict[str, Any]) -> dict[str, Any]:
    """The lifecycle rule for the logs themselves."""
    (found,) = [item for item in bucket["LifecycleConfiguration"]["Rules"] if item["Id"] == "retention"]
    assert found["Status"] == "Enabled"
    assert "Prefix" not in found
    return dict(found)


@pytest.mark.parametrize("standalone", [False, True])
def test_no_bucket_claims_logs_that_aws_waf_would_not_deliver_to_it(*, standalone: bool) -> None:
    """AWS WAF only accepts buckets with that name (AWS WAF developer guide, Sending logs to an Amazon S3 bucket)."""
    template = rendered("log_archive", landscape(tier="regulated", standalone=standalone))["log-archive"]
    claiming = [r for r in template.of_type("AWS::S3::Bucket") if "WAF" in r.body["Metadata"]["Purpose"]]
    assert len(list(template.of_type("AWS::S3::Bucket"))) > 2
    assert all(str(r.properties["BucketName"]).startswith("aws-waf-logs-") for r in claiming)


def test_each_producer_has_a_bucket_only_while_it_is_on() -> None:
    assert set(buckets(landscape())) == BUCKETS
    off: dict[str, Any] = {name: {"enabled": False} for name in ("cloudtrail", "alarms", "guardduty")}
    assert set(buckets(make_landscape(settings=off))) == {"ConfigLogsBucket", "VendedLogsBucket"}
    silent = make_landscape(settings={"guardduty": {"export_findings": False}})
    assert set(buckets(silent)) == BUCKETS - {"GuardDutyFindingsBucket"}


def test_every_bucket_is_private_versioned_kept_and_has_a_policy() -> None:
    for here in (landscape(), landscape(standalone=True), landscape({"load_balancer_logs": False})):
        for bucket in every_bucket(here):
            assert bucket.body["DeletionPolicy"] == "RetainExceptOnCreate"
            assert bucket.body["UpdateReplacePolicy"] == "Retain"
            given = bucket.properties
            assert set(given["PublicAccessBlockConfiguration"].values()) == {True}
            assert len(given["PublicAccessBlockConfiguration"]) == 4
            assert given["VersioningConfiguration"] == {"Status": "Enabled"}
            assert given["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        for template in rendered("log_archive", here).values():
            policies = properties(template, "AWS::S3::BucketPolicy")
            named = {policy["Bucket"]["Ref"] for policy in policies.values()}
            assert named == set(properties(template, "AWS::S3::Bucket"))


@pytest.mark.parametrize(
    ("tier", "days", "mode", "locked"),
    [
        ("starter", 365, "GOVERNANCE", 90),
        ("standard", 1095, "GOVERNANCE", 365),
        ("regulated", 2557, "COMPLIANCE", 2190),
    ],
)
def test_tier_sets_retention_and_lock(tier: Tier, days: int, mode: str, locked: int) -> None:
    found = buckets(landscape(tier=tier))
    assert {rule(bucket)["ExpirationInDays"] for bucket in found.values()} == {days}
    trail = found["CloudTrailLogsBucket"]
    assert trail["ObjectLockEnabled"] is True
    assert trail["ObjectLockConfiguration"]["Rule"]["DefaultRetention"] == {"Mode": mode, "Days": locked}


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_lock_holds_cloudtrail_logs_only(mode: str) -> None:
    """AWS Config does not deliver to a bucket with Object Lock (CloudFormation, AWS::Config::DeliveryChannel)."""
    found = buckets(landscape({"object_lock_mode": mode, "object_lock_days": 400}))
    locked = {name: bucket for name, bucket in found.items() if bucket.get("ObjectLockEnabled")}
    assert set(locked) == {"CloudTrailLogsBucket"}
    retention = locked["CloudTrailLogsBucket"]["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": mode, "Days": 400}


def test_no_bucket_is_locked_when_the_mode_is_none() -> None:
    for bucket in buckets(landscape({"object_lock_mode": "NONE"})).values():
        assert not any(name.startswith("ObjectLock") for name in bucket)


def test_transitions_reach_every_log_bucket_in_their_order() -> None:
    moves = [{"days": 30, "storage_class": "STANDARD_IA"}, {"days": 120, "storage_class": "DEEP_ARCHIVE"}]
    here = landscape({"transitions": moves})
    expected = [
        {"StorageClass": "STANDARD_IA", "TransitionInDays": 30},
        {"StorageClass": "DEEP_ARCHIVE", "TransitionInDays": 120},
    ]
    for bucket in (*buckets(here).values(), buckets(here, "log-archive-access-logs")["LoadBalancerLogsBucket"]):
        assert rule(bucket)["Transitions"] == expected
    assert "Transitions" not in rule(buckets(landscape({"transitions": []}))["ConfigLogsBucket"])


def test_access_logs_have_a_retention_of_their_own() -> None:
    here = landscape({"retention_days": 800, "access_log_retention_days": 500, "object_lock_days": 100})
    found = buckets(here, "log-archive-access-logs")
    assert rule(found["AccessLogsBucket"])["ExpirationInDays"] == 500
    assert rule(found["LoadBalancerLogsBucket"])["ExpirationInDays"] == 800
    assert {rule(bucket)["ExpirationInDays"] for bucket in buckets(here).values()} == {800}


def test_every_log_bucket_logs_access_to_the_bucket_in_its_region() -> None:
    target = {"Fn::Sub": "nw-access-logs-${AWS::AccountId}-${AWS::Region}"}
    prefixes = set()
    for bucket in buckets(landscape()).values():
        assert bucket["LoggingConfiguration"]["DestinationBucketName"] == target
        prefixes.add(bucket["LoggingConfiguration"]["LogFilePrefix"])
    assert len(prefixes) == len(BUCKETS)
    access = buckets(landscape(), "log-archive-access-logs")
    assert access["AccessLogsBucket"]["BucketName"] == target
    assert "LoggingConfiguration" not in access["AccessLogsBucket"]


def test_log_buckets_are_encrypted_with_the_key_of_the_archive() -> None:
    for bucket in buckets(landscape()).values():
        (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        by_default = encryption["ServerSideEncryptionByDefault"]
        assert by_default == {
            "SSEAlgorithm": "aws:kms",
            "KMSMasterKeyID": {"Fn::ImportValue": "nw-log-archive-key-arn"},
        }
        assert encryption["BucketKeyEnabled"] is True


def test_load_balancers_and_access_logs_have_a_bucket_in_every_governed_region() -> None:
    on, off = landscape(), landscape({"load_balancer_logs": False})
    assert stacks(on)["log-archive-access-logs"].regions == ("eu-west-1", "eu-central-1")
    assert set(buckets(on, "log-archive-access-logs")) == {"AccessLogsBucket", "LoadBalancerLogsBucket"}
    assert stacks(off)["log-archive-access-logs"].regions == ("eu-west-1",)
    assert set(buckets(off, "log-archive-access-logs")) == {"AccessLogsBucket"}
    assert [item.name for item in stacks(off)["log-archive-access-logs"].parameters] == []


def test_buckets_are_in_the_log_archive_account_after_their_key() -> None:
    stack = stacks(landscape())["log-archive"]
    assert [(d.account, d.regions) for d in stack.deployments] == [("log_archive", ("eu-west-1",))]
    assert {"nw-kms-log-archive", "nw-log-archive-access-logs"} <= set(stack.depends_on)
    names = [item.name for item in stack.parameters]
    assert names == ["OrganizationId", "ManagementAccountId", "SecurityAccountId"]


def test_standalone_account_keeps_its_logs_itself() -> None:
    here = landscape(standalone=True)
    for name in ("log-archive", "log-archive-access-logs"):
        stack = stacks(here)[name]
        assert [(d.account, d.method.value) for d in stack.deployments] == [("management", "stack")]
        assert not stack.parameters
    text = "".join(template.template.text for template in rendered("log_archive", here).values())
    assert "OrgID" not in text
    assert "OrganizationId" not in text


def test_capability_that_is_off_has_no_stack() -> None:
    needing = ("log_archive", "cloudtrail", "alarms", "config", "guardduty")
    here = make_landscape(settings={name: {"enabled": False} for name in needing})
    assert not [name for name in stacks(here) if name.startswith("log-archive")]


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings, **changes))
    ]


@pytest.mark.parametrize(
    ("transitions", "setting", "message"),
    [
        ([{"days": 1095, "storage_class": "GLACIER"}], "transitions.0.days", "the log is deleted after 1095"),
        ([{"days": 29, "storage_class": "STANDARD_IA"}], "transitions.0.days", "at least 30"),
        ([{"days": 1, "storage_class": "ONEZONE_IA"}], "transitions.0.days", "at least 30"),
        (
            [{"days": 90, "storage_class": "GLACIER_IR"}, {"days": 90, "storage_class": "GLACIER"}],
            "transitions.1.days",
            "is not later than the one before",
        ),
    ],
    ids=["after deletion", "too early", "too early in one zone", "out of order"],
)
def test_transition_that_s3_refuses_is_a_problem(transitions: list[Any], setting: str, message: str) -> None:
    ((found, said),) = problems({"transitions": transitions})
    assert found == setting
    assert message in said


def test_transitions_at_their_limits_are_valid() -> None:
    moves = [{"days": 30, "storage_class": "STANDARD_IA"}, {"days": 31, "storage_class": "GLACIER"}]
    assert problems({"transitions": moves}) == []
    assert problems({"transitions": [{"days": 1, "storage_class": "GLACIER_IR"}]}) == []
    assert problems({"transitions": [{"days": 1094, "storage_class": "DEEP_ARCHIVE"}]}) == []


def test_lock_may_not_be_longer_than_retention() -> None:
    assert problems({"object_lock_days": 1095}) == []
    ((setting, message),) = problems({"object_lock_days": 1096})
    assert setting == "object_lock_days"
    assert "deleted after 1095" in message
    assert problems({"object_lock_days": 1096, "object_lock_mode": "NONE"}) == []


@pytest.mark.parametrize(
    ("framework", "settings", "valid"),
    [
        ("hipaa", {}, False),
        ("hipaa", {"retention_days": 2190, "object_lock_days": 2190}, True),
        ("hipaa", {"retention_days": 2190, "object_lock_days": 2189}, False),
        ("hipaa", {"retention_days": 2190, "object_lock_days": 2190, "object_lock_mode": "NONE"}, False),
        ("pci-dss-4.0.1", {"object_lock_days": 364}, False),
        ("pci-dss-4.0.1", {"object_lock_days": 365}, True),
        ("cis-7.0", {"object_lock_days": 1}, True),
    ],
)
def test_lock_is_as_long_as_the_framework_asks(framework: str, settings: dict[str, Any], valid: bool) -> None:
    found = problems(settings, compliance=frozenset({framework}))
    assert [setting for setting, _ in found] == ([] if valid else ["object_lock_days"])
    assert all(framework in message for _, message in found)


@pytest.mark.parametrize(
    "settings",
    [
        {"retention_days": 0},
        {"retention_days": 36501},
        {"retention_days": "365"},
        {"object_lock_mode": "governance"},
        {"transitions": [{"days": 0, "storage_class": "GLACIER"}]},
        {"transitions": [{"days": 30, "storage_class": "STANDARD"}]},
        {"transitions": [{"days": 30, "storage_class": "GLACIER", "prefix": "x"}]},
        {"load_balancer_logs": "on"},
    ],
    ids=str,
)
def test_value_that_means_nothing_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(settings)
