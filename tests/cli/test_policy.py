"""`baseline policy` from a user's view."""

import json
import shlex
from pathlib import Path
from typing import Any

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
    assert (logging["policy"], logging["kind"]) == ("nw-guardrails-scp-record", "service control policy")
    assert logging["attached"] == ["root"]
    assert "nw-guardrails" in run("list", NORTHWIND).output


def test_the_budget_counts_every_place() -> None:
    found = json.loads(run("budget", NORTHWIND, "--format", "json").output)
    rows = {row["place"]: row for row in found if row["kind"] == "SERVICE_CONTROL_POLICY"}
    assert {"root", "Security", "Workloads/Prod", "Suspended"} <= set(rows)
    assert rows["root"]["ours"] + rows["root"]["others"] + rows["root"]["free"] == 10


@pytest.mark.parametrize("command", ["list", "budget"])
def test_text_of_policies_fits_80_columns_without_a_broken_word(command: str) -> None:
    text = run(command, NORTHWIND).output
    assert max(map(len, text.splitlines())) <= 80
    rows = json.loads(run(command, NORTHWIND, "--format", "json").output)
    words = {str(name) for row in rows for name in row.get("guardrails", [row.get("place")]) if row.get("ours", 1)}
    assert all(word in text for word in words)


def test_budget_counts_places_without_policies_of_their_own() -> None:
    assert "other places have none of their own, and 9 free each" in run("budget", NORTHWIND).output


@pytest.mark.parametrize(
    ("words", "expected", "code"),
    [
        (("web-prod", "organizations:LeaveOrganization"), "deny", 0),
        (("web-prod", "organizations:LeaveOrganization"), "allow", 5),
        (("web-prod", "s3:ListAllMyBuckets", "--principal", DEVELOPER), "allow", 0),
        (("web-prod", "s3:ListAllMyBuckets", "--principal", DEVELOPER), "deny", 5),
        (("web-prod", "ec2:RunInstances", "--principal", DEVELOPER), "allow", 5),
        (("web-prod", "ec2:RunInstances", "--principal", DEVELOPER), "deny", 5),
    ],
)
def test_an_expectation_gives_a_separate_exit_code(words: tuple[str, ...], expected: str, code: int) -> None:
    assert explain(*words, "--expect", expected).exit_code == code


def test_where_there_are_none_it_says_so() -> None:
    assert "no policies" in run("list", STARTER).output
    assert json.loads(run("list", STARTER, "--format", "json").output) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("web-prod", "organizations:LeaveOrganization"),
            10,
            "policy nw-guardrails-scp-detection, attached to root (guardrail leave-organization)",
        ),
        (("444444444444", "organizations:LeaveOrganization"), 10, "attached to root"),
        (("web-prod", "s3:ListAllMyBuckets", "--principal", DEVELOPER), 0, "no statement denies it"),
        (("web-prod", "s3:ListAllMyBuckets", "--principal", "root"), 10, "(guardrail root-user)"),
        (("web-prod", "ec2:RunInstances", "--principal", DEVELOPER), 11, "aws:RequestedRegion"),
        (
            ("web-prod", "sqs:SendMessage", "--principal", DEVELOPER, "--context", "aws:RequestedRegion=eu-west-1"),
            0,
            "not denied",
        ),
        (("management", "organizations:LeaveOrganization"), 0, "management account"),
        (("security", "ec2:CreateInternetGateway", "--principal", AUDITOR), 10, "attached to Security"),
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
        (("nowhere", "s3:GetObject"), "no account nowhere (known: management"),
        (("web-prod", "s3:GetObjekt"), "did you mean s3:GetObject"),
        (("web-prod", "s3:GetObject", "--context", "aws:RequestedRegion"), "has no ="),
        (("security", "s3:GetObject", "--principal", DEVELOPER), "belongs to the account web-prod"),
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


BUCKET = "arn:aws:s3:::nw-web/x"
SESSION = "arn:aws:sts::444444444444:assumed-role/Developer/sam"
IN_REGION = ("--context", "aws:RequestedRegion=eu-west-1", "--context", "aws:PrincipalOrgID=o-a1b2c3d4e5")


def written(directory: Path, name: str, **elements: Any) -> str:
    """The file of a policy."""
    statement = {"Sid": name.capitalize(), "Effect": "Allow", "Action": "s3:*", "Resource": "*", **elements}
    path = directory / f"{name}.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    return str(path)


def beside(directory: Path, principal: str = DEVELOPER, **files: dict[str, Any]) -> Result:
    """The answer for reading an object, with additional policies."""
    options = [
        word
        for name, elements in files.items()
        for word in (f"--{name.replace('_', '-')}", written(directory, name, **elements))
    ]
    role = ("--context", f"aws:PrincipalArn={DEVELOPER}") if principal == SESSION else ()
    words = ("--principal", principal, "--resource", BUCKET, *IN_REGION, *role, *options)
    return explain("web-prod", "s3:GetObject", *words)


TO_DEVELOPER, TO_SESSION = {"Principal": {"AWS": DEVELOPER}}, {"Principal": {"AWS": SESSION}}


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({"identity_policy": {}}, 0, "s3:GetObject is allowed."),
        ({"identity_policy": {"Action": "ec2:*"}}, 10, "because no identity policy allows it"),
        ({"identity_policy": {"Effect": "Deny"}}, 10, "statement Identity_policy of the identity policy"),
        ({"resource_policy": TO_DEVELOPER}, 0, "is allowed."),
        ({"resource_policy": {"Principal": {"AWS": AUDITOR}}}, 10, "because no identity policy allows it"),
        (
            {"identity_policy": {}, "resource_policy": {**TO_DEVELOPER, "Effect": "Deny"}},
            10,
            "of the resource policy resource_policy.json",
        ),
        ({"identity_policy": {}, "boundary": {"Action": "s3:*"}}, 0, "is allowed."),
        ({"identity_policy": {}, "boundary": {"Action": "ec2:*"}}, 10, "because no boundary policy allows it"),
        ({"identity_policy": {}, "boundary": {"Effect": "Deny"}}, 10, "statement Boundary of the boundary policy"),
        ({"identity_policy": {}, "session_policy": {"Action": "ec2:*"}}, 10, "because no session policy allows it"),
        (
            {"identity_policy": {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "web"}}}},
            11,
            "depending on aws:PrincipalTag/team",
        ),
    ],
)
def test_policies_beside_the_organization_s_have_a_say(
    tmp_path: Path, files: dict[str, Any], code: int, said: str
) -> None:
    result = beside(tmp_path, **files)
    assert (result.exit_code, said in result.output) == (code, True), result.output


def test_a_grant_to_the_session_passes_by_its_session_policy(tmp_path: Path) -> None:
    narrow = {"Action": "ec2:*"}
    granted = beside(tmp_path, SESSION, resource_policy=TO_SESSION, session_policy=narrow)
    assert (granted.exit_code, granted.output.strip()) == (0, "s3:GetObject is allowed.")
    assert beside(tmp_path, SESSION, resource_policy=TO_DEVELOPER, session_policy=narrow).exit_code == 10


def test_no_policy_beside_the_organization_s_gives_back_what_it_denies(tmp_path: Path) -> None:
    everything = written(tmp_path, "all", Action="*")
    result = explain("web-prod", "organizations:LeaveOrganization", "--identity-policy", everything)
    assert (result.exit_code, "guardrail leave-organization" in result.output) == (10, True)


def test_several_identity_policies_are_one(tmp_path: Path) -> None:
    words = ("--identity-policy", written(tmp_path, "a", Action="ec2:*"), "--identity-policy", written(tmp_path, "b"))
    result = explain("web-prod", "s3:GetObject", "--principal", DEVELOPER, "--resource", BUCKET, *IN_REGION, *words)
    assert result.exit_code == 0


@pytest.mark.parametrize(("text", "said"), [("{", "line 1, column 2"), ("[]", "a policy is a JSON object")])
@pytest.mark.parametrize("option", ["--identity-policy", "--resource-policy", "--boundary", "--session-policy"])
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, option: str, text: str, said: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    found = str(explain("web-prod", "s3:GetObject", option, str(path)).exception)
    assert said in found
    assert str(path) in found
