"""The relation of a control to a requirement follows one rule in every framework: see docs/evidence.md."""

import re
from collections import defaultdict

import pytest

from baseline.aws.security_hub import control_ids
from baseline.controls.control import controls
from baseline.controls.framework import frameworks
from baseline.controls.guardrail import guardrails
from baseline.controls.requirement import ControlMapping, Requirement

REQUIREMENTS = tuple(item for framework in frameworks().values() for item in framework.requirements.values())

TELL_BY_THEMSELVES = {
    "access-analyzer-unused",
    "alarm-root-usage",
    "alarm-sign-in-without-mfa",
    "root-activity-events",
    "root-hardware-mfa-rule",
    "root-mfa-rule",
    "security-hub-cis",
    "security-hub-fsbp",
}
"""What looks at accounts and tells, beside managed rules of AWS Config; alarms are about acts that are forbidden."""

ALIKE = {
    "Confirm each subscription (until then it receives no alarm), and respond to the alarm.": "cis-7.0/5.",
    "Write them, follow them and review them every year.": "pci-dss-4.0.1/",
    "Assign the tasks by name or job.": "pci-dss-4.0.1/",
}
"""Tasks of requirements that a publisher repeats in each of its chapters."""

HUB_CONTROL = re.compile(r"\b[A-Z][A-Za-z0-9]+\.\d+\b")


def mapping(key: str, control: str) -> ControlMapping:
    framework, _, requirement = key.partition("/")
    (found,) = (item for item in frameworks()[framework].requirements[requirement].controls if item.control == control)
    return found


def pairs(relation: str) -> list[tuple[Requirement, ControlMapping]]:
    return [(item, found) for item in REQUIREMENTS for found in item.controls if found.relation == relation]


def test_what_detects_looks_at_accounts_and_tells_by_itself() -> None:
    named = {found.control for _, found in pairs("detects")}
    assert {name for name in named if not name.startswith("config-rule-")} == TELL_BY_THEMSELVES


@pytest.mark.parametrize(
    ("fixed", "left_open", "control"),
    [
        ("fedramp-moderate-r5/ac-2.3", "nist-800-53-r5/ac-2.3", "config-rule-unused-credentials"),
        ("pci-dss-4.0.1/8.2.6", "nist-800-53-r5/ac-2.3", "access-analyzer-unused"),
        ("pci-dss-4.0.1/8.3.6", "hipaa/164.308(a)(5)(ii)(D)", "config-rule-iam-password-policy"),
        ("pci-dss-4.0.1/8.3.6", "nist-800-53-r5/ia-5.1", "config-rule-iam-password-policy"),
        ("cis-7.0/4.6", "pci-dss-4.0.1/3.7.4", "config-rule-key-rotation"),
        ("cis-7.0/4.6", "nist-800-53-r5/sc-12", "config-rule-key-rotation"),
        ("cis-7.0/2.12", "nist-800-53-r5/ia-5", "config-rule-access-keys-rotated"),
        ("nist-800-53-r5/sc-28.1", "nist-800-53-r5/sc-28", "config-rule-volumes-encrypted"),
        ("nist-800-53-r5/sc-8.1", "nist-800-53-r5/sc-8", "config-rule-https-redirection"),
        ("hipaa/164.312(e)(2)(ii)", "hipaa/164.312(e)(1)", "config-rule-https-redirection"),
        ("nist-800-53-r5/ia-2.1", "hipaa/164.312(d)", "root-mfa-rule"),
        ("cis-7.0/3.2.2", "pci-dss-4.0.1/6.3.3", "config-rule-database-upgrades"),
        ("pci-dss-4.0.1/8.4.2", "pci-dss-4.0.1/8.4.1", "alarm-sign-in-without-mfa"),
        ("nist-800-53-r5/ia-2.2", "nist-800-53-r5/ia-2.1", "config-rule-console-access-with-mfa"),
    ],
)
def test_a_control_detects_where_the_framework_sets_limit_or_means_and_checks_where_it_does_not(
    fixed: str, left_open: str, control: str
) -> None:
    assert mapping(fixed, control).relation == "detects"
    assert mapping(left_open, control).relation == "checks"


def test_the_same_thing_asked_for_is_judged_alike() -> None:
    """Equivalent requirements of different publishers have the same mappings."""
    asked = {
        "config-rule-console-access-with-mfa": ["cis-7.0/2.10", "nist-800-53-r5/ia-2.2", "pci-dss-4.0.1/8.4.2"],
        "config-rule-build-credentials": ["fedramp-moderate-r5/ia-5.7", "nist-800-53-r5/ia-5.6", "pci-dss-4.0.1/8.6.2"],
        "config-rule-multi-region-trail": [
            "cis-7.0/4.1",
            "hipaa/164.312(b)",
            "iso-27001-2022/A.8.15",
            "nist-800-53-r5/au-12",
            "nist-csf-2.0/PR.PS-04",
            "pci-dss-4.0.1/10.2.1",
        ],
        "config-rule-databases-encrypted": ["cis-7.0/3.2.1", "hipaa/164.312(a)(2)(iv)", "nist-800-53-r5/sc-28.1"],
        "config-rule-remote-access-ports": ["cis-7.0/6.3", "nist-800-53-r5/sc-7.5", "pci-dss-4.0.1/1.3.1"],
    }
    for control, keys in asked.items():
        assert {mapping(key, control).relation for key in keys} == {"detects"}, control


def test_what_somebody_has_to_be_asked_about_detects_nothing() -> None:
    """A late patch, an outsider or a use of the root user may be intended, unless CIS only looks at the last use."""
    asked = {"access-analyzer-external", "root-active-alarm"}
    named = {found.control for _, found in pairs("checks")}
    assert asked <= named
    assert not asked & {found.control for _, found in pairs("detects")}
    root = {"alarm-root-usage", "root-activity-events"}
    assert {item.key for item, found in pairs("detects") if found.control in root} == {
        f"cis-{version}" for version in ("7.0/2.7", "6.0/2.6", "5.0/1.6", "3.0/1.7")
    }
    assert mapping("nist-800-53-r5/si-2", "security-hub-fsbp").relation == "contributes"
    assert mapping("pci-dss-4.0.1/6.3.3", "security-hub-fsbp").relation == "checks"


def test_a_rule_does_a_part_only_of_what_asks_to_find_or_review() -> None:
    """A rule that finds plain volumes encrypts none: it checks. What is made from such a requirement follows it."""
    rules = [(item, one) for item, one in pairs("contributes") if one.control.startswith("config-rule-")]
    found = {item.key for item, one in rules if not item.sources}
    assert {key for key in found if not key.startswith(("cis-", "cmmc-", "fedramp-"))} == {
        *(f"nist-800-53-r5/{name}" for name in ("ac-14", "ac-22", "cm-7.1", "si-4.22", "si-6")),
        *(f"pci-dss-4.0.1/{name}" for name in ("1.2.6", "1.2.7", "7.2.4", "10.7.1", "10.7.2", "A3.3.1", "A3.4.1")),
    }


def test_only_detective_controls_check_or_detect() -> None:
    assert [(item.key, one.control) for item, one in pairs("checks") if not controls()[one.control].detective] == []
    assert [(item.key, one.control) for item, one in pairs("detects") if not controls()[one.control].detective] == []
    assert [name for name, item in controls().items() if item.detective and item.preventive] == []


def test_a_detective_control_contributes_through_objectives_about_detection_only() -> None:
    assert mapping("iso-27001-2022/A.5.36", "security-hub-standards").relation == "contributes"
    assert mapping("nist-800-53-r5/ia-2.8", "config-rule-console-access-with-mfa").relation == "checks"


def test_an_alert_alone_leaves_a_subscription_to_be_confirmed() -> None:
    """A topic has addresses; whether anybody receives from it is not in a template."""
    for item in REQUIREMENTS:
        if item.decisive and not item.narrows:
            assert any("notifications-subscribers" not in controls()[one.control].needs for one in item.decisive), (
                item.key
            )


def test_what_is_true_of_one_trail_is_a_part_for_every_framework() -> None:
    for key, control in (("4.2", "cloudtrail-log-file-validation"), ("4.5", "cloudtrail-encryption")):
        assert mapping(f"cis-7.0/{key}", control).relation == "contributes"


def test_the_reason_of_a_guardrail_of_member_accounts_says_so() -> None:
    """No service or resource control policy binds the management account."""
    limited = {f"guardrail-{name}" for name, item in guardrails().items() if item.type.endswith("CONTROL_POLICY")}
    found = [(item.key, one) for item in REQUIREMENTS for one in item.controls if one.control in limited]
    assert len(found) > 600
    for key, one in found:
        assert "member" in one.reason or "management account" in one.reason, (key, one.control)


def test_a_guardrail_counts_only_with_the_service_that_it_protects() -> None:
    unguarded = {"guardrail-macie", "guardrail-inspector", "guardrail-inspector-exclusions"}
    counted = [found for item in REQUIREMENTS for found in item.controls if found.control in unguarded]
    assert counted
    assert all(found.needs for found in counted)
    assert not any(controls()[f"guardrail-{name}"].objectives for name in ("detective", "security-lake", "shield"))


def test_a_guardrail_of_backup_roles_counts_only_where_backups_are_made() -> None:
    assert "guardrail-daily-backups" in controls()["guardrail-backup-roles"].needs


WRITTEN = (
    *("bsi-c5-2020/OPS-04", "bsi-c5-2020/OPS-06", "bsi-c5-2020/OPS-10", "bsi-c5-2020/OPS-18", "bsi-c5-2020/IDM-01"),
    *("bsi-c5-2020/COM-02", "csa-ccm-4/TVM-02", "csa-ccm-4/LOG-01", "csa-ccm-4/IAM-01", "csa-ccm-4/CEK-01"),
    *("dora/Art. 9(4)(a)", "dora/Art. 11(1)", "dora/Art. 12(1)", "nist-csf-2.0/GV.PO-01", "ens-2022/org.1"),
)


@pytest.mark.parametrize("key", WRITTEN)
def test_a_control_is_no_part_of_a_written_policy(key: str) -> None:
    (item,) = (item for item in REQUIREMENTS if item.key == key)
    assert {one.relation for one in item.controls} <= {"supports"}
    assert item.manual


def test_a_means_for_people_only_supports_and_changes_no_state() -> None:
    means = {name for name, control in controls().items() if control.means}
    assert {"incident-response-role", "organization-units", "vended-logs-bucket"} <= means
    found = [(item.key, one.control, one.relation) for item in REQUIREMENTS for one in item.controls]
    assert {control for _, control, _ in found} >= means
    assert not [one for one in found if one[1] in means and one[2] != "supports"]


def test_an_alarm_reports_acts_and_so_never_every_violation_of_a_state() -> None:
    alarms = [(item, found.control) for item, found in pairs("detects") if found.control.startswith("alarm-")]
    assert alarms
    assert not [(item.key, name) for item, name in alarms if not item.manual or item.manual.follow_up]


def test_gathering_records_or_findings_is_not_correlating_them() -> None:
    for key in ("nist-800-53-r5/au-6.3", "nist-800-53-r5/ir-4.4", "fedramp-moderate-r5/si-4.16"):
        framework, _, name = key.partition("/")
        requirement = frameworks()[framework].requirements[name]
        assert {item.relation for item in requirement.controls} <= {"contributes", "supports"}, key
        assert requirement.manual, key


def test_a_mapping_to_checks_of_security_hub_rests_on_those_that_its_reason_names() -> None:
    found = [item for item in REQUIREMENTS for found in item.controls if found.judges]
    assert len(found) > 300
    for item in REQUIREMENTS:
        for one in item.controls:
            if one.control in {"security-hub-fsbp", "security-hub-cis"}:
                assert one.judges, item.key
                assert set(HUB_CONTROL.findall(one.reason)) <= set(one.judges) <= control_ids(), item.key


def test_work_whose_words_name_a_period_has_an_interval() -> None:
    period = re.compile(
        r"(?<!tasks for )every day|(each|every) (week|quarter|year)|once a year|twice a year|every (three|six) months"
    )
    named = [item for item in REQUIREMENTS if item.manual and period.search(item.manual.what)]
    assert len(named) > 80
    assert not [item.key for item in named if item.manual and not item.manual.interval]


def test_a_task_is_written_for_its_requirement() -> None:
    tasks = defaultdict(set)
    for item in REQUIREMENTS:
        if item.manual and not item.same_as:
            tasks[item.manual.what].add(item.key)
            assert len(item.manual.what.split()) > 3, item.key
    assert len(tasks) > 800
    shared = {task: keys for task, keys in tasks.items() if len(keys) > 1}
    assert shared.keys() == ALIKE.keys()
    for task, keys in shared.items():
        assert all(key.startswith(ALIKE[task]) for key in keys)
