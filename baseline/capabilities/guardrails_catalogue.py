"""The guardrails that there are, and what each becomes in this organization."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from baseline.capabilities.landscape import portable
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.settings import Tier

Scope = Literal["root", "security", "quarantine", "suspended"]


class Guardrail(BaseModel):
    """One entry of guardrails.toml, whose head says what each field is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str
    group: str
    intent: str
    tiers: list[Tier]
    to: Scope = "root"
    exempt: bool = False
    breaks: str
    denies: list[str] = Field(min_length=1)
    allows: list[str]
    statements: list[dict[str, Any]] = Field(min_length=1)


@cache
def catalogue() -> Mapping[str, Guardrail]:
    """Id → guardrail, in the catalogue's order."""
    data = tomllib.loads(Path(__file__).with_name("guardrails.toml").read_text(encoding="utf-8"))
    return {key: Guardrail.model_validate({"id": key, **item}) for key, item in data.items()}


def statements_of(
    guardrail: Guardrail, words: Mapping[str, str | list[str]], exempt: Sequence[str]
) -> tuple[Mapping[str, Any], ...]:
    """Its statements with every `<word>` filled in, and for all but the exempt principals.

    Args:
        guardrail: Of the catalogue.
        words: `<prefix>` and the like → text, or the list that stands in its place.
        exempt: ARNs of principals; none where nobody is exempt.
    """
    name = logical_names([guardrail.id])[guardrail.id]
    found = []
    for number, item in enumerate(guardrail.statements, start=1):
        condition = dict(item.get("Condition", {}))
        if exempt:
            own = condition.get("ArnNotLike", {}).get("aws:PrincipalArn", [])
            condition["ArnNotLike"] = {"aws:PrincipalArn": [*own, *exempt]}
        plain = {
            "Sid": name if len(guardrail.statements) == 1 else f"{name}{number}",
            "Effect": "Deny",
            **({} if "Resource" in item or "NotResource" in item else {"Resource": "*"}),
            **{key: value for key, value in item.items() if key != "Condition"},
            **({"Condition": condition} if condition else {}),
        }
        order = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
        found.append({key: portable(filled(plain[key], words)) for key in order if key in plain})
    return tuple(found)


def filled(value: Any, words: Mapping[str, str | list[str]]) -> Any:  # noqa: ANN401 - plain data of the catalogue
    """The data with every `<word>` filled in; a text that is only a word becomes what stands for it."""
    if isinstance(value, Mapping):
        return {key: filled(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, words) for item in value]
    if not isinstance(value, str):
        return value
    if value in words:
        return words[value]
    for word, text in words.items():
        if isinstance(text, str):
            value = value.replace(word, text)
    return value
