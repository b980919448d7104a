"""Scans of backups: the role, who may pass it, and what a guardrail without it says."""

from typing import Any

import pytest

from baseline.capabilities.detect.guardduty.guardduty import CAPABILITY, BackupScannerContext
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.lock_out import lock_outs
from baseline.capabilities.organization.guardrails.policies import policies_of, settings_of
from baseline.capabilities.organization.guardrails.problems import guardrails_problems
from baseline.capabilities.organization.guardrails.statements import statements_of, words_of
from baseline.controls.guardrail import guardrails
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


def scan_lock_outs(places: list[str], exempt: str, to: str, waiting: list[str]) -> list[str]:
    """Places where a policy that denies sharing, but for one role, stops the scanner role."""
    statement = {
        "Sid": "Planted",
        "Effect": "Deny",
        "Action": "ec2:ModifySnapshotAttribute",
        "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/{exempt}"}},
    }
    own = {"file": "own.json", "type": "SERVICE_CONTROL_POLICY", "to": [to]}
    here = make_landscape(
        "regulated",
        {"guardduty": {"backup_scanner_in": places}, "guardrails": {"policies": [own], "quarantine_units": waiting}},
        documents={"own.json": {"Version": "2012-10-17", "Statement": [statement]}},
    )
    return [item.place for item in lock_outs(here, policies_of(here)) if item.need.who == "scans of backups"]


@pytest.mark.parametrize(
    ("places", "exempt", "to", "expected"),
    [
        (["root"], "nw-backup-scanner", "root", []),
        (["root"], "Admin", "root", ["root"]),
        (["Workloads"], "Admin", "root", ["Workloads"]),
        (["Security"], "Admin", "Workloads", []),
        ([], "Admin", "root", []),
    ],
    ids=["exempt", "everywhere", "in a unit", "elsewhere", "no scanner"],
)
def test_policy_that_stops_scans_of_backups_is_a_lock_out(
    places: list[str], exempt: str, to: str, expected: list[str]
) -> None:
    assert scan_lock_outs(places, exempt, to, []) == expected


def test_scans_of_backups_are_not_required_in_quarantine_units() -> None:
    assert scan_lock_outs(["root"], "Admin", "Workloads", []) == ["Workloads"]
    assert scan_lock_outs(["root"], "Admin", "Workloads", ["Workloads"]) == []


def test_snapshot_sharing_exempts_the_scanner_only_where_there_is_one() -> None:
    def sharers(here: Landscape) -> list[str]:
        made = statements_of(guardrails()["snapshot-sharing"], words_of(here, settings_of(here)), ())
        (statement,) = (item.statement for item in made)
        return [str(arn).partition(":role/")[2] for arn in statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"]]

    scanned, plain = (sharers(landscape(places)) for places in (["root"], []))
    assert plain
    assert set(scanned) - set(plain) == {"nw-backup-scanner"}
