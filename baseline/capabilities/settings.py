"""Declaration of a capability's settings and of their values in each tier."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, StringConstraints

from baseline.documents.section import Section
from baseline.frozen import frozen
from baseline.releases import NEWEST, is_included

Tier = Literal["starter", "standard", "regulated"]
TIERS: tuple[Tier, ...] = get_args(Tier)

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]

Stronger = Literal["true", "false", "higher", "lower", "later", "superset", "subset", "none"]


@frozen
class TierDefaults:
    """The values of one setting in the tiers, and the direction in which values are stronger.

    Attributes:
        values: Tier → value in the newest release, as plain YAML data.
        stronger: Which direction is stronger: `true`/`false` for booleans, `higher`/`lower` for numbers, `later`
            for a position in `ladder`, `superset` for lists of requested items, `subset` for lists of exceptions;
            `none` if no value is weaker than another.
        ladder: Values from weakest to strongest, for `later`.
        control: Id of the control that a weaker value weakens.
        until: Release → the values that the tiers had before that release.
    """

    values: Mapping[Tier, Any]
    stronger: Stronger = "none"
    ladder: tuple[Any, ...] = ()
    control: str = ""
    until: Mapping[str, Mapping[Tier, Any]] = field(default_factory=dict)

    def of(self, release: str) -> Mapping[Tier, Any]:
        """Return the values of the tiers in a release."""
        later = sorted(since for since in self.until if not is_included(since, release))
        return self.until[later[0]] if later else self.values

    def weakened_by(self, value: object, tier: Tier, release: str = NEWEST) -> bool:
        """Whether `value` is weaker than the tier's value."""
        return _WEAKER[self.stronger](value, self.of(release)[tier], self.ladder)


def every_tier(value: Any) -> Mapping[Tier, Any]:  # noqa: ANN401 - plain YAML data of any type
    """Return the same value for each tier, in the format of `until`."""
    return dict.fromkeys(TIERS, value)


def _position(value: object, ladder: tuple[Any, ...]) -> int:
    return ladder.index(value) if value in ladder else len(ladder)


_WEAKER: Mapping[Stronger, Callable[[Any, Any, tuple[Any, ...]], bool]] = {
    "true": lambda value, default, _: bool(default) and not value,
    "false": lambda value, default, _: bool(value) and not default,
    "higher": lambda value, default, _: value < default,
    "lower": lambda value, default, _: value > default,
    "later": lambda value, default, ladder: _position(value, ladder) < _position(default, ladder),
    "superset": lambda value, default, _: not set(default) <= set(value),
    "subset": lambda value, default, _: not set(value) <= set(default),
    "none": lambda *_: False,
}


_NO_VALUE: Any = object()


def tiered(  # noqa: PLR0913 - one declaration per setting
    description: str,
    value: Any = _NO_VALUE,  # noqa: ANN401 - plain YAML data of any type
    *,
    starter: Any = _NO_VALUE,  # noqa: ANN401
    standard: Any = _NO_VALUE,  # noqa: ANN401
    regulated: Any = _NO_VALUE,  # noqa: ANN401
    stronger: Stronger = "none",
    ladder: tuple[Any, ...] = (),
    control: str = "",
    until: Mapping[str, Mapping[Tier, Any]] | None = None,
    examples: list[Any] | None = None,
    **constraints: Any,  # noqa: ANN401 - pydantic's own (ge, le, pattern, …)
) -> Any:  # noqa: ANN401 - stands where pydantic's Field stands
    """A setting without a default: the profile's tier sets it.

    Every tier that is not named has `value`. A setting that a later release introduces or changes has the earlier
    values of the tiers in `until`, so that the output of profiles with earlier releases does not change.

    Examples:
        `log_retention_days: int = tiered("Days …", 365, regulated=2557, stronger="higher")`
        `scans: bool = tiered("…", True, starter=False, until={"2027.03": every_tier(False)})`

    Raises:
        TypeError: when a tier has no value.
    """
    given: Mapping[Tier, Any] = {"starter": starter, "standard": standard, "regulated": regulated}
    values = {tier: value if said is _NO_VALUE else said for tier, said in given.items()}
    if any(item is _NO_VALUE for item in values.values()):
        raise TypeError(f"a tier has no value: {description}")
    defaults = TierDefaults(values=values, stronger=stronger, ladder=ladder, control=control, until=until or {})
    extra: dict[str, Any] = {"x-tiers": dict(defaults.values)}
    info = Field(description=description, examples=examples, json_schema_extra=extra, **constraints)
    info.metadata.append(defaults)
    return info


class Settings(Section):
    """The settings that all capabilities have in common; each capability extends it."""

    enabled: bool = tiered(
        "Whether the capability is part of the baseline. `false` in place of its settings turns it off as well.",
        True,
        stronger="true",
    )
    reason: Reason | None = Field(
        default=None,
        description="Why a value here is weaker than the tier's: accepts the finding and is recorded in the evidence.",
    )


def tier_defaults(model: type[BaseModel]) -> Mapping[str, TierDefaults]:
    """Setting name → tier defaults, for the settings of `model` with tier values."""
    return {
        name: item
        for name, field in model.model_fields.items()
        for item in field.metadata
        if isinstance(item, TierDefaults)
    }


def settings_of_tier(model: type[BaseModel], tier: Tier, release: str = NEWEST) -> dict[str, Any]:
    """The plain data of `tier` for `model` in a release of defaults."""
    return {name: defaults.of(release)[tier] for name, defaults in tier_defaults(model).items()}
