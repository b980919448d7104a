"""AISERVICES_OPT_OUT_POLICY. Source: AWS Organizations user guide, AI services opt-out policy syntax (2026-11-25).

AWS adds services to its list, so an unknown name is only a warning.
"""

from typing import Annotated, Literal

from pydantic import Field

from baseline.aws.facts import facts
from baseline.policy.grammar.operators import Node, Value
from baseline.policy.grammar.scalars import one_of

Service = Annotated[str, one_of(facts("policy_ai_services")["services"], "AI service that we know", grows=True)]


class Choice(Node):
    """One service, or `default` for all others."""

    opt_out_policy: Value[Literal["optIn", "optOut"]]


class AiServicesPolicy(Node):
    """An AI services opt-out policy."""

    services: dict[Service, Choice] = Field(min_length=1)
