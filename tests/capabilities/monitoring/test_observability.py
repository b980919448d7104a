"""Cross-account observability: a sink for the organization only, and links to it by place."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from tests.landscapes import make_landscape, properties, rendered

SINKS = {
    "eu-west-1": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "eu-central-1": "1a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
}


def landscape(**changes: Any) -> Landscape:
    standalone = changes.pop("standalone", False)
    return make_landscape(
        settings={"monitoring": {"observability": {"sinks": SINKS, **changes}}}, standalone=standalone
    )


def stacks(here: Landscape) -> dict[str, Stack]:
    return {stack.name: stack for stack in build_plan(here).stacks if stack.capability == "monitoring"}


def test_only_accounts_of_the_organization_may_link() -> None:
    (sink,) = properties(rendered("monitoring", landscape())["monitoring-sink"], "AWS::Oam::Sink").values()
    (statement,) = sink["Policy"]["Statement"]
    assert statement["Action"] == ["oam:CreateLink", "oam:UpdateLink"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}},
        "ForAllValues:StringEquals": {
            "oam:ResourceTypes": ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"]
        },
        "Null": {"oam:ResourceTypes": "false"},
    }


def test_link_names_the_sink_of_its_region() -> None:
    here = landscape(share=["logs"])
    template = rendered("monitoring", here)["monitoring-links"]
    (link,) = properties(template, "AWS::Oam::Link").values()
    assert link["ResourceTypes"] == ["AWS::Logs::LogGroup"]
    arn, names = link["SinkIdentifier"]["Fn::Sub"]
    assert arn == "arn:${AWS::Partition}:oam:${AWS::Region}:${SecurityAccountId}:sink/${Id}"
    assert names == {"Id": {"Fn::FindInMap": ["Sinks", {"Ref": "AWS::Region"}, "Id"]}}
    assert template.document["Mappings"]["Sinks"] == {region: {"Id": name} for region, name in SINKS.items()}


def test_account_that_reads_does_not_link_to_itself() -> None:
    links = stacks(landscape())["nw-monitoring-links"]
    assert [item.account for item in stacks(landscape())["nw-monitoring-sink"].deployments] == ["security"]
    assert {item.account for item in links.deployments} >= {"management", "log_archive"}
    assert "security" not in {item.account for item in links.deployments}
    units = [ou for item in links.deployments if not item.account for ou in item.ous]
    assert units == ["Workloads"]


@pytest.mark.parametrize("account", ["management", "log_archive"])
@pytest.mark.parametrize("to", [["root"], ["Workloads", "log_archive", "management"]], ids=str)
def test_account_that_is_named_does_not_link_to_itself(account: str, to: list[str]) -> None:
    links = stacks(landscape(account=account, to=to))["nw-monitoring-links"]
    others = {"management", "log_archive"} & {item.account for item in links.deployments}
    assert account not in others
    assert others or account == "management"


def test_another_account_reads() -> None:
    here = landscape(account="log_archive", to=["Security"])
    assert [item.account for item in stacks(here)["nw-monitoring-sink"].deployments] == ["log_archive"]
    assert [item.account for item in stacks(here)["nw-monitoring-links"].deployments] == ["security"]


def test_links_wait_for_the_ids_of_their_sinks() -> None:
    here = landscape(sinks={"eu-west-1": SINKS["eu-west-1"]})
    assert stacks(here)["nw-monitoring-links"].regions == ("eu-west-1",)
    (problem,) = (it for it in CAPABILITIES["monitoring"].problems(here) if it.severity is Severity.WARNING)
    assert problem.path == ("observability", "sinks")
    assert "eu-central-1" in problem.message
    assert set(stacks(landscape(sinks={}))) == {"nw-monitoring-sink"}


def test_single_account_has_no_other_to_read() -> None:
    here = landscape(standalone=True)
    assert rendered("monitoring", here) == {}
    (problem,) = CAPABILITIES["monitoring"].problems(here)
    assert problem.path == ("observability",)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"account": "gone"}, ("observability", "account")),
        ({"to": ["security"]}, ("observability", "to")),
        ({"sinks": {**SINKS, "us-west-2": SINKS["eu-west-1"]}}, ("observability", "sinks", "us-west-2")),
    ],
    ids=str,
)
def test_unknown_places_are_a_problem(change: dict[str, Any], path: tuple[str, ...]) -> None:
    (found,) = (it for it in CAPABILITIES["monitoring"].problems(landscape(**change)) if it.severity is None)
    assert found.path == path


@pytest.mark.parametrize(
    ("change", "units", "is_whole"),
    [
        ({}, "the root, Security", False),
        ({"to": ["Security"]}, "Security", False),
        ({"to": ["Workloads"]}, "", False),
        ({"sinks": {}}, "", None),
    ],
    ids=str,
)
def test_finding_names_the_units_around_the_account_that_reads(
    change: dict[str, Any], units: str, is_whole: bool | None
) -> None:
    here = landscape(**change)
    notes = [it for it in CAPABILITIES["monitoring"].problems(here) if it.severity is Severity.INFO]
    assert [it.path for it in notes] == [("observability", "to")] * bool(units)
    assert all(f"directly in {units} that the profile does not list share nothing" in it.message for it in notes)
    links = rendered("monitoring", here).get("monitoring-links")
    assert (links and "from every other account" in links.template.text) == is_whole


def test_every_account_shares_if_the_one_that_reads_has_a_unit_of_its_own() -> None:
    here = landscape()
    accounts = {**here.accounts, "security": replace(here.accounts["security"], ou="Reads")}
    here = replace(here, accounts=accounts, ous={**here.ous, "Reads": None, "Old": None}, suspended=frozenset({"Old"}))
    assert not CAPABILITIES["monitoring"].problems(here)
    assert "from every other account" in rendered("monitoring", here)["monitoring-links"].template.text


@pytest.mark.parametrize("change", [{"share": []}, {"sinks": {"eu-west-1": "arn:aws:oam"}}, {"to": []}], ids=str)
def test_values_that_aws_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(**change)
