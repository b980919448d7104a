"""The preflight checks with facts from an inventory: each decides as the check with live facts does."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from baseline.deploy.preflight import PreflightResult, decide
from baseline.deploy.preflight.registry import PREFLIGHT_CHECKS
from baseline.findings import Problem
from baseline.inventory.model import Inventory
from baseline.inventory.preflight import facts
from baseline.inventory.preflight.survey import NotInInventoryError, OfflineSurvey
from baseline.plan.written import WrittenPlan

_Read = Callable[[OfflineSurvey], Iterator[Any]]
_Decide = Callable[[Any], Iterator[Problem]]

OFFLINE: Mapping[str, tuple[_Read, _Decide]] = {
    "stackset-administrators": (facts.stack_set_administrators, decide.caller.stack_set_administrators),
    "organization": (facts.organization, decide.organization.features),
    "stacksets": (facts.stack_sets_access, decide.organization.stack_sets_access),
    "accounts": (facts.accounts, decide.organization.accounts),
    "regions": (facts.regions, decide.regions.enabled),
    "stacks": (facts.stacks, decide.stacks.owners),
    "service-linked-roles": (facts.roles, decide.roles.service_linked),
    "delegated-administrators": (facts.delegated_administrators, decide.organization.delegated_administrators),
    "identity-center": (facts.instance, decide.identity_center.instance),
    "identity-center-names": (facts.identity_names, decide.identity_center.names),
    "units": (facts.units, decide.policies.units),
    "new-accounts": (facts.new_accounts, decide.policies.new_accounts),
    "delegation-policy": (facts.delegation_policies, decide.policies.delegation_policy),
    "policies": (facts.policies, decide.policies.names),
    "policy-slots": (facts.slots, decide.policies.slots),
    "guardrails": (facts.guardrails, decide.policies.brownfield),
    "existing": (facts.singletons, decide.names.singletons),
    "members": (facts.members, decide.names.member_resources),
    "control-tower": (facts.control_tower, decide.organization.control_tower),
    "stackset-quota": (facts.stack_set_count, decide.regions.stack_sets),
    "account-quota": (facts.account_count, decide.regions.accounts),
}
"""Id of a check → the facts in the inventory, and the decision about each."""

_ABSENT = "an inventory does not contain the data for this check"


def offline_preflight(written: WrittenPlan, inventory: Inventory) -> tuple[PreflightResult, ...]:
    """The result of every check, in order; those without facts in an inventory are skipped."""
    survey = OfflineSurvey(written=written, inventory=inventory)
    results = []
    for check in PREFLIGHT_CHECKS:
        issues: list[Problem] = []
        skipped = "" if check.id in OFFLINE else _ABSENT
        try:
            for read, decided in [OFFLINE[check.id]] if check.id in OFFLINE else ():
                issues.extend(issue for fact in read(survey) for issue in decided(fact))
        except NotInInventoryError as error:
            skipped = str(error)
        results.append(PreflightResult(check=check, issues=tuple(issues), skipped=skipped))
    return tuple(results)
