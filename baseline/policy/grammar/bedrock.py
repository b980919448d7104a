"""BEDROCK_POLICY. Source: AWS Organizations user guide, Amazon Bedrock policy syntax and examples (2026-11-25)."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from baseline.policy.grammar.operators import Node, RegionOrAll, Text, Value, Values

Guarding = Literal["selective", "comprehensive"]
Guardrail = Annotated[
    str, StringConstraints(pattern=r"^arn:[^:]+:bedrock:[a-z0-9-]+:[^:]+:guardrail/[a-z0-9]+:[0-9]+$")
]
"""A guardrail's ARN and the number of a version; DRAFT is none."""


class ContentGuarding(Node):
    """Whether marks of the caller are heeded."""

    system: Value[Guarding] | None = None
    messages: Value[Guarding] | None = None


class ModelEnforcement(Node):
    """For which models; both lists are required."""

    included_models: Values[Text]
    excluded_models: Values[Text]


class Configuration(Node):
    """One enforced guardrail."""

    identifier: Value[Guardrail]
    selective_content_guarding: ContentGuarding | None = None
    model_enforcement: ModelEnforcement | None = None


class Bedrock(Node):
    """Region → name → configuration."""

    guardrail_inference: dict[RegionOrAll, dict[str, Configuration]]


class BedrockPolicy(Node):
    """A Bedrock policy."""

    bedrock: Bedrock
