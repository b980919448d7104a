"""The task register for spreadsheets and other programs."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from baseline.evidence.task import Task
from baseline.report.task_rows import COLUMNS, task_row
from baseline.text.spreadsheet import cell_text


def format_tasks_csv(tasks: Sequence[Task], as_of: date | None = None) -> str:
    """RFC 4180, with a header; days as YYYY-MM-DD. Without `as_of` no task is overdue."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell_text(str(cell)) for cell in task_row(task, as_of)] for task in tasks)
    return text.getvalue()
