import pytest

from baseline.aws.availability import is_available, resource_facts
from baseline.aws.facts import facts


@pytest.mark.parametrize(
    ("resource_type", "region", "available"),
    [
        pytest.param("AWS::S3::Bucket", "eu-west-1", True, id="everywhere"),
        pytest.param("AWS::Budgets::Budget", "us-gov-west-1", False, id="not in GovCloud"),
        pytest.param("AWS::Detective::Graph", "cn-north-1", False, id="not in China"),
        pytest.param("AWS::Notifications::NotificationConfiguration", "us-east-1", True, id="in one Region"),
        pytest.param("AWS::Notifications::NotificationConfiguration", "us-east-2", False, id="in one other Region"),
        pytest.param("AWS::S3::Bucket", "me-south-1", None, id="a Region without schemas"),
        pytest.param("AWS::S3::Bucket", "us-iso-east-1", None, id="a Region that is not supported"),
        pytest.param("AWS::S3::Bucket", "eu-wset-1", None, id="a Region that does not exist"),
        pytest.param("AWS::Nothing::AtAll", "eu-west-1", None, id="a type that does not exist"),
    ],
)
def test_availability_is_a_yes_a_no_or_unknown(resource_type: str, region: str, available: bool | None) -> None:
    assert is_available(resource_type, region) is available


@pytest.mark.parametrize(
    ("resource_type", "path"),
    [
        ("AWS::S3::Bucket", "BucketName"),
        ("AWS::Budgets::Budget", "Budget/BudgetName"),
        ("AWS::Organizations::OrganizationalUnit", "ParentId"),
        ("AWS::Config::ConfigurationRecorder", "StartedOnCreate"),
    ],
)
def test_changing_a_create_only_property_replaces_the_resource(resource_type: str, path: str) -> None:
    found = resource_facts(resource_type)
    assert found is not None
    assert path in found.create_only


def test_some_properties_replace_the_resource_only_sometimes() -> None:
    found = resource_facts("AWS::AccessAnalyzer::Analyzer")
    assert found is not None
    assert found.conditional_create_only == ("AnalyzerConfiguration",)


@pytest.mark.parametrize(("resource_type", "updatable"), [("AWS::S3::Bucket", True), ("AWS::SSO::Assignment", False)])
def test_a_type_without_an_update_handler_is_always_replaced(resource_type: str, updatable: bool) -> None:
    found = resource_facts(resource_type)
    assert found is not None
    assert found.updatable is updatable


@pytest.mark.parametrize(("resource_type", "gap"), [("AWS::Logs::MetricFilter", True), ("AWS::S3::Bucket", False)])
def test_some_types_are_deleted_before_their_replacement_exists(resource_type: str, gap: bool) -> None:
    found = resource_facts(resource_type)
    assert found is not None
    assert found.delete_then_create is gap


def test_every_type_in_the_data_can_be_read_and_exists_somewhere() -> None:
    known = facts("resource_types")
    assert len(known) >= 200
    for name in known:
        found = resource_facts(name)
        assert found is not None
        assert len(found.missing) < 37
