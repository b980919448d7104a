"""Decisions of the preflight checks: facts → problems, without calls."""

from baseline.deploy.preflight.decide import (
    adoptions,
    audit_manager,
    caller,
    guardrails,
    identity_center,
    keys,
    log_destinations,
    moved,
    names,
    organization,
    policies,
    public_access,
    regions,
    roles,
    stacks,
)

__all__ = [
    "adoptions",
    "audit_manager",
    "caller",
    "guardrails",
    "identity_center",
    "keys",
    "log_destinations",
    "moved",
    "names",
    "organization",
    "policies",
    "public_access",
    "regions",
    "roles",
    "stacks",
]
