"""Values for disabled guardrails: a note names the guardrail that would use them."""

from typing import Any

import pytest

from baseline.capabilities.organization.guardrails.guardrails import CAPABILITY
from baseline.findings import Severity
from tests.landscapes import make_landscape
from tests.samples import FULL

UNUSED = [
    ("instance_types", ["t3.*"], "instance-types"),
    ("networks", ["203.0.113.0/24"], "expected-networks"),
    ("protected_tags", ["team"], "protected-tags"),
    ("blocked_users", ["90671234-1234-1234-1234-123456789012"], "blocked-users"),
    ("bedrock_models", ["arn:aws:bedrock:*::foundation-model/amazon.nova-*"], "bedrock-models"),
    ("allowed_services", ["s3:*"], "allowed-services"),
    ("image_providers", ["amazon"], "allowed-images"),
]


def notes(settings: dict[str, Any]) -> list[tuple[str, str]]:
    here = make_landscape(settings={"guardrails": settings})
    found = CAPABILITY.problems(here)
    return [
        (".".join(map(str, item.path)), item.fix)
        for item in found
        if item.severity is Severity.INFO and "no effect" in item.message
    ]


@pytest.mark.parametrize(("name", "value", "guardrail"), UNUSED)
def test_value_without_its_guardrail_is_a_note(name: str, value: list[str], guardrail: str) -> None:
    ((setting, fix),) = notes({name: value})
    assert setting == name
    assert guardrail in fix
    assert notes({name: value, "rules": {guardrail: {"enabled": True}}}) == []


@pytest.mark.parametrize("settings", [{"allowed_regions": ["eu-north-1"]}, {"global_actions": ["tnb:*"]}, {}])
def test_value_of_a_guardrail_that_is_on_is_no_note(settings: dict[str, Any]) -> None:
    assert notes(settings) == []


def test_every_value_is_used_where_every_guardrail_is_on() -> None:
    assert notes(FULL["guardrails"]) == []
    alone = make_landscape(settings={"guardrails": {"networks": ["203.0.113.0/24"]}}, standalone=True)
    assert CAPABILITY.problems(alone) == ()
