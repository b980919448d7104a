"""Tables: as wide as the terminal, or as their content if stdout is not a terminal."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from baseline.text.terminal import terminal_text

if TYPE_CHECKING:
    from rich.table import Table

_WIDEST = 10_000


def new_table(columns: Iterable[str], *, title: str = "", whole: Collection[str] = ()) -> "Table":
    """Create a table of text. A narrow terminal folds every column whose name is not in `whole`."""
    from rich.table import Table

    table = Table(title=terminal_text(title) or None)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in whole)
    return table


def is_narrow(columns: int) -> bool:
    """Whether standard output is a terminal with fewer columns than given."""
    from rich.console import Console

    console = Console()
    return console.is_terminal and console.width < columns


def add_row(table: "Table", *cells: str) -> None:
    """Add a row of text; a cell may have several lines."""
    table.add_row(*map(terminal_text, cells))


def print_table(table: "Table") -> None:
    """Print the table to standard output. Text in brackets is not interpreted as markup."""
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDEST
    console.print(table)
