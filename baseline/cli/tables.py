"""Printing tables: as wide as the terminal, and as wide as their content where there is none."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from baseline.text.terminal import terminal_text

if TYPE_CHECKING:
    from rich.table import Table

_WIDEST = 10_000


def new_table(columns: Iterable[str], *, title: str = "", whole: str = "") -> "Table":
    """A table of text. In a narrow terminal every column is folded but `whole`."""
    from rich.table import Table

    table = Table(title=terminal_text(title) or None)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name == whole)
    return table


def add_row(table: "Table", *cells: str) -> None:
    """A row of text; a cell may have several lines."""
    table.add_row(*map(terminal_text, cells))


def print_table(table: "Table") -> None:
    """To standard output, cells as they are: what stands in brackets is no markup."""
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDEST
    console.print(table)
