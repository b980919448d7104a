"""State of the calls that moto does not support, and responses that only store or delete what they receive."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from baseline.aws.regions import REGIONS
from tests.emulator.calls.macie import MacieAccount
from tests.emulator.protocol import Operation

Answer = dict[str, Any]


@dataclass
class State:
    """State by subject of the operation. `region_polls` is the number of polls until a Region is enabled.

    Few Regions are enabled, so that checks of all Regions are fast.
    `delegated` are the delegated administrators, `management` is the management account. `given` are responses by
    `service.Operation` that a test sets.
    """

    management: str = ""
    delegated: dict[str, set[str]] = field(default_factory=dict)
    switches: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    regions: dict[tuple[str, str], int] = field(default_factory=dict)
    region_polls: int = 1
    instance_region: str = "eu-west-1"
    landing_zones: list[dict[str, str]] = field(default_factory=list)
    given: dict[str, Answer] = field(default_factory=dict)
    missing_policy_types: frozenset[str] = frozenset()
    delegation_policy: bool = False
    disabled_regions: set[str] = field(default_factory=set)
    graphs: dict[str, list[str]] = field(default_factory=dict)
    macie: dict[tuple[str, str], MacieAccount] = field(default_factory=dict)
    log_policies: dict[tuple[str, str], dict[tuple[str, str], Answer]] = field(default_factory=dict)
    hub_administrators: dict[tuple[str, str], str] = field(default_factory=dict)
    enabled_regions: frozenset[str] = frozenset({"eu-west-1", "eu-central-1", "us-east-1", "us-east-2"})

    def is_open(self, account: str, region: str) -> bool:
        """Whether the Region is enabled in the account, by default or by opt-in."""
        opt_in = region in REGIONS and REGIONS[region].opt_in
        return not opt_in or region in self.enabled_regions or self.regions.get((account, region)) == 0

    def told(self, subject: str, region: str = "us-east-1") -> dict[str, Any] | None:
        """The arguments of the last call about `subject` in that Region."""
        return self.switches.get((subject, region))


Answers = dict[str, Callable[[State, Operation], Answer | None]]
"""`service.Operation` → its response; None if moto has one."""


def keep(subject: str, **answer: Any) -> Callable[[State, Operation], Answer]:
    def keep(state: State, operation: Operation) -> Answer:
        state.switches[subject, operation.region] = operation.parameters
        return answer

    return keep


def drop(subject: str, **answer: Any) -> Callable[[State, Operation], Answer]:
    def drop(state: State, operation: Operation) -> Answer:
        state.switches.pop((subject, operation.region), None)
        return answer

    return drop
