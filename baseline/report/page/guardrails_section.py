"""The guardrails, explained for teams whose workloads they restrict."""

from collections.abc import Iterator, Mapping, Sequence
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
from baseline.plan.units import MANAGEMENT
from baseline.policy.kinds import KINDS
from baseline.report.figures.drawing import figure_svg
from baseline.report.figures.guardrails import Place, guardrail_figure
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.templating.html import trusted_markup
from baseline.text.natural import natural_key

_ROOT = "root"


def guardrails_section(material: Material, catalog: Catalog) -> Section:
    """Guardrails by unit with inheritance, and each with its side effects, places and exempt roles."""
    rules = list(active(material.landscape))
    note = catalog.say("Management account: not bound by service and resource control policies.")
    figure = guardrail_figure(places_with_guardrails(material), catalog.say, note=note if _limiting(material) else "")
    return Section(
        name="guardrails",
        title="Guardrails for workload teams",
        context={
            "figure": {"title": figure.title, "svg": trusted_markup(figure_svg(figure))},
            "stage": settings_of(material.landscape).stage,
            "deployers": [_role(arn) for arn in deployers(material.landscape)],
            "places": list(_rows_of_places(material)),
            "rules": [guardrail.id for guardrail, _ in rules],
            "groups": [
                {"title": title, "rules": [_row(material, *item) for item in rules if item[0].group == group]}
                for group, title in GROUPS.items()
                if any(item[0].group == group for item in rules)
            ],
        },
    )


def attached_guardrails(material: Material) -> Mapping[str, Sequence[str]]:
    """The root, OUs and accounts with policies → the ids of the guardrails there, and names of the profile's own."""
    found: dict[str, list[str]] = {}
    for policy in policies_of(material.landscape):
        for place in policy.places:
            found.setdefault(place, []).extend(policy.guardrails or (policy.name,))
    return found


def _limiting(material: Material) -> frozenset[str]:
    """The places with service or resource control policies, which do not apply to the management account."""
    policies = (policy for policy in policies_of(material.landscape) if KINDS[policy.kind].has_statements)
    return frozenset(place for policy in policies for place in policy.places)


def places_with_guardrails(material: Material) -> Sequence[Place]:
    """The root, every unit, and accounts with attached guardrails: with the number attached there, and above."""
    attached = attached_guardrails(material)
    found = [Place(name=material.plan.organization, depth=0, own=len(attached.get(_ROOT, ())), inherited=0)]
    for path, key in _below_root(material, attached):
        above = _above(path)
        found.append(
            Place(
                name=path.rpartition("/")[2],
                depth=len(above),
                own=len(attached.get(key, ())),
                inherited=sum(len(attached.get(unit, ())) for unit in above),
            )
        )
    return found


def _rows_of_places(material: Material) -> Iterator[dict[str, Any]]:
    """The same places, with the guardrails attached there, and the higher places with inherited guardrails."""
    attached, limiting = attached_guardrails(material), _limiting(material)
    names = {_ROOT: material.plan.organization}
    accounts: dict[str, list[str]] = {}
    for key, account in material.landscape.accounts.items():
        accounts.setdefault(account.ou or _ROOT, []).append(key)
    for path, key in ((_ROOT, _ROOT), *_below_root(material, attached)):
        above = [] if path == _ROOT else _above(path)
        yield {
            "name": names.get(path, path),
            "accounts": accounts.get(key, []),
            "unbound": MANAGEMENT in accounts.get(key, []) and not limiting.isdisjoint((key, *above)),
            "attached": attached.get(key, []),
            "inherited": [(names.get(unit, unit), len(attached[unit])) for unit in above if unit in attached],
        }


def _below_root(material: Material, attached: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Path and key of every OU, each before its accounts with guardrails of their own; then of accounts in the root."""
    accounts = material.landscape.accounts
    own = {key: accounts[key].ou or "" for key in attached if key in accounts}
    for path in sorted(material.landscape.ous, key=natural_key):
        yield path, path
        yield from ((f"{path}/{key}", key) for key, unit in own.items() if unit == path)
    yield from ((key, key) for key, unit in own.items() if not unit)


def _above(path: str) -> list[str]:
    """The root and the OUs above a path."""
    names = path.split("/")[:-1]
    return [_ROOT, *("/".join(names[: number + 1]) for number in range(len(names)))]


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
