"""TAG_POLICY. Source: AWS Organizations user guide, Tag policy syntax and examples (2026-11-25).

Older copies of the page have `secretsmanager:*` where it now has `secretsmanager:ALL_SUPPORTED`, and the Landing Zone
Accelerator's universal configuration deploys `dynamodb:*` (2026-11): both forms of a whole service are accepted.
`report_required_tag_for` is not on our copy of the page: its format is that of public policies in use. AWS's lists of
supported resource types are long and grow, so only their format is checked.
"""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from baseline.findings import Problem
from baseline.policy.grammar.operators import Node, Value, Values
from baseline.policy.grammar.rules import hold
from baseline.policy.grammar.scalars import FILLED_IN, AsText, Name, like

TagKey = Annotated[Name, StringConstraints(max_length=128)]
TagValue = Annotated[str, AsText, like(r"[^*]*\*?[^*]*", "a tag's value with one wildcard at most")]
ResourceType = Annotated[
    str,
    like(
        r"[a-z0-9-]+:(?:[A-Za-z0-9/_-]+|\*)",
        "a resource type, as ec2:instance, or a whole service, as ec2:ALL_SUPPORTED",
    ),
]


class Tag(Node):
    """One tag."""

    tag_key: Value[TagKey] | None = None
    tag_value: Values[TagValue] | None = None
    enforced_for: Values[ResourceType] | None = None
    report_required_tag_for: Values[ResourceType] | None = None


class TagPolicy(Node):
    """A tag policy."""

    tags: dict[TagKey, Tag] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_are_the_same(self) -> "TagPolicy":
        hold(
            Problem(
                path=("tags", name, "tag_key", "@@assign"),
                message=f"{tag.tag_key.assign!r} differs from {name!r}, the key above it, in more than case",
                fix=f"write {name!r} here, or {tag.tag_key.assign!r} there",
            )
            for name, tag in self.tags.items()
            if tag.tag_key is not None
            and FILLED_IN not in f"{name}{tag.tag_key.assign}"
            and tag.tag_key.assign.lower() != name.lower()
        )
        return self
