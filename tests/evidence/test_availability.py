"""A control is unsupported only if no governed Region has its features."""

import pytest

from baseline.aws.config_rules import is_rule_available
from baseline.controls.assertion import assertions
from baseline.controls.control import controls
from baseline.evidence.assess import Assessment, State
from baseline.evidence.availability import lacking_controls, rule_of, unsupported_controls

EVERYTHING_OFF = tuple(
    Assessment(control=control, state=State.ABSENT, observations=()) for control in controls().values()
)


def found(*regions: str, state: State = State.ABSENT) -> frozenset[str]:
    some = [Assessment(control=item.control, state=state, observations=()) for item in EVERYTHING_OFF]
    return unsupported_controls(some, regions)


def rules() -> dict[str, str]:
    """Control → managed rule, for controls with assertions about only one rule."""
    named = {name: {rule_of(item) for item in items} for name, items in assertions().items()}
    return {name: rule for name, (rule, *others) in named.items() if rule and not others}


@pytest.mark.parametrize("region", ["eu-west-1", "us-gov-west-1", "cn-north-1", "mx-central-1"])
def test_rules_that_the_region_lacks_are_unsupported(region: str) -> None:
    lacking = {name for name, rule in rules().items() if is_rule_available(rule, region) is False}
    assert lacking
    assert lacking == found(region) & set(rules())


def test_one_region_that_has_it_is_enough() -> None:
    assert found("eu-west-1", "us-east-1") == found("eu-west-1") & found("us-east-1")
    assert found("eu-west-1") > found("eu-west-1", "us-east-1")


def test_what_is_there_is_supported_whatever_the_region() -> None:
    assert not found("mx-central-1", state=State.DEPLOYED)
    assert not found("mx-central-1", state=State.FAILED)


def test_every_control_of_a_managed_rule_names_it() -> None:
    assert {name for name in controls() if name.startswith("config-rule-")} <= set(rules())


def test_controls_of_security_hub_that_no_region_has_are_lacking() -> None:
    assert "CloudFront.1" in lacking_controls(["eu-west-1"])
    assert "CloudFront.1" not in lacking_controls(["eu-west-1", "us-east-1"])
    assert "CloudTrail.1" not in lacking_controls(["us-gov-west-1"])
    assert lacking_controls(["us-gov-west-1"]) - lacking_controls(["eu-west-1"])
