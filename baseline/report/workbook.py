"""Tables as a workbook. Equal input gives equal bytes."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from baseline.errors import OutputError
from baseline.frozen import frozen
from baseline.text.visible import visible

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST = 32_767
"""Characters in a cell (support.microsoft.com, Excel specifications and limits)."""
_SHADE = "FFE7ECF2"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


Cell = str | int | date
Row = Sequence[Cell]


@frozen
class Sheet:
    """A table.

    Attributes:
        title: Title of the sheet, at most 31 characters.
        headings: The first row, which stays in view.
        widths: Widths of the columns, in characters.
        rows: Texts, numbers and days; texts are never calculated.
    """

    title: str
    headings: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Row]


def format_workbook(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with a filter for each sheet, and days as dates.

    Raises:
        OutputError: if openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        hint = "install it with: pip install 'openpyxl>=3.1,<4'"
        raise OutputError("workbooks need the Python package openpyxl, which is missing", hint=hint) from error
    book = Workbook()
    book.properties.creator = "baseline"
    book.properties.created = datetime(*_EPOCH)  # noqa: DTZ001 - the format has no time zone
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    written = io.BytesIO()
    book.save(written)
    return _without_times(written.getvalue())


def _fill(here: "Worksheet", sheet: Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    shade = PatternFill("solid", fgColor=_SHADE)
    top = Alignment(wrap_text=True, vertical="top")
    for row, values in enumerate([sheet.headings, *sheet.rows]):
        cells = [WriteOnlyCell(here, _plain(value)) for value in values]
        for cell, value in zip(cells, values, strict=True):
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            elif value and isinstance(value, str):
                cell.data_type = "s"  # never a formula
            cell.alignment = top
            if row == 0:
                cell.font, cell.fill = Font(bold=True), shade
        here.append(cells)
    for number, width in enumerate(sheet.widths, start=1):
        here.column_dimensions[get_column_letter(number)].width = width
    here.freeze_panes = "B2" if len(sheet.widths) > 1 else "A2"
    here.auto_filter.ref = here.dimensions
    here.print_title_rows, here.page_setup.orientation, here.page_setup.fitToHeight = "1:1", "landscape", 0
    here.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _plain(value: Cell) -> str | int | datetime | None:
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, int):
        return value
    return visible(value)[:_LONGEST] or None


def _without_times(archive: bytes) -> bytes:
    """The archive with a fixed time for each member and for the workbook, which openpyxl dates when it saves."""
    result = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(result, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(name)) if name == _CORE else old.read(name)
            new.writestr(ZipInfo(name, _EPOCH), content, ZIP_DEFLATED)
    return result.getvalue()
