"""Security Hub: parameters of controls that AWS documents."""

from typing import Any

import pytest

from baseline.aws.facts import facts
from baseline.aws.security_hub import control_ids, ids_of
from baseline.aws.security_hub_parameters import KINDS, control_parameters
from baseline.capabilities.detect.security_hub.security_hub import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.plan.build import build_plan
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape


def landscape(settings: dict[str, Any], *, standalone: bool = False) -> Landscape:
    return make_landscape("standard", {"security_hub": settings}, standalone=standalone)


def problems(settings: dict[str, Any], *, standalone: bool = False) -> list[tuple[str, str]]:
    found = CAPABILITY.problems(landscape(settings, standalone=standalone))
    return [(".".join(map(str, item.path)), f"{item.message}: {item.fix}") for item in found]


@pytest.mark.parametrize(
    ("control", "given", "said"),
    [
        ("ACM.1", {"daysToExpiration": {"Integer": 13}}, "ACM.1 does not accept Integer 13"),
        ("ACM.1", {"daysToExpiration": {"Integer": True}}, "does not accept Integer True"),
        ("ACM.1", {"daysToExpiration": {"String": "30"}}, "does not accept String '30'"),
        ("ACM.1", {"daysToExpire": {"Integer": 30}}, "no parameter daysToExpire"),
        ("IAM.8", {"maxCredentialUsageAge": {"Integer": 45}}, "no parameter maxCredentialUsageAge that can be set"),
        ("CloudWatch.16", {"minRetentionTime": {"Enum": "180"}}, "does not accept Enum '180'"),
        ("EC2.18", {"authorizedTcpPorts": {"IntegerList": []}}, "does not accept IntegerList []"),
        ("EC2.18", {"authorizedTcpPorts": {"IntegerList": [443, 0]}}, "does not accept IntegerList [443, 0]"),
        ("EC2.18", {"authorizedTcpPorts": {"IntegerList": list(range(1, 34))}}, "does not accept IntegerList"),
        ("Kinesis.3", {"minimumBackupRetentionPeriod": {"String": "day"}}, "does not accept String 'day'"),
        ("FSx.4", {"deploymentTypes": {"Integer": "3"}}, "'3' is no Integer"),
        ("Lambda.5", {"availabilityZones": {"Enum": "7"}}, "does not accept Enum '7'"),
        ("Lambda.5", {"availabilityZones": {"Integer": 3}}, "does not accept Integer 3"),
        ("S3.11", {"eventTypes": {"EnumList": ["s3:TestEvent", "s3:Made"]}}, "does not accept EnumList"),
        ("RDS.14", {"BacktrackWindowInHours": {"Double": 72.5}}, "Double, 0.1 to 72"),
        ("Lambda.6", {"requiredKeyTags": {"StringList": ["owner"]}}, "no parameter requiredKeyTags that can be set"),
        ("Lambda.6", {"requiredTagKeys": {"StringList": list("abcdefg")}}, "does not accept StringList"),
        ("S3.1", {"anything": {"Boolean": True}}, "no parameter anything that can be set: it has none"),
        ("EC2.18", {"x": {"Integer": 1}}, "can be set: it has authorizedTcpPorts, authorizedUdpPorts"),
        ("ACM.1", {"daysToExpiration": {"Integer": 30, "Double": 30.0}}, "the kinds Integer, Double"),
    ],
)
def test_a_parameter_that_aws_refuses_is_reported(control: str, given: dict[str, Any], said: str) -> None:
    for standalone in (False, True):
        found = problems({"parameters": [{"control": control, "parameters": given}]}, standalone=standalone)
        assert [setting for setting, message in found if said in message] == [
            f"parameters.0.parameters.{next(iter(given))}"
        ]


def test_a_controls_parameters_keep_their_resource_whatever_precedes_them() -> None:
    first = {"control": "ACM.1", "parameters": {"daysToExpiration": {"Integer": 45}}}
    second = {"control": "IAM.7", "parameters": {"MinimumPasswordLength": {"Integer": 16}}}

    def named(*items: dict[str, Any]) -> dict[str, str]:
        here = landscape({"parameters": list(items)}, standalone=True)
        stack = next(stack for stack in build_plan(here).stacks if stack.name == "nw-security-hub")
        controls = read_template(render_stack(stack)).of_type("AWS::SecurityHub::SecurityControl")
        return {r.logical_id: r.properties["SecurityControlId"] for r in controls}

    assert named(second) == {"Config1Parameters": "Config.1", "IAM7Parameters": "IAM.7"}
    assert named(second).items() <= named(first, second).items()


def test_what_aws_takes_is_no_problem() -> None:
    taken: list[tuple[str, dict[str, Any]]] = [
        ("ACM.1", {"daysToExpiration": {"Integer": 365}}),
        ("CloudWatch.16", {"minRetentionTime": {"Enum": "731"}}),
        ("EC2.18", {"authorizedTcpPorts": {"IntegerList": [443]}, "authorizedUdpPorts": {"IntegerList": [53, 123]}}),
        ("IAM.7", {"MinimumPasswordLength": {"Integer": 14}, "RequireSymbols": {"Boolean": True}}),
        ("Cognito.1", {"SecurityMode": {"String": "ENFORCED"}}),
        ("Kinesis.3", {"minimumBackupRetentionPeriod": {"String": "168"}}),
        ("Lambda.5", {"availabilityZones": {"Enum": "3"}}),
        ("Lambda.6", {"requiredTagKeys": {"StringList": ["owner", "CostCenter"]}}),
        ("RDS.14", {"BacktrackWindowInHours": {"Double": 0.5}}),
        ("RDS.42", {"logTypes": {"EnumList": ["audit", "error", "slowquery"]}}),
    ]
    settings = {"parameters": [{"control": control, "parameters": given} for control, given in taken]}
    assert not problems(settings)
    assert not CAPABILITY.unsupported(landscape(settings))


def test_a_parameter_that_nothing_is_known_of_is_reported_and_deployed() -> None:
    settings = {"parameters": [{"control": "FSx.4", "parameters": {"deploymentTypes": {"Enum": "MULTI_AZ_2"}}}]}
    assert not problems(settings)
    (note,) = CAPABILITY.unsupported(landscape(settings))
    assert ".".join(map(str, note.path)) == "parameters.0.control"
    assert "unknown to baseline: deploymentTypes" in note.message


def test_a_controls_parameters_stand_in_one_place() -> None:
    item = {"control": "ACM.1", "parameters": {"daysToExpiration": {"Integer": 30}}}
    assert "ACM.1 is given twice" in dict(problems({"parameters": [item, item]}))["parameters.1.control"]


def test_parameters_are_known_of_controls_that_exist() -> None:
    assert control_parameters().keys() <= control_ids()
    assert ids_of(facts("security_hub")["parameters_possible"]) <= control_ids()
    assert {item.kind for some in control_parameters().values() for item in some.values()} <= KINDS
