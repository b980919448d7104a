"""IAM Identity Center: what each permission set may do, who gets it where, and how assignments keep their place."""

from dataclasses import replace
from typing import Any

import pytest

from baseline.capabilities.guardrails.question import Question, organization_policies, request_of
from baseline.capabilities.identity_center.access import Access, access
from baseline.capabilities.identity_center.identity_center import CAPABILITY, AssignmentsContext
from baseline.capabilities.identity_center.problems import unsupported_counts
from baseline.capabilities.identity_center.sets import permission_sets
from baseline.capabilities.identity_center.settings import IdentityCenterSettings
from baseline.capabilities.landscape import Account, Landscape
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.decide import decide
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
    return [(row.account, row.group, row.permission_set) for row in access(here, settings)]


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [(item.setting, item.message) for item in CAPABILITY.problems(landscape(settings, **changes))]


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
    assert set(RIGHTS) == set(
        permission_sets(landscape(), landscape().settings("identity_center", IdentityCenterSettings))
    )


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


def test_administrators_come_in_for_an_hour() -> None:
    found = {r.properties["Name"]: r.properties for r in subject(landscape()).of_type("AWS::SSO::PermissionSet")}
    assert len(found) == 10
    assert {found[name]["SessionDuration"] for name in ("Administrator", "BreakGlass")} == {"PT1H"}


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
    assert [item.setting for item in CAPABILITY.problems(here)] == ["groups"]


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


def test_no_more_than_fifteen_assignments_are_made_at_once() -> None:
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
    row = Access(account="web", group="a", permission_set="ReadOnly")
    here = landscape(given((row.group, row.permission_set, [row.account])))
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
        (given(("a", "ReadOnly", ["Nowhere"])), "assignments.0.to.0", "no unit or account Nowhere"),
        (given(("a", "ReadOnly", ["Suspended"])), "assignments.0.to.0", "suspended"),
        ({**given(("a", "ReadOnly", ["web"])), "groups": {}}, "assignments.0.group", "no group a"),
        (given(("a", "ReadOnly", ["web", "management"])), "groups.a", "two accounts cannot create it"),
        (own(), "permission_sets.Own", "allows nothing"),
        (own(managed_policies=[f"P{n}" for n in range(26)]), "permission_sets.Own.managed_policies", "takes 25"),
        (own(inline_policy={"Statement": ["x" * 10_240]}), "permission_sets.Own.inline_policy", "takes 10240"),
        (own(inline_policy={"Statement": [" " * 32_768]}), "permission_sets.Own.inline_policy", "takes 32768"),
        (
            {
                "permission_sets": {
                    f"Own{n}": own(managed_policies=["ReadOnlyAccess"])["permission_sets"]["Own"] for n in range(3500)
                }
            },
            "permission_sets",
            "an instance takes 3500",
        ),
    ],
)
def test_what_cannot_work_is_said(settings: dict[str, Any], setting: str, said: str) -> None:
    assert any(place == setting and said in message for place, message in problems(settings))


def test_a_name_too_long_for_the_management_account_is_said() -> None:
    name = "A" * 30
    settings = given(("a", name, ["management"])) | {
        "permission_sets": {name: {"description": "Long.", "managed_policies": ["ReadOnlyAccess"]}}
    }
    assert [setting for setting, _ in problems(settings)] == [f"permission_sets.{name}"]


def test_more_than_a_hundred_groups_with_one_set_in_one_account_are_said() -> None:
    settings = given(*((f"g{n}", "ReadOnly", ["web"]) for n in range(101)))
    assert any("an account takes 100" in message for _, message in problems(settings))


def test_more_accounts_than_an_instance_takes_unasked_are_said() -> None:
    rows = tuple(Access(account=f"a{n}", group="g", permission_set="ReadOnly") for n in range(7001))
    (note,) = unsupported_counts(rows)
    assert "7001 accounts" in note.message
    assert not list(unsupported_counts(rows[:7000]))


@pytest.mark.parametrize("region", ["us-gov-west-1", "eu-west-9"])
def test_region_of_another_partition_or_of_none_is_refused(region: str) -> None:
    assert ("region", f"{region} is no Region of the partition aws") in problems({"region": region})


def test_every_stack_is_deployed_in_the_region_of_the_instance() -> None:
    here = landscape(
        {"region": "eu-north-1", **given(("a", "ReadOnly", ["web", "lab"]), ("b", "ReadOnly", ["management"]))}
    )
    found = stacks(here)
    assert {region for stack in found.values() for region in stack.regions} == {"eu-north-1"}
    (instance,) = [item for item in found["identity-center"].parameters if item.name == "IdentityCenterInstanceArn"]
    assert instance.how.endswith("--region eu-north-1")
