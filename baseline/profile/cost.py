"""The `cost` section of a profile: the usage that an estimate assumes, and the currency."""

import math
from typing import Annotated

from pydantic import AfterValidator, Field

from baseline.capabilities.expiry import CalendarDay
from baseline.documents.section import Section
from baseline.prices.assumptions import ASSUMPTIONS, SIZE_CLASSES, SizeClass
from baseline.profile.fields import AccountKey, RegionName, reject
from baseline.text.nearest import did_you_mean

_MOST = 10**15


def _amount(value: float | list[float]) -> float | list[float]:
    numbers = value if isinstance(value, list) else [value]
    if not all(math.isfinite(number) and 0 <= number <= _MOST for number in numbers):
        reject("profile-cost", f"{value} is not an amount: that is a number from 0 to {_MOST:,}")
    if numbers != sorted(numbers):
        reject("profile-cost", f"{value} is not a range: the lowest amount comes first")
    return value


def _name(value: str) -> str:
    if value not in ASSUMPTIONS:
        reject(
            "profile-cost",
            f'unknown assumption "{value}"{did_you_mean(value, ASSUMPTIONS)}',
            f"known: {', '.join(sorted(ASSUMPTIONS))}",
        )
    return value


Amount = Annotated[
    float | Annotated[list[float], Field(min_length=2, max_length=2)],
    AfterValidator(_amount),
]
AssumptionName = Annotated[
    str, AfterValidator(_name), Field(json_schema_extra={"enum": sorted(ASSUMPTIONS)})  # completion in editors
]


class Currency(Section):
    """A currency other than US dollars, the currency of AWS's list prices."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(description="ISO 4217.", examples=["EUR"])
    per_usd: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)] = Field(
        description="Exchange rate: the value of one US dollar in this currency.", examples=[0.92]
    )
    as_of: CalendarDay = Field(description="The date of the exchange rate, as YYYY-MM-DD.", examples=["2026-11-30"])


class Cost(Section):
    """Assumptions of `baseline cost`, which do not affect the deployment."""

    size: SizeClass = Field(
        default="medium",
        description=f"Size class of the accounts that `sizes` does not name: {', '.join(SIZE_CLASSES)}. The accounts "
        "`management`, `log_archive` and `security` are small.",
        examples=["small"],
    )
    sizes: dict[AccountKey, SizeClass] = Field(
        default_factory=dict,
        description="Size class of an account, or of a group of accounts.",
        examples=[{"web-prod": "large", "sandbox": "small"}],
    )
    assumptions: dict[AssumptionName, Amount | dict[SizeClass, Amount]] = Field(
        default_factory=dict,
        description="Monthly amounts that replace the program's assumptions, for every account or by size class: a "
        "number, or the lowest and the highest.",
        examples=[{"config-changes": {"medium": [12000, 30000]}, "instances": 40}],
    )
    price_as: dict[RegionName, RegionName] = Field(
        default_factory=dict,
        description="A Region without known prices → the Region whose prices are shown instead, as unverified.",
        examples=[{"eu-central-1": "eu-west-1"}],
    )
    currency: Currency | None = Field(
        default=None,
        description="The currency of the estimate; US dollars without it.",
        examples=[{"code": "EUR", "per_usd": 0.92, "as_of": "2026-11-30"}],
    )
