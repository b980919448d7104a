"""Tables print every cell unchanged, and work without a terminal."""

import pytest

from baseline.cli.tables import new_table, print_table


def test_a_table_that_is_piped_is_as_wide_as_its_content(capsys: pytest.CaptureFixture[str]) -> None:
    long = "arn:aws:iam::444444444444:role/" + "x" * 300
    table = new_table(("name", "what"), title="[bold]1 row[/]")
    table.add_row("[red]web", long)
    print_table(table)
    title, *_, row, _ = capsys.readouterr().out.splitlines()
    assert title.strip() == "[bold]1 row[/]"
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["[red]web", long]
