"""What changed between two outputs, for a pull request."""

from collections.abc import Iterator

from baseline.evidence.changes import Changes, StateChange, Statement
from baseline.report.changes_text import describe_change, describe_policy_statement, describe_statement
from baseline.text.markdown import markdown_code, markdown_text


def format_changes_markdown(changes: Changes) -> str:
    """Tables of stacks, counts, requirements, controls, exceptions and attestations; one without rows is left out."""
    return "\n".join(["## Changes", "", *(_tables(changes) or ["Nothing changes."]), ""])


def _tables(changes: Changes) -> list[str]:
    return [
        *_table(
            "| stack | | what |",
            [
                f"| {markdown_code(item.name)} | {item.what} | {markdown_text(describe_change(item).strip())} |"
                for item in changes.stacks
            ],
        ),
        *_table(
            "| policy statement | |",
            [f"| {item.change} | {markdown_text(describe_policy_statement(item))} |" for item in changes.policies],
        ),
        *[f"{markdown_code(name)} is reported only now.\n" for name in changes.frameworks_added],
        *[f"{markdown_code(name)} is no longer reported.\n" for name in changes.frameworks_removed],
        *_table("| framework | state | before | after |", list(_counts(changes))),
        *_table("| requirement | before | after | |", _states(changes.requirements)),
        *_table("| control | before | after | |", _states(changes.controls)),
        *_table(
            "| requirement | what the profile says | before | after |",
            [
                f"| {markdown_code(item.name)} | {item.kind} | {_said(item.before)} | {_said(item.after)} |"
                for item in changes.statements
            ],
        ),
    ]


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


def _states(items: tuple[StateChange, ...]) -> list[str]:
    return [
        f"| {markdown_code(item.name)} | {markdown_text(item.before or '–')} | {markdown_text(item.after or '–')} "
        f"| {'**weaker**' if item.weaker else ''} |"
        for item in items
    ]
