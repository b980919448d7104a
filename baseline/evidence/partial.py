"""Which controls hold in some of the accounts and Regions that they are about only, and so count for no requirement."""

from collections.abc import Iterable

from baseline.plan.model import Template
from baseline.validate.reach import Planned, claims


def partial_controls(templates: Iterable[Template], planned: Planned) -> frozenset[str]:
    """Ids of the controls whose stacks leave out accounts or Regions, if only where AWS lacks what they need.

    Args:
        templates: All templates.
        planned: The plan with its organization.
    """
    return frozenset(claim.control.id for claim in claims(templates) if claim.lacks(planned, least=False).spreads)
