"""BEDROCK_POLICY. Source: AWS Organizations user guide, Amazon Bedrock policy syntax and examples (2026-11-25).

During the preview these policies had `input_tags`, which the page no longer documents: it is rejected here. Whether AWS
still accepts it is unknown.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import model_validator

from baseline.findings import Problem
from baseline.policy.grammar.operators import Node, Value, Values
from baseline.policy.grammar.rules import hold
from baseline.policy.grammar.scalars import FILLED_IN, Name, Region, Text, like

Guarding = Literal["selective", "comprehensive"]
Guardrail = Annotated[
    str,
    like(
        r"arn:[^:]+:bedrock:[a-z0-9-]+:[^:]+:guardrail/[a-z0-9]+:[0-9]+",
        "a guardrail's ARN with the number of a version, as arn:aws:bedrock:eu-west-1:111111111111:guardrail/abc123:1",
    ),
]


class ContentGuarding(Node):
    """Whether content tags of the caller are respected."""

    system: Value[Guarding] | None = None
    messages: Value[Guarding] | None = None


class ModelEnforcement(Node):
    """The models that the guardrail applies to; both lists are required."""

    included_models: Values[Text]
    excluded_models: Values[Text]


class Configuration(Node):
    """One enforced guardrail."""

    identifier: Value[Guardrail]
    selective_content_guarding: ContentGuarding | None = None
    model_enforcement: ModelEnforcement | None = None


class Bedrock(Node):
    """Region → name → configuration."""

    guardrail_inference: dict[Region, dict[Name, Configuration]]

    @model_validator(mode="after")
    def _guardrails_are_in_their_regions(self) -> "Bedrock":
        hold(self._elsewhere())
        return self

    def _elsewhere(self) -> Iterator[Problem]:
        for region, configurations in self.guardrail_inference.items():
            for name, configuration in configurations.items():
                arn = configuration.identifier.assign
                if FILLED_IN not in f"{region}{arn}" and arn.split(":")[3] != region:
                    yield Problem(
                        path=("guardrail_inference", region, name, "identifier", "@@assign"),
                        message=f"{arn!r} is in another Region than {region}, where it is enforced",
                        fix=f"name a guardrail of {region}",
                    )


class BedrockPolicy(Node):
    """A Bedrock policy."""

    bedrock: Bedrock
