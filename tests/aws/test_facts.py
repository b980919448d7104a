from pathlib import Path

import pytest

from baseline.aws.availability import is_available, resource_facts
from baseline.aws.conditions import is_known_global_key, is_known_operator
from baseline.aws.config_rules import config_rule, nearest_rule
from baseline.aws.iam_actions import matching_actions, nearest_action
from baseline.aws.quotas import quota, quotas
from baseline.aws.regions import REGIONS, UNSUPPORTED_REGIONS, nearest_region, partition_of, sign_in_region_of
from baseline.aws.service_principals import is_known_principal, nearest_principal
from baseline.aws.stateful import is_stateful
from tests.aws.bundled_data import DATA, documents


@pytest.mark.parametrize("name", ["iam_actions.json", "resource_types.json", "stateful_types.json"])
def test_the_vendored_file_is_what_the_installed_cfn_lint_says(name: str) -> None:
    stored = (DATA / name).read_text(encoding="utf-8")
    assert stored == documents()[name], "run: python -m tests.aws.bundled_data"


def test_every_data_file_says_where_it_comes_from() -> None:
    files = sorted(Path(DATA).glob("*.json"))
    assert len(files) >= 8
    assert all(
        '"source"' in file.read_text("utf-8")[:400] and '"date"' in file.read_text("utf-8")[:400] for file in files
    )


def test_regions_know_their_partition_and_their_sign_in_region() -> None:
    assert partition_of("us-gov-east-1") == "aws-us-gov"
    assert partition_of("cn-northwest-1") == "aws-cn"
    assert {sign_in_region_of(region.partition) for region in REGIONS.values()} <= set(REGIONS)
    assert REGIONS["eu-central-2"].opt_in
    assert not REGIONS["eu-central-1"].opt_in


def test_a_misspelt_region_has_a_nearest_one_and_nonsense_has_none() -> None:
    assert nearest_region("eu-wset-1") == "eu-west-1"
    assert nearest_region("atlantis") is None


def test_other_partitions_are_refused_with_a_reason() -> None:
    assert "us-iso-east-1" in UNSUPPORTED_REGIONS
    assert not set(UNSUPPORTED_REGIONS) & set(REGIONS)
    assert all(UNSUPPORTED_REGIONS.values())


def test_every_quota_is_positive_and_has_a_source() -> None:
    assert len(quotas()) > 40
    assert all(item.value > 0 and item.source and item.unit for item in quotas().values())
    assert quota("organizations.scp_characters") == 10_240


@pytest.mark.parametrize(
    ("pattern", "includes", "excludes"),
    [
        ("s3:Put*Acl", "s3:PutBucketAcl", "s3:GetBucketAcl"),
        ("S3:getobject", "s3:GetObject", "s3:GetObjectAcl"),
        ("kms:Generate?ataKey", "kms:GenerateDataKey", "kms:GenerateDataKeyPair"),
        ("*", "ec2:RunInstances", "ec2:RunInstance"),
    ],
)
def test_a_pattern_matches_as_iam_does(pattern: str, includes: str, excludes: str) -> None:
    found = matching_actions(pattern)
    assert found is not None
    assert includes in found
    assert excludes not in found


def test_a_misspelt_action_matches_nothing_and_has_a_nearest_one() -> None:
    assert matching_actions("s3:GetObjct") == frozenset()
    assert nearest_action("s3:GetObjct") == "s3:GetObject"
    assert matching_actions("nosuchservice:Do") is None
    assert nearest_action("cloudtral:CreateTrail") == "cloudtrail:CreateTrail"


@pytest.mark.parametrize(
    "principal",
    [
        "cloudtrail.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "logs.${AWS::Region}.${AWS::URLSuffix}",
        "logs.eu-west-1.amazonaws.com",
        "guardduty.me-south-1.amazonaws.com",
    ],
)
def test_a_documented_service_principal_is_known(principal: str) -> None:
    assert is_known_principal(principal)


@pytest.mark.parametrize(
    "principal", ["cloudtral.amazonaws.com", "logs.mars-1.amazonaws.com", "kms.eu-west-1.amazonaws.com", "cloudtrail"]
)
def test_anything_else_is_not_a_service_principal(principal: str) -> None:
    assert not is_known_principal(principal)


def test_a_misspelt_service_principal_has_a_nearest_one() -> None:
    assert nearest_principal("cloudtral.amazonaws.com") == "cloudtrail.amazonaws.com"


def test_managed_rules_know_their_parameters() -> None:
    rule = config_rule("ACCESS_KEYS_ROTATED")
    assert rule is not None
    assert rule.parameters["maxAccessKeyAge"].default == "90"
    assert config_rule("ACCESS_KEY_ROTATED") is None
    assert nearest_rule("ACCESS_KEY_ROTATED") == "ACCESS_KEYS_ROTATED"


def test_availability_is_a_yes_a_no_or_unknown() -> None:
    assert is_available("AWS::S3::Bucket", "eu-west-1") is True
    assert is_available("AWS::Budgets::Budget", "us-gov-west-1") is False
    assert is_available("AWS::S3::Bucket", "me-south-1") is None
    assert is_available("AWS::Nothing::AtAll", "eu-west-1") is None


def test_resource_facts_tell_what_a_change_does() -> None:
    bucket = resource_facts("AWS::S3::Bucket")
    assignment = resource_facts("AWS::SSO::Assignment")
    assert bucket is not None
    assert assignment is not None
    assert "BucketName" in bucket.create_only
    assert bucket.updatable
    assert not assignment.updatable


def test_what_holds_data_is_stateful() -> None:
    assert is_stateful("AWS::S3::Bucket")
    assert is_stateful("AWS::KMS::Key")
    assert not is_stateful("AWS::SNS::Topic")


@pytest.mark.parametrize(
    ("operator", "known"),
    [
        ("StringEquals", True),
        ("ForAnyValue:StringLikeIfExists", True),
        ("Null", True),
        ("NullIfExists", False),
        ("StringMatches", False),
    ],
)
def test_condition_operators_are_told_from_inventions(operator: str, *, known: bool) -> None:
    assert is_known_operator(operator) is known


def test_global_condition_keys_are_known_in_any_case_and_with_a_tag_name() -> None:
    assert is_known_global_key("AWS:SourceAccount")
    assert is_known_global_key("aws:RequestTag/Team")
    assert not is_known_global_key("aws:SourceOrganisation")
