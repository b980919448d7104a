"""The task register as a workbook."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from baseline.errors import OutputError
from baseline.evidence.tasks import Task
from baseline.report.task_rows import COLUMNS, task_row
from baseline.text.visible import visible

_WIDTHS = (22, 12, 11, 70, 24, 13, 12, 12, 40, 24)
_LONGEST = 32_767
"""Characters in a cell (support.microsoft.com, Excel specifications and limits)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def format_tasks_xlsx(tasks: Sequence[Task], as_of: date | None = None) -> bytes:
    """A workbook with one sheet: a header that stays, a filter, and days as dates. Equal input gives equal bytes.

    Raises:
        OutputError: if openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        hint = "install it with: pip install 'openpyxl>=3.1,<4'"
        raise OutputError("openpyxl is missing: it writes workbooks", hint=hint) from error
    book = Workbook()
    book.properties.creator = "baseline"
    book.properties.created = book.properties.modified = datetime(*_EPOCH)  # noqa: DTZ001 - the format has no time zone
    sheet = book.worksheets[0]
    sheet.title = "Tasks"
    top = Alignment(wrap_text=True, vertical="top")
    for row, values in enumerate([COLUMNS, *(task_row(task, as_of) for task in tasks)]):
        cells = [WriteOnlyCell(sheet, _plain(value)) for value in values]
        for cell, value in zip(cells, values, strict=True):
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            elif value:
                cell.data_type = "s"  # never a formula
            cell.alignment, cell.font = top, Font(bold=row == 0)
        sheet.append(cells)
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    written = io.BytesIO()
    book.save(written)
    return _without_times(written.getvalue())


def _plain(value: str | date) -> str | datetime | None:
    if isinstance(value, date):
        return datetime.combine(value, time())
    return visible(value)[:_LONGEST] or None


def _without_times(archive: bytes) -> bytes:
    """The archive with the same time for each member, and for the workbook itself."""
    result = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(result, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, _EPOCH), old.read(name), ZIP_DEFLATED)
    return result.getvalue()
