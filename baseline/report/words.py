"""Terms of reports, plans and profiles, for `baseline explain`."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "starter": "tier with the lowest cost: short retention, few data events. `baseline explain CAPABILITY` lists it.",
    "standard": "tier for most organizations. `baseline explain CAPABILITY` lists its values.",
    "regulated": "tier for audited organizations: long retention, all data events, and Object Lock in compliance mode, "
    "which cannot be ended early. `baseline explain CAPABILITY` lists its values.",
    "deployed": "state of a requirement: a deployed control satisfies it for the resources in scope.",
    "prevented": "state of a requirement: a guardrail denies violations.",
    "detected": "state of a requirement: violations are reported.",
    "gap": "state of a requirement: the baseline has a control for it, but this profile does not enable it, or a "
    "control that it depends on. `baseline explain FRAMEWORK/ID` names the controls.",
    "unsupported": "state of a requirement: AWS offers no such control in any governed Region.",
    "manual": "state of a requirement: people have to do it; an attestation in the profile says that they do.",
    "inherited": "state of a requirement: AWS does it, and its audit reports are the evidence.",
    "excluded": "state of a requirement: an exception in the profile accepts the gap.",
    "stage": "setting of guardrails: audit (written, not attached), sandbox (attached to sandbox_units) or all.",
    "wave": "stacks that are deployed at the same time, because none depends on another.",
    "lock file": "the ids that AWS assigned to accounts, units and resources of a profile, written by `deploy --lock`.",
}
