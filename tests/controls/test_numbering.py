"""Frameworks whose ids are numbered by areas have every number, in the publisher's order; no setting is all of them."""

from collections import Counter

import pytest

from baseline.controls.framework import frameworks

AREAS = {
    "bsi-c5-2020": "OIS 7, SP 3, HR 6, AM 6, PS 7, OPS 24, IDM 9, CRY 4, COS 8, PI 3, DEV 10, SSO 5, SIM 5, BCM 4, "
    "COM 4, INQ 4, PSS 12",
    "csa-ccm-4": "A&A 6, AIS 7, BCR 11, CCC 9, CEK 21, DCS 15, DSP 19, GRC 8, HRS 13, IAM 16, IPY 4, IVS 9, LOG 13, "
    "SEF 8, STA 14, TVM 10, UEM 14",
}
"""Framework → its areas and how many requirements each has, numbered from 01."""


@pytest.mark.parametrize("framework", AREAS)
def test_each_area_has_all_of_its_numbers(framework: str) -> None:
    areas = [item.split() for item in AREAS[framework].split(", ")]
    expected = [f"{area}-{number:02}" for area, count in areas for number in range(1, int(count) + 1)]
    assert list(frameworks()[framework].requirements) == expected


def test_each_group_of_measures_of_the_spanish_scheme_has_all_of_its_numbers() -> None:
    groups = (
        "org 4, op.pl 5, op.acc 6, op.exp 10, op.ext 4, op.nub 1, op.cont 4, op.mon 3, mp.if 7, mp.per 4, mp.eq 4, "
    )
    groups += "mp.com 4, mp.si 5, mp.sw 2, mp.info 6, mp.s 4"
    expected = [
        f"{group}.{number}"
        for group, count in (item.split() for item in groups.split(", "))
        for number in range(1, int(count) + 1)
    ]
    assert list(frameworks()["ens-2022"].requirements) == expected


def test_dora_has_each_article_that_its_head_names() -> None:
    names = frameworks()["dora"].requirements
    articles = {int(name.removeprefix("Art. ").partition("(")[0]) for name in names if name.startswith("Art.")}
    assert articles == {*range(5, 15), *range(17, 20), *range(24, 31), 45}
    assert [name for name in names if name.startswith("RTS")] == [f"RTS Art. {number}" for number in range(2, 28)]


def test_each_family_of_800_171_has_its_requirements() -> None:
    """Revision 3 keeps the numbers of revision 2 and leaves gaps; CMMC has every number of revision 2."""
    found = Counter(name[:5] for name in frameworks()["nist-800-171-r3"].requirements)
    assert [*found.values()] == [16, 2, 8, 10, 8, 5, 3, 7, 2, 5, 3, 4, 10, 5, 3, 3, 3]
    numbers = {"AC": 22, "AT": 3, "AU": 9, "CM": 9, "IA": 11, "IR": 3, "MA": 6}
    numbers |= {"MP": 9, "PS": 2, "PE": 6, "RA": 3, "CA": 4, "SC": 16, "SI": 7}
    assert list(frameworks()["cmmc-2.0-level-2"].requirements) == [
        f"{family}.L2-3.{place}.{number}"
        for place, (family, count) in enumerate(numbers.items(), start=1)
        for number in range(1, count + 1)
    ]


def test_levels_of_the_essential_eight_are_those_of_its_baselines() -> None:
    """Three controls of lower levels are replaced by stricter ones above."""
    requirements = frameworks()["essential-eight"].requirements.values()
    found = Counter(level for item in requirements for level in item.level)
    assert found == {"ML1": 46, "ML2": 87, "ML3": 123}
    assert {item.id for item in requirements if "ML3" not in item.level} == {"ism-1691", "ism-1695", "ism-1873"}


@pytest.mark.parametrize(
    "framework",
    ["bsi-c5-2020", "cmmc-2.0-level-2", "csa-ccm-4", "dora", "ens-2022", "essential-eight", "nist-800-171-r3"],
)
def test_people_have_a_part_of_every_requirement(framework: str) -> None:
    """A list for organizations is met by rules and work as well; no setting is all of a requirement."""
    requirements = frameworks()[framework].requirements.values()
    assert [item.id for item in requirements if not item.manual or item.decisive] == []
