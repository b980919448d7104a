import re

import pytest

from baseline.findings import Finding
from baseline.profile.load import load_profile_text
from baseline.resources import profiles_directory

NORTHWIND = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")
UNSTATED = NORTHWIND.partition("\n  guardrails:")[0]


def found(text: str, kind: str) -> list[Finding]:
    return [finding for finding in load_profile_text(text).findings if finding.id == kind]


@pytest.mark.parametrize("prefix", ["aws", "cdk", "eks", "dev", "prod", "terraform", "stacksets"])
def test_prefix_of_other_tools_warns_with_the_guardrails_that_hit_them(prefix: str) -> None:
    (finding,) = found(NORTHWIND.replace("prefix: nw", f"prefix: {prefix}"), "profile-prefix")
    assert (finding.path, str(finding.severity)) == ("organization.prefix", "warning")
    assert "deployment-roles" in finding.message


def test_prefix_of_its_own_warns_of_nothing() -> None:
    assert found(NORTHWIND, "profile-prefix") == []
    assert found(NORTHWIND.replace("prefix: nw", "prefix: prodsec"), "profile-prefix") == []


def test_prefix_is_harmless_where_no_guardrail_protects_names() -> None:
    text = UNSTATED.replace("prefix: nw", "prefix: aws")
    off = f"{text}\n  guardrails: {{enabled: false, reason: Policies are managed elsewhere}}\n"
    assert found(off, "profile-prefix") == []


@pytest.mark.parametrize(
    ("stated", "count"),
    [("", 1), ("\n  guardrails: {exempt_roles: [Platform]}\n", 1), ("\n  guardrails: {stage: all}\n", 0)],
)
def test_guardrails_on_existing_accounts_are_a_finding_until_stated(stated: str, count: int) -> None:
    notes = found(UNSTATED + stated, "profile-stage")
    assert len(notes) == count
    assert all("web-prod, web-dev" in note.message and str(note.severity) == "info" for note in notes)


def test_stage_is_not_asked_of_an_organization_without_workloads() -> None:
    text = re.sub(r'(web-prod|web-dev): +\{id: "\d+", ', r"\1: {", UNSTATED)
    assert found(text, "profile-stage") == []


@pytest.mark.parametrize(
    ("tier", "stated", "count"),
    [("regulated", "", 1), ("regulated", "\n  log_archive: {object_lock_mode: COMPLIANCE}\n", 0), ("standard", "", 0)],
)
def test_compliance_mode_of_the_tier_is_a_finding_until_stated(tier: str, stated: str, count: int) -> None:
    notes = found(UNSTATED.replace("tier: standard", f"tier: {tier}") + stated, "profile-irreversible")
    assert len(notes) == count
    assert all("2,190 days" in note.message and str(note.severity) == "info" for note in notes)
