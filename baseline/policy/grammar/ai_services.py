"""AISERVICES_OPT_OUT_POLICY. Source: AWS Organizations user guide, AI services opt-out policy syntax (2026-11-25).

Which services there are grows; names of services are taken as they are.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.policy.grammar.operators import Node, Value

Service = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+$")]


class Choice(Node):
    """One service, or `default` for all others."""

    opt_out_policy: Value[Literal["optIn", "optOut"]]


class AiServicesPolicy(Node):
    """An AI services opt-out policy."""

    services: dict[Service, Choice] = Field(min_length=1)
