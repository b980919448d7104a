"""Stacks without all required accounts or Regions are found, and no others (BL135)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from baseline.capabilities.landscape import Account, Landscape
from baseline.cli.main import baseline
from baseline.controls.control import controls
from baseline.controls.reach import read_reach
from baseline.evidence.partial import missing_places
from baseline.plan import build, units
from baseline.plan.build import build_plan
from baseline.plan.model import Deployment, Method
from baseline.plan.reach import Destination
from baseline.render.render import render_plan
from baseline.resources import profiles_directory
from baseline.validate.checks.reach import CHECK
from baseline.validate.checks.run import run_checks
from baseline.validate.reach import Planned
from tests.landscapes import make_landscape
from tests.profile.test_places import load


def account(key: str, ou: str | None) -> Account:
    return Account(key=key, name=key, email=f"{key}@northwind.example", id="444444444444", ou=ou)


def organization(**changes: object) -> Landscape:
    """An organization with accounts at every depth, and two suspended OUs."""
    base = make_landscape()
    more = (account("web", "Workloads/Prod"), account("dev", "Workloads"), account("alone", None))
    paths = ("Security", "Workloads", "Workloads/Prod", "Workloads/Closed", "Suspended", "Suspended/Old")
    old = (account("closed", "Workloads/Closed"), account("old", "Suspended/Old"))
    return replace(
        base,
        accounts={**base.accounts, **{item.key: item for item in (*more, *old)}},
        ous=dict.fromkeys(paths),
        suspended=frozenset({"Suspended", "Suspended/Old", "Workloads/Closed"}),
        **changes,  # type: ignore[arg-type]
    )


def landscapes() -> Iterator[Landscape]:
    for tier in ("starter", "standard", "regulated"):
        yield make_landscape(tier=tier)
        yield make_landscape(tier=tier, standalone=True)
    yield organization()
    yield organization(regions=("eu-west-1", "me-central-1"))
    yield organization(home_region="eu-south-1", regions=("eu-south-1", "eu-west-1"), opt_in_regions={"eu-south-1"})


def found(landscape: Landscape, stack: str = "", *deployments: Deployment) -> list[str]:
    """The check's findings for the organization's plan, with other targets for one of its stacks."""
    plan = build_plan(landscape)
    templates = [
        replace(item, stack=replace(item.stack, deployments=deployments)) if item.stack.name == f"nw-{stack}" else item
        for item in render_plan(plan)
    ]
    return [item.message for item in run_checks(templates, [CHECK], Planned(landscape=landscape, plan=plan))]


@pytest.mark.parametrize(
    "landscape", list(landscapes()), ids=lambda item: f"{item.tier} {item.regions} {len(item.accounts)}"
)
def test_what_the_baseline_plans_goes_everywhere_it_has_to(landscape: Landscape) -> None:
    assert found(landscape) == []


def test_every_account_is_every_one_outside_suspended_units_and_those_to_come_that_a_stack_set_can_reach() -> None:
    landscape = organization()
    every = Planned(landscape=landscape, plan=build_plan(landscape)).every
    known = {item.account for item in every if item.account}
    assert known == {"management", "log_archive", "security", "web", "dev", "alone"}
    assert every - {item for item in every if item.account} == {Destination("Security"), Destination("Workloads/Prod")}


def members(*ous: str, regions: tuple[str, ...] = ("eu-west-1",)) -> Deployment:
    return Deployment(method=Method.STACK_SET, ous=ous, regions=regions)


MANAGEMENT = Deployment(method=Method.STACK, account="management", regions=("eu-west-1",))


@pytest.mark.parametrize(
    ("deployments", "said"),
    [
        ((MANAGEMENT, members("Security")), "does not target new accounts in Workloads in eu-west-1"),
        ((members("Security", "Workloads"),), "does not target management in eu-west-1"),
        ((MANAGEMENT,), "does not target log_archive, security, new accounts in Security"),
        ((), "nw-config-role targets no account"),
        ((MANAGEMENT, members("Security", "Workloads")), ""),
        ((MANAGEMENT, members("Security", "Workloads"), members("Nowhere")), "the organization has no Nowhere"),
        ((MANAGEMENT, members("Security", "Workloads", "Suspended")), "targets new accounts in Suspended"),
        ((replace(MANAGEMENT, regions=()), members("Security", "Workloads")), "targets no Region"),
        ((replace(MANAGEMENT, regions=("eu-central-1",)), members("Security", "Workloads")), "management in eu-west-1"),
    ],
)
def test_what_is_missing_is_named(deployments: tuple[Deployment, ...], said: str) -> None:
    units = dict.fromkeys(("Security", "Workloads", "Suspended"))
    landscape = make_landscape(ous=units, suspended=frozenset({"Suspended"}))
    messages = found(landscape, "config-role", *deployments)
    assert bool(messages) == bool(said)
    assert not said or any(said in message for message in messages)


def test_a_single_account_that_is_left_out_is_named() -> None:
    landscape = organization()
    recorder = next(item for item in build_plan(landscape).stacks if item.name == "nw-config-recorder")
    others = tuple(item for item in recorder.deployments if item.account != "dev")
    (message,) = found(landscape, "config-recorder", *others)
    assert "does not target dev in eu-west-1, eu-central-1" in message


def test_a_region_without_what_the_control_needs_is_no_error_but_the_control_does_not_count_there() -> None:
    landscape = organization(regions=("eu-west-1", "me-central-1"))
    assert found(landscape) == []
    documents = members("Security", "Workloads/Prod", regions=("me-central-1",))
    (message,) = found(landscape, "account-settings-documents", documents)
    assert "does not target alone, dev, log_archive, management, security and 3 more in eu-west-1" in message
    assert "me-central-1" not in message


def test_words_that_have_no_meaning_are_refused() -> None:
    for wrong in (
        {"accounts": "everybody", "regions": "home"},
        {"accounts": "every", "regions": "all"},
        {"accounts": "every", "regions": "governed", "least": "some"},
        {"regions": "home"},
        {"template": "events/forwarding", "accounts": "every", "regions": "home"},
        {"accounts": "every", "accounts_of": "deployment_roles", "regions": "home"},
    ):
        with pytest.raises(ValueError, match="some-control: reach does not know"):
            read_reach("some-control", {"reach": wrong})


def test_every_control_that_says_where_it_is_declares_it() -> None:
    """A statement about every governed Region is compared with the plan, not trusted."""
    words = {"every governed Region": "governed", "every account has": "every", "Every account has": "every"}
    central = {  # made in one place, for all Regions
        "guardduty-administrator",
        "macie-administrator",
        "security-hub-aggregation",
    }
    for control in controls().values():
        for text, word in words.items():
            if text in control.statement and control.id not in central:
                said = {name for item in control.reach for name in (*item.accounts, item.regions)}
                said |= {"governed"} if "governed-and-sign-in" in said else set()
                inside = control.capability == "account_settings"  # its stack makes the setting in every Region itself
                assert word in said or inside, control.id


def test_generate_stops_where_a_stack_set_leaves_out_a_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = units.covering

    def fewer(landscape: Landscape, *places: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        covering, own = whole(landscape, *places)
        return tuple(unit for unit in covering if unit != "Sandbox"), own

    monkeypatch.setattr(build, "covering", fewer)
    out = tmp_path / "out"
    command = ["generate", str(profiles_directory() / "northwind.yaml"), "-o", str(out), "--no-cache", "--no-lint"]
    result = CliRunner().invoke(baseline, command, standalone_mode=False)
    assert result.return_value == 5, result.output
    assert "BL135" in result.output
    assert "sandbox" in result.output
    assert not out.exists()


OVERRIDES = """
  config:
    overrides:
      - {name: sandbox, to: [Workloads, free], recording: DAILY, reason: Nothing there lasts.}
  account_settings:
    overrides:
      - {name: open, to: [Security], block_public_documents: false, remove_default_vpcs: true, reason: They share.}
"""


def test_what_overrides_leave_out_is_no_error_and_does_not_count() -> None:
    landscape = load(OVERRIDES).landscape
    plan = build_plan(landscape)
    planned = Planned(landscape=landscape, plan=plan)
    templates = render_plan(plan)
    assert [item.message for item in run_checks(templates, [CHECK], planned)] == []
    partial = missing_places(templates, planned)
    assert {"document-public-sharing", "default-vpcs-removed"} <= partial.keys()
    assert not {"config-recorder", "password-policy"} & partial.keys()


@pytest.mark.parametrize("stack", ["nw-config-recorder-sandbox", "nw-account-settings-open", "nw-config-recorder"])
def test_a_stack_of_an_override_that_misses_its_places_is_found(stack: str) -> None:
    landscape = load(OVERRIDES).landscape
    plan = build_plan(landscape)
    templates = [
        replace(item, stack=replace(item.stack, deployments=item.stack.deployments[1:]))
        if item.stack.name == stack
        else item
        for item in render_plan(plan)
    ]
    messages = [it.message for it in run_checks(templates, [CHECK], Planned(landscape=landscape, plan=plan))]
    assert any(message.startswith(stack) or f", {stack}" in message for message in messages), messages
