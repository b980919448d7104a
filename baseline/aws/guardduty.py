"""GuardDuty: what findings can be filtered by."""

from difflib import get_close_matches
from functools import cache

from baseline.aws.facts import facts


@cache
def finding_fields() -> frozenset[str]:
    """The fields of a finding that a filter may name, such as `resource.instanceDetails.tags.key`."""
    return frozenset(field for fields in facts("guardduty")["finding_fields"].values() for field in fields)


@cache
def text_fields() -> frozenset[str]:
    """Those of them that hold text or a truth value: a filter's greater and less compare numbers and times."""
    return frozenset(facts("guardduty")["finding_fields"]["text"])


def nearest_field(field: str) -> str | None:
    """The field that was most likely meant."""
    close = get_close_matches(field, sorted(finding_fields()), n=1, cutoff=0.6)
    return close[0] if close else None
