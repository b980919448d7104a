"""The changes between two outputs, for a pull request."""

from collections.abc import Iterator, Sequence

from baseline import __version__
from baseline.evidence.changes import Changes, ChangesOrigin, StateChange, Statement
from baseline.evidence.provenance import Source
from baseline.evidence.resource_changes import ResourceChange
from baseline.report.changes_text import describe_change, describe_statement
from baseline.report.cost_words import describe_changes
from baseline.report.resource_words import (
    by_stack,
    count_changes,
    describe_move,
    describe_prefixes,
    describe_properties,
    describe_reach,
    describe_resource,
    folded_risks,
    risks_by_kind,
)
from baseline.report.statement_words import statement_rows
from baseline.text.markdown import markdown_code, markdown_text

_MOST_RISKS = 20
MOST_CHARACTERS = 65_535
"""GitHub's limit for the text of a comment, which is lower than GitLab's."""

_NOTE = "The rest is left out here: `baseline plan --against … --format json` has all of it.\n"
_PROPERTIES = (30, 5, 0)
"""Properties shown of a resource, as many as the text has room for."""


def format_changes_markdown(changes: Changes) -> str:
    """The most important changes first, with folded tables; fits into a pull request comment."""
    foot = _origin(changes.origin) if changes.origin else ""
    if not changes.classes:
        return f"## Changes\n\nNothing changes.\n{foot}"
    for most in _PROPERTIES:
        text = "\n".join(["## Changes", "", *_summary(changes), *_tables(changes, most)]) + foot
        if len(text) <= MOST_CHARACTERS:
            return text
    return _cut(text, foot)


def _cut(text: str, foot: str) -> str:
    """The text, cut at a line break, with every fold closed, followed by the footer."""
    kept = text[: MOST_CHARACTERS - len(_NOTE) - len(foot) - 200].rpartition("\n")[0]
    open_folds = kept.count("<details>") - kept.count("</details>")
    return f"{kept}\n\n{'</details>' * open_folds}\n\n{_NOTE}{foot}"


def _origin(origin: ChangesOrigin) -> str:
    """The inputs of the comparison, at the end, because a reviewer reads the risks first."""
    dated = f"Compared on {origin.day.isoformat()}" if origin.day else "Compared"
    named = f"{markdown_code(origin.against)}: " if origin.against else ""
    plan = f" `plan.json` of `baseline generate`: SHA-256 `{origin.plan_sha256}`." if origin.plan_sha256 else ""
    before, after = f"{named}{_files(origin.before)}", _files(origin.after)
    return f"\n{dated} by baseline {__version__}. Before: {before}. After: {after}.{plan}\n"


def _files(sources: Sequence[Source]) -> str:
    if not sources:
        return "standard input"
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return f"{markdown_code(sources[0].file)} (SHA-256 `{sources[0].sha256}`){more}"


def _summary(changes: Changes) -> Iterator[str]:
    if changes.prefixes:
        yield f"{markdown_text(describe_prefixes(changes))}\n"
    yield f"**Resources**: {count_changes(changes.resources)}."
    yield f"**Compliance**: {_weaker(changes)}."
    if changes.cost and changes.cost.capabilities:
        yield f"**Cost**: {markdown_text('; '.join(describe_changes(changes.cost)))}."
    yield ""
    for kind, rows in risks_by_kind(changes.resources).items():
        yield f"**{kind}** ({len(rows)})"
        yield ""
        folded = folded_risks(rows)
        for why, names in folded[:_MOST_RISKS]:
            left = f" and {len(names) - _MOST_RISKS} more" if len(names) > _MOST_RISKS else ""
            yield f"- {', '.join(map(markdown_code, names[:_MOST_RISKS]))}{left}: {markdown_text(why)}"
        if len(folded) > _MOST_RISKS:
            yield f"- and {len(folded) - _MOST_RISKS} more"
        yield ""


def _weaker(changes: Changes) -> str:
    """`1 requirement and 2 controls are weaker than before`, or that none are."""
    parts = [
        f"{count} {name}{'s' if count > 1 else ''}"
        for name, items in (("requirement", changes.requirements), ("control", changes.controls))
        if (count := sum(item.weaker for item in items))
    ]
    if not parts:
        return "no requirement and no control is weaker than before"
    alone = parts[0].startswith("1 ") and len(parts) == 1
    return f"{' and '.join(parts)} {'is' if alone else 'are'} weaker than before"


def _folded(title: str, lines: list[str]) -> list[str]:
    return ["<details>", f"<summary>{title}</summary>", "", *lines, "</details>", ""] if lines else []


def _tables(changes: Changes, most: int) -> list[str]:
    stacks = [
        f"| {markdown_code(item.name)} | {item.what} | {markdown_text(describe_change(item).strip())} "
        f"| {describe_reach(changes.reaches.get(item.name))} |"
        for item in changes.stacks
    ]
    policies = [
        f"| {row.change} | {'<br>'.join(map(markdown_text, (row.words, *row.places)))} |"
        for row in statement_rows(changes.policies)
    ]
    said = [
        f"| {markdown_code(item.name)} | {item.kind} | {_said(item.before)} | {_said(item.after)} |"
        for item in changes.statements
    ]
    return [
        *_table("| requirement | before | after | |", _states(changes.requirements, weaker=True)),
        *_table("| control | before | after | |", _states(changes.controls, weaker=True)),
        *[f"Account {markdown_text(describe_move(item))}.\n" for item in changes.moved],
        *_folded(f"{len(stacks)} stacks", _table("| stack | | what | reaches |", stacks)),
        *_folded(f"{len(changes.resources)} resources", list(_resources(changes.resources, most))),
        *_folded(f"{len(changes.policies)} policy statements", _table("| policy statement | |", policies)),
        *[f"{markdown_code(name)} is reported only now.\n" for name in changes.frameworks_added],
        *[f"{markdown_code(name)} is no longer reported.\n" for name in changes.frameworks_removed],
        *_table("| framework | state | before | after |", list(_counts(changes))),
        *_folded(
            "other requirements and controls",
            [
                *_table("| requirement | before | after | |", _states(changes.requirements, weaker=False)),
                *_table("| control | before | after | |", _states(changes.controls, weaker=False)),
            ],
        ),
        *_table("| requirement | what the profile says | before | after |", said),
    ]


def _resources(items: tuple[ResourceChange, ...], most: int) -> Iterator[str]:
    for stack, some in by_stack(items).items():
        yield f"{markdown_code(stack)}"
        yield ""
        for item in some:
            yield f"- {item.change} {markdown_text(describe_resource(item))}"
            lines = describe_properties(item.properties)
            yield from (f"  - {markdown_code(line)}" for line in lines[:most])
            if len(lines) > most:
                yield f"  - {len(lines) - most} more properties"
        yield ""


def _said(statement: Statement | None) -> str:
    return markdown_text(describe_statement(statement)) if statement else "–"


def _table(head: str, rows: list[str]) -> list[str]:
    return [head, "|---" * (head.count("|") - 1) + "|", *rows, ""] if rows else []


def _counts(changes: Changes) -> Iterator[str]:
    for framework, counts in changes.counts.items():
        yield from (
            f"| {markdown_text(framework)} | {markdown_text(state)} | {before} | {after} |"
            for state, (before, after) in counts.items()
        )


def _states(items: tuple[StateChange, ...], *, weaker: bool) -> list[str]:
    return [
        f"| {markdown_code(item.name)} | {markdown_text(item.before or '–')} | {markdown_text(item.after or '–')} "
        f"| {'**weaker**' if item.weaker else ''} |"
        for item in items
        if item.weaker is weaker
    ]
