"""A rejected call, a failure or a proxy only affects what depends on it."""

import errno
import json
from pathlib import Path

import pytest

from baseline.deploy.stacks.task import StackDeployment
from baseline.deploy.task import Outcome
from tests.deploy.conftest import Aws, reduced, write
from tests.deploy.test_deploy import WRITES, assert_done, everything
from tests.deploy.test_drift import MANAGEMENT, drifts
from tests.emulator.server import Fault

pytestmark = pytest.mark.usefixtures("without_preflight")

DENIED = "User is not authorized: with an explicit deny in a service control policy"
PAGE = "<!DOCTYPE html><html><head><title>Gateway</title></head><body>Access denied by proxy<br></body></html>"


@pytest.mark.parametrize("words", [("deploy", "--dry-run"), ("drift",), ("destroy", "--dry-run")])
def test_region_that_denies_reads_is_a_note(deployed: Aws, existing: Path, words: tuple[str, ...]) -> None:
    """A Region that a policy denies and that the plan does not use."""
    fault = Fault(on="cloudformation.DescribeStacks", code="AccessDenied", status=403, message=DENIED)
    fault.region = "us-east-2"
    deployed.emulator.faults.append(fault)
    command, *rest = words
    result = deployed.run(command, existing, *rest)
    assert result.exit_code == 0, result.stderr
    assert "Note: us-east-2 was not searched for orphans: DescribeStacks: AccessDenied" in result.stderr


def test_regions_that_are_not_listed_are_a_note(deployed: Aws, existing: Path) -> None:
    deployed.emulator.faults.append(Fault(on="account.ListRegions", code="InternalServerException", status=500))
    result = deployed.run("drift", existing)
    assert result.exit_code == 0, result.stderr
    assert "looked for orphans in the plan's Regions only" in result.stderr


@pytest.mark.parametrize(
    ("call", "region", "note"),
    [
        ("cloudformation.DescribeStacks", "us-east-2", "Note: us-east-2 was not searched for orphans:"),
        ("account.ListRegions", "", "Note: looked for orphans in the plan's Regions only:"),
    ],
)
def test_page_of_a_proxy_where_orphans_are_looked_for_is_a_note_of_one_line(
    settled: Aws, existing: Path, call: str, region: str, note: str
) -> None:
    settled.emulator.faults.append(Fault(on=call, region=region, status=200, page=PAGE))
    result = settled.run("deploy", existing, "--dry-run")
    assert result.exit_code == 0, result.stderr
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Note:")]
    assert line.startswith(note)


def test_defect_in_one_stack_ends_that_stack_with_a_summary(
    settled: Aws, existing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = StackDeployment.run

    def broken(self: StackDeployment) -> Outcome:
        if self.name == "nw-kms-notifications":
            raise KeyError("Status")
        return run(self)

    monkeypatch.setattr(StackDeployment, "run", broken)
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 7
    assert "failed nw-kms-notifications (management in eu-west-1)" in result.stderr
    assert "unexpected KeyError: 'Status'" in result.stderr
    assert "1 failed" in result.stderr
    assert everything(settled)[*MANAGEMENT, "nw-kms-logs"] == "CREATE_COMPLETE"


def test_page_of_a_proxy_ends_one_stack_and_the_next_run_finishes(settled: Aws, existing: Path) -> None:
    page = Fault(on="cloudformation.ExecuteChangeSet", status=200, page=PAGE, times=1)
    settled.emulator.faults.append(page)
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 7
    assert "the response is not from AWS" in result.stderr
    assert "Check the proxy" in result.stderr
    assert "1 failed" in result.stderr
    assert settled.run("deploy", existing, "--yes").exit_code == 0
    assert_done(settled, existing)


def test_drift_has_a_row_for_a_stack_that_aws_does_not_show(deployed: Aws, existing: Path) -> None:
    said = "Drift detection is already in progress for stack"
    deployed.emulator.faults.append(
        Fault(on="cloudformation.DetectStackDrift", code="ValidationError", message=said, times=1)
    )
    alone = deployed.run("drift", existing, "--format", "json")
    assert alone.exit_code == 7, "nothing drifts, and one stack was not compared"
    (row,) = json.loads(alone.stdout)
    assert row["kind"] == "unchecked"
    assert said in row["actual"]
    deployed.emulator.faults.clear()
    deployed.emulator.faults.append(
        Fault(on="cloudformation.DetectStackDrift", code="ValidationError", message=said, region="eu-central-1")
    )
    deployed.emulator.cloudformation.stack("nw-kms-logs", *MANAGEMENT).tags = []
    found = {(item["stack"], item["kind"]) for item in drifts(deployed, existing)}
    assert found == {("nw-kms-logs", "tags"), ("nw-config-recorder", "unchecked")}


def test_drift_counts_resources_that_cloudformation_does_not_check(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.stacks.unchecked = ("AWS::KMS::Alias",)
    result = deployed.run("drift", existing)
    assert (result.exit_code, result.stdout) == (0, "no drift\n")
    assert "resources were not checked" in result.stderr
    assert "AWS::KMS::Alias (" in result.stderr
    assert "Custom::" in result.stderr


@pytest.mark.parametrize(
    ("prepare", "said", "fix"),
    [
        ("SUSPENDED", "account 333333333333 (security) is SUSPENDED, not active in Security", "Reopen the account"),
        ("PENDING_ACTIVATION", "is PENDING_ACTIVATION", "Wait until AWS has activated the account"),
        ("moved", "account 333333333333 (security) is in Workloads/Prod, not active in Security", "Move the account"),
        ("root", "account 333333333333 (security) is in the organization's root", "Move the account"),
        ("gone", "account 333333333333 (security) is not in the organization", "invite the account"),
    ],
)
def test_account_that_no_operation_reaches_is_distinguished(
    settled: Aws, existing: Path, prepare: str, said: str, fix: str
) -> None:
    organization = settled.emulator.cloudformation.organization
    account = organization.backend.get_account_by_id("333333333333")
    if prepare == "gone":
        organization.backend.accounts.remove(account)
    elif prepare in ("moved", "root"):
        account.parent_id = "ou-ab12-33333333" if prepare == "moved" else organization.root
    else:
        account.status = prepare
    result = settled.run("deploy", existing, "--yes", "--only", "nw-notifications")
    assert result.exit_code == 7, result.stderr
    assert said in result.stderr
    assert fix in result.stderr


def test_text_outside_ascii_is_no_drift_and_no_change(settled: Aws, mangled: Path) -> None:
    """CloudFormation returns `?` for such characters in templates, tags and parameters."""
    assert settled.run("deploy", mangled, "--yes").exit_code == 0
    settled.emulator.calls.clear()
    again = settled.run("deploy", mangled, "--yes")
    assert again.exit_code == 0, again.stderr
    assert settled.calls(*WRITES) == []
    assert drifts(settled, mangled) == []


@pytest.fixture(scope="module")
def mangled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a profile with a non-ASCII tag."""
    directory = tmp_path_factory.mktemp("mangled")
    profile = reduced(directory)
    whole = directory / "whole.yaml"
    whole.write_text(whole.read_text().replace("Owner: platform", "Owner: Jürgen Größe 平台"), encoding="utf-8")
    return write(profile, directory / "out")


def test_trusted_access_that_is_still_propagating_is_waited_for(settled: Aws, existing: Path) -> None:
    said = "You must enable organizations access to operate a service managed stack set"
    settled.emulator.faults.append(
        Fault(on="cloudformation.CreateStackSet", code="ValidationError", message=said, times=3)
    )
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 0, result.stderr
    assert_done(settled, existing)


def test_full_disk_does_not_stop_a_deployment_that_runs(
    settled: Aws, existing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("baseline.cli.aws._line_by_line", lambda **_: full)
    result = settled.run("deploy", existing, "--yes", "--wave", "1")
    assert result.exit_code == 0, result.stderr
