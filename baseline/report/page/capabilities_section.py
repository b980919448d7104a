"""Each capability with stacks: purpose, targets, cost, own settings, and the effects of a mistake."""

import json
from collections.abc import Iterator
from typing import Any

from baseline.capabilities.capability import Capability
from baseline.capabilities.settings import settings_of_tier
from baseline.controls.framework import frameworks
from baseline.cost.summary import sums_by
from baseline.evidence.assess import State
from baseline.languages.catalog import Say
from baseline.plan.reach import together
from baseline.report.cost_words import charge_words
from baseline.report.page.blast_radius import blast_radius
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.text.line import shorten
from baseline.text.natural import natural_key

_LONGEST = 160


def capabilities_section(material: Material, say: Say = str) -> Section:
    """The capabilities in the order of their stacks' areas."""
    currency = material.estimate.basis.currency
    sums = sums_by(material.estimate, lambda line: line.capability)
    costs = {item.name: charge_words(item, currency, say) for item in sums}
    return Section(
        name="capabilities",
        title="Capabilities",
        context={
            "capabilities": [
                {
                    "name": name,
                    "title": item.title,
                    "summary": item.summary,
                    "cost": costs.get(name, ""),
                    "settings": list(_own_settings(material, item)),
                    "serves": list(_served(material, name)),
                    "reason": material.loaded.profile.capabilities[name].reason or "",
                    "blast_radius": [
                        text.replace("<prefix>", material.landscape.prefix) for text in blast_radius(name)
                    ],
                    **_reach(material, name),
                }
                for name, item in material.deployed.items()
            ],
        },
    )


def _reach(material: Material, capability: str) -> dict[str, Any]:
    """Stacks, accounts and Regions that a mistake in this capability would affect."""
    stacks = [stack for stack in material.plan.stacks if stack.capability == capability]
    reach = together(material.plan.reach(stack) for stack in stacks)
    accounts = sorted({item.account for item in reach.destinations if item.account}, key=natural_key)
    return {
        "stacks": len(stacks),
        "accounts": accounts,
        "of": len(material.evidence.accounts),
        "regions": reach.regions,
    }


def _served(material: Material, capability: str) -> Iterator[tuple[str, int]]:
    """Each framework, and the number of its requirements that deployed controls of the capability contribute to."""
    found: dict[str, set[str]] = {name: set() for name in material.evidence.frameworks}
    for item in material.evidence.assessments:
        if item.control.capability == capability and item.state is State.DEPLOYED:
            for framework, ids in material.evidence.asked.get(item.control.id, {}).items():
                found[framework] |= set(ids)
    yield from ((frameworks()[name].title, len(ids)) for name, ids in found.items() if ids)


def _own_settings(material: Material, capability: Capability) -> Iterator[tuple[str, str, str]]:
    """Name, value and the tier's value of each setting that differs."""
    landscape, model = material.landscape, capability.settings
    values = material.loaded.profile.capabilities[capability.name].model_dump(mode="json")
    of_tier = settings_of_tier(model, landscape.tier, landscape.release)
    defaults = model.model_validate(of_tier).model_dump(mode="json")
    for name in of_tier:
        if values[name] != defaults[name]:
            yield name, _text(values[name]), _text(defaults[name])


def _text(value: object) -> str:
    """A value in words; for structures, only the names of their items."""
    if isinstance(value, list):
        return shorten(", ".join(dict.fromkeys(_item(item) for item in value)) or "none", _LONGEST)
    if isinstance(value, dict):
        return shorten(", ".join(value) or "none", _LONGEST)
    return value if isinstance(value, str) else json.dumps(value)


def _item(item: object) -> str:
    """The name of an item, or else its texts; that of an assignment is its group or user."""
    if isinstance(item, dict):
        texts = (value for value in item.values() if isinstance(value, str))
        return next((str(item[key]) for key in ("name", "group", "user") if item.get(key)), " ".join(texts) or "…")
    return str(item)
