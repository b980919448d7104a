"""The natural order of names."""

from baseline.text.natural import natural_key


def test_numbers_are_compared_by_value_and_units_come_before_the_units_in_them() -> None:
    names = ["Work-a", "Work/Team10", "Work/Team2", "Work", "7", "Team", "Work/Team2/B", "Work/Team2a"]
    wanted = ["7", "Team", "Work", "Work/Team2", "Work/Team2/B", "Work/Team2a", "Work/Team10", "Work-a"]
    assert sorted(names, key=natural_key) == wanted
