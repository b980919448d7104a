"""The report as a workbook: requirements, controls with their values, accepted deviations, and work by owner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from baseline.evidence.assess import Assessment
from baseline.evidence.changes import Changes
from baseline.evidence.judge import Judgement
from baseline.languages.catalog import ENGLISH, Catalog
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.report.changes_text import describe_statement
from baseline.report.evidence_origin import origin_lines
from baseline.report.page.evidence_sections import detector_words, value_text
from baseline.report.page.gaps import gaps_of
from baseline.report.page.material import Material
from baseline.report.page.register_section import acceptances
from baseline.report.page.summary_section import owners_of
from baseline.report.requirement_words import AXES, STATES
from baseline.report.task_rows import task_row
from baseline.report.workbook import Row, Sheet, format_workbook

SHEETS: Mapping[str, Sequence[str]] = {
    "Requirements": (
        *("Framework", "Requirement", "Title", "Summary", "Level", "State", "Implemented", "Checked", "Owner"),
        *("Controls", "How to close it", "Exception", "Attestation"),
    ),
    "Mappings": ("Framework", "Requirement", "Control", "Relation", "State", "Reason"),
    "Controls": (
        *("Control", "Statement", "Capability", "State", "Severity", "Responsibility", "Requirements"),
        *("Detected live by", "Cost", "Not in", "Reason"),
    ),
    "Values": (
        *("Control", "Stack", "Resource", "Property", "Line", "Value", "Expected", "Result", "Template"),
        "SHA-256 of the template",
    ),
    "Exceptions": (
        *("Kind", "Where", "Reason", "Done instead", "Risk", "Scope", "Owner", "Approver", "Approved on"),
        *("Review by", "until", "Status"),
    ),
    "Tasks": (
        *("Requirements", "State", "Status", "Task", "Owner", "Interval", "Last done", "next due", "Evidence"),
        "Signed by",
    ),
    "Owners": ("Owner", "open tasks", "overdue", "next due", "first"),
    "Changes": ("Kind", "Name", "Before", "After", "Direction"),
    "About": ("About",),
}
"""Title of each sheet → headings of its columns."""

_WIDE = ("About", "Done instead", "How to close it", "Reason", "Statement", "Summary", "Task", "first")
_MIDDLE = (
    *("Approver", "Capability", "Control", "Controls", "Cost", "Detected live by", "Evidence", "Expected"),
    *("Name", "Not in", "Owner", "Property", "Requirements", "Resource", "Scope", "Signed by", "Stack", "Template"),
    *("Title", "Value", "Where"),
)
_WIDTHS = {**dict.fromkeys(_WIDE, 60), **dict.fromkeys(_MIDDLE, 32)}
_NARROW = 14

_ABOUT = (
    "Generated from rendered templates and the profile. It does not show what is running in your accounts. "
    "Each mapping is our "
    "judgment, with its reason."
)


def format_report_xlsx(material: Material, catalog: Catalog = ENGLISH) -> bytes:
    """A workbook with a sheet for each table; headings are in the language of the catalog.

    Raises:
        OutputError: if openpyxl is not installed.
    """
    tables: Mapping[str, Iterable[Row]] = {
        "Requirements": _requirements(material),
        "Mappings": _mappings(material),
        "Controls": (_control(material, item) for item in material.evidence.assessments),
        "Values": _values(material),
        "Exceptions": _exceptions(material),
        "Tasks": (task_row(task, material.day) for task in material.tasks),
        "Owners": _owners(material),
        **({"Changes": _changes(material.changes)} if material.changes else {}),
        "About": _about(material),
    }
    return format_workbook(
        [
            Sheet(
                title=catalog.say(title),
                headings=[catalog.say(heading) for heading in SHEETS[title]],
                widths=[_WIDTHS.get(heading, _NARROW) for heading in SHEETS[title]],
                rows=[*rows],
            )
            for title, rows in tables.items()
        ]
    )


def _judged(material: Material) -> Iterator[Judgement]:
    for judgements in material.evidence.judgements.values():
        yield from judgements


def _requirements(material: Material) -> Iterator[Row]:
    steps = {gap.requirement: gap.steps for gap in gaps_of(material.evidence)}
    for item in _judged(material):
        asked = item.requirement
        yield (
            *(asked.framework, asked.id, asked.title, asked.gist, ", ".join(asked.level)),
            *(item.met.value, item.implemented.value, item.checked.value, _owner(item)),
            "\n".join(f"{mapping.control} ({state.value})" for mapping, state in item.controls),
            "\n".join(steps.get(asked.key, ())),
            *(_end(item.exception), _end(item.attestation)),
        )


def _owner(item: Judgement) -> str:
    stated = item.exception or item.attestation or item.requirement.manual
    return stated.owner if stated else ""


def _end(stated: RequirementException | Attestation | None) -> str | date:
    return date.fromisoformat(stated.expires) if stated else ""


def _mappings(material: Material) -> Iterator[Row]:
    for item in _judged(material):
        for mapping, state in item.controls:
            key = (item.requirement.framework, item.requirement.id)
            yield (*key, mapping.control, mapping.relation, state.value, mapping.reason)


def _control(material: Material, item: Assessment) -> Row:
    control = item.control
    asked = material.evidence.asked.get(control.id, {})
    return (
        *(control.id, control.statement, control.capability, item.state.value, control.severity),
        control.responsibility,
        "\n".join(f"{framework}: {', '.join(ids)}" for framework, ids in asked.items()),
        detector_words(vars(control.detectors)),
        *(control.cost, "\n".join(item.missing), material.evidence.reason(control.id)),
    )


def _values(material: Material) -> Iterator[Row]:
    for item in material.evidence.assessments:
        for seen in item.observations:
            stack, digest = material.evidence.stacks[seen.stack]
            yield (
                *(item.control.id, seen.stack, seen.logical_id, seen.pointer, seen.line),
                *(value_text(seen.value), seen.expected, "ok" if seen.holds else "not ok", stack.file, digest),
            )


def _exceptions(material: Material) -> Iterator[Row]:
    profile = material.loaded.profile
    for key, exception in sorted(profile.exceptions.items(), key=lambda item: item[1].expires):
        yield (
            *(exception.kind or "exception", key, exception.reason),
            "\n".join(map(str, exception.compensating_controls)),
            *(exception.risk or "", ", ".join([*exception.scope, *exception.resources])),
            *_signed(exception, material.day, exception.approved_on, exception.review_by),
        )
    for key, stated in sorted(profile.attestations.items(), key=lambda item: item[1].expires):
        proofs = "\n".join(map(str, stated.evidence))
        yield ("attestation", key, stated.statement, proofs, "", "", *_signed(stated, material.day, None, None))
    for item in acceptances(material):
        yield (item.what, item.where, item.reason, *[""] * 9)


def _signed(
    stated: RequirementException | Attestation, day: date, approved_on: str | None, review_by: str | None
) -> Row:
    """Owner and approver, the days of the decision, and whether it is overdue."""
    days = [date.fromisoformat(text) if text else "" for text in (approved_on, review_by, stated.expires)]
    late = any(isinstance(item, date) and item < day for item in days[1:])
    return (stated.owner, stated.approver, *days, "overdue" if late else "open")


def _owners(material: Material) -> Iterator[Row]:
    for owner in owners_of(material.tasks, material.day):
        yield (owner.name, owner.count, owner.overdue, owner.next_due or "", owner.first)


def _changes(changes: Changes) -> Iterator[Row]:
    for stack in changes.stacks:
        yield ("stack", stack.name, "", stack.what, "")
    for resource in changes.resources:
        yield ("resource", f"{resource.stack}/{resource.logical_id}", "", resource.change, "")
    for kind, items in (("requirement", changes.requirements), ("control", changes.controls)):
        for item in items:
            yield (kind, item.name, item.before or "", item.after or "", "weaker" if item.weaker else "")
    for statement in changes.statements:
        yield (statement.kind, statement.name, *map(describe_statement, (statement.before, statement.after)), "")


def _about(material: Material) -> Iterator[Row]:
    yield (f"{material.plan.organization}: SHA-256 of plan.json {material.plan_sha256}",)
    yield (_ABOUT,)
    yield from ((line,) for line in origin_lines(material.evidence))
    yield from ((f"{name}: {meaning}",) for name, meaning in {**STATES, **AXES}.items())
