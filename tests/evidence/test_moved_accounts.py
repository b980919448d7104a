"""Accounts that move to another unit are shown with the stacks that they lose and receive."""

from dataclasses import replace

from baseline.capabilities.landscape import Account
from baseline.evidence.changes import Changes
from baseline.evidence.moved_accounts import MovedAccount, moved_accounts
from baseline.plan.build import build_plan
from baseline.plan.model import Plan
from baseline.report.changes_html import format_changes_html
from baseline.report.resource_words import describe_move
from tests.landscapes import make_landscape

OVERRIDE = {"name": "sandbox", "to": ["Sandbox"], "recording": "DAILY"}


def plan(unit: str) -> Plan:
    base = make_landscape(settings={"config": {"overrides": [OVERRIDE]}})
    web = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou=unit)
    units = {**base.ous, "Sandbox": "ou-ab12-33333333"}
    return build_plan(replace(base, accounts={**base.accounts, "web": web}, ous=units))


def test_moved_account_loses_one_variant_of_a_stack_and_receives_the_other() -> None:
    (found,) = moved_accounts(plan("Workloads"), plan("Sandbox"))
    assert (found.account, found.before, found.after) == ("web", "Workloads", "Sandbox")
    assert found.deleted == {"nw-config-recorder": 2}
    assert found.created == {"nw-config-recorder-sandbox": 2}
    assert describe_move(found) == (
        "web: Workloads → Sandbox (deleted: nw-config-recorder in 2 Regions; "
        "created: nw-config-recorder-sandbox in 2 Regions)"
    )


def test_accounts_that_stay_are_not_listed() -> None:
    assert moved_accounts(plan("Workloads"), plan("Workloads")) == ()


def test_plan_of_a_directory_has_no_moved_accounts() -> None:
    assert moved_accounts(replace(plan("Workloads"), membership=None), plan("Sandbox")) == ()


def test_moved_account_with_the_same_stacks_is_named_as_well() -> None:
    moved = MovedAccount(account="web", before="/", after="Workloads", deleted={}, created={})
    assert describe_move(moved) == "web: / → Workloads (the same stacks)"


def test_page_lists_moved_accounts_with_their_stacks() -> None:
    moved = MovedAccount(account="web", before="A & B", after="/", deleted={"nw-config-recorder": 2}, created={})
    changes = Changes(
        stacks=(), frameworks_added=(), frameworks_removed=(), requirements=(), controls=(), counts={}, statements=()
    )
    page = format_changes_html(replace(changes, moved=(moved,)))
    assert "<h2>Moved accounts</h2>" in page
    assert "web: A &amp; B → / (deleted: nw-config-recorder in 2 Regions)" in page
    assert "Moved accounts" not in format_changes_html(changes)
