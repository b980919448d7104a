"""Functions that apply settings of services in their administrator accounts, and where those services exist."""

from baseline.aws.availability import is_available
from baseline.capabilities.detect.detective.settings import DetectiveSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.macie_results import uses_macie
from baseline.capabilities.setting_permissions import DETECTIVE_FUNCTION, MACIE_FUNCTION


def detective_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions in which CloudFormation supports Amazon Detective, or may support it."""
    return tuple(name for name in landscape.regions if is_available("AWS::Detective::Graph", name) is not False)


def uses_detective(landscape: Landscape) -> bool:
    """Whether the profile requests a graph in a Region that has Amazon Detective: its function needs a key."""
    if not landscape.is_on("detective") or not landscape.is_on("kms"):
        return False
    return landscape.settings("detective", DetectiveSettings).graph and bool(detective_regions(landscape))


def member_functions(landscape: Landscape) -> tuple[str, ...]:
    """Names of the functions: each needs a key for its log, and an exemption from the guardrails of its service."""
    return (
        *((MACIE_FUNCTION,) if uses_macie(landscape) else ()),
        *((DETECTIVE_FUNCTION,) if uses_detective(landscape) else ()),
    )
