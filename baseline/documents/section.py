"""The base of mappings that users write."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A mapping with a fixed set of keys: immutable, without type conversion, and with a schema built on first use."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
