"""Suggestions: case never hides the right word, and decides between equal ones."""

import pytest

from baseline.text.nearest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "words", "expected"),
    [
        ("sandbx", ["Sandbox", "Security"], "Sandbox"),
        ("CORE", ["core", "card"], "core"),
        ("Securty", ["security", "Security"], "Security"),
        ("securty", ["Security", "security"], "security"),
        ("pci", ["cis-7.0", "pci-dss-4.0.1"], "pci-dss-4.0.1"),
        ("NIST", ["nis2", "nist-csf-2.0"], "nist-csf-2.0"),
        ("log", ["logs", "log-archive"], "log-archive"),
        ("log", ["logs", *(f"log-{n}" for n in range(9))], "logs"),
        ("zzz", ["security"], None),
        ("", ["a"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_word_is_found_in_its_own_spelling(word: str, words: list[str], expected: str | None) -> None:
    assert nearest(word, words) == expected


def test_a_higher_cutoff_guesses_less() -> None:
    assert nearest("AdministratorAcces", ["AdministratorAccess"], cutoff=0.8) == "AdministratorAccess"
    assert nearest("Access", ["AdministratorAccess"], cutoff=0.8) is None


def test_a_message_ends_with_the_guess_or_without() -> None:
    assert did_you_mean("kmss", ["kms"]) == '; did you mean "kms"?'
    assert did_you_mean("zzz", ["kms"]) == ""


def test_a_message_names_all_that_are_equally_near_but_five_at_most() -> None:
    assert (
        did_you_mean("us-est-1", ["us-east-1", "us-west-1", "eu-west-1"])
        == '; did you mean "us-west-1" or "us-east-1"?'
    )
    assert did_you_mean("rule-", [f"rule-{n}" for n in range(9)]).count("rule-") == 5
