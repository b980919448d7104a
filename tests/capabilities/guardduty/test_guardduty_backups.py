"""Scans of backups: the role, who may pass it, and what a guardrail without it says."""

from typing import Any

import pytest

from baseline.capabilities.detect.guardduty.guardduty import CAPABILITY, BackupScannerContext
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import settings_of
from baseline.capabilities.organization.guardrails.problems import guardrails_problems
from baseline.capabilities.organization.guardrails.statements import words_of
from tests.landscapes import make_landscape

SCANS = {"daily-backups": {"enabled": True}, "backup-malware-scans": {"enabled": True}}


def landscape(places: list[str], rules: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    others = {"guardrails": {"rules": rules or {}}}
    return make_landscape("standard", {"guardduty": {"backup_scanner_in": places}, **others}, **changes)


@pytest.mark.parametrize(
    ("places", "target", "whole"),
    [(["root"], (), True), (["Workloads"], ("Workloads",), False)],
    ids=["everywhere", "in a unit"],
)
def test_scanner_role_is_where_the_profile_says(places: list[str], target: tuple[str, ...], whole: bool) -> None:
    here = landscape(places)
    (spec,) = (item for item in CAPABILITY.stacks(here) if item.name == "guardduty-backup-scanner")
    assert spec.target.places == target
    assert isinstance(spec.context, BackupScannerContext)
    assert spec.context.whole == whole


def test_without_places_there_is_no_scanner_role() -> None:
    assert not any("backup" in item.name for item in CAPABILITY.stacks(landscape([])))


def test_backups_pass_the_scanner_role_only_where_there_is_one() -> None:
    words = [words_of(here, settings_of(here))["<scanning_services>"] for here in (landscape(["root"]), landscape([]))]
    assert words == [["malware-protection.guardduty.amazonaws.com"], []]


@pytest.mark.parametrize(
    ("places", "rules", "expected"),
    [
        (["root"], SCANS, []),
        (["root"], {"backup-malware-scans": {"enabled": True}}, ["extends the backup plan of daily-backups"]),
        (["Workloads"], SCANS, ["not every account has the role"]),
    ],
    ids=["whole", "without backups", "without the role"],
)
def test_scans_need_backups_and_the_role(places: list[str], rules: dict[str, Any], expected: list[str]) -> None:
    found = [item.message for item in guardrails_problems(landscape(places, rules)) if "backup" in str(item.path)]
    assert len(found) == len(expected)
    assert all(part in message for part, message in zip(expected, found, strict=True))
