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
    counted = [finding.path for finding in found if "--dated" in finding.fix and "still counts" in finding.message]
    assert counted == [path for path in expired if path.startswith("exceptions.")]


@pytest.mark.parametrize(("day", "warned"), [(date(2028, 12, 31), False), (date(2029, 1, 2), True)])
def test_runtime_of_the_functions_is_warned_of_before_it_ends(day: date, *, warned: bool) -> None:
    text = "\n".join(line for line in PROFILE.replace("2027-01-31", "2031-01-01").splitlines() if "2.5:" not in line)
    text = text.replace("exceptions:\n", "")
    found = {finding.id: finding.severity for finding in said(day, text)}
    assert found == ({"profile-runtime": Severity.WARNING} if warned else {})
    off = "\ncapabilities: {account_settings: {enabled: false, reason: No function.}}\n"
    assert "profile-runtime" not in {finding.id for finding in said(day, text + off)}


def test_an_expired_one_is_reported_at_its_date() -> None:
    (finding,) = said(date(2027, 6, 30))
    assert (finding.location.line, finding.location.column) == (13, 14)
    assert "Cloud office owned it until 2027-01-31" in finding.message


SUPPRESSED = """
capabilities:
  inspector:
    suppressions:
      - {name: base-image, reason: Not affected., criteria: [{field: Severity, equals: [LOW]}], expires: 2027-06-30}
"""


@pytest.mark.parametrize(("day", "expired"), [(date(2027, 6, 30), False), (date(2027, 7, 1), True)])
def test_suppression_is_a_finding_after_its_last_day(day: date, *, expired: bool) -> None:
    text = PROFILE.partition("exceptions:")[0] + SUPPRESSED
    found = [(item.id, item.path) for item in said(day, text)]
    path = "capabilities.inspector.suppressions[0].expires"
    assert found == ([("profile-expired", path)] if expired else [])
    with pytest.raises(ProfileError) as caught:
        said(day, text.replace("2027-06-30", "2027-02-30"))
    assert [item.id for item in caught.value.findings] == ["profile-date"]


FULL = """\
version: 1
defaults: "2026.12"
organization: {name: Northwind, prefix: nw, home_region: eu-west-1, regions: [eu-west-1]}
accounts:
  management: {id: "111111111111", email: aws@northwind.example}
  log_archive: {id: "222222222222", email: logs@northwind.example, ou: Security}
  security: {id: "333333333333", email: security@northwind.example, ou: Security}
organizational_units: [Security]
compliance: [cis-7.0]
exceptions:
  cis-7.0/2.5:
    kind: compensating-control
    reason: The directory is connected in autumn.
    scope: [Security]
    resources: ["arn:aws:iam::333333333333:user/scanner"]
    compensating_controls:
      - {what: Sign-ins are reviewed weekly., evidence: {at: Ticket SEC-114}}
    risk: low
    owner: Platform team
    approver: CISO
    approved_on: 2026-11-30
    review_by: 2027-03-31
    expires: 2027-10-31
    reference: {at: Risk 2026-14, sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}
attestations:
  cis-7.0/2.2:
    statement: Contacts are reviewed.
    performed_on: 2026-10-01
    interval: quarterly
    evidence: [{at: Minutes of October}]
    signer: Sam Rivera, CISO
    owner: Cloud office
    approver: CISO
    expires: 2027-09-30
"""


def test_a_sound_exception_and_attestation_have_no_finding() -> None:
    assert not [item for item in said(date(2026, 12, 1), FULL) if item.path.startswith(("exceptions", "attestations"))]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        (
            "      - {what: Sign-ins are reviewed weekly., evidence: {at: Ticket SEC-114}}\n",
            "      []\n",
            "kind",
            "empty",
        ),
        ("review_by: 2027-03-31", "review_by: 2026-11-29", "review_by", "before approved_on, 2026-11-30"),
        ("expires: 2027-10-31", "expires: 2027-03-30", "expires", "before review_by, 2027-03-31"),
        ("scope: [Security]", "scope: [Securty]", "scope[0]", 'did you mean "Security"?'),
        ("kind: compensating-control", "kind: accepted", "kind", '"accepted" is none of'),
        ("sha256: a", "sha256: A", "reference.sha256", "does not match"),
    ],
)
def test_an_exception_that_contradicts_itself_is_refused(old: str, new: str, path: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        said(None, FULL.replace(old, new))
    (found,) = caught.value.problems
    assert found.path == f"exceptions.cis-7.0/2.5.{path}"
    assert message in found.message, found.message


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (
            "approver: CISO\n    approved_on",
            "approver: ' platform TEAM'\n    approved_on",
            "exceptions.cis-7.0/2.5.approver",
        ),
        (
            "approver: CISO\n    expires: 2027-09",
            "approver: Cloud office\n    expires: 2027-09",
            "attestations.cis-7.0/2.2.approver",
        ),
        ("expires: 2027-10-31", "expires: 2027-12-02", "exceptions.cis-7.0/2.5.expires"),
    ],
)
def test_approvals_that_an_auditor_would_refuse_are_warnings(old: str, new: str, path: str) -> None:
    assert old in FULL
    (found,) = (item for item in said(None, FULL.replace(old, new)) if item.id == "profile-approval")
    assert (found.path, found.severity) == (path, Severity.WARNING)


def test_the_longest_exception_is_the_profiles_choice() -> None:
    short = FULL + "exception_days: 90\n"
    assert "more than 90 days from its approval on 2026-11-30" in next(
        item.message for item in said(None, short) if item.id == "profile-approval"
    )
    undated = FULL.replace("    approved_on: 2026-11-30\n", "")
    assert not [item for item in said(date(2026, 12, 1), undated) if item.id == "profile-approval"]
    early = [item for item in said(date(2026, 10, 1), undated) if item.id == "profile-approval"]
    assert "from today, 2026-10-01" in early[0].message


@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        (date(2027, 1, 1), []),
        (date(2027, 1, 2), ["attestations.cis-7.0/2.2.performed_on"]),
        (date(2027, 4, 1), ["exceptions.cis-7.0/2.5.review_by", "attestations.cis-7.0/2.2.performed_on"]),
        (date(2026, 9, 30), ["attestations.cis-7.0/2.2.performed_on"]),
    ],
)
def test_reviews_and_regular_work_become_overdue(day: date, overdue: list[str]) -> None:
    assert [item.path for item in said(day, FULL) if item.id == "profile-overdue"] == overdue


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
