"""The organization: created and adopted resources, delegated access, and rejected settings."""

from dataclasses import replace
from typing import Any

import pytest

from baseline.aws.partitions import Presence, presence
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import FunctionContext
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.question import Question, organization_policies, request_of
from baseline.capabilities.organization.organization.organization import CAPABILITY, OrganizationSettingsContext
from baseline.capabilities.organization.organization.structure import OrganizationContext
from baseline.controls.control import controls
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Method, Plan, Stack
from baseline.policy.decide import decide
from baseline.profile.load import load_profile
from baseline.render.render import render_stack
from baseline.resources import profiles_directory
from baseline.validate.subject import read_template
from tests.landscapes import LOG_ARCHIVE, MANAGEMENT, SECURITY, make_landscape, properties, rendered


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    return make_landscape(settings={"organization": settings or {}}, **changes)


def new_organization(**changes: Any) -> Landscape:
    """An organization with only the management account."""
    base = make_landscape()
    accounts = {
        key: account if key == "management" else replace(account, id=None) for key, account in base.accounts.items()
    }
    new = {
        "organization_id": None,
        "root_id": None,
        "ous": {"Security": None, "Workloads": None, "Workloads/Prod": None},
    }
    return replace(base, **{**new, "accounts": accounts, **changes})


def stacks(plan: Plan) -> dict[str, Stack]:
    return {stack.name.removeprefix("nw-"): stack for stack in plan.stacks}


def made(here: Landscape) -> dict[str, CustomSetting]:
    context = stacks(build_plan(here))["organization-settings"].context
    assert isinstance(context, OrganizationSettingsContext)
    return {item.logical_id: item for item in context.settings}


def structure(here: Landscape) -> list[OrganizationContext]:
    found = [stack.context for stack in build_plan(here).stacks if isinstance(stack.context, OrganizationContext)]
    assert found
    return found


def wave_of(plan: Plan, name: str) -> int:
    return next(n for n, wave in enumerate(plan.waves) for stack in wave if stack.name == f"nw-{name}")


# ── structure ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_has_an_id_is_adopted_and_never_in_a_template() -> None:
    assert "organization" not in stacks(build_plan(landscape()))


def test_what_has_none_is_created_parents_first_and_one_after_the_other() -> None:
    (context,) = structure(new_organization())
    assert context.creates_organization
    assert [(unit.logical_id, unit.name, unit.parent, unit.after) for unit in context.units] == [
        ("SecurityOu", "Security", "", ""),
        ("WorkloadsOu", "Workloads", "", "SecurityOu"),
        ("WorkloadsProdOu", "Prod", "WorkloadsOu", ""),
    ]
    assert [(account.logical_id, account.parent, account.after) for account in context.accounts] == [
        ("LogArchiveAccount", "SecurityOu", "WorkloadsProdOu"),
        ("SecurityAccount", "SecurityOu", "LogArchiveAccount"),
    ]


def test_a_new_unit_below_one_that_exists_takes_its_id_as_a_parameter() -> None:
    here = landscape(ous={"Security": "ou-ab12-11111111", "Security/Tools": None})
    (context,) = structure(here)
    assert context.units[0].parent == "SecurityOuId"
    (parameter,) = stacks(build_plan(here))["organization"].parameters
    assert (parameter.name, parameter.value) == ("SecurityOuId", "ou-ab12-11111111")


def test_names_that_would_read_the_same_stay_apart() -> None:
    (context,) = structure(
        landscape(ous={"Web-Prod": None, "Web/Prod": None, "Web": None, "Security": "ou-ab12-11111111"})
    )
    assert len({unit.logical_id for unit in context.units}) == 3


def test_many_accounts_go_into_several_stacks_that_wait_for_each_other() -> None:
    base = new_organization()
    many = {
        f"w{n}": Account(key=f"w{n}", name="x" * 50, email=f"{'y' * 50}{n}@e.co", ou="Workloads/Prod")
        for n in range(120)
    }
    plan = build_plan(replace(base, accounts={**base.accounts, **many}))
    names = [name for name in stacks(plan) if name.startswith("organization") and "settings" not in name]
    assert names == ["organization", "organization-2", "organization-3"]
    assert stacks(plan)["organization-3"].depends_on == ("nw-organization-2",)
    later = {parameter.name: parameter for parameter in stacks(plan)["organization-2"].parameters}
    assert later["WorkloadsProdOuId"].output_of == "nw-organization"
    contexts = [stack.context for stack in plan.stacks if isinstance(stack.context, OrganizationContext)]
    created = [account.key for context in contexts for account in context.accounts]
    assert len(created) == len(set(created)) == 122


def test_an_account_that_is_created_has_its_tags() -> None:
    new = Account(key="web", name="web", email="web@northwind.example", tags={"CostCenter": "007", "App": "on: x"})
    here = make_landscape(
        accounts={"management": MANAGEMENT, "log_archive": LOG_ARCHIVE, "security": SECURITY, "web": new}
    )
    stack = next(stack for stack in build_plan(here).stacks if stack.name == "nw-organization")
    (account,) = read_template(render_stack(stack)).of_type("AWS::Organizations::Account")
    assert account.properties["Tags"] == [{"Key": "App", "Value": "on: x"}, {"Key": "CostCenter", "Value": "007"}]


def test_everything_else_waits_for_accounts_and_access() -> None:
    plan = build_plan(new_organization())
    last = wave_of(plan, "organization-settings")
    assert wave_of(plan, "organization") < wave_of(plan, "organization-settings-function") < last
    first = {"organization", "kms-logs", "organization-settings-function", "organization-settings"}
    assert all(wave_of(plan, name) > last for name in set(stacks(plan)) - first)
    sets = [stack for stack in plan.stacks for d in stack.deployments if d.method is Method.STACK_SET]
    assert sets


def test_ids_that_are_created_come_from_the_stack_that_creates_them() -> None:
    plan = build_plan(new_organization())
    unknown = {p.name: p.output_of for stack in plan.stacks for p in stack.parameters if p.value is None}
    assert set(unknown) >= {"OrganizationId", "OrganizationRootId", "SecurityAccountId", "LogArchiveAccountId"}
    elsewhere = {"IdentityCenterInstanceArn", "LogArchiveKeyArn"}
    assert {stack for name, stack in unknown.items() if name not in elsewhere} == {"nw-organization"}


def test_a_standalone_account_has_none_of_it() -> None:
    plan = build_plan(make_landscape(standalone=True, accounts={"management": MANAGEMENT}))
    assert not [stack for stack in plan.stacks if stack.capability == "organization"]


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_services_that_capabilities_need_are_opened_and_delegated_once() -> None:
    found = made(
        landscape(
            {"trusted_services": ["cloudtrail.amazonaws.com", "tagpolicies.tag.amazonaws.com"]},
            trusted_access=("cloudtrail.amazonaws.com",),
            delegated_administration=("config.amazonaws.com",),
        )
    )
    opened = [item.arguments["ServicePrincipal"] for item in found.values() if item.setting == "trusted-access"]
    assert opened == [
        "cloudtrail.amazonaws.com",
        "tagpolicies.tag.amazonaws.com",
        "config.amazonaws.com",
        "iam.amazonaws.com",
    ]
    delegated = found["AdministratorConfig"]
    assert delegated.setting == "delegated-administrator"
    assert delegated.depends_on == ("TrustedAccessConfig",)


def test_service_linked_roles_that_capabilities_need_are_created_in_the_management_account() -> None:
    """Deployed first: the stack belongs to the foundation, on which every other stack depends."""
    loaded = load_profile(profiles_directory() / "northwind.yaml").landscape
    found = {
        item.arguments["AWSServiceName"]: item for item in made(loaded).values() if "AWSServiceName" in item.arguments
    }
    assert set(found) == {"access-analyzer.amazonaws.com", "cloudtrail.amazonaws.com", "guardduty.amazonaws.com"}
    assert {item.setting for item in found.values()} == {"service-linked-role"}
    plan = build_plan(loaded)
    wave = {stack.name: number for number, stacks in enumerate(plan.waves) for stack in stacks}
    for stack in ("nw-access-analyzer", "nw-cloudtrail", "nw-guardduty-administrator"):
        assert wave["nw-organization-settings"] < wave[stack]
    (function,) = (stack for stack in plan.stacks if stack.name == "nw-organization-settings-function")
    assert isinstance(function.context, FunctionContext)
    assert set(found) <= set(function.context.permissions.linked)
    assert "iam:CreateServiceLinkedRole" not in function.context.permissions.actions


def test_services_with_a_call_of_their_own_are_delegated_by_it_where_they_are() -> None:
    found = made(landscape({"delegated_services": ["guardduty.amazonaws.com", "fms.amazonaws.com"]}))
    assert (found["AdministratorGuardduty"].setting, found["AdministratorGuardduty"].regions) == (
        "guardduty-administrator",
        ("eu-west-1", "eu-central-1"),
    )
    assert found["AdministratorFms"].regions == ("us-east-1",)
    assert found["AdministratorFms"].arguments.keys() == {"AccountId"}
    assert not {"TrustedAccessGuardduty", "TrustedAccessFms"} & found.keys()


def test_policy_types_are_enabled_one_after_the_other() -> None:
    types = [item for item in made(landscape()).values() if item.setting == "policy-type"]
    assert len(types) > 2
    assert [item.depends_on for item in types] == [(), *((item.logical_id,) for item in types[:-1])]
    assert not any(item.optional for item in types)


def test_policy_types_that_nothing_needs_may_be_missing_in_govcloud_and_come_last() -> None:
    here = {"partition": "aws-us-gov", "home_region": "us-gov-west-1", "regions": ("us-gov-west-1",)}
    asked = {"policy_types": ["TAG_POLICY", "SERVICE_CONTROL_POLICY"], "delegated_services": ["fms.amazonaws.com"]}
    found = made(landscape(asked, **here, policy_types=("SERVICE_CONTROL_POLICY",)))
    types = {item.arguments["PolicyType"]: item.optional for item in found.values() if item.setting == "policy-type"}
    assert list(types.items()) == [("SERVICE_CONTROL_POLICY", False), ("TAG_POLICY", True)]
    assert found["RootSessions"].optional
    assert not made(landscape())["RootSessions"].optional
    assert found["AdministratorFms"].regions == ("us-gov-west-1",)


def test_root_access_waits_for_its_trusted_access_and_needs_none_when_off() -> None:
    assert made(landscape())["RootSessions"].depends_on == ("TrustedAccessIam",)
    without = made(landscape({"root_sessions": False, "root_credentials": False}))
    assert not {"TrustedAccessIam", "RootSessions", "RootCredentials"} & without.keys()


def test_the_functions_role_names_the_services_that_it_may_open() -> None:
    function = stacks(build_plan(landscape({"delegated_services": ["sso.amazonaws.com"]})))[
        "organization-settings-function"
    ]
    assert isinstance(function.context, FunctionContext)
    allowed = function.context.permissions
    assert "sso.amazonaws.com" in allowed.principals
    assert "guardduty.amazonaws.com" not in allowed.principals
    assert allowed.administered == ("sso.amazonaws.com",)
    assert "organizations:EnableAWSServiceAccess" in allowed.trusted_access
    assert "organizations:DisableAWSServiceAccess" not in allowed.trusted_access
    assert allowed.accounts == (
        "arn:${AWS::Partition}:organizations::${AWS::AccountId}:account/*/${SecurityAccountId}",
    )
    assert [parameter.name for parameter in function.parameters] == ["SecurityAccountId"]


def test_undoing_needs_permission_only_when_asked_for() -> None:
    function = stacks(build_plan(landscape({"revert": True})))["organization-settings-function"]
    assert isinstance(function.context, FunctionContext)
    assert "organizations:DisableAWSServiceAccess" in function.context.permissions.trusted_access


# ── problems ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("settings", "setting", "said"),
    [
        ({"trusted_services": ["cloudtrial.amazonaws.com"]}, "trusted_services.0", "unknown service principal"),
        (
            {"delegated_services": ["securityhub.amazonaws.com"]},
            "delegated_services.0",
            "AWS::SecurityHub::DelegatedAdmin",
        ),
        ({"delegated_services": ["cloudtrail.amazonaws.com"]}, "delegated_services.0", "before it has trusted access"),
    ],
)
def test_what_cannot_be_opened_or_delegated_is_refused(settings: dict[str, Any], setting: str, said: str) -> None:
    (problem,) = CAPABILITY.problems(landscape(settings))
    assert ".".join(map(str, problem.path)) == setting
    assert said in problem.message
    assert problem.fix


def test_govcloud_cannot_create_accounts() -> None:
    base = make_landscape(partition="aws-us-gov", home_region="us-gov-west-1", regions=("us-gov-west-1",))
    assert not CAPABILITY.problems(base)
    new = replace(base, accounts={**base.accounts, "web": Account(key="web", name="web", email="w@e.co")})
    (problem,) = CAPABILITY.problems(new)
    assert "accounts.web has no id" in problem.message


# ── who manages policies in the security account ─────────────────────────────────────────────────────────────────────

MANAGES = "arn:aws:iam::333333333333:role/PolicyAdministrator"


def may_attach(here: Landscape, role: str) -> str:
    asked = Question(account="security", action="organizations:AttachPolicy", principal=role, context={})
    return decide(organization_policies(here, asked), request_of(here, asked)).decision


def test_roles_that_manage_policies_are_not_bound_by_the_guardrail_that_would_stop_them() -> None:
    here = make_landscape("regulated", {"organization": {"policy_roles": ["PolicyAdministrator"]}})
    assert may_attach(here, MANAGES) == "not denied"
    assert may_attach(here, MANAGES.replace("Policy", "Network")) == "denied"
    assert may_attach(make_landscape("regulated"), MANAGES) == "denied"


def test_nobody_but_the_named_roles_gets_the_delegation_and_nobody_may_make_such_a_role() -> None:
    here = make_landscape("regulated", {"organization": {"policy_roles": ["PolicyAdministrator"]}})
    text = render_stack(stacks(build_plan(here))["organization-settings"]).text
    assert "role/PolicyAdministrator" in text.partition("Sid: ManagePolicies")[2].partition("Action:")[0]
    developer = MANAGES.replace("PolicyAdministrator", "Developer")
    asked = Question(account="security", action="iam:CreateRole", principal=developer, context={}, resource=MANAGES)
    assert decide(organization_policies(here, asked), request_of(here, asked)).decision == "denied"


def test_delegation_without_a_named_role_is_reported_as_without_effect() -> None:
    (note,) = CAPABILITY.problems(make_landscape("regulated"))
    assert (".".join(map(str, note.path)), note.severity) == ("policy_delegation", Severity.INFO)
    named = {"policy_delegation": False, "policy_roles": ["PolicyAdministrator"]}
    assert [".".join(map(str, item.path)) for item in CAPABILITY.problems(landscape(named))] == ["policy_roles"]
    assert controls()["policy-delegation"].needs == ("policy-administrators",)


# ── what a partition has ─────────────────────────────────────────────────────────────────────────────────────────────

GOVCLOUD: dict[str, Any] = {
    "partition": "aws-us-gov",
    "home_region": "us-gov-west-1",
    "sign_in_region": "us-gov-west-1",
    "regions": ("us-gov-west-1", "us-gov-east-1"),
}


@pytest.mark.parametrize(
    ("name", "partition", "expected"),
    [
        ("CHATBOT_POLICY", "aws", Presence.PRESENT),
        ("SERVICE_CONTROL_POLICY", "aws-cn", Presence.PRESENT),
        ("CHATBOT_POLICY", "aws-us-gov", Presence.ABSENT),
        ("INSPECTOR_POLICY", "aws-cn", Presence.ABSENT),
        ("INSPECTOR_POLICY", "aws-us-gov", Presence.UNKNOWN),
        ("macie.amazonaws.com", "aws-us-gov", Presence.ABSENT),
        ("RootSessions", "aws-cn", Presence.UNKNOWN),
    ],
)
def test_partition_has_lacks_or_may_have_a_policy_type(name: str, partition: str, expected: Presence) -> None:
    assert presence(name, partition) is expected


def test_what_a_partition_lacks_is_left_out_with_a_note() -> None:
    asked = {"policy_types": ["CHATBOT_POLICY", "TAG_POLICY"], "delegated_services": ["macie.amazonaws.com"]}
    here = landscape(asked, **GOVCLOUD)
    kinds = {item.arguments.get("PolicyType") for item in made(here).values()}
    assert "TAG_POLICY" in kinds
    assert "CHATBOT_POLICY" not in kinds
    assert "AdministratorMacie" not in made(here)
    assert [".".join(map(str, item.path)) for item in CAPABILITY.unsupported(here)] == [
        "policy_types.0",
        "delegated_services.0",
    ]
    assert not CAPABILITY.unsupported(landscape(asked))


def test_policies_that_a_partition_may_refuse_are_deployed_after_everything_else() -> None:
    plan = build_plan(make_landscape("regulated", **GOVCLOUD))
    uncertain = {"nw-account-settings-s3-policy", "nw-guardduty-policy"} | {
        stack.name for stack in plan.stacks if stack.name.startswith("nw-guardrails-") and "-scp-" not in stack.name
    }
    first = min(wave_of(plan, name.removeprefix("nw-")) for name in uncertain)
    assert len(uncertain) > 2
    assert all(wave_of(plan, it.name.removeprefix("nw-")) < first for it in plan.stacks if it.name not in uncertain)


@pytest.mark.parametrize(
    ("policy_type", "service", "role"),
    [
        ("INSPECTOR_POLICY", "inspector2.amazonaws.com", "inspector2.amazonaws.com"),
        ("SECURITYHUB_POLICY", "securityhub.amazonaws.com", "securityhubv2.amazonaws.com"),
    ],
)
def test_policies_of_a_service_bring_its_trusted_access_and_role(policy_type: str, service: str, role: str) -> None:
    def settings(here: Landscape) -> list[tuple[str, Any]]:
        return [(item.setting, dict(item.arguments)) for item in made(here).values()]

    access, linked = (
        ("trusted-access", {"ServicePrincipal": service}),
        ("service-linked-role", {"AWSServiceName": role}),
    )
    without = settings(landscape(policy_types=()))
    assert access not in without
    assert linked not in without
    found = settings(landscape(policy_types=(policy_type,), trusted_access=(service,)))
    assert found.count(access) == found.count(linked) == 1


@pytest.mark.parametrize(
    ("service", "regions"),
    [
        ("guardduty.amazonaws.com", ["eu-west-1", "eu-south-2", "ap-southeast-6"]),
        ("macie.amazonaws.com", ["eu-west-1"]),
        ("inspector2.amazonaws.com", ["eu-west-1", "eu-south-2"]),
    ],
)
def test_an_administrator_is_named_only_in_regions_that_have_the_service(service: str, regions: list[str]) -> None:
    here = make_landscape(
        settings={"organization": {"delegated_services": [service]}},
        regions=("eu-west-1", "eu-south-2", "ap-southeast-6"),
    )
    found = properties(rendered("organization", here)["organization-settings"], "Custom::Setting")
    (administrator,) = (item for key, item in found.items() if key.startswith("Administrator") and "Regions" in item)
    assert administrator["Regions"] == regions
