"""`baseline deploy`, end to end: the real command line against an emulated organization over HTTP."""

import json
import os
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pytest
from click.exceptions import UsageError

from baseline.cloud.session import Session, SessionOptions
from baseline.deploy.run import Event, run, waves_of
from baseline.deploy.task import Context
from baseline.deploy.values import Values
from baseline.plan.written import read_written_plan
from tests.conftest import CHECKOUT
from tests.deploy.conftest import Aws
from tests.emulator.cloudformation.stacks import ResourceFault
from tests.emulator.server import Fault

WRITES = (
    *("CreateChangeSet", "ExecuteChangeSet", "DeleteStack", "SetStackPolicy", "UpdateTerminationProtection"),
    *("CreateStackSet", "UpdateStackSet", "CreateStackInstances", "UpdateStackInstances", "DeleteStackInstances"),
)
MEMBERS = {"222222222222", "333333333333", "444444444444", "555555555555"}


def edited(source: Path, target: Path, stack: str, old: str, new: str) -> Path:
    """A copy of an output directory with one changed template, as from another version."""
    copytree(source, target)
    path = target / f"templates/{stack}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    before, after = (sha256(item.encode()).hexdigest() for item in (text, text.replace(old, new)))
    plan = target / "plan.json"
    plan.write_text(plan.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return target


def everything(aws: Aws) -> dict[tuple[str, str, str], str]:
    """Every existing stack with its status."""
    stacks = aws.emulator.cloudformation.engine.stacks
    return {(*place, name): item.status for place, some in stacks.items() for name, item in some.items()}


def assert_done(aws: Aws, directory: Path) -> None:
    """Everything in the plan exists exactly once, and a further run has no changes."""
    assert set(everything(aws).values()) <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    again = aws.run("deploy", directory, "--yes")
    assert again.exit_code == 0, again.stderr
    assert "0 to create, 0 to update, 0 to recreate" in again.output
    assert ", 0 failed" in again.stderr


@pytest.fixture(autouse=True)
def _preflight_elsewhere(request: pytest.FixtureRequest) -> None:
    if request.function not in (
        test_a_new_organization_is_deployed_from_nothing_to_done,
        test_nothing_is_read_twice_to_show_the_changes,
        test_a_standalone_account_is_deployed_by_stacks_alone,
    ):
        request.getfixturevalue("without_preflight")


def test_a_new_organization_is_deployed_from_nothing_to_done(aws: Aws, written: Path, tmp_path: Path) -> None:
    organization = aws.emulator.cloudformation.organization
    organization.account("444444444444", "web-prod")
    organization.account("555555555555", "web-dev")
    organization.has_stack_sets = False
    first = aws.run("deploy", written, "--yes")
    assert first.exit_code == 7
    assert "account 444444444444 (web-prod) is in the organization's root, not active in Workloads/Prod" in first.stderr
    assert "not begun" in first.stderr
    units = {unit.name: unit.id for unit in organization.backend.ou}
    assert {"Security", "Workloads", "Prod", "Dev", "Sandbox"} <= units.keys()
    for account in organization.backend.accounts:
        account.parent_id = {"444444444444": units["Prod"], "555555555555": units["Dev"]}.get(
            account.id, account.parent_id
        )
    lock = tmp_path / "northwind.lock.json"
    second = aws.run("deploy", written, "--yes", "--lock", lock)
    assert second.exit_code == 0, second.stderr
    created = {account.name: account.id for account in organization.backend.accounts}
    assert json.loads(lock.read_text())["assigned"]["organizational_units/Sandbox"] == units["Sandbox"]
    recorders = aws.emulator.cloudformation.stack_sets.sets["nw-config-recorder"].instances
    assert {account for account, _ in recorders} == MEMBERS | {created["sandbox"], created["Northwind data"]}
    assert {region for _, region in recorders} == {"eu-west-1", "eu-central-1", "us-east-1"}
    assert_done(aws, written)


def test_a_second_run_changes_nothing_and_writes_nothing(deployed: Aws, existing: Path) -> None:
    before = everything(deployed)
    deployed.emulator.calls.clear()
    again = deployed.run("deploy", existing, "--yes")
    assert again.exit_code == 0
    assert deployed.calls(*WRITES) == []
    assert everything(deployed) == before != {}


def test_nothing_is_read_twice_to_show_the_changes(deployed: Aws, existing: Path) -> None:
    deployed.emulator.calls.clear()
    assert deployed.run("deploy", existing, "--dry-run").exit_code == 0
    shown = [(it.operation, it.region, it.parameters) for it in deployed.emulator.calls if it.service != "sts"]
    assert len(shown) > 50
    assert [call for number, call in enumerate(shown) if call in shown[:number]] == []


def test_a_standalone_account_is_deployed_by_stacks_alone(aws: Aws, starter: Path) -> None:
    aws.emulator.cloudformation.organization.backend.org = None
    result = aws.run("deploy", starter, "--yes")
    assert result.exit_code == 0, result.stderr
    assert aws.calls("CreateStackSet") == []
    assert_done(aws, starter)


def test_a_dry_run_shows_everything_and_leaves_nothing(settled: Aws, existing: Path) -> None:
    result = settled.run("deploy", existing, "--dry-run")
    assert result.exit_code == 0
    assert "create nw-cloudtrail (management in eu-west-1)" in result.output
    assert settled.calls(*WRITES) == []
    assert everything(settled) == {}


def test_without_yes_it_asks_and_a_no_changes_nothing(settled: Aws, existing: Path) -> None:
    assert settled.run("deploy", existing).exit_code == 1
    assert everything(settled) == {}


def test_a_tampered_template_is_refused_before_any_call(aws: Aws, written: Path, tmp_path: Path) -> None:
    copytree(written, tmp_path / "out")
    path = tmp_path / "out/templates/nw-cloudtrail.yaml"
    path.write_text(path.read_text().replace("IsLogging: true", "IsLogging: false"))
    result = aws.run("deploy", tmp_path / "out", "--yes")
    assert result.exit_code == 5
    assert "templates/nw-cloudtrail.yaml: changed" in result.stderr
    assert aws.emulator.calls == []


def test_a_change_reaches_just_what_it_changes(deployed: Aws, existing: Path, tmp_path: Path) -> None:
    changed = edited(existing, tmp_path / "out", "nw-cloudtrail", "RetentionInDays: 731", "RetentionInDays: 1096")
    deployed.emulator.calls.clear()
    result = deployed.run("deploy", changed, "--yes")
    assert result.exit_code == 0, result.stderr
    assert "0 to create, 1 to update, 0 to recreate" in result.output
    assert "~ " in result.output
    executed = [
        call.parameters["StackName"] for call in deployed.emulator.calls if call.operation == "ExecuteChangeSet"
    ]
    assert executed == ["nw-cloudtrail"]
    assert "UPDATE_COMPLETE" in everything(deployed).values()
    assert_done(deployed, changed)


def test_a_changed_stack_set_reaches_every_instance(deployed: Aws, existing: Path, tmp_path: Path) -> None:
    changed = edited(existing, tmp_path / "out", "nw-config-recorder", "TwentyFour_Hours", "Six_Hours")
    result = deployed.run("deploy", changed, "--yes")
    assert result.exit_code == 0, result.stderr
    assert deployed.calls("UpdateStackSet") == ["cloudformation.UpdateStackSet"]
    instances = deployed.emulator.cloudformation.stack_sets.sets["nw-config-recorder"].instances
    assert len(instances) == len(MEMBERS) * 3
    assert {item.stack.status for item in instances.values()} == {"UPDATE_COMPLETE"}
    assert_done(deployed, changed)


def test_what_holds_data_is_protected(settled: Aws, existing: Path) -> None:
    assert settled.run("deploy", existing, "--yes", "--only", "nw-kms-logs").exit_code == 0
    stack = settled.emulator.cloudformation.stack("nw-kms-logs", "111111111111", "eu-west-1")
    keys = [item.logical_id for item in stack.resources.values() if item.type == "AWS::KMS::Key"]
    assert stack.protected
    assert keys
    (_, denied) = json.loads(stack.policy)["Statement"]
    assert denied["Effect"] == "Deny"
    assert set(keys) <= {name.partition("/")[2] for name in denied["Resource"]}


def test_data_is_replaced_only_when_that_is_allowed(aws: Aws, starter: Path, tmp_path: Path) -> None:
    assert aws.run("deploy", starter, "--yes").exit_code == 0
    prefix = json.loads((starter / "plan.json").read_text())["prefix"]
    changed = edited(starter, tmp_path / "out", f"{prefix}-log-archive", "-cloudtrail-logs-", "-trail-logs-")
    refused = aws.run("deploy", changed, "--yes", "--only", f"{prefix}-log-archive")
    assert refused.exit_code == 7
    assert "holds data and would be replaced" in refused.stderr
    assert "REPLACED" in refused.output
    aws.emulator.calls.clear()
    allowed = aws.run("deploy", changed, "--yes", "--allow-replacement", "--only", f"{prefix}-log-archive")
    assert allowed.exit_code == 0, allowed.stderr
    assert aws.calls("SetStackPolicy", "UpdateTerminationProtection") == ["cloudformation.SetStackPolicy"] * 2
    kept = {
        physical for type_, *_, physical in aws.emulator.cloudformation.engine.existing if type_ == "AWS::S3::Bucket"
    }
    assert any("-cloudtrail-logs-" in name for name in kept)
    assert any("-trail-logs-" in name for name in kept)


@pytest.mark.parametrize("operation", WRITES[:2] + WRITES[3:6] + WRITES[7:8])
def test_a_run_that_dies_at_any_step_is_finished_by_the_next(settled: Aws, existing: Path, operation: str) -> None:
    settled.emulator.faults.append(Fault(on=f"cloudformation.{operation}", code="AccessDenied", status=403, times=1))
    first = settled.run("deploy", existing, "--yes")
    assert first.exit_code == 7
    assert f"AWS refused {operation}: AccessDenied" in first.stderr
    assert "resumes where it stopped" in first.stderr
    second = settled.run("deploy", existing, "--yes")
    assert second.exit_code == 0, second.stderr
    assert_done(settled, existing)


def test_throttling_and_dropped_connections_are_retried(settled: Aws, existing: Path) -> None:
    settled.emulator.faults += [
        Fault(on="cloudformation.CreateChangeSet", code="Throttling", times=3),
        Fault(on="cloudformation.CreateStackSet", drop=True, times=1),
        Fault(on="cloudformation.DescribeStacks", code="Throttling", times=5),
    ]
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 0, result.stderr
    assert_done(settled, existing)


def test_a_stack_that_rolls_back_stops_the_run_and_is_made_again(settled: Aws, existing: Path) -> None:
    faults = settled.emulator.cloudformation.engine.faults
    faults.append(ResourceFault(on="AWS::CloudTrail::Trail", reason="S3 bucket does not allow CloudTrail", times=1))
    first = settled.run("deploy", existing, "--yes")
    assert first.exit_code == 7
    assert "(AWS::CloudTrail::Trail): S3 bucket does not allow CloudTrail" in first.stderr
    assert "not begun" in first.stderr
    assert everything(settled)["111111111111", "eu-west-1", "nw-cloudtrail"] == "ROLLBACK_COMPLETE"
    assert not any(name == "nw-alarms" for *_, name in everything(settled))
    second = settled.run("deploy", existing, "--yes")
    assert second.exit_code == 0, second.stderr
    assert "recreate nw-cloudtrail" in second.output
    assert_done(settled, existing)


def test_a_failing_region_of_a_stack_set_is_named_and_repaired(settled: Aws, existing: Path) -> None:
    faults = settled.emulator.cloudformation.engine.faults
    kind = "AWS::Config::ConfigurationRecorder"
    faults.append(ResourceFault(on=kind, account="444444444444", region="us-east-1", reason="limit exceeded", times=1))
    first = settled.run("deploy", existing, "--yes")
    assert first.exit_code == 7
    assert "444444444444 in us-east-1: " in first.stderr
    assert "limit exceeded" in first.stderr
    second = settled.run("deploy", existing, "--yes")
    assert second.exit_code == 0, second.stderr
    assert_done(settled, existing)


def test_a_bucket_of_a_failed_stack_instance_does_not_stop_the_next_attempt(settled: Aws, existing: Path) -> None:
    engine = settled.emulator.cloudformation.engine
    bucket_policy = ResourceFault(on="AWS::S3::BucketPolicy", account="222222222222", reason="limit exceeded", times=1)
    engine.faults.append(bucket_policy)
    assert settled.run("deploy", existing, "--yes").exit_code == 7
    second = settled.run("deploy", existing, "--yes")
    assert second.exit_code == 0, second.stderr
    assert_done(settled, existing)


def test_an_organization_analyzer_needs_the_service_linked_role_of_the_management_account(
    settled: Aws, whole: Path
) -> None:
    """Nothing of the plan has run before, so the stack that creates the role has not run either."""
    refused = settled.run("deploy", whole, "--yes", "--only", "nw-access-analyzer")
    assert refused.exit_code == 7
    assert "Access Analyzer Service Linked Role is not in the organizational management account" in refused.stderr
    engine = settled.emulator.cloudformation.engine
    engine.linked_role_services.add("access-analyzer.amazonaws.com")
    again = settled.run("deploy", whole, "--yes", "--only", "nw-access-analyzer")
    assert "management account or a delegated administrator to create an organization analyzer" in again.stderr
    delegation = {"ServicePrincipal": "access-analyzer.amazonaws.com"}
    engine.earlier.append(("delegated-administrator", delegation))
    assert settled.run("deploy", whole, "--yes", "--only", "nw-access-analyzer").exit_code == 0


def test_operations_that_take_their_time_are_waited_for(settled: Aws, existing: Path) -> None:
    settled.emulator.cloudformation.engine.polls = 2
    settled.emulator.cloudformation.stack_sets.polls = 2
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 0, result.stderr
    assert_done(settled, existing)


def test_a_suspended_account_is_passed_by(settled: Aws, existing: Path) -> None:
    assert settled.run("deploy", existing, "--yes", "--wave", "1").exit_code == 0
    backend = settled.emulator.cloudformation.organization.backend
    organization = settled.emulator.cloudformation.organization
    organization.account("666666666666", "closing", "Workloads/Dev")
    backend.get_account_by_id("666666666666").close()
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 0, result.stderr
    assert {status for (account, *_), status in everything(settled).items() if account == "666666666666"} == {
        "REVIEW_IN_PROGRESS"
    }
    again = settled.run("deploy", existing, "--yes")
    assert "0 to create, 0 to update" in again.output
    assert "no longer targeted" not in again.stderr


def test_expired_credentials_say_what_to_do_and_the_next_run_continues(settled: Aws, existing: Path) -> None:
    settled.emulator.faults.append(Fault(on="cloudformation.ExecuteChangeSet", code="ExpiredToken", status=403))
    first = settled.run("deploy", existing, "--yes")
    assert first.exit_code == 7
    assert "ExpiredToken" in first.stderr
    assert "Renew the credentials and run the same command again" in first.stderr
    settled.emulator.faults.clear()
    assert settled.run("deploy", existing, "--yes").exit_code == 0
    assert_done(settled, existing)


def test_accounts_that_come_are_reached_and_those_that_go_are_pruned_when_asked(deployed: Aws, existing: Path) -> None:
    organization = deployed.emulator.cloudformation.organization
    organization.account("777777777777", "new", "Workloads/Dev")
    come = deployed.run("deploy", existing, "--yes")
    assert come.exit_code == 0, come.stderr
    assert "new stack instances" in come.output
    assert "777777777777" in {account for account, *_ in everything(deployed)}
    organization.backend.get_account_by_id("777777777777").parent_id = "ou-ab12-66666666"
    stays = deployed.run("deploy", existing, "--yes")
    assert "no longer targeted; --prune deletes them" in stays.stderr
    assert "777777777777" in {account for account, *_ in everything(deployed)}


def test_an_interrupt_leaves_nothing_half_made(settled: Aws, existing: Path) -> None:
    written = read_written_plan(existing)
    session = Session(home_region=written.plan.home_region, options=SessionOptions(poll_seconds=0))
    context = Context(written=written, session=session, values=Values(plan=written.plan, session=session))

    def interrupt(event: Event) -> None:
        if event.outcome:
            raise KeyboardInterrupt

    outcomes = run(context, waves_of(context), interrupt)
    assert outcomes
    assert len({outcome.task for outcome in outcomes}) <= len(written.plan.waves[0])
    assert "REVIEW_IN_PROGRESS" not in everything(settled).values()
    assert settled.run("deploy", existing, "--yes").exit_code == 0
    assert_done(settled, existing)


def test_nothing_secret_is_reported(settled: Aws, existing: Path) -> None:
    settled.emulator.faults.append(Fault(on="cloudformation.ExecuteChangeSet", code="AccessDenied", status=403))
    result = settled.run("deploy", existing, "--yes")
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in result.output + result.stderr
    assert os.environ["AWS_ACCESS_KEY_ID"] not in result.output + result.stderr


def test_the_transcript_in_the_readme_is_real(settled: Aws, whole: Path, tmp_path: Path) -> None:
    shown = (CHECKOUT / "README.md").read_text(encoding="utf-8").partition("$ baseline deploy ")[2].partition("```")[0]
    directory, option, lock = shown.splitlines()[0].split()
    assert (directory, option, Path(lock).name) == ("output/northwind", "--lock", "northwind.lock.json")
    lines = [line for line in shown.splitlines()[1:] if line.strip() != "…"]
    assert len(lines) > 6
    result = settled.run("deploy", whole, option, tmp_path / Path(lock).name, typed="y\n")
    assert result.exit_code == 0, result.stderr
    said = iter(result.output.splitlines())
    assert [line for line in lines if line not in said] == [], "in this order, with nothing but the rest between them"


def test_waves_before_the_guardrails_can_be_deployed_first(settled: Aws, whole: Path) -> None:
    plan = read_written_plan(whole).plan
    first = plan.first_wave_of("guardrails")
    names = [{stack.name for stack in wave} for wave in plan.waves]
    shown = settled.run("deploy", whole, "--dry-run")
    assert f"from wave {first} on guardrails bind every member account. `--wave 1-{first - 1}` stops" in shown.stderr
    result = settled.run("deploy", whole, "--yes", "--wave", f"1-{first - 1}")
    assert result.exit_code == 0, result.stderr
    assert "guardrails bind" not in result.stderr
    made = {name for *_, name in everything(settled)} | set(settled.emulator.cloudformation.stack_sets.sets)
    assert made & names[first - 1] == set()
    assert set().union(*names[: first - 1]) <= made
    rest = settled.run("deploy", whole, "--dry-run", "--wave", f"{first}-")
    assert f"Chosen: {len(set().union(*names[first - 1 :]))} of " in rest.stderr


@pytest.mark.parametrize("words", ["0", "3-1", "a", "1-2-3", "-4", "1,2"])
def test_what_is_no_range_of_waves_is_wrong_usage(aws: Aws, starter: Path, words: str) -> None:
    result = aws.run("deploy", starter, "--wave", words)
    assert isinstance(result.exception, UsageError)
    assert "3, 1-10 or 11-" in str(result.exception) or "write 1-3" in str(result.exception)


def test_quiet_says_nothing_when_all_is_well(settled: Aws, existing: Path) -> None:
    result = settled.run("deploy", existing, "--yes", "--quiet", "--wave", "1")
    assert (result.exit_code, result.output) == (0, "")


def test_an_inoperable_instance_is_named_and_left_to_a_person(deployed: Aws, existing: Path) -> None:
    instances = deployed.emulator.cloudformation.stack_sets.sets["nw-config-role"].instances
    instances["444444444444", "eu-west-1"].detail = "INOPERABLE"
    result = deployed.run("deploy", existing, "--yes")
    assert result.exit_code == 7
    assert "444444444444 in eu-west-1: the stack instance is INOPERABLE" in result.stderr
    assert "--retain-stacks" in result.stderr


def test_a_change_that_cloudformation_refuses_is_shown_before_it_asks(
    deployed: Aws, existing: Path, tmp_path: Path
) -> None:
    wrong = edited(existing, tmp_path / "out", "nw-cloudtrail", "RetentionInDays: 731", "RetentionDays: 731")
    result = deployed.run("deploy", wrong, "--dry-run")
    assert "1 to update" in result.output
    assert "CloudFormation refuses it: extraneous key [RetentionDays] is not permitted" in result.output
    assert deployed.run("deploy", wrong).exit_code == 1


def test_an_allowed_replacement_that_fails_leaves_the_protection(aws: Aws, starter: Path, tmp_path: Path) -> None:
    assert aws.run("deploy", starter, "--yes").exit_code == 0
    plan = json.loads((starter / "plan.json").read_text())
    name = f"{plan['prefix']}-log-archive"
    changed = edited(starter, tmp_path / "out", name, "-cloudtrail-logs-", "-trail-logs-")
    aws.emulator.cloudformation.engine.faults.append(ResourceFault(on="AWS::S3::Bucket", times=1))
    assert aws.run("deploy", changed, "--yes", "--allow-replacement", "--only", name).exit_code == 7
    stack = next(some[name] for some in aws.emulator.cloudformation.engine.stacks.values() if name in some)
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.protected
    assert "Update:Replace" in stack.policy
