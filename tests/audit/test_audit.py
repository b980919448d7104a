"""`docs/audit.md` and its reasons, checked without Prowler."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from baseline.controls.framework import frameworks
from benchmarks.audit.document import read_document, render
from benchmarks.audit.findings import KINDS, Reason, Row, complaints, count, read_caveats, read_reasons
from benchmarks.audit.organization import ACCOUNTS
from benchmarks.audit.prowler import FRAMEWORKS
from tests.conftest import CHECKOUT

DOCUMENT = CHECKOUT / "docs" / "audit.md"
HEAD, ROWS = read_document(DOCUMENT)
REASONS = read_reasons(list(ACCOUNTS))


def row(**after: str) -> Row:
    before = dict.fromkeys(after, "fail")
    return Row(framework="cis-7.0", requirement="1.1", check="something_enabled", before=before, after=after)


def reason(state: str, *accounts: str) -> Reason:
    return Reason(checks=("something_enabled",), accounts=accounts, state=state, kind=KINDS[0], why="Because.")


def test_the_page_is_what_its_rows_and_the_reasons_give() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(ROWS, REASONS, read_caveats(), HEAD)


def test_everything_that_does_not_pass_has_a_reason_that_is_true() -> None:
    assert list(complaints(ROWS, REASONS)) == []


def test_the_page_has_the_accounts_that_are_scanned() -> None:
    assert {tuple(item.after) for item in ROWS} == {tuple(ACCOUNTS)}


def test_the_page_names_the_versions_that_are_used() -> None:
    (scanner,) = [
        line.partition("==")[2].split()[0]
        for line in (CHECKOUT / "requirements-audit.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("prowler==")
    ]
    locked = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    (moto,) = [line.split("==")[1].split()[0] for line in locked.splitlines() if line.startswith("moto")]
    said = " ".join(HEAD.split())
    assert f"Prowler {scanner} " in said
    assert f"is moto {moto} " in said


def test_every_framework_is_audited() -> None:
    assert list(dict.fromkeys(item.framework for item in ROWS)) == list(FRAMEWORKS)


def test_every_requirement_of_cis_is_one_of_the_benchmark() -> None:
    ours = set(frameworks()["cis-7.0"].requirements)
    assert {item.requirement for item in ROWS if item.framework == "cis-7.0"} <= ours


def test_the_page_names_what_the_standard_of_aws_does_not_have() -> None:
    (said,) = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("Prowler's list")]
    assert ": Athena.1, " in said
    assert "GuardDuty.1" not in said
    assert "OpenSearch.1," not in said  # AWS writes Opensearch.1


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_deployment_makes_more_checks_pass(name: str, account: str) -> None:
    rows = [item for item in ROWS if item.framework == name]
    before, after = (count(rows, account, after=later) for later in (False, True))
    assert after["pass"] > before["pass"]
    assert sum(before.values()) == sum(after.values()) == len({item.check for item in rows})


def test_a_check_says_the_same_in_every_framework() -> None:
    said = {(item.check, tuple(item.before.items()), tuple(item.after.items())) for item in ROWS}
    assert len(said) == len({item.check for item in ROWS})


@pytest.mark.parametrize("check", [check for checks, _ in read_caveats() for check in checks])
def test_a_caveat_is_about_a_check_that_passes(check: str) -> None:
    assert "pass" in {state for item in ROWS if item.check == check for state in item.after.values()}


@pytest.mark.parametrize(
    ("after", "reasons", "said"),
    [
        ({"a": "fail"}, [], "something_enabled says fail of a, and reasons.toml has 0 reasons"),
        ({"a": "–"}, [], "something_enabled says – of a, and reasons.toml has 0 reasons"),
        ({"a": "fail"}, [reason("fail", "a")] * 2, "something_enabled says fail of a, and reasons.toml has 2 reasons"),
        (
            {"a": "pass"},
            [reason("fail", "a")],
            "something_enabled passes in a, and reasons.toml still says why it does not",
        ),
        (
            {"a": "manual"},
            [reason("fail", "a")],
            "something_enabled says manual of a, and reasons.toml explains fail",
        ),
    ],
)
def test_what_is_unexplained_or_no_longer_so_is_named(
    after: Mapping[str, str], reasons: list[Reason], said: str
) -> None:
    assert list(complaints([row(**after)], reasons)) == [said]


def test_a_reason_for_a_check_that_is_not_there_is_named() -> None:
    stale = replace(reason("fail", "a"), checks=("gone",))
    assert list(complaints([row(a="pass")], [stale])) == ["gone is in reasons.toml, and not in the frameworks"]


def test_what_passes_and_what_is_explained_says_nothing() -> None:
    assert list(complaints([row(a="pass", b="fail")], [reason("fail", "b")])) == []


@pytest.mark.parametrize("line", ['kind = "no kind"', 'kind = "by design"\naccounts = ["nobody"]'])
def test_a_reason_of_an_unknown_kind_or_account_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "reasons.toml"
    path.write_text(f'[[reason]]\nchecks = ["something_enabled"]\nstate = "fail"\nwhy = "Because."\n{line}\n')
    with pytest.raises(ValueError, match="unknown kind or account"):
        read_reasons(["a"], path)
