"""Profiles with hundreds of thousands of problems: a short output that counts them."""

import json
from functools import cache
from xml.etree.ElementTree import fromstring

import pytest

from baseline.errors import ProfileError
from baseline.findings import Finding, Location, Severity, at_most
from baseline.profile.load import load_profile_text
from baseline.report.findings_text import format_findings
from baseline.report.formats import FINDING_FORMATS, MOST_OF_A_KIND

ORGANIZATION = "organization: {name: N, prefix: nw, home_region: eu-west-1, regions: [eu-west-1]"
TOP = f'version: 1\ndefaults: "2026.12"\n{ORGANIZATION}'
REST = '}\naccounts:\n  management: {id: "111111111111", email: aws@northwind.example}\n'
COUNT = 5_000


def units(item: str) -> str:
    return f"{TOP}{REST}organizational_units: [{', '.join([item] * COUNT)}]\n"


def below(key: str) -> str:
    return f"{TOP}{REST}{key}: {{{', '.join(['k: 1'] * (COUNT + 1))}}}\n"


MANY = {
    "duplicate keys": below("x"),
    "wrong addresses": f"{TOP}, alerts: [{'x, ' * COUNT}]{REST}",
    "unknown keys": TOP + REST + "".join(f"unknown{number}: 1\n" for number in range(COUNT)),
    "names with line breaks": units('"a\\n"'),
    "dynamic references": units('"{{resolve:a"'),
    "units with blanks": units('" a"'),
    "repeated units": units("a"),
    "wrong types": units("1"),
    "keys that are no text": f"{TOP}{REST}x: {{{', '.join(f'{number}: 1' for number in range(COUNT))}}}\n",
    "tags": units("!t a"),
    "characters": units('"\\x07"'),
    "merge keys": units("{<<: 1}"),
    "long values": f"{TOP}, alerts: [&a {'x' * 500_000}, {'*a, ' * COUNT}]{REST}",
    "long keys": below(f"? '{'k' * 500_000}'\n"),
    "long names": units("k" * 200),
}


@cache
def refusal(name: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        load_profile_text(MANY[name])
    return caught.value


@pytest.mark.parametrize("name", MANY)
def test_many_problems_give_a_short_answer(name: str) -> None:
    problems = refusal(name).problems
    assert len("\n".join(format_findings(problems))) < 200_000
    documents = {name: formatted(problems) for name, formatted in FINDING_FORMATS.items()}
    assert all(len(document) < 4_000_000 for document in documents.values())
    assert len(json.loads(documents["json"])["findings"]) <= 3 * (MOST_OF_A_KIND + 1)
    assert json.loads(documents["sarif"])["runs"]
    assert fromstring(documents["junit"]).tag == "testsuites"  # noqa: S314 - our own text


@pytest.mark.parametrize("name", ["duplicate keys", "wrong addresses", "names with line breaks", "dynamic references"])
def test_problems_that_are_not_listed_are_counted(name: str) -> None:
    lines = format_findings(refusal(name).problems)
    assert any(f"{COUNT - 100:,} more of this kind" in line for line in lines)
    assert int(str(refusal(name)).split()[2].replace(",", "")) >= COUNT


def finding(identifier: str, line: int) -> Finding:
    return Finding(id=identifier, severity=Severity.ERROR, message="m", location=Location(file="f", line=line))


def test_findings_of_a_kind_with_few_are_all_listed() -> None:
    findings = tuple(finding(name, line) for line, name in enumerate("abababaaaa"))
    listed = at_most(findings, 3)
    assert [item.id for item in listed] == ["a", "b", "a", "b", "a", "b", "a"]
    assert listed[-1].message.startswith("4 more of this kind")
    assert [item.count for item in at_most(listed, 2) if item.count > 1] == [5]
    assert at_most(findings, 7) == findings
