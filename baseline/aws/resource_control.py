"""The services that support resource control policies."""

from functools import cache

from baseline.aws.facts import facts


@cache
def resource_control_services() -> frozenset[str]:
    """Action prefixes of the services. Source: AWS Organizations user guide, Resource control policies."""
    return frozenset(facts("rcp_services")["services"])


def is_resource_controlled(action: str) -> bool:
    """Whether resource control policies apply to the action."""
    service = action.partition(":")[0].lower()
    unaffected = {item.lower() for item in facts("rcp_services")["unaffected"]}
    return service in resource_control_services() and action.lower() not in unaffected
