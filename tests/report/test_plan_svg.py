"""The picture of a plan: well-formed, complete for small organizations, collapsed for large ones."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.pipeline import plan_profile
from baseline.plan.model import Plan
from baseline.plan.reach import Membership
from baseline.report.plan_svg import format_plan_svg
from baseline.resources import profiles_directory

SVG = "{http://www.w3.org/2000/svg}"
NORTHWIND = profiles_directory() / "northwind.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_profile(NORTHWIND)[1]


def texts(plan: Plan) -> list[str]:
    root = ET.fromstring(format_plan_svg(plan))  # noqa: S314 - our own text
    return [item.text or "" for item in root.iter(f"{SVG}text")]


def test_every_unit_and_account_is_shown_with_what_goes_there(plan: Plan) -> None:
    shown = texts(plan)
    assert plan.membership
    assert set(plan.membership.accounts) <= set(shown)
    assert {"Workloads", "Prod", "Dev", "Sandbox", "Suspended"} <= set(shown)
    assert shown[shown.index("log_archive") + 1] == "kms, log_archive"
    assert "data-prod" in shown


def test_arrows_follow_from_the_stacks(plan: Plan) -> None:
    assert "findings of GuardDuty" in texts(plan)
    fewer = replace(
        plan, waves=tuple(tuple(stack for stack in wave if stack.capability != "guardduty") for wave in plan.waves)
    )
    assert "findings of GuardDuty" not in texts(fewer)


def test_account_that_administers_a_service_is_the_target(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(f"{NORTHWIND.read_text(encoding='utf-8')}\nroles: {{access_analyzer: web-prod}}\n")
    shown = texts(plan_profile(path)[1])
    assert "web-prod" in shown[shown.index("Findings and alerts") :]


def test_large_organization_is_collapsed(plan: Plan) -> None:
    accounts = {f"account-{number}": f"Unit{number % 60}" for number in range(600)}
    units = ("/", *(f"Unit{number}" for number in range(60)))
    shown = texts(replace(plan, membership=Membership(accounts=accounts, units=units)))
    assert "and 8 more accounts" in shown
    assert "and 36 more units" in shown
    assert len(shown) < 400


def test_unit_with_many_units_has_them_side_by_side(plan: Plan) -> None:
    units = ("/", "Security", "Workloads", *(f"Workloads/Team{number}" for number in range(20)))
    root = ET.fromstring(format_plan_svg(replace(plan, membership=Membership(accounts={}, units=units))))  # noqa: S314
    title = next(item for item in root.iter(f"{SVG}text") if item.text == "Team0").attrib
    beside = [item.text for item in root.iter(f"{SVG}text") if item.attrib["y"] == title["y"]]
    assert beside == ["Team0", "Team1", "Team2"]
    assert "and 8 more units" in texts(replace(plan, membership=Membership(accounts={}, units=units)))


def test_name_is_text_and_the_picture_has_an_alternative(plan: Plan) -> None:
    picture = format_plan_svg(replace(plan, organization='<script>"&'))
    root = ET.fromstring(picture)  # noqa: S314 - our own text
    assert root.find(f"{SVG}title") is not None
    description = root.find(f"{SVG}desc")
    assert description is not None
    assert "log_archive: kms, log_archive; security: kms, guardduty" in (description.text or "")
    assert not list(root.iter(f"{SVG}script"))
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")


def test_written_plan_has_no_accounts_to_draw(plan: Plan) -> None:
    with pytest.raises(LookupError):
        format_plan_svg(replace(plan, membership=None))


def test_command_draws_one_plan_but_no_changes() -> None:
    assert CliRunner().invoke(baseline, ["plan", str(NORTHWIND), "--format", "svg"]).output.startswith("<svg ")
    failed = CliRunner().invoke(baseline, ["plan", str(NORTHWIND), "--format", "svg", "--against", str(NORTHWIND)])
    assert failed.exit_code == 2
    assert "leave out --against" in failed.output
