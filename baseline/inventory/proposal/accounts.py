"""The choice of the log archive and security accounts, and the profile keys of all accounts."""

import re
from collections import Counter
from collections.abc import Collection, Mapping

from baseline.frozen import frozen
from baseline.inventory.facts.control_tower import LandingZone
from baseline.inventory.facts.organization import Account
from baseline.inventory.model import Inventory
from baseline.inventory.proposal.look import DETECTION_SERVICES, account_regions, known
from baseline.profile.account_keys import LOG_ARCHIVE_NAME, SECURITY_NAME, account_key
from baseline.text.slug import slug


@frozen
class Choice:
    """An account with a role, and the reason why it was chosen."""

    account: str
    reason: str


def log_archive_of(inventory: Inventory) -> Choice | None:
    """The log archive account; None if it cannot be recognized."""
    tower = known(inventory.organization.control_tower)
    if tower and (account := tower.accounts.get("centralizedLogging")):
        return Choice(account=account, reason="the log archive account of Control Tower")
    buckets = Counter(
        inventory.log_buckets[trail.bucket]
        for account in inventory.accounts
        for region in account_regions(inventory, account).values()
        for trail in known(region.trails) or ()
        if trail.organization and trail.bucket in inventory.log_buckets
    )
    for account, _ in buckets.most_common():
        if account != inventory.organization.identity.management_account:
            return Choice(account=account, reason="the owner of the organization trail's bucket")
    return _by_name(inventory, LOG_ARCHIVE_NAME)


def security_of(inventory: Inventory, log_archive: str) -> Choice | None:
    """The security account; None if it cannot be recognized."""
    tower = known(inventory.organization.control_tower)
    if tower and (account := _security_of_control_tower(tower)):
        return Choice(account=account, reason="the audit account of Control Tower")
    for item in known(inventory.organization.delegated_administrators) or ():
        if any(service in item.services for service in DETECTION_SERVICES.values()):
            return Choice(account=item.account, reason="the administrator of GuardDuty or Security Hub")
    found = _by_name(inventory, SECURITY_NAME)
    return found if found and found.account != log_archive else None


def keys_of(accounts: Collection[Account], roles: Mapping[str, str], taken: Collection[str]) -> Mapping[str, str]:
    """Account id → key in the profile, from the account's name.

    Args:
        accounts: The accounts, in order.
        roles: Account id → key of the management, log archive and security account.
        taken: Other names of places, such as paths of units, which no key may have.
    """
    found = dict(roles)
    used = set(taken)
    for account in accounts:
        if account.id not in found:
            found[account.id] = account_key(account.name, account.id, used)
            used.add(found[account.id])
    return found


def _security_of_control_tower(tower: LandingZone) -> str | None:
    """`securityRoles` in every version; in 4.0 it can be off, and AWS Config has a separate account."""
    return tower.accounts.get("securityRoles") or tower.accounts.get("config")


def _by_name(inventory: Inventory, pattern: re.Pattern[str]) -> Choice | None:
    """The only active account with such a name."""
    tree = inventory.organization.tree
    management = inventory.organization.identity.management_account
    found = [
        item
        for item in tree.accounts
        if item.state == "ACTIVE" and item.id != management and pattern.search(slug(item.name))
    ]
    return Choice(account=found[0].id, reason=f"its name is {found[0].name}") if len(found) == 1 else None
