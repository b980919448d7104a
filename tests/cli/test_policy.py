"""`baseline policy` as a user runs it."""

import json
import shlex

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.resources import profiles_directory
from tests.conftest import CHECKOUT

NORTHWIND = str(profiles_directory() / "northwind.yaml")
STARTER = str(profiles_directory() / "starter.yaml")
AUDITOR = "arn:aws:iam::333333333333:role/Auditor"
DEVELOPER = "arn:aws:iam::444444444444:role/Developer"


def run(*words: str) -> Result:
    result = CliRunner().invoke(baseline, ["policy", *words], standalone_mode=False)
    if isinstance(result.return_value, int):
        result.exit_code = result.return_value
    return result


def explain(account: str, action: str, *words: str) -> Result:
    return run("explain", NORTHWIND, "--account", account, "--action", action, *words)


def test_every_policy_is_listed_with_its_size_and_places() -> None:
    rows = json.loads(run("list", NORTHWIND, "--format", "json").output)
    assert len(rows) >= 4
    assert all(0 < row["characters"] <= row["most"] for row in rows)
    logging = next(row for row in rows if "cloudtrail" in row["guardrails"])
    assert (logging["policy"], logging["kind"]) == ("nw-guardrails-scp-1", "service control policy")
    assert logging["attached"] == ["root"]
    assert "nw-guardrails" in run("list", NORTHWIND).output


def test_the_budget_counts_every_place() -> None:
    found = json.loads(run("budget", NORTHWIND, "--format", "json").output)
    rows = {row["place"]: row for row in found if row["kind"] == "SERVICE_CONTROL_POLICY"}
    assert {"root", "Security", "Workloads/Prod", "Suspended"} <= set(rows)
    assert rows["root"]["ours"] + rows["root"]["others"] + rows["root"]["free"] == 10
    assert "Workloads/Prod" in run("budget", NORTHWIND).output


def test_where_there_are_none_it_says_so() -> None:
    assert "no policies" in run("list", STARTER).output
    assert json.loads(run("list", STARTER, "--format", "json").output) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("web-prod", "organizations:LeaveOrganization"),
            1,
            "policy nw-guardrails-scp-1, attached to root (guardrail leave-organization)",
        ),
        (("444444444444", "organizations:LeaveOrganization"), 1, "attached to root"),
        (("web-prod", "s3:ListAllMyBuckets", "--principal", DEVELOPER), 0, "no statement of these policies"),
        (("web-prod", "s3:ListAllMyBuckets", "--principal", "root"), 1, "(guardrail root-user)"),
        (("web-prod", "ec2:RunInstances", "--principal", DEVELOPER), 3, "aws:RequestedRegion"),
        (
            ("web-prod", "sqs:SendMessage", "--principal", DEVELOPER, "--context", "aws:RequestedRegion=eu-west-1"),
            0,
            "not denied",
        ),
        (("management", "organizations:LeaveOrganization"), 0, "management account"),
        (("security", "ec2:CreateInternetGateway", "--principal", AUDITOR), 1, "attached to Security"),
    ],
)
def test_a_request_is_answered_with_the_statement(words: tuple[str, ...], code: int, said: str) -> None:
    result = explain(*words)
    assert (result.exit_code, said in result.output) == (code, True), result.output


def test_the_answer_is_data_when_asked() -> None:
    found = json.loads(explain("web-prod", "organizations:LeaveOrganization", "--format", "json").output)
    assert (found["decision"], found["guardrails"], found["level"]) == ("denied", ["leave-organization"], "root")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "s3:GetObject"), "no account nowhere; known: management"),
        (("web-prod", "s3:GetObjekt"), "did you mean s3:GetObject"),
        (("web-prod", "s3:GetObject", "--context", "aws:RequestedRegion"), "has no ="),
        (("security", "s3:GetObject", "--principal", DEVELOPER), "is of the account web-prod"),
        (("web-prod", "s3:GetObject", "--resource-account", "nowhere"), "no account nowhere"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(words: tuple[str, ...], said: str) -> None:
    assert said in str(explain(*words).exception)


def test_the_answer_in_the_readme_is_real() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    command, answer = text.partition("$ baseline policy explain ")[2].splitlines()[:2]
    result = run("explain", *shlex.split(command))
    assert result.output.strip() == answer
