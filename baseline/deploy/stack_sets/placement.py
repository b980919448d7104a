"""OUs and accounts in a different place than in the plan: operations skip them without an error."""

from collections.abc import Iterator, Sequence

from baseline.cloud.organizations import account_of, parent_of, unit_name
from baseline.deploy.stack_sets.decide import Misplacement
from baseline.deploy.values import Values
from baseline.plan.model import Deployment
from baseline.plan.units import ROOT

_CORRECT = "correct its id in the profile, or in the lock file, and generate again"
_MOVE = "move the account, or correct its ou in the profile: aws organizations move-account"
_INVITE = "correct its id in the profile, or invite the account: aws organizations invite-account-to-organization"
_LOOK = "look at the account in the AWS Organizations console"
_FIXES = {
    "PENDING_ACTIVATION": "wait until AWS has activated the account, and run the same command again",
    "SUSPENDED": "reopen the account with AWS Support, or remove it from the profile and generate again",
    "PENDING_CLOSURE": "remove the account from the profile and generate again",
    "CLOSED": "remove the account from the profile and generate again",
}
"""State of an account → what to do
(docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html)."""


def misplacements(values: Values, deployments: Sequence[Deployment]) -> Iterator[Misplacement]:
    """OUs that the organization lacks; if all exist, accounts outside of their OU."""
    missing = tuple(missing_units(values, deployments))
    yield from missing
    for deployment in () if missing else deployments:
        if not deployment.account:
            continue
        units, account = values.targets(deployment)
        if not any(account in values.units.members(unit) for unit in units):
            where, fix = _whereabouts(values, account)
            wanted = ", ".join(deployment.ous)
            message = f"account {account} ({deployment.account}) is {where}, not active in {wanted}"
            yield Misplacement(message=message, fix=fix)


def missing_units(values: Values, deployments: Sequence[Deployment]) -> Iterator[Misplacement]:
    """OUs in the plan that the organization does not have."""
    units = {path: values.units.id_of(path) for deployment in deployments for path in deployment.ous}
    for path, unit in units.items():
        if not values.units.has(unit):
            message = f"organizational unit {path} ({unit}) is not in the organization"
            yield Misplacement(message=message, fix=_CORRECT)


def _whereabouts(values: Values, account: str) -> tuple[str, str]:
    found = account_of(values.session, account)
    if found is None:
        return "not in the organization", _INVITE
    return (f"in {_path(values, account)}", _MOVE) if found.is_active else (found.state, _FIXES.get(found.state, _LOOK))


def _path(values: Values, child: str) -> str:
    """The path of an account's OU, by names."""
    root, names = values.units.id_of(ROOT), list[str]()
    while True:
        child = parent_of(values.session, child)
        if child == root:
            return "/".join(reversed(names)) or "the organization's root"
        names.append(unit_name(values.session, child))
