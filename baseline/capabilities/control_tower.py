"""AWS Control Tower as a part of the landscape: its tasks, and the settings that leave these tasks to it.

docs/control-tower.md lists the names that no AWS page confirms.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from baseline.frozen import frozen

Version = Literal["3.3", "4.0"]
Integration = Literal["centralized_logging", "config", "security_roles", "access_management", "backup"]

LOG_GROUP = "aws-controltower/CloudTrailLogs"
"""The log group of Control Tower's organization trail, in the management account and its home Region."""

EXECUTION_ROLE = "AWSControlTowerExecution"
"""The role that Control Tower uses to manage its resources in enrolled accounts
(docs.aws.amazon.com/controltower/latest/userguide/roles-how.html)."""

ADMINISTRATOR_ROLE = "aws-controltower-AdministratorExecutionRole"
"""The role in every enrolled account by which functions of its audit account change resources."""

REPORTING_ROLES: Mapping[Integration, tuple[str, ...]] = {
    "config": ("aws-controltower-ConfigRecorderRole",),
    "security_roles": ("aws-controltower-ForwardSnsNotificationRole", "aws-controltower-ReadOnlyExecutionRole"),
}
"""Integration → its roles in every enrolled account that record and report, and change nothing
(docs.aws.amazon.com/controltower/latest/userguide/account-factory-considerations.html)."""

BASELINE = "17BSJV3IGJ2QSGA2"
"""Id of AWSControlTowerBaseline, which registers a unit; the same in every Region
(docs.aws.amazon.com/controltower/latest/userguide/baseline-api-examples.html)."""


@frozen
class TowerControl:
    """A control on a unit. `identifier` is its ARN, `parameters` are the control's own parameters."""

    alias: str
    identifier: str
    unit: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@frozen
class TowerBaseline:
    """A unit that AWSControlTowerBaseline registers, with the baseline's version."""

    unit: str
    version: str


@frozen
class ControlTower:
    """A landing zone.

    Attributes:
        version: Its version.
        integrations: Its enabled integrations.
        units: Paths of the units whose accounts are enrolled, with everything below them.
        controls: Controls that the baseline's stack switches on.
        baselines: Units that the baseline's stack registers.
        identity_center_baseline: ARN of the enabled baseline of IAM Identity Center; "" if there is none.
    """

    version: Version
    integrations: frozenset[Integration]
    units: tuple[str, ...]
    controls: tuple[TowerControl, ...] = ()
    baselines: tuple[TowerBaseline, ...] = ()
    identity_center_baseline: str = ""

    @property
    def reporting_roles(self) -> tuple[str, ...]:
        """Names of its roles in enrolled accounts that record and report."""
        return tuple(name for part, names in REPORTING_ROLES.items() if part in self.integrations for name in names)

    @property
    def changing_roles(self) -> tuple[str, ...]:
        """Names of its roles in enrolled accounts that change resources."""
        return (EXECUTION_ROLE, *((ADMINISTRATOR_ROLE,) if "security_roles" in self.integrations else ()))

    def enrols(self, unit: str) -> bool:
        """Whether the accounts of a unit are enrolled."""
        return any(unit == own or unit.startswith(f"{own}/") for own in self.units)


RESERVED_SLOTS = 3
"""Slots for Control Tower's service control policies at one unit: two for its own controls, up to five in all
(docs.aws.amazon.com/controltower/latest/userguide/limits.html)."""

GIVEN_WAY: Mapping[Integration, Mapping[str, Mapping[str, Any]]] = {
    "centralized_logging": {
        "cloudtrail": {
            "enabled": False,
            "reason": "The organization trail of AWS Control Tower records every account and Region.",
        },
    },
    "config": {
        "config": {
            "aggregator": False,
            "reason": "AWS Control Tower provides an AWS Config aggregator for every enrolled account.",
        },
    },
}
"""Integration → capability → settings that leave the integration's resources to Control Tower."""
