import pytest

from baseline.aws.regions import (
    REGIONS,
    SIGN_IN_REGION,
    UNSUPPORTED_REGIONS,
    nearest_region,
    partition_of,
    sign_in_region_of,
)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("us-gov-east-1", "aws-us-gov"), ("cn-northwest-1", "aws-cn")],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition


def test_an_unknown_region_has_no_partition() -> None:
    with pytest.raises(KeyError):
        partition_of("eu-wset-1")


def test_regions_say_whether_an_account_has_to_enable_them() -> None:
    assert REGIONS["eu-central-2"].opt_in
    assert not REGIONS["eu-central-1"].opt_in
    assert not any(region.opt_in for region in REGIONS.values() if region.partition != "aws")


def test_every_region_has_a_unique_title() -> None:
    assert len({region.title for region in REGIONS.values()}) == len(REGIONS)


def test_every_partition_signs_in_at_one_of_its_own_regions() -> None:
    assert set(SIGN_IN_REGION) == {region.partition for region in REGIONS.values()}
    assert all(partition_of(region) == partition for partition, region in SIGN_IN_REGION.items())
    assert sign_in_region_of("aws-us-gov") == "us-gov-west-1"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("eu-wset-1", "eu-west-1"), ("US-EAST-1", "us-east-1"), ("us-gov-west1", "us-gov-west-1"), ("atlantis", None)],
)
def test_a_misspelt_region_has_a_nearest_one_and_nonsense_has_none(written: str, meant: str | None) -> None:
    assert nearest_region(written) == meant


def test_other_partitions_are_refused_with_a_reason() -> None:
    assert {"us-iso-east-1", "eusc-de-east-1", "eu-isoe-west-1"} <= set(UNSUPPORTED_REGIONS)
    assert not set(UNSUPPORTED_REGIONS) & set(REGIONS)
    assert all(UNSUPPORTED_REGIONS.values())
