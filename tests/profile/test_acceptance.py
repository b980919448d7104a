"""Exceptions and attestations: valid until their last day, for reported requirements, and layerable."""

from datetime import date
from pathlib import Path

import pytest

from baseline.errors import ProfileError
from baseline.findings import Finding, Severity
from baseline.profile.load import load_profile, load_profile_text

PROFILE = """\
version: 1
defaults: "2026.12"
organization: {name: Northwind, prefix: nw, home_region: eu-west-1, regions: [eu-west-1], standalone: true}
accounts: {management: {}}
compliance: [cis-7.0]
exceptions:
  cis-7.0/2.5: {reason: Managed centrally., owner: Platform team, approver: CISO, expires: 2027-06-30}
attestations:
  cis-7.0/2.2:
    statement: Reviewed each January.
    owner: Cloud office
    approver: CISO
    expires: "2027-01-31"
"""


def said(as_of: date | None, text: str = PROFILE) -> tuple[Finding, ...]:
    return load_profile_text(text, as_of=as_of).findings


@pytest.mark.parametrize(
    ("as_of", "expired"),
    [
        (None, []),
        (date(2027, 1, 31), []),
        (date(2027, 2, 1), ["attestations.cis-7.0/2.2.expires"]),
        (date(2027, 7, 1), ["exceptions.cis-7.0/2.5.expires", "attestations.cis-7.0/2.2.expires"]),
    ],
)
def test_each_counts_until_its_last_day(as_of: date | None, expired: list[str]) -> None:
    found = said(as_of)
    assert [finding.path for finding in found] == expired
    assert all(item.id == "profile-expired" and item.severity is Severity.WARNING for item in found)


@pytest.mark.parametrize(("day", "warned"), [(date(2028, 12, 31), False), (date(2029, 1, 2), True)])
def test_runtime_of_the_functions_is_warned_of_before_it_ends(day: date, *, warned: bool) -> None:
    text = PROFILE.replace("2027-06-30", "2031-01-01").replace("2027-01-31", "2031-01-01")
    found = {finding.id: finding.severity for finding in said(day, text)}
    assert found == ({"profile-runtime": Severity.WARNING} if warned else {})
    off = "\ncapabilities: {account_settings: {enabled: false, reason: No function.}}\n"
    assert "profile-runtime" not in {finding.id for finding in said(day, text + off)}


def test_an_expired_one_is_reported_at_its_date() -> None:
    (finding,) = said(date(2027, 6, 30))
    assert (finding.location.line, finding.location.column) == (13, 14)
    assert "Cloud office answered for it until 2027-01-31" in finding.message


def test_what_no_report_has_is_a_note() -> None:
    (finding,) = said(None, PROFILE.replace("cis-7.0/2.2:", "fsbp/S3.1:"))
    assert (finding.id, finding.severity, finding.location.line) == ("profile-requirement-unused", Severity.INFO, 10)


def test_a_layer_takes_away_what_another_one_excepts(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(PROFILE, encoding="utf-8")
    client = tmp_path / "client.yaml"
    client.write_text("version: 1\nextends: house.yaml\nexceptions: {cis-7.0/2.5: null}\n", encoding="utf-8")
    profile = load_profile(client).profile
    assert not profile.exceptions
    assert profile.attestations["cis-7.0/2.2"].expires == "2027-01-31"


@pytest.mark.parametrize("field", ["Managed centrally.", "Platform team", "Cloud office", "Reviewed each January."])
def test_blank_owners_and_reasons_are_rejected(field: str) -> None:
    with pytest.raises(ProfileError) as caught:
        said(None, PROFILE.replace(field, '"  "', 1))
    assert [finding.id for finding in caught.value.problems] == ["profile-value"]
