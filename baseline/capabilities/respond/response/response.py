"""Automated response: playbooks that findings of GuardDuty start, in accounts whose roles allow it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, one_account
from baseline.capabilities.event_forwarding import forwarding_stack, notices_stack
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.response.catalog import PLAYBOOKS, Grant, PlaybookKind, definition, is_read
from baseline.capabilities.respond.response.events import response_events
from baseline.capabilities.respond.response.problems import CORE, response_problems
from baseline.capabilities.respond.response.settings import MODES, Mode, Playbook, PlaybookName, ResponseSettings

_LOWEST = {"high": 7, "medium": 4}
"""GuardDuty user guide, Severity levels of GuardDuty findings."""


_INPUT = '{"action": "contain", "account": <account>, "finding": <finding>, "subject": <subject>}'
"""What a rule gives a state machine. To take an action back, a person gives it the output of its execution."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One state machine, and the rule that starts it."""

    logical_id: str
    name: str
    title: str
    pattern: Mapping[str, Any]
    subject: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class MachinesContext:
    """Context of `machines`."""

    prefix: str
    input_template: str
    machines: tuple[Machine, ...]


@dataclass(frozen=True, kw_only=True)
class MachineRole:
    """The role of one playbook's state machines, and the ARNs of the roles in member accounts that it uses."""

    logical_id: str
    name: str
    member_roles: tuple[Reference, ...]


@dataclass(frozen=True, kw_only=True)
class MachineRolesContext:
    """Context of `machine_roles`."""

    prefix: str
    standalone: bool
    roles: tuple[MachineRole, ...]


@dataclass(frozen=True, kw_only=True)
class RoleContext:
    """Context of `role`: the role of one playbook in the accounts of one mode.

    `changes` are the actions that change something; a tag or a name of `never` denies them.
    """

    name: str
    machine_role: str
    title: str
    security_account: Reference
    grants: tuple[Grant, ...]
    never: tuple[str, ...]
    changes: tuple[str, ...]
    exempt_tag: str


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("response", ResponseSettings)
    if not settings.forwards or not landscape.is_on("notifications"):
        return ()
    where = one_account(landscape.role("security"), Regions.GOVERNED)
    events = response_events(landscape)
    chosen = [name for name in PLAYBOOKS if name in settings.playbooks]
    return (
        _machine_roles(landscape, settings, chosen),
        *_member_roles(landscape, settings, chosen),
        notices_stack(landscape, "response-hub", "Rules that notify of what playbooks do.", events),
        forwarding_stack(landscape, "response-events", where, "Rules that forward what playbooks do.", events),
        _machines(landscape, settings, chosen, where),
    )


def _machine_roles(landscape: Landscape, settings: ResponseSettings, chosen: list[PlaybookName]) -> StackSpec:
    owner = THIS_ACCOUNT if landscape.standalone else "*"
    return StackSpec(
        name="response-roles",
        template="respond/response/machine_roles",
        description="Roles of the playbooks' state machines, and of the rules that start them.",
        target=one_account(landscape.role("security")),
        context=MachineRolesContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            roles=tuple(
                MachineRole(
                    logical_id=PLAYBOOKS[name].short.capitalize(),
                    name=machine_name(landscape, name),
                    member_roles=tuple(
                        Reference(f"arn:${{AWS::Partition}}:iam::{owner}:role/{machine_name(landscape, name)}-{mode}")
                        for mode in MODES
                        if settings.playbooks[name].places(mode)
                    ),
                )
                for name in chosen
            ),
        ),
        parameters=organization_only(landscape, "OrganizationId"),
    )


def _machines(landscape: Landscape, settings: ResponseSettings, chosen: list[PlaybookName], where: Target) -> StackSpec:
    return StackSpec(
        name="response",
        template="respond/response/machines",
        description="Playbooks as state machines, the rules that start them, and the switch that stops them.",
        target=where,
        context=MachinesContext(
            prefix=landscape.prefix,
            input_template=_INPUT,
            machines=tuple(_machine(landscape, settings, name) for name in chosen),
        ),
        depends_on=("response-roles", "response-events", *_member_stacks(settings)),
    )


def _machine(landscape: Landscape, settings: ResponseSettings, name: PlaybookName) -> Machine:
    kind, lowest = PLAYBOOKS[name], _LOWEST[settings.playbooks[name].severity]
    detail: Mapping[str, Any] = {
        "severity": [{"numeric": [">=", lowest]}],
        **({"type": list(kind.types)} if kind.types else {}),
        "resource": kind.resource,
        # Samples name resources that do not exist, or that a caller chose.
        # https://docs.aws.amazon.com/guardduty/latest/ug/sample_findings.html
        "service": {"additionalInfo": {"sample": [{"exists": False}, False]}},
    }
    return Machine(
        logical_id=kind.short.capitalize(),
        name=machine_name(landscape, name),
        title=kind.title,
        pattern={"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": detail},
        subject=kind.subject,
        definition=definition(name, landscape.prefix, settings),
    )


def _member_roles(landscape: Landscape, settings: ResponseSettings, chosen: list[PlaybookName]) -> Iterator[StackSpec]:
    for name in chosen:
        for mode in MODES:
            target = _target(landscape, settings.playbooks[name], mode)
            if target:
                yield _member_role(landscape, settings, name, mode, target)


def _member_role(
    landscape: Landscape, settings: ResponseSettings, name: PlaybookName, mode: Mode, target: Target
) -> StackSpec:
    kind = PLAYBOOKS[name]
    grants = tuple(item.with_prefix(landscape.prefix) for item in kind.grants)
    return StackSpec(
        name=_member_stack(kind, mode),
        template="respond/response/role",
        description=f"Role of the playbook that {kind.title}"
        + ("." if mode == "automatic" else " after approval by a person."),
        target=target,
        context=RoleContext(
            name=f"{machine_name(landscape, name)}-{mode}",
            machine_role=machine_name(landscape, name),
            title=kind.title,
            security_account=landscape.account_reference("security"),
            grants=grants,
            changes=tuple(action for item in grants for action in item.actions if not is_read(action)),
            never=tuple(Reference(arn.replace("{prefix}", landscape.prefix)) for arn in kind.never),
            exempt_tag=settings.exempt_tag,
        ),
        parameters=organization_only(landscape, "SecurityAccountId"),
    )


def _target(landscape: Landscape, playbook: Playbook, mode: Mode) -> Target | None:
    """The accounts of a mode: the nearest place decides, and accounts with a role in the organization are left out."""
    places = playbook.places(mode)
    if not places:
        return None
    if landscape.standalone:
        return one_account("management")
    others = next(playbook.places(other) for other in MODES if other != mode)
    return Target(
        accounts=(),
        regions=Regions.HOME,
        management=False,
        places=tuple(places),
        other_places=(*others, *CORE),
    )


def _member_stacks(settings: ResponseSettings) -> Iterator[str]:
    for name, playbook in settings.playbooks.items():
        for mode in MODES:
            if playbook.places(mode):
                yield _member_stack(PLAYBOOKS[name], mode)


def _member_stack(kind: PlaybookKind, mode: Mode) -> str:
    return f"response-{kind.short}-{mode}"


def machine_name(landscape: Landscape, name: PlaybookName) -> str:
    """Name of a playbook's state machines and of their role; the roles in member accounts begin with it."""
    return f"{landscape.prefix}-response-{PLAYBOOKS[name].short}"


CAPABILITY = Capability(
    name="response",
    title="Automated response",
    summary="Playbooks that findings start: access keys disabled, buckets closed, instances isolated, and taken back.",
    settings=ResponseSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(response_problems(landscape)),
    since="2026.12",
)
