"""The answers of `init` that an inventory provides."""

from collections.abc import Mapping

from baseline.capabilities.settings import Tier
from baseline.frozen import frozen
from baseline.inventory.facts.organization import Account, Tree
from baseline.inventory.model import Inventory
from baseline.inventory.proposal import detection, organization
from baseline.inventory.proposal.accounts import Choice, keys_of, log_archive_of, security_of
from baseline.inventory.proposal.control_tower import control_tower
from baseline.inventory.proposal.look import deployed_capabilities, deployed_prefix, known
from baseline.inventory.proposal.policies import with_policies
from baseline.inventory.proposal.situation import Proposed, Situation
from baseline.profile.scaffold import Answers, prefix_from

_MISSING = "No account was recognized as {}: give the id of one, or a real address for a new one."


@frozen
class Wishes:
    """The user's own answers. Empty values are derived from the inventory."""

    tier: Tier = "standard"
    name: str = ""
    prefix: str = ""
    home_region: str = ""
    regions: tuple[str, ...] = ()
    email: str = ""
    log_archive_id: str = ""
    security_id: str = ""
    adopt: bool = False


def answers_of(inventory: Inventory, wishes: Wishes) -> Answers:
    """Answers from which `scaffold` writes a profile of the organization."""
    tree, identity = inventory.organization.tree, inventory.organization.identity
    lead = identity.management_account
    accounts = {item.id: item for item in tree.accounts if item.state == "ACTIVE" or item.id == lead}
    management = accounts[lead]
    chosen = _special_accounts(inventory, wishes, accounts)
    named = {management.id: "management", **{choice.account: key for key, choice in chosen.items()}}
    keys = keys_of(tuple(accounts.values()), named, [unit.path for unit in tree.units])
    name = wishes.name or management.name or identity.id
    prefix = wishes.prefix or deployed_prefix(inventory) or prefix_from(name)
    tower = control_tower(inventory)
    security = chosen["security"].account if "security" in chosen else ""
    situation = _situation(inventory, wishes, keys, security=security, prefix=prefix)
    proposed = _proposals(situation, wishes.tier)
    ordered = _ordered(keys, accounts)
    center = known(inventory.organization.identity_center)
    answers = Answers(
        name=name,
        prefix=prefix,
        home_region=situation.home_region,
        regions=situation.regions,
        standalone=False,
        tier=wishes.tier,
        alerts=(wishes.email or management.email,),
        emails=_emails(ordered),
        ids={key: account.id for key, account in ordered.items()},
        organization_id=identity.id,
        identity_center_region=center.region if center else None,
        audit="guardrails" not in situation.deployed,
        root_id=tree.root,
        ous={key: account.unit for key, account in ordered.items()},
        names={key: account.name for key, account in ordered.items() if account.name not in ("", key)},
        units={unit.path: unit.id for unit in tree.units},
        roles=organization.roles_of(situation),
        found={name: item.settings for name, item in proposed.items() if item.settings},
        adopt={kind: some for item in proposed.values() for kind, some in item.adopt.items()},
        control_tower=tower.key,
        notes={
            "control_tower": tower.notes,
            "accounts": tuple(_account_notes(chosen, tree, keys)),
            **{name: item.notes for name, item in proposed.items()},
        },
    )
    return with_policies(answers, inventory) if wishes.adopt and answers.audit else answers


def _situation(
    inventory: Inventory, wishes: Wishes, keys: Mapping[str, str], *, security: str, prefix: str
) -> Situation:
    home = _home_region(inventory, wishes)
    return Situation(
        inventory=inventory,
        prefix=prefix,
        home_region=home,
        regions=_regions(inventory, wishes, home),
        keys=keys,
        security=security,
        deployed=deployed_capabilities(inventory, prefix),
        control_tower=bool(control_tower(inventory).key),
        adopts=wishes.adopt,
    )


def _proposals(situation: Situation, tier: Tier) -> Mapping[str, Proposed]:
    """Capability → its proposed settings."""
    return {
        "guardrails": organization.guardrails(situation),
        "cloudtrail": detection.cloudtrail(situation),
        "config": detection.config(situation),
        "identity_center": organization.identity_center(situation, tier),
        "guardduty": detection.guardduty(situation),
        "security_hub": detection.security_hub(situation),
        "macie": detection.macie(situation),
        "detective": detection.detective(situation),
    }


def _special_accounts(inventory: Inventory, wishes: Wishes, accounts: Mapping[str, Account]) -> dict[str, Choice]:
    """Key → the account that was chosen for it; keys without an active account are missing."""
    said = "as the option says"
    logs = Choice(account=wishes.log_archive_id, reason=said) if wishes.log_archive_id else log_archive_of(inventory)
    security = (
        Choice(account=wishes.security_id, reason=said)
        if wishes.security_id
        else security_of(inventory, logs.account if logs else "")
    )
    found = {"log_archive": logs, "security": security}
    return {key: choice for key, choice in found.items() if choice and choice.account in accounts}


def _account_notes(chosen: Mapping[str, Choice], tree: Tree, keys: Mapping[str, str]) -> tuple[str, ...]:
    notes = [
        f"{key}: {chosen[key].reason}." if key in chosen else _MISSING.format(key)
        for key in ("log_archive", "security")
    ]
    left_out = [f"{item.name or item.id} is {item.state}" for item in tree.accounts if item.id not in keys]
    return (*notes, *((f"Left out: {', '.join(left_out)}.",) if left_out else ()))


def _ordered(keys: Mapping[str, str], accounts: Mapping[str, Account]) -> dict[str, Account]:
    """Key → account; the accounts that every organization has first."""
    found = {key: accounts[id_] for id_, key in keys.items()}
    first = [key for key in ("management", "log_archive", "security") if key in found]
    return {key: found[key] for key in (*first, *(key for key in found if key not in first))}


def _emails(accounts: Mapping[str, Account]) -> dict[str, str]:
    """Key → address; a placeholder for an account that was not recognized, which `validate` reports."""
    found = {key: account.email or f"{key}@example.com" for key, account in accounts.items()}
    special = {key: f"{key.replace('_', '-')}@example.com" for key in ("management", "log_archive", "security")}
    return special | found


def _home_region(inventory: Inventory, wishes: Wishes) -> str:
    """Home Region of the deployed baseline, Control Tower or Identity Center; else the inventory's first Region."""
    marked = [item.region for item in known(inventory.organization.stack_sets) or () if item.capability]
    tower, center = known(inventory.organization.control_tower), known(inventory.organization.identity_center)
    candidates = (wishes.home_region, *marked[:1], tower.region if tower else "", center.region if center else "")
    return next(filter(None, candidates), inventory.regions[0])


def _regions(inventory: Inventory, wishes: Wishes, home: str) -> tuple[str, ...]:
    """The Regions that Control Tower governs, or else those in the inventory; the home Region first."""
    tower = known(inventory.organization.control_tower)
    found = wishes.regions or (tower.governed_regions if tower else ()) or inventory.regions
    return tuple(dict.fromkeys((home, *found)))
