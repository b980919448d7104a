"""Topics and their policies: one policy for each topic, and no update that leaves a topic without one."""

from collections.abc import Mapping
from typing import Any

import pytest

from baseline.plan.build import build_plan
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape


@pytest.fixture(scope="module")
def policies() -> Mapping[str, Any]:
    """Logical id → topic policy."""
    plan = build_plan(make_landscape())
    (stack,) = [item for item in plan.stacks if item.name == "nw-notifications"]
    subject = read_template(render_stack(stack))
    return {item.logical_id: item for item in subject.of_type("AWS::SNS::TopicPolicy")}


def test_topic_policy_is_about_its_own_topic_only(policies: Mapping[str, Any]) -> None:
    """SNS: `Resource` must match the ARN of the policy's topic (API permissions reference)."""
    assert len(policies) == 3
    for policy in policies.values():
        (topic,) = policy.properties["Topics"]
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            assert statement["Resource"] == topic, statement["Sid"]


def test_former_policy_of_all_topics_keeps_its_name_and_is_updated_first(policies: Mapping[str, Any]) -> None:
    """Deleting it, or taking a topic from it later, would reset what the new policies have set."""
    assert policies["TopicsPolicy"].properties["Topics"] == [{"Ref": "CriticalTopic"}]
    others = [item.body.get("DependsOn") for name, item in policies.items() if name != "TopicsPolicy"]
    assert others == ["TopicsPolicy", "TopicsPolicy"]
