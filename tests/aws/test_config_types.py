from baseline.aws.config_types import ALWAYS_CONTINUOUS, GLOBAL_IAM_TYPES, is_recordable, nearest_type, records_iam


def test_a_type_that_config_records_is_distinguished_from_one_that_it_does_not() -> None:
    assert is_recordable("AWS::EC2::Volume")
    assert not is_recordable("AWS::EC2::Volumes")
    assert nearest_type("AWS::EC2::Volumes") == "AWS::EC2::Volume"
    assert nearest_type("coffee") is None


def test_types_with_rules_of_their_own_can_be_recorded() -> None:
    assert all(map(is_recordable, GLOBAL_IAM_TYPES))
    # The service model's list lacks AWS::Config::ConfigurationRecorder.
    assert all(map(is_recordable, ALWAYS_CONTINUOUS - {"AWS::Config::ConfigurationRecorder"}))


def test_regions_that_opened_after_february_2022_do_not_record_iam() -> None:
    assert records_iam("eu-west-1")
    assert records_iam("us-gov-west-1")
    assert records_iam("cn-north-1")
    assert not records_iam("il-central-1")
    assert not records_iam("mx-central-1")
