"""Regions and partitions."""

from collections.abc import Mapping

from baseline.aws.facts import facts
from baseline.frozen import frozen
from baseline.text.nearest import nearest


@frozen
class Region:
    """An AWS Region. `opt_in` says whether an account has to enable it before use."""

    name: str
    partition: str
    opt_in: bool
    title: str


REGIONS: Mapping[str, Region] = {
    name: Region(name=name, partition=partition, opt_in=opt_in, title=title)
    for name, (partition, opt_in, title) in facts("regions").items()
}
"""Every Region that the product supports, by name."""

_OTHER_PARTITIONS = {
    "eusc-": "the AWS European Sovereign Cloud is a separate partition, which this version does not support",
    "us-iso": "isolated partitions are outside what public data describes",
    "eu-iso": "isolated partitions are outside what public data describes",
}

UNSUPPORTED_REGIONS: Mapping[str, str] = {
    name: next(reason for prefix, reason in _OTHER_PARTITIONS.items() if name.startswith(prefix))
    for name in (
        "eusc-de-east-1",
        "us-iso-east-1",
        "us-iso-west-1",
        "us-isob-east-1",
        "us-isob-west-1",
        "us-isof-east-1",
        "us-isof-south-1",
        "eu-isoe-west-1",
    )
}
"""Existing Regions that the program rejects → reason."""

SIGN_IN_REGION: Mapping[str, str] = {
    "aws": "us-east-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-cn": "cn-north-1",
}
"""Partition → Region where global service events and root sign-in are recorded.

An IAM user who signs in at the global endpoint may be recorded in another Region (us-east-2, eu-north-1,
ap-southeast-2): only a multi-Region trail sees every sign-in.
Source: AWS CloudTrail user guide, AWS Management Console sign-in events.
"""


def partition_of(region: str) -> str:
    """`aws`, `aws-us-gov` or `aws-cn`.

    Raises:
        KeyError: when the Region is not one of `REGIONS`.
    """
    return REGIONS[region].partition


def sign_in_region_of(partition: str) -> str:
    """The Region that records a partition's global service events and root sign-in: its entry in `SIGN_IN_REGION`.

    Raises:
        KeyError: when the partition is unknown.
    """
    return SIGN_IN_REGION[partition]


def nearest_region(name: str) -> str | None:
    """The Region that the author of `name` probably meant."""
    return nearest(name, REGIONS, cutoff=0.7)
