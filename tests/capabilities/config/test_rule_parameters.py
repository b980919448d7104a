"""Parameters of Config rules in a profile: a weaker one is a warning that a reason accepts, never an error."""

from typing import Any

import pytest

from baseline.capabilities.detect.config.config import PackContext
from baseline.capabilities.detect.config.packs import managed_rules
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.assertion import assertions
from baseline.evidence.assess import assess
from baseline.evidence.broken import broken_controls
from baseline.findings import Finding
from baseline.plan.build import build_plan
from baseline.profile.load import load_profile_text
from baseline.render.render import render_plan
from baseline.resources import profiles_directory
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape

WEAKER = [
    ("access-keys-rotated", "maxAccessKeyAge", "91"),
    ("iam-password-policy", "MinimumPasswordLength", "13"),
    ("iam-password-policy", "PasswordReusePrevention", "23"),
    ("cloudshell-full-access", "policyArns", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
]
STRONGER = [
    ("access-keys-rotated", "maxAccessKeyAge", "30"),
    ("iam-password-policy", "MinimumPasswordLength", "20"),
]


def profile_with(capabilities: str) -> str:
    text = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")
    return text.replace("capabilities:\n", f"capabilities:\n{capabilities}\n", 1)


def findings(capabilities: str) -> list[Finding]:
    return [
        item for item in load_profile_text(profile_with(capabilities)).findings if item.id.startswith("profile-weak")
    ]


def broken(here: Landscape, noted: list[Finding]) -> list[Finding]:
    templates = render_plan(build_plan(here))
    return list(broken_controls(assess(tuple(map(read_template, templates))), templates, noted))


@pytest.mark.parametrize(("rule", "parameter", "value"), WEAKER)
@pytest.mark.parametrize("reason", ["", ", reason: Agreed with the auditor"])
def test_weaker_parameter_is_a_warning_of_its_control(rule: str, parameter: str, value: str, reason: str) -> None:
    (found,) = findings(f'  config: {{rule_parameters: {{{rule}: {{{parameter}: "{value}"}}}}{reason}}}')
    assert found.path == f"capabilities.config.rule_parameters.{rule}.{parameter}"
    assert found.control == f"config-rule-{rule}"
    assert value in found.message
    assert (found.accepted is not None) == bool(reason)


@pytest.mark.parametrize(("rule", "parameter", "value"), STRONGER)
def test_stronger_parameter_is_no_finding(rule: str, parameter: str, value: str) -> None:
    assert findings(f'  config: {{rule_parameters: {{{rule}: {{{parameter}: "{value}"}}}}}}') == []


def test_parameter_of_a_rule_that_is_not_deployed_weakens_nothing() -> None:
    given = 'rule_parameters: {access-keys-rotated: {maxAccessKeyAge: "365"}}'
    for off in ("exclude_rules: [access-keys-rotated]", "rules: false"):
        controls = [item.control for item in findings(f"  config: {{{off}, {given}}}")]
        assert controls == ["config-rules"]


@pytest.mark.parametrize(
    ("capability", "settings"),
    [("config", {"rule_parameters": {rule: {parameter: value}}}) for rule, parameter, value in WEAKER]
    + [
        ("account_settings", {"password_minimum_length": 6}),
        ("account_settings", {"password_reuse_prevention": 1}),
    ],
    ids=str,
)
def test_weaker_parameter_is_no_defect_of_a_template(capability: str, settings: dict[str, Any]) -> None:
    here = make_landscape(settings={capability: settings})
    assert broken(here, []), "without a finding on the profile it is one"
    noted = [
        item
        for item in load_profile_text(profile_with(f"  {capability}: {settings!r}".replace("'", '"'))).findings
        if item.control
    ]
    assert noted
    assert broken(here, noted) == []


def test_every_parameter_of_an_assertion_can_be_compared() -> None:
    for rule in managed_rules().values():
        for item in assertions()[rule.control]:
            if item.path.startswith("InputParameters/"):
                assert item.comparison in {"is", "matches"}
                assert item.path.removeprefix("InputParameters/") in {**rule.parameters, **rule.references}


def test_own_arns_among_parameters_fit_every_partition() -> None:
    given = {"cloudshell-full-access": {"policyArns": "arn:aws:iam::aws:policy/A,arn:aws-cn:iam::aws:policy/B"}}
    stacks = CAPABILITIES["config"].stacks(make_landscape(settings={"config": {"rule_parameters": given}}))
    (rule,) = {
        repr(item): item
        for stack in stacks
        if isinstance(stack.context, PackContext)
        for item in stack.context.rules
        if item.name == "cloudshell-full-access"
    }.values()
    assert rule.references == {
        "policyArns": "arn:${AWS::Partition}:iam::aws:policy/A,arn:${AWS::Partition}:iam::aws:policy/B"
    }
    assert "policyArns" not in rule.parameters
