"""The templates against the code: same names, same rules, deterministic."""

import re
from dataclasses import FrozenInstanceError, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from baseline.capabilities.control_tower import ControlTower, TowerBaseline, TowerControl
from baseline.capabilities.landscape import Account, Contact
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier
from baseline.controls.control import controls
from baseline.errors import RenderError
from baseline.plan.build import build_plan
from baseline.plan.model import Plan, Stack, Template
from baseline.render.render import render_plan, render_stack
from baseline.resources import templates_directory
from tests.each import hold_for_each
from tests.landscapes import MANAGEMENT, make_landscape
from tests.samples import FULL

TEMPLATES = sorted(templates_directory().rglob("*.j2"))

NEW: dict[str, Any] = {
    "organization_id": None,
    "root_id": None,
    "opt_in_regions": frozenset({"eu-central-1"}),
    "ous": {"Security": None, "Workloads": None, "Workloads/Prod ${x}": None, "Old ${x}": None},
    "suspended": frozenset({"Old ${x}"}),
    "contacts": {
        kind: Contact(name='Sam "R" ${Rivera}', title="on", email="sam@northwind.example", phone="+44 20 7946 0000")
        for kind in ("security", "operations", "billing")
    },
}
"""An organization that does not exist yet, with names that YAML and `Fn::Sub` could take for more."""


NEW_ACCOUNTS = {
    "management": MANAGEMENT,
    **{
        key: Account(key=key, name=f"{key} ${{x}}: 'on'", email=f"{key}@northwind.example", ou=ou)
        for key, ou in (
            ("log_archive", "Security"),
            ("security", "Security"),
            ("web", "Workloads/Prod ${x}"),
            ("x", None),
        )
    },
}


TOWER = ControlTower(
    version="4.0",
    integrations=frozenset({"access_management"}),
    units=("Security", "Workloads"),
    baselines=(TowerBaseline(unit="Workloads/Prod ${x}", version="5.0"),),
    identity_center_baseline="arn:aws:controltower:eu-west-1:111111111111:enabledbaseline/XAH",
    controls=(
        TowerControl(alias="CT.S3.PV.4", identifier="arn:aws:controlcatalog:::control/a", unit="Workloads"),
        TowerControl(alias="AWS-GR_A", identifier="", unit="Workloads", parameters={"on": ["${x}", "no"]}),
    ),
)

LANDSCAPES = [
    *(
        make_landscape(tier, settings, standalone=standalone)
        for tier in get_args(Tier)
        for standalone in (False, True)
        for settings in ({}, FULL)
    ),
    make_landscape(settings=FULL, control_tower=TOWER, **{**NEW, "accounts": NEW_ACCOUNTS}),
    make_landscape(regions=("eu-west-1", "us-east-1")),  # some rules are in us-east-1 only
]


@cache
def plan_of(number: int) -> Plan:
    return build_plan(LANDSCAPES[number])


@cache
def templates_of(number: int) -> tuple[Template, ...]:
    return render_plan(plan_of(number))


def stacks() -> list[Stack]:
    return [stack for number in range(len(LANDSCAPES)) for stack in plan_of(number).stacks]


def rendered() -> list[Template]:
    return [template for number in range(len(LANDSCAPES)) for template in templates_of(number)]


class CloudFormationLoader(yaml.CSafeLoader):
    """Reads short-form intrinsic functions as their arguments."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {f"!{suffix}": loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {f"!{suffix}": loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {f"!{suffix}": loader.construct_mapping(node, deep=True)}


CloudFormationLoader.add_multi_constructor("!", _short_form)


@cache
def parsed(text: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(text, Loader=CloudFormationLoader)  # noqa: S506 - a SafeLoader
    return document


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(templates_directory())))
def test_a_template_keeps_to_the_house_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 250
    assert text.startswith("{#"), "begins with a comment that speaks to maintainers"
    assert "default(" not in text
    assert "{% set" not in text
    assert not re.search(r"arn:aws[:-]", text), "the partition is written out"
    assert not re.search(r"{{(?:(?!\|)[^}])*}}", text), "a value without a filter"


def test_a_rendered_template_is_complete_and_within_the_limits() -> None:
    hold_for_each(rendered(), is_complete, name_of)


def name_of(template: Template) -> str:
    return template.stack.name


ROLES_WITH_GENERATED_NAMES = ("detect/guardduty/malware",)
"""A name would replace deployed roles; these begin with the names of their stacks, which guardrails know as well."""


ROLES_NAMED_BY_AWS = ("AmazonSecurityLakeMetaStoreManagerV2",)


def is_complete(template: Template) -> None:
    document = parsed(template.text)
    assert list(document)[:3] == ["AWSTemplateFormatVersion", "Description", "Metadata"]
    assert document["Metadata"]["Baseline"]["Capability"] == template.stack.capability
    assert len(template.text.encode()) <= 51_200
    assert 0 < len(document["Resources"]) <= 500
    assert document["Outputs"]
    for name, resource in document["Resources"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)
        assert resource["Metadata"]["Purpose"].endswith("."), name
        if resource["Type"] == "AWS::IAM::Role" and template.stack.template not in ROLES_WITH_GENERATED_NAMES:
            # Guardrails protect and exempt the baseline's roles by the beginning of their names.
            role = str(resource["Properties"]["RoleName"])
            assert role in ROLES_NAMED_BY_AWS or re.search(r"\bnw-", role), name


def test_every_parameter_is_constrained_and_given_a_value() -> None:
    hold_for_each(rendered(), constrains_its_parameters, name_of)


def constrains_its_parameters(template: Template) -> None:
    declared = parsed(template.text).get("Parameters", {})
    assert set(declared) == {parameter.name for parameter in template.stack.parameters}
    assert all(item["AllowedPattern"] and item["Description"] for item in declared.values())


EARNED_WITH_OTHERS = {
    "cis-alarms",  # by the fifteen alarms together
    *(f"guardduty-{name}" for name in ("s3", "eks", "ebs-malware", "rds", "lambda", "runtime", "ai")),
    *(f"security-hub-{standard}" for standard in ("fsbp", "cis")),
}
"""Controls that many values earn, or one of a list: the template names one control beside all of them."""


def test_every_control_is_earned_in_some_template_and_every_id_there_is_a_control() -> None:
    named = {control for template in rendered() for control in template.controls}
    assert named - set(controls()) == set()
    assert set(controls()) - named == EARNED_WITH_OTHERS


def test_every_setting_that_can_be_weakened_names_a_control_that_exists() -> None:
    from baseline.capabilities.settings import tier_defaults

    named = {d.control for c in CAPABILITIES.values() for d in tier_defaults(c.settings).values() if d.control}
    assert named
    assert named <= set(controls())


def test_rendering_twice_gives_the_same_bytes() -> None:
    plan = build_plan(make_landscape())
    assert [t.text for t in render_plan(plan)] == [t.text for t in render_plan(plan)]


def test_contexts_are_plain_frozen_values() -> None:
    name = "anything"
    for stack in stacks():
        assert is_dataclass(stack.context)
        with pytest.raises(FrozenInstanceError):
            setattr(stack.context, name, "other")


def test_a_missing_name_is_an_error_that_names_the_template() -> None:
    stack = next(stack for stack in stacks() if stack.template == "logs/kms/log_archive")
    other = next(stack for stack in stacks() if stack.template == "logs/kms/logs")
    from dataclasses import replace

    with pytest.raises(RenderError, match=r"logs/kms/log_archive\.yaml\.j2 did not render"):
        render_stack(replace(stack, context=other.context))
