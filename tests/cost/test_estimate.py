"""Estimates of example profiles against arithmetic that is written out here."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from baseline.capabilities.registry import CAPABILITIES
from baseline.cost.basis import basis_of
from baseline.cost.estimate import Estimate, Line, charges, estimate, is_priced
from baseline.cost.summary import cost_changes
from baseline.pipeline import estimate_of
from baseline.plan.build import build_plan
from baseline.prices.amount import Range
from baseline.prices.drivers import capability_prices, free_types
from baseline.prices.price_list import Grade
from baseline.profile.load import load_profile
from baseline.render.render import render_plan
from baseline.report.cost_words import saved_words
from baseline.resources import profiles_directory
from tests.landscapes import make_landscape
from tests.samples import FULL

NORTHWIND = profiles_directory() / "northwind.yaml"
EXAMPLES = [path for path in sorted(profiles_directory().glob("*.yaml")) if path.stem != "house-baseline"]


def profile(directory: Path, cost: str, name: str = "northwind", *, also: str = "") -> Path:
    path = directory / "profile.yaml"
    text = (profiles_directory() / f"{name}.yaml").read_text(encoding="utf-8")
    path.write_text(f"{text}\n{also}\ncost: {cost}\n", encoding="utf-8")
    return path


def lines(found: Estimate, capability: str, driver: str) -> list[Line]:
    return [line for line in found.lines if (line.capability, line.driver.id) == (capability, driver)]


def charge(found: Estimate, capability: str, driver: str) -> tuple[Decimal, Decimal]:
    """Lowest and highest monthly charge of a driver, in cents."""
    low, high = charges(lines(found, capability, driver))
    return round(low, 2), round(high, 2)


@pytest.fixture(scope="module")
def northwind() -> Estimate:
    return estimate_of(NORTHWIND)[1]


def test_northwind_is_what_its_seven_accounts_add_up_to(northwind: Estimate) -> None:
    """Three small core accounts, four medium ones, three Regions; eu-central-1 has no price."""
    items = Decimal(3 * 1_500 + 4 * 10_000) / 3, Decimal(3 * 6_000 + 4 * 40_000) / 3  # in each Region
    assert charge(northwind, "config", "continuous") == tuple(round(n * 2 * Decimal("0.003"), 2) for n in items)
    # GB a month, kept for 1095 days: 90 days in Standard, then 1005 days in Glacier Instant Retrieval.
    gigabytes = Decimal("0.02") * 3 + Decimal("0.2") * 4, Decimal("0.1") * 3 + Decimal(1) * 4
    assert charge(northwind, "log_archive", "standard") == tuple(round(n * 3 * Decimal("0.023"), 2) for n in gigabytes)
    assert charge(northwind, "log_archive", "glacier-ir") == tuple(
        round(n * Decimal(1005) / 30 * Decimal("0.004"), 2) for n in gigabytes
    )
    # Two types of insights; every event is charged for each.
    events = 3 * 25_000 + 4 * 250_000, 3 * 100_000 + 4 * 1_000_000
    assert charge(northwind, "cloudtrail", "insights") == tuple(
        round(Decimal(n) * 2 * Decimal("0.35") / 100_000, 2) for n in events
    )


def test_meridian_health_counts_graduated_checks_by_account_and_region(tmp_path: Path) -> None:
    """900,000 checks of each account in three Regions: 300,000 each, of which 200,000 have the second price."""
    path = profile(tmp_path, "{assumptions: {security-hub-checks: 900000}}", "meridian-health")
    found = estimate_of(path)[1]
    known = [line for line in lines(found, "security_hub", "checks") if line.charge]
    accounts = sum(line.accounts for line in known)
    assert {line.region for line in known} == {"us-east-1"}
    assert accounts == 7
    each = Decimal(100_000) * Decimal("0.001") + Decimal(200_000) * Decimal("0.0008")
    assert charges(known) == Range(each * accounts, each * accounts)


def test_starter_account_pays_its_keys_and_alarms_in_its_region() -> None:
    """Three keys (logs, log archive, notifications), and an alarm for each of the 15 of CIS and root sign-in."""
    found = estimate_of(profiles_directory() / "starter.yaml")[1]
    assert charge(found, "kms", "keys") == (3 * Decimal("1.00"), 3 * Decimal("1.00"))
    requests = 3 * Decimal(10_000), 3 * Decimal(200_000)
    assert charge(found, "kms", "requests") == tuple(round(n / 10_000 * Decimal("0.03"), 2) for n in requests)
    assert charge(found, "alarms", "alarms") == (16 * Decimal("0.10"), 16 * Decimal("0.10"))


def test_unknown_price_is_no_charge_and_in_no_sum(northwind: Estimate) -> None:
    unknown = [line for line in northwind.lines if line.region == "eu-central-1"]
    assert unknown
    assert all(line.charge is None and line.grade is Grade.UNKNOWN for line in unknown)
    assert charges(northwind.lines) == charges(line for line in northwind.lines if line.region != "eu-central-1")


def test_prices_of_another_region_stand_in_as_unverified(tmp_path: Path) -> None:
    found = estimate_of(profile(tmp_path, "{price_as: {eu-central-1: us-east-1}}"))[1]
    by_place = {(line.region, line.size): line for line in lines(found, "config", "continuous")}
    borrowed, own = by_place["eu-central-1", "medium"], by_place["us-east-1", "medium"]
    assert borrowed.charge == own.charge
    assert (borrowed.grade, own.grade) == (Grade.UNVERIFIED, Grade.SOURCED)


def test_sizes_amounts_and_currency_of_the_profile_count(tmp_path: Path) -> None:
    cost = (
        "{size: small, sizes: {web: large}, assumptions: {config-changes: {large: 30000}}, "
        "currency: {code: EUR, per_usd: 0.5, as_of: '2026-11-30'}}"
    )
    found = estimate_of(profile(tmp_path, cost, also="account_groups: {web: [web-prod]}"))[1]
    (line,) = (
        item for item in lines(found, "config", "continuous") if (item.size, item.region) == ("large", "us-east-1")
    )
    assert (line.accounts, found.basis.currency) == (1, "EUR")
    assert line.charge == Range(Decimal(15), Decimal(15))  # 10,000 items × 0.003 × 0.5
    assert {item.size for item in found.lines} == {"small", "large"}


def test_alarms_on_queries_are_priced_by_what_they_query(tmp_path: Path) -> None:
    """Three small and four medium accounts; the amounts of an account are divided among its three Regions."""
    path = tmp_path / "profile.yaml"
    names = "[nat-traffic, data-transfer, lambda-errors, lambda-concurrency]"
    text = NORTHWIND.read_text(encoding="utf-8")
    path.write_text(f"{text}\n  monitoring: {{ready_made: {names}}}\n", encoding="utf-8")
    found = estimate_of(path)[1]
    tenth = Decimal("0.10") * 2 / 3  # two of the three Regions have a price
    gateways = charge(found, "monitoring", "nat-traffic")
    assert gateways == (round(4 * 1 * tenth, 2), round((3 * 2 + 4 * 6) * tenth, 2))
    instances = charge(found, "monitoring", "data-transfer")
    assert instances == (round(4 * 10 * tenth, 2), round((3 * 5 + 4 * 50) * tenth, 2))
    functions = [charge(found, "monitoring", name) for name in ("lambda-errors", "lambda-concurrency")]
    assert functions == 2 * [2 * (round(7 * 2 * Decimal("0.10") * 2, 2),)]


def test_levers_save_what_a_changed_profile_saves(northwind: Estimate, tmp_path: Path) -> None:
    saving = next(item for item in northwind.savings if item.lever.set == {"s3_data_events": "none"})
    text = NORTHWIND.read_text(encoding="utf-8").replace(
        "  cloudtrail:\n", "  cloudtrail:\n    s3_data_events: none\n    reason: Another trail records them.\n"
    )
    path = tmp_path / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    changed = cost_changes(northwind, estimate_of(path)[1])
    (cloudtrail,) = changed.capabilities
    assert cloudtrail.difference == Range(-saving.saved.low, -saving.saved.high)
    assert not [item for item in estimate_of(path)[1].savings if item.lever.set == {"s3_data_events": "none"}]


def test_saving_of_unknown_costs_alone_is_unknown_and_not_zero(northwind: Estimate) -> None:
    saving = northwind.savings[0]
    nothing = Range(Decimal(0), Decimal(0))
    assert saved_words(replace(saving, saved=nothing, incomplete=True)) == "unknown"
    assert saved_words(replace(saving, saved=Range(Decimal(0), Decimal(5)), incomplete=True)) == "0.00 to 5.00 and more"


def test_recorder_of_an_override_is_priced_by_its_own_values(tmp_path: Path) -> None:
    override = "    overrides: [{name: sandbox, to: [Sandbox], recording: DAILY, reason: Nothing there lasts.}]"
    path = tmp_path / "profile.yaml"
    path.write_text(f"{NORTHWIND.read_text(encoding='utf-8')}\n  config:\n{override}\n", encoding="utf-8")
    found = estimate_of(path)[1]
    assert {line.accounts for line in lines(found, "config", "daily") if line.size == "medium"} == {1}
    assert {line.accounts for line in lines(found, "config", "continuous") if line.size == "medium"} == {3}


def test_security_hub_v2_is_billed_by_resource_instead_of_checks(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    switch = "  security_hub: {v2: {accepts_billing: true}}"
    path.write_text(f"{NORTHWIND.read_text(encoding='utf-8')}\n{switch}\n", encoding="utf-8")
    found = estimate_of(path)[1]
    assert not lines(found, "security_hub", "checks")
    kinds = ("instance", "function", "image", "identity")
    assert all(lines(found, "security_hub", f"essentials-{kind}") for kind in kinds)
    (functions,) = (
        line for line in lines(found, "security_hub", "essentials-function") if line.charge and line.size == "medium"
    )
    assert functions.grade is Grade.UNVERIFIED
    assert functions.charge
    assert round(functions.charge.low, 6) == round(functions.amount.low * Decimal("3.75") / 12, 6)


def test_accounts_of_suspended_units_and_of_others_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    text = NORTHWIND.read_text(encoding="utf-8").replace(
        "northwind.example, ou: Sandbox}", "northwind.example, ou: Suspended}"
    )
    path.write_text(text, encoding="utf-8")
    found = estimate_of(path)[1]
    counted: dict[str, dict[str, int]] = {driver: {} for driver in ("management-events", "organization-pack")}
    for line in found.lines:
        if line.driver.id in counted and line.region == "us-east-1":
            counted[line.driver.id][line.size] = line.accounts
    assert counted["management-events"] == {"small": 3, "medium": 3}  # the sandbox is suspended
    assert counted["organization-pack"] == {"small": 2, "medium": 3}  # management has a pack of its own


def everything() -> Iterator[Estimate]:
    """Every example, and a landscape with every setting that adds resources."""
    for path in EXAMPLES:
        yield estimate_of(path)[1]
    loaded = load_profile(NORTHWIND)
    for standalone in (False, True):
        landscape = make_landscape(
            "regulated", {name: FULL.get(name, {}) for name in CAPABILITIES}, standalone=standalone
        )
        plan = build_plan(landscape)
        yield estimate(plan, landscape, render_plan(plan), basis_of(loaded.profile))


def test_everything_that_is_created_is_priced_free_or_listed_as_unpriced() -> None:
    """A type that is none of these belongs into the `prices.toml` of its capability; CONTRIBUTING.md says how."""
    for found in everything():
        unexplained = [item for item in found.unpriced if item.why.startswith("This program knows no price")]
        assert {(item.capability, item.type) for item in unexplained if item.capability != "customizations"} == set()


def test_type_of_a_template_of_your_own_is_listed_as_unpriced(tmp_path: Path) -> None:
    template = tmp_path / "queue.yaml"
    template.write_text(
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Queue:\n    Type: AWS::SQS::Queue\n"
        "Outputs:\n  Url:\n    Value: !Ref Queue\n"
    )
    path = tmp_path / "profile.yaml"
    stack = "{file: queue.yaml, to: [root], description: A queue.}"
    path.write_text(f"{NORTHWIND.read_text(encoding='utf-8')}\n  customizations: {{stacks: {{queue: {stack}}}}}\n")
    found = estimate_of(path)[1]
    assert [(item.capability, item.type) for item in found.unpriced if item.capability == "customizations"] == [
        ("customizations", "AWS::SQS::Queue")
    ]


def test_priced_and_free_types_are_told_apart() -> None:
    assert is_priced("kms", "AWS::KMS::Key")
    assert not is_priced("kms", "AWS::IAM::Role")
    assert "AWS::IAM::Role" in free_types()


def test_type_is_declared_free_in_one_place() -> None:
    """A type that two capabilities deploy belongs into the shared file."""
    own = [name for prices in capability_prices().values() for name in prices.free]
    shared = tomllib.loads((resources.files("baseline") / "prices" / "free.toml").read_text(encoding="utf-8"))["free"]
    every = [*own, *(name for entry in shared for name in entry["types"])]
    assert own
    assert sorted(every) == sorted(free_types())
