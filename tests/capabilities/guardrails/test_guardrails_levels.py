"""The policies that apply to an account from the root down, and the slots that remain."""

from typing import Any

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.levels import budgets, levels_of
from baseline.capabilities.organization.guardrails.policies import policies_of, resolved
from tests.landscapes import make_landscape

WEB = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads/Prod")


def landscape(settings: dict[str, Any]) -> Landscape:
    here = make_landscape("standard", {"guardrails": settings})
    ous = {**here.ous, "Workloads/Prod": None}
    return make_landscape("standard", {"guardrails": settings}, accounts={**here.accounts, "web": WEB}, ous=ous)


def test_levels_go_from_the_root_to_the_account() -> None:
    here = landscape({"rules": {"iam-users": {"enabled": True, "to": ["Workloads"]}, "macie": {"to": ["web"]}}})
    found = {
        level.name: {policy.name for policy in level.policies}
        for level in levels_of(here, "web", "SERVICE_CONTROL_POLICY")
    }
    assert list(found) == ["root", "Workloads", "Workloads/Prod", "web"]
    assert found["root"] == {
        f"nw-guardrails-scp-{slot}" for slot in ("identity", "record", "detection", "data", "network")
    }
    assert [name.rpartition("-")[0] for name in found["Workloads"]] == ["nw-guardrails-scp-workloads"]
    assert found["Workloads/Prod"] == set()
    assert [name.rpartition("-")[0] for name in found["web"]] == ["nw-guardrails-scp-web"]


def test_inherited_policies_take_no_slot() -> None:
    here = landscape({"rules": {"iam-users": {"enabled": True, "to": ["Workloads"]}}, "reserved_slots": 1})
    found = {item.place: item for item in budgets(here) if item.kind == "SERVICE_CONTROL_POLICY"}
    root, units, below = found["root"], found["Workloads"], found["Workloads/Prod"]
    assert root.ours + root.others + root.free == 10
    assert (units.ours, units.others, units.free, units.inherited) == (1, 2, 7, root.ours + 1)
    assert (below.ours, below.inherited, below.free) == (0, root.ours + 1 + units.ours + 1, 8)


def test_a_standalone_account_has_no_policies() -> None:
    assert budgets(make_landscape(standalone=True)) == ()


def test_quotas_of_the_profile_go_before_those_known_here() -> None:
    usual = {item.place: item for item in budgets(landscape({})) if item.kind == "SERVICE_CONTROL_POLICY"}["root"]
    raised = landscape({"limits": {"scps_per_target": 15, "scp_characters": 5_000}})
    found = {item.place: item for item in budgets(raised) if item.kind == "SERVICE_CONTROL_POLICY"}["root"]
    assert found.ours > usual.ours
    assert found.ours + found.others + found.free == 15
    sizes = [len(resolved(raised, item.content)) for item in policies_of(raised) if item.kind == usual.kind]
    assert max(sizes) <= 5_000
