"""Checks of services that an account can have only once per Region, of administrators, and of names."""

from collections.abc import Callable, Iterator, Mapping

from baseline.capabilities.detect.config.config import ConfigSettings
from baseline.capabilities.detect.detective.settings import DetectiveSettings
from baseline.capabilities.detect.guardduty.settings import GuardDutySettings
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.monitoring.settings import MonitoringSettings
from baseline.findings import Problem
from baseline.inventory.conflicts.subject import Subject, listing
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import RegionInventory
from baseline.inventory.proposal.look import DETECTION_SERVICES, known

_DETECTIVE = "detective.amazonaws.com"
_RECORDER, _DETECTOR = "detect/config/recorder", "detect/guardduty/guardduty"


def _foreign_recorders(facts: RegionInventory) -> list[str]:
    """Names of recorders that block another one; service-linked ones do not."""
    return [item.name for item in known(facts.recorders) or () if not item.service]


_SINGLETONS: Mapping[str, tuple[Callable[[RegionInventory], list[str]], str, str]] = {
    _RECORDER: (
        _foreign_recorders,
        "a recorder",
        "leave it there with recorder: existing, here or in an override (`baseline docs config`), or delete it",
    ),
    _DETECTOR: (
        lambda facts: [item.id for item in known(facts.detectors) or ()],
        "a detector",
        "give its id in existing_detectors, or import it under adopt.detectors",
    ),
    "detect/security_hub/security_hub": (
        lambda facts: [found.arn] if (found := known(facts.hub)) else [],
        "a hub",
        "import it under adopt.hubs, write existing_hub: true, or turn it off first (`baseline docs security_hub`)",
    ),
}
"""Template → the resources that block its own, their name, and the way out."""


def singletons(subject: Subject) -> Iterator[Problem]:
    """Check that stacks create recorders, detectors and hubs only where none exist, unless they import them."""
    adopted = {id_ for _, id_ in subject.adopted}
    for stack in subject.plan.stacks:
        if stack.template not in _SINGLETONS or stack.capability in subject.deployed:
            continue
        find, what, fix = _SINGLETONS[stack.template]
        named = _existing_detector_regions(subject) if stack.template == _DETECTOR else frozenset()
        found = [
            (destination.account, region)
            for destination, region in subject.plan.reach(stack).pairs()
            if region not in named
            and (facts := subject.facts(destination.account).get(region))
            and not adopted.issuperset(find(facts))
        ]
        if found:
            places = listing(f"{account} in {region}" for account, region in sorted(found))
            yield Problem(
                path=("capabilities", stack.capability),
                message=f"{stack.name} would create {what} where one already exists, which AWS rejects: {places}",
                fix=fix,
            )


def _existing_detector_regions(subject: Subject) -> frozenset[str]:
    return frozenset(subject.landscape.settings("guardduty", GuardDutySettings).existing_detectors)


def existing_detectors(subject: Subject) -> Iterator[Problem]:
    """Check that detectors that the profile names exist."""
    if not subject.landscape.is_on("guardduty"):
        return
    facts = subject.facts("security")
    for region, id_ in subject.landscape.settings("guardduty", GuardDutySettings).existing_detectors.items():
        here = facts.get(region)
        if here and not isinstance(here.detectors, Unknown) and id_ not in {item.id for item in here.detectors}:
            there = listing(item.id for item in here.detectors) or "none"
            yield Problem(
                path=("capabilities", "guardduty", "existing_detectors", region),
                message=f"the security account has no detector {id_} in {region}; there: {there}",
                fix="correct the id, or leave the Region out to create a detector",
            )


def missing_recorders(subject: Subject) -> Iterator[Problem]:
    """Check that a recorder exists wherever the profile leaves recording to others."""
    if not subject.landscape.is_on("config"):
        return
    settings = subject.landscape.settings("config", ConfigSettings)
    made = {
        (destination.account, region)
        for stack in subject.plan.stacks
        if stack.template == _RECORDER
        for destination, region in subject.plan.reach(stack).pairs()
    }
    if settings.recorder == "managed" and not settings.overrides:
        return
    missing = [
        f"{key} in {region}"
        for key in subject.landscape.accounts
        for region, facts in subject.facts(key).items()
        if (key, region) not in made and not isinstance(facts.recorders, Unknown) and not _foreign_recorders(facts)
    ]
    if missing:
        yield Problem(
            path=("capabilities", "config"),
            message=f"no recorder exists there, and the profile creates none: {listing(missing)}",
            fix="let the tool that creates the other recorders create these, or set recorder: managed",
        )


def administrators(subject: Subject) -> Iterator[Problem]:
    """Check that services of the enabled capabilities have no other delegated administrator."""
    for name, capability in CAPABILITIES.items():
        if not subject.landscape.is_on(name):
            continue
        settings = subject.landscape.settings(name, capability.settings)
        if not capability.is_asked(settings):
            continue
        services = (*capability.delegated_administration, *capability.asked_administration(settings))
        for service in (*services, *filter(None, [DETECTION_SERVICES.get(name)])):
            wanted = subject.landscape.accounts[subject.landscape.administrator(service)]
            holders = list(_holders(subject, service))
            if holders and wanted.id not in holders:
                now = listing(f"{subject.keys.get(holder, 'unlisted')} ({holder})" for holder in holders)
                yield Problem(
                    path=("capabilities", name),
                    message=f"{now} administers {service}, but the profile assigns it to {wanted.key}",
                    fix=f"deregister it first, or assign the role to it: roles: {{{name}: …}}"
                    if capability.has_role
                    else "deregister it first, or make it the security account",
                )


def log_destinations(subject: Subject) -> Iterator[Problem]:
    """Check that an account with a destination of log events gets no policy that sends to it.

    Destinations are for other accounts only.
    Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestination.html.
    """
    landscape = subject.landscape
    wanted = landscape.is_on("monitoring") and landscape.settings("monitoring", MonitoringSettings).log_subscription
    live = subject.accounts.get(wanted.account) if wanted else None
    if wanted and live and live.id not in subject.keys:
        above = path_of(landscape, live.unit or "root")
        if landscape.suspended.isdisjoint(above) and not set(wanted.to).isdisjoint(above):
            yield Problem(
                path=("capabilities", "monitoring", "log_subscription", "account"),
                message=f"{live.name} ({live.id}) is an account of the organization, and would send log events to its "
                "own destination: AWS has destinations for other accounts only",
                fix="add it to accounts, and write its key",
            )


def graphs(subject: Subject) -> Iterator[Problem]:
    """Check that Amazon Detective has no delegated administrator yet if a stack registers one."""
    landscape = subject.landscape
    if not landscape.is_on("detective") or "detective" in subject.deployed:
        return
    if not landscape.settings("detective", DetectiveSettings).graph:
        return
    wanted = landscape.accounts[landscape.role("detective")]
    for holder in _holders(subject, _DETECTIVE):
        same = holder == wanted.id
        regions = [name for name, facts in subject.facts(wanted.key).items() if known(facts.graphs)] if same else []
        where = f", and has a graph in {listing(regions)}" if regions else ""
        who = f"{subject.keys.get(holder, 'unlisted')} ({holder})"
        yield Problem(
            path=("capabilities", "detective", "graph"),
            message=f"{who} already administers Amazon Detective{where}: the stack cannot register it again",
            fix="deploy with --import-existing, or set graph to false to keep it"
            if same
            else "assign the role to it: roles: {detective: …}; or remove it first, which deletes its graph",
        )


def _holders(subject: Subject, service: str) -> Iterator[str]:
    """Ids of the accounts that administer a service."""
    for item in known(subject.inventory.organization.delegated_administrators) or ():
        if service in item.services:
            yield item.account


def identity_names(subject: Subject) -> Iterator[Problem]:
    """Check that names of permission sets and groups that the profile creates are free."""
    center = known(subject.inventory.organization.identity_center)
    if center is None or not subject.landscape.is_on("identity_center") or "identity_center" in subject.deployed:
        return
    settings = subject.landscape.settings("identity_center", IdentityCenterSettings)
    begin = settings.name_prefix or ""
    named = (*settings.ready_made, *settings.permission_sets, *(item.permission_set for item in settings.assignments))
    names = {f"{begin}{name}" for name in named}
    sets = {
        item.name: item.arn
        for item in center.permission_sets
        if item.name in names and ("permission_sets", item.arn) not in subject.adopted
    }
    if sets:
        yield Problem(
            path=("capabilities", "identity_center"),
            message=f"permission sets of these names exist: {listing(sorted(sets))}",
            fix="leave them out of ready_made, write name_prefix, or import them: adopt: {permission_sets: {"
            f"{', '.join(f'{name}: {arn}' for name, arn in sorted(sets.items()))}}}}}",
        )
    groups = {item.name: item.id for item in center.groups if ("groups", item.id) not in subject.adopted}
    for name in sorted(name for name, group in settings.groups.items() if group.id is None and name in groups):
        yield Problem(
            path=("capabilities", "identity_center", "groups", name),
            message=f"the group {name} exists",
            fix=f"give its id: {name}: {{id: {groups[name]}}}; or import it: "
            f"adopt: {{groups: {{{name}: {groups[name]}}}}}",
        )
    wanted = settings.region or subject.landscape.home_region
    if wanted != center.region:
        yield Problem(
            path=("capabilities", "identity_center"),
            message=f"the instance of IAM Identity Center is in {center.region}, not in {wanted}",
            fix=f"write region: {center.region}",
        )


def stack_sets(subject: Subject) -> Iterator[Problem]:
    """Check that names of StackSets are free, or belong to StackSets of the baseline."""
    planned = {stack.name: stack.capability for stack in subject.plan.stacks}
    for item in known(subject.inventory.organization.stack_sets) or ():
        if item.name in planned and not item.capability:
            yield Problem(
                path=("capabilities", planned[item.name]),
                message=f"a StackSet {item.name} exists in {item.region} that baseline did not create",
                fix="rename or delete it, or choose another prefix",
            )
