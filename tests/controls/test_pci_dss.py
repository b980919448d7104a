"""PCI DSS 4.0.1: each chapter has all of its requirements, numbered without a gap."""

from collections import Counter, defaultdict

from baseline.controls.framework import frameworks

PCI_DSS = frameworks()["pci-dss-4.0.1"]

CHAPTERS = {
    "1": 19,
    "2": 11,
    "3": 29,
    "4": 6,
    "5": 13,
    "6": 19,
    "7": 12,
    "8": 29,
    "9": 27,
    "10": 27,
    "11": 21,
    "12": 37,
    "A1": 7,
    "A2": 3,
    "A3": 20,
}
"""How many defined-approach requirements each chapter and appendix of the standard has."""


def test_each_chapter_has_all_of_its_requirements() -> None:
    assert Counter(name.partition(".")[0] for name in PCI_DSS.requirements) == CHAPTERS


def test_no_number_is_left_out() -> None:
    found: dict[str, list[int]] = defaultdict(list)
    for name in PCI_DSS.requirements:
        section, _, number = name.rpartition(".")
        found[section].append(int(number))
    assert {section: numbers for section, numbers in found.items() if numbers != list(range(1, len(numbers) + 1))} == {}


def test_service_providers_have_requirements_of_their_own() -> None:
    found = {name for name, item in PCI_DSS.requirements.items() if "service provider" in item.level}
    assert {"3.6.1.1", "8.2.3", "10.7.1", "11.4.6", "12.4.1", "12.9.2"} <= found
    assert not {"1.2.1", "10.7.2", "12.8.4"} & found


def test_twelve_months_of_logs_are_asked_for() -> None:
    assert PCI_DSS.minimum_log_retention_days == 365
