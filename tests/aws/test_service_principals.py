import pytest

from baseline.aws.facts import facts
from baseline.aws.service_principals import is_known_principal, nearest_principal


@pytest.mark.parametrize(
    "principal",
    [
        "cloudtrail.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "logdelivery.elasticloadbalancing.amazonaws.com",
        "logging.s3.amazonaws.com",
        "member.org.stacksets.cloudformation.amazonaws.com",
        "cloudtrail.${AWS::URLSuffix}",
        "alexa-appkit.amazon.com",
    ],
)
def test_a_documented_service_principal_is_known(principal: str) -> None:
    assert is_known_principal(principal)


@pytest.mark.parametrize(
    "principal",
    [
        "logs.eu-west-1.amazonaws.com",
        "logs.us-gov-west-1.amazonaws.com",
        "logs.${AWS::Region}.amazonaws.com",
        "logs.${AWS::Region}.${AWS::URLSuffix}",
        "guardduty.me-south-1.amazonaws.com",
        "guardduty.${AWS::Region}.amazonaws.com",
    ],
)
def test_a_regional_service_principal_is_known(principal: str) -> None:
    assert is_known_principal(principal)


@pytest.mark.parametrize(
    "principal",
    [
        pytest.param("cloudtral.amazonaws.com", id="misspelt"),
        pytest.param("macie2.amazonaws.com", id="the IAM prefix is not the principal"),
        pytest.param("cloudtrail", id="no suffix"),
        pytest.param("cloudtrail.amazon.com", id="another company's suffix"),
        pytest.param("evil.cloudtrail.amazonaws.com", id="something in front"),
        pytest.param("logs.mars-north-1.amazonaws.com", id="no such Region"),
        pytest.param("kms.eu-west-1.amazonaws.com", id="not regional"),
        pytest.param("guardduty.eu-west-1.amazonaws.com", id="regional in opt-in Regions only"),
        pytest.param("", id="nothing"),
    ],
)
def test_anything_else_is_not_a_service_principal(principal: str) -> None:
    assert not is_known_principal(principal)


@pytest.mark.parametrize(
    ("principal", "known"),
    [
        ("ec2.amazonaws.com.cn", True),
        ("logs.cn-north-1.amazonaws.com.cn", True),
        ("logs.eu-west-1.amazonaws.com.cn", False),
        ("cloudtrail.amazonaws.com.cn", False),
        ("cloudtrail.amazonaws.com", True),
    ],
)
def test_only_a_few_services_have_a_suffix_of_their_own_in_china(principal: str, *, known: bool) -> None:
    assert is_known_principal(principal) is known


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cloudtral.amazonaws.com", "cloudtrail.amazonaws.com"),
        ("macie2.amazonaws.com", "macie.amazonaws.com"),
        ("cloudtrail", "cloudtrail.amazonaws.com"),
        ("log.eu-west-1.amazonaws.com", "logs.eu-west-1.amazonaws.com"),
        ("kms.eu-west-1.amazonaws.com", "kms.amazonaws.com"),
        ("cloudtrail.amazonaws.com.cn", "cloudtrail.amazonaws.com"),
        ("zzzzzzzz.amazonaws.com", None),
    ],
)
def test_a_misspelt_service_principal_has_a_nearest_one(written: str, meant: str | None) -> None:
    assert nearest_principal(written) == meant


def test_the_list_is_long_and_says_what_each_name_rests_on() -> None:
    known = facts("service_principals")
    confirmed = [name for name, entry in known.items() if entry["evidence"] != "unconfirmed"]
    assert len(confirmed) >= 150
    assert {entry["evidence"] for entry in known.values()} == {
        "api-model",
        "cdk",
        "documentation",
        "managed-policy",
        "unconfirmed",
    }
