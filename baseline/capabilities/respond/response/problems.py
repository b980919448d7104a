"""Problems of the settings of `response`."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.detect.inspector.settings import InspectorSettings, Scan
from baseline.capabilities.detect.macie.settings import MacieSettings
from baseline.capabilities.event_forwarding import missing_topics
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.places import BoundAccount, bound_accounts
from baseline.capabilities.organization.guardrails.policies import active, settings_of
from baseline.capabilities.respond.response.catalog import PLAYBOOKS, triggers_of
from baseline.capabilities.respond.response.settings import MODES, Playbook, PlaybookName, ResponseSettings
from baseline.capabilities.respond.response.triggers import SENDERS, TriggerService
from baseline.findings import Problem, Severity

CORE = ("log_archive", "security")
"""Accounts without roles of playbooks, besides the management account: their resources stop attacks and detect them."""

_SCANS: Mapping[PlaybookName, Scan] = {"isolate-instance": "ec2", "isolate-function": "lambda"}
"""Playbook → the scan of Inspector whose findings start it."""
_SCANS_EVERYWHERE = "inspector-everywhere"
"""The guardrail that turns all these scans on."""


def response_problems(landscape: Landscape) -> Iterator[Problem]:
    """Unsuitable places, missing requirements of playbooks, and guardrails without which playbooks can be evaded."""
    settings = landscape.settings("response", ResponseSettings)
    yield from missing_topics(landscape, settings, "playbooks")
    yield from _without_findings(landscape, settings)
    yield from _unguarded(landscape, settings)
    for name, playbook in settings.playbooks.items():
        yield from _unfitting(name, playbook)
        for place in playbook.automatic:
            if place in playbook.approve:
                yield Problem(
                    path=("playbooks", name, "approve"),
                    message=f"{place} is under automatic as well",
                    fix="name each place once",
                )
        for mode in MODES if not landscape.standalone else ():
            for place in playbook.places(mode):
                yield from _out_of_reach(landscape, place, ("playbooks", name, mode))


def _unfitting(name: PlaybookName, playbook: Playbook) -> Iterator[Problem]:
    """Values that only other playbooks accept."""
    if playbook.detach_profile and name != "isolate-instance":
        yield Problem(
            path=("playbooks", name, "detach_profile"),
            message=f"{name} has no instance profile to detach",
            fix="remove it; only isolate-instance accepts it",
        )
    for service in playbook.also_from:
        takers = [item for item, kind in PLAYBOOKS.items() if service in {one.service for one in kind.further}]
        if name not in takers:
            yield Problem(
                path=("playbooks", name, "also_from"),
                message=f"findings of {SENDERS[service].title} do not start {name}",
                fix=f"remove {service}; it starts {' and '.join(takers)}",
            )


def _without_findings(landscape: Landscape, settings: ResponseSettings) -> Iterator[Problem]:
    """Services whose findings would start a playbook, but that are off or send findings to another account."""
    services: dict[TriggerService, list[PlaybookName]] = {}
    for name, item in settings.playbooks.items():
        for service in dict.fromkeys(trigger.service for trigger in triggers_of(name, item)):
            services.setdefault(service, []).append(name)
    for service, names in services.items():
        name = names[-1]
        sender = SENDERS[service]
        if not landscape.is_on(sender.capability):
            yield Problem(
                path=("playbooks",),
                message=f"{sender.capability} is off: findings of {sender.title} start {name}",
                fix=f"turn {sender.capability} on, or remove the playbook",
                fallback=(("capabilities", sender.capability),),
            )
            continue
        for silent in names:
            if cause := _silence(landscape, service, silent):
                yield Problem(
                    path=("playbooks", silent, "also_from"),
                    message=f"{cause[0]}: findings of {sender.title} never start {silent}{cause[2]}",
                    fix=f"{cause[1]}, or remove {service}",
                    fallback=(("capabilities", sender.capability),),
                    severity=Severity.WARNING,
                )
        if landscape.administrator(sender.principal) != landscape.role("security"):
            yield Problem(
                path=("playbooks", name),
                message=f"findings of {sender.title} are in another account than security, where playbooks run",
                fix=f"leave {sender.capability} to the security account, or remove the playbook",
                fallback=(("roles",),),
            )


def _silence(landscape: Landscape, service: TriggerService, name: PlaybookName) -> tuple[str, str, str] | None:
    """The reason why no finding starts a playbook, the fix, and " there" if only in some places; otherwise None."""
    if service == "macie" and landscape.settings("macie", MacieSettings).mode == "off":
        return "macie.mode is off", "set it to monitor or discover", ""
    if service == "inspector" and not landscape.standalone:  # there, a person turns scans on
        if landscape.is_on("guardrails") and _SCANS_EVERYWHERE in {item.id for item, _ in active(landscape)}:
            return None
        scan = _SCANS[name]
        policies = landscape.settings("inspector", InspectorSettings).policies
        if not any(scan in policy.enable for policy in policies.values()):
            return f"no policy of inspector enables {scan}", f"add {scan} to enable of one in inspector.policies", ""
        if places := _unscanned(landscape, name, scan):
            listed = ", ".join(places[:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
            return (
                f"no policy of inspector enables {scan} in {listed}, where {name} has a role",
                f"add these places to a policy in inspector.policies that enables {scan}",
                " there",
            )
    return None


def _unscanned(landscape: Landscape, name: PlaybookName, scan: Scan) -> list[str]:
    """Accounts and units in which the playbook has a role and the nearest policy enables no scan."""
    playbook = landscape.settings("response", ResponseSettings).playbooks[name]
    places = [place for mode in MODES for place in playbook.places(mode)]
    found = [
        item.key or item.levels[-1]
        for item in bound_accounts(landscape, places)
        if item.key not in CORE and item.levels != ("root",) and not _is_scanned(landscape, item, scan)
    ]
    return list(dict.fromkeys(found))


def _is_scanned(landscape: Landscape, account: BoundAccount, scan: Scan) -> bool:
    """Whether the policy nearest to the account that names the scan enables it."""
    policies = landscape.settings("inspector", InspectorSettings).policies.values()
    for level in reversed(account.levels):
        for policy in policies:
            if level in policy.to and scan in (*policy.enable, *policy.disable):
                return scan in policy.enable
    return False


def _unguarded(landscape: Landscape, settings: ResponseSettings) -> Iterator[Problem]:
    """Warnings of guardrails that are off although playbooks have roles; a standalone account has no guardrails."""
    if not settings.acts or landscape.standalone:
        return
    guarded = landscape.is_on("guardrails")
    on = {item.id for item, _ in active(landscape)} if guarded else set()
    if "protected-tags" not in on or settings.exempt_tag not in settings_of(landscape).protected_tags:
        yield Problem(
            path=("exempt_tag",),
            message=f"no guardrail protects the tag {settings.exempt_tag}: principals can exempt resources by tagging",
            fix=f"add {settings.exempt_tag} to guardrails.protected_tags, and turn on guardrails.rules.protected-tags",
            fallback=(("capabilities", "response", "playbooks"),),
            severity=Severity.WARNING,
        )
    if "response-machines" not in on:
        yield Problem(
            path=("playbooks",),
            message="the guardrail response-machines is off: principals that may change or start state machines in "
            "the security account can use the roles of the playbooks",
            fix="turn on guardrails.rules.response-machines; the role of iam_roles.incident_response stays exempt",
            severity=Severity.WARNING,
        )


def _out_of_reach(landscape: Landscape, place: str, path: tuple[str, ...]) -> Iterator[Problem]:
    if place in ("management", *CORE):
        yield Problem(
            path=path,
            message=f"{place} has a role in the organization: playbooks do not act there",
            fix=f"remove {place}; findings there notify",
        )
    elif _has_core_accounts_only(landscape, place):
        yield Problem(
            path=path,
            message=f"{place} has only accounts with a role in the organization: playbooks do not act there",
            fix=f"remove {place}, or name accounts or units where playbooks may act",
        )


def _has_core_accounts_only(landscape: Landscape, place: str) -> bool:
    """Whether a unit, with the units below, is left without accounts: its StackSet would have no target."""
    inside = [unit for unit in landscape.ous if unit == place or unit.startswith(f"{place}/")]
    holders = {account.ou for key, account in landscape.accounts.items() if key in ("management", *CORE)}
    others = [item for key, item in landscape.accounts.items() if key not in ("management", *CORE)]
    return bool(inside) and not any(unit not in holders or any(item.ou == unit for item in others) for unit in inside)
