"""What preflight checks look at: facts of AWS, of the plan and of its templates, one by one."""

from baseline.deploy.preflight.read import (
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
