"""Data protection of log groups: the policy's document, and where it is."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered


def landscape(**changes: Any) -> Landscape:
    return make_landscape(settings={"monitoring": {"log_protection": changes}})


def test_secrets_are_found_and_masked_in_every_log_group() -> None:
    template = rendered("monitoring", landscape())["monitoring-log-protection"]
    (policy,) = properties(template, "AWS::Logs::AccountPolicy").values()
    assert (policy["PolicyType"], policy["Scope"]) == ("DATA_PROTECTION_POLICY", "ALL")
    document = json.loads(policy["PolicyDocument"]["Fn::Sub"])
    find, mask = document["Statement"]
    assert find["DataIdentifier"] == mask["DataIdentifier"]
    assert "arn:${AWS::Partition}:dataprotection::aws:data-identifier/AwsSecretKey" in mask["DataIdentifier"]
    assert find["Operation"] == {"Audit": {"FindingsDestination": {}}}
    assert mask["Operation"] == {"Deidentify": {"MaskConfig": {}}}
    assert document["Version"] == "2021-06-01"


def test_policy_is_in_its_places_and_every_governed_region() -> None:
    here = landscape(to=["Workloads"], identifiers=["EmailAddress"])
    (stack,) = (item for item in build_plan(here).stacks if item.name == "nw-monitoring-log-protection")
    assert stack.regions == ("eu-west-1", "eu-central-1")
    assert {ou for item in stack.deployments for ou in item.ous} == {"Workloads"}


@pytest.mark.parametrize("change", [{"identifiers": []}, {"identifiers": ["credit card"]}, {"to": []}], ids=str)
def test_values_that_aws_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(**change)
