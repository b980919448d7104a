"""Heartbeat: what an event leads to, from an account's bus to the text of the message, and where the stacks are."""

from typing import Any, get_args

import pytest
from botocore.session import get_session
from pydantic import ValidationError

from baseline.capabilities.event_forwarding import ForwardingContext
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.heartbeat.events import _data
from baseline.capabilities.respond.heartbeat.settings import Watch
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.document import text_of
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, properties, rendered

EVERYTHING = {"watch": list(get_args(Watch)), "sign_of_life": "weekly"}
SERVICES = {"sso": "sso-admin", "access-analyzer": "accessanalyzer"}
"""Event source → what botocore calls the service, where these differ."""
ROLE = "arn:aws:iam::111111111111:role/team/Deployer"
SIGN_OF_LIFE: dict[str, Any] = {
    "source": "nw.heartbeat",
    "detail-type": "Sign of life",
    "account": "${ManagementAccountId}",
    "detail": {},
}
HUB, ACCOUNTS, ARCHIVE, MANAGEMENT = (f"heartbeat-{name}" for name in ("hub", "accounts", "archive", "central"))


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    others = changes.pop("others", {})
    return make_landscape(settings={"heartbeat": {**EVERYTHING, **(settings or {})}, **others}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    found = build_plan(here).stacks
    return {stack.name.removeprefix("nw-"): stack for stack in found if stack.capability == "heartbeat"}


def call(service: str, api: str, /, *, role: str = ROLE, error: str = "", **parameters: Any) -> dict[str, Any]:
    """An API call as CloudTrail sends it to EventBridge."""
    identity: dict[str, Any] = {"type": "IAMUser", "arn": "arn:aws:iam::111111111111:user/jane"}
    if role:
        issuer = {"type": "Role", "arn": role}
        session = role.replace(":iam:", ":sts:").replace(":role/team/", ":assumed-role/") + "/jane"
        identity = {"type": "AssumedRole", "arn": session, "sessionContext": {"sessionIssuer": issuer}}
    detail = {
        "eventSource": f"{service}.amazonaws.com",
        "eventName": api,
        "eventID": "0b1c2d3e",
        "sourceIPAddress": "198.51.100.7",
        "userIdentity": identity,
        "requestParameters": parameters,
        **({"errorCode": error} if error else {}),
    }
    return {
        "source": f"aws.{service}",
        "detail-type": "AWS API Call via CloudTrail",
        "account": "222222222222",
        "region": "eu-west-1",
        "time": "2026-11-30T03:00:00Z",
        "detail": detail,
    }


def cloudformation(kind: str, **detail: Any) -> dict[str, Any]:
    head = {"account": "222222222222", "region": "eu-west-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": "aws.cloudformation", "detail-type": f"CloudFormation {kind}", "detail": detail}


def instance(name: str, status: str, detailed: str) -> dict[str, Any]:
    status_details = {"status": status, "detailed-status": detailed, "status-reason": "AccessDenied"}
    arn = f"arn:aws:cloudformation:eu-west-1:111111111111:stackset/{name}:1a2b"
    return cloudformation(
        "StackSet StackInstance Status Change", **{"stack-set-arn": arn, "status-details": status_details}
    )


def drift(name: str, status: str) -> dict[str, Any]:
    arn = f"arn:aws:cloudformation:eu-west-1:222222222222:stack/{name}/1a2b"
    details = {"stack-drift-status": status, "detection-status": "DETECTION_COMPLETE"}
    return cloudformation("Drift Detection Status Change", **{"stack-id": arn, "status-details": details})


@pytest.mark.parametrize("entry", _data().values(), ids=list(_data()))
def test_every_watched_call_exists(entry: dict[str, Any]) -> None:
    for source, names in entry["calls"].items():
        known = get_session().get_service_model(SERVICES.get(source, source)).operation_names
        for name in names:
            assert any(item.startswith(name[:-1]) if name.endswith("*") else item == name for item in known), name


@pytest.mark.parametrize(
    ("event", "topic", "where"),
    [
        (call("cloudtrail", "StopLogging", name="nw-organization-trail"), "critical", MANAGEMENT),
        (
            call("cloudtrail", "DeleteTrail", name="arn:aws:cloudtrail:eu-west-1:1:trail/nw-organization-trail"),
            "critical",
            MANAGEMENT,
        ),
        (call("cloudtrail", "PutEventSelectors", trailName="nw-organization-trail"), "critical", MANAGEMENT),
        (call("s3", "PutBucketPolicy", bucketName="nw-cloudtrail-logs-222222222222-eu-west-1"), "critical", ARCHIVE),
        (call("s3", "PutBucketLifecycle", bucketName="nw-config-logs-222222222222-eu-west-1"), "critical", ARCHIVE),
        (call("s3", "DeleteBucketPublicAccessBlock", bucketName="nw-access-logs-2-eu-west-1"), "critical", ARCHIVE),
        (call("kms", "ScheduleKeyDeletion", keyId="1a2b"), "critical", ARCHIVE),
        (call("kms", "PutKeyPolicy", keyId="1a2b"), "critical", ARCHIVE),
        (call("config", "StopConfigurationRecorder"), "high", ACCOUNTS),
        (call("config", "DeleteDeliveryChannel"), "high", ACCOUNTS),
        (call("guardduty", "DeleteDetector"), "high", ACCOUNTS),
        (call("securityhub", "DisableSecurityHub"), "high", ACCOUNTS),
        (call("securityhub", "DisassociateFromAdministratorAccount"), "high", ACCOUNTS),
        (call("inspector2", "Disable"), "high", ACCOUNTS),
        (call("config", "DisassociateResourceTypes"), "high", ACCOUNTS),
        (call("macie2", "DisableMacie"), "high", ACCOUNTS),
        (call("detective", "DeleteGraph"), "high", ACCOUNTS),
        (call("organizations", "DetachPolicy"), "high", ACCOUNTS),
        (call("organizations", "DeregisterDelegatedAdministrator"), "high", ACCOUNTS),
        (call("organizations", "DisableAWSServiceAccess"), "high", ACCOUNTS),
        (call("sso", "CreateAccountAssignment"), "high", ACCOUNTS),
        (call("sso", "AttachManagedPolicyToPermissionSet"), "high", ACCOUNTS),
        (instance("nw-config-recorder", "OUTDATED", "FAILED"), "medium", MANAGEMENT),
        (drift("StackSet-nw-config-recorder-1a2b", "DRIFTED"), "medium", ACCOUNTS),
        (drift("nw-cloudtrail", "DRIFTED"), "medium", ACCOUNTS),
        (SIGN_OF_LIFE, "medium", MANAGEMENT),
    ],
    ids=lambda value: (
        (value.get("detail", {}).get("eventName") or value["detail-type"]) if isinstance(value, dict) else ""
    ),
)
def test_event_leads_to_one_message(event: dict[str, Any], topic: str, where: str) -> None:
    templates = rendered("heartbeat", landscape())
    assert [rule.partition("/")[0] for rule in matching(templates, event)] == [where]
    ((arn, text),) = notices(templates, event)
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert "<" not in text


@pytest.mark.parametrize(
    "event",
    [
        call("cloudtrail", "StopLogging", name="team-trail"),
        call("cloudtrail", "StartLogging", name="nw-organization-trail"),
        call("s3", "PutBucketPolicy", bucketName="team-bucket"),
        call("s3", "GetBucketPolicy", bucketName="nw-cloudtrail-logs-222222222222-eu-west-1"),
        call("organizations", "CreateAccount"),
        {**call("guardduty", "DeleteDetector"), "source": "team.app"},
        call("s3", "PutBucketPolicy", bucketName="aws-waf-logs-nw-222222222222-eu-west-1"),
        {**SIGN_OF_LIFE, "account": "444444444444"},
        instance("nw-config-recorder", "OUTDATED", "PENDING"),
        instance("nw-config-recorder", "CURRENT", "SUCCEEDED"),
        instance("team-network", "OUTDATED", "FAILED"),
        drift("nw-cloudtrail", "IN_SYNC"),
        drift("team-network", "DRIFTED"),
    ],
    ids=lambda event: event["detail"].get("eventName") or event["detail-type"],
)
def test_other_events_stay_in_the_account(event: dict[str, Any]) -> None:
    assert matching(rendered("heartbeat", landscape()), event) == {}


def test_message_says_who_did_what_where_and_whether_it_was_rejected() -> None:
    templates = rendered("heartbeat", landscape())
    ((_, text),) = notices(templates, call("guardduty", "DeleteDetector", error="AccessDenied"))
    assert text.startswith("DeleteDetector in account 222222222222, eu-west-1, at 2026-11-30T03:00:00Z: threats")
    assert "arn:aws:sts::111111111111:assumed-role/Deployer/jane from 198.51.100.7" in text
    assert text.endswith("AccessDenied")


@pytest.mark.parametrize(
    ("ignored", "role", "reported"),
    [
        ([], ROLE, True),
        (["team/Deployer"], ROLE, False),
        (["team/**"], ROLE, False),
        (["Deployer"], ROLE, True),
        (["team/Deployer"], "", True),
    ],
)
def test_only_calls_of_ignored_roles_are_left_out(ignored: list[str], role: str, *, reported: bool) -> None:
    templates = rendered("heartbeat", landscape({"ignored_roles": ignored}))
    assert bool(notices(templates, call("config", "StopConfigurationRecorder", role=role))) == reported
    trail = call("cloudtrail", "StopLogging", role=role, name="nw-organization-trail")
    assert bool(notices(templates, trail)) == reported


def test_ignored_roles_that_fit_into_no_pattern_are_a_problem() -> None:
    (problem,) = CAPABILITIES["heartbeat"].problems(
        landscape({"ignored_roles": [f"{n}{'x' * 200}" for n in range(10)]})
    )
    assert problem.path == ("ignored_roles",)
    assert "2048" in problem.message


@pytest.mark.parametrize(
    "change", [{"watch": ["x"]}, {"silent_hours": 0}, {"silent_hours": 25}, {"ignored_roles": [""]}]
)
def test_settings_that_aws_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(change)


@pytest.mark.parametrize("item", get_args(Watch))
def test_item_is_watched_alone_and_not_without(item: Watch) -> None:
    def controls(watch: list[Watch]) -> set[str]:
        found = rendered("heartbeat", landscape({"watch": watch, "sign_of_life": "none"}))
        return {
            name.removeprefix("nw-heartbeat-").removesuffix("-notice")
            for template in found.values()
            for name in (rule["Name"] for rule in properties(template, "AWS::Events::Rule").values())
        }

    alone = controls([item])
    assert alone
    assert not alone & controls([other for other in get_args(Watch) if other != item])


def test_names_of_roles_fit_with_the_longest_prefix_and_region() -> None:
    settings: dict[str, Any] = {
        "certificates": {"remind_on_days": [1]},
        "secrets": {"watch": ["deletions"]},
        "heartbeat": EVERYTHING,
        "notifications": {
            "findings": dict.fromkeys(("guardduty", "inspector", "macie", "access-analyzer", "backup"), "medium")
        },
    }
    here = make_landscape(settings=settings, prefix="p" * 15)
    contexts = [item.context for item in build_plan(here).stacks if isinstance(item.context, ForwardingContext)]
    assert len(contexts) == 12
    for context in contexts:
        assert len(f"{here.prefix}-security-events-{context.origin}-ap-southeast-1") <= 64


def test_nothing_is_deployed_until_the_profile_asks() -> None:
    here = make_landscape("regulated")
    assert stacks(here) == {}
    assert "nw-notifications-events" not in {stack.name for stack in build_plan(here).stacks}


def test_stacks_are_where_the_events_are() -> None:
    found = stacks(landscape())
    places = {name: [(d.account, d.regions) for d in stack.deployments] for name, stack in found.items()}
    assert places["heartbeat"] == places[MANAGEMENT] == [("management", ("eu-west-1",))]
    assert places[ARCHIVE] == [("log_archive", ("eu-west-1", "eu-central-1"))]
    assert places[HUB] == [("security", ("eu-west-1",))]
    assert found[ACCOUNTS].regions == ("eu-west-1", "eu-central-1", "us-east-1")
    assert {d.method.value for d in found[ACCOUNTS].deployments} == {"stack", "stack-set"}
    assert all("nw-notifications-events" in found[name].depends_on for name in (MANAGEMENT, ARCHIVE, HUB, ACCOUNTS))


def test_bucket_with_records_of_web_acls_is_watched_where_it_exists() -> None:
    web_acls = {"web_acls": {"apps": {"to": ["root"], "logging": {"to": "s3"}}}}
    templates = rendered("heartbeat", landscape(others={"waf": web_acls}))
    event = call("s3", "PutBucketPolicy", bucketName="aws-waf-logs-nw-222222222222-eu-west-1")
    ((arn, _),) = notices(templates, event)
    assert arn == "${import nw-alerts-critical-arn}"
    assert not matching(templates, call("s3", "PutBucketPolicy", bucketName="aws-waf-logs-team"))


@pytest.mark.parametrize(
    ("rhythm", "expression", "promise"),
    [("weekly", "cron(0 8 ? * MON *)", "next Monday"), ("daily", "cron(0 8 * * ? *)", "tomorrow")],
)
def test_sign_of_life_takes_the_way_of_the_alerts(rhythm: str, expression: str, promise: str) -> None:
    templates = rendered("heartbeat", landscape({"sign_of_life": rhythm}))
    (schedule,) = properties(templates["heartbeat"], "AWS::Scheduler::Schedule").values()
    assert schedule["ScheduleExpression"] == expression
    target = schedule["Target"]
    assert text_of(target["Arn"]).endswith(":event-bus/default")
    sent = target["EventBridgeParameters"]
    event = {**SIGN_OF_LIFE, "time": "t", "source": sent["Source"], "detail-type": sent["DetailType"]}
    ((arn, text),) = notices(templates, event)
    assert arn == "${import nw-alerts-medium-arn}"
    assert promise in text
    others = len(properties(templates[HUB], "AWS::Events::Rule")) - 1
    assert others > 9
    assert text.endswith(f"-heartbeat-hub, as deployed: {others}. This message does not test them.")


def test_sign_of_life_counts_no_rules_where_it_is_alone() -> None:
    templates = rendered("heartbeat", landscape({"watch": []}))
    ((_, text),) = notices(templates, {**SIGN_OF_LIFE, "time": "t"})
    assert text.endswith("the topic and its subscriptions.")


@pytest.mark.parametrize(("rhythm", "is_asked"), [("weekly", True), ("none", False)])
def test_sign_of_life_alone_is_something_to_deploy(rhythm: str, is_asked: bool) -> None:
    settings = landscape({"watch": [], "sign_of_life": rhythm}).capabilities["heartbeat"]
    assert CAPABILITIES["heartbeat"].is_asked(settings) is is_asked


def test_trail_that_writes_nothing_rings_after_the_hours_of_the_profile() -> None:
    (alarm,) = properties(
        rendered("heartbeat", landscape({"silent_hours": 5}))["heartbeat"], "AWS::CloudWatch::Alarm"
    ).values()
    assert alarm["Dimensions"] == [{"Name": "LogGroupName", "Value": "/nw/cloudtrail"}]
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (3600, 5, "breaching")
    assert alarm["ComparisonOperator"] == "LessThanThreshold"


def test_single_account_watches_what_it_has() -> None:
    templates = rendered("heartbeat", landscape(standalone=True))
    assert notices(templates, call("cloudtrail", "StopLogging", name="nw-account-trail"))
    assert not matching(templates, call("organizations", "DetachPolicy"))
    assert not matching(templates, instance("nw-config-recorder", "OUTDATED", "FAILED"))
    assert not any(stack.parameters for stack in stacks(landscape(standalone=True)).values())


def test_capability_without_trail_and_log_archive_watches_the_rest() -> None:
    off = {name: {"enabled": False} for name in ("cloudtrail", "alarms", "log_archive", "config", "guardduty")}
    here = make_landscape(settings={"heartbeat": EVERYTHING, **off})
    topics = {f"heartbeat-topics{suffix}" for suffix in ("", "-management", "-accounts")}
    assert set(stacks(here)) == {"heartbeat", HUB, ACCOUNTS, MANAGEMENT} | topics
    assert not properties(rendered("heartbeat", here)["heartbeat"], "AWS::CloudWatch::Alarm")
