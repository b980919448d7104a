"""Resources without effect are found, whatever the values of the plan."""

import re
from dataclasses import replace
from functools import cache

import pytest

from baseline.plan.build import build_plan
from baseline.plan.model import Template
from baseline.render.render import render_plan
from baseline.resources import main_templates
from baseline.validate.effects import effects, effects_of, lapses
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape
from tests.render.test_templates import rendered
from tests.samples import FULL


@cache
def richest() -> tuple[Template, ...]:
    return render_plan(build_plan(make_landscape("regulated", FULL)))


def template(name: str) -> Template:
    return next(item for item in richest() if item.stack.template == name)


def problems(name: str, old: str, new: str) -> list[str]:
    whole = template(name)
    assert old in whole.text
    return [item.message for item in lapses(read_template(replace(whole, text=whole.text.replace(old, new, 1))))]


def test_every_template_says_what_makes_it_work() -> None:
    assert {name for effect in effects() for name in effect.template} == set(main_templates())
    assert all(map(effects_of, main_templates()))
    assert all(effect.why and effect.values for effect in effects())


def test_no_landscape_lapses() -> None:
    assert [(item.stack.name, found) for item in rendered() for found in lapses(read_template(item))] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("detect/alarms/alarms", "Threshold: 1\n", "Threshold: 1000\n", "Threshold is 1000; expected: 1"),
        ("detect/alarms/alarms", "AlarmActions:", "OKActions:", "AlarmActions is nothing"),
        ("detect/alarms/root_activity", "type: [Root]", "type: [IAMUser]", "EventPattern is"),
        ("logs/log_archive/log_archive", "Days: 2190", "Days: 1", "ObjectLockConfiguration is"),
        ("detect/guardduty/guardduty", "Activate: true", "Activate: false", "Activate is false"),
        (
            "detect/config/recorder",
            "UseOnly: EXCLUSION_BY",
            "UseOnly: INCLUSION_BY",
            "RecordingGroup/RecordingStrategy/UseOnly is INCLUSION",
        ),
        ("detect/config/packs", "Owner: AWS", "Owner: CUSTOM_LAMBDA", "Resources/*/Properties/Source/Owner is"),
        (
            "identity/identity_center/assignments",
            "PrincipalType: GROUP",
            "PrincipalType: USER",
            "PrincipalType is USER",
        ),
        ("organization/guardrails/guardrails", "Effect: Deny", "Effect: Allow", "Content is"),
        ("identity/iam_roles/iam_roles", "policy/SecurityAudit", "policy/AdministratorAccess", "ManagedPolicyArns is"),
        ("functions/settings_function", "Timeout: 900", "Timeout: 3", "Timeout is 3; expected: 900"),
        ("organization/organization/settings", "Regions:", "Places:", "Regions is nothing"),
        (
            "logs/kms/log_archive",
            "!GetAtt LogArchiveKey.Arn",
            "!Ref LogArchiveKey",
            "Outputs/LogArchiveKeyArn/Value is",
        ),
        ("logs/kms/ebs", "!GetAtt EbsKey.Arn", "!Ref EbsKey", "Outputs/EbsKeyArn/Value is"),
        (
            "respond/notifications/notifications",
            "Value: !Ref CriticalTopic",
            "Value: !Ref MediumTopic",
            "Outputs/CriticalTopicArn/Value is ${MediumTopic}",
        ),
        ("respond/notifications/notifications", "    DependsOn: TopicsPolicy\n", "", "DependsOn is nothing"),
        (
            "functions/settings_function",
            "Value: !GetAtt SettingsFunction.Arn",
            "Value: !Ref SettingsFunction",
            "Outputs/SettingsFunctionArn/Value is",
        ),
        ("detect/guardduty/administrator", "    DependsOn: PolicyType\n", "", "DependsOn is nothing"),
        ("detect/guardduty/administrator", "    DependsOn:\n      - Administrator\n", "", "DependsOn is nothing"),
        ("detect/security_hub/configuration", "    DependsOn: FindingAggregator\n", "", "DependsOn is nothing"),
        ("detect/security_hub/configuration_v2", "    DependsOn: Aggregator\n", "", "DependsOn is nothing"),
        ("detect/security_hub/configuration_v2", "$.detail.findings[0].f", "$.detail.f", "Targets/*/Input"),
        ("detect/alarms/hub", "$.detail.eventName", "$.detail.event", "Targets/*/InputTransformer/InputPathsMap is"),
        ("identity/iam_roles/iam_roles", "- !Ref SsmInstanceRole", "- !Ref SupportRole", "Roles is"),
    ],
)
def test_a_value_that_keeps_a_resource_from_working_is_found(name: str, old: str, new: str, says: str) -> None:
    assert any(item.startswith(says) for item in problems(name, old, new)), problems(name, old, new)


def test_accounts_and_units_are_made_one_after_the_other() -> None:
    whole = next(item for item in rendered() if "    DependsOn: " in item.text and item.stack.name == "nw-organization")
    text = re.sub(r"    DependsOn: .*\n", "", whole.text, count=1)
    found = [item.message for item in lapses(read_template(replace(whole, text=text)))]
    assert [item.partition(";")[0] for item in found] == ["DependsOn is nothing"]


def test_a_missing_resource_is_found() -> None:
    assert problems("detect/alarms/alarms", "RootActiveAlarm:", "AnotherAlarm:")[0].startswith(
        "RootActiveAlarm is missing"
    )
