"""Automated response: playbooks that GuardDuty findings start, in accounts whose roles allow it."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, one_account
from baseline.capabilities.event_forwarding import asks_for_events, forwarding_stack, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.response.catalog import PLAYBOOKS, grants_of, triggers_of
from baseline.capabilities.respond.response.events import record_event, response_events
from baseline.capabilities.respond.response.kinds import Grant, PlaybookKind, is_read
from baseline.capabilities.respond.response.machine import definition
from baseline.capabilities.respond.response.problems import CORE, response_problems
from baseline.capabilities.respond.response.records import record_stacks
from baseline.capabilities.respond.response.settings import MODES, Mode, Playbook, PlaybookName, ResponseSettings
from baseline.capabilities.respond.response.triggers import Trigger
from baseline.capabilities.response_records import keeps_records
from baseline.frozen import frozen

_INPUT = '{"action": "ACTION", "account": <account>, "finding": <finding>, "subject": <subject>}'
"""Input that a rule passes to a state machine. To undo an action, a person passes the output of its execution.

The action is `contain`, `ask` if a person decides in every place, or `dry-run`.
"""


@frozen
class MachineTrigger:
    """A rule that starts a state machine."""

    logical_id: str
    name: str
    pattern: Mapping[str, Any]
    paths: Mapping[str, str]
    input_template: str


@frozen
class MachineContext:
    """Context of `machine`: the state machine of one playbook, and the rules that start it."""

    prefix: str
    name: str
    title: str
    triggers: tuple[MachineTrigger, ...]
    definition: Mapping[str, Any]


@frozen
class SwitchContext:
    """Context of `switch`."""

    prefix: str


@frozen
class MachineRole:
    """The role of one playbook's state machines, and the ARNs of the roles in member accounts that it uses."""

    logical_id: str
    name: str
    member_roles: tuple[Reference, ...]


@frozen
class MachineRolesContext:
    """Context of `machine_roles`."""

    prefix: str
    standalone: bool
    roles: tuple[MachineRole, ...]


@frozen
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
    forwarded = (*events, record_event(landscape)) if keeps_records(landscape) else events
    chosen = [name for name in PLAYBOOKS if name in settings.playbooks]
    return (
        _machine_roles(landscape, settings, chosen),
        *_member_roles(landscape, settings, chosen),
        *with_routes(
            landscape, notices_stack(landscape, "response-hub", "Rules that notify of actions of playbooks.", events)
        ),
        forwarding_stack(landscape, "response-events", where, "Rules that forward actions of playbooks.", forwarded),
        *record_stacks(landscape),
        _switch(landscape, where),
        *(_machine(landscape, settings, name, where) for name in chosen),
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


def _switch(landscape: Landscape, where: Target) -> StackSpec:
    return StackSpec(
        name="response",
        template="respond/response/switch",
        description="The switch that stops the playbooks of a Region, and their limit.",
        target=where,
        context=SwitchContext(prefix=landscape.prefix),
    )


def _machine(landscape: Landscape, settings: ResponseSettings, name: PlaybookName, where: Target) -> StackSpec:
    kind, playbook = PLAYBOOKS[name], settings.playbooks[name]
    own = machine_name(landscape, name)
    return StackSpec(
        name=f"response-{kind.short}",
        template="respond/response/machine",
        description=f"State machine of the playbook that {kind.title}, and the rules that start it.",
        target=where,
        context=MachineContext(
            prefix=landscape.prefix,
            name=own,
            title=kind.title,
            triggers=tuple(
                MachineTrigger(
                    logical_id="Rule" if number == 1 else f"Rule{number}",
                    name=f"{own}{item.sender.suffix}",
                    pattern=item.pattern(playbook.severity),
                    paths=item.paths,
                    input_template=_INPUT.replace("ACTION", _action(playbook, item)),
                )
                for number, item in enumerate(triggers_of(name, playbook), start=1)
            ),
            definition=definition(name, landscape.prefix, settings),
        ),
        depends_on=("response", "response-roles", "response-events", *_member_stacks(name, playbook)),
    )


def _action(playbook: Playbook, trigger: Trigger) -> str:
    if playbook.dry_run:
        return "dry-run"
    return "ask" if trigger.sender.asks else "contain"


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
    grants = tuple(item.with_prefix(landscape.prefix) for item in grants_of(name, settings.playbooks[name]))
    if settings.playbooks[name].dry_run:
        grants = tuple(item for grant in grants for item in grant.reads())
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


def _member_stacks(name: PlaybookName, playbook: Playbook) -> Iterator[str]:
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
    is_asked=asks_for_events,
    since="2026.12",
)
