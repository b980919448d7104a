"""NIS2: every section of the annex of Implementing Regulation (EU) 2024/2690, with the point of Article 21(2)."""

from collections import Counter

from baseline.controls.framework import frameworks


def test_each_chapter_of_the_annex_has_its_sections() -> None:
    found = Counter(int(name.partition(".")[0]) for name in frameworks()["nis2"].requirements)
    assert list(found) == list(range(1, 14))
    assert [*found.values()] == [2, 3, 6, 3, 2, 10, 1, 2, 1, 4, 7, 5, 3]


def test_each_point_of_the_article_has_a_section() -> None:
    points = {level for item in frameworks()["nis2"].requirements.values() for level in item.level}
    assert points == {f"Art. 21(2)({letter})" for letter in "abcdefghij"}


def test_nothing_settles_a_measure_alone() -> None:
    """Whether a measure is appropriate to the risk, only the entity can say."""
    requirements = frameworks()["nis2"].requirements.values()
    assert all(item.manual for item in requirements)
    assert {one.relation for item in requirements for one in item.controls} == {"contributes", "checks", "supports"}
