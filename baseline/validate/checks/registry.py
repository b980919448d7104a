"""Every check, by id."""

from baseline.validate.checks import (
    availability,
    condition_keys,
    config_rules,
    confused_deputy,
    hard_coded_partition,
    key_without_grant,
    limits,
    locked_key,
    metric_filter,
    open_bucket,
    open_principal,
    policy_version,
    second_recorder,
    stack_set,
    stateful_not_retained,
    trail_before_policy,
    unknown_action,
    unknown_service_principal,
)
from baseline.validate.checks.check import Check

CHECKS: tuple[Check, ...] = (
    hard_coded_partition.CHECK,
    unknown_service_principal.CHECK,
    confused_deputy.CHECK,
    open_principal.CHECK,
    unknown_action.CHECK,
    policy_version.CHECK,
    stateful_not_retained.CHECK,
    open_bucket.CHECK,
    config_rules.CHECK,
    second_recorder.CHECK,
    metric_filter.CHECK,
    availability.CHECK,
    limits.CHECK,
    trail_before_policy.CHECK,
    locked_key.CHECK,
    key_without_grant.CHECK,
    stack_set.CHECK,
    condition_keys.CHECK,
)
