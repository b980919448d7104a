"""Two outputs → what changed between them: stacks, and what they prove."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_STRENGTH: Mapping[str, int] = {
    **dict.fromkeys(("deployed", "prevented", "inherited"), 3),
    "detected": 2,
    "manual": 1,
    **dict.fromkeys(("gap", "unsupported", "excluded", "failed", "absent"), 0),
}


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What is compared of one output.

    Attributes:
        stacks: Name → SHA-256 of its template, and where it goes.
        requirements: `cis-7.0/4.2` → state.
        controls: Id → state.
    """

    stacks: Mapping[str, tuple[str, tuple[str, ...]]]
    requirements: Mapping[str, str]
    controls: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StackChange:
    """A stack that is not the same on both sides.

    Attributes:
        name: Its name.
        what: `added`, `removed` or `changed`.
        template: Whether the template differs.
        before: Where it went; empty when it was not there.
        after: Where it goes now; empty when it is gone.
    """

    name: str
    what: str
    template: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StateChange:
    """A requirement or control in another state; None where one side does not have it."""

    name: str
    before: str | None
    after: str | None

    @property
    def weaker(self) -> bool:
        """Whether less is done about it than before; also when it is no longer there."""
        return _strength(self.after) < _strength(self.before)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Everything that differs, what became weaker first.

    Attributes:
        stacks: Stacks, by name.
        frameworks_added: Ids of frameworks that are reported only now; their requirements are not listed.
        frameworks_removed: Ids of those that no longer are.
        requirements: Requirements of the frameworks on both sides.
        controls: Controls.
        counts: Framework id → state → requirements before and after, where they differ.
    """

    stacks: tuple[StackChange, ...]
    frameworks_added: tuple[str, ...]
    frameworks_removed: tuple[str, ...]
    requirements: tuple[StateChange, ...]
    controls: tuple[StateChange, ...]
    counts: Mapping[str, Mapping[str, tuple[int, int]]]


def snapshot(document: Mapping[str, Any]) -> Snapshot:
    """What is compared of an evidence document, as `report/evidence.json` has it.

    Raises:
        KeyError, TypeError: when it is no such document.
    """
    return Snapshot(
        stacks={
            name: (stack["sha256"], tuple(target["text"] for target in stack["targets"]))
            for name, stack in document["stacks"].items()
        },
        requirements={
            f"{framework['id']}/{item['id']}": item["state"]
            for framework in document["frameworks"]
            for item in framework["requirements"]
        },
        controls={item["id"]: item["state"] for item in document["controls"]},
    )


def compare(before: Snapshot, after: Snapshot) -> Changes:
    """What is different in `after`."""
    old, new = _frameworks(before), _frameworks(after)
    requirements = _states(_of(before, old & new), _of(after, old & new))
    return Changes(
        stacks=tuple(_stacks(before, after)),
        frameworks_added=tuple(sorted(new - old)),
        frameworks_removed=tuple(sorted(old - new)),
        requirements=requirements,
        controls=_states(before.controls, after.controls),
        counts=_counts(requirements, before, after),
    )


def _frameworks(side: Snapshot) -> frozenset[str]:
    return frozenset(name.partition("/")[0] for name in side.requirements)


def _of(side: Snapshot, frameworks: frozenset[str]) -> Mapping[str, str]:
    return {name: state for name, state in side.requirements.items() if name.partition("/")[0] in frameworks}


def _stacks(before: Snapshot, after: Snapshot) -> list[StackChange]:
    found = []
    for name in sorted(before.stacks.keys() | after.stacks.keys()):
        old, new = before.stacks.get(name), after.stacks.get(name)
        if old != new:
            what = "changed" if old and new else "added" if new else "removed"
            old_digest, old_targets = old or ("", ())
            new_digest, new_targets = new or ("", ())
            found.append(
                StackChange(
                    name=name, what=what, template=old_digest != new_digest, before=old_targets, after=new_targets
                )
            )
    return found


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


def _strength(state: str | None) -> int:
    return -1 if state is None else _STRENGTH[state]
