"""Accounts: required accounts, and values that must be unique in AWS."""

import re
from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.profile.model import ORGANIZATION_ACCOUNTS, Profile
from baseline.profile.tree import KeyPath
from baseline.text.nearest import nearest

_STANDALONE = ("organization", "standalone")
# RFC 2606: example.com, example.net and example.org belong to IANA, and nothing is delivered to the other three.
# `.example` is reserved as well; profiles in documentation use it, and are left alone.
_PLACEHOLDER_DOMAIN = re.compile(r"(.+\.)?(example\.(com|net|org)|test|invalid|localhost)", re.IGNORECASE)
_DOCUMENTATION_DOMAIN = re.compile(r".+\.example", re.IGNORECASE)
_PLACEHOLDER_ID = re.compile(r"([0-9])\1{11}|123456789012")


def required_accounts(profile: Profile) -> Iterator[Problem]:
    """Check that management, log archive and security exist; only management in standalone mode."""
    needed = ORGANIZATION_ACCOUNTS[:1] if profile.organization.standalone else ORGANIZATION_ACCOUNTS
    for key in needed:
        if key not in profile.accounts:
            what = "a standalone profile" if profile.organization.standalone else "an organization"
            close = nearest(key, profile.accounts.keys() - set(needed), cutoff=0.75)
            yield Problem(
                id="profile-account",
                path=("accounts", key),
                message=f"account missing: {what} requires an account `{key}`",
                fix=f"rename `{close}` to `{key}`, if that is the account"
                if close
                else f"add `{key}` with its id or e-mail address under accounts",
                fallback=(("accounts", close),) if close else (),
                about=(_STANDALONE,),
            )


def required_emails(profile: Profile) -> Iterator[Problem]:
    """Check that every account has a root user address, which AWS Organizations requires."""
    if profile.organization.standalone:
        return
    for key, account in profile.accounts.items():
        if account.email is None:
            yield Problem(
                id="profile-account",
                path=("accounts", key, "email"),
                message="e-mail address missing: every account of an organization needs one",
                fix="add `email` with the address of the account's root user",
                about=(_STANDALONE,),
            )


def tags_of_existing_accounts(profile: Profile) -> Iterator[Problem]:
    """Reject tags of existing accounts: CloudFormation only tags accounts that it creates."""
    for key, account in profile.accounts.items():
        if account.tags and (account.id is not None or key == ORGANIZATION_ACCOUNTS[0]):
            yield Problem(
                id="profile-account",
                path=("accounts", key, "tags"),
                message="tags of an existing account: CloudFormation tags only accounts that it creates",
                fix="remove them, and tag the account with aws organizations tag-resource",
                about=(("accounts", key, "id"),),
            )


def duplicate_values(profile: Profile) -> Iterator[Problem]:
    """Check that ids and addresses (unique in AWS) and names are not repeated."""
    yield from _duplicates(profile, "id", "account id")
    yield from _duplicates(profile, "email", "e-mail address")
    yield from _duplicates(profile, "name", "account name")


def _duplicates(profile: Profile, field: str, what: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for key, account in profile.accounts.items():
        value: str | None = getattr(account, field)
        if value is None:
            continue
        first = seen.setdefault(value.casefold(), key)
        if first != key:
            yield Problem(
                id="profile-duplicate",
                path=("accounts", key, field),
                message=f'{what} given twice: "{value}" is also used by accounts.{first}',
                fix="give each account its own",
                about=(("accounts", first, field),),
            )


def placeholders(profile: Profile) -> Iterator[Problem]:
    """Report addresses in domains reserved for documentation, and ids that cannot exist."""
    for key, account in profile.accounts.items():
        created = account.id is None and key != ORGANIZATION_ACCOUNTS[0]
        if account.email and _is_placeholder(account.email):
            why = "is not an address of yours"
            if created:
                why = "would be the root user of a new account, and its mail does not reach you"
            yield _placeholder(("accounts", key, "email"), f'placeholder: "{account.email}" {why}', error=created)
        if account.id and _PLACEHOLDER_ID.fullmatch(account.id) and not _is_documentation(account.email):
            yield _placeholder(("accounts", key, "id"), f'placeholder: "{account.id}" stands for an account id')
    for index, address in enumerate(profile.organization.alerts):
        if _is_placeholder(address):
            yield _placeholder(("organization", "alerts", index), f'placeholder: alerts to "{address}" reach no person')


def _placeholder(path: KeyPath, message: str, *, error: bool = False) -> Problem:
    severity = Severity.ERROR if error else Severity.WARNING
    return Problem(id="profile-placeholder", path=path, message=message, severity=severity)


def _is_placeholder(address: str) -> bool:
    return _PLACEHOLDER_DOMAIN.fullmatch(address.rpartition("@")[2]) is not None


def _is_documentation(address: str | None) -> bool:
    return address is None or _DOCUMENTATION_DOMAIN.fullmatch(address.rpartition("@")[2]) is not None
