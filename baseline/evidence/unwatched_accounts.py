"""Accounts in which an override turns off protection plans of GuardDuty that are on elsewhere."""

from collections import defaultdict
from collections.abc import Mapping

from baseline.capabilities.detect.guardduty.settings import GuardDutySettings
from baseline.plan.reach import Destination, Spread
from baseline.validate.reach import Planned


def unwatched_places(planned: Planned) -> Mapping[str, Spread]:
    """Control id of a plan → accounts without the plan.

    Args:
        planned: The plan with its organization.
    """
    landscape = planned.landscape
    if not landscape.is_on("guardduty"):
        return {}
    settings = landscape.settings("guardduty", GuardDutySettings)
    found: dict[str, set[Destination]] = defaultdict(set)
    for account in planned.every:
        override = planned.override("guardduty", account)
        for item in override.weaker(settings) if override else ():
            found[item.control].add(account)
    regions = landscape.regions
    return {name: Spread(destinations=frozenset(some), regions=regions) for name, some in found.items()}
