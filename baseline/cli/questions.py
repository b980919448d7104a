"""The questions of `baseline init`: each answer is checked by the profile's rules, and asked again if invalid."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from baseline.aws.regions import REGIONS, partition_of
from baseline.cli.terminal import confirm, prompt, say
from baseline.profile.scaffold import Answers, prefix_from, scaffold

if TYPE_CHECKING:
    from baseline.findings import Finding

PLACEHOLDER = "profile-placeholder"
_TIERS = ("starter", "standard", "regulated")
_MEMBERS = {"log_archive": "log archive", "security": "security"}
_ID_HINT = "aws organizations list-accounts --query 'Accounts[].[Id,Name]' --output text"


def answers_with(answers: Answers, **values: object) -> Answers:
    """Return the answers with new values, and with the values that follow from them."""
    new = replace(answers, **values)  # type: ignore[arg-type]
    return replace(new, regions=tuple(dict.fromkeys((new.home_region, *new.regions))))


def problems_of(answers: Answers) -> "tuple[Finding, ...]":
    """Return every problem and warning of the resulting profile, except placeholders."""
    from baseline.errors import ProfileError
    from baseline.findings import Severity
    from baseline.profile.load import load_profile_text

    try:
        found = load_profile_text(scaffold(answers)).findings
    except ProfileError as error:
        found = error.findings
    return tuple(f for f in found if f.id != PLACEHOLDER and f.severity > Severity.INFO)


def emails_from(address: str, keys: tuple[str, ...]) -> dict[str, str]:
    """Return an address per account: the management account's, with `+log-archive` and so on for the others."""
    local, _, domain = address.partition("@")
    return {key: address if key == "management" else f"{local}+{key.replace('_', '-')}@{domain}" for key in keys}


@dataclass
class Interview:
    """Asks questions on standard error, and keeps the answers."""

    answers: Answers

    def ask(self, question: str, default: str, path: str, change: Callable[[str], Answers]) -> None:
        """Ask until the answer causes no problem below the key path `path`.

        Args:
            question: The question.
            default: The value for an empty answer.
            path: Key path of the answer in the profile.
            change: Returns the answers with the given one.
        """

        def accepted(value: str) -> str:
            try:
                candidate = change(value.strip())
            except ValueError as error:
                raise click.UsageError(str(error)) from error
            wrong = [f for f in problems_of(candidate) if f.path == path or f.path.startswith((f"{path}.", f"{path}["))]
            errors = [f for f in wrong if str(f.severity) == "error"]
            if errors:
                raise click.UsageError("\n".join(f.message for f in errors))
            for finding in wrong:
                say(f"Warning: {finding.message} ({finding.fix})", err=True)
            self.answers = candidate
            return value

        prompt(question, default=default, show_default=bool(default), value_proc=accepted)

    def run(self, asked: frozenset[str]) -> Answers:
        """Ask every question except those in `asked`, which options have answered."""
        for name, question in _QUESTIONS.items():
            if name not in asked and not (self.answers.standalone and name in _ORGANIZATION_ONLY):
                question(self)
        return self.answers


def _name(interview: Interview) -> None:
    def change(value: str) -> Answers:
        return answers_with(interview.answers, name=value)

    interview.ask("Name of the organization", interview.answers.name, "organization.name", change)


def _prefix(interview: Interview) -> None:
    say("Every name begins with the prefix, which no role, stack or topic of your workloads may use.", err=True)
    default = prefix_from(interview.answers.name)
    interview.ask("Prefix", default, "organization.prefix", lambda value: answers_with(interview.answers, prefix=value))


def _standalone(interview: Interview) -> None:
    several = confirm("Several accounts, in an organization?", default=True)
    answers = interview.answers
    emails = {key: email for key, email in answers.emails.items() if several or key == "management"}
    interview.answers = replace(answers, standalone=not several, emails=emails)


def _home_region(interview: Interview) -> None:
    interview.ask(
        "Home Region (trail, log buckets, alarms)",
        interview.answers.home_region,
        "organization.home_region",
        lambda value: answers_with(interview.answers, home_region=value, regions=()),
    )


def _regions(interview: Interview) -> None:
    answers = interview.answers
    if not answers.standalone and answers.home_region in REGIONS and partition_of(answers.home_region) == "aws":
        say(
            "A guardrail denies calls in all other Regions. Add us-east-1 if workloads use CloudFront, Lambda@Edge, or "
            "metrics of Route 53 or billing, which are there only.",
            err=True,
        )
    interview.ask(
        "Governed Regions, separated by blanks",
        " ".join(interview.answers.regions),
        "organization.regions",
        lambda value: answers_with(interview.answers, regions=tuple(value.replace(",", " ").split())),
    )


def _tier(interview: Interview) -> None:
    from baseline.text.nearest import did_you_mean

    def change(value: str) -> Answers:
        tier = value.lower()
        if tier not in _TIERS:
            raise ValueError(f'"{value}" is not a tier{did_you_mean(value, _TIERS)} (choose {", ".join(_TIERS)})')
        return answers_with(interview.answers, tier=tier)

    default = "starter" if interview.answers.standalone else "standard"
    interview.ask("Tier (starter, standard, regulated)", default, "tier", change)


def _organization_id(interview: Interview) -> None:
    if not confirm("Does the organization exist in AWS already?", default=False):
        return
    say("To find it:\n  aws organizations describe-organization --query Organization.Id --output text", err=True)
    interview.ask(
        "Id of the organization, such as o-a1b2c3d4e5",
        "",
        "organization.id",
        lambda value: answers_with(interview.answers, organization_id=_required(value, "id of the organization")),
    )


def _email(interview: Interview) -> None:
    keys = tuple(interview.answers.emails)

    def change(value: str) -> Answers:
        return answers_with(interview.answers, emails=emails_from(value, keys), alerts=(value,))

    current = interview.answers.emails["management"]
    interview.ask("E-mail address of the management account's root user", current, "accounts.management.email", change)


def _management_id(interview: Interview) -> None:
    say("To find it, in the management account:\n  aws sts get-caller-identity --query Account --output text", err=True)
    current = interview.answers.ids.get("management") or ""
    interview.ask("Id of the management account", current, "accounts.management.id", _id(interview, "management"))


def _member(key: str) -> Callable[[Interview], None]:
    def ask(interview: Interview) -> None:
        must_exist = partition_of(interview.answers.home_region) == "aws-us-gov"
        if key == "log_archive":
            say(f"To find ids of accounts:\n  {_ID_HINT}", err=True)
        what = "" if must_exist else "; empty if it is to be created"
        interview.ask(
            f"Id of the {_MEMBERS[key]} account{what}", "", f"accounts.{key}.id", _id(interview, key, needed=must_exist)
        )
        state = "its" if interview.answers.ids.get(key) else "its future"
        interview.ask(
            f"E-mail address of {state} root user",
            interview.answers.emails[key],
            f"accounts.{key}.email",
            lambda value: answers_with(interview.answers, emails={**interview.answers.emails, key: value}),
        )

    return ask


def _identity_center(interview: Interview) -> None:
    if not confirm("Is IAM Identity Center enabled already?", default=False):
        return
    interview.ask(
        "Its Region",
        interview.answers.home_region,
        "capabilities.identity_center",
        lambda value: answers_with(interview.answers, identity_center_region=value),
    )


def _audit(interview: Interview) -> None:
    if any(account_id for key, account_id in interview.answers.ids.items() if key != "management"):
        say("Guardrails are organization policies that deny calls, including those of existing workloads.", err=True)
        audit = confirm("Write them without attaching them at first?", default=True)
        interview.answers = replace(interview.answers, audit=audit, enforced=not audit)


def _id(interview: Interview, key: str, *, needed: bool = False) -> Callable[[str], Answers]:
    def change(value: str) -> Answers:
        account_id = _required(value, "id: baseline cannot create accounts in AWS GovCloud (US)") if needed else value
        return answers_with(interview.answers, ids={**interview.answers.ids, key: account_id or None})

    return change


def _required(value: str, what: str) -> str:
    if not value:
        raise ValueError(f"enter the {what}")
    return value


_ORGANIZATION_ONLY = frozenset({"organization_id", "log_archive_id", "security_id", "identity_center_region", "audit"})

_QUESTIONS: dict[str, Callable[[Interview], None]] = {
    "name": _name,
    "prefix": _prefix,
    "standalone": _standalone,
    "home_region": _home_region,
    "regions": _regions,
    "tier": _tier,
    "organization_id": _organization_id,
    "email": _email,
    "management_id": _management_id,
    "log_archive_id": _member("log_archive"),
    "security_id": _member("security"),
    "identity_center_region": _identity_center,
    "audit": _audit,
}


def summary_of(answers: Answers) -> Iterator[str]:
    """Yield a summary of the answers, as lines for people."""
    kind = "one account" if answers.standalone else f"organization {answers.organization_id or 'to be created'}"
    yield f"{answers.name} ({answers.prefix}): {kind}, tier {answers.tier}"
    yield f"Regions: {', '.join(answers.regions)}; home Region {answers.home_region}"
    shown = [key for key in answers.emails if key in ("management", *_MEMBERS)]
    for key in shown:
        yield f"account {key}: {answers.ids.get(key) or 'to be created'}, {answers.emails[key]}"
    if more := len(answers.emails) - len(shown):
        yield f"and {more:,} more accounts"
    if answers.audit:
        yield "guardrails: written, not attached (stage: audit)"
    if not answers.standalone and answers.identity_center_region is None:
        yield "IAM Identity Center: enable it in the console before the deployment, or set identity_center: false"
