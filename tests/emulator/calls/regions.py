"""Regions of accounts: opt-in and status."""

from functools import cache

import botocore.session

from tests.emulator.calls.state import Answer, Answers, State
from tests.emulator.protocol import Operation


def _enable_region(state: State, operation: Operation) -> Answer:
    state.regions[operation.account, operation.parameters["RegionName"]] = state.region_polls
    return {}


def _region_status(state: State, operation: Operation) -> Answer:
    name = operation.parameters["RegionName"]
    left = state.regions.get((operation.account, name))
    if left:
        state.regions[operation.account, name] = left - 1
    return {"RegionName": name, "RegionOptStatus": "DISABLED" if left is None else "ENABLING" if left else "ENABLED"}


@cache
def _every_region() -> list[str]:
    return list(botocore.session.get_session().get_available_regions("ec2"))


def _regions(state: State, operation: Operation) -> Answer:
    on = state.enabled_regions - state.disabled_regions
    statuses = {name: "ENABLED_BY_DEFAULT" if name in on else "DISABLED" for name in _every_region()}
    statuses |= {
        name: "ENABLED" for (account, name), left in state.regions.items() if account == operation.account and not left
    }
    wanted = operation.parameters.get("RegionOptStatusContains") or ["ENABLED", "ENABLED_BY_DEFAULT", "DISABLED"]
    return {
        "Regions": [
            {"RegionName": name, "RegionOptStatus": status} for name, status in statuses.items() if status in wanted
        ]
    }


ANSWERS: Answers = {
    "account.ListRegions": _regions,
    "account.EnableRegion": _enable_region,
    "account.GetRegionOptStatus": _region_status,
}
