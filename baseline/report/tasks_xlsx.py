"""The task register as a workbook."""

from collections.abc import Sequence
from datetime import date

from baseline.evidence.task import Task
from baseline.report.task_rows import COLUMNS, task_row
from baseline.report.workbook import Sheet, format_workbook

_WIDTHS = (22, 12, 11, 70, 24, 13, 12, 12, 40, 24)


def format_tasks_xlsx(tasks: Sequence[Task], as_of: date | None = None) -> bytes:
    """A workbook with one sheet.

    Raises:
        OutputError: if openpyxl is not installed.
    """
    rows = [task_row(task, as_of) for task in tasks]
    return format_workbook([Sheet(title="Tasks", headings=COLUMNS, widths=_WIDTHS, rows=rows)])
