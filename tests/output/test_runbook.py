import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

from baseline.deploy.stacks.decide import START_AGAIN
from baseline.output.runbook import runbook
from baseline.plan.build import build_plan
from baseline.plan.model import Plan
from tests.landscapes import make_landscape


def shell_blocks(text: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def test_every_stack_has_its_commands_in_its_wave() -> None:
    plan = build_plan(make_landscape())
    text = runbook(plan)
    for number, wave in enumerate(plan.waves, start=1):
        section = text.split(f"\n## Wave {number}\n")[1].split("\n## ")[0]
        for stack in wave:
            assert f"### {stack.name}\n" in section
            assert f"templates/{stack.name}.yaml" in section


def test_what_the_profile_knows_stands_in_the_commands_and_nothing_is_left_to_find() -> None:
    text = runbook(build_plan(make_landscape()))
    assert "What AWS assigns" not in text
    assert "ParameterKey=OrganizationId,ParameterValue=o-a1b2c3d4e5" in text
    assert "ou-ab12-11111111" in text


def test_what_the_organization_stack_assigns_is_read_from_its_outputs_before_it_is_needed() -> None:
    landscape = make_landscape(organization_id=None, root_id=None)
    accounts = {key: replace(account, id=None) for key, account in landscape.accounts.items() if key != "management"}
    text = runbook(build_plan(replace(landscape, accounts={**landscape.accounts, **accounts})))
    for name, output in (("SECURITY_ACCOUNT_ID", "SecurityAccountId"), ("ORGANIZATION_ID", "OrganizationId")):
        command = f"{name}=$(aws cloudformation describe-stacks --stack-name nw-organization --region eu-west-1 "
        assert text.count(command) == 1
        assert f"OutputKey=='{output}'" in text
        created = text.index("aws cloudformation deploy --stack-name nw-organization ")
        assert created < text.index(command) < text.index(f'"${name}"')


def test_what_aws_has_assigned_is_found_by_the_commands_themselves() -> None:
    plan = build_plan(
        make_landscape(
            settings={"organization": {"enabled": False}},
            organization_id=None,
            root_id=None,
            ous={"Security": None, "Work loads": None, "Work loads/Pro'd $X": None},
        )
    )
    text = runbook(plan)
    assert "ORGANIZATION_ID=$(aws organizations describe-organization" in text
    assert '"$ORGANIZATION_ID"' in text
    assert "OU_SECURITY=$(aws organizations list-organizational-units-for-parent" in text


def test_the_commands_are_what_a_shell_reads_and_every_file_they_name_is_written(tmp_path: Path) -> None:
    plan = build_plan(
        make_landscape(
            organization_id=None,
            root_id=None,
            ous={"Security": None, "Workloads": None, "Suspended": None},
            suspended=frozenset({"Suspended"}),
            tags={"Owner": "Sam's team; $(rm -rf /)", "Cost": "a b"},
        )
    )
    blocks = shell_blocks(runbook(plan))
    assert len(blocks) > len(plan.stacks)
    fake = tmp_path / "aws"
    record = 'for a in "$@"; do printf "%s\\0" "$a" >> "$LOG"; done; printf "\\n" >> "$LOG"; echo x-1'
    new = 'case "$*" in *--query*) ;; *describe-stack-set*) exit 254 ;; esac'
    fake.write_text(f"#!/bin/sh\n{record}\n{new}\n")
    fake.chmod(0o755)
    log = tmp_path / "log"
    run = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(blocks)],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "LOG": str(log)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    calls = [line.rstrip("\0").split("\0") for line in log.read_text().splitlines()]
    named = {word.removeprefix("file://") for call in calls for word in call if "templates/" in word}
    assert named == {stack.file for stack in plan.stacks}
    tagged = [call for call in calls if "--tags" in call]
    assert tagged
    assert all("$(rm -rf /)" in " ".join(call) for call in tagged), "the tag reaches AWS as text, never the shell"
    assert shlex.split(blocks[-1])


def run_blocks(plan: Plan, directory: Path, stub: str) -> tuple[int, list[list[str]]]:
    """Exit code, and the `aws` calls of all blocks, with a stub for the CLI."""
    fake, log = directory / "aws", directory / "log"
    record = 'for a in "$@"; do printf "%s\\0" "$a" >> "$LOG"; done; printf "\\n" >> "$LOG"'
    fake.write_text(f"#!/bin/sh\n{record}\n{stub}\n")
    fake.chmod(0o755)
    run = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(shell_blocks(runbook(plan)))],
        env={"PATH": f"{directory}:/usr/bin:/bin", "LOG": str(log)},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, [line.rstrip("\0").split("\0") for line in log.read_text().splitlines()]


def test_runbook_names_the_region_in_every_command(tmp_path: Path) -> None:
    landscape = make_landscape(settings={"organization": {"enabled": False}}, organization_id=None, root_id=None)
    code, calls = run_blocks(build_plan(landscape), tmp_path, "echo x-1")
    assert code == 0
    assert len(calls) > 100
    assert [call for call in calls if "--region" not in call] == []


def test_runbook_repeated_updates_the_stack_sets_that_are_there(tmp_path: Path) -> None:
    _, calls = run_blocks(build_plan(make_landscape()), tmp_path, "echo x-1")
    made = {call[1] for call in calls if call[0] == "cloudformation"}
    assert "update-stack-set" in made
    assert "create-stack-set" not in made
    assert "describe-stack-set-operation" in made


def test_runbook_stops_where_aws_has_no_such_value(tmp_path: Path) -> None:
    landscape = make_landscape(settings={"organization": {"enabled": False}}, organization_id=None)
    code, calls = run_blocks(build_plan(landscape), tmp_path, 'case "$*" in *describe-organization*) echo None ;; esac')
    assert code != 0
    assert calls[-1][:2] == ["organizations", "describe-organization"]


def test_runbook_contents_link_to_every_section() -> None:
    text = runbook(build_plan(make_landscape()))
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    links = re.findall(r"^- \[(.+)\]\(#([a-z0-9-]+)\)$", text, re.MULTILINE)
    assert [title for title, _ in links] == [title for title in titles if title != "Contents"]
    assert len({anchor for _, anchor in links}) == len(links)
    assert {"When a step fails", "Rollback and removal", "Every month"} <= set(titles)


def test_runbook_of_one_account_says_nothing_of_an_organization() -> None:
    landscape = make_landscape("starter", standalone=True)
    text = runbook(build_plan(landscape))
    assert "stack_set" not in text
    assert "aws organizations" not in text


def test_runbook_names_each_state_that_deploy_treats_as_stuck() -> None:
    text = runbook(build_plan(make_landscape()))
    for status in (*START_AGAIN, "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED", "INOPERABLE"):
        assert f"`{status}`" in text


def test_runbook_makes_break_glass_users_before_the_first_guardrails() -> None:
    plan = build_plan(make_landscape())
    text = runbook(plan)
    first = next(n for n, wave in enumerate(plan.waves, 1) if any(stack.capability == "guardrails" for stack in wave))
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert list(sections).index("Break-glass users") < list(sections).index("Wave 1")
    assert "role/nw-break-glass" in sections["Break-glass users"]
    reminded = [title for title, body in sections.items() if "From this wave on, guardrails apply" in body]
    assert reminded == [f"Wave {first}"]


def test_runbook_without_the_role_has_no_break_glass_users() -> None:
    text = runbook(build_plan(make_landscape(settings={"iam_roles": {"break_glass": False}})))
    assert "## Break-glass users" not in text
    assert "#break-glass-users" not in text


def test_runbook_says_before_the_first_command_what_cannot_be_taken_back() -> None:
    assert "Irreversible" in runbook(build_plan(make_landscape(tier="regulated"))).partition("## Order")[0]
    assert "Irreversible" not in runbook(build_plan(make_landscape(tier="standard")))


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]


def test_runbook_of_a_new_organization_asks_for_nothing_that_needs_it_before_it_exists() -> None:
    landscape = make_landscape(organization_id=None, root_id=None)
    accounts = {key: replace(account, id=None) for key, account in landscape.accounts.items() if key != "management"}
    plan = build_plan(replace(landscape, accounts={**landscape.accounts, **accounts}))
    text = runbook(plan)
    before, wave = section(text, "Before you begin"), section(text, "Wave 1")
    assert "### nw-organization\n" in wave
    assert "--only nw-organization" in before
    for later in ("IAM Identity Center is enabled", "Control Tower", "**Accounts.**", "users) now"):
        assert later not in before
    assert "IAM Identity Center is enabled for the organization" in wave.split("**Before the next wave**")[1]
    assert "break-glass users" in wave.split("**Before the next wave**")[1]
    assert text.count("**Before the next wave**") == 1


def test_runbook_of_an_existing_organization_asks_for_everything_before_the_first_wave() -> None:
    text = runbook(build_plan(make_landscape()))
    before = section(text, "Before you begin")
    for first in ("IAM Identity Center is enabled", "Control Tower", "**Accounts.**", "users) now"):
        assert first in before
    assert "**Before the next wave**" not in text


def test_people_are_told_what_stacks_do_not_do_for_receivers() -> None:
    plain = runbook(build_plan(make_landscape(settings={"notifications": {}})))
    users = {"findings": {"guardduty": "high"}, "emails": ["a@b.example"]}
    text = runbook(build_plan(make_landscape(settings={"notifications": {"user_notifications": users}})))
    assert "aws sns unsubscribe --region eu-west-1 --subscription-arn ARN" in plain
    assert "contains(TopicArn, ':nw-alerts-')" in plain
    assert "aws notificationscontacts send-activation-code" not in plain
    assert "aws notificationscontacts send-activation-code --region us-east-1 --arn ARN" in text
    without = runbook(
        build_plan(make_landscape(settings={"notifications": {"enabled": False}, "alarms": {"enabled": False}}))
    )
    assert "aws sns unsubscribe" not in without
