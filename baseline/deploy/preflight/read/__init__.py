"""The inputs of preflight checks: facts about AWS, the plan and its templates, one by one."""

from baseline.deploy.preflight.read import (
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
