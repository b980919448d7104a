"""The differences between two outputs: changed stacks, and changed evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from functools import cached_property
from typing import Any

from baseline.cost.summary import CostChanges
from baseline.evidence.moved_accounts import MovedAccount
from baseline.evidence.policy_changes import PolicyStatementChange
from baseline.evidence.provenance import Source
from baseline.evidence.resource_changes import REPLACING, ResourceChange
from baseline.frozen import frozen

_STRENGTH: Mapping[str, int] = {
    **dict.fromkeys(("deployed", "prevented", "inherited"), 4),
    "detected": 3,
    "partial": 2,
    **dict.fromkeys(("manual", "shared"), 1),
    **dict.fromkeys(("gap", "unsupported", "excluded", "failed", "absent"), 0),
}


CLASSES = (
    *("irreversible", "lock-out", "data-loss", "log-gap", "outage", "weaker", "cost"),
    *("replace", "remove", "any"),
)
"""The classes of changes for `--fail-on`: of risk, of change, and any."""

Statement = Mapping[str, str]
"""The reason of an exception or the statement of an attestation, with owner, approver and last day."""


@frozen
class Place:
    """The target of a stack: a description, the account's name, and its id if known."""

    text: str
    account: str | None
    account_id: str | None

    @property
    def words(self) -> str:
        """The description, with the account's id if known."""
        if not self.account_id:
            return self.text
        return f"{self.account} ({self.account_id}){self.text.removeprefix(str(self.account))}"

    def differs(self, other: "Place") -> bool:
        """Whether the targets are different. An id that only one of them has is not a difference."""
        ids = {self.account_id, other.account_id} - {None}
        return self.text != other.text or len(ids) > 1


@frozen
class Snapshot:
    """The part of an output that is compared.

    Attributes:
        stacks: Name → SHA-256 of its template, and its targets.
        requirements: `cis-7.0/4.2` → state.
        controls: Id → state.
        statements: `cis-7.0/4.2` and `exception` or `attestation` → its content in the profile.
        format: Format of the document.
        former: `cis-7.0/4.2` → state under the rules of format 3.
    """

    stacks: Mapping[str, tuple[str, tuple[Place, ...]]]
    requirements: Mapping[str, str]
    controls: Mapping[str, str]
    statements: Mapping[tuple[str, str], Statement]
    format: int
    former: Mapping[str, str]

    def comparable(self, other: "Snapshot") -> "Snapshot":
        """The snapshot, comparable with the other one: with states of format 3 if the other has no newer ones."""
        return self if self.format == other.format else replace(self, requirements=self.former)


@frozen
class StackChange:
    """A stack that differs between the outputs.

    Attributes:
        name: Its name.
        what: `added`, `removed` or `changed`.
        template: Whether the template differs.
        before: Its former targets; empty if it did not exist.
        after: Its current targets; empty if it was removed.
    """

    name: str
    what: str
    template: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


@frozen
class StackReach:
    """The targets of a stack: the number of accounts that exist or that it creates, and their Regions.

    `accounts_to_come` says whether it is also deployed to accounts that join an OU later. `binds` lists type and target
    of each attached organization policy in the stack, because such a policy applies to more accounts than the stack
    targets.
    """

    accounts: int
    regions: tuple[str, ...]
    places: int
    accounts_to_come: bool
    binds: tuple[tuple[str, str], ...] = ()


@frozen
class StateChange:
    """A changed state of a requirement or control; None for the side that does not have it."""

    name: str
    before: str | None
    after: str | None

    @property
    def weaker(self) -> bool:
        """Whether the new state is weaker than the old one, or missing."""
        return _strength(self.after) < _strength(self.before)


@frozen
class StatementChange:
    """A changed exception or attestation; None for the side that does not have it."""

    name: str
    kind: str
    before: Statement | None
    after: Statement | None


@frozen
class ChangesOrigin:
    """The inputs of a comparison.

    Attributes:
        day: The day on which the profile's exceptions and attestations had to be valid; None if this was not checked.
        before: The files of the other profile, or the `plan.json` of the directory.
        after: The profile's files, the profile first.
        against: The name that the user gave for the old side, such as `git:main`; "" if a program made the comparison.
        plan_sha256: Digest of the `plan.json` that `generate` writes without a date; "" if it was not requested.
    """

    day: date | None
    before: tuple[Source, ...]
    after: tuple[Source, ...]
    against: str = ""
    plan_sha256: str = ""


@frozen
class Changes:
    """All differences, weakened states first.

    Attributes:
        stacks: Stacks, by name.
        frameworks_added: Ids of frameworks that only the new output reports; their requirements are not listed.
        frameworks_removed: Ids of frameworks that only the old output reports.
        requirements: Changed requirements of frameworks on both sides.
        controls: Changed controls.
        counts: Framework id → state → number of requirements before and after, if they differ.
        statements: Exceptions and attestations of these requirements.
        policies: Statements of organization policies.
        resources: Resources, by stack.
        reaches: Stack → its current accounts and Regions, for each changed stack.
        moved: Accounts in another unit; none if the old side is a directory, which does not list the accounts.
        cost: The difference in cost; None if the old side is a directory, which does not list the accounts.
        prefixes: The prefix of names before and after if they differ: no stack has its former name then.
        origin: The inputs of the comparison; None for changes that do not come from files.
    """

    stacks: tuple[StackChange, ...]
    frameworks_added: tuple[str, ...]
    frameworks_removed: tuple[str, ...]
    requirements: tuple[StateChange, ...]
    controls: tuple[StateChange, ...]
    counts: Mapping[str, Mapping[str, tuple[int, int]]]
    statements: tuple[StatementChange, ...]
    policies: tuple[PolicyStatementChange, ...] = ()
    resources: tuple[ResourceChange, ...] = ()
    reaches: Mapping[str, StackReach] = field(default_factory=dict)
    moved: tuple[MovedAccount, ...] = ()
    cost: CostChanges | None = None
    prefixes: tuple[str, str] | None = None
    origin: ChangesOrigin | None = field(default=None, compare=False)

    @property
    def classes(self) -> frozenset[str]:
        """The classes in `CLASSES` that at least one change has."""
        return frozenset(self.matches)

    @cached_property
    def matches(self) -> Mapping[str, tuple[str, ...]]:
        """Class for `--fail-on` → names of its changes; classes without changes are left out."""
        found: dict[str, list[str]] = {name: [] for name in CLASSES}
        for item in self.resources:
            name = f"{item.stack}/{item.logical_id}"
            kinds = {_class_of(risk.kind) for risk in item.risks}
            replaced = {"replace"} if item.change in REPLACING else set()
            removed = {"remove"} if item.change == "removed" else set()
            for class_ in (*sorted(kinds | replaced | removed), "any"):
                found[class_].append(name)
        for state in (*self.requirements, *self.controls):
            found["any"].append(state.name)
            if state.weaker:
                found["weaker"].append(state.name)
        found["any"] += [stack.name for stack in self.stacks]
        found["any"] += [said.name for said in self.statements]
        found["any"] += [item.account for item in self.moved]
        found["any"] += [policy.statement.policy for policy in self.policies]
        found["any"] += [*self.frameworks_added, *self.frameworks_removed]
        return {name: tuple(dict.fromkeys(names)) for name, names in found.items() if names}


def snapshot(document: Mapping[str, Any]) -> Snapshot:
    """The compared part of an evidence document in the format of `report/evidence.json`.

    Raises:
        KeyError, TypeError: if the document has another format.
    """
    asked = {
        f"{framework['id']}/{item['id']}": item
        for framework in document["frameworks"]
        for item in framework["requirements"]
    }
    fields = ("text", "account", "account_id")
    return Snapshot(
        stacks={
            name: (stack["sha256"], tuple(Place(**{key: to[key] for key in fields}) for to in stack["targets"]))
            for name, stack in document["stacks"].items()
        },
        requirements={name: item["state"] for name, item in asked.items()},
        controls={item["id"]: item["state"] for item in document["controls"]},
        statements={
            (name, kind): item[kind]
            for name, item in asked.items()
            for kind in ("exception", "attestation")
            if item[kind]
        },
        format=document["format"],
        former={name: item.get("former_state", item["state"]) for name, item in asked.items()},
    )


def compare(before: Snapshot, after: Snapshot) -> Changes:
    """The differences between two snapshots."""
    before, after = before.comparable(after), after.comparable(before)
    old, new = _frameworks(before), _frameworks(after)
    requirements = _states(_of(before, old & new), _of(after, old & new))
    return Changes(
        stacks=tuple(_stacks(before, after)),
        frameworks_added=tuple(sorted(new - old)),
        frameworks_removed=tuple(sorted(old - new)),
        requirements=requirements,
        controls=_states(before.controls, after.controls),
        counts=_counts(requirements, before, after),
        statements=tuple(_statements(before, after, old & new)),
    )


def _statements(before: Snapshot, after: Snapshot, frameworks: frozenset[str]) -> Iterator[StatementChange]:
    """Changed exceptions and attestations, in the order of the requirements."""
    for name in dict.fromkeys((*after.requirements, *before.requirements)):
        for kind in ("exception", "attestation"):
            old, new = before.statements.get((name, kind)), after.statements.get((name, kind))
            if old != new and name.partition("/")[0] in frameworks:
                yield StatementChange(name=name, kind=kind, before=old, after=new)


def _frameworks(side: Snapshot) -> frozenset[str]:
    return frozenset(name.partition("/")[0] for name in side.requirements)


def _of(side: Snapshot, frameworks: frozenset[str]) -> Mapping[str, str]:
    return {name: state for name, state in side.requirements.items() if name.partition("/")[0] in frameworks}


def _stacks(before: Snapshot, after: Snapshot) -> Iterator[StackChange]:
    for name in sorted(before.stacks.keys() | after.stacks.keys()):
        old_digest, old = before.stacks.get(name, ("", ()))
        new_digest, new = after.stacks.get(name, ("", ()))
        moved = len(old) != len(new) or any(map(Place.differs, old, new))
        if moved or old_digest != new_digest:
            by_id = any(was.text == to.text and was.differs(to) for was, to in zip(old, new, strict=False))
            yield StackChange(
                name=name,
                what="changed" if old_digest and new_digest else "added" if new_digest else "removed",
                template=old_digest != new_digest,
                before=tuple(to.words if by_id else to.text for to in old),
                after=tuple(to.words if by_id else to.text for to in new),
            )


def _states(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[StateChange, ...]:
    names = dict.fromkeys((*after, *before))
    found = [StateChange(name=name, before=before.get(name), after=after.get(name)) for name in names]
    return tuple(sorted((item for item in found if item.before != item.after), key=lambda item: not item.weaker))


def _counts(
    changed: tuple[StateChange, ...], before: Snapshot, after: Snapshot
) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    touched = dict.fromkeys(item.name.partition("/")[0] for item in changed)
    return {
        framework: {
            state: pair
            for state in _STRENGTH
            if (pair := (_count(before, framework, state), _count(after, framework, state))) and pair[0] != pair[1]
        }
        for framework in touched
    }


def _count(side: Snapshot, framework: str, state: str) -> int:
    return sum(found == state and name.startswith(f"{framework}/") for name, found in side.requirements.items())


def _class_of(kind: str) -> str:
    """The class of a kind of risk."""
    return "weaker" if kind.startswith("weaker ") else kind.replace(" ", "-")


def _strength(state: str | None) -> int:
    return -1 if state is None else _STRENGTH[state]
