"""Every guardrail can be generated, alone and together, in each partition and tier."""

from collections.abc import Mapping
from typing import Any

import pytest

from baseline.aws.partitions import Presence, presence
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.guardrails import CAPABILITY
from baseline.capabilities.organization.guardrails.policies import policies_of, resolved
from baseline.capabilities.settings import TIERS, Tier
from baseline.controls.guardrail import guardrails
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.kinds import KINDS
from baseline.render.render import render_stack
from baseline.validate.checks.hard_coded_partition import CHECK
from baseline.validate.subject import read_template
from tests.capabilities.guardrails.test_guardrails import NAMED
from tests.landscapes import make_landscape

PARTITIONS: Mapping[str, dict[str, Any]] = {
    "aws": {},
    "aws-us-gov": {"partition": "aws-us-gov", "home_region": "us-gov-west-1", "regions": ("us-gov-west-1",)},
    "aws-cn": {"partition": "aws-cn", "home_region": "cn-north-1", "regions": ("cn-north-1",)},
}
BY_CALL = {
    "serial-console-setting": "block_serial_console",
    "image-public-access-setting": "block_public_images",
    "snapshot-public-access-setting": "block_public_snapshots",
    "instance-metadata-setting": "instance_metadata_v2",
}
"""Guardrail → the setting of `account_settings` that has to be off beside it."""
WHOLE = [*guardrails()]


def landscape(names: list[str], partition: str = "aws", tier: Tier = "standard") -> Landscape:
    rules = {name: {"enabled": True} for name in names}
    own = {BY_CALL[name]: False for name in names if name in BY_CALL}
    settings = {**NAMED, "rules": rules, "quarantine_units": ["Waiting"]}
    home = PARTITIONS[partition].get("home_region", "eu-west-1")
    account = f"arn:{partition}:bedrock:{home}:111111111111:guardrail/hu1dlsv9wy1d:1"
    settings["bedrock_guardrail"] = account
    sign_in = {"aws": "us-east-1"}.get(partition, home)
    return make_landscape(
        tier,
        {"guardrails": settings, "account_settings": own},
        ous={"Security": None, "Workloads": None, "Waiting": None, "Closed": None},
        suspended=frozenset({"Closed"}),
        sign_in_region=sign_in,
        **PARTITIONS[partition],
    )


def errors(here: Landscape) -> list[str]:
    found = [item.message for item in CAPABILITY.problems(here) if item.severity in (None, Severity.ERROR)]
    stacks = [item for item in build_plan(here).stacks if item.capability == "guardrails"]
    return [*found, *(text for stack in stacks for text in written_out(stack))]


def written_out(stack: Stack) -> list[str]:
    subject = read_template(render_stack(stack))
    return [str(hit) for hit in CHECK.find(subject, (subject,))]


@pytest.mark.parametrize("name", [name for name, item in guardrails().items() if "standard" not in item.tiers])
def test_a_guardrail_can_be_generated_alone(name: str) -> None:
    here = landscape([name])
    assert name in {item for policy in policies_of(here) for item in policy.guardrails}
    assert errors(here) == []


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("tier", TIERS)
def test_all_guardrails_can_be_generated_together(tier: Tier, partition: str) -> None:
    here = landscape(WHOLE, partition, tier)
    found = policies_of(here)
    there = {name for name in WHOLE if presence(guardrails()[name].type, partition) is not Presence.ABSENT}
    assert {item for policy in found for item in policy.guardrails} == there
    left_out = {".".join(map(str, note.path)) for note in CAPABILITY.unsupported(here) if "is left out" in note.message}
    assert left_out == {f"rules.{name}" for name in set(WHOLE) - there}
    assert errors(here) == []
    for policy in found:
        assert len(resolved(here, policy.content)) <= KINDS[policy.kind].most_characters()
        assert "arn:aws:" not in resolved(here, policy.content) or partition == "aws"


def test_wildcards_stand_at_the_end_of_an_action() -> None:
    """China's Organizations does not document support for others; a suffix is supported everywhere."""
    for item in guardrails().values():
        for statement in item.statements:
            for action in statement.get("Action", ()):
                assert "*" not in action.rstrip("*"), (item.id, action)
