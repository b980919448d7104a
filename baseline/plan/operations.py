"""StackSet operations in AWS's terms: operation preferences, and the order of auto-deployment."""

from typing import Any

from baseline.capabilities.landscape import OperationPreferences
from baseline.errors import RenderError
from baseline.plan.model import Method, Plan, Stack

_MOST_AWAITED = 10
"""Dependencies that a StackSet may have (aws.amazon.com/blogs/devops: StackSet dependencies, November 2025)."""


def operation_preferences(preferences: OperationPreferences, regions: tuple[str, ...]) -> dict[str, Any]:
    """The `OperationPreferences` for an operation in these Regions.

    Without SOFT_FAILURE_TOLERANCE the concurrency is at most the failure tolerance plus one: one account at a time if
    no failure is tolerated (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/concurrency-mode.html).
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


def is_auto_deployed(stack: Stack) -> bool:
    """Whether AWS auto-deploys the stack to new accounts: true for a StackSet that targets whole OUs."""
    return any(deployment.method is Method.STACK_SET and not deployment.account for deployment in stack.deployments)


def auto_deployment_dependencies(plan: Plan, stack: Stack) -> tuple[str, ...]:
    """The StackSets that must be deployed to a new account before this one.

    Without dependencies AWS starts all of them at once, and stacks that import another stack's exports fail
    (docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_AutoDeployment.html).

    StackSets of the same family never target the same account.

    Raises:
        RenderError: if there are more than AWS allows.
    """
    others = {
        item.name
        for item in plan.stacks
        if is_auto_deployed(item) and not (item.family and item.family == stack.family)
    }
    found = tuple(name for name in stack.depends_on if name in others) if is_auto_deployed(stack) else ()
    if len(found) > _MOST_AWAITED:
        raise RenderError(
            f"StackSet {stack.name} depends on {len(found)} others, and AWS allows {_MOST_AWAITED} at most: "
            f"{', '.join(found)}",
            hint="merge overrides of a capability, or disable a capability that one of these stacks belongs to",
        )
    return found
