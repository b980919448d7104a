"""The base of the profile's mappings."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A mapping of the profile: immutable, with a fixed set of keys and without type conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
