"""Labels of table cells: narrow screens show a row as a card, in which each cell names its column."""

import re

from markupsafe import Markup

_TABLE = re.compile(r"<thead>.*?</tbody>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_COLUMN = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_CELL = re.compile(r"<t[dh]\b(?P<attributes>[^>]*)>")
_TAG = re.compile(r"<[^>]*>")
_LABELLED_FIRST = ('class="number"', 'class="day"')
"""A first cell is the heading of its card and needs no label, except for a number or a day."""


def labelled_cells(markup: Markup) -> Markup:
    """The same tables; each cell below a heading has the attribute `data-label` with the text of its column."""
    return Markup(_TABLE.sub(_labelled_table, markup))  # noqa: S704 - texts of the same markup, which are escaped


def _labelled_table(table: re.Match[str]) -> str:
    head, end, body = table[0].partition("</thead>")
    labels = [_TAG.sub("", column).strip() for column in _COLUMN.findall(head)]
    return head + end + _ROW.sub(lambda row: _labelled_row(row[0], labels), body)


def _labelled_row(row: str, labels: list[str]) -> str:
    columns = iter(enumerate(labels))

    def cell(found: re.Match[str]) -> str:
        number, label = next(columns, (0, ""))
        is_heading = number == 0 and not any(words in found["attributes"] for words in _LABELLED_FIRST)
        if is_heading or not label:
            return found[0]
        return f'{found[0][:-1]} data-label="{label[0].upper()}{label[1:]}">'

    return _CELL.sub(cell, row)
