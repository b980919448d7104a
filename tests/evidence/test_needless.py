"""Exceptions from requirements that are met are findings, and hide nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from baseline.evidence.states import Met
from baseline.findings import Severity
from baseline.pipeline import Options, Proof, prove
from baseline.validate.validate import ValidateOptions
from tests.profile.test_acceptance import PROFILE


def proof(directory: Path, requirement: str, more: str = "", dated: datetime | None = None) -> Proof:
    path = directory / "profile.yaml"
    old = "cis-7.0/2.5: {reason: Managed centrally.,"
    assert old in PROFILE
    path.write_text(PROFILE.replace(old, f"{requirement}: {{reason: Elsewhere.,{more}"), encoding="utf-8")
    return prove(path, Options(validation=ValidateOptions(lint=False), fail_on=None, dated=dated))


def state(found: Proof, name: str) -> Met:
    return next(item.met for item in found.evidence.judgements["cis-7.0"] if item.requirement.id == name)


def test_an_exception_from_what_is_met_is_reported_at_its_place(tmp_path: Path) -> None:
    met = next(
        item.requirement.id
        for item in proof(tmp_path, "cis-7.0/2.5").evidence.judgements["cis-7.0"]
        if item.met is Met.DEPLOYED
    )
    found = proof(tmp_path, f"cis-7.0/{met}")
    (finding,) = (item for item in found.findings if item.id == "profile-exception-needless")
    assert (finding.severity, finding.location.line, finding.path) == (
        Severity.WARNING,
        7,
        f"exceptions.cis-7.0/{met}",
    )
    assert state(found, met) is Met.DEPLOYED
    limited = proof(tmp_path, f"cis-7.0/{met}", " resources: [arn],")
    assert "profile-exception-needless" not in {item.id for item in limited.findings}


@pytest.mark.parametrize(
    ("dated", "excluded"),
    [(None, True), (datetime(2027, 6, 30, 23, tzinfo=UTC), True), (datetime(2027, 7, 1, tzinfo=UTC), False)],
)
def test_an_ended_exception_has_no_effect_in_dated_evidence(
    tmp_path: Path, dated: datetime | None, *, excluded: bool
) -> None:
    assert (state(proof(tmp_path, "cis-7.0/2.5", dated=dated), "2.5") is Met.EXCLUDED) is excluded
