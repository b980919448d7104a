"""Security Hub in Regions without all controls."""

from typing import Any

import pytest

from baseline.aws.facts import facts
from baseline.aws.regions import REGIONS
from baseline.aws.security_hub import control_ids, has_control, ids_of, standards
from baseline.capabilities.detect.security_hub.security_hub import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.plan.build import build_plan
from baseline.render.render import render_stack
from baseline.validate.subject import Subject, read_template
from tests.landscapes import make_landscape

KINESIS: dict[str, Any] = {"control": "Kinesis.3", "parameters": {"minimumBackupRetentionPeriod": {"String": "48"}}}
ACM: dict[str, Any] = {"control": "ACM.1", "parameters": {"daysToExpiration": {"Integer": 45}}}


def landscape(settings: dict[str, Any], *regions: str, **changes: Any) -> Landscape:
    return make_landscape("standard", {"security_hub": settings}, home_region=regions[0], regions=regions, **changes)


def hub(here: Landscape) -> Subject:
    stack = next(stack for stack in build_plan(here).stacks if stack.name == "nw-security-hub")
    return read_template(render_stack(stack))


def notes(here: Landscape) -> dict[str, str]:
    return {".".join(map(str, item.path)): f"{item.message}: {item.fix}" for item in CAPABILITY.unsupported(here)}


def test_the_list_is_of_every_region_and_of_controls_that_exist() -> None:
    lists = facts("security_hub_regions")
    assert set(lists) == set(REGIONS)
    named = {control for numbers in lists.values() for control in ids_of(numbers)}
    assert len(named) > 500
    assert named <= control_ids()


@pytest.mark.parametrize(
    ("control", "region", "expected"),
    [
        ("CloudFront.1", "us-east-1", True),
        ("CloudFront.1", "eu-west-1", False),
        ("ACM.1", "eu-west-1", True),
        ("ACM.1", "cn-north-1", False),
        ("S3.13", "us-gov-west-1", False),
        ("Autoscaling.5", "ap-east-2", False),
        ("Config.1", "mx-central-1", True),
    ],
)
def test_a_region_has_a_control_or_has_it_not(control: str, region: str, *, expected: bool) -> None:
    assert has_control(control, region) is expected


@pytest.mark.parametrize(
    "control", ["Cognito.1", "EC2.22", "RDS.38", "Redshift.16", "SageMaker.25", "BedrockAgentCore.7", "Autoscaling.5"]
)
def test_a_control_of_aws_is_no_misspelling(control: str) -> None:
    here = landscape({"disabled_controls": [{"control": control, "reason": "Decided."}]}, "eu-west-1", "eu-central-1")
    assert not list(CAPABILITY.problems(here))


def test_what_a_region_lacks_of_what_is_configured_is_reported_and_where_it_still_applies() -> None:
    lacking = {"control": "CloudFront.1", "reason": "Decided."}
    settings = {
        "disabled_controls": [{"control": "EC2.10", "reason": "Decided."}, lacking],
        "parameters": [ACM, KINESIS],
        "policies": [{"name": "a", "to": ["Security"], "standards": ["fsbp"], "disabled_controls": [lacking]}],
    }
    assert notes(landscape(settings, "eu-west-1", "ca-central-1")) == {
        "disabled_controls.1.control": "Security Hub has no CloudFront.1 in eu-west-1, ca-central-1: leave it out: it "
        "has no effect",
        "parameters.1.control": "Security Hub has no Kinesis.3 in ca-central-1: it applies in the other Regions",
        "policies.0.disabled_controls.0.control": "Security Hub has no CloudFront.1 in eu-west-1, ca-central-1: leave "
        "it out: it has no effect",
    }


def test_a_control_that_does_not_exist_is_a_problem_and_no_note() -> None:
    here = landscape({"disabled_controls": [{"control": "EC2.999", "reason": "Decided."}]}, "eu-west-1", "ca-central-1")
    assert [".".join(map(str, item.path)) for item in CAPABILITY.problems(here)] == ["disabled_controls.0.control"]
    assert not notes(here)


# ── a hub that nobody configures centrally ───────────────────────────────────────────────────────────────────────────


def test_parameters_are_set_where_their_control_is_and_nowhere_else() -> None:
    template = hub(landscape({"parameters": [ACM, KINESIS]}, "eu-west-1", "ca-central-1", standalone=True))
    conditions = {r.logical_id: r.body.get("Condition") for r in template.of_type("AWS::SecurityHub::SecurityControl")}
    assert conditions == {"Config1Parameters": None, "ACM1Parameters": None, "Kinesis3Parameters": "HasKinesis3"}
    assert template.document["Mappings"] == {
        "Offered": {"eu-west-1": {"HasKinesis3": "true"}, "ca-central-1": {"HasKinesis3": "false"}}
    }
    assert template.document["Conditions"] == {
        "HasKinesis3": {"Fn::Equals": [{"Fn::FindInMap": ["Offered", {"Ref": "AWS::Region"}, "HasKinesis3"]}, "true"]}
    }


def test_parameters_of_a_control_that_is_nowhere_are_not_set() -> None:
    template = hub(landscape({"parameters": [ACM, KINESIS]}, "ca-central-1", standalone=True))
    names = {item.logical_id for item in template.of_type("AWS::SecurityHub::SecurityControl")}
    assert names == {"Config1Parameters", "ACM1Parameters"}
    assert not {"Mappings", "Conditions"} & set(template.document)


def test_a_standard_is_on_where_it_is_and_nowhere_else() -> None:
    settings = {"standards": ["fsbp", "resource-tagging"]}
    template = hub(landscape(settings, "eu-west-1", "ap-east-2", standalone=True))
    conditions = {r.logical_id: r.body.get("Condition") for r in template.of_type("AWS::SecurityHub::Standard")}
    assert conditions == {"StandardFsbp": None, "StandardResourceTagging": "HasStandardResourceTagging"}
    assert template.document["Mappings"]["Offered"] == {
        "eu-west-1": {"HasStandardResourceTagging": "true"},
        "ap-east-2": {"HasStandardResourceTagging": "false"},
    }
    alone = hub(landscape(settings, "ap-east-2", standalone=True))
    assert [r.logical_id for r in alone.of_type("AWS::SecurityHub::Standard")] == ["StandardFsbp"]


def test_no_resource_waits_for_one_that_a_region_may_not_have() -> None:
    here = landscape({"standards": list(standards())}, "eu-west-1", "ap-east-2", standalone=True)
    found = {r.logical_id: r.body for r in hub(here).of_type("AWS::SecurityHub::Standard")}
    assert len(found) == len(standards())
    assert not [item for item in found.values() if "Condition" in found.get(item["DependsOn"], {})]
