"""A policy type with unknown support in a partition: if AWS rejects it, everything else is deployed.

The emulated organization is in the partition `aws`; the plan is built for a partition without known facts.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from baseline.aws.partitions import Presence
from baseline.capabilities.detect.guardduty import guardduty
from baseline.capabilities.organization.account_settings import account_settings
from baseline.capabilities.organization.guardrails import guardrails, policies
from baseline.capabilities.organization.organization import organization
from tests.deploy.conftest import Aws, reduced, write
from tests.emulator.cloudformation.stacks import Stack

MANAGEMENT = ("111111111111", "eu-west-1")
NAMES = ("nw-kms-logs", "nw-organization*", "nw-*-policy", "nw-guardrails*")
CHOICE = [word for name in NAMES for word in ("--only", name)]
FOR_GUARDDUTY = (
    "nw-kms-logs",
    "nw-organization*",
    "nw-guardduty",
    "nw-guardduty-administrator*",
    "nw-guardduty-policy*",
)
GUARDDUTY = [word for name in FOR_GUARDDUTY for word in ("--only", name)]
UNKNOWN = frozenset({"RESOURCE_CONTROL_POLICY", "S3_POLICY", "GUARDDUTY_POLICY"})


def _presence(name: str, _: str) -> Presence:
    return Presence.UNKNOWN if name in UNKNOWN else Presence.PRESENT


def _written(directory: Path, but: str) -> Path:
    """A reduced profile with two capabilities enabled: `account_settings`, or its alternative, and `but`."""
    profile = reduced(directory, but=but)
    text = profile.read_text(encoding="utf-8")
    kept = "".join(line for line in text.splitlines(True) if "account_settings" not in line)
    profile.write_text(kept, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for module in (account_settings, guardduty, guardrails, organization, policies):
            patch.setattr(module, "presence", _presence)
        return write(profile, directory / "out")


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("unknown"), but="guardrails")


def done(made: Mapping[str, Stack]) -> set[str]:
    """Names of the created stacks."""
    return {name for name, stack in made.items() if stack.status == "CREATE_COMPLETE"}


def test_refused_policy_type_ends_no_other_stack(settled: Aws, unknown: Path) -> None:
    settled.emulator.gaps.missing_policy_types = UNKNOWN
    settled.emulator.run_functions()
    result = settled.run("deploy", unknown, "--yes", *CHOICE)
    assert result.exit_code == 7, result.stderr
    made = settled.emulator.cloudformation.engine.of(*MANAGEMENT)
    said = [answer["Data"]["Outcome"] for answer in settled.emulator.answers if "Data" in answer]
    absent = "not available here: PolicyTypeNotAvailableForOrganizationException (eu-west-1)"
    assert said.count(absent) == len(UNKNOWN - {"GUARDDUTY_POLICY"})
    there = done(made)
    policies = {name for name in made if "guardrails" in name or name.endswith("-s3-policy")}
    assert {name for name in policies if "-scp-" in name} <= there
    assert "nw-account-settings-s3-policy" not in there
    assert "PolicyTypeNotAvailableForOrganizationException" in result.stderr


def test_refused_guardduty_policy_type_leaves_its_administrator(settled: Aws, tmp_path: Path) -> None:
    settled.emulator.gaps.missing_policy_types = UNKNOWN
    settled.emulator.run_functions()
    plan = _written(tmp_path, but="guardduty")
    result = settled.run("deploy", plan, "--yes", *GUARDDUTY)
    assert result.exit_code == 7, result.stderr
    made = settled.emulator.cloudformation.engine.of(*MANAGEMENT)
    assert made["nw-guardduty-administrator"].status == "CREATE_COMPLETE"
    assert "nw-guardduty-policy" not in done(made)
    assert "PolicyTypeNotAvailableForOrganizationException" in result.stderr
    settled.emulator.gaps.missing_policy_types = frozenset()
    assert settled.run("deploy", plan, "--yes", *GUARDDUTY).exit_code == 0
    assert "nw-guardduty-policy" in done(settled.emulator.cloudformation.engine.of(*MANAGEMENT))
