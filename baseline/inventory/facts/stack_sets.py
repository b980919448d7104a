"""StackSets of the management account."""

import re

from pydantic import Field

from baseline.cloud.reader import Reader
from baseline.inventory.facts.part import Part, in_each_region


class StackSet(Part):
    """A StackSet. Its parameters and tags are left out, as they may be confidential."""

    name: str
    region: str
    description: str
    permission_model: str
    automatic: bool = Field(description="Whether it is deployed to new accounts.")
    units: tuple[str, ...] = Field(description="Ids of its units.")
    regions: tuple[str, ...]
    capability: str = Field(description="Capability of the baseline that created it, or empty.")


_MARK = re.compile(r'^  Baseline:\n    Capability: "([a-z_]+)"', re.MULTILINE)
"""The mark in the header of every template of the baseline."""


def stack_sets(readers: tuple[Reader, ...]) -> tuple[StackSet, ...]:
    """The StackSets of every Region."""
    return tuple(item for _, found in in_each_region(readers, _stack_sets) for item in found)


def _stack_sets(reader: Reader) -> list[StackSet]:
    found = []
    for item in reader.items("cloudformation.ListStackSets", "Summaries", Status="ACTIVE"):
        details = reader.get("cloudformation.DescribeStackSet", StackSetName=item["StackSetName"])["StackSet"]
        mark = _MARK.search(details.get("TemplateBody") or "")
        stack_set = StackSet(
            name=item["StackSetName"],
            region=reader.region,
            description=details.get("Description", ""),
            permission_model=details.get("PermissionModel", ""),
            automatic=bool((details.get("AutoDeployment") or {}).get("Enabled")),
            units=tuple(sorted(details.get("OrganizationalUnitIds") or ())),
            regions=tuple(sorted(details.get("Regions") or ())),
            capability=mark[1] if mark else "",
        )
        found.append(stack_set)
    return found
