import pytest

from baseline.aws.stateful import is_stateful


@pytest.mark.parametrize(
    "resource_type",
    [
        "AWS::S3::Bucket",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::Backup::BackupVault",
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AWS::CloudTrail::EventDataStore",
        "AWS::DynamoDB::Table",
    ],
)
def test_what_holds_data_is_stateful(resource_type: str) -> None:
    assert is_stateful(resource_type)


@pytest.mark.parametrize("resource_type", ["AWS::SNS::Topic", "AWS::IAM::Role", "AWS::S3::BucketPolicy", "Custom::Any"])
def test_what_can_be_made_again_is_not(resource_type: str) -> None:
    assert not is_stateful(resource_type)
