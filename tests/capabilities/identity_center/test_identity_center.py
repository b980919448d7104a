"""IAM Identity Center: permissions of each set, assignments, and stable placement."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from baseline.aws.action_resources import resource_types_of
from baseline.aws.handlers import handler_actions
from baseline.capabilities.identity.identity_center.access import Access, access
from baseline.capabilities.identity.identity_center.identity_center import CAPABILITY, AssignmentsContext
from baseline.capabilities.identity.identity_center.problems import identity_center_problems, unsupported_counts
from baseline.capabilities.identity.identity_center.sets import permission_sets
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings, ReadyMade
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.question import Question, organization_policies, request_of
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.decide import AttachedPolicy, decide
from baseline.policy.document import read_statements, text_of
from baseline.render.render import render_stack
from baseline.validate.subject import Subject, read_template
from tests.landscapes import LOG_ARCHIVE, MANAGEMENT, SECURITY, make_landscape
from tests.policy_simulator import allows, managed_policy

GROUP = "906712345a-12345678-1234-1234-1234-123456789012"
OUS = dict.fromkeys(("Security", "Workloads", "Workloads/Prod", "Sandbox", "Suspended"))


def account(key: str, ou: str | None, id_: str | None = "444444444444") -> Account:
    return Account(key=key, name=key, email=f"{key}@northwind.example", id=id_, ou=ou)


ACCOUNTS = {
    "management": MANAGEMENT,
    "log_archive": LOG_ARCHIVE,
    "security": SECURITY,
    "web": account("web", "Workloads/Prod"),
    "lab": account("lab", "Workloads", None),
    "old": account("old", "Suspended"),
}


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    base = {"accounts": ACCOUNTS, "ous": OUS, "suspended": frozenset({"Suspended"}), **changes}
    return make_landscape(settings={"identity_center": settings or {}}, **base)


def given(*assignments: tuple[str, str, list[str]], **groups: Any) -> dict[str, Any]:
    return {
        "groups": {name: groups.get(name, {}) for name, _, _ in assignments},
        "assignments": [{"group": g, "permission_set": p, "to": to} for g, p, to in assignments],
    }


def stacks(here: Landscape) -> dict[str, Stack]:
    plan = build_plan(here)
    return {s.name.removeprefix("nw-"): s for s in plan.stacks if s.capability == "identity_center"}


def subject(here: Landscape, name: str = "identity-center") -> Subject:
    return read_template(render_stack(stacks(here)[name]))


def rows(here: Landscape) -> list[tuple[str, str, str]]:
    settings = here.settings("identity_center", IdentityCenterSettings)
    return [(row.account, row.principal, row.permission_set) for row in access(here, settings)]


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings, **changes))
    ]


# ── what each ready-made permission set may do ───────────────────────────────────────────────────────────────────────

EVERYTHING = ["iam:CreateUser", "s3:GetObject", "ec2:RunInstances", "organizations:LeaveOrganization", "kms:Decrypt"]
CONTENT = [
    *("s3:GetObject", "dynamodb:GetItem", "secretsmanager:GetSecretValue", "ssm:GetParameter", "kms:Decrypt"),
    *("sqs:ReceiveMessage", "logs:GetLogEvents", "lambda:GetFunction", "kinesis:GetRecords"),
    *("ecr:BatchGetImage", "es:ESHttpGet", "dax:GetItem", "cassandra:Select", "s3tables:GetTableData"),
    *("s3vectors:GetVectors", "codeartifact:ReadFromRepository", "ssm:GetCommandInvocation"),
]
ACCESS = [
    *("sso:CreatePermissionSet", "sso:CreateAccountAssignment", "sso:PutInlinePolicyToPermissionSet"),
    *("sso:AttachManagedPolicyToPermissionSet", "sso:ProvisionPermissionSet", "identitystore:CreateGroupMembership"),
    *("identitystore:CreateUser", "sso-directory:AddMemberToGroup"),
]
RIGHTS: dict[str, tuple[list[str], list[str]]] = {
    "Administrator": (EVERYTHING, []),
    "BreakGlass": (EVERYTHING, []),
    "PowerUser": (
        [
            *("ec2:RunInstances", "s3:PutObject", "lambda:CreateFunction"),
            *("organizations:DescribeOrganization", "sso:ListPermissionSets"),
        ],
        [
            *("iam:CreateUser", "iam:CreateRole", "iam:PassRole"),
            *("organizations:LeaveOrganization", "account:EnableRegion", *ACCESS),
        ],
    ),
    "Developer": (
        ["ec2:RunInstances", "s3:PutObject", "lambda:CreateFunction"],
        [
            "iam:CreateUser",
            "iam:CreateRole",
            "iam:PassRole",
            "iam:DeleteRolePermissionsBoundary",
            "cloudtrail:StopLogging",
            *ACCESS,
        ],
    ),
    "SecurityAudit": (
        [
            "iam:GetRole",
            "guardduty:GetFindings",
            "securityhub:GetFindings",
            "config:DescribeConfigRules",
            "s3:GetBucketPolicy",
            "cloudformation:GetTemplate",
        ],
        [*CONTENT, "iam:CreateRole", "guardduty:DeleteDetector", "ec2:RunInstances"],
    ),
    "ReadOnly": (
        ["ec2:DescribeInstances", "s3:ListAllMyBuckets", "iam:ListRoles", "rds:DescribeDBInstances"],
        [*CONTENT, "ec2:TerminateInstances", "s3:PutObject", "iam:CreateRole"],
    ),
    "Billing": (
        ["budgets:ModifyBudget", "ce:GetCostAndUsage"],
        ["ec2:RunInstances", "s3:GetObject", "iam:CreateRole"],
    ),
    "Support": (["support:CreateCase"], ["ec2:DescribeInstances", "s3:GetObject", "iam:ListRoles"]),
    "Network": (
        ["ec2:CreateVpc", "route53:CreateHostedZone", "elasticloadbalancing:CreateLoadBalancer"],
        ["ec2:RunInstances", "iam:CreateRole", "s3:DeleteObject", "kms:Decrypt"],
    ),
    "DataScientist": (
        ["athena:StartQueryExecution", "glue:GetTables", "sagemaker:ListNotebookInstances"],
        [
            "iam:CreateRole",
            "iam:PassRole",
            "iam:PutRolePolicy",
            "ec2:TerminateInstances",
            "secretsmanager:GetSecretValue",
        ],
    ),
}


def policies_of(here: Landscape, name: str) -> list[dict[str, Any]]:
    item = permission_sets(here, here.settings("identity_center", IdentityCenterSettings))[name]
    inline = [item.inline_policy] if item.inline_policy else []
    return [*(dict(managed_policy(policy)) for policy in item.managed_policies), *inline]


def boundary_of(here: Landscape, name: str) -> dict[str, Any] | None:
    item = permission_sets(here, here.settings("identity_center", IdentityCenterSettings))[name]
    if item.boundary is None:
        return None
    plan = build_plan(here)
    roles = read_template(render_stack(next(s for s in plan.stacks if s.name == "nw-iam-roles")))
    (policy,) = [
        dict(resource.properties["PolicyDocument"])
        for resource in roles.of_type("AWS::IAM::ManagedPolicy")
        if resource.properties["ManagedPolicyName"] == item.boundary
    ]
    return policy


def test_every_ready_made_set_has_cases() -> None:
    assert {*RIGHTS, "SecurityOperations"} == set(get_args(ReadyMade))


@pytest.mark.parametrize(("name", "action"), [(name, action) for name, (may, _) in RIGHTS.items() for action in may])
def test_a_permission_set_allows_what_its_job_asks_for(name: str, action: str) -> None:
    here = landscape()
    assert allows(policies_of(here, name), action, boundary=boundary_of(here, name))


@pytest.mark.parametrize(("name", "action"), [(name, action) for name, (_, no) in RIGHTS.items() for action in no])
def test_a_permission_set_denies_what_its_job_does_not(name: str, action: str) -> None:
    here = landscape()
    assert not allows(policies_of(here, name), action, boundary=boundary_of(here, name))


def test_a_developer_makes_roles_under_the_delegated_path_and_only_with_the_boundary() -> None:
    here = landscape()
    policies, boundary = policies_of(here, "Developer"), boundary_of(here, "Developer")
    role = "arn:aws:iam::444444444444:role/delegated/app"
    key = "iam:PermissionsBoundary"
    assert allows(policies, "iam:CreateRole", role, holding=[key])
    assert not allows(policies, "iam:CreateRole", role)
    assert not allows(policies, "iam:CreateRole", "arn:aws:iam::444444444444:role/nw-break-glass", holding=[key])
    assert allows(policies, "iam:PassRole", role)
    assert not allows(policies, "iam:PassRole", "arn:aws:iam::444444444444:role/admin", boundary=boundary)


def test_without_the_boundary_in_every_account_a_developer_makes_no_roles() -> None:
    here = make_landscape(settings={"iam_roles": {"permissions_boundary": False}})
    item = permission_sets(here, here.settings("identity_center", IdentityCenterSettings))["Developer"]
    assert item.boundary is None
    assert not allows(policies_of(here, "Developer"), "iam:CreateRole")
    assert not any(allows(policies_of(here, "Developer"), action) for action in ACCESS)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("organizations:LeaveOrganization", "*"),
        ("cloudtrail:StopLogging", "arn:aws:cloudtrail:eu-west-1:444444444444:trail/nw-organization-trail"),
        ("guardduty:DeleteDetector", "*"),
    ],
)
def test_whoever_may_do_everything_is_held_by_guardrails_in_member_accounts(action: str, resource: str) -> None:
    here = landscape()
    decisions = []
    for account_id in ("444444444444", MANAGEMENT.id):
        name = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Administrator_0123456789abcdef"
        role = f"arn:aws:iam::{account_id}:role/{name}"
        question = Question(account="", action=action, principal=role, resource=resource, context={})
        decisions.append(decide(organization_policies(here, question), request_of(here, question)).decision)
    assert decisions == ["denied", "not denied"]


@pytest.mark.parametrize(
    ("session", "expected"), [("1h", "PT1H"), ("12h", "PT12H"), ("60m", "PT1H"), ("90m", "PT1H30M"), ("720m", "PT12H")]
)
def test_sessions_are_given_in_hours_or_minutes(session: str, expected: str) -> None:
    here = landscape({**own(managed_policies=["ReadOnlyAccess"], session=session)})
    found = {r.properties["Name"]: r.properties for r in subject(here).of_type("AWS::SSO::PermissionSet")}
    assert found["Own"]["SessionDuration"] == expected


@pytest.mark.parametrize("session", ["0h", "13h", "59m", "721m", "1.5h", "90", "90m\n"])
def test_sessions_outside_of_what_aws_accepts_are_refused(session: str) -> None:
    with pytest.raises(ValidationError):
        landscape({**own(managed_policies=["ReadOnlyAccess"], session=session)})


JANE = {"users": {"jane": {"id": "906712345a-12345678-1234-1234-1234-123456789012"}}}


def test_a_user_has_assignments_beside_groups() -> None:
    assignments = [
        {"user": "jane", "permission_set": "ReadOnly", "to": ["web", "management"]},
        {"group": "jane", "permission_set": "ReadOnly", "to": ["web"]},
    ]
    here = landscape({**JANE, "groups": {"jane": {}}, "assignments": assignments})
    members = subject(here, "identity-center-assignments")
    found = {r.properties["PrincipalType"]: r for r in members.of_type("AWS::SSO::Assignment")}
    assert found["USER"].properties["PrincipalId"] == {"Ref": "JaneUserId"}
    assert found["GROUP"].properties["PrincipalId"] == {"Fn::ImportValue": "nw-identity-center-JaneGroup"}
    assert found["USER"].logical_id != found["GROUP"].logical_id
    values = {item.name: item.value for item in stacks(here)["identity-center-assignments"].parameters}
    assert values["JaneUserId"] == JANE["users"]["jane"]["id"]
    management = subject(here, "identity-center-management-assignments")
    assert [r.properties["PrincipalType"] for r in management.of_type("AWS::SSO::Assignment")] == ["USER"]
    matrix = build_plan(here).documents
    assert "jane (user),web,ReadOnly" in dict(matrix)["report/access-matrix.csv"]
    assert "| web | jane (user) | ReadOnly |" in dict(matrix)["report/access-matrix.md"]


@pytest.mark.parametrize(
    ("principal", "setting", "said"),
    [
        ({}, "assignments.0", "neither a group nor a user"),
        ({"group": "jane", "user": "jane"}, "assignments.0", "a group and a user"),
        ({"user": "john"}, "assignments.0.user", "no user john"),
        ({"group": "john"}, "assignments.0.group", "no group john"),
    ],
)
def test_an_assignment_names_a_group_or_a_user(principal: dict[str, str], setting: str, said: str) -> None:
    item = {**principal, "permission_set": "ReadOnly", "to": ["web"]}
    here = landscape({**JANE, "groups": {"jane": {}}, "assignments": [item]})
    settings = here.settings("identity_center", IdentityCenterSettings)
    found = [(".".join(map(str, item.path)), item.message) for item in identity_center_problems(here, settings)]
    assert any(place == setting and said in message for place, message in found), found


def test_administrators_come_in_for_an_hour() -> None:
    found = {r.properties["Name"]: r.properties for r in subject(landscape()).of_type("AWS::SSO::PermissionSet")}
    assert len(found) == 10
    assert {found[name]["SessionDuration"] for name in ("Administrator", "BreakGlass")} == {"PT1H"}


# ── who reaches the roles of the security team ───────────────────────────────────────────────────────────────────────

WEB = "444444444444"
TEAM_ROLES = ("security-audit", "incident-response", "support")
OPERATIONS = given(("security-team", "SecurityOperations", ["security"]))


def filled(value: Any, account_id: str) -> Any:
    """A policy of a template with the values of an account."""
    if isinstance(value, list):
        return [filled(item, account_id) for item in value]
    if isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
        return {key: filled(item, account_id) for key, item in value.items()}
    values = {
        "${AWS::Partition}": "aws",
        "${AWS::AccountId}": account_id,
        "${SecurityAccountId}": SECURITY.id or "",
        "${OrganizationId}": "o-a1b2c3d4e5",
    }
    text = text_of(value)
    for name, known in values.items():
        text = text.replace(name, known)
    return text


def attached(name: str, document: Any, account_id: str) -> AttachedPolicy:
    return AttachedPolicy(name=name, statements=read_statements(filled(document, account_id)))


def sign_in(here: Landscape, permission_set: str, account_id: str | None) -> tuple[str, tuple[AttachedPolicy, ...]]:
    """Role of a permission set in an account, and the set's policies."""
    name = f"AWSReservedSSO_{permission_set}_0123456789abcdef"
    role = f"arn:aws:iam::{account_id}:role/aws-reserved/sso.amazonaws.com/{here.home_region}/{name}"
    return role, tuple(attached(permission_set, item, str(account_id)) for item in policies_of(here, permission_set))


def assuming(here: Landscape, permission_set: str, role: str, *, at: str | None = SECURITY.id) -> str:
    """Decision for assuming a role of the workload account with a permission set of the account `at`."""
    principal, identity = sign_in(here, permission_set, at)
    target = f"arn:aws:iam::{WEB}:role/nw-{role}"
    question = Question(account="", action="sts:AssumeRole", principal=principal, resource=target, context={})
    roles = read_template(render_stack(next(s for s in build_plan(here).stacks if s.name == "nw-iam-roles")))
    (trust,) = [
        resource.properties["AssumeRolePolicyDocument"]
        for resource in roles.of_type("AWS::IAM::Role")
        if resource.properties["RoleName"] == f"nw-{role}"
    ]
    policies = replace(organization_policies(here, question), identity=identity, resource=attached("trust", trust, WEB))
    return decide(policies, request_of(here, question)).decision


@pytest.mark.parametrize("role", TEAM_ROLES)
def test_security_operations_reaches_each_role_of_the_security_team(role: str) -> None:
    here = landscape(OPERATIONS)
    assert assuming(here, "SecurityOperations", role) == "allowed"
    assert assuming(here, "SecurityOperations", role, at="444444444445") == "denied"


@pytest.mark.parametrize("name", ["SecurityAudit", "ReadOnly", "Support", "Developer", "Billing"])
def test_other_permission_sets_do_not_contain_incidents(name: str) -> None:
    assert assuming(landscape(), name, "incident-response") == "denied"


def test_security_operations_assumes_nothing_else() -> None:
    here = landscape(OPERATIONS)
    _, identity = sign_in(here, "SecurityOperations", SECURITY.id)
    reached = {
        name
        for name in (*TEAM_ROLES, "break-glass", "account-settings", "deployment-platform", "ssm-instance")
        if allows(
            policies_of(here, "SecurityOperations"),
            "sts:AssumeRole",
            f"arn:aws:iam::{WEB}:role/nw-{name}",
            holding=["aws:ResourceOrgID"],
        )
    }
    assert reached == set(TEAM_ROLES)
    assert identity


def test_security_operations_names_only_the_roles_that_exist() -> None:
    settings = {"identity_center": OPERATIONS, "iam_roles": {"incident_response": False, "support": False}}
    here = make_landscape(settings=settings, accounts=ACCOUNTS, ous=OUS)
    item = permission_sets(here, here.settings("identity_center", IdentityCenterSettings))["SecurityOperations"]
    assert item.inline_policy is not None
    assert [str(arn) for arn in item.inline_policy["Statement"][0]["Resource"]] == [
        "arn:${AWS::Partition}:iam::*:role/nw-security-audit"
    ]


def test_an_upgrade_adds_no_permission_set_until_the_profile_names_it() -> None:
    def names(settings: dict[str, Any]) -> set[str]:
        return {r.properties["Name"] for r in subject(landscape(settings)).of_type("AWS::SSO::PermissionSet")}

    assert len(names({})) == 10
    assert "SecurityOperations" not in names({})
    assert names(OPERATIONS) - names({}) == {"SecurityOperations"}
    assert names({"ready_made": ["SecurityOperations"]}) == {"SecurityOperations"}


# ── many permission sets ─────────────────────────────────────────────────────────────────────────────────────────────


def own_sets(count: int, statements: int = 6, first: int = 0) -> dict[str, Any]:
    def policy(number: int) -> dict[str, Any]:
        buckets = [f"team-{number}-{index}" for index in range(statements)]
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
                    "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
                    "Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
                }
                for name in buckets
            ],
        }

    return {
        f"Team{number}": {
            "description": f"Runs the workloads of team {number}.",
            "managed_policies": ["ReadOnlyAccess"],
            "customer_policies": ["teams/data"],
            "tags": {"team": str(number)},
            "inline_policy": policy(number),
        }
        for number in range(first, first + count)
    }


def sets_by_stack(own: dict[str, Any], **settings: Any) -> dict[str, list[str]]:
    here = landscape({"permission_sets": own, **settings})
    return {
        name: [r.properties["Name"] for r in subject(here, name).of_type("AWS::SSO::PermissionSet")]
        for name in stacks(here)
        if "assignments" not in name
    }


def test_permission_sets_that_do_not_fit_go_to_more_stacks_in_full_templates() -> None:
    here = landscape({"permission_sets": own_sets(60), **given(("g", "Team59", ["web"]))})
    found = stacks(here)
    names = [name for name in found if "assignments" not in name]
    assert names == ["identity-center", *(f"identity-center-sets-{n}" for n in range(2, len(names) + 1))]
    sizes = [len(render_stack(found[name]).text.encode()) for name in names]
    assert max(sizes) <= 51_200
    assert min(sizes[:-1]) > 40_000
    for earlier, later in pairwise(names):
        assert f"nw-{earlier}" in found[later].depends_on
    assert f"nw-{names[-1]}" in found["identity-center-assignments"].depends_on


def test_a_permission_set_that_is_added_last_moves_no_other() -> None:
    before, after = sets_by_stack(own_sets(20)), sets_by_stack(own_sets(24))
    assert len(before) > 1
    assert all(after[name][: len(held)] == held for name, held in before.items())


def test_a_profile_can_name_the_stack_of_a_permission_set() -> None:
    own = own_sets(20)
    own["Team19"]["stack"] = 1
    own["Team0"]["stack"] = 7
    found = sets_by_stack(own)
    assert "Team19" in found["identity-center"]
    assert found["identity-center-sets-7"] == ["Team0"]


def test_small_permission_sets_share_one_stack_and_fill_its_outputs() -> None:
    small = {f"Set{n}": {"description": "Reads.", "managed_policies": ["ReadOnlyAccess"]} for n in range(40)}
    assert list(sets_by_stack(small)) == ["identity-center"]
    groups: dict[str, Any] = {f"group-{n}": {} for n in range(90)}
    assert len(sets_by_stack(small, groups=groups)) == 2


def test_descriptions_of_groups_count_for_the_size_of_their_stack() -> None:
    sets = {f"Set{n}": {"description": "Reads.", "managed_policies": ["ReadOnlyAccess"]} for n in range(2)}
    for description, count in (("x", 1), ("x" * 400, 2)):
        groups = {f"group-{n}": {"description": description} for n in range(40)}
        assert len(sets_by_stack(sets, groups=groups)) == count


def test_a_name_prefix_precedes_every_permission_set() -> None:
    here = landscape({"name_prefix": "nw-", **given(("a", "ReadOnly", ["web"]), ("b", "ReadOnly", ["management"]))})
    members = [r.properties["Name"] for r in subject(here).of_type("AWS::SSO::PermissionSet")]
    managed = subject(here, "identity-center-management").of_type("AWS::SSO::PermissionSet")
    assert all(name.startswith("nw-") for name in members)
    assert [r.properties["Name"] for r in managed] == ["Mgmt-nw-ReadOnly"]
    assert "a,web,nw-ReadOnly" in dict(build_plan(here).documents)["report/access-matrix.csv"]
    assert problems({"name_prefix": "a-very-long-one-", **OPERATIONS})[0][0] == "name_prefix"


def test_an_instance_in_another_region_has_its_stacks_there() -> None:
    here = landscape({"region": "us-east-1", **given(("a", "ReadOnly", ["web", "management"]))})
    assert {stack.deployments[0].regions for stack in stacks(here).values()} == {("us-east-1",)}
    assert problems({"region": "cn-north-1"})[0][0] == "region"


# ── developers and their tools ───────────────────────────────────────────────────────────────────────────────────────

TERRAFORM = frozenset(
    {
        *("iam:CreateRole", "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:DeleteRole"),
        *("iam:ListInstanceProfilesForRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:TagRole"),
        *("iam:UntagRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:GetRolePolicy"),
        *("iam:DeleteRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:PassRole"),
        *("iam:CreatePolicy", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions", "iam:DeletePolicy"),
        *("iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:TagPolicy", "iam:CreateInstanceProfile"),
        *("iam:AddRoleToInstanceProfile", "iam:GetInstanceProfile", "iam:RemoveRoleFromInstanceProfile"),
        *("iam:DeleteInstanceProfile", "iam:TagInstanceProfile"),
    }
)
"""Calls of aws_iam_role, aws_iam_role_policy, aws_iam_policy and aws_iam_instance_profile in the AWS provider."""
CLOUDFORMATION = frozenset(
    action for name in ("Role", "ManagedPolicy", "InstanceProfile") for action in handler_actions(f"AWS::IAM::{name}")
)
NEVER = frozenset(f"iam:{verb}{kind}Policy" for verb in ("Attach", "Detach") for kind in ("Group", "User")) | {
    "iam:DeleteRolePermissionsBoundary"
}
"""Handlers call these for policies of users and groups, and for a role that loses its boundary."""


def developing(action: str, folder: str, *, boundary: str = "nw-permissions-boundary") -> str:
    here = landscape()
    kind = next((item for item in resource_types_of(action) if item in {"role", "policy", "instance-profile"}), "")
    principal, identity = sign_in(here, "Developer", WEB)
    question = Question(
        account="",
        action=action,
        principal=principal,
        resource=f"arn:aws:iam::{WEB}:{kind}/{folder}app" if kind else "*",
        context={
            "iam:permissionsboundary": (f"arn:aws:iam::{WEB}:policy/{boundary}",) if boundary else (),
            "iam:passedtoservice": ("lambda.amazonaws.com",),
        },
    )
    policies = replace(
        organization_policies(here, question),
        identity=identity,
        boundary=attached("boundary", boundary_of(here, "Developer"), WEB),
    )
    return decide(policies, request_of(here, question)).decision


@pytest.mark.parametrize("action", sorted((TERRAFORM | CLOUDFORMATION) - NEVER))
def test_a_developer_can_make_every_call_of_terraform_and_cloudformation(action: str) -> None:
    assert developing(action, "delegated/") == "allowed"


@pytest.mark.parametrize("action", sorted(NEVER))
def test_a_developer_reaches_no_users_and_takes_no_boundary_off(action: str) -> None:
    assert developing(action, "delegated/") == "denied"


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"])
def test_a_developer_makes_no_role_without_the_boundary(action: str) -> None:
    assert developing(action, "delegated/", boundary="") == "denied"
    assert developing(action, "delegated/", boundary="mine") == "denied"


@pytest.mark.parametrize(
    "action", ["iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion", "iam:AddRoleToInstanceProfile", "iam:PassRole"]
)
def test_a_developer_changes_nothing_outside_the_delegated_names(action: str) -> None:
    assert developing(action, "") == "denied"
    assert developing(action, "nw-") == "denied"


# ── who gets what where ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_stands_for_every_account_in_it_and_below_but_suspended_ones() -> None:
    here = landscape(given(("a", "ReadOnly", ["Workloads"]), ("a", "Support", ["Workloads/Prod", "security"])))
    assert rows(here) == [
        ("security", "a", "Support"),
        ("web", "a", "ReadOnly"),
        ("web", "a", "Support"),
        ("lab", "a", "ReadOnly"),
    ]


def test_the_same_access_given_twice_is_one_assignment() -> None:
    here = landscape(given(("a", "ReadOnly", ["Workloads", "web"])))
    assert rows(here) == [("web", "a", "ReadOnly"), ("lab", "a", "ReadOnly")]


def test_the_management_account_has_sets_and_groups_of_its_own() -> None:
    here = landscape(given(("a", "ReadOnly", ["web"]), ("b", "ReadOnly", ["management"])))
    found = stacks(here)
    assert {name: stack.deployments[0].account for name, stack in found.items()} == {
        "identity-center": "security",
        "identity-center-assignments": "security",
        "identity-center-management": "management",
        "identity-center-management-assignments": "management",
    }
    own = subject(here, "identity-center-management")
    assert [r.properties["Name"] for r in own.of_type("AWS::SSO::PermissionSet")] == ["Mgmt-ReadOnly"]
    assert [r.properties["DisplayName"] for r in own.of_type("AWS::IdentityStore::Group")] == ["b"]
    members = subject(here).of_type("AWS::IdentityStore::Group")
    assert [r.properties["DisplayName"] for r in members] == ["a"]


def test_a_group_of_the_directory_is_named_by_a_parameter() -> None:
    here = landscape(given(("a", "ReadOnly", ["web", "management"]), a={"id": GROUP}))
    for name in ("identity-center-assignments", "identity-center-management-assignments"):
        (assignment,) = subject(here, name).of_type("AWS::SSO::Assignment")
        assert assignment.properties["PrincipalId"] == {"Ref": "AGroupId"}
        assert {p.name: p.value for p in stacks(here)[name].parameters}["AGroupId"] == GROUP
    assert not list(subject(here).of_type("AWS::IdentityStore::Group"))


def test_an_account_that_is_yet_to_be_made_gets_its_id_from_the_organizations_stack() -> None:
    here = landscape(given(("a", "ReadOnly", ["lab"])))
    parameters = {p.name: p for p in stacks(here)["identity-center-assignments"].parameters}
    assert parameters["LabAccountId"].value is None
    assert parameters["LabAccountId"].output_of == "nw-organization"


def test_the_matrix_shows_every_assignment_once() -> None:
    here = landscape(given(("a", "ReadOnly", ["web"]), ("b", "Administrator", ["management"])))
    documents = dict(build_plan(here).documents)
    assert documents["report/access-matrix.csv"].splitlines() == [
        "group,account,permission_set",
        "b,management,Mgmt-Administrator",
        "a,web,ReadOnly",
    ]
    assert "| web | a | ReadOnly |" in documents["report/access-matrix.md"]


def test_a_standalone_account_has_no_permission_sets() -> None:
    assert stacks(make_landscape(standalone=True)) == {}
    here = make_landscape(settings={"identity_center": {"groups": {"a": {}}}}, standalone=True)
    assert [".".join(map(str, item.path)) for item in CAPABILITY.problems(here)] == ["groups"]


# ── many assignments ─────────────────────────────────────────────────────────────────────────────────────────────────


def many(count: int, ou: str = "Workloads") -> Landscape:
    extra = {f"a{n:05}": account(f"a{n:05}", ou, f"{n:012}") for n in range(count)}
    settings = given(*((name, "ReadOnly", [ou]) for name in ("g1", "g2", "g3", "g4", "g5")))
    return replace(landscape(settings), accounts={**ACCOUNTS, **extra})


def names_by_stack(here: Landscape) -> dict[str, str]:
    found = {}
    for name, stack in stacks(here).items():
        if isinstance(stack.context, AssignmentsContext):
            found.update({item.logical_id: name for item in stack.context.assignments})
    return found


def test_at_most_fifteen_assignments_are_created_concurrently() -> None:
    stack = stacks(many(14))["identity-center-assignments"]
    assert isinstance(stack.context, AssignmentsContext)
    items = stack.context.assignments
    assert len(items) == 80
    assert [bool(item.after) for item in items] == [False] * 15 + [True] * 65
    assert [item.after for item in items[15:]] == [item.logical_id for item in items[:-15]]


def test_stacks_of_assignments_follow_each_other() -> None:
    found = {name: stack for name, stack in stacks(many(60)).items() if "assignments" in name}
    assert len(found) > 2
    previous = "nw-identity-center"
    for name, stack in found.items():
        assert previous in stack.depends_on
        previous = f"nw-{name}"
        text = render_stack(stack).text
        assert len(text.encode()) <= 51_200
        assert len(stack.parameters) <= 200


def test_an_account_more_or_less_leaves_all_other_assignments_where_they_are() -> None:
    before, after = names_by_stack(many(50)), names_by_stack(many(51))
    assert len(after) == len(before) + 5
    assert before.items() <= after.items()


def test_when_the_stacks_double_an_assignment_stays_or_moves_to_a_later_one() -> None:
    def number(name: str) -> int:
        return int(name.rpartition("-")[2]) if name[-1].isdigit() else 1

    before, after = names_by_stack(many(50)), names_by_stack(many(90))
    assert max(map(number, after.values())) > max(map(number, before.values()))
    assert all(number(after[name]) >= number(stack) for name, stack in before.items())


def test_an_assignment_is_called_after_what_it_is() -> None:
    row = Access(account="web", principal="a", permission_set="ReadOnly")
    here = landscape(given((row.principal, row.permission_set, [row.account])))
    (name,) = names_by_stack(here)
    assert len(name) == len("Assignment") + 12
    assert list(names_by_stack(landscape(given(("a", "ReadOnly", ["Workloads"]))))).count(name) == 1


# ── what cannot work ─────────────────────────────────────────────────────────────────────────────────────────────────


def own(**changes: Any) -> dict[str, Any]:
    return {"permission_sets": {"Own": {"description": "Ours.", **changes}}}


@pytest.mark.parametrize(
    ("settings", "setting", "said"),
    [
        (given(("a", "Nothing", ["web"])), "assignments.0.permission_set", "no permission set Nothing"),
        ({**given(("a", "ReadOnly", ["web"])), "groups": {}}, "assignments.0.group", "no group a"),
        (given(("a", "ReadOnly", ["web", "management"])), "groups.a", "stacks in two accounts would have to create it"),
        (own(), "permission_sets.Own", "allows nothing"),
        (own(managed_policies=[f"P{n}" for n in range(26)]), "permission_sets.Own.managed_policies", "allows 25"),
        (own(inline_policy={"Statement": ["x" * 10_240]}), "permission_sets.Own.inline_policy", "allows 10240"),
        (own(inline_policy={"Statement": [" " * 32_768]}), "permission_sets.Own.inline_policy", "allows 32768"),
        (
            {
                "permission_sets": {
                    f"Own{n}": own(managed_policies=["ReadOnlyAccess"])["permission_sets"]["Own"] for n in range(3500)
                }
            },
            "permission_sets",
            "an instance allows 3500",
        ),
    ],
)
def test_what_cannot_work_is_reported(settings: dict[str, Any], setting: str, said: str) -> None:
    assert any(place == setting and said in message for place, message in problems(settings))


def test_a_name_too_long_for_the_management_account_is_reported() -> None:
    name = "A" * 30
    settings = given(("a", name, ["management"])) | {
        "permission_sets": {name: {"description": "Long.", "managed_policies": ["ReadOnlyAccess"]}}
    }
    assert [setting for setting, _ in problems(settings)] == [f"permission_sets.{name}"]


def test_more_than_a_hundred_groups_with_one_set_in_one_account_are_reported() -> None:
    settings = given(*((f"g{n}", "ReadOnly", ["web"]) for n in range(101)))
    assert any("an account allows 100" in message for _, message in problems(settings))


def test_more_accounts_than_an_instance_allows_by_default_are_reported() -> None:
    rows = tuple(Access(account=f"a{n}", principal="g", permission_set="ReadOnly") for n in range(7001))
    (note,) = unsupported_counts(rows)
    assert "7001 accounts" in note.message
    assert not list(unsupported_counts(rows[:7000]))


@pytest.mark.parametrize("region", ["us-gov-west-1", "eu-west-9"])
def test_region_of_another_partition_or_of_none_is_refused(region: str) -> None:
    assert ("region", f"{region} is not a Region of the partition aws") in problems({"region": region})


def test_every_stack_is_deployed_in_the_region_of_the_instance() -> None:
    here = landscape(
        {"region": "eu-north-1", **given(("a", "ReadOnly", ["web", "lab"]), ("b", "ReadOnly", ["management"]))}
    )
    found = stacks(here)
    assert {region for stack in found.values() for region in stack.regions} == {"eu-north-1"}
    (instance,) = [item for item in found["identity-center"].parameters if item.name == "IdentityCenterInstanceArn"]
    assert instance.how.endswith("--region eu-north-1")


def test_profile_without_sets_groups_and_attributes_renders_no_empty_template() -> None:
    nothing = make_landscape(settings={"identity_center": {"ready_made": []}})
    assert not [stack for stack in build_plan(nothing).stacks if stack.capability == "identity_center"]
    cases: list[dict[str, Any]] = [
        {"groups": {"admins": {}}},
        {"attributes": {"CostCenter": "${path:enterprise.costCenter}"}},
    ]
    for something in cases:
        here = make_landscape(settings={"identity_center": {"ready_made": [], **something}})
        assert [stack.name for stack in build_plan(here).stacks if stack.capability == "identity_center"]
