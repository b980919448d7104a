"""SECURITYHUB_POLICY. Source: AWS Organizations user guide, Security Hub policy syntax and examples (2026-11-29)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from baseline.policy.grammar.operators import Node, RegionSwitch
from baseline.policy.grammar.scalars import like

FeatureName = Annotated[str, like(r"[a-z][a-z0-9_]*", "the name of a feature, as network_scanning")]
_NOWHERE: Mapping[str, list[str]] = {"@@assign": []}


class SecurityHub(RegionSwitch):
    """Regions with Security Hub, and its features. A policy below another one may have only features."""

    features: dict[FeatureName, RegionSwitch] | None = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _features_alone(cls, value: Any) -> Any:  # noqa: ANN401 - plain data
        alone = isinstance(value, dict) and value.keys() == {"features"}
        return {"enable_in_regions": _NOWHERE, "disable_in_regions": _NOWHERE, **value} if alone else value


class SecurityHubPolicy(Node):
    """A Security Hub policy; it configures Security Hub, not Security Hub CSPM."""

    securityhub: SecurityHub
