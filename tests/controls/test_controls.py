"""Controls are complete, and name existing detectors."""

import re

import pytest

from baseline.aws.config_rules import config_rule
from baseline.aws.security_hub import control_ids
from baseline.capabilities.detect.config.packs import managed_rules
from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.assertion import assertions
from baseline.controls.control import Control, Detectors, controls
from baseline.controls.guardrail import guardrails
from tests.each import hold_for_each


def id_of(control: Control) -> str:
    return control.id


def test_there_are_as_many_as_were_meant() -> None:
    assert len(controls()) >= 150


def test_a_control_says_what_why_how_bad_whose_job_and_what_it_costs() -> None:
    hold_for_each(controls().values(), says_everything, id_of)


def says_everything(control: Control) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", control.id)
    assert re.fullmatch(r"[A-Z].*\.", control.statement)
    assert re.fullmatch(r"[A-Z].*\.", control.rationale)
    assert control.severity in {"low", "medium", "high", "critical"}
    assert control.responsibility in {"customer", "shared"}
    assert control.cost
    assert control.capability in CAPABILITIES


def test_detectors_are_those_of_dated_data() -> None:
    """Identifiers of Prowler have no bundled list; their form is all that can be held."""
    hold_for_each(controls().values(), names_known_detectors, id_of)


def names_known_detectors(control: Control) -> None:
    assert all(config_rule(identifier) for identifier in control.detectors.config)
    assert set(control.detectors.security_hub) <= control_ids()
    assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", check) for check in control.detectors.prowler)


def test_guardrails_prevent_unless_they_turn_a_service_on() -> None:
    preventive = {control.id for control in controls().values() if control.preventive}
    others = {item.control for item in guardrails().values()} - preventive
    assert preventive <= {item.control for item in guardrails().values()}
    assert others == {
        "guardrail-backup-malware-scans",
        "guardrail-bedrock-guardrail",
        "guardrail-daily-backups",
        "guardrail-inspector-everywhere",
        "guardrail-network-security-director",
        "guardrail-security-hub-everywhere",
    }
    assert all(controls()[name].cost != "free" for name in others)


def test_every_managed_rule_has_a_control_that_asks_for_it() -> None:
    hold_for_each(managed_rules(), has_its_control)


def has_its_control(name: str) -> None:
    rule = managed_rules()[name]
    assert rule.control == f"config-rule-{name}"
    assert rule.identifier in controls()[rule.control].detectors.config
    for assertion in assertions()[rule.control]:
        assert assertion.where["Source/SourceIdentifier"].pattern == f"^{rule.identifier}$"


@pytest.mark.parametrize(
    "name",
    ["delegated-administration", "kms-deletion-window", "root-active-alarm", "ssm-instance-role"],
)
def test_what_no_scanner_judges_names_no_detector(name: str) -> None:
    """The nearest checks evaluate something else: their failure would contradict a control that is met.

    A key pending deletion says nothing about the waiting period, an instance without a profile nothing about the role.
    Prowler's check of delegated administrators passes if there are none.
    """
    assert controls()[name].detectors == Detectors()


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("image-public-access", "ec2_ami_account_block_public_access"),
        ("instance-metadata-default", "ec2_instance_account_imdsv2_enabled"),
    ],
)
def test_a_default_is_judged_by_what_reads_the_default(name: str, check: str) -> None:
    """Existing images and instances keep their values, whatever the current default."""
    assert controls()[name].detectors == Detectors(prowler=(check,))
