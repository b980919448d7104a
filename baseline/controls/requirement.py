"""Requirements of frameworks and how they are met. `baseline.evidence` derives their states."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from baseline.frozen import frozen

Relation = Literal["satisfies", "contributes", "detects", "checks", "supports"]
"""satisfies: the control alone meets the requirement for the resources in scope; contributes: it is a part of that;
detects: it finds every violation and prevents none; checks: it finds some violations, and does no part of the
requirement; supports: it helps people, who do all of the work."""

_KEYS = {"title", "gist", "level", "controls", "manual", "inherited", "same_as", "sources", "without"}
_RELATIONS = get_args(Relation)
PARTS: tuple[Relation, ...] = ("contributes", "checks", "supports")
"""Relations that leave a part of the requirement open, the strongest first."""
WEAKER: Mapping[Relation, Relation] = {"satisfies": "contributes", "detects": "checks"}
"""Relation to a requirement → the relation to a wider one."""

Interval = Literal["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly"]
INTERVALS: Mapping[Interval, int] = {
    "daily": 1,
    "weekly": 7,
    "monthly": 31,
    "quarterly": 92,
    "half-yearly": 184,
    "yearly": 366,
}
"""Interval → the most days that it can have (PCI DSS 4.0.1, section 7, Description of Timeframes)."""


@frozen
class ControlMapping:
    """The reason why a control contributes to a requirement.

    Attributes:
        control: Id of the control.
        relation: How much of the requirement it covers.
        reason: One sentence about this pair.
        judges: Ids of the Security Hub controls that the control represents here; it counts if all of them are
            evaluated.
        needs: Other controls without which the control does not count for this requirement, or is only a part of what
            would satisfy it.
    """

    control: str
    relation: Relation
    reason: str
    judges: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@frozen
class Manual:
    """The work that remains for people.

    Attributes:
        what: The work.
        owner: The responsible roles.
        interval: The minimum frequency, one of `INTERVALS`; empty if no source names one.
        follow_up: Whether the work is only to act on reports of the controls, and nothing else of the requirement
            remains.
    """

    what: str
    owner: str
    follow_up: bool = False
    interval: str = ""


@frozen
class Inherited:
    """The part that AWS does, and the report in AWS Artifact that confirms it."""

    what: str
    report: str


@frozen
class Requirement:
    """One requirement of a framework.

    Attributes:
        framework: Id of the framework.
        id: Its id, as the framework writes it.
        title: The publisher's own title, where it is in the public domain; else empty.
        gist: A summary in our own words.
        level: The framework's own classes that it belongs to: `L1`, `moderate`, `addressable`.
        controls: The controls that contribute to it; taken from `same_as` if set.
        manual: The work that remains for people; likewise.
        inherited: The part that AWS does; likewise.
        same_as: The equivalent requirement of another framework, such as `cis-7.0/4.2`; else empty.
        sources: Requirements of another framework from which the publisher made this one, such as
            `nist-800-53-r5/ac-2`: their controls do a part of it or check it.
        without: Controls of the sources that do not count here.
    """

    framework: str
    id: str
    gist: str
    title: str = ""
    level: tuple[str, ...] = ()
    controls: tuple[ControlMapping, ...] = ()
    manual: Manual | None = None
    inherited: Inherited | None = None
    same_as: str = ""
    sources: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Framework and id, such as `cis-7.0/4.2`."""
        return f"{self.framework}/{self.id}"

    @property
    def wording(self) -> str:
        """The title, if there is one, and the summary."""
        return f"{self.title}: {self.gist}" if self.title else self.gist

    @property
    def narrows(self) -> bool:
        """Whether a part of the requirement remains that no control covers."""
        return self.manual is not None and not self.manual.follow_up

    @property
    def decisive(self) -> tuple["ControlMapping", ...]:
        """Mappings that suffice alone: they satisfy the requirement or, if no part remains, detect every violation."""
        relations = ("satisfies",) if self.narrows else ("satisfies", "detects")
        return tuple(item for item in self.controls if item.relation in relations)


def read_requirement(framework: str, name: str, entry: Mapping[str, Any]) -> Requirement:
    """Parse the requirement in one table of a framework's file.

    Raises:
        ValueError: with every problem of the table.
    """
    mistakes = list(_mistakes(entry))
    if mistakes:
        raise ValueError("; ".join(f"{framework}/{name}: {mistake}" for mistake in mistakes))
    level = entry.get("level", ())
    manual, inherited = entry.get("manual"), entry.get("inherited")
    return Requirement(
        framework=framework,
        id=name,
        gist=entry.get("gist", ""),
        title=entry.get("title", ""),
        level=(level,) if isinstance(level, str) else tuple(level),
        controls=tuple(_mapping(item) for item in entry.get("controls", ())),
        manual=Manual(**manual) if manual else None,
        inherited=Inherited(**inherited) if inherited else None,
        same_as=entry.get("same_as", ""),
        sources=tuple(entry.get("sources", ())),
        without=tuple(entry.get("without", ())),
    )


def _mapping(item: Mapping[str, Any]) -> ControlMapping:
    return ControlMapping(
        control=item["id"],
        relation=item["relation"],
        reason=item["reason"],
        judges=tuple(item.get("judges", ())),
        needs=tuple(item.get("needs", ())),
    )


def _mistakes(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"unknown key {key}" for key in entry if key not in _KEYS)
    if not entry.get("gist") and "same_as" not in entry:
        yield "has no gist"
    if not any(entry.get(key) for key in ("controls", "manual", "inherited", "same_as")):
        yield "says nothing of how it is met: give controls, manual, inherited or same_as"
    yield from _mistakes_of_others(entry)
    controls = entry.get("controls", ())
    if entry.get("manual", {}).get("follow_up") and all(item.get("relation") in PARTS for item in controls):
        yield "manual is a follow-up, and no control satisfies or detects"
    for item in controls:
        yield from _mistakes_of_mapping(item)
    names = [item.get("id") for item in controls]
    yield from (f"names {name} twice" for name in sorted({str(name) for name in names if names.count(name) > 1}))
    if controls and "manual" not in entry and all(item.get("relation") in PARTS for item in controls):
        yield "its controls only contribute, check or support: manual has to say what remains"


def _mistakes_of_others(entry: Mapping[str, Any]) -> Iterator[str]:
    """Errors in the parts of people and of AWS."""
    for key, fields in (("manual", {"what", "owner"}), ("inherited", {"what", "report"})):
        if key in entry and set(entry[key]) - {"follow_up", "interval"} != fields:
            yield f"{key} has the keys {', '.join(sorted(fields))}"
    if "sources" in entry and ("same_as" in entry or "manual" not in entry):
        yield "has sources: manual has to say what remains, and it cannot follow another one by same_as"
    if entry.get("manual", {}).get("interval", "") not in ("", *INTERVALS):
        yield f"manual has an interval that is none of {', '.join(INTERVALS)}"


def _mistakes_of_mapping(item: Mapping[str, Any]) -> Iterator[str]:
    if set(item) - {"judges", "needs"} != {"id", "relation", "reason"}:
        yield f"control {item.get('id')} has the keys id, reason, relation, and judges or needs if it rests on others"
    elif item["relation"] not in _RELATIONS:
        yield f"control {item['id']} has the relation {item['relation']}: known are {', '.join(_RELATIONS)}"
