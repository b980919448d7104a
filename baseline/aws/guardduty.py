"""GuardDuty: the finding fields for filters, and the protection plans and lists that a Region supports."""

from functools import cache

from baseline.aws.facts import facts
from baseline.aws.regions import partition_of
from baseline.text.nearest import nearest


@cache
def finding_fields() -> frozenset[str]:
    """The fields of a finding that a filter may name, such as `resource.instanceDetails.tags.key`."""
    return frozenset(field for fields in facts("guardduty")["finding_fields"].values() for field in fields)


@cache
def finding_fields_in(region: str) -> frozenset[str]:
    """Finding fields that a filter may name in the Region: the console's fields outside the commercial partition.

    Source: Amazon GuardDuty user guide, Regions and endpoints.
    """
    everywhere = frozenset(facts("guardduty_regions")["fields_everywhere"])
    return finding_fields() if partition_of(region) == "aws" else everywhere


@cache
def text_fields() -> frozenset[str]:
    """Finding fields of type text or boolean, which a filter cannot compare with greater than or less than."""
    return frozenset(facts("guardduty")["finding_fields"]["text"])


def nearest_field(field: str, region: str | None = None) -> str | None:
    """The field that the author probably meant, limited to the Region if one is given."""
    fields = finding_fields_in(region) if region else finding_fields()
    return nearest(field, sorted(fields))


def has_feature(feature: str, region: str) -> bool | None:
    """Whether the Region has the protection plan (by its key in a policy); None if no readable source says so.

    Source: Amazon GuardDuty user guide, Regions and endpoints, and the guides to GovCloud and to China.
    """
    known = facts("guardduty_regions")["features"][feature]
    if region in known["missing"]:
        return False
    return None if region in known.get("unknown", ()) else True


def has_entity_lists(region: str) -> bool:
    """Whether the Region has lists of addresses and domains; every Region has lists of addresses alone."""
    return region not in facts("guardduty_regions")["entity_lists"]["missing"]
