"""The live state of controls and requirements by kept scan records: since which day they pass without a failure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from baseline.controls.requirement import ControlMapping
from baseline.errors import ScanError, TamperedError
from baseline.evidence.assess import State
from baseline.evidence.judge import Judgement
from baseline.evidence.scan_changes import Failure, covers, failures_of
from baseline.evidence.scan_record import KeptRecord, broken_links, read_records
from baseline.evidence.states import Checked, Implemented
from baseline.frozen import frozen

LiveStatus = Literal["satisfied", "not-satisfied", "undecided"]

_HUB = "security_hub"
_ACTING_RELATIONS = ("satisfies", "contributes", "detects")
_THERE = (State.DEPLOYED, State.PARTIAL)


@frozen
class LiveState:
    """The results of a control's detectors in kept scans.

    Attributes:
        record: The newest record with results.
        since: First day of the newest unbroken series of records without a failure; None if there is no such series.
        looks: Number of records with results in that series.
        longest_gap: Most days between two of these records.
        tools: The tools with results in the newest record; unknown for records of format 1.
        passed: Number of passing results in the newest record.
        failures: Failures in accounts that the control claims, until a scan of the same tool covers the place again.
        is_complete: Whether one tool has results for every account and governed Region in scope.
    """

    record: KeptRecord
    since: date | None
    looks: int
    longest_gap: int
    tools: tuple[str, ...]
    passed: int
    failures: tuple[Failure, ...]
    is_complete: bool

    @property
    def last(self) -> date:
        """The day of the newest record with results."""
        return self.record.day


@frozen
class LiveRequirement:
    """The live state of a requirement.

    Attributes:
        status: `not-satisfied` if a control that implements or detects a part of it fails; `satisfied` if nothing of it
            is left to people or AWS, and scans of all accounts and governed Regions pass; otherwise `undecided`.
        since: The day since which every control with results passes without a failure; None if one does not.
        last: The oldest of the days on which these controls were last seen.
        looked_at: Number of these controls with results.
        controls: Number of its deployed controls that implement or detect a part of it; a control that stands for
            controls of Security Hub counts as each of these.
        evidence: Control, or Security Hub control → its live state.
    """

    status: LiveStatus
    since: date | None
    last: date
    looked_at: int
    controls: int
    evidence: Mapping[str, LiveState]

    @property
    def is_whole(self) -> bool:
        """Whether scans covered all of these controls, in every account and governed Region in scope."""
        return self.looked_at == self.controls and self._is_everywhere

    @property
    def part(self) -> str:
        """The part that scans covered, such as `2 of 9 controls, not everywhere`; "" if it is the whole."""
        if self.is_whole:
            return ""
        return f"{self.looked_at} of {self.controls} controls{'' if self._is_everywhere else ', not everywhere'}"

    @property
    def _is_everywhere(self) -> bool:
        return all(state.is_complete for state in self.evidence.values())

    @property
    def summary(self) -> str:
        """`live since 2026-11-01, last seen 2026-11-30`; says if it is only a part, or if a control fails."""
        if self.status == "not-satisfied":
            return f"failing live, last seen {self.last}"
        if not self.since:
            return f"not seen passing, last seen {self.last}"
        if self.is_whole:
            return f"live since {self.since}, last seen {self.last}"
        return f"partly live since {self.since}, last seen {self.last} ({self.part})"


@frozen
class _ActingControl:
    """A control that implements or detects a part of a requirement.

    Attributes:
        mapping: Its relation to the requirement.
        state: Its state by the templates.
        live: The control, or each Security Hub control that it represents → its live state.
    """

    mapping: ControlMapping
    state: State
    live: Mapping[str, LiveState | None]


@frozen
class Live:
    """Kept scan records with the states that follow from them.

    Attributes:
        records: The records, oldest first.
        controls: Control id → its live state; controls without results are missing.
        security_hub: Security Hub control id → its live state, likewise.
    """

    records: tuple[KeptRecord, ...]
    controls: Mapping[str, LiveState]
    security_hub: Mapping[str, LiveState]

    def requirement(self, item: Judgement) -> LiveRequirement | None:
        """The live state of a requirement; None without results for a control that implements or detects it."""
        acting = [
            _ActingControl(mapping=mapping, state=state, live=self._evidence(mapping))
            for mapping, state in item.controls
            if mapping.relation in _ACTING_RELATIONS and state in _THERE
        ]
        own = [control for control in acting if item.requirement.id in control.mapping.judges]
        if own:
            acting = [control for control in acting if control.mapping.relation == "detects"]
        named = {name: state for control in acting for name, state in control.live.items()}
        seen = {name: state for name, state in named.items() if state}
        if not seen:
            return None
        proofs = _proofs(item, own or acting)
        days = [state.since for state in seen.values() if state.since]
        since = max(days) if len(days) == len(seen) else None
        status: LiveStatus = "satisfied" if since and any(map(_is_proved, proofs)) else "undecided"
        return LiveRequirement(
            status="not-satisfied" if any(state.failures for state in seen.values()) else status,
            since=since,
            last=min(state.last for state in seen.values()),
            looked_at=len(seen),
            controls=len(named),
            evidence=seen,
        )

    def _evidence(self, mapping: ControlMapping) -> Mapping[str, LiveState | None]:
        """The state of the control, or of the Security Hub controls that it represents for the requirement."""
        if mapping.judges:
            return {name: self.security_hub.get(name) for name in mapping.judges}
        return {mapping.control: self.controls.get(mapping.control)}


def read_live(directory: Path, organization: str) -> Live:
    """The live states according to the records in a directory.

    Raises:
        ScanError: if it has no records, a file that is not a record, or records of another organization.
        TamperedError: if a record was changed, removed or added.
    """
    records = read_records(directory)
    if not records:
        raise ScanError(f"{directory} has no records", hint="`baseline evidence reconcile --keep` writes them")
    others = sorted({item.document["organization"] for item in records} - {organization})
    if others:
        raise ScanError(
            f"{directory}: records of {', '.join(others)}, not of {organization}",
            hint="keep the records of each organization in a separate directory",
        )
    broken = list(broken_links(records))
    if broken:
        raise TamperedError(
            f"{directory}: records are missing or out of order",
            details=broken,
            hint="restore the directory from version control",
        )
    return live_of(records)


def live_of(records: Sequence[KeptRecord]) -> Live:
    """The live states according to records, oldest first."""
    return Live(
        records=tuple(records),
        controls=_states(records, "controls"),
        security_hub=_states(records, _HUB),
    )


def _states(records: Sequence[KeptRecord], kind: str) -> Mapping[str, LiveState]:
    by_id = [{item["id"]: item for item in record.document.get(kind, ())} for record in records]
    found = {}
    for name in dict.fromkeys(name for items in by_id for name in items):
        state = _state(records, [items.get(name) for items in by_id])
        if state:
            found[name] = state
    return found


def _state(records: Sequence[KeptRecord], items: Iterable[Mapping[str, Any] | None]) -> LiveState | None:
    """The state of one control, by its item in each record; None without any result."""
    failures: set[Failure] = set()
    series: list[tuple[KeptRecord, Mapping[str, Any]]] = []
    newest = None
    for record, item in zip(records, items, strict=True):
        failures = {failure for failure in failures if not covers(record.document, failure)}
        if item is None or not _has_results(item):
            continue
        failures |= set(_claimed_failures(item))
        newest = (record, item)
        series = [] if failures else [*series, newest]
    if newest is None:
        return None
    days = [record.day for record, _ in series] if not failures else []
    record, item = newest
    return LiveState(
        record=record,
        since=days[0] if days else None,
        looks=len(days),
        longest_gap=max(((after - before).days for before, after in pairwise(days)), default=0),
        tools=_tools(item),
        passed=item["pass"],
        failures=tuple(sorted(failures)),
        is_complete=_is_complete(record.document, item),
    )


def _has_results(item: Mapping[str, Any]) -> bool:
    """Whether the control has results that pass or fail in the accounts that it claims."""
    return bool(item.get("verdict") != "not scanned" and item["pass"] + item["fail"])


def _claimed_failures(item: Mapping[str, Any]) -> Iterator[Failure]:
    only = item.get("accounts", {}).get("only", ())
    return (failure for failure in failures_of(item) if not only or not failure.account or failure.account in only)


def _is_complete(document: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether one tool with results of the control has results for every account and governed Region in scope."""
    complete = document["completeness"]
    by_tool, claimed = complete.get("by_tool", {}), complete["claimed"]
    return any(claimed and by_tool.get(tool) == claimed for tool in _tools(item))


def _tools(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The tools with results for the control; for a Security Hub control, only Security Hub."""
    return tuple(item.get("tools", () if "state" in item else (_HUB,)))


def _proofs(item: Judgement, acting: Sequence[_ActingControl]) -> list[Mapping[str, LiveState | None]]:
    """The live states of each control that decides the whole requirement; none if a part is undecided.

    For a requirement that is a control of Security Hub, only that control decides: the controls that satisfy the
    requirement also depend on other controls of Security Hub, whose results do not matter here.
    """
    if item.implemented is not Implemented.FULL and item.checked is not Checked.ALL:
        return []
    deployed = [control for control in acting if control.state is State.DEPLOYED]
    if any(item.requirement.id in control.mapping.judges for control in acting):
        return [control.live for control in deployed]
    relation = "satisfies" if item.implemented is Implemented.FULL else "detects"
    return [control.live for control in deployed if control.mapping.relation == relation]


def _is_proved(states: Mapping[str, LiveState | None]) -> bool:
    return all(state is not None and state.is_complete for state in states.values())
