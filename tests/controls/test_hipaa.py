"""The HIPAA Security Rule: standards and implementation specifications, each in its class."""

from baseline.controls.framework import frameworks

HIPAA = frameworks()["hipaa"]


def test_standards_are_distinguished_from_specifications() -> None:
    """Appendix A to subpart C marks these standards, which have no specification of their own, as required."""
    found = {name for name, item in HIPAA.requirements.items() if item.level == ("standard", "required")}
    assert found == {
        "164.308(a)(2)",
        "164.308(a)(8)",
        "164.310(b)",
        "164.310(c)",
        "164.312(b)",
        "164.312(d)",
    }


def test_addressable_specifications_are_those_of_the_appendix() -> None:
    """Appendix A to subpart C, the rows marked (A)."""
    found = {name for name, item in HIPAA.requirements.items() if item.level == ("addressable",)}
    assert found == {
        *(f"164.308(a)(3)(ii)({letter})" for letter in "ABC"),
        *(f"164.308(a)(4)(ii)({letter})" for letter in "BC"),
        *(f"164.308(a)(5)(ii)({letter})" for letter in "ABCD"),
        *(f"164.308(a)(7)(ii)({letter})" for letter in "DE"),
        *(f"164.310(a)(2)({number})" for number in ("i", "ii", "iii", "iv")),
        *(f"164.310(d)(2)({number})" for number in ("iii", "iv")),
        *(f"164.312(a)(2)({number})" for number in ("iii", "iv")),
        "164.312(c)(2)",
        *(f"164.312(e)(2)({number})" for number in ("i", "ii")),
    }


def test_six_years_of_logs_are_asked_for() -> None:
    assert HIPAA.minimum_log_retention_days == 2190
