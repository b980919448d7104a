"""ISO/IEC 27001:2022, Annex A: the right number of controls in each theme, numbered without a gap."""

from baseline.controls.framework import frameworks

THEMES = {"organizational": ("A.5", 37), "people": ("A.6", 8), "physical": ("A.7", 14), "technological": ("A.8", 34)}


def test_each_theme_has_all_of_its_controls() -> None:
    found = [(item.level, name) for name, item in frameworks()["iso-27001-2022"].requirements.items()]
    expected = [
        ((theme,), f"{section}.{number}")
        for theme, (section, count) in THEMES.items()
        for number in range(1, count + 1)
    ]
    assert found == expected
