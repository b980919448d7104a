"""BL123 checks the calls of resource handlers, only where the plan deploys the types."""

from dataclasses import replace
from typing import Any

import pytest

from baseline.aws.deployment_calls import deleting_calls, keeping_calls
from baseline.aws.iam_actions import matching_actions
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.guardrails import GuardrailsContext
from baseline.capabilities.organization.guardrails.policies import policies_of
from baseline.controls.guardrail import guardrails
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.render.render import render_plan
from baseline.validate.checks.lock_out import CHECK
from baseline.validate.deployed import Call
from baseline.validate.subject import Subject, read_template
from tests.landscapes import make_landscape
from tests.validate.subjects import template_of

ORGANIZATION = "o-a1b2c3d4e5"
OUS = {name: f"ou-ab12-{number}2222222" for number, name in enumerate(("Security", "Workloads", "Suspended"))}
ACCOUNTS = {
    **make_landscape().accounts,
    "web": Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads"),
    "old": Account(key="old", name="old", email="old@northwind.example", id="555555555555", ou="Suspended"),
}
QUIET = {name: {"enabled": False, "reason": "Not tested here."} for name in guardrails()}
STACK_SETS = {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/stacksets-exec-*", "arn:aws:iam::*:role/nw-*"]}}


def landscape(statement: dict[str, Any] | None = None, *to: str, **settings: Any) -> Landscape:
    """An organization whose only policy is that statement, attached to the root unless `to` says otherwise."""
    kind = "RESOURCE_CONTROL_POLICY" if statement and "Principal" in statement else "SERVICE_CONTROL_POLICY"
    own = [{"file": "own.json", "type": kind, "to": list(to or ("root",))}] if statement else []
    return make_landscape(
        "regulated",
        {
            "guardrails": {"rules": QUIET, "policies": own, **settings},
            "identity_center": {
                "groups": {"platform": {}},
                "assignments": [{"group": "platform", "permission_set": "ReadOnly", "to": ["web"]}],
            },
        },
        accounts=ACCOUNTS,
        ous=OUS,
        suspended=frozenset({"Suspended"}),
        documents={"own.json": {"Version": "2012-10-17", "Statement": [statement]}},
        tags={"Owner": "platform"},
    )


@pytest.fixture(scope="module")
def every() -> tuple[Subject, ...]:
    """The templates of an organization without policies."""
    return tuple(map(read_template, render_plan(build_plan(landscape()))))


def hits(every: tuple[Subject, ...], statement: dict[str, Any], *to: str, **settings: Any) -> list[tuple[Any, str]]:
    """Severity and message of BL123's findings for the policy."""
    element = {"Sid": "Own", "Effect": "Deny", "Resource": "*", **statement}
    (policy,) = policies_of(landscape(element, *to, **settings))
    template = template_of("Resources: {}", context=GuardrailsContext(policy=policy))
    return [(hit.severity, hit.message) for hit in CHECK.find(read_template(template), every)]


NEEDED = [
    *("s3:PutBucketPublicAccessBlock", "s3:PutLifecycleConfiguration", "s3:PutBucketOwnershipControls"),
    *("s3:PutBucketObjectLockConfiguration", "s3:PutBucketTagging", "s3:CreateBucket", "s3:PutBucketVersioning"),
    *("kms:CreateKey", "kms:CreateAlias", "kms:EnableKeyRotation", "kms:TagResource", "kms:PutKeyPolicy"),
    *("iam:CreateRole", "iam:PassRole", "iam:TagRole", "iam:CreateServiceLinkedRole", "iam:CreatePolicy"),
    *("iam:AddRoleToInstanceProfile", "lambda:InvokeFunction", "lambda:CreateFunction", "logs:AssociateKmsKey"),
    *("config:PutOrganizationConformancePack", "config:PutConfigurationRecorder", "config:PutStoredQuery"),
    *("securityhub:CreateFindingAggregator", "securityhub:UpdateOrganizationConfiguration"),
    *("securityhub:CreateConfigurationPolicy", "securityhub:StartConfigurationPolicyAssociation"),
    *("sso:CreatePermissionSet", "sso:CreateAccountAssignment", "identitystore:CreateGroup"),
    *("guardduty:CreateDetector", "guardduty:UpdateDetector", "access-analyzer:CreateAnalyzer"),
    *("events:PutRule", "events:CreateEventBus", "sns:CreateTopic", "sns:Subscribe", "ssm:UpdateServiceSetting"),
]


@pytest.mark.parametrize("action", NEEDED)
def test_a_denial_of_a_call_that_deploys_the_plan_is_an_error(every: tuple[Subject, ...], action: str) -> None:
    ((severity, message),) = hits(every, {"Action": action})
    assert severity is Severity.ERROR
    assert f"Own of nw-own denies {action} to StackSets in " in message
    assert hits(every, {"Action": action, "Condition": STACK_SETS}) == []


@pytest.mark.parametrize(
    ("statement", "to"),
    [
        ({"Action": ["guardduty:UpdateDetector", "guardduty:DeleteDetector"]}, "Workloads"),
        ({"Action": "s3:PutBucketVersioning"}, "Workloads"),
        ({"Action": "s3:CreateBucket"}, "Workloads"),
        ({"Action": "*"}, "Suspended"),
        ({"Action": "*", "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}}}, "old"),
        ({"Action": ["s3:PutBucketWebsite", "s3:PutBucketAcl", "s3:PutReplicationConfiguration"]}, "root"),
        ({"Action": ["s3:DeleteBucket", "kms:ScheduleKeyDeletion", "kms:DisableKey"]}, "root"),
        ({"Action": "iam:CreateRole", "Resource": "arn:aws:iam::*:role/OrganizationAccountAccessRole"}, "root"),
        ({"Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::prod-*"}, "root"),
        ({"Action": "*", "Condition": {"StringNotEqualsIfExists": {"aws:ResourceOrgID": ORGANIZATION}}}, "root"),
        (
            {
                "Action": "s3:*",
                "Principal": "*",
                "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
            },
            "root",
        ),
        ({"Action": "iam:TagRole", "Condition": {"StringNotEquals": {"aws:RequestTag/Owner": "platform"}}}, "root"),
    ],
)
def test_a_denial_that_no_deployed_resource_meets_passes(
    every: tuple[Subject, ...], statement: dict[str, Any], to: str
) -> None:
    assert hits(every, statement, to) == []


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::*"},
        {"Action": "s3:PutBucketPolicy", "Principal": "*"},
        {"Action": "iam:CreateRole", "Condition": {"StringNotLike": {"iam:PermissionsBoundary": "*boundary"}}},
        {"Action": "kms:CreateKey", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        {"Action": "iam:CreateRole", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        {"NotAction": "s3:*"},
    ],
)
def test_a_denial_is_found_whatever_narrows_it(every: tuple[Subject, ...], statement: dict[str, Any]) -> None:
    assert [severity for severity, _ in hits(every, statement)] == [Severity.ERROR]


@pytest.mark.parametrize("action", ["config:DeleteStoredQuery", "iam:DeletePolicyVersion"])
def test_a_denial_of_what_only_removes_is_a_warning(action: str, every: tuple[Subject, ...]) -> None:
    ((severity, message),) = hits(every, {"Action": action})
    assert severity is Severity.WARNING
    assert message.endswith("what the plan deploys there cannot be removed later")


def test_a_policy_that_is_not_attached_yet_is_a_warning(every: tuple[Subject, ...]) -> None:
    ((severity, message),) = hits(every, {"Action": "kms:CreateKey"}, stage="audit")
    assert severity is Severity.WARNING
    assert message.endswith("once it is attached there")


def test_the_account_that_is_locked_out_is_named(every: tuple[Subject, ...]) -> None:
    narrow = {"Action": "kms:CreateKey", "Condition": {"StringEquals": {"aws:PrincipalAccount": "222222222222"}}}
    assert [message for _, message in hits(every, narrow)] == [
        "Own of nw-own denies kms:CreateKey to StackSets in log_archive"
    ]


def test_every_type_in_member_accounts_has_its_calls(every: tuple[Subject, ...]) -> None:
    types = {
        resource.type
        for subject in every
        if {item.account for item in subject.template.stack.deployments} != {"management"}
        for resource in subject.resources
        if not resource.type.startswith("Custom::")
    }
    assert len(types) > 30
    assert {name for name in types if not keeping_calls(name, {}, tagged=False)} == set()


def test_calls_exist_and_removals_are_no_part_of_them() -> None:
    for name in ("AWS::S3::Bucket", "AWS::IAM::Role", "AWS::KMS::Key"):
        found = keeping_calls(name, {}, tagged=True) or ()
        assert all(matching_actions(action) for action in (*found, *deleting_calls(name)))
        assert not [action for action in found if ":Delete" in action]
    assert keeping_calls("AWS::No::Such", {}, tagged=False) is None
    assert deleting_calls("AWS::No::Such") == ()


@pytest.mark.parametrize("condition", [{}, {"StringNotEquals": {"aws:PrincipalAccount": ["111111111111"]}}])
def test_units_that_are_treated_alike_share_their_answers(
    every: tuple[Subject, ...], monkeypatch: pytest.MonkeyPatch, condition: dict[str, Any]
) -> None:
    """The number of evaluations does not grow with the number of OUs."""
    asked: list[Call] = []
    request = Call.request

    def counted(self: Call, *where: Any) -> Any:
        asked.append(self)
        return request(self, *where)

    monkeypatch.setattr(Call, "request", counted)
    counts = []
    for number in (2, 200):
        units = {f"Unit{index}": None for index in range(number)}
        here = replace(
            landscape(
                {
                    "Sid": "Own",
                    "Effect": "Deny",
                    "Action": "kms:TagResource",
                    "Resource": "arn:aws:kms:*:*:key/none",
                    "Condition": condition,
                },
                "root",
            ),
            ous={**OUS, **units},
        )
        (policy,) = policies_of(here)
        assert len(policy.accounts) > number
        template = template_of("Resources: {}", context=GuardrailsContext(policy=policy))
        asked.clear()
        assert list(CHECK.find(read_template(template), every)) == []
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0


def with_members(number: int, landscape: Landscape) -> Landscape:
    """A number of additional accounts, alternately in one OU and another."""
    members = {
        name: Account(key=name, name=name, email=f"{name}@northwind.example", id=f"20000000{index:04}", ou=unit)
        for index in range(number)
        for name, unit in [(f"member-{index}", ("Workloads", "Other")[index % 2])]
    }
    return replace(
        landscape,
        accounts={**landscape.accounts, **members},
        ous={**OUS, "Other": "ou-ab12-99999999"},
        root_id="r-ab12",
    )


@pytest.fixture(scope="module")
def wide() -> tuple[Subject, ...]:
    """The templates of an organization with more accounts and without policies."""
    return tuple(map(read_template, render_plan(build_plan(with_members(2, landscape())))))


def member_hits(every: tuple[Subject, ...], narrowed: dict[str, Any], number: int) -> list[str]:
    """Messages about a denial of keys, in an organization with this number of accounts."""
    element = {"Sid": "Own", "Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*", **narrowed}
    (policy,) = policies_of(with_members(number, landscape(element)))
    template = template_of("Resources: {}", context=GuardrailsContext(policy=policy))
    return [hit.message for hit in CHECK.find(read_template(template), every)]


@pytest.mark.parametrize(
    ("narrowed", "account"),
    [
        ({"Condition": {"StringEquals": {"aws:PrincipalAccount": "200000000007"}}}, "member-7"),
        ({"Condition": {"StringLike": {"aws:PrincipalAccount": "*0007"}}}, "member-7"),
        ({"Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::20?0000?0007:role/*"}}}, "member-7"),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::200000000007:role/*"}}}, "member-7"),
        ({"Resource": "arn:aws:iam::200000000007:role/*"}, "member-7"),
        ({"Condition": {"NumericGreaterThan": {"aws:ResourceAccount": "444444444443"}}}, "web"),
        (
            {
                "Condition": {
                    "ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-99999999/"}
                }
            },
            "member-1",
        ),
        (
            {"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/r-ab12/?u-ab12-99999999/"}}},
            "member-1",
        ),
        (
            {
                "Resource": "arn:aws:iam::${aws:PrincipalAccount}:role/*",
                "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ["222222222222", "333333333333"]}},
            },
            "web",
        ),
    ],
)
def test_a_statement_about_one_account_is_asked_about_that_account(
    wide: tuple[Subject, ...], narrowed: dict[str, Any], account: str
) -> None:
    """Whether it names the account completely, partly, by comparison or by its OU."""
    (message,) = member_hits(wide, narrowed, 12)
    assert message.endswith(f"denies iam:CreateRole to StackSets in {account}")


def test_accounts_that_are_treated_alike_share_their_answers(
    wide: tuple[Subject, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of evaluations does not grow with the number of accounts, even if a statement names some."""
    asked: list[Call] = []
    request = Call.request

    def counted(self: Call, *where: Any) -> Any:
        asked.append(self)
        return request(self, *where)

    monkeypatch.setattr(Call, "request", counted)
    counts = []
    for number in (4, 200):
        asked.clear()
        narrowed = {
            "Condition": {"StringEquals": {"aws:PrincipalAccount": ["200000000000", "${aws:ResourceAccount}x"]}}
        }
        assert member_hits(wide, {"Resource": "arn:aws:iam::*:role/none", **narrowed}, number) == []
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0


def test_a_statement_about_one_unit_is_asked_about_that_unit(every: tuple[Subject, ...]) -> None:
    """Future accounts in an OU without accounts are distinguished by its path."""
    path = f"{ORGANIZATION}/*/{OUS['Workloads']}/*"
    about = {"Action": "kms:CreateKey", "Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [path]}}}
    ((_, message),) = hits(every, about)
    assert message.endswith("denies kms:CreateKey to StackSets in web")
