"""The accelerator's customizations (`customizations-config.yaml`) as customizations of the profile.

Targets as in the accelerator (1.15.5, `getAccountIdsFromDeploymentTargets`): a unit is the accounts directly in it,
`Root` every account with the management account, and excluded accounts are taken out of both.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.frozen import frozen
from baseline.importers.located import file_below, said_at
from baseline.importers.own_stacks import (
    Deployment,
    OwnStacks,
    by_dependency,
    obstacle,
    parameter_text,
    template_text,
    without_repeats,
)
from baseline.importers.source import SourceAccount, items_of, section_of, text_of, texts_of

ROOT = "Root"
"""The accelerator's name of the root among units."""

_LOOKED_UP = ("{{resolve:", "${")
"""Parts of values that are known only while the accelerator or CloudFormation runs."""


def add_customizations(
    directory: Path, document: Mapping[str, Any], accounts: Mapping[str, SourceAccount], stacks: OwnStacks
) -> None:
    """Convert stacks and StackSets, or report why not.

    Args:
        directory: The directory of the configuration.
        document: The data of `customizations-config.yaml`.
        accounts: Key in the profile → account.
        stacks: Receives the stacks.

    Raises:
        ImportFileError: if a stack has no name or template, or its template cannot be read.
    """
    section = section_of(document, "customizations")
    found = _Customizations(directory=directory, accounts=accounts, stacks=stacks)
    earlier: dict[int, list[str]] = {}
    for item in sorted(items_of(section, "cloudFormationStacks"), key=_order):
        before = [order for order in earlier if order < _order(item)]
        found.add(item, after=tuple(earlier[max(before)]) if before else ())
        earlier.setdefault(_order(item), []).append(text_of(item, "name"))
    sets = items_of(section, "cloudFormationStackSets")
    for item in by_dependency(sets, lambda it: str(it.get("name")), lambda it: texts_of(it, "dependsOn")):
        found.add(item, after=texts_of(item, "dependsOn"))


@frozen
class _Customizations:
    directory: Path
    accounts: Mapping[str, SourceAccount]
    stacks: OwnStacks

    def add(self, item: Mapping[str, Any], *, after: tuple[str, ...]) -> None:
        """Convert one stack or StackSet, or report why not."""
        name, source = text_of(item, "name"), text_of(item, "template")
        to = self._places(name, section_of(item, "deploymentTargets"))
        left_out = set(texts_of(section_of(item, "deploymentTargets"), "excludedRegions"))
        regions = tuple(region for region in texts_of(item, "regions") if region not in left_out)
        if reason := obstacle(source) or ("" if to else "it has no targets") or ("" if regions else "it has no Region"):
            self.stacks.remarks.append(f"{name} is not imported: {reason}")
            return
        what = said_at(item, f"customization {name}", "template")
        self.stacks.add(
            Deployment(
                name=name,
                suffix=Path(source).suffix,
                text=template_text(file_below(self.directory, source, what), what),
                to=to,
                regions=regions,
                description=str(item.get("description") or ""),
                parameters=dict(self._parameters(name, item)),
                after=after,
            )
        )

    def _places(self, name: str, targets: Mapping[str, Any]) -> tuple[str, ...]:
        """Places of the profile; single accounts where the configuration excludes some."""
        keys = {item.name: key for key, item in self.accounts.items()}
        units = {item.unit for item in self.accounts.values()}
        listed, excluded = texts_of(targets, "accounts"), texts_of(targets, "excludedAccounts")
        named = [account for account in listed if account not in excluded]
        places: list[str] = []
        unknown = [account for account in named if account not in keys]
        if both := [account for account in listed if account in excluded]:
            said = f"{name} omits {', '.join(both)}: listed under accounts and under excludedAccounts"
            self.stacks.remarks.append(said)
        for unit in texts_of(targets, "organizationalUnits"):
            if unit == ROOT:
                places += ["root", "management"]
            elif any(f"{path}/".startswith(f"{unit}/") for path in units):
                places.append(unit)
            else:
                unknown.append(unit)
        if unknown:
            said = f"{name} omits {', '.join(unknown)}: not an account, nor a unit with accounts"
            self.stacks.remarks.append(said)
        if excluded and places:
            inside = (key for key, item in self.accounts.items() if item.unit in places or "root" in places)
            places = [key for key in inside if self.accounts[key].name not in excluded]
            said = f"{name} excludes {', '.join(excluded)}: its accounts are listed one by one, without new accounts"
            self.stacks.remarks.append(said)
        return without_repeats((*places, *(keys[account] for account in named if account in keys)))

    def _parameters(self, name: str, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Name and value of each parameter that is known offline."""
        for pair in items_of(item, "parameters"):
            key, text = text_of(pair, "name"), parameter_text(pair.get("value"))
            if any(part in text for part in _LOOKED_UP):
                self.stacks.remarks.append(f"{name}: the accelerator looks up the parameter {key} ({text})")
            else:
                yield key, text


def _order(item: Mapping[str, Any]) -> int:
    """The stack's place in the order, from 1.

    Raises:
        ImportFileError: if it is not a number.
    """
    order = item.get("runOrder", 1)
    if isinstance(order, bool) or not isinstance(order, int):
        raise ImportFileError(said_at(item, "runOrder is not a whole number", "runOrder"), hint="write a number from 1")
    return order
