"""The guardrails, explained for teams whose workloads they restrict."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from baseline.capabilities.organization.guardrails.policies import (
    active,
    places_of,
    policies_of,
    settings_of,
)
from baseline.capabilities.organization.guardrails.settings import GuardrailChange
from baseline.capabilities.organization.guardrails.statements import deployers, exempt_of
from baseline.controls.guardrail import GROUPS, Guardrail
from baseline.languages.catalog import Catalog
from baseline.report.figures.drawing import figure_svg
from baseline.report.figures.guardrails import Place, guardrail_figure
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.templating.html import trusted_markup

_ROOT = "root"


def guardrails_section(material: Material, catalog: Catalog) -> Section:
    """Guardrails by unit with inheritance, and each with its side effects, places and exempt roles."""
    rules = list(active(material.landscape))
    figure = guardrail_figure(places_with_guardrails(material), catalog.say)
    return Section(
        name="guardrails",
        title="Guardrails for workload teams",
        context={
            "figure": {"title": figure.title, "svg": trusted_markup(figure_svg(figure))},
            "description": figure.description,
            "stage": settings_of(material.landscape).stage,
            "deployers": [_role(arn) for arn in deployers(material.landscape)],
            "groups": [
                {"title": title, "rules": [_row(material, *item) for item in rules if item[0].group == group]}
                for group, title in GROUPS.items()
                if any(item[0].group == group for item in rules)
            ],
        },
    )


def places_with_guardrails(material: Material) -> Sequence[Place]:
    """The root, every unit, and accounts with guardrails of their own: with the number attached there, and above."""
    counts: Counter[str] = Counter()
    for policy in policies_of(material.landscape):
        for place in policy.places:
            counts[place] += len(policy.guardrails) or 1
    accounts = material.landscape.accounts
    own = {key: accounts[key].ou or "" for key in counts if key in accounts}
    found = [Place(name=material.plan.organization, depth=0, own=counts[_ROOT], inherited=0)]
    for path in sorted(material.landscape.ous):
        found.append(_place(path, path, counts))
        found += [_place(f"{path}/{key}", key, counts) for key, unit in own.items() if unit == path]
    found += [_place(key, key, counts) for key, unit in own.items() if not unit]
    return found


def _place(path: str, key: str, counts: Counter[str]) -> Place:
    above = path.split("/")[:-1]
    units = ["/".join(above[: number + 1]) for number in range(len(above))]
    return Place(
        name=key.rpartition("/")[2],
        depth=len(above) + 1,
        own=counts[key],
        inherited=counts[_ROOT] + sum(counts[unit] for unit in units),
    )


def _row(material: Material, guardrail: Guardrail, change: GuardrailChange) -> dict[str, Any]:
    landscape = material.landscape
    exempt = exempt_of(landscape, settings_of(landscape), guardrail, change)
    return {
        "id": guardrail.id,
        "intent": guardrail.intent,
        "breaks": guardrail.breaks.replace("<prefix>", landscape.prefix),
        "places": places_of(landscape, guardrail, change),
        "exempts_deployers": guardrail.exempt,
        "exempt": [_role(arn) for arn in exempt if arn not in deployers(landscape)],
    }


def _role(arn: str) -> str:
    return arn.partition(":role/")[2] or arn
