"""Security Hub CSPM: its standards, and the controls that exist."""

from collections.abc import Iterable, Mapping
from functools import cache

from baseline.aws.facts import facts
from baseline.frozen import frozen
from baseline.text.nearest import nearest


@frozen
class Standard:
    """A security standard. `arn` is the part of its ARN after the account; `missing` are the Regions without it."""

    id: str
    title: str
    arn: str
    missing: frozenset[str]


@cache
def standards() -> Mapping[str, Standard]:
    """Id → standard."""
    return {
        key: Standard(id=key, title=item["title"], arn=item["arn"], missing=frozenset(item["missing"]))
        for key, item in facts("security_hub")["standards"].items()
    }


@cache
def control_ids() -> frozenset[str]:
    """The ids of every security control, such as `IAM.28`."""
    return ids_of(facts("security_hub")["controls"])


def ids_of(numbers: Mapping[str, Iterable[int]]) -> frozenset[str]:
    """The control ids in a mapping of service → control numbers."""
    return frozenset(f"{service}.{number}" for service, some in numbers.items() for number in some)


def has_control(control: str, region: str) -> bool:
    """Whether the Region has the control.

    Source: Security Hub CSPM user guide, Regional limits on Security Hub CSPM controls.
    """
    service, _, number = control.rpartition(".")
    return int(number) not in facts("security_hub_regions")[region].get(service, ())


def nearest_control(control: str) -> str | None:
    """The control that the author probably meant."""
    return nearest(control, sorted(control_ids()))
