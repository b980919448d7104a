"""Accounts in which a policy of the profile turns Security Hub off, or leaves it to the account."""

from collections import defaultdict
from collections.abc import Mapping

from baseline.capabilities.detect.security_hub.problems import is_central
from baseline.capabilities.detect.security_hub.settings import SecurityHubSettings
from baseline.capabilities.overrides import first_override
from baseline.plan.reach import Destination, Spread
from baseline.plan.units import units_above
from baseline.validate.reach import Planned

_OFF = ("security-hub-enabled", "security-hub-standards", "security-hub-fsbp", "security-hub-cis")
_LACKING = {"disabled": _OFF, "self_managed": (*_OFF, "security-hub-central")}
"""State of a policy → controls that its accounts lack, or may lack if they manage Security Hub themselves."""


def unmanaged_places(planned: Planned) -> Mapping[str, Spread]:
    """Control id → accounts without the control. The policy of the nearest place applies to an account.

    Args:
        planned: The plan with its organization.
    """
    landscape = planned.landscape
    if not landscape.is_on("security_hub") or not is_central(landscape):
        return {}
    policies = landscape.settings("security_hub", SecurityHubSettings).policies
    found: dict[str, set[Destination]] = defaultdict(set)
    for account in planned.every:
        policy = first_override(policies, (account.account, *units_above(account.unit)))
        for control in _LACKING.get(policy.state, ()) if policy else ():
            found[control].add(account)
    return {name: Spread(destinations=frozenset(some), regions=landscape.regions) for name, some in found.items()}
