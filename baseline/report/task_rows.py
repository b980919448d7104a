"""Columns of the task register, for every format that has rows."""

from datetime import date

from baseline.evidence.task import Task
from baseline.report.workbook import Row

COLUMNS = (
    *("requirements", "state", "status", "task", "owner", "interval", "last_done", "next_due"),
    *("evidence", "signed_by"),
)


def task_row(task: Task, as_of: date | None) -> Row:
    """The values of a task in the order of `COLUMNS`; empty text for unknown values."""
    return (
        "; ".join(task.requirements),
        task.state.value,
        task.status(as_of),
        task.what,
        task.owner,
        task.interval,
        task.last_done or "",
        task.next_due or "",
        "; ".join(task.evidence),
        task.signer,
    )
