"""Words and days of options: what is taken, and what the error suggests."""

from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.cli.option_types import Choice, Moment


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", ".", "--to", "Terrafrom", "-o", "x"], "Did you mean 'terraform'?"),
        (["validate", "p.yaml", "--as-of", "01.03.2027"], "'01.03.2027' is not a day of the form YYYY-MM-DD"),
        (["generate", "p.yaml", "--dated", "yesterday"], "neither a day of the form YYYY-MM-DD nor seconds"),
        (["generate", "p.yaml", "--dated", "9" * 30], "after the year 9999"),
    ],
)
def test_a_wrong_option_says_what_is_right(words: list[str], said: str) -> None:
    done = CliRunner().invoke(baseline, words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize(("given", "hour"), [("2026-11-30", 0), ("1796000400", 1)])
def test_a_moment_is_a_day_or_seconds(given: str, hour: int) -> None:
    assert Moment().convert(given, None, None) == datetime(2026, 11, 30, hour, tzinfo=UTC)


def test_words_are_taken_in_any_case() -> None:
    assert Choice(["client", "auditor"]).convert("Auditor", None, None) == "auditor"
    with pytest.raises(click.BadParameter):
        Choice(["client", "auditor"]).convert("", None, None)


def test_every_choice_of_every_command_suggests() -> None:
    def commands(group: click.Group) -> list[click.Command]:
        context = click.Context(group)
        found = [group.get_command(context, name) for name in group.list_commands(context)]
        return [one for item in found if item for one in (commands(item) if isinstance(item, click.Group) else [item])]

    types = [(item.name, option.type) for item in commands(baseline) for option in item.params]
    assert len(types) > 100
    assert [name for name, type_ in types if isinstance(type_, click.Choice) and not isinstance(type_, Choice)] == []
    assert [name for name, type_ in types if isinstance(type_, click.DateTime)] == []
