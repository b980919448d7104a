"""Which findings start which playbook, where its roles are and who may use them, and what is never touched."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.findings import Problem, Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.conditions import holds
from baseline.policy.document import read_statements, text_of
from baseline.policy.request import Request
from tests.capabilities.response.conftest import SHORT
from tests.event_routing import matching, notices
from tests.landscapes import LOG_ARCHIVE, MANAGEMENT, SECURITY, make_landscape, properties, rendered
from tests.policy_simulator import allows

CAPABILITY = CAPABILITIES["response"]
PLAYBOOKS: dict[str, Any] = {
    "disable-access-keys": {"approve": ["root"], "automatic": ["Sandbox"]},
    "close-bucket": {"automatic": ["root"]},
    "isolate-instance": {},
}
ACCOUNTS = {
    item.key: item
    for item in (
        MANAGEMENT,
        LOG_ARCHIVE,
        SECURITY,
        Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads"),
        Account(key="trial", name="trial", email="trial@northwind.example", id="555555555555", ou="Sandbox"),
    )
}
OUS = {"Security": "ou-ab12-11111111", "Workloads": "ou-ab12-22222222", "Sandbox": "ou-ab12-33333333"}


def landscape(playbooks: Mapping[str, Any] | None = None, **changes: Any) -> Landscape:
    chosen = {"playbooks": PLAYBOOKS if playbooks is None else playbooks, **changes.pop("more", {})}
    known: dict[str, Any] = {} if changes.get("standalone") else {"accounts": ACCOUNTS, "ous": OUS}
    return make_landscape(settings={"response": chosen, **changes.pop("others", {})}, **known, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {
        stack.name.removeprefix("nw-"): stack for stack in build_plan(here).stacks if stack.capability == "response"
    }


FUNCTION = ":lambda:eu-west-1:${AWS::AccountId}:function:"
ACTING = landscape({**{name: {"approve": ["root"]} for name in SHORT}, **PLAYBOOKS})
EVERY = landscape({**{name: {} for name in SHORT}, **PLAYBOOKS})


def finding(kind: str, severity: float = 8, **resource: Any) -> dict[str, Any]:
    """The parts of GuardDuty's sample findings that patterns and rules read."""
    detail = {"accountId": "444444444444", "id": "1a2b", "type": kind, "severity": severity, "resource": resource}
    head = {"account": "333333333333", "region": "eu-west-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": detail}


def stolen_key(identity: str = "IAMUser", key: str = "AKIAIOSFODNN7EXAMPLE") -> dict[str, Any]:
    details = {"userType": identity, "accessKeyId": key, "userName": "jane"}
    kind = "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom"
    return finding(kind, resourceType="AccessKey", accessKeyDetails=details)


def open_bucket(kind: str = "Policy:S3/BucketAnonymousAccessGranted") -> dict[str, Any]:
    # moto does not look into lists, so that the bucket is not in one here
    return finding(kind, resourceType="AccessKey", accessKeyDetails={}, s3BucketDetails={"name": "exports"})


def mining(severity: float = 8) -> dict[str, Any]:
    details = {"instanceId": "i-99999999"}
    return finding("CryptoCurrency:EC2/BitcoinTool.B!DNS", severity, resourceType="Instance", instanceDetails=details)


def stolen_session(name: str = "web") -> dict[str, Any]:
    details = {"userType": "AssumedRole", "accessKeyId": "ASIAIOSFODNN7EXAMPLE", "userName": name}
    kind = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"
    return finding(kind, resourceType="AccessKey", accessKeyDetails=details)


def rogue_function() -> dict[str, Any]:
    details = {"functionName": "export", "functionArn": "arn:aws:lambda:eu-west-1:444444444444:function:export"}
    return finding("UnauthorizedAccess:Lambda/TorClient", resourceType="Lambda", lambdaDetails=details)


def rogue_task() -> dict[str, Any]:
    task = {"arn": "arn:aws:ecs:eu-west-1:444444444444:task/web/0a1b", "definitionArn": "arn:aws:ecs:x"}
    cluster = {"name": "web", "taskDetails": task}
    return finding("CryptoCurrency:Runtime/BitcoinTool.B", resourceType="ECSCluster", ecsClusterDetails=cluster)


def public_snapshot(kind: str = "AWS::EC2::Snapshot", *, public: bool = True) -> dict[str, Any]:
    detail = {"accountId": "444444444444", "id": "1a2b", "status": "ACTIVE", "isPublic": public, "resourceType": kind}
    return {
        **finding(""),
        "source": "aws.access-analyzer",
        "detail-type": "Access Analyzer Finding",
        "detail": {**detail, "resource": "arn:aws:ec2:eu-west-1::snapshot/snap-1"},
    }


def open_ports(control: str = "EC2.13", status: str = "FAILED", region: str = "${AWS::Region}") -> dict[str, Any]:
    # moto does not look into lists, so that the finding is not in one here
    found = {
        "AwsAccountId": "444444444444",
        "Id": "1a2b",
        "Compliance": {"SecurityControlId": control, "Status": status},
        "RecordState": "ACTIVE",
        "Region": region,
        "Workflow": {"Status": "NEW"},
    }
    kind = "Security Hub Findings - Imported"
    return {**finding(""), "source": "aws.securityhub", "detail-type": kind, "detail": {"findings": found}}


def sampled(sent: dict[str, Any], *, sample: bool) -> dict[str, Any]:
    """The finding with what GuardDuty's `create-sample-findings` adds."""
    return {**sent, "detail": {**sent["detail"], "service": {"additionalInfo": {"sample": sample}}}}


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (stolen_key(), "response-keys/Rule"),
        (open_bucket(), "response-bucket/Rule"),
        (open_bucket("Policy:S3/BucketPublicAccessGranted"), "response-bucket/Rule"),
        (mining(7), "response-instance/Rule"),
        (stolen_session(), "response-role/Rule"),
        (rogue_function(), "response-function/Rule"),
        (rogue_task(), "response-task/Rule"),
        (public_snapshot(), "response-snapshot/Rule"),
        (public_snapshot("AWS::RDS::DBSnapshot"), "response-database/Rule"),
        (public_snapshot("AWS::RDS::DBClusterSnapshot"), "response-database/Rule"),
        (public_snapshot(public=False), ""),
        (public_snapshot("AWS::SQS::Queue"), ""),
        (open_ports(), "response-ports/Rule"),
        (open_ports("EC2.14"), "response-ports/Rule"),
        (open_ports("EC2.19"), ""),
        (open_ports(status="PASSED"), ""),
        (open_ports(region="eu-central-1"), ""),
        (stolen_key("Root"), ""),
        (stolen_key(key="ASIAIOSFODNN7EXAMPLE"), ""),
        (open_bucket("Policy:S3/BucketBlockPublicAccessDisabled"), ""),
        (mining(6.9), ""),
        ({**mining(), "source": "team.app"}, ""),
        (sampled(mining(), sample=True), ""),
        (sampled(mining(), sample=False), "response-instance/Rule"),
    ],
    ids=lambda value: value["detail"].get("type", value["source"]) if isinstance(value, dict) else value or "none",
)
def test_finding_starts_its_playbook(sent: dict[str, Any], rule: str) -> None:
    found = matching(rendered("response", EVERY), sent)
    assert list(found) == ([rule] if rule else [])
    for item in found.values():
        (target,) = item["Targets"]
        assert text_of(target["RoleArn"]).endswith(":role/nw-response-start")
        assert text_of(target["DeadLetterConfig"]["Arn"]).endswith(":nw-undelivered-events")


def test_severity_of_the_settings_decides() -> None:
    here = landscape({"isolate-instance": {"severity": "medium"}})
    assert matching(rendered("response", here), mining(4))
    assert not matching(rendered("response", here), mining(3.9))


def test_nearest_place_decides_the_mode_and_the_core_has_no_roles() -> None:
    found = stacks(landscape())
    assert {"response-keys-approve", "response-keys-automatic", "response-bucket-automatic"} <= set(found)
    assert not [name for name in found if name.startswith("response-instance-")]
    reached = {
        name: {ou for item in found[name].deployments for ou in item.ous}
        for name in ("response-keys-approve", "response-keys-automatic", "response-bucket-automatic")
    }
    assert reached["response-keys-automatic"] == {"Sandbox"}
    assert reached["response-keys-approve"] == {"Workloads"}
    assert reached["response-bucket-automatic"] == {"Sandbox", "Workloads"}
    for name in reached:
        assert all(item.account not in ("management", "log_archive", "security") for item in found[name].deployments)


def test_state_machines_are_in_every_region_of_the_security_account() -> None:
    stack = stacks(landscape())["response-keys"]
    assert [item.account for item in stack.deployments] == ["security"]
    assert stack.regions == ("eu-west-1", "eu-central-1")
    assert "nw-response-keys-approve" in stack.depends_on


def test_roles_of_members_obey_one_state_machine_only() -> None:
    (role,) = properties(rendered("response", landscape())["response-keys-automatic"], "AWS::IAM::Role").values()
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert text_of(statement["Principal"]["AWS"]).endswith("::${SecurityAccountId}:root")
    assert text_of(statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]).endswith(":role/nw-response-keys")


@pytest.mark.parametrize(
    ("stack", "action", "resource", "exempt"),
    [
        ("response-keys-automatic", "iam:UpdateAccessKey", ":iam::${AWS::AccountId}:user/jane", False),
        ("response-keys-automatic", "iam:UpdateAccessKey", ":iam::${AWS::AccountId}:user/nw-emergency", True),
        ("response-keys-automatic", "iam:UpdateAccessKey", ":iam::${AWS::AccountId}:user/break-glass/ada", True),
        ("response-role-approve", "iam:AttachRolePolicy", ":iam::${AWS::AccountId}:role/web", False),
        ("response-role-approve", "iam:AttachRolePolicy", ":iam::${AWS::AccountId}:role/nw-deploy", True),
        ("response-role-approve", "iam:AttachRolePolicy", ":iam::${AWS::AccountId}:role/stacksets-exec-0a", True),
        ("response-function-approve", "lambda:PutFunctionConcurrency", FUNCTION + "export", False),
        ("response-function-approve", "lambda:PutFunctionConcurrency", FUNCTION + "nw-settings", True),
        ("response-bucket-automatic", "s3:PutBucketPublicAccessBlock", ":s3:::exports", False),
        ("response-bucket-automatic", "s3:PutBucketPublicAccessBlock", ":s3:::nw-uploads", True),
        ("response-bucket-automatic", "s3:PutBucketPublicAccessBlock", ":s3:::aws-waf-logs-nw-x", True),
    ],
)
def test_roles_never_touch_the_baseline_or_what_is_tagged(
    stack: str, action: str, resource: str, *, exempt: bool
) -> None:
    (role,) = properties(rendered("response", ACTING)[stack], "AWS::IAM::Role").values()
    policies = [item["PolicyDocument"] for item in role["Policies"]]
    arn, holding = f"arn:aws{resource}", ["aws:ResourceAccount", "iam:PolicyARN"]
    assert allows(policies, action, arn, holding=holding) is not exempt
    assert not allows(policies, action, arn, holding=[*holding, "aws:ResourceTag/ResponseExempt"])


def test_role_that_quarantines_can_attach_no_other_policy() -> None:
    (role,) = properties(rendered("response", ACTING)["response-role-approve"], "AWS::IAM::Role").values()
    (attach,) = (
        item
        for policy in role["Policies"]
        for item in policy["PolicyDocument"]["Statement"]
        if item["Effect"] == "Allow" and "iam:AttachRolePolicy" in item["Action"]
    )
    assert text_of(attach["Condition"]["ArnEquals"]["iam:PolicyARN"]).endswith(":iam::aws:policy/AWSDenyAll")


@pytest.mark.parametrize(("key", "is_allowed"), [("ec2:add/group", True), ("ec2:add/userid", False)])
def test_role_that_closes_snapshots_shares_with_no_account(key: str, *, is_allowed: bool) -> None:
    (role,) = properties(rendered("response", ACTING)["response-snapshot-approve"], "AWS::IAM::Role").values()
    statements = read_statements(role["Policies"][0]["PolicyDocument"])
    (grant,) = (item for item in statements if item.sid == "Snapshots")
    request = Request(action="ec2:ModifySnapshotAttribute", context={key: ("all",)}, complete=True)
    assert grant.conditions
    assert all(holds(condition, request) for condition in grant.conditions) is is_allowed


def test_dry_run_has_roles_that_only_read_and_rules_that_say_so() -> None:
    templates = rendered("response", landscape({"close-ports": {"automatic": ["root"], "dry_run": True}}))
    (role,) = properties(templates["response-ports-automatic"], "AWS::IAM::Role").values()
    actions = [action for item in role["Policies"][0]["PolicyDocument"]["Statement"] for action in item["Action"]]
    assert actions == ["ec2:DescribeSecurityGroupRules", "ec2:DescribeTags"]
    (rule,) = matching(templates, open_ports()).values()
    assert '"action": "dry-run"' in rule["Targets"][0]["InputTransformer"]["InputTemplate"]


def test_records_go_through_the_hub_to_the_recorder() -> None:
    templates = rendered("response", landscape())
    detail = {"outcome": "already-done", "playbook": "close-bucket"}
    sent = {"source": "nw.response", "detail-type": "Response record", "account": "${AWS::AccountId}", "detail": detail}
    assert list(matching(templates, sent)) == ["response-events/ResponseRecordsRule"]
    assert list(matching(templates, sent, "nw-events")) == ["response-records/Rule"]


def test_without_log_archive_there_are_no_records() -> None:
    found = {spec.name for spec in CAPABILITY.stacks(landscape(others={"log_archive": {"enabled": False}}))}
    assert "response-keys" in found
    assert "response-records" not in found


def ended(outcome: str) -> dict[str, Any]:
    """The event of a run."""
    detail = {"outcome": outcome, "playbook": "disable-access-keys", "account": "444444444444", "subject": "jane"}
    return {
        "source": "nw.response",
        "detail-type": "Response",
        "account": "${AWS::AccountId}",
        "region": "eu-west-1",
        "detail": {**detail, "finding": "1a2b", "execution": "arn:aws:states:x", "token": "AAAA"},
    }


@pytest.mark.parametrize(
    ("outcome", "topic", "words"),
    [
        ("approval", "high", "--task-output true --task-token AAAA"),
        ("contained", "high", "Response contained: disable-access-keys for jane in account 444444444444, eu-west-1"),
        ("contained-with-profile", "high", "and the action restore: arn:aws:states:x"),
        ("contained-without-snapshots", "high", "Response contained-without-snapshots"),
        ("restored", "high", "It is no longer contained. To contain it again"),
        ("restored-without-profile", "high", "Response restored-without-profile"),
        ("failed", "critical", "Contain it by hand now"),
        ("not-enabled", "medium", "No response (not-enabled)"),
        ("switched-off", "medium", "No response (switched-off)"),
        ("no-way-back", "medium", "No response (no-way-back)"),
        ("would-act", "medium", "Response would act, and did nothing"),
        ("limited", "critical", "the hourly limit is reached"),
        ("unrecorded", "high", "The log archive has no record"),
    ],
)
def test_every_outcome_leads_to_one_message(outcome: str, topic: str, words: str) -> None:
    sent = ended(outcome)
    templates = rendered("response", landscape())
    ((arn, text),) = notices(templates, sent)
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert words in text
    assert "<" not in text
    assert not matching(templates, {**sent, "account": "444444444444"})


def test_what_was_done_before_leads_to_no_message() -> None:
    """GuardDuty sends a finding again while its cause goes on."""
    assert notices(rendered("response", landscape()), ended("already-done")) == []


def test_groups_can_be_made_in_a_shared_vpc() -> None:
    here = landscape({"isolate-instance": {"automatic": ["Sandbox"]}})
    (role,) = properties(rendered("response", here)["response-instance-automatic"], "AWS::IAM::Role").values()
    policies = [item["PolicyDocument"] for item in role["Policies"]]
    assert allows(policies, "ec2:CreateSecurityGroup", "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1")
    assert not allows(policies, "ec2:CreateSecurityGroup", "arn:aws:ec2:eu-west-1:111111111111:security-group/sg-1")


@pytest.mark.parametrize("detach", [True, False])
def test_profiles_are_detached_only_where_the_playbook_says_so(*, detach: bool) -> None:
    here = landscape({"isolate-instance": {"automatic": ["Sandbox"], "detach_profile": detach}})
    templates = rendered("response", here)
    (role,) = properties(templates["response-instance-automatic"], "AWS::IAM::Role").values()
    policies = [item["PolicyDocument"] for item in role["Policies"]]
    server = "arn:aws:ec2:eu-west-1:${AWS::AccountId}:instance/i-1"
    assert allows(policies, "ec2:DisassociateIamInstanceProfile", server) is detach
    assert not allows(policies, "ec2:AssociateIamInstanceProfile", server)
    assert not allows(policies, "iam:PassRole", "arn:aws:iam::${AWS::AccountId}:role/web")
    (machine,) = properties(templates["response-instance"], "AWS::StepFunctions::StateMachine").values()
    assert ("disassociateIamInstanceProfile" in json.dumps(machine["Definition"])) is detach


def test_only_instances_have_a_profile_to_detach() -> None:
    (problem,) = errors(landscape({"close-bucket": {"automatic": ["Sandbox"], "detach_profile": True}}))
    assert problem.path == ("playbooks", "close-bucket", "detach_profile")


def test_machine_looks_for_roles_of_its_modes_only() -> None:
    states = {
        item["StateMachineName"]: set(item["Definition"]["States"])
        for template in rendered("response", landscape()).values()
        for item in properties(template, "AWS::StepFunctions::StateMachine").values()
    }
    assert {"FindAutomatic", "FindApproved", "Ask"} <= states["nw-response-keys"]
    assert "FindAutomatic" in states["nw-response-bucket"]
    assert not {"FindApproved", "Ask", "NotApproved"} & states["nw-response-bucket"]
    assert not {"FindAutomatic", "FindApproved", "Contain"} & states["nw-response-instance"]


def test_settings_reach_the_state_machines() -> None:
    here = landscape({"disable-access-keys": {"approve": ["root"]}}, more={"approval_hours": 2, "exempt_tag": "Keep"})
    (machine,) = properties(rendered("response", here)["response-keys"], "AWS::StepFunctions::StateMachine").values()
    assert machine["Definition"]["States"]["Ask"]["TimeoutSeconds"] == 7200
    assert "States.ArrayContains($.Tags[*].Key, 'Keep')" in json.dumps(machine["Definition"])


def errors(here: Landscape) -> list[Problem]:
    return [problem for problem in CAPABILITY.problems(here) if problem.severity is not Severity.WARNING]


@pytest.mark.parametrize(
    ("playbook", "path", "words"),
    [
        ({"automatic": ["security"]}, ("playbooks", "close-bucket", "automatic"), "has a role in the organization"),
        ({"approve": ["management"]}, ("playbooks", "close-bucket", "approve"), "has a role in the organization"),
        ({"automatic": ["Security"]}, ("playbooks", "close-bucket", "automatic"), "Security has only accounts"),
        ({"automatic": ["web"], "approve": ["web"]}, ("playbooks", "close-bucket", "approve"), "automatic as well"),
    ],
)
def test_place_that_cannot_have_a_role_is_a_problem(playbook: Any, path: tuple[str, ...], words: str) -> None:
    (problem,) = errors(landscape({"close-bucket": playbook}))
    assert problem.path == path
    assert words in problem.message


def test_playbooks_need_guardduty_and_topics() -> None:
    off = {name: {"enabled": False} for name in ("guardduty", "notifications", "alarms", "iam_roles", "security_hub")}
    here = landscape(others=off)
    assert len(errors(here)) == 2
    assert rendered("response", here) == {}


GUARDED: dict[str, Any] = {
    "protected_tags": ["ResponseExempt"],
    "rules": {"protected-tags": {"enabled": True}, "response-machines": {"enabled": True}},
}


@pytest.mark.parametrize(
    ("playbooks", "guardrails", "paths"),
    [
        (PLAYBOOKS, {}, ["exempt_tag", "playbooks"]),
        (PLAYBOOKS, {**GUARDED, "protected_tags": ["Backup"]}, ["exempt_tag"]),
        (PLAYBOOKS, {**GUARDED, "rules": {"response-machines": {"enabled": True}}}, ["exempt_tag"]),
        (PLAYBOOKS, {**GUARDED, "rules": {"protected-tags": {"enabled": True}}}, ["playbooks"]),
        (PLAYBOOKS, {**GUARDED, "enabled": False}, ["exempt_tag", "playbooks"]),
        (PLAYBOOKS, GUARDED, []),
        ({"isolate-instance": {}}, {}, []),
    ],
)
def test_roles_without_their_guardrails_are_a_warning(playbooks: Any, guardrails: Any, paths: list[str]) -> None:
    found = CAPABILITY.problems(landscape(playbooks, others={"guardrails": guardrails}))
    assert [item.path[0] for item in found if item.severity is Severity.WARNING] == paths
    assert errors(landscape(playbooks, others={"guardrails": guardrails})) == []


def test_single_account_responds_to_its_own_findings() -> None:
    here = landscape({name: {"automatic": ["management"]} for name in SHORT}, standalone=True)
    assert CAPABILITY.problems(here) == ()
    templates = rendered("response", here)
    assert list(matching(templates, mining())) == ["response-instance/Rule"]
    (role,) = properties(templates["response-keys-automatic"], "AWS::IAM::Role").values()
    assert "${AWS::AccountId}:root" in text_of(role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"])


def test_nothing_is_deployed_until_the_profile_names_a_playbook() -> None:
    assert rendered("response", landscape({})) == {}


@pytest.mark.parametrize("wrong", [{"delete-account": {}}, {"close-bucket": {"severity": "low"}}])
def test_unknown_playbooks_and_severities_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(wrong)


@pytest.mark.parametrize("playbooks", [{}, {"isolate-instance": {}}, {"isolate-instance": {"approve": ["root"]}}])
def test_responders_answer_playbooks_in_the_security_account(playbooks: Any) -> None:
    """Where a playbook has places; the policy names the account, as every account has the role."""
    here = landscape(playbooks)
    role = properties(rendered("iam_roles", here)["iam-roles"], "AWS::IAM::Role")["IncidentResponseRole"]
    policies = {item["PolicyName"]: item["PolicyDocument"] for item in role["Policies"]}
    assert ("answer-playbooks" in policies) is any(item.get("approve") for item in playbooks.values())
    for statement in policies.get("answer-playbooks", {}).get("Statement", ()):
        assert "SecurityAccountId" in str(statement)
