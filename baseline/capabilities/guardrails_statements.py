"""What a guardrail becomes in this organization: its statements, filled in."""

from collections.abc import Mapping, Sequence
from typing import Any

from baseline.capabilities.landscape import portable
from baseline.capabilities.parameters import logical_names
from baseline.controls.guardrail import Guardrail


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
