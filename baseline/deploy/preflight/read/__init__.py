"""What preflight checks look at: facts of AWS, of the plan and of its templates, one by one."""

from baseline.deploy.preflight.read import (
    adoptions,
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
    "adoptions",
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
