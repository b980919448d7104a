"""StackSet operation preferences as AWS takes them."""

from typing import Any

from baseline.capabilities.landscape import OperationPreferences


def operation_preferences(preferences: OperationPreferences, regions: tuple[str, ...]) -> dict[str, Any]:
    """The `OperationPreferences` of an operation in these Regions.

    Without SOFT_FAILURE_TOLERANCE an operation works in one more account at a time than may fail: in one, where none
    may (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/concurrency-mode.html).
    """
    order = [region for region in preferences.region_order if region in regions]
    order += [region for region in regions if region not in order]
    return {
        "RegionConcurrencyType": "SEQUENTIAL" if preferences.sequential else "PARALLEL",
        **({"RegionOrder": order} if preferences.sequential and order else {}),
        "MaxConcurrentPercentage": preferences.max_concurrent_percentage,
        "FailureTolerancePercentage": preferences.failure_tolerance_percentage,
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
    }
