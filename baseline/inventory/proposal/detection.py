"""Proposed settings of `config`, `cloudtrail`, `guardduty` and `security_hub`."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from baseline.capabilities.registry import CAPABILITIES
from baseline.inventory.facts.part import Unknown
from baseline.inventory.facts.recording import Trail
from baseline.inventory.proposal.look import DETECTION_SERVICES, account_regions, known
from baseline.inventory.proposal.situation import Proposed, Situation

_MANY = 5
_SESSIONS = ("ENABLED", "PAUSED")
_TOWER = "aws-controltower-"
"""Prefix of the names of Control Tower's resources in an account."""


def config(situation: Situation) -> Proposed:
    """Keep existing recorders: everywhere, or in the units and accounts that have them."""
    tree = situation.inventory.organization.tree
    closed = [item.id for item in tree.accounts if item.id not in situation.keys]
    settings: dict[str, Any] = {"exclude_accounts": closed, "reason": "These accounts are closed."} if closed else {}
    if "config" in situation.deployed:
        return Proposed(settings=settings)
    recorded = {account: tuple(_recorded_regions(situation, account)) for account in situation.keys}
    having = frozenset(account for account, regions in recorded.items() if regions)
    notes = tuple(_recorder_notes(situation, recorded))
    members = {account for account, key in situation.keys.items() if key != "management"}
    if having == frozenset(situation.keys):
        return Proposed(settings={**settings, "recorder": "existing"}, notes=notes)
    places = _places_of(situation, having & members)
    override = {"name": "recorders", "to": places, "recorder": "existing"}
    return Proposed(settings={**settings, **({"overrides": [override]} if places else {})}, notes=notes)


def _places_of(situation: Situation, accounts: Collection[str]) -> list[str]:
    """The accounts as places: a unit of the first level if all its accounts are among them, else each account."""
    of: dict[str, list[str]] = {}
    for item in situation.inventory.organization.tree.accounts:
        if item.id in situation.keys:
            of.setdefault(item.unit.partition("/")[0], []).append(item.id)
    places: list[str] = []
    for unit, members in of.items():
        some = [situation.keys[account] for account in members if account in accounts]
        places += [unit] if unit and len(some) == len(members) else some
    return places


def _recorded_regions(situation: Situation, account: str) -> Iterator[str]:
    """Governed Regions in which a recorder of the account would block another one; service-linked ones do not.

    Those of Control Tower belong to the key `organization.control_tower`.
    """
    for name, facts in situation.governed(account).items():
        names = [item.name for item in known(facts.recorders) or () if not item.service]
        if any(not (situation.control_tower and item.startswith(_TOWER)) for item in names):
            yield name


def _recorder_notes(situation: Situation, recorded: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    incomplete = [account for account, found in recorded.items() if found and set(found) < set(situation.regions)]
    for account in incomplete[:_MANY]:
        missing = ", ".join(region for region in situation.regions if region not in recorded[account])
        yield f"{situation.title(account)} has no recorder in {missing}: make one there, or delete the others."
    if len(incomplete) > _MANY:
        yield f"The same is true of {len(incomplete) - _MANY} more accounts."
    if "management" in (situation.keys[account] for account, found in recorded.items() if found):
        yield "The management account has a recorder of its own, which no override leaves to it: delete it."
    unknown = [account for account in situation.keys if not situation.governed(account)]
    if unknown:
        yield f"Recorders of {len(unknown)} accounts are unknown: another tool's recorder fails the deployment."


def cloudtrail(situation: Situation) -> Proposed:
    """Mention existing trails besides Control Tower's in comments: no setting adopts them."""
    if "cloudtrail" in situation.deployed:
        return Proposed()
    notes = [
        f"{_kind(trail)} {trail.name} of {situation.title(account)} logs to {trail.bucket}. No setting adopts it: "
        "decide whether it stays (`baseline docs cloudtrail`)."
        for account in situation.keys
        for region in account_regions(situation.inventory, account).values()
        for trail in known(region.trails) or ()
        if not (situation.control_tower and trail.name.startswith(_TOWER))
    ]
    more = (f"{len(notes) - _MANY} more trails are in the inventory.",) if len(notes) > _MANY else ()
    return Proposed(notes=(*notes[:_MANY], *more))


def _kind(trail: Trail) -> str:
    return "The organization trail" if trail.organization else "The trail"


def guardduty(situation: Situation) -> Proposed:
    """Set the ids of the security account's detectors; the policy takes over the detectors of other accounts."""
    if left := _left_to_another(situation, "guardduty"):
        return left
    if "guardduty" in situation.deployed or not situation.security:
        return Proposed()
    regions = situation.governed(situation.security)
    found = {name: detector.id for name, facts in regions.items() for detector in known(facts.detectors) or ()}
    unknown = tuple(
        f"Detectors of the security account in {name} are unknown: a second one makes the deployment fail there."
        for name in situation.regions
        if name not in regions or isinstance(regions[name].detectors, Unknown)
    )
    if situation.adopts:
        return Proposed(notes=unknown, adopt={"detectors": found} if found else {})
    return Proposed(settings={"existing_detectors": found} if found else {}, notes=unknown)


def security_hub(situation: Situation) -> Proposed:
    """Keep the hubs of the security account unchanged."""
    if left := _left_to_another(situation, "security_hub"):
        return left
    if "security_hub" in situation.deployed or not situation.security:
        return Proposed()
    regions = situation.governed(situation.security)
    unknown = tuple(
        f"Whether the security account has a hub in {name} is unknown: a second one makes the deployment fail there."
        for name in situation.regions
        if name not in regions or isinstance(regions[name].hub, Unknown)
    )
    hubs = {name: hub.arn for name, facts in regions.items() if (hub := known(facts.hub))}
    if situation.adopts:
        return Proposed(notes=unknown, adopt={"hubs": hubs} if hubs else {})
    return Proposed(settings={"existing_hub": True} if hubs else {}, notes=unknown)


def macie(situation: Situation) -> Proposed:
    """Mention Macie sessions of the security account: AWS refuses a second one."""
    regions = [
        name for name, facts in situation.governed(situation.security).items() if known(facts.macie) in _SESSIONS
    ]
    if "macie" in situation.deployed or not regions:
        return Proposed()
    line = f"The security account has Amazon Macie in {', '.join(regions)}: with a `mode`, name these Regions in"
    return Proposed(notes=(line, "existing_sessions."))


def detective(situation: Situation) -> Proposed:
    """Mention graphs of the security account: they stay whether or not the capability is asked for anything."""
    regions = [name for name, facts in situation.governed(situation.security).items() if known(facts.graphs)]
    if "detective" in situation.deployed or not regions:
        return Proposed()
    line = (
        f"The security account has a behavior graph in {', '.join(regions)}, which stays. With graph: true, deploy with"
    )
    return Proposed(notes=(line, "--import-existing, because AWS accepts an administrator only once."))


def _left_to_another(situation: Situation, capability: str) -> Proposed | None:
    """The capability turned off, if an account other than the security account administers it; None otherwise."""
    service, title = DETECTION_SERVICES[capability], CAPABILITIES[capability].title
    for item in known(situation.inventory.organization.delegated_administrators) or ():
        if service in item.services and item.account != situation.security:
            who = situation.title(item.account)
            return Proposed(
                settings={"enabled": False, "reason": f"{who} administers {title}, and there can be only one."},
                notes=(
                    f"To have it here, deregister {who}, or make it the security account; then remove these two lines.",
                ),
            )
    return None
