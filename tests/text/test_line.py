import pytest

from baseline.text.line import LINE_BREAKS, fold, forbidden_in_a_name

FORBIDDEN = {
    **{f"line break U+{ord(mark):04X}": mark for mark in LINE_BREAKS},
    **{f"control U+{number:04X}": chr(number) for number in (0, 7, 8, 9, 0x1B, 0x7F, 0x80, 0x84, 0x90, 0x9B, 0x9F)},
    **{
        f"bidirectional U+{number:04X}": chr(number)
        for number in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    },
    **{
        f"invisible U+{number:04X}": chr(number)
        for number in (
            *(0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x180E, 0x200B, 0x2060, 0x2061, 0x206F, 0x2800, 0x3164, 0xFE0F),
            *(0xFEFF, 0xFFA0, 0xFFF9, 0xFFFE, 0xE0001, 0xE0041, 0xE01EF, 0x1D173, 0xD800),
        )
    },
}


@pytest.mark.parametrize("mark", FORBIDDEN.values(), ids=FORBIDDEN)
@pytest.mark.parametrize("place", ["{}ab", "a{}b", "ab{}"])
def test_name_with_an_unseen_character_is_refused_wherever_it_is(mark: str, place: str) -> None:
    assert forbidden_in_a_name(place.format(mark)) == mark


@pytest.mark.parametrize("name", ["a\u200cb", "a\u200d", "\u200d", "\u200cم"])
def test_joiner_beside_ascii_or_at_an_end_is_refused(name: str) -> None:
    assert forbidden_in_a_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Northwind",
        "Zürich & Söhne",
        "生产",
        "می\u200cخواهم",
        "क्\u200dष",
        "שלום",
        "مرحبا",
        "😀",
        "e\u0301",
        "a\u00a0b",
        "·",
    ],
)
def test_name_of_any_language_is_accepted(name: str) -> None:
    assert forbidden_in_a_name(name) == ""


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("a\nb", "a b"),
        ("a\r\nb", "a b"),
        ("a \n\n\t b", "a b"),
        ("a\x85b\u2028c\u2029d\vd\fe", "a b c d d e"),
        ("\n a \n", " a "),
        ("a  b\tc", "a  b\tc"),
        ("", ""),
        ("\n", ""),
    ],
)
def test_fold_puts_one_space_in_place_of_line_breaks(text: str, folded: str) -> None:
    assert fold(text) == folded
