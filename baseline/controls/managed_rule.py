"""The managed rules of AWS Config that there are: what each checks, from which tier on. Data; `config` makes packs."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class ManagedRule:
    """One managed rule of the baseline.

    Attributes:
        name: In kebab case: its name in AWS Config.
        identifier: AWS's own name for it.
        title: One sentence: what is so where the rule is met.
        scope: `regional`, `iam` (evaluates what only the global Region records) or `account` (once an account).
        tier: The lowest tier that has it.
        periodic: Whether it can be evaluated on a schedule.
        parameters: Its InputParameters, all text; `${…}` in them is for CloudFormation.
        limits: Parameter → comparison → what it may be; those without are as in `parameters`.
        requirements: Framework id → requirement ids that ask for what it checks.
    """

    name: str
    identifier: str
    title: str
    scope: Literal["regional", "iam", "account"]
    tier: Literal["starter", "standard", "regulated"]
    periodic: bool
    parameters: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    requirements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def control(self) -> str:
        """Id of the control that it is."""
        return f"rule-{self.name}"

    @property
    def logical_id(self) -> str:
        """Its name in PascalCase."""
        return "".join(word.capitalize() for word in self.name.split("-"))


@cache
def managed_rules() -> Mapping[str, ManagedRule]:
    """Name → rule, of every rule that some tier has, with the baseline's parameters."""
    data = tomllib.loads(Path(__file__).with_name("config_rules.toml").read_text(encoding="utf-8"))
    return {
        name: ManagedRule(
            name=name,
            **{**fields, "requirements": {k: tuple(ids) for k, ids in fields.get("requirements", {}).items()}},
        )
        for name, fields in data.items()
    }
