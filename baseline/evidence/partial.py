"""Controls that cover only some of their accounts and Regions, and therefore do not contribute."""

from collections.abc import Iterable

from baseline.plan.model import Template
from baseline.validate.reach import Planned, claims


def partial_controls(templates: Iterable[Template], planned: Planned) -> frozenset[str]:
    """Ids of the controls whose stacks do not cover all accounts and Regions, even if AWS lacks the features there.

    Args:
        templates: All templates.
        planned: The plan with its organization.
    """
    return frozenset(claim.control.id for claim in claims(templates) if claim.lacks(planned, least=False).spreads)
