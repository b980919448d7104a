"""Checks of accounts and units."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.inventory.conflicts.subject import Subject, listing


def organization(subject: Subject) -> Iterator[Problem]:
    """Check that the profile describes the organization of the inventory."""
    live, said = subject.inventory.organization.identity.id, subject.landscape.organization_id
    if said and said != live:
        yield Problem(
            path=("organization", "id"),
            message=f"the inventory describes the organization {live}, but the profile describes {said}",
            fix="name the inventory of this organization",
        )


def accounts(subject: Subject) -> Iterator[Problem]:
    """Check that accounts with an id exist, and that new accounts have an unused address."""
    by_address = {item.email.casefold(): item for item in subject.accounts.values()}
    for key, account in subject.landscape.accounts.items():
        path = ("accounts", key)
        live = subject.accounts.get(account.id or "")
        if account.id and live is None:
            yield Problem(
                path=(*path, "id"),
                message=f"{account.id} is not an account of the organization",
                fix="correct the id, or leave it out to create the account",
            )
        elif live and live.state != "ACTIVE":
            yield Problem(
                path=(*path, "id"),
                message=f"{account.id} is {live.state}: nothing can be deployed there",
                fix="take the account out of the profile, and list its id in config.exclude_accounts",
            )
        elif (
            not account.id
            and (taken := by_address.get(account.email.casefold()))
            and ("accounts", taken.id) not in subject.adopted
        ):
            yield Problem(
                path=(*path, "email"),
                message=f"{taken.id} ({taken.name}) has this address: a second account cannot have it",
                fix=f'give its id: id: "{taken.id}"; or import it: adopt: {{accounts: {{{key}: "{taken.id}"}}}}',
            )


def moved_accounts(subject: Subject) -> Iterator[Problem]:
    """Check that accounts are in the units that the profile names: StackSets and policies target units."""
    for key, account in subject.landscape.accounts.items():
        live = subject.accounts.get(account.id or "")
        if live and live.unit != (account.ou or ""):
            yield Problem(
                path=("accounts", key, "ou"),
                message=f"{account.id} is in {live.unit or 'the root'}, and the profile says "
                f"{account.ou or 'the root'}: an existing account is not moved",
                fix=f"write ou: {live.unit}, or move the account" if live.unit else "move the account, or leave out ou",
            )


def units(subject: Subject) -> Iterator[Problem]:
    """Check that an OU without an id does not exist yet, and that an OU with an id has this path."""
    live = {unit.path: unit.id for unit in subject.inventory.organization.tree.units}
    paths = {id_: path for path, id_ in live.items()}
    for path, id_ in subject.landscape.ous.items():
        if id_ is None and path in live and ("organizational_units", live[path]) not in subject.adopted:
            yield Problem(
                path=("organizational_units",),
                message=f"the unit {path} exists already ({live[path]}): AWS refuses a second one",
                fix=f"give its id: {{path: {path}, id: {live[path]}}}; or import it: "
                f"adopt: {{organizational_units: {{{path}: {live[path]}}}}}",
            )
        elif id_ is not None and paths.get(id_) != path:
            there = f"it is {paths[id_]}" if id_ in paths else "there is no such unit"
            yield Problem(
                path=("organizational_units",),
                message=f"the unit {path} has the id {id_} in the profile; {there}",
                fix="correct path or id",
            )


def unlisted(subject: Subject) -> Iterator[Problem]:
    """Active accounts that the profile does not list."""
    found = [item for item in subject.accounts.values() if item.state == "ACTIVE" and item.id not in subject.keys]
    if found:
        names = listing(f"{item.name} ({item.id})" for item in found)
        yield Problem(
            path=("accounts",),
            message=f"the profile does not list {len(found)} active accounts: {names}",
            fix="list them with id and unit; StackSets of their units deploy to them nevertheless",
        )


def not_looked_at(subject: Subject) -> Iterator[Problem]:
    """Accounts of the profile that the inventory does not cover."""
    found = [key for key, account in subject.landscape.accounts.items() if account.id and not subject.facts(key)]
    if found:
        yield Problem(
            path=("accounts",),
            message=f"{len(found)} accounts were not read, so recorders, detectors and hubs there are unknown: "
            f"{listing(found)}",
            fix="take the inventory with a role in these accounts: baseline inventory --role NAME",
        )
