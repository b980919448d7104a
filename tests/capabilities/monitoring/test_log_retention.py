"""Retention of log groups: policies, their function and places, and prefixes that are refused."""

import json
from itertools import count
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.custom_settings import CustomSettingsContext
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.statements import unchanged_statements
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.monitoring.log_retention import LogRetentionContext
from baseline.findings import Problem, Severity
from baseline.plan.build import build_plan
from baseline.plan.operations import auto_deployment_dependencies
from baseline.profile.load import load_profile_text
from tests.landscapes import make_landscape, properties, rendered
from tests.render.test_templates import TOWER

MONITORING = CAPABILITIES["monitoring"]
FUNCTION = "log-retention-settings-function"


def entry(*prefixes: str, **changes: Any) -> dict[str, Any]:
    return {"name": "app", "prefixes": list(prefixes) or ["/app/"], "days": 90, **changes}


def landscape(*entries: dict[str, Any], others: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    settings = {"monitoring": {"log_retention": list(entries)}, **(others or {})}
    return make_landscape(settings=settings, **changes)


def named(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**item, "name": f"n{number}"} for item, number in zip(entries, count(), strict=False)]


def problems(here: Landscape) -> list[Problem]:
    return [item for item in MONITORING.problems(here) if item.path[0] == "log_retention"]


def test_each_entry_is_a_policy_in_every_governed_region() -> None:
    made = rendered("monitoring", landscape(entry("/app/", "/team/"), entry("/b/", name="b", days="never")))
    assert set(made) == {FUNCTION, "log-retention-settings-policy-app", "log-retention-settings-policy-b"}
    (setting,) = properties(made["log-retention-settings-policy-app"], "Custom::Setting").values()
    assert setting["Arguments"] == {
        "PolicyName": "nw-log-retention-app",
        "RetentionInDays": 90,
        "EnforcementMode": "NEW_ONLY",
        "Prefixes": ["/app/", "/team/"],
    }
    assert setting["Regions"] == ["eu-west-1", "eu-central-1"]
    assert setting["Revert"] is True  # the policy leaves with its stack
    (other,) = properties(made["log-retention-settings-policy-b"], "Custom::Setting").values()
    assert other["Arguments"]["RetentionInDays"] == "NEVER_EXPIRE"


def test_function_is_where_the_entries_are_and_may_only_change_retention() -> None:
    here = landscape(entry(to=["Workloads"]), entry(name="b", to=["security"]))
    stacks = {item.name: item for item in build_plan(here).stacks}
    where = {
        name: (
            {ou for item in stack.deployments for ou in item.ous},
            {item.account for item in stack.deployments} - {""},
        )
        for name, stack in stacks.items()
        if "log-retention" in name
    }
    assert where == {
        f"nw-{FUNCTION}": ({"Security", "Workloads"}, {"security"}),
        "nw-log-retention-settings-policy-app": ({"Workloads"}, set()),
        "nw-log-retention-settings-policy-b": ({"Security"}, {"security"}),
    }
    assert {"nw-kms-logs", "nw-kms-logs-accounts"} <= {*stacks[f"nw-{FUNCTION}"].depends_on}
    (role,) = properties(rendered("monitoring", here)[FUNCTION], "AWS::IAM::Role").values()
    statements = {item["Sid"]: item for item in role["Policies"][0]["PolicyDocument"]["Statement"]}
    assert set(statements) == {"WriteLog", "MakeSettingsOfGovernedRegions"}
    assert set(statements["MakeSettingsOfGovernedRegions"]["Action"]) == {
        *("logs:DeleteAccountPolicy", "logs:DeleteRetentionPolicy", "logs:DescribeAccountPolicies"),
        *("logs:PutAccountPolicy", "logs:PutRetentionPolicy"),
    }


def test_role_of_the_function_is_exempt_from_the_guardrails_that_would_stop_it_and_no_others() -> None:
    def exempt(here: Landscape) -> set[str]:
        role = "role/nw-log-retention-settings"
        return {name for name, statements in unchanged_statements(here).items() if role in str(statements)}

    assert exempt(landscape(entry())) == {"log-groups", "allowed-services", "expected-networks", "quarantine"}
    assert exempt(landscape()) == set()


def test_standalone_account_has_function_and_policies_in_one_place() -> None:
    here = landscape(entry(to=["management"]), standalone=True)
    stacks = [item for item in build_plan(here).stacks if "log-retention" in item.name]
    assert [item.name for item in stacks] == [f"nw-{FUNCTION}", "nw-log-retention-settings-policy-app"]
    assert all(len(item.deployments) == 1 for item in stacks)
    assert problems(here) == []


def test_nothing_is_deployed_without_an_entry_or_a_key_for_the_log() -> None:
    assert not any("log-retention" in stack.name for stack in MONITORING.stacks(landscape()))
    here = landscape(entry(), others={"kms": {"enabled": False}})
    assert not any("log-retention" in stack.name for stack in MONITORING.stacks(here))
    assert [item.message.partition(":")[0] for item in problems(here)] == ["kms is off"]


@pytest.mark.parametrize(
    "prefix",
    [
        *("/", "/nw", "/nw/", "/nw/cloudtrail", "/nw/account-settings-old", "/a", "/aws/", "/aws/vendedlogs/"),
        *("/aws/vendedlogs/states/nw-response", "a", "aws-waf-logs-", "aws-waf-logs-nw-shop"),
    ],
)
def test_prefix_of_log_groups_of_the_baseline_is_refused(prefix: str) -> None:
    (found,) = problems(landscape(entry("/app/", prefix)))
    assert found.path == ("log_retention", 0, "prefixes", 1)
    assert found.severity is None
    assert "a policy replaces their retention" in found.message


@pytest.mark.parametrize("prefix", ["/nwx/", "/aws/lambda/", "/aws/vendedlogs/states/app-", "aws-waf-logs-shop", "app"])
def test_prefix_of_other_log_groups_is_accepted(prefix: str) -> None:
    assert problems(landscape(entry(prefix))) == []


@pytest.mark.parametrize(
    ("prefix", "others", "changes"),
    [
        ("/aws/eks/", {"network": {"record": ["eks_audit"]}}, {}),
        ("aws-waf-logs-shop", {"network": {"record": ["waf"]}}, {}),
        ("/aws/lambda/", {}, {"control_tower": TOWER}),
        ("aws-controltower/CloudTrailLogs", {}, {"control_tower": TOWER}),
    ],
    ids=["eks", "waf", "control-tower-functions", "control-tower-trail"],
)
def test_prefix_of_log_groups_that_the_profile_has_created_is_refused(
    prefix: str, others: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert problems(landscape(entry(prefix))) == []
    assert len(problems(landscape(entry(prefix), others=others, **changes))) == 1


def test_two_entries_of_one_name_are_refused() -> None:
    (found,) = problems(landscape(entry(), entry("/team/")))
    assert found.path == ("log_retention", 1, "name")


LONG, SHORT = entry("/app/", days=365), entry("/app/debug/", days=30)


@pytest.mark.parametrize(
    ("entries", "shadowed"),
    [
        ([LONG, SHORT], [1]),
        ([SHORT, {**LONG, "days": "never"}], [0]),
        ([SHORT, {**LONG, "days": 30}], []),
        ([{**LONG, "to": ["Workloads"]}, SHORT], []),
        ([{**LONG, "to": ["Workloads"]}, {**SHORT, "to": ["Workloads"]}], [1]),
        ([LONG, {**SHORT, "mode": "retroactive"}], []),
        ([LONG, {**SHORT, "prefixes": ["/debug/"]}], []),
        ([{**LONG, "prefixes": ["/app/debug/x"]}, SHORT], []),
    ],
    ids=["longer", "never", "equal", "elsewhere", "same-place", "other-mode", "other-name", "narrower"],
)
def test_period_that_a_longer_one_replaces_is_a_warning(entries: list[dict[str, Any]], shadowed: list[int]) -> None:
    found = problems(landscape(*named(*entries)))
    assert [item.path[1] for item in found] == shadowed
    assert {item.severity for item in found} <= {Severity.WARNING}


OLD, KEEP = entry("/app/", days=30, mode="retroactive", reason="Agreed."), entry("/app/ledger/", days="never")


@pytest.mark.parametrize(
    ("entries", "uncovered"),
    [
        ([OLD, KEEP], [1]),
        ([{**OLD, "to": ["Workloads"]}, KEEP], [1]),
        ([{**OLD, "to": ["Security"]}, {**KEEP, "to": ["security"]}], [1]),
        ([{**OLD, "to": ["Workloads"]}, {**KEEP, "to": ["Security"]}], []),
        ([{**OLD, "regions": ["eu-west-1"]}, {**KEEP, "regions": ["eu-central-1"]}], []),
        ([OLD, {**KEEP, "mode": "retroactive"}], []),
        ([OLD, {**KEEP, "prefixes": ["/team/"]}], []),
        ([OLD, {**KEEP, "days": 30}], []),
        ([{**OLD, "mode": "new-only", "reason": None}, KEEP], []),
    ],
    ids=["everywhere", "a-unit", "account", "elsewhere", "regions", "retroactive", "other-name", "equal", "both-new"],
)
def test_longer_period_for_new_log_groups_does_not_keep_what_a_retroactive_one_deletes(
    entries: list[dict[str, Any]], uncovered: list[int]
) -> None:
    found = problems(landscape(*named(*entries)))
    assert [(item.path[1], item.severity) for item in found] == [(number, None) for number in uncovered]
    assert all("n1 is only for log groups that are created later" in item.message for item in found)


def test_retroactive_entry_waits_for_longer_ones_that_it_meets() -> None:
    longer = [entry(f"/app/{number}/", days="never", mode="retroactive") for number in range(10)]
    here = landscape(*named(OLD, entry("/team/", days=365), {**KEEP, "mode": "retroactive"}, *longer[:2]))
    waits = {stack.name: {*stack.depends_on} - {"nw-organization-settings"} for stack in build_plan(here).stacks}
    first = {f"nw-log-retention-settings-policy-n{number}" for number in (2, 3, 4)}
    assert waits["nw-log-retention-settings-policy-n0"] == {f"nw-{FUNCTION}", *first}
    assert waits["nw-log-retention-settings-policy-n3"] == {f"nw-{FUNCTION}"}
    plan = build_plan(landscape(*named(OLD, *longer)))
    (most,) = (stack for stack in plan.stacks if stack.name == "nw-log-retention-settings-policy-n0")
    assert len(auto_deployment_dependencies(plan, most)) == 10  # as many as AWS allows


def test_regions_narrow_the_policy_and_not_its_function() -> None:
    here = landscape(entry(regions=["eu-central-1"]))
    made = rendered("monitoring", here)
    (setting,) = properties(made["log-retention-settings-policy-app"], "Custom::Setting").values()
    assert setting["Regions"] == ["eu-central-1"]
    policy = next(stack for stack in MONITORING.stacks(here) if "policy" in stack.name)
    assert isinstance(policy.context, LogRetentionContext)
    assert not policy.context.whole
    (role,) = properties(made[FUNCTION], "AWS::IAM::Role").values()
    assert "['eu-west-1', 'eu-central-1']" in str(role["Policies"])
    (found,) = problems(landscape(entry(regions=["us-east-1"])))
    assert (found.path, found.severity) == (("log_retention", 0, "regions", 0), None)


@pytest.mark.parametrize("changes", [{}, {"mode": "retroactive", "days": "never"}])
def test_reason_that_accepts_nothing_is_a_note(changes: dict[str, Any]) -> None:
    (found,) = problems(landscape(entry(reason="Agreed.", **changes)))
    assert (found.id, found.path) == ("profile-reason-unused", ("log_retention", 0, "reason"))


def test_other_partitions_are_a_note() -> None:
    (found,) = problems(landscape(entry(), partition="aws-us-gov"))
    assert (found.path, found.severity) == (("log_retention",), Severity.INFO)
    assert "in aws-us-gov" in found.message


def test_retroactive_entry_is_a_weakening_unless_it_deletes_nothing() -> None:
    entries = named(entry(mode="retroactive"), entry(), entry(mode="retroactive", days="never"))
    (found,) = MONITORING.weakened(landscape(*entries))
    assert (found.path, found.control) == (("log_retention", 0, "mode"), "log-retention")
    assert "lose events that are older than 90 days" in found.message


@pytest.mark.parametrize("reason", [None, "The teams have agreed."])
def test_reason_of_a_retroactive_entry_accepts_its_finding(reason: str | None) -> None:
    written = entry(mode="retroactive", **({"reason": reason} if reason else {}))
    text = f"""\
version: 1
organization: {{name: N, prefix: nw, home_region: eu-west-1, regions: [eu-west-1], standalone: true}}
accounts: {{management: {{}}}}
capabilities: {{monitoring: {{log_retention: {json.dumps([written])}}}}}
"""
    found = [item for item in load_profile_text(text).findings if "log_retention" in item.path]
    assert [(item.id, item.accepted) for item in found] == [("profile-weakened", reason)]


def test_policy_that_keeps_everything_earns_no_control() -> None:
    stacks = MONITORING.stacks(landscape(*named(entry(days="never"), entry())))
    contexts = [stack.context for stack in stacks]
    assert [c.settings[0].control for c in contexts if isinstance(c, CustomSettingsContext)] == ["", "log-retention"]


@pytest.mark.parametrize(
    "change",
    [
        *({"days": days} for days in (0, 1, 29, 100, "forever", "90", None)),
        *({"prefixes": prefixes} for prefixes in ([], [""], ["/app/*"], ['/app"'], ["/app/"] * 11)),
        *({"mode": "RETROACTIVE"}, {"to": []}, {"name": "App"}),
    ],
    ids=str,
)
def test_values_that_cloudwatch_logs_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape({**entry(), **change})


def test_account_takes_twenty_policies() -> None:
    landscape(*named(*[entry()] * 20))
    with pytest.raises(ValidationError):
        landscape(*named(*[entry()] * 21))
