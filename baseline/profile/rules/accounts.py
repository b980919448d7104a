"""Accounts: those that must be there, and values that AWS wants once only."""

from collections.abc import Iterator

from baseline.profile.model import ORGANIZATION_ACCOUNTS, Profile
from baseline.profile.rules.violation import Violation

_STANDALONE = ("organization", "standalone")


def required_accounts(profile: Profile) -> Iterator[Violation]:
    """Management, log archive and security; management alone in standalone mode."""
    needed = ORGANIZATION_ACCOUNTS[:1] if profile.organization.standalone else ORGANIZATION_ACCOUNTS
    for key in needed:
        if key not in profile.accounts:
            what = "a standalone profile" if profile.organization.standalone else "an organization"
            yield Violation(
                kind="profile-account",
                path=("accounts", key),
                message=f"account missing: {what} has an account `{key}`",
                fix=f"add `{key}` with its id or e-mail address under accounts",
                about=(_STANDALONE,),
            )


def required_emails(profile: Profile) -> Iterator[Violation]:
    """AWS Organizations knows every account by its root user's address."""
    if profile.organization.standalone:
        return
    for key, account in profile.accounts.items():
        if account.email is None:
            yield Violation(
                kind="profile-account",
                path=("accounts", key, "email"),
                message="e-mail address missing: every account of an organization has one",
                fix="add `email` with the address of the account's root user",
                about=(_STANDALONE,),
            )


def tags_of_existing_accounts(profile: Profile) -> Iterator[Violation]:
    """CloudFormation sets tags of accounts that it creates, and of no others."""
    for key, account in profile.accounts.items():
        if account.tags and (account.id is not None or key == ORGANIZATION_ACCOUNTS[0]):
            yield Violation(
                kind="profile-account",
                path=("accounts", key, "tags"),
                message="tags of an account that exists already: CloudFormation tags the accounts that it creates",
                fix="remove them, and tag the account with aws organizations tag-resource",
                about=(("accounts", key, "id"),),
            )


def duplicate_values(profile: Profile) -> Iterator[Violation]:
    """Ids and addresses are unique in all of AWS, names in the organization's console."""
    yield from _duplicates(profile, "id", "account id")
    yield from _duplicates(profile, "email", "e-mail address")
    yield from _duplicates(profile, "name", "account name")


def _duplicates(profile: Profile, field: str, what: str) -> Iterator[Violation]:
    seen: dict[str, str] = {}
    for key, account in profile.accounts.items():
        value: str | None = getattr(account, field)
        if value is None:
            continue
        first = seen.setdefault(value.casefold(), key)
        if first != key:
            yield Violation(
                kind="profile-duplicate",
                path=("accounts", key, field),
                message=f'{what} given twice: "{value}" is also that of accounts.{first}',
                fix="give each account its own",
                about=(("accounts", first, field),),
            )
