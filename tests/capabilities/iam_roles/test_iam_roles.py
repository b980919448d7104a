"""The rendered roles: trust policies, permissions, and rejected settings."""

from dataclasses import replace
from typing import Any

import pytest

from baseline.capabilities.identity.iam_roles.iam_roles import CAPABILITY
from baseline.capabilities.landscape import Account, Landscape
from baseline.controls.guardrail import guardrails
from baseline.plan.build import build_plan
from baseline.plan.model import Stack, Template
from baseline.policy.document import Statement, read_statements, text_of
from baseline.policy.trust import asks_for_mfa, unpinned_claims
from baseline.render.render import render_stack
from baseline.validate.checks.run import run_checks
from baseline.validate.metric_filter_grammar import pattern_problem
from baseline.validate.subject import Subject, read_template
from tests.landscapes import LOG_ARCHIVE, MANAGEMENT, SECURITY, make_landscape

WEB = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads")
ACCOUNTS = {account.key: account for account in (MANAGEMENT, LOG_ARCHIVE, SECURITY, WEB)}
GITHUB = {
    "name": "platform",
    "provider": "github",
    "repository": "northwind/platform",
    "branch": "main",
    "accounts": ["web"],
    "managed_policies": ["PowerUserAccess"],
}
PEOPLE = ("SecurityAuditRole", "IncidentResponseRole", "SupportRole")
SWITCHES = {
    "break_glass": "BreakGlassRole",
    "security_audit": "SecurityAuditRole",
    "incident_response": "IncidentResponseRole",
    "support": "SupportRole",
    "ssm_instance": "SsmInstanceRole",
    "permissions_boundary": "PermissionsBoundary",
}
OFF = dict.fromkeys(SWITCHES, False)


def alone(template: Template) -> list[str]:
    """Findings of a template by itself, without checks of other stacks."""
    return [found.message for found in run_checks([template]) if found.id not in ("BL131", "BL132")]


def landscape_with(*roles: dict[str, Any], **settings: Any) -> Landscape:
    return make_landscape(settings={"iam_roles": {"deployment_roles": list(roles), **settings}}, accounts=ACCOUNTS)


def stacks(landscape: Landscape) -> dict[str, Stack]:
    return {stack.name: stack for stack in build_plan(landscape).stacks if stack.capability == "iam_roles"}


def rendered(landscape: Landscape, name: str = "nw-iam-roles") -> Subject:
    return read_template(render_stack(stacks(landscape)[name]))


def properties(subject: Subject, logical_id: str) -> Any:
    return next(item.properties for item in subject.resources if item.logical_id == logical_id)


def trust(subject: Subject, logical_id: str) -> Statement:
    (statement,) = read_statements(properties(subject, logical_id)["AssumeRolePolicyDocument"])
    return statement


def values(statement: Statement, key: str) -> tuple[str, ...]:
    return next(item.values for item in statement.conditions if item.key == key)


@pytest.mark.parametrize(("switch", "logical_id"), SWITCHES.items())
def test_a_role_is_there_when_it_is_on_and_absent_when_it_is_off(switch: str, logical_id: str) -> None:
    for chosen in (True, False):
        subject = rendered(landscape_with(**{**OFF, "security_audit": True, "support": True, switch: chosen}))
        assert (logical_id in {item.logical_id for item in subject.resources}) is chosen
        assert alone(subject.template) == []


def test_without_any_role_there_is_no_stack() -> None:
    assert stacks(landscape_with(**OFF)) == {}


def test_parameters_are_asked_for_only_where_they_are_used() -> None:
    def names(**settings: Any) -> set[str]:
        return {item.name for item in stacks(landscape_with(**settings))["nw-iam-roles"].parameters}

    assert names() == {"OrganizationId", "SecurityAccountId", "ManagementAccountId"}
    assert names(break_glass=False) == {"OrganizationId", "SecurityAccountId"}
    assert names(**{**OFF, "ssm_instance": True}) == set()


def test_the_glass_is_broken_by_named_users_of_the_security_account_with_mfa() -> None:
    statement = trust(rendered(landscape_with()), "BreakGlassRole")
    assert asks_for_mfa(statement)
    assert {principal.value for principal in statement.principals} == {
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:root",
        "arn:${AWS::Partition}:iam::${SecurityAccountId}:root",
    }
    assert set(values(statement, "aws:PrincipalArn")) == {
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/break-glass/*",
        "arn:${AWS::Partition}:iam::${SecurityAccountId}:user/break-glass/*",
    }
    assert values(statement, "aws:PrincipalOrgID") == ("${OrganizationId}",)


def test_in_the_management_account_only_its_own_users_break_the_glass() -> None:
    document = properties(rendered(landscape_with()), "BreakGlassRole")["AssumeRolePolicyDocument"]
    condition, here, elsewhere = document["Statement"][0]["Principal"]["AWS"]["Fn::If"]
    assert condition == "ManagementAccount"
    assert "${AWS::AccountId}" in text_of(here)
    assert "${SecurityAccountId}" in text_of(elsewhere)


@pytest.mark.parametrize("logical_id", PEOPLE)
def test_roles_for_people_trust_roles_of_the_security_account_that_are_named(logical_id: str) -> None:
    statement = trust(rendered(landscape_with(trusted_roles=["Auditor", "teams/sec-*"])), logical_id)
    assert [item.value for item in statement.principals] == ["arn:${AWS::Partition}:iam::${SecurityAccountId}:root"]
    assert values(statement, "aws:PrincipalArn") == (
        "arn:${AWS::Partition}:iam::${SecurityAccountId}:role/Auditor",
        "arn:${AWS::Partition}:iam::${SecurityAccountId}:role/teams/sec-*",
    )
    assert values(statement, "aws:PrincipalOrgID") == ("${OrganizationId}",)


@pytest.mark.parametrize("logical_id", ["BreakGlassRole", *PEOPLE])
def test_a_standalone_account_trusts_itself(logical_id: str) -> None:
    subject = rendered(make_landscape(standalone=True))
    statement = trust(subject, logical_id)
    assert [item.value for item in statement.principals] == ["arn:${AWS::Partition}:iam::${AWS::AccountId}:root"]
    assert "aws:PrincipalOrgID" not in {item.key for item in statement.conditions}
    assert "Parameters" not in subject.document
    assert "Conditions" not in subject.document


def test_incident_response_cannot_delete_or_rise_or_lock_the_way_back() -> None:
    role = properties(rendered(landscape_with()), "IncidentResponseRole")
    statements = read_statements(role["Policies"][0]["PolicyDocument"])
    allowed = {action for item in statements if item.effect == "Allow" for action in item.actions}
    assert not [action for action in allowed if "Delete" in action or "Terminate" in action or "*" in action]
    assert not allowed & {"iam:PutRolePolicy", "iam:PassRole", "ec2:ModifyInstanceAttribute", "ssm:SendCommand"}
    attaching = next(item for item in statements if "iam:AttachRolePolicy" in item.actions)
    assert values(attaching, "iam:PolicyARN") == ("arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll",)
    denied = next(item for item in statements if item.effect == "Deny")
    assert [item.rpartition("::")[2].rpartition(":")[2] for item in denied.resources] == [
        "role/nw-break-glass",
        "user/break-glass/*",
    ]


def test_ec2_has_the_domain_of_the_partition() -> None:
    assert trust(rendered(landscape_with()), "SsmInstanceRole").services == ("ec2.${AWS::URLSuffix}",)


def boundary(**settings: Any) -> dict[str, Statement]:
    document = properties(rendered(landscape_with(**settings)), "PermissionsBoundary")["PolicyDocument"]
    return {statement.sid: statement for statement in read_statements(document)}


def test_the_boundary_goes_with_every_role_and_cannot_be_taken_off() -> None:
    statements = boundary()
    with_it = statements["RolesOnlyWithThisBoundary"]
    assert {"iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy"} <= set(with_it.actions)
    assert values(with_it, "iam:PermissionsBoundary")[0].endswith(":policy/nw-permissions-boundary")
    left_out = set(statements["AllButLastingIdentities"].not_actions)
    assert {"iam:DeleteRolePermissionsBoundary", "iam:CreateUser", "iam:CreateAccessKey"} <= left_out


def test_no_part_of_the_boundary_allows_whole_services() -> None:
    """AWS Foundational Security Best Practices IAM.1 and IAM.21 look for these."""
    for statement in boundary().values():
        if statement.effect == "Allow":
            assert not [item for item in (*statement.actions, *statement.not_actions) if item.endswith("*")]


def test_the_boundary_lets_pass_on_only_what_is_delegated() -> None:
    statements = boundary(delegated_roles=["cdk-*"])
    names = [item.partition("/")[2] for item in statements["PassOnlyDelegatedRoles"].not_resources]
    assert names == ["aws-service-role/*", "nw-ssm-instance", "cdk-*"]
    without = boundary(ssm_instance=False)["PassOnlyDelegatedRoles"].not_resources
    assert not [item for item in without if "ssm-instance" in item]
    assert all("cdk-*" in item for item in statements["OnlyDelegatedRolesAndPolicies"].not_resources)


def test_the_boundary_protects_stacks_and_functions_as_the_guardrail_does() -> None:
    """Service control policies do not apply to the management account, where deployment roles may exist."""
    guarded = set(guardrails()["baseline-stacks"].statements[0]["Action"])
    statements = boundary()
    assert guarded == {*statements["TheBaselinesStacks"].actions, *statements["TheBaselinesFunctions"].actions}


def test_the_boundary_itself_is_no_finding_and_without_its_denials_it_is() -> None:
    text = rendered(landscape_with()).template.text
    weak = text.replace("iam:PermissionsBoundary:", "aws:RequestedRegion:")
    found = run_checks([replace(rendered(landscape_with()).template, text=weak)])
    assert {finding.id for finding in found} == {"BL120", "BL134"}


def test_breaking_the_glass_rings_where_there_is_a_trail_and_a_topic() -> None:
    alarm = rendered(landscape_with(), "nw-iam-roles-alarm")
    pattern = properties(alarm, "BreakGlassFilter")["FilterPattern"]
    assert not pattern_problem(pattern)
    assert pattern.count("nw-break-glass") == 3
    assert text_of(properties(alarm, "BreakGlassAlarm")["AlarmActions"][0]) == "${import nw-alerts-critical-arn}"
    assert stacks(landscape_with())["nw-iam-roles-alarm"].depends_on[1:] == ("nw-cloudtrail", "nw-notifications")


@pytest.mark.parametrize("missing", ["cloudtrail", "notifications"])
def test_without_trail_or_topic_there_is_no_alarm(missing: str) -> None:
    off = {"cloudtrail": {"alarms", "cloudtrail"}, "notifications": {"alarms", "notifications"}}[missing]
    base = landscape_with()
    kept = {name: item for name, item in base.capabilities.items() if name not in off}
    assert "nw-iam-roles-alarm" not in stacks(make_landscape(accounts=ACCOUNTS, capabilities=kept))
    assert "nw-iam-roles-alarm" not in stacks(landscape_with(break_glass=False))


@pytest.mark.parametrize(
    ("role", "host", "subject", "audience"),
    [
        (GITHUB, "token.actions.githubusercontent.com", "repo:northwind/platform:ref:refs/heads/main", None),
        (
            {**GITHUB, "branch": None, "tag": "v1"},
            "token.actions.githubusercontent.com",
            "repo:northwind/platform:ref:refs/tags/v1",
            None,
        ),
        (
            {**GITHUB, "branch": None, "environment": "prod eu", "repository": "northwind@1/platform@2"},
            "token.actions.githubusercontent.com",
            "repo:northwind@1/platform@2:environment:prod eu",
            None,
        ),
        (
            {**GITHUB, "provider": "gitlab", "repository": "web/shop/site"},
            "gitlab.com",
            "project_path:web/shop/site:ref_type:branch:ref:main",
            "https://gitlab.com",
        ),
        (
            {**GITHUB, "provider": "gitlab", "url": "https://git.northwind.example", "branch": None, "tag": "v1"},
            "git.northwind.example",
            "project_path:northwind/platform:ref_type:tag:ref:v1",
            "https://git.northwind.example",
        ),
        (
            {**GITHUB, "url": "https://token.actions.githubusercontent.com/northwind", "audience": "aws:nw"},
            "token.actions.githubusercontent.com/northwind",
            "repo:northwind/platform:ref:refs/heads/main",
            "aws:nw",
        ),
    ],
    ids=["branch", "tag", "environment", "gitlab", "self-managed", "issuer of an enterprise"],
)
def test_a_deployment_role_is_pinned(role: dict[str, Any], host: str, subject: str, audience: str | None) -> None:
    found = rendered(landscape_with(role), "nw-iam-roles-deployment-platform")
    statement = trust(found, "DeploymentRole")
    assert statement.principals[0].value.endswith(f":oidc-provider/{host}")
    assert values(statement, f"{host}:sub") == (subject,)
    assert values(statement, f"{host}:aud") == (audience or "sts.${AWS::URLSuffix}",)
    assert unpinned_claims(statement) == ()
    assert alone(found.template) == []


def test_in_china_the_audience_that_an_action_asks_for_is_written_without_the_partition() -> None:
    china: dict[str, Any] = {"partition": "aws-cn", "home_region": "cn-north-1", "regions": ("cn-north-1",)}
    for audience, expected in [("sts.amazonaws.com.cn", "sts.${AWS::URLSuffix}"), ("sts.amazonaws.com",) * 2]:
        settings = {"iam_roles": {"deployment_roles": [{**GITHUB, "audience": audience}]}}
        landscape = make_landscape(settings=settings, accounts=ACCOUNTS, **china)
        found = rendered(landscape, "nw-iam-roles-deployment-platform")
        assert values(trust(found, "DeploymentRole"), "token.actions.githubusercontent.com:aud") == (expected,)


def test_a_deployment_role_is_bound_unless_the_boundary_is_off() -> None:
    name = "nw-iam-roles-deployment-platform"
    role = properties(rendered(landscape_with(GITHUB), name), "DeploymentRole")
    assert text_of(role["PermissionsBoundary"]).endswith(":policy/nw-permissions-boundary")
    free = {**GITHUB, "managed_policies": ["job-function/ViewOnlyAccess"], "account_policies": ["teams/deploy"]}
    landscape = landscape_with(free, permissions_boundary=False)
    role = properties(rendered(landscape, name), "DeploymentRole")
    assert "PermissionsBoundary" not in role
    assert [text_of(item) for item in role["ManagedPolicyArns"]] == [
        "arn:${AWS::Partition}:iam::aws:policy/job-function/ViewOnlyAccess",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/teams/deploy",
    ]
    assert "nw-iam-roles" not in stacks(landscape)[name].depends_on


def test_an_account_gets_each_issuer_once_and_roles_wait_for_it() -> None:
    other = {**GITHUB, "name": "web", "repository": "northwind/web", "accounts": ["security", "web"]}
    found = stacks(landscape_with(GITHUB, other))
    provider = "nw-iam-roles-oidc-token-actions-githubusercontent-com"
    assert [name for name in found if "-oidc-" in name] == [provider]
    assert [item.account for item in found[provider].deployments] == ["web", "security"]
    assert found["nw-iam-roles-deployment-web"].depends_on == ("nw-organization-settings", "nw-iam-roles", provider)


def test_a_provider_that_exists_is_left_alone() -> None:
    other = {**GITHUB, "accounts": ["security", "web"]}
    provider = "nw-iam-roles-oidc-token-actions-githubusercontent-com"
    some = stacks(landscape_with(other, oidc_provider_exists_in=["web"]))
    assert [item.account for item in some[provider].deployments] == ["security"]
    every = stacks(landscape_with(other, oidc_provider_exists_in=["web", "security"]))
    assert provider not in every
    assert every["nw-iam-roles-deployment-platform"].depends_on == ("nw-organization-settings", "nw-iam-roles")


def test_a_provider_knows_every_audience_of_its_roles() -> None:
    roles = [GITHUB, {**GITHUB, "name": "b", "audience": "nw"}, {**GITHUB, "name": "c", "audience": "nw"}]
    subject = rendered(landscape_with(*roles), "nw-iam-roles-oidc-token-actions-githubusercontent-com")
    found = properties(subject, "OidcProvider")["ClientIdList"]
    assert [text_of(item) for item in found] == ["sts.${AWS::URLSuffix}", "nw"]


def test_what_is_in_order_has_no_problem() -> None:
    assert CAPABILITY.problems(landscape_with(GITHUB, oidc_provider_exists_in=["web"])) == ()
