import pytest

from baseline.aws.iam_actions import is_known_service, matching_actions, nearest_action


@pytest.mark.parametrize(
    ("pattern", "includes", "excludes"),
    [
        pytest.param("s3:Put*Acl", "s3:PutBucketAcl", "s3:GetBucketAcl", id="a star in the middle"),
        pytest.param("s3:PUT*acl", "s3:PutBucketAcl", "s3:GetBucketAcl", id="in any case"),
        pytest.param("S3:getobject", "s3:GetObject", "s3:GetObjectAcl", id="exact"),
        pytest.param("kms:Generate?ataKey", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", id="a question mark"),
        pytest.param("s3:*", "s3:GetObject", "ec2:RunInstances", id="a whole service"),
        pytest.param("*", "ec2:RunInstances", "ec2:RunInstance", id="everything"),
        pytest.param("*:*", "ec2:RunInstances", "ec2:RunInstance", id="everything, the long way"),
    ],
)
def test_a_pattern_matches_as_iam_does(pattern: str, includes: str, excludes: str) -> None:
    found = matching_actions(pattern)
    assert found is not None
    assert includes in found
    assert excludes not in found


@pytest.mark.parametrize("pattern", ["s3:GetObjct", "s3:Frobnicate*", "s3:", "s3:Get.bject", "s3:GetObject "])
def test_a_pattern_of_a_known_service_may_match_nothing(pattern: str) -> None:
    assert matching_actions(pattern) == frozenset()


@pytest.mark.parametrize("pattern", ["nosuchservice:Do", "GetObject", "", "s*:GetObject"])
def test_an_unknown_service_is_distinguished_from_an_unknown_action(pattern: str) -> None:
    assert matching_actions(pattern) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("s3:GetObjct", "s3:GetObject"),
        ("cloudtral:CreateTrail", "cloudtrail:CreateTrail"),
        ("s3:Zzzzzzzz", None),
        ("nosuchservice:Do", None),
    ],
)
def test_a_misspelt_action_has_a_nearest_one(written: str, meant: str | None) -> None:
    assert nearest_action(written) == meant


def test_services_are_known_by_their_prefix() -> None:
    assert is_known_service("Organizations")
    assert not is_known_service("organisations")
