"""Amazon Detective: who administers it where, who is in the graph, and what a profile may not say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from baseline.capabilities.capability import StackSpec
from baseline.capabilities.custom_settings import CustomSettingsContext
from baseline.capabilities.detect.detective.detective import CAPABILITY, AdministratorContext
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.statements import deployers
from baseline.capabilities.settings import Tier
from baseline.findings import Severity
from baseline.pipeline import Options, prove
from baseline.plan.build import build_plan
from baseline.validate.validate import ValidateOptions
from tests.landscapes import make_landscape
from tests.profile.test_places import PROFILE as START

GRAPH: dict[str, Any] = {"graph": True}


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    others = changes.pop("others", {})
    return make_landscape(tier, {"detective": GRAPH if settings is None else settings, **others}, **changes)


def stacks(here: Landscape) -> dict[str, StackSpec]:
    return {spec.name: spec for spec in CAPABILITY.stacks(here)}


def made(here: Landscape) -> dict[str, Any]:
    context = stacks(here)["detective-settings"].context
    assert isinstance(context, CustomSettingsContext)
    return {item.logical_id: item for item in context.settings}


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_no_tier_turns_on_what_is_billed(tier: Tier, *, standalone: bool) -> None:
    here = landscape({}, tier, standalone=standalone)
    assert CAPABILITY.stacks(here) == ()
    assert not any("detective" in arn for arn in deployers(here))


def test_administrator_comes_before_members_and_no_graph_of_ours_is_made() -> None:
    waves = build_plan(landscape()).waves
    wave = {stack.name.removeprefix("nw-"): number for number, found in enumerate(waves) for stack in found}
    assert wave["detective-administrator"] < wave["detective-settings"]
    assert wave["kms-logs-accounts"] < wave["detective-settings-function"]
    assert "detective" not in wave
    assert any(arn.endswith("role/nw-detective-settings") for arn in deployers(landscape()))


def test_members_are_set_in_each_region_for_itself() -> None:
    found = made(landscape({**GRAPH, "excluded_accounts": ["log_archive"], "packages": ["eks_audit"]}))
    assert {name: item.regions for name, item in found.items()} == {
        "MembersEuWest1": ("eu-west-1",),
        "MembersEuCentral1": ("eu-central-1",),
        "Packages": ("eu-west-1", "eu-central-1"),
    }
    assert found["MembersEuWest1"].arguments["ExcludedAccounts"] == ["${LogArchiveAccountId}"]


def test_standalone_account_has_a_graph_of_its_own() -> None:
    assert set(stacks(landscape(standalone=True))) == {"detective"}
    found = landscape({**GRAPH, "packages": ["eks_audit"]}, standalone=True)
    assert set(made(found)) == {"Packages"}


def test_another_account_may_administer() -> None:
    here = replace(landscape(), roles={"detective": "log_archive"})
    context = stacks(here)["detective-administrator"].context
    assert isinstance(context, AdministratorContext)
    assert context.administrator == "${LogArchiveAccountId}"
    assert stacks(here)["detective-settings"].target.accounts == ("log_archive",)


def test_region_without_detective_is_left_out_and_named() -> None:
    here = landscape(regions=("eu-west-1", "eu-central-2"))
    assert stacks(here)["detective-administrator"].target.only == ("eu-west-1",)
    (found,) = CAPABILITY.unsupported(here)
    assert "eu-central-2" in found.message
    assert CAPABILITY.unsupported(landscape({}, regions=("eu-central-2",))) == ()


ACCOUNTS = {
    **make_landscape().accounts,
    **{f"a{n}": Account(key=f"a{n}", name=f"a{n}", email=f"a{n}@x.example") for n in range(1201)},
}


@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        (GRAPH, {}, []),
        ({"packages": ["eks_audit"]}, {}, [("packages", None)]),
        ({**GRAPH, "excluded_accounts": ["security"]}, {}, [("excluded_accounts", None)]),
        (GRAPH, {"accounts": ACCOUNTS}, [("graph", None)]),
        (GRAPH, {"others": {"guardduty": {"enabled": False}}}, [("graph", Severity.WARNING)]),
        (GRAPH, {"others": {"kms": {"enabled": False}}}, [("graph", None)]),
    ],
    ids=["fine", "no graph", "administrator", "too many", "no guardduty", "no kms"],
)
def test_values_that_do_not_fit_are_problems(
    settings: dict[str, Any], changes: dict[str, Any], expected: list[tuple[str, Severity | None]]
) -> None:
    found = CAPABILITY.problems(landscape(settings, **changes))
    assert [(".".join(map(str, item.path)), item.severity) for item in found] == expected


def test_checks_hold_and_controls_are_deployed(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    start = START.replace("capabilities:\n", "").replace(
        "organizational_units:", "roles: {detective: web}\norganizational_units:"
    )
    settings = "{graph: true, packages: [eks_audit]}"
    path.write_text(f"{start}capabilities:\n  detective: {settings}\n", encoding="utf-8")
    found = prove(path, Options(validation=ValidateOptions(lint=False), fail_on=None))
    assert [item for item in found.findings if item.id.startswith("BL")] == []
    states = {item.control.id: item.state.value for item in found.evidence.assessments}
    assert {state for name, state in states.items() if name.startswith("detective-")} == {"deployed"}
