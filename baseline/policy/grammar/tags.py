"""TAG_POLICY. Source: AWS Organizations user guide, Tag policy syntax and examples (2026-11-25).

`report_required_tag_for` is newer than that page's copy: a list of resource types, taken as text.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from baseline.policy.grammar.operators import Node, Text, Value, Values

TagKey = Annotated[str, StringConstraints(min_length=1, max_length=128)]
ResourceType = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+:(?:[A-Za-z0-9/_-]+|ALL_SUPPORTED)$")]


def _has_one_wildcard(text: str) -> str:
    if text.count("*") > 1:
        raise ValueError(f"{text} has more than one wildcard")
    return text


class Tag(Node):
    """One tag."""

    tag_key: Value[TagKey] | None = None
    tag_value: Values[Annotated[str, AfterValidator(_has_one_wildcard)]] | None = None
    enforced_for: Values[ResourceType] | None = None
    report_required_tag_for: Values[Text] | None = None


class TagPolicy(Node):
    """A tag policy."""

    tags: dict[TagKey, Tag] = Field(min_length=1)

    @field_validator("tags")
    @classmethod
    def _keys_are_the_same(cls, tags: dict[TagKey, Tag]) -> dict[TagKey, Tag]:
        for name, tag in tags.items():
            if tag.tag_key is not None and tag.tag_key.assign.lower() != name.lower():
                raise ValueError(f"tag_key of {name} is {tag.tag_key.assign}: they differ in more than their case")
        return tags
