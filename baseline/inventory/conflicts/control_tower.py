"""Checks of the key `organization.control_tower` against the landing zone."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.control_tower import ControlTower, TowerControl
from baseline.findings import KeyPath, Problem, Severity
from baseline.inventory.conflicts.subject import Subject, listing
from baseline.inventory.facts.control_tower import LandingZone
from baseline.inventory.facts.part import Unknown
from baseline.inventory.proposal.control_tower import integrations_of, registered_units, version_of
from baseline.inventory.proposal.look import known

_AT: KeyPath = ("organization", "control_tower")
_ACCOUNTS: Mapping[str, str] = {"log_archive": "centralizedLogging", "security": "securityRoles"}
"""Key of the account → section of the manifest with its id."""


def landing_zone(subject: Subject) -> Iterator[Problem]:
    """Check that the profile describes the landing zone: whether there is one, its version, place and accounts."""
    fact, said = subject.inventory.organization.control_tower, subject.landscape.control_tower
    live = known(fact)
    if isinstance(fact, Unknown) or (live is None and said is None):
        return
    if live is None:
        yield Problem(path=_AT, message="the organization has no landing zone of Control Tower", fix="remove the key")
    elif said is None:
        yield Problem(
            path=_AT,
            message=f"Control Tower {live.version} governs the organization, but the profile does not name it: the "
            "trail and recorders would be duplicated",
            fix="`baseline init --from INVENTORY` writes the key",
        )
    else:
        yield from _differences(subject, said, live)


def units(subject: Subject) -> Iterator[Problem]:
    """Check that OUs that the profile lists as registered are, and that OUs to register are not."""
    live, said = known(subject.inventory.organization.control_tower), subject.landscape.control_tower
    if live is None or said is None:
        return
    tree = subject.inventory.organization.tree
    registered = registered_units(live, tree)
    new = {item.unit for item in said.baselines}
    twice = sorted(new & registered)
    if twice:
        yield Problem(
            path=(*_AT, "baselines"),
            message=f"registered already: {listing(twice)}",
            fix="list them under registered_units instead",
        )
    paths = [unit.path for unit in tree.units if said.enrols(unit.path) and unit.path not in registered]
    missing = [path for path in paths if not any(path == unit or path.startswith(f"{unit}/") for unit in new)]
    if missing:
        yield Problem(
            path=(*_AT, "registered_units"),
            message=f"not registered with Control Tower, so no configuration is recorded there: {listing(missing)}",
            fix="register them, or list only registered OUs; nested OUs must be registered too",
        )


def controls(subject: Subject) -> Iterator[Problem]:
    """Check the identifiers of controls, and that the controls are not on already."""
    live, said = known(subject.inventory.organization.control_tower), subject.landscape.control_tower
    if live is None or said is None:
        return
    ids = {unit.path: unit.id for unit in subject.inventory.organization.tree.units}
    on = {(item.control, item.target.rpartition("/")[2]) for item in live.controls}
    catalog = known(live.catalog) or {}
    for item in said.controls:
        arn = catalog.get(item.alias, "")
        if arn and item.identifier and arn != item.identifier:
            yield Problem(
                path=(*_AT, "identifiers", item.alias),
                message=f"wrong identifier of {item.alias}: in Control Tower it is {arn}",
                fix=f"write {item.alias}: {arn}",
            )
        if any((name, ids.get(item.unit)) in on for name in _names(item, arn, live.region)):
            yield Problem(
                path=(*_AT, "controls"),
                message=f"{item.alias} is already enabled for {item.unit}: a stack cannot enable it again",
                fix="remove it, or disable it in Control Tower first",
            )


def _names(item: TowerControl, arn: str, region: str) -> frozenset[str]:
    """The ARNs by which Control Tower may list a control: older ones have their name in a Regional ARN."""
    return frozenset({arn, item.identifier, f"arn:aws:controltower:{region}::control/{item.alias}"} - {""})


def _differences(subject: Subject, said: ControlTower, live: LandingZone) -> Iterator[Problem]:
    if version_of(live) != said.version:
        yield Problem(
            path=(*_AT, "version"),
            message=f"the landing zone has version {live.version}",
            fix=f'write version: "{version_of(live)}"' if version_of(live) else "update the landing zone first",
        )
    for name, is_on in integrations_of(live).items():
        if (name in said.integrations) != is_on:
            yield Problem(
                path=(*_AT, "integrations", name),
                message=f"{name} is {'on' if is_on else 'off'} in the landing zone",
                fix=f"write {name}: {str(is_on).lower()}",
            )
    if live.region != subject.landscape.home_region:
        yield Problem(
            path=("organization", "home_region"),
            message=f"the home Region of Control Tower is {live.region}",
            fix=f"write home_region: {live.region}",
        )
    for key, section in _ACCOUNTS.items():
        id_, account = live.accounts.get(section, ""), subject.landscape.accounts.get(key)
        if id_ and account and account.id != id_:
            yield Problem(
                path=("accounts", key, "id"),
                message=f"Control Tower uses another account for this: {id_}",
                fix=f'write id: "{id_}"',
            )
    others = [name for name in subject.landscape.regions if name not in live.governed_regions]
    if others and "config" in said.integrations:
        yield Problem(
            path=("organization", "regions"),
            message=f"Control Tower does not govern {listing(others)}: no configuration is recorded there",
            fix="add them to the landing zone, or remove them from regions",
            severity=Severity.WARNING,
        )
