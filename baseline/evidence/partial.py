"""Which controls hold in some of the governed Regions only, and so count for no requirement."""

from collections.abc import Iterable, Sequence

from baseline.plan.model import Template

_IN_EVERY_REGION = frozenset({"document-public-sharing", "guardduty-export"})
"""Controls about every governed Region whose stacks leave out Regions in which AWS does not offer what they need."""


def partial_controls(templates: Iterable[Template], regions: Sequence[str]) -> frozenset[str]:
    """Ids of the controls that are about every governed Region and deployed to some of them.

    Args:
        templates: All templates.
        regions: The governed Regions.
    """
    found: dict[str, set[str]] = {}
    for template in templates:
        for control in _IN_EVERY_REGION.intersection(template.controls):
            found.setdefault(control, set()).update(template.stack.regions)
    return frozenset(control for control, deployed in found.items() if not deployed.issuperset(regions))
