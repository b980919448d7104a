"""Terms of reports, plans and profiles, for `baseline explain`."""

from collections.abc import Mapping

from baseline.report.requirement_words import AXES, STATES

WORDS: Mapping[str, str] = {
    "starter": "tier with the lowest cost: short retention, few data events. `baseline explain CAPABILITY` lists it.",
    "standard": "tier for most organizations. `baseline explain CAPABILITY` lists its values.",
    "regulated": "tier for audited organizations: long retention, all data events, and Object Lock in compliance mode, "
    "which cannot be ended early. `baseline explain CAPABILITY` lists its values.",
    **{name: f"state of a requirement: {meaning}." for name, meaning in STATES.items()},
    **{name: f"axis of a requirement's state: {meaning}." for name, meaning in AXES.items()},
    "stage": "setting of guardrails: audit (written, not attached), sandbox (attached to sandbox_units) or all.",
    "wave": "stacks that are deployed at the same time, because none depends on another.",
    "lock file": "the ids that AWS assigned to accounts, units and resources of a profile, written by `deploy --lock`.",
}
