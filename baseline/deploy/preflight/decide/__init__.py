"""What preflight checks report: facts → problems, without calls."""

from baseline.deploy.preflight.decide import (
    caller,
    identity_center,
    keys,
    moved,
    names,
    organization,
    policies,
    regions,
    roles,
    stacks,
)

__all__ = [
    "caller",
    "identity_center",
    "keys",
    "moved",
    "names",
    "organization",
    "policies",
    "regions",
    "roles",
    "stacks",
]
