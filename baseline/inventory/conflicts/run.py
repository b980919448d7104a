"""Runs every check, and adds places to the reported problems."""

from collections.abc import Mapping

from baseline.findings import Finding, Location, Problem, Severity, sorted_findings
from baseline.inventory.conflicts import adoptions, calls, control_tower, deployments, policies, services, tree
from baseline.inventory.conflicts.subject import InventoryCheck, Subject

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

INVENTORY_CHECKS: tuple[InventoryCheck, ...] = tuple(
    InventoryCheck(id=f"inventory-{id_}", title=title, severity=severity, find=find)
    for id_, title, severity, find in (
        ("organization", "The inventory is of another organization.", _ERROR, tree.organization),
        ("account", "An account does not exist, is closed, or has the address of another one.", _ERROR, tree.accounts),
        ("moved", "An account is in another unit than the profile says.", _WARNING, tree.moved_accounts),
        ("unit", "A unit without id exists already, or a unit with id is elsewhere.", _ERROR, tree.units),
        ("adoption", "An adopted resource does not exist.", _ERROR, adoptions.missing),
        ("unlisted", "The profile does not list active accounts.", _INFO, tree.unlisted),
        ("unknown", "Accounts were not read.", _INFO, tree.not_looked_at),
        (
            "control-tower",
            "The profile and the landing zone of Control Tower differ.",
            _ERROR,
            control_tower.landing_zone,
        ),
        ("registered-unit", "OUs are not registered, or are registered twice.", _ERROR, control_tower.units),
        ("control", "A control is already enabled, or has another identifier.", _ERROR, control_tower.controls),
        ("singleton", "A recorder, detector or hub exists where a stack creates one.", _ERROR, services.singletons),
        ("detector", "A detector that the profile names does not exist.", _ERROR, services.existing_detectors),
        ("no-recorder", "No recorder exists, and the profile creates none.", _WARNING, services.missing_recorders),
        ("graph", "Amazon Detective already has an administrator.", _ERROR, services.graphs),
        (
            "log-destination",
            "An account would send log events to its own destination.",
            _ERROR,
            services.log_destinations,
        ),
        ("administrator", "Another account administers a service.", _ERROR, services.administrators),
        (
            "identity",
            "Names in Identity Center are taken, or it is in another Region.",
            _ERROR,
            services.identity_names,
        ),
        ("stack-set", "A StackSet of the same name is not the baseline's.", _ERROR, services.stack_sets),
        ("policy-name", "A policy of the same name exists.", _ERROR, policies.names),
        ("slots", "Policies do not fit into the free slots.", _ERROR, policies.slots),
        (
            "reserved-slots",
            "More foreign policies are attached than reserved_slots allows.",
            _WARNING,
            policies.reserved_slots,
        ),
        ("denial", "A foreign policy denies a call that the baseline needs.", _ERROR, policies.denials),
        (
            "deployment-denial",
            "An existing policy denies a call of the stacks or their roles.",
            _ERROR,
            deployments.denials,
        ),
        ("newly-denied", "A call that was made (`--calls`) would be denied.", _WARNING, calls.denied),
        ("newly-unknown", "Whether a call that was made would be denied is unknown.", _INFO, calls.undecided),
        ("allow-list", "FullAWSAccess is detached somewhere.", _WARNING, policies.allow_lists),
        ("policies", "Foreign policies are unknown.", _INFO, policies.unreadable),
    )
)
"""In the order of the documentation."""


def conflicts(subject: Subject, file: str, places: Mapping[str, Location]) -> tuple[Finding, ...]:
    """The conflicts of a profile with a live organization, sorted by place.

    Args:
        subject: The profile, the live organization, and calls that were made there.
        file: The profile's file, for findings outside of capabilities.
        places: Capability → its place in the profile.
    """
    return sorted_findings(
        [_finding(check, problem, file, places) for check in INVENTORY_CHECKS for problem in check.find(subject)]
    )


def _finding(check: InventoryCheck, problem: Problem, file: str, places: Mapping[str, Location]) -> Finding:
    capability = str(problem.path[1]) if problem.path[0] == "capabilities" else ""
    return Finding(
        id=check.id,
        severity=problem.severity or check.severity,
        message=problem.message,
        location=places.get(capability, Location(file=file)),
        path=".".join(map(str, problem.path)),
        fix=problem.fix,
        capability=capability,
    )
