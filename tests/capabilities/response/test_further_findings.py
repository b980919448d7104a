"""Findings of Macie and Inspector, which start playbooks whose settings name the service: from the finding and back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import boto3
import pytest

from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.response.settings import PlaybookName
from baseline.findings import Severity
from baseline.validate.subject import Subject
from tests.capabilities.response.conftest import MEMBER, REGION, Account
from tests.capabilities.response.test_playbooks import CLOSED, bucket, function
from tests.capabilities.response.test_response import ACCOUNTS, OUS
from tests.event_routing import filled, matching
from tests.landscapes import make_landscape, rendered


def public_bucket(kind: str = "Policy:IAMUser/S3BucketPublic", **changes: Any) -> dict[str, Any]:
    """The parts of a finding of Macie that patterns and rules read.

    https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
    """
    access = {"effectivePermission": changes.pop("access", "PUBLIC")}
    detail = {
        "accountId": MEMBER,
        "archived": False,
        "category": "POLICY",
        "id": "64b917aa-3843-014c-91d8-937ffexample",
        "region": REGION,
        "resourcesAffected": {"s3Bucket": {"name": "exports", "publicAccess": access}},
        "sample": False,
        "severity": {"score": 3, "description": "High"},
        "type": kind,
        **changes,
    }
    return event("aws.macie", "Macie Finding", detail)


def vulnerable(kind: str = "AWS_LAMBDA_FUNCTION", **changes: Any) -> dict[str, Any]:
    """The parts of a finding of Inspector that patterns and rules read; moto does not look into lists.

    https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
    """
    details = {"awsLambdaFunction": {"functionName": "export", "version": "$LATEST"}}
    arn = f"arn:aws:inspector2:{REGION}:{MEMBER}:finding/1a2b"
    detail = {
        "awsAccountId": MEMBER,
        "exploitAvailable": "YES",
        "findingArn": arn,
        "resources": {"id": "i-0a1b", "type": kind, "details": details},
        "severity": "CRITICAL",
        "status": "ACTIVE",
        "type": "PACKAGE_VULNERABILITY",
        **changes,
    }
    return event("aws.inspector2", "Inspector2 Finding", detail)


def event(source: str, kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    head = {"account": "333333333333", "region": REGION, "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": source, "detail-type": kind, "detail": detail}


FURTHER: dict[str, Any] = {
    "close-bucket": {"severity": "medium", "also_from": ["macie"]},
    "isolate-instance": {"dry_run": True, "also_from": ["inspector"]},
    "isolate-function": {"also_from": ["inspector"]},
}


def landscape(playbooks: Mapping[str, Any], **others: Any) -> Any:
    return make_landscape(settings={"response": {"playbooks": playbooks}, **others})


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (public_bucket(), "response-bucket/Rule2"),
        (public_bucket(severity={"description": "Medium"}), "response-bucket/Rule2"),
        (public_bucket("SensitiveData:S3Object/Personal"), "response-bucket/Rule2"),
        (public_bucket("SensitiveData:S3Object/Personal", access="NOT_PUBLIC"), ""),
        (public_bucket("Policy:IAMUser/S3BucketSharedExternally"), ""),
        (public_bucket(severity={"description": "Low"}), ""),
        (public_bucket(sample=True), ""),
        (vulnerable(), "response-function/Rule2"),
        (vulnerable("AWS_EC2_INSTANCE"), "response-instance/Rule2"),
        (vulnerable("AWS_ECR_CONTAINER_IMAGE"), ""),
        (vulnerable(severity="HIGH"), ""),
        (vulnerable(exploitAvailable="NO"), ""),
        (vulnerable(status="CLOSED"), ""),
        (vulnerable(type="NETWORK_REACHABILITY"), ""),
    ],
)
def test_finding_starts_the_playbook_that_names_its_service(sent: dict[str, Any], rule: str) -> None:
    assert list(matching(rendered("response", landscape(FURTHER)), sent)) == ([rule] if rule else [])
    assert not matching(rendered("response", landscape({name: {} for name in FURTHER})), sent)


def started_by(templates: Mapping[str, Subject], sent: dict[str, Any]) -> dict[str, Any]:
    """The input that the rule passes to the state machine. In a real finding, resources are a list."""
    (rule,) = matching(templates, sent).values()
    (target,) = rule["Targets"]
    real = {**sent, "detail": {**sent["detail"], "resources": [sent["detail"].get("resources")]}}
    text = filled({**target["InputTransformer"], "InputTemplate": _quoted(target)}, real)
    return dict(json.loads(text))


def _quoted(target: Mapping[str, Any]) -> str:
    """EventBridge quotes texts; the filled template here does not."""
    return str(target["InputTransformer"]["InputTemplate"]).replace("<", '"<').replace(">", '>"')


def test_public_bucket_of_macie_is_closed_and_opened_again(templates: Mapping[str, Subject], account: Account) -> None:
    before = {**CLOSED, "BlockPublicPolicy": False}
    name, s3 = bucket(account, **before), account.client("s3")
    account.admit("close-bucket", "automatic")
    done = account.run("close-bucket", started_by(templates, public_bucket()))
    assert done["message"]["outcome"] == "contained"
    assert done["message"]["finding"] == "64b917aa-3843-014c-91d8-937ffexample"
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == CLOSED
    account.run("close-bucket", {**done, "action": "restore"})
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == before


def test_vulnerable_function_is_stopped_only_by_a_person_even_where_attacks_stop_it(
    templates: Mapping[str, Subject], account: Account
) -> None:
    name, client = function(account, Team="web"), account.client("lambda")
    account.admit("isolate-function", "automatic")
    given = started_by(templates, vulnerable())
    assert (given["action"], given["subject"]) == ("ask", "export")
    execution = account.start("isolate-function", given)
    request = account.messages.get(timeout=10)
    assert request["outcome"] == "approval"
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=name)
    boto3.client("stepfunctions", region_name=REGION).send_task_success(taskToken=request["token"], output="true")
    done = json.loads(account.ended(execution)["output"])
    assert account.messages.get(timeout=10)["outcome"] == "contained"
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 0
    account.run("isolate-function", {**done, "action": "restore"})
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=name)


def test_dry_run_wins_over_asking() -> None:
    assert started_by(rendered("response", landscape(FURTHER)), vulnerable("AWS_EC2_INSTANCE"))["action"] == "dry-run"


@pytest.mark.parametrize(
    ("playbook", "service", "words"),
    [
        ("close-bucket", "inspector", "it starts isolate-instance and isolate-function"),
        ("stop-task", "macie", "it starts close-bucket"),
    ],
)
def test_service_that_does_not_start_a_playbook_is_a_problem(playbook: PlaybookName, service: str, words: str) -> None:
    found = CAPABILITIES["response"].problems(landscape({playbook: {"also_from": [service]}}))
    (problem,) = [item for item in found if item.path == ("playbooks", playbook, "also_from")]
    assert words in problem.fix


def test_service_that_finds_nothing_is_a_warning_and_one_that_is_off_an_error() -> None:
    problems = CAPABILITIES["response"].problems
    silent = {(item.severity, item.path[1]) for item in problems(landscape(FURTHER))}
    assert silent == {(Severity.WARNING, playbook) for playbook in FURTHER}
    on = {"macie": {"mode": "monitor"}, "inspector": {"policies": {"all": {"enable": ["ec2", "lambda"]}}}}
    assert problems(landscape(FURTHER, **on)) == ()
    off = {**on, "macie": {"enabled": False}}
    (problem,) = problems(landscape(FURTHER, **off))
    assert "macie is off" in problem.message


@pytest.mark.parametrize(
    ("playbook", "scan", "other"), [("isolate-instance", "ec2", "lambda"), ("isolate-function", "lambda", "ec2")]
)
def test_playbook_needs_the_scan_whose_findings_start_it(playbook: PlaybookName, scan: str, other: str) -> None:
    """A policy that turns the scan off, or another one on, leaves the playbook without findings."""

    def warned(**others: Any) -> list[str]:
        found = CAPABILITIES["response"].problems(landscape({playbook: {"also_from": ["inspector"]}}, **others))
        return [item.message for item in found]

    policy = {"enable": [other], "disable": [scan]}
    (message,) = warned(inspector={"policies": {"all": policy}})
    assert message == f"no policy of inspector enables {scan}: findings of Amazon Inspector never start {playbook}"
    everywhere = {"rules": {"inspector-everywhere": {"enabled": True}}}
    assert not warned(guardrails=everywhere)
    assert not warned(inspector={"policies": {"all": {"enable": [scan]}}})


@pytest.mark.parametrize(
    ("policies", "unscanned"),
    [
        ({"all": {"enable": ["ec2"]}}, ""),
        ({"all": {"enable": ["ec2"]}, "less": {"disable": ["ec2"], "to": ["trial"]}}, "trial"),
        ({"some": {"enable": ["ec2"], "to": ["Workloads"]}}, "trial, Sandbox"),
        ({"core": {"enable": ["ec2"], "to": ["Security"]}}, "web, trial, Workloads and 1 more"),
    ],
)
def test_playbook_needs_its_scan_in_all_of_its_places(policies: dict[str, Any], unscanned: str) -> None:
    playbook = {"automatic": ["Sandbox"], "approve": ["Workloads"], "also_from": ["inspector"]}
    here = landscape({"isolate-instance": playbook}, inspector={"policies": policies})
    found = CAPABILITIES["response"].problems(replace(here, accounts=ACCOUNTS, ous=OUS))
    messages = [item.message for item in found if item.path[-1] == "also_from"]
    assert all(message.endswith("never start isolate-instance there") for message in messages)
    assert [message.partition(" enables ec2 in ")[2].partition(", where")[0] for message in messages] == (
        [unscanned] if unscanned else []
    )
