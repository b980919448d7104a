"""Rules between the values of a profile; one file per subject. `setting_problems` also needs files."""

from collections.abc import Callable, Iterable

from baseline.findings import Problem
from baseline.profile.model import Profile
from baseline.profile.rules import (
    acceptance,
    accounts,
    capabilities,
    control_tower,
    cost,
    ous,
    overrides,
    places,
    regions,
    roles,
    standalone,
)

RULES: tuple[Callable[[Profile], Iterable[Problem]], ...] = (
    acceptance.excepted_and_attested,
    acceptance.without_effect,
    acceptance.unsound_exceptions,
    acceptance.unsound_report_periods,
    acceptance.unsafe_approvals,
    accounts.required_accounts,
    accounts.required_emails,
    accounts.tags_of_existing_accounts,
    accounts.duplicate_values,
    accounts.placeholders,
    ous.unknown_units,
    ous.duplicate_units,
    ous.foreign_ids,
    places.unknown_places,
    places.suspended_places,
    places.group_members,
    overrides.fitting_overrides,
    roles.fitting_roles,
    regions.mixed_partitions,
    regions.home_governed,
    regions.repeated_items,
    standalone.no_organization,
    control_tower.fitting_landing_zone,
    control_tower.nothing_twice,
    capabilities.requirements,
    cost.known_sizes,
)
