"""`validate --inventory` and `plan --inventory`: a profile against a live organization."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import InventoryError
from baseline.findings import Finding
from baseline.inventory.calls import Call, read_calls
from baseline.inventory.conflicts import Subject, conflicts
from baseline.inventory.conflicts.run import INVENTORY_CHECKS
from baseline.inventory.document import write_inventory
from baseline.inventory.facts.control_tower import EnabledBaseline, EnabledControl, LandingZone
from baseline.inventory.facts.identity_center import Group, IdentityCenter, PermissionSet
from baseline.inventory.facts.organization import Administrator, Policies, Policy
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import Inventory
from baseline.inventory.proposal.answers import Wishes, answers_of
from baseline.plan.build import build_plan
from baseline.profile.load import LoadedProfile, load_profile_text
from baseline.profile.scaffold import scaffold
from tests.inventory.made import (
    DATA,
    DETECTOR,
    HUB,
    LOGS,
    MANAGEMENT,
    RECORDER,
    REGIONS,
    SECURITY,
    WEB,
    inventory,
    policies,
    stack_set,
)

_TEXT = scaffold(answers_of(inventory(), Wishes(name="Contoso", prefix="ct"))).replace('stage: "audit"', 'stage: "all"')
_NOTES = {"inventory-unknown", "inventory-unlisted"}


@cache
def loaded(text: str) -> LoadedProfile:
    return load_profile_text(text)


def found(live: Inventory, change: Callable[[str], str] = str, calls: tuple[Call, ...] = ()) -> tuple[Finding, ...]:
    """The conflicts of the profile of the unchanged organization with another one."""
    profile = loaded(change(_TEXT))
    subject = Subject(landscape=profile.landscape, plan=build_plan(profile.landscape, ()), inventory=live, calls=calls)
    return conflicts(subject, "profile.yaml", profile.places)


def scp(content: Any, *targets: str, name: str = "foreign") -> Policies:
    one = Policy(
        id="p-foreign", name=name, type="SERVICE_CONTROL_POLICY", aws_managed=False, content=json.dumps(content),
        targets=targets,
    )  # fmt: skip
    return Policies(policies=(one,), unknown_types={}, free_slots={})


def deny(*actions: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Sid": "No", "Effect": "Deny", "Action": actions, "Resource": "*"}]}


def full_access(*targets: str) -> Policies:
    one = Policy(
        id="p-FullAWSAccess", name="FullAWSAccess", type="SERVICE_CONTROL_POLICY", aws_managed=True, content="",
        targets=targets,
    )  # fmt: skip
    return Policies(policies=(one,), unknown_types={}, free_slots={})


def center(**values: Any) -> IdentityCenter:
    given: dict[str, Any] = {
        "arn": "arn", "identity_store": "d-1", "region": "eu-west-1", "owner": "1", "permission_sets": (),
        "groups": (), "assignments": (), **values,
    }  # fmt: skip
    return IdentityCenter(**given)


def test_a_profile_made_from_an_inventory_has_no_conflict_with_it() -> None:
    assert found(inventory()) == ()


def a_call(action: str, **more: Any) -> Call:
    return Call(principal=f"arn:aws:iam::{WEB}:role/app", action=action, **more)


def test_calls_that_were_made_and_would_newly_be_denied_are_named() -> None:
    made = (
        a_call("organizations:LeaveOrganization", region="eu-west-1", count=3, last="2026-11-01"),
        a_call("organizations:LeaveOrganization", region="us-east-1", count=2, last="2026-11-03"),
        a_call("ec2:DescribeInstances", region="eu-west-1"),
    )
    (finding,) = (item for item in found(inventory(), calls=made) if item.id == "inventory-newly-denied")
    assert f"arn:aws:iam::{WEB}:role/app made organizations:LeaveOrganization (calls: 5)" in finding.message
    assert "in eu-west-1, us-east-1, last on 2026-11-03" in finding.message
    assert "ct-guardrails-scp-detection at root would deny it" in finding.message
    (unknown,) = found(inventory(), calls=(a_call("kms:ScheduleKeyDeletion"),))
    assert (unknown.id, "kms:ResourceAliases" in unknown.message) == ("inventory-newly-unknown", True)

    stopped = inventory(policies=scp(deny("organizations:LeaveOrganization"), "r-c0nt"))
    assert not [item for item in found(stopped, calls=made) if item.id == "inventory-newly-denied"]
    later = found(inventory(), lambda text: text.replace('stage: "all"', 'stage: "audit"'), made)
    assert [item.id for item in later if item.id == "inventory-newly-denied"]


def test_file_of_calls_is_read_with_every_mistake(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    role = f"arn:aws:iam::{WEB}:role/app"
    file.write_text(f"principal,action,count\n{role},s3:PutObject,12\n{role},s3:GetObject,\n", encoding="utf-8")
    assert read_calls(file) == (a_call("s3:PutObject", count=12), a_call("s3:GetObject"))

    file.write_text(f"principal,action,count\napp,s3:PutObject,1\n{role},PutObject,x\n", encoding="utf-8")
    with pytest.raises(InventoryError) as caught:
        read_calls(file)
    assert "line 2: principal is not the ARN" in str(caught.value)
    assert "line 3: action is not of the form service:Action; count is not a number" in str(caught.value)
    file.write_text("principal,verb\n", encoding="utf-8")
    with pytest.raises(InventoryError, match="the column action is missing; unknown column verb"):
        read_calls(file)


def test_what_the_profile_adopts_does_not_collide() -> None:
    live = inventory({SECURITY: {"us-east-1": {"detectors": (DETECTOR,)}, "eu-west-1": {"hub": HUB}}})
    adopt = f'{{organizational_units: {{Core: ou-c0nt-11111111}}, accounts: {{web-production: "{WEB}"}}, '
    adopt += f'detectors: {{us-east-1: {DETECTOR.id}}}, hubs: {{eu-west-1: "{HUB.arn}"}}}}'

    def adopting(text: str) -> str:
        new = text.replace('{path: "Core", id: "ou-c0nt-11111111"}', "Core").replace(f'id: "{WEB}", ', "")
        return new.replace("capabilities:", f"adopt: {adopt}\ncapabilities:")

    without = {item.id for item in found(live, lambda text: adopting(text).replace(f"adopt: {adopt}\n", ""))}
    assert without >= {"inventory-unit", "inventory-account", "inventory-singleton"}
    assert {item.id for item in found(live, adopting)} <= _NOTES


CONTROL = "arn:aws:controlcatalog:::control/0made0up"
_ON = dict.fromkeys(("centralizedLogging", "config", "securityRoles", "accessManagement"), True)


def registered(unit: str) -> EnabledBaseline:
    target = f"arn:aws:organizations::{MANAGEMENT}:ou/o-c0nt0s0123/{unit}"
    return EnabledBaseline(name="AWSControlTowerBaseline", version="5.0", target=target, status="SUCCEEDED")


def tower(**values: Any) -> LandingZone:
    """The landing zone that `governed` describes, with other values."""
    given: dict[str, Any] = {
        "arn": "arn", "region": "eu-west-1", "version": "4.0", "latest_version": "4.0", "status": "ACTIVE",
        "drift": "IN_SYNC", "governed_regions": ("eu-west-1", "us-east-1"), "integrations": _ON,
        "accounts": {"centralizedLogging": LOGS, "securityRoles": SECURITY}, "controls": (),
        "baselines": tuple(registered(f"ou-c0nt-{digit * 8}") for digit in "123"), **values,
    }  # fmt: skip
    return LandingZone(**given)


def governed(more: str = "") -> Callable[[str], str]:
    """The profile with the key for a landing zone."""
    key = f'{{version: "4.0", security_unit: Core, {more}}}'
    return lambda text: text.replace("  alerts:", f"  control_tower: {key}\n  alerts:")


def recorded(**organization: Any) -> Inventory:
    """The organization with a recorder in every member account and Region, as Control Tower makes them."""
    everywhere = {region: {"recorders": (RECORDER,)} for region in REGIONS}
    return inventory(dict.fromkeys((LOGS, SECURITY, WEB, DATA), everywhere), **organization)


def reserving(text: str) -> str:
    return text.replace("  guardrails:", "  guardrails:\n    reserved_slots: 1", 1)


def test_a_landing_zone_that_the_profile_describes_does_not_collide() -> None:
    assert {item.id for item in found(recorded(control_tower=tower()), governed())} <= _NOTES


_DETECTORS = f"{{eu-west-1: {DETECTOR.id}}}"


def _without_data(text: str) -> str:
    return "".join(line for line in text.splitlines(True) if "  data: " not in line)


def _sends_to(account: str, place: str) -> Callable[[str], str]:
    """A change of the text: log events of a place are sent to an account."""
    setting = f'log_subscription: {{account: "{account}", destination: siem, to: [{place}]}}'
    return lambda text: text.replace("  monitoring:", f"  monitoring:\n    {setting}")


@pytest.mark.parametrize(("account", "place"), [(DATA, "Core"), ("999999999999", "Workloads")], ids=str)
def test_destination_may_be_in_an_account_that_sends_nothing(account: str, place: str) -> None:
    reported = found(inventory(), lambda text: _sends_to(account, place)(_without_data(text)))
    assert "inventory-log-destination" not in {item.id for item in reported}


CASES: dict[str, tuple[Inventory, Callable[[str], str], str, str]] = {
    "another organization": (
        inventory(), lambda text: text.replace("o-c0nt0s0123", "o-c0nt0s0999"), "inventory-organization",
        "o-c0nt0s0999",
    ),
    "an account that is not there": (
        inventory(), lambda text: text.replace(WEB, "999999999909"), "inventory-account", "999999999909",
    ),
    "a closed account": (inventory(states={WEB: "SUSPENDED"}), str, "inventory-account", "is SUSPENDED"),
    "a new account with an address in use": (
        inventory(), lambda text: text.replace(f'id: "{WEB}", ', ""), "inventory-account", f"{WEB} (Web Production)",
    ),
    "an adoption of what is not there": (
        inventory(),
        lambda text: text.replace(
            "capabilities:", f"adopt: {{detectors: {{us-east-1: {DETECTOR.id}}}}}\ncapabilities:"
        ),
        "inventory-adoption", f"the detector {DETECTOR.id} does not exist",
    ),
    "an account in another unit": (
        inventory(), lambda text: text.replace('"Workloads/Prod", name: "Web', '"Workloads", name: "Web'),
        "inventory-moved", f"{WEB} is in Workloads/Prod",
    ),
    "a unit that would be made twice": (
        inventory(), lambda text: text.replace('{path: "Core", id: "ou-c0nt-11111111"}', "Core"),
        "inventory-unit", "exists already (ou-c0nt-11111111)",
    ),
    "a unit with an unknown id": (
        inventory(), lambda text: text.replace('id: "ou-c0nt-11111111"', 'id: "ou-c0nt-99999999"'),
        "inventory-unit", "there is no such unit",
    ),
    "a recorder in one account": (
        inventory({WEB: {"eu-west-1": {"recorders": (RECORDER,)}}}), str, "inventory-singleton",
        "web-production in eu-west-1",
    ),
    "a detector of the security account": (
        inventory({SECURITY: {"us-east-1": {"detectors": (DETECTOR,)}}}), str, "inventory-singleton",
        "security in us-east-1",
    ),
    "a hub of the security account": (
        inventory({SECURITY: {"eu-west-1": {"hub": HUB}}}), str, "inventory-singleton", "ct-security-hub",
    ),
    "a detector that is not there": (
        inventory(),
        lambda text: text.replace("  guardduty:", f"  guardduty:\n    existing_detectors: {_DETECTORS}"),
        "inventory-detector", DETECTOR.id,
    ),
    "no recorder although another tool should have them": (
        inventory(), lambda text: text.replace("  config:", "  config:\n    recorder: existing"),
        "inventory-no-recorder", "management in eu-west-1",
    ),
    "an administrator of Detective with a graph": (
        inventory(
            {SECURITY: {"eu-west-1": {"graphs": ("arn:graph",)}}},
            delegated_administrators=(Administrator(account=SECURITY, services=("detective.amazonaws.com",)),),
        ),
        lambda text: text.replace("  detective:", "  detective:\n    graph: true"), "inventory-graph",
        f"security ({SECURITY}) already administers Amazon Detective, and has a graph in eu-west-1",
    ),
    "an unlisted account with the destination of log events": (
        inventory(), lambda text: _sends_to(DATA, "Workloads")(_without_data(text)), "inventory-log-destination",
        "data (555555555505) is an account of the organization",
    ),
    "another administrator of Security Hub": (
        inventory(delegated_administrators=(Administrator(account=WEB, services=("securityhub.amazonaws.com",)),)),
        str, "inventory-administrator", f"web-production ({WEB})",
    ),
    "a permission set of the same name": (
        inventory(identity_center=center(
            permission_sets=(PermissionSet(name="ReadOnly", arn="arn", session="PT1H", managed_policies=()),)
        )),
        str, "inventory-identity", "ReadOnly",
    ),
    "a group of the same name": (
        inventory(identity_center=center(groups=(Group(id="93674f7e5b-1", name="admins", external=False),))),
        lambda text: text.replace("  identity_center:", "  identity_center:\n    groups: {admins: {}}"),
        "inventory-identity", "group admins",
    ),
    "an instance in another Region": (
        inventory(identity_center=center(region="us-east-1")), str, "inventory-identity", "in us-east-1",
    ),
    "a foreign StackSet of the same name": (
        inventory(stack_sets=(stack_set("ct-config-role", ""),)), str, "inventory-stack-set", "ct-config-role",
    ),
    "a policy of the same name": (
        inventory(policies=scp(deny("s3:PutBucketAcl"), name="ct-guardrails-scp-identity")), str,
        "inventory-policy-name", "ct-guardrails-scp-identity",
    ),
    "a policy that locks break-glass out": (
        inventory(policies=scp(deny("iam:ListRoles"), "ou-c0nt-22222222")), reserving, "inventory-denial",
        "foreign at Workloads denies iam:ListRoles",
    ),
    "a policy of Control Tower that denies what a stack does": (
        inventory(policies=scp(deny("config:PutConfigurationRecorder"), "ou-c0nt-22222222", name="aws-guardrails-x")),
        reserving, "inventory-deployment-denial", "No of aws-guardrails-x denies config:PutConfigurationRecorder",
    ),
    "a landing zone that the profile does not name": (
        inventory(control_tower=tower()), str, "inventory-control-tower", "the profile does not name it",
    ),
    "a landing zone that does not exist": (recorded(), governed(), "inventory-control-tower", "has no landing zone"),
    "another version of the landing zone": (
        recorded(control_tower=tower(version="3.3", integrations={"accessManagement": True})), governed(),
        "inventory-control-tower", "has version 3.3",
    ),
    "an integration that is off": (
        recorded(control_tower=tower(integrations={**_ON, "config": False})), governed(), "inventory-control-tower",
        "config is off in the landing zone",
    ),
    "another home Region": (
        recorded(control_tower=tower(region="us-east-1")), governed(), "inventory-control-tower", "us-east-1",
    ),
    "another audit account": (
        recorded(control_tower=tower(accounts={"securityRoles": WEB})), governed(), "inventory-control-tower", WEB,
    ),
    "a Region that Control Tower does not govern": (
        recorded(control_tower=tower(governed_regions=("eu-west-1",))), governed(), "inventory-control-tower",
        "does not govern us-east-1",
    ),
    "a unit that is not registered": (
        recorded(control_tower=tower(baselines=(registered("ou-c0nt-11111111"),))), governed(),
        "inventory-registered-unit", "Workloads",
    ),
    "a unit that would be registered twice": (
        recorded(control_tower=tower()), governed("baselines: {Workloads/Prod: '5.0'}, identity_center_baseline: "
        "'arn:aws:controltower:eu-west-1:111111111101:enabledbaseline/XAH'"), "inventory-registered-unit",
        "registered already: Workloads/Prod",
    ),
    "a control that is on already": (
        recorded(control_tower=tower(controls=(
            EnabledControl(control=CONTROL, target="arn:aws:organizations::1:ou/o-c0nt/ou-c0nt-22222222", status=""),
        ))),
        governed(f"controls: [{{control: CT.S3.PV.4, to: [Workloads]}}], identifiers: {{CT.S3.PV.4: {CONTROL}}}"),
        "inventory-control", "CT.S3.PV.4 is already enabled for Workloads",
    ),
    "a control with another identifier": (
        recorded(control_tower=tower(catalog={"CT.S3.PV.4": f"{CONTROL}2"})),
        governed(f"controls: [{{control: CT.S3.PV.4, to: [Workloads]}}], identifiers: {{CT.S3.PV.4: {CONTROL}}}"),
        "inventory-control", f"{CONTROL}2",
    ),
    "more policies than reserved": (
        inventory(policies=scp(deny("a4b:GetRoom"), "r-c0nt")), str, "inventory-reserved-slots", "reserved_slots is 0",
    ),
    "more policies than fit": (
        inventory(policies=policies(**{f"p{number}": ("r-c0nt",) for number in range(9)})), str,
        "inventory-slots", "9 foreign",
    ),
    "an allow list": (
        inventory(policies=full_access("r-c0nt")), str, "inventory-allow-list", "Core",
    ),
    "policies that cannot be read": (
        inventory(policies=Unknown(unknown="ListPolicies: AccessDeniedException")), str, "inventory-policies",
        "every type",
    ),
    "accounts that were not looked at": (
        inventory(unknown=(LOGS, WEB)), str, "inventory-unknown", "log_archive, web-production",
    ),
    "an account that the profile does not list": (
        inventory(), _without_data, "inventory-unlisted", "data (555555555505)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_conflict_is_found_and_no_other(case: str) -> None:
    live, change, id_, said = CASES[case]

    findings = found(live, change)

    reported = [finding for finding in findings if finding.id == id_]
    assert reported, [str(item) for item in findings]
    assert any(said in finding.message for finding in reported), [finding.message for finding in reported]
    others = {finding.id for finding in findings} - {id_} - _NOTES - {"inventory-reserved-slots"}
    assert others == set()


def test_every_check_has_a_case() -> None:
    of_calls = {"inventory-newly-denied", "inventory-newly-unknown"}
    assert {id_ for _, _, id_, _ in CASES.values()} | of_calls == {check.id for check in INVENTORY_CHECKS}


def test_what_the_baseline_deployed_does_not_collide() -> None:
    live = inventory(
        {WEB: {"eu-west-1": {"recorders": (RECORDER,)}}, SECURITY: {"eu-west-1": {"detectors": (DETECTOR,)}}},
        stack_sets=tuple(stack_set(f"ct-{name}", name) for name in ("config", "guardduty", "guardrails")),
        policies=policies(**{"ct-guardrails-scp-identity": ("r-c0nt",)}),
    )
    assert found(live) == ()


def test_validate_and_plan_report_conflicts_offline(tmp_path: Path) -> None:
    profile, live = tmp_path / "profile.yaml", tmp_path / "inventory.json"
    profile.write_text(_TEXT, encoding="utf-8")
    write_inventory(inventory({SECURITY: {"eu-west-1": {"hub": HUB}}}), live)

    planned = CliRunner().invoke(baseline, ["plan", str(profile), "--inventory", str(live), "--format", "json"])
    validated = CliRunner().invoke(
        baseline, ["validate", str(profile), "--inventory", str(live), "--no-lint"], standalone_mode=False
    )

    assert json.loads(planned.stdout)["prefix"] == "ct"
    assert "inventory-singleton" in planned.stderr
    assert "  Security Hub hubs: 1 (hub of security in eu-west-1)" in planned.stderr
    assert validated.return_value == 5
    assert "write existing_hub: true" in validated.output
