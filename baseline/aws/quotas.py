"""Service quotas that are checked at generation time."""

from collections.abc import Mapping

from baseline.aws.facts import facts
from baseline.frozen import frozen


@frozen
class Quota:
    """A limit that AWS sets; `source` names the documentation page."""

    value: int
    unit: str
    source: str


QUOTAS: Mapping[str, Quota] = {
    name: Quota(value=value, unit=unit, source=source) for name, (value, unit, source) in facts("quotas").items()
}
"""Every quota by name, such as `cloudformation.resources`; the default where AWS raises it on request."""


def quota(name: str) -> int:
    """The value of a quota.

    Raises:
        KeyError: if there is no quota with this name.
    """
    return QUOTAS[name].value
