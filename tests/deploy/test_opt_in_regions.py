"""A first deployment opts accounts in to a governed Region before it deploys there."""

from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from baseline.cloud.session import Session, SessionOptions
from baseline.deploy.destroy import removals_of
from baseline.deploy.preflight.read import names
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.task import Context
from baseline.deploy.values import Values
from baseline.plan.written import read_written_plan
from tests.deploy.conftest import Aws, begin, write
from tests.deploy.test_killed import DEPLOY, tiny_profile
from tests.emulator.server import Fault

_OFF = (
    *("block_public_snapshots", "block_public_images", "block_serial_console", "instance_metadata_v2"),
    *("remove_default_vpcs", "close_default_security_groups", "block_public_documents", "s3_public_access_block"),
)
OPENED = "eu-south-1"


@pytest.fixture(scope="module")
def reaching(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small organization with an opt-in Region, keys for volumes and Security Hub."""
    directory = tmp_path_factory.mktemp("reaching")
    text = tiny_profile().replace("regions: [eu-west-1]", f"regions: [eu-west-1, {OPENED}]")
    left = [line for line in text.splitlines() if not line.strip().startswith(("account_settings:", "security_hub:"))]
    switches = ", ".join(f"{name}: false" for name in _OFF)
    left.append(f"  account_settings: {{{switches}, ebs_key: customer, reason: Left out.}}")
    (directory / "tiny.yaml").write_text("\n".join(left) + "\n", encoding="utf-8")
    return write(directory / "tiny.yaml", directory / "out")


@pytest.fixture
def closed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The organization in which no account has enabled the Region, with functions that run."""
    begin(aws.emulator, monkeypatch)
    aws.emulator.cloudformation.organization.account("444444444444", "web", "Workloads")
    aws.emulator.run_functions()
    return aws


def test_first_deployment_enables_the_region_before_anything_goes_there(closed: Aws, reaching: Path) -> None:
    closed.emulator.gaps.region_polls = 2
    result = closed.run("deploy", reaching, *DEPLOY)
    assert result.exit_code == 0, result.stderr
    assert f"{OPENED} is not enabled yet: the plan enables it before this stack" in result.output
    assert {account for account, _ in closed.emulator.gaps.regions} >= {"111111111111", "333333333333", "444444444444"}
    stack = closed.emulator.cloudformation.stack
    assert stack("ty-kms-ebs", "111111111111", OPENED).status == "CREATE_COMPLETE"
    assert stack("StackSet-ty-security-hub", "333333333333", OPENED).status == "CREATE_COMPLETE"


def test_preflight_takes_a_region_for_enabled_that_the_plan_enables(closed: Aws, reaching: Path) -> None:
    result = closed.run("preflight", reaching)
    assert result.exit_code == 0, result.output
    assert "could not check" not in result.output
    without = closed.run("preflight", reaching, "--only", "ty-kms-ebs")
    assert f"Region {OPENED} is DISABLED in this account" in without.output


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("cloudformation", "describe_stacks", "InvalidClientTokenId"),
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("guardduty", "list_detectors", "UnrecognizedClientException"),
    ],
)
def test_emulator_refuses_calls_in_a_region_that_is_not_enabled(
    closed: Aws, service: str, operation: str, code: str
) -> None:
    del closed
    with pytest.raises(ClientError) as caught:
        getattr(boto3.client(service, region_name=OPENED), operation)()
    assert caught.value.response["Error"]["Code"] == code


def test_settings_of_a_region_wait_for_the_one_that_enables_it(reaching: Path) -> None:
    text = read_written_plan(reaching).texts["ty-organization-settings"]
    setting = text[text.index("  SecurityHub:\n") :]
    assert "      - EnabledRegions\n" in setting[: setting.index("Properties:")]


def test_destroy_passes_by_a_region_that_was_never_enabled(closed: Aws, reaching: Path) -> None:
    result = closed.run("destroy", reaching, "--dry-run")
    assert result.exit_code == 0, result.stderr
    assert f"{OPENED} is not enabled: what is there stays" in result.output


def test_destroy_leaves_nothing_behind_in_an_enabled_region_that_refuses_the_session(
    closed: Aws, reaching: Path
) -> None:
    """Session tokens of version 1 get the code of a disabled Region in every opt-in Region."""
    closed.emulator.gaps.enabled_regions |= {OPENED}
    old = Fault(on="cloudformation.DescribeStacks", code="InvalidClientTokenId", status=403, region=OPENED)
    closed.emulator.faults.append(old)
    result = closed.run("destroy", reaching, "--dry-run")
    assert result.exit_code == 7, result.output
    assert "what is there stays" not in result.output
    assert "InvalidClientTokenId" in result.stderr


def test_removal_says_that_a_region_is_not_enabled(closed: Aws, reaching: Path) -> None:
    del closed
    written = read_written_plan(reaching)
    session = Session(home_region=written.plan.home_region, options=SessionOptions(poll_seconds=0))
    context = Context(written=written, session=session, values=Values(plan=written.plan, session=session))
    removals = [task for _, tasks in removals_of(context) for task in tasks if task.where.endswith(f"in {OPENED}")]
    assert {task.run().notes for task in removals} == {(f"{OPENED} is not enabled: what is there stays",)}


def test_preflight_looks_for_nothing_in_a_region_that_is_not_enabled(
    closed: Aws, reaching: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()

    def look(_: Session, region: str) -> list[str]:
        asked.add(region)
        return []

    monkeypatch.setattr(names, "SINGLETONS", {"AWS::KMS::Key": look})
    written = read_written_plan(reaching)
    session = Session(home_region=written.plan.home_region, options=SessionOptions(poll_seconds=0))
    context = Context(written=written, session=session, values=Values(plan=written.plan, session=session))
    assert {fact.region for fact in names.singletons(Survey(context=context))} == asked
    assert closed.calls("ListRegions")
    assert asked
    assert OPENED not in asked
