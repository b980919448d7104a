"""Control Tower under the guardrails, and the stacks for its units and controls."""

from dataclasses import replace
from functools import cache

import pytest

from baseline.capabilities.control_tower import ControlTower, TowerBaseline, TowerControl
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.lock_out import lock_outs
from baseline.capabilities.organization.guardrails.policies import policies_of
from baseline.controls.guardrail import guardrails
from tests.landscapes import make_landscape, properties, rendered

CATALOG = "arn:aws:controlcatalog:::control/"
TOWER = ControlTower(
    version="4.0",
    integrations=frozenset({"security_roles"}),
    units=("Security", "Workloads"),
    baselines=(TowerBaseline(unit="Workloads", version="5.0"),),
    controls=(
        TowerControl(alias="CT.S3.PV.4", identifier=f"{CATALOG}a", unit="Workloads"),
        TowerControl(alias="AWS-GR_RESTRICT_ROOT_USER", identifier="", unit="Workloads", parameters={"On": [True]}),
        TowerControl(alias="CT.S3.PV.4", identifier=f"{CATALOG}a", unit="Security"),
    ),
)
EXECUTION = "arn:aws:iam::*:role/AWSControlTowerExecution"
ADMINISTRATOR = "arn:aws:iam::*:role/aws-controltower-AdministratorExecutionRole"


@cache
def governed() -> Landscape:
    return make_landscape(control_tower=TOWER)


def test_a_control_is_a_resource_for_each_unit_one_after_the_other() -> None:
    found = properties(
        rendered("organization", governed())["control-tower-workloads"], "AWS::ControlTower::EnabledControl"
    )
    first, second = found.values()

    assert list(found) == ["CTS3PV4OnWorkloads", "AWSGRRESTRICTROOTUSEROnWorkloads"]
    assert first["ControlIdentifier"] == {"Fn::Sub": "arn:${AWS::Partition}:controlcatalog:::control/a"}
    assert first["TargetIdentifier"]["Fn::Sub"].endswith(":ou/${OrganizationId}/${WorkloadsOuId}")
    assert second["ControlIdentifier"]["Fn::Sub"].endswith(":eu-west-1::control/AWS-GR_RESTRICT_ROOT_USER")
    assert second["Parameters"] == [{"Key": "On", "Value": [True]}]
    assert "control-tower-security" in rendered("organization", governed())


def test_a_unit_is_registered_before_anything_is_deployed_there() -> None:
    template = rendered("organization", governed())["control-tower-units"]
    (unit,) = properties(template, "AWS::ControlTower::EnabledBaseline").values()

    assert (unit["BaselineVersion"], "Parameters" in unit) == ("5.0", False)
    (resource,) = template.of_type("AWS::ControlTower::EnabledBaseline")
    assert resource.body["DeletionPolicy"] == "RetainExceptOnCreate"
    assert (
        template.template.stack.name
        in next(stack for stack in rendered("config", governed()).values()).template.stack.depends_on
    )


def test_nothing_of_control_tower_without_the_key() -> None:
    assert not [name for name in rendered("organization", make_landscape()) if name.startswith("control-tower")]


def test_guardrails_exempt_the_roles_that_change_resources_and_protect_them() -> None:
    for landscape, there in ((governed(), True), (make_landscape(), False)):
        texts = [str(item.evaluated) for item in policies_of(landscape) if item.kind == "SERVICE_CONTROL_POLICY"]
        assert any(EXECUTION in text for text in texts)
        assert any(ADMINISTRATOR in text for text in texts) is there
    roles = next(
        str(item.evaluated) for item in policies_of(governed()) if "iam:UpdateAssumeRolePolicy" in str(item.evaluated)
    )
    assert roles.count(ADMINISTRATOR) > 1, "exempt, and a resource that others may not change"
    assert "aws-controltower-*" not in roles


def test_enrolment_works_under_every_guardrail() -> None:
    every = {name: {"enabled": True, "reason": "All."} for name in guardrails()}
    landscape = make_landscape("regulated", {"guardrails": {"rules": every}}, control_tower=TOWER)

    denied = [item for item in lock_outs(landscape, policies_of(landscape)) if "Control Tower" in item.need.who]

    assert [(item.need.request.action, item.verdict.statement) for item in denied] == []


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("config:PutConfigurationRecorder", "AWSControlTowerExecution"),
        ("lambda:CreateFunction", "AWSControlTowerExecution"),
        ("sns:Publish", "aws-controltower-ForwardSnsNotificationRole"),
    ],
)
def test_a_policy_that_stops_enrolment_is_a_lock_out(action: str, said: str) -> None:
    (one, *_) = policies_of(governed())
    deny = {"Statement": [{"Sid": "No", "Effect": "Deny", "Action": action, "Resource": "*"}]}
    own = replace(
        one, key="x", name="x", kind="SERVICE_CONTROL_POLICY", evaluated=deny, places=("root",), belongs=("root",)
    )

    found = [item.need for item in lock_outs(governed(), (own,))]

    assert [(item.who, item.certain) for item in found] == [(f"AWS Control Tower, as {said}", True)]
    assert [item for item in lock_outs(make_landscape(), (own,)) if item.need.certain] == []
