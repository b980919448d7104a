"""The organization policies: merged and packed guardrails, and the profile's own policies."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from baseline.aws.partitions import Presence, presence
from baseline.capabilities.landscape import ACCOUNT_PARAMETERS, Landscape, once_per_landscape, portable
from baseline.capabilities.organization.guardrails.own_policies import own_content, own_key, own_name
from baseline.capabilities.organization.guardrails.places import BoundAccount, bound_accounts
from baseline.capabilities.organization.guardrails.settings import GuardrailChange, GuardrailsSettings
from baseline.capabilities.organization.guardrails.slots import SLOTS, Home, digest, home_of, slot_of, suffix_of
from baseline.capabilities.organization.guardrails.statements import (
    GuardrailStatement,
    Scoped,
    document_of_guardrails,
    exempt_of,
    merged_statements,
    shared_scopes,
    statements_of,
    unchanged_statements,
    words_of,
)
from baseline.capabilities.parameters import PARAMETERS, ParameterDeclaration, account_parameter, ou_parameter
from baseline.controls.guardrail import GROUPS, Guardrail, guardrails
from baseline.frozen import frozen
from baseline.policy.check import plain
from baseline.policy.decide import AttachedPolicy
from baseline.policy.document import read_statements
from baseline.policy.kinds import KINDS
from baseline.policy.pack import packed
from baseline.policy.text import document_of, minified

Places = tuple[str, ...]
Member = tuple[Guardrail, GuardrailChange]


@frozen
class GuardrailPolicy:
    """One policy.

    Attributes:
        key: In kebab case: its stack is `<prefix>-<key>`.
        kind: Policy type, such as `SERVICE_CONTROL_POLICY`.
        name: Its name in AWS Organizations.
        description: Its description in AWS Organizations.
        guardrails: Ids of its guardrails.
        owners: Sid → guardrails that require the statement.
        places: Its current targets: `root`, OUs and accounts.
        belongs: Its targets in the last stage.
        targets: The parameters with the ids of its targets.
        content: The document in the template.
        evaluated: The document with placeholders for all parameters, for evaluation.
        accounts: The member accounts that it applies to, now or in a later `stage`.
        tags: Tags of every stack of the plan.
        quotas: Quotas of AWS Organizations from the profile.
        own: Index of the profile's own policy, from 0; None for guardrails.
    """

    key: str
    kind: str
    name: str
    description: str
    guardrails: tuple[str, ...] = ()
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Places
    belongs: Places = ()
    targets: tuple[str, ...]
    content: Mapping[str, Any]
    evaluated: Mapping[str, Any] = field(default_factory=dict)
    accounts: tuple[BoundAccount, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, int] = field(default_factory=dict)
    own: int | None = None

    @cached_property
    def attached(self) -> AttachedPolicy:
        """The policy in the form that the decision engine reads."""
        return AttachedPolicy(name=self.name, statements=read_statements(self.evaluated))


def settings_of(landscape: Landscape) -> GuardrailsSettings:
    """The settings of the capability guardrails."""
    return landscape.settings("guardrails", GuardrailsSettings)


def active(landscape: Landscape) -> Iterator[tuple[Guardrail, GuardrailChange]]:
    """The enabled guardrails with a target, each with the profile's changes.

    Guardrails whose policy type the partition does not have are left out.
    """
    for guardrail, change in wanted(landscape):
        if presence(guardrail.type, landscape.partition) is not Presence.ABSENT:
            yield guardrail, change


def wanted(landscape: Landscape) -> Iterator[tuple[Guardrail, GuardrailChange]]:
    """The enabled guardrails with a target, regardless of the partition's policy types."""
    settings, unchanged = settings_of(landscape), GuardrailChange()
    for guardrail in guardrails().values():
        change = settings.rules.get(guardrail.id, unchanged)
        on = guardrail.is_default(landscape.tier, landscape.release) if change.enabled is None else change.enabled
        if on and not missing_needs(guardrail, settings) and places_of(landscape, guardrail, change):
            yield guardrail, change


def missing_needs(guardrail: Guardrail, settings: GuardrailsSettings) -> tuple[str, ...]:
    """Missing settings without which the guardrail would be empty."""
    return tuple(name for name in guardrail.needs if not getattr(settings, name))


def places_of(landscape: Landscape, guardrail: Guardrail, change: GuardrailChange) -> Places:
    """Targets of the policy: `root`, OU paths and account keys."""
    if change.to:
        return tuple(dict.fromkeys(change.to))
    if guardrail.to == "security":
        units = (landscape.accounts[key].ou for key in ("log_archive", "security") if key in landscape.accounts)
        return tuple(dict.fromkeys(unit if unit and unit in landscape.ous else "root" for unit in units))
    if guardrail.to == "quarantine":
        return tuple(settings_of(landscape).quarantine_units)
    if guardrail.to == "suspended":
        return tuple(path for path in sorted(landscape.suspended) if path.rpartition("/")[0] not in landscape.suspended)
    return ("root",)


@once_per_landscape
def policies_of(landscape: Landscape) -> tuple[GuardrailPolicy, ...]:
    """Every policy, in deployment order; none if the capability is disabled or there is no organization."""
    if landscape.standalone or not landscape.is_on("guardrails"):
        return ()
    together: dict[tuple[str, Home], list[Member]] = {}
    for guardrail, change in active(landscape):
        home = home_of(guardrail, change, places_of(landscape, guardrail, change))
        together.setdefault((guardrail.type, home), []).append((guardrail, change))
    order = sorted(together, key=lambda item: (list(KINDS).index(item[0]), item[1].order))
    found = [policy for where in order for policy in _policies_at(landscape, where, together[where])]
    return _with_own_keys((*found, *_own_policies(landscape)))


def _policies_at(landscape: Landscape, where: tuple[str, Home], members: Sequence[Member]) -> Iterator[GuardrailPolicy]:
    kind, home = where
    short, ids = KINDS[kind].short, tuple(item.id for item, _ in members)
    suffix = suffix_of(home, _slug(home.places), kind, ids, settings_of(landscape).rules)
    at_root = home.scope == "root"
    if not KINDS[kind].has_statements:
        yield _document_policy(landscape, kind, short if at_root else f"{short}-{suffix}", home, members)
        return
    by_slot: dict[str, list[Member]] = {slot: [] for slot in SLOTS[kind]} if at_root else {suffix: []}
    for item in members:
        by_slot[slot_of(item[0]) if at_root else suffix].append(item)
    for slot, found in by_slot.items():
        if found:
            yield from _statement_policies(landscape, kind, f"{short}-{slot}", home, found)


def _with_own_keys(policies: Sequence[GuardrailPolicy]) -> tuple[GuardrailPolicy, ...]:
    """Number the keys that repeat: keys derive from OU names, and different names can give the same key."""
    counts: Counter[str] = Counter()
    found = []
    for policy in policies:
        counts[policy.key] += 1
        number = counts[policy.key]
        found.append(policy if number == 1 else replace(policy, key=f"{policy.key}-again-{number}"))
    return tuple(found)


def resolved(landscape: Landscape, content: Mapping[str, Any]) -> str:
    """A document as AWS Organizations receives it; parameters with unknown values remain `${Name}`."""
    text = minified(plain(content)).replace("${AWS::Partition}", landscape.partition)
    for name in PARAMETERS:
        if f"${{{name}}}" in text:
            text = text.replace(f"${{{name}}}", PARAMETERS[name].value(landscape) or f"${{{name}}}")
    return text


STAND_INS: Mapping[str, str] = {
    "OrganizationId": "o-0000000000",
    "OrganizationRootId": "r-0000",
    **dict.fromkeys(ACCOUNT_PARAMETERS.values(), "000000000000"),
}
"""Parameter name → stand-in for an unknown value, for evaluation only."""


def evaluable(landscape: Landscape, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document with a value or placeholder for every parameter."""
    text = resolved(landscape, content)
    for name, value in STAND_INS.items():
        text = text.replace(f"${{{name}}}", value)
    found: Mapping[str, Any] = json.loads(text)
    return found


def declaration_of(landscape: Landscape, place: str) -> ParameterDeclaration:
    """The parameter with the id of a place."""
    if place == "root":
        return PARAMETERS["OrganizationRootId"]
    return account_parameter(landscape, place) if place in landscape.accounts else ou_parameter(landscape, place)


def _statement_policies(
    landscape: Landscape, kind: str, key: str, home: Home, members: Sequence[Member]
) -> Iterator[GuardrailPolicy]:
    """One policy, or as many as the statements need, with keys that name the statements."""
    groups = _statements_by_group(landscape, members)
    by_sid = {item.statement["Sid"]: item for items in groups.values() for item in items}
    sent = [_as_sent(landscape, item.statement) for item in by_sid.values()]
    parts = packed(sent, KINDS[kind].most_characters(settings_of(landscape).quotas))
    for part in parts:
        items = [by_sid[statement["Sid"]] for statement in part]
        names = tuple(dict.fromkeys(name for item in items for name in item.guardrails))
        yield _policy(
            landscape,
            kind,
            key if len(parts) == 1 else f"{key}-{digest(item.statement['Sid'] for item in items)}",
            home.places,
            guardrails=names,
            description=" ".join(GROUPS[name] for name in dict.fromkeys(guardrails()[item].group for item in names)),
            owners={item.statement["Sid"]: item.guardrails for item in items},
            content=document_of([item.statement for item in items]),
        )


def _statements_by_group(landscape: Landscape, members: Sequence[Member]) -> Mapping[str, Sequence[GuardrailStatement]]:
    settings, scopes = settings_of(landscape), shared_scopes(landscape)
    by_group: dict[str, list[tuple[Guardrail, tuple[Scoped, ...]]]] = {}
    for guardrail, change in members:
        found = unchanged_statements(landscape)[guardrail.id]
        if change.exempt_roles:
            exempt = exempt_of(landscape, settings, guardrail, change)
            found = statements_of(guardrail, words_of(landscape, settings), exempt)
        by_group.setdefault(guardrail.group, []).append((guardrail, found))
    return {group: merged_statements(group, found, scopes.get(group, {})) for group, found in by_group.items()}


def _as_sent(landscape: Landscape, statement: Mapping[str, Any]) -> Mapping[str, Any]:
    """A statement with the partition filled in, for measuring its size."""
    found: Mapping[str, Any] = json.loads(minified(plain(statement)).replace("${AWS::Partition}", landscape.partition))
    return found


def _document_policy(
    landscape: Landscape, kind: str, key: str, home: Home, members: Sequence[Member]
) -> GuardrailPolicy:
    found = tuple(item for item, _ in members)
    return _policy(
        landscape,
        kind,
        key,
        home.places,
        guardrails=tuple(item.id for item in found),
        description=" ".join(item.intent for item in found)[:512],
        content=portable(document_of_guardrails(found, words_of(landscape, settings_of(landscape)))),
    )


def _own_policies(landscape: Landscape) -> Iterator[GuardrailPolicy]:
    """The profile's own policies whose file could be read."""
    for number, item in enumerate(settings_of(landscape).policies):
        content = landscape.documents.get(item.file)
        if isinstance(content, Mapping) and presence(item.type, landscape.partition) is not Presence.ABSENT:
            yield _policy(
                landscape,
                item.type,
                f"own-{own_key(item)}",
                tuple(dict.fromkeys(item.to)),
                name=own_name(landscape, item),
                description=item.description or f"{landscape.name}: {PurePosixPath(item.file).stem}.",
                content=own_content(content),
                own=number,
            )


def _policy(landscape: Landscape, kind: str, key: str, places: Places, **values: Any) -> GuardrailPolicy:  # noqa: ANN401
    settings = settings_of(landscape)
    known = tuple(place for place in places if place == "root" or place in landscape.ous or place in landscape.accounts)
    stopped = {
        *landscape.suspended,
        *settings.quarantine_units,
    }  # what stops all work there is nothing to try elsewhere
    tried = () if stopped.issuperset(places) else tuple(settings.sandbox_units)
    attached = {"audit": (), "sandbox": tried, "all": known}[settings.stage]
    return GuardrailPolicy(
        key=f"guardrails-{key}",
        kind=kind,
        **{"name": f"{landscape.prefix}-guardrails-{key}", **values},
        places=attached,
        belongs=tuple(dict.fromkeys((*known, *attached))),
        targets=tuple(declaration_of(landscape, place).name for place in attached),
        evaluated=evaluable(landscape, values["content"]),
        accounts=bound_accounts(landscape, {*known, *attached}, attached),
        tags=landscape.tags,
        quotas=settings.quotas,
    )


def _slug(places: Places) -> str:
    """A name for the targets, in characters that stack names allow."""
    text = "-".join(places).lower()
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text).split())[:60] or "x"
