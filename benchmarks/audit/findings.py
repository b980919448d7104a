"""What was found, why what does not pass does not, and whether every such reason is there and still true."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.audit.prowler import NONE, PASS

REASONS = Path(__file__).parent / "reasons.toml"
KINDS = (
    "nothing to look at",
    "emulator lacks the API",
    "needs a person",
    "not part of the baseline",
    "scanner looks elsewhere",
    "organization's account only",
    "by design",
)


OWN = ("not part of the baseline", "by design", "needs a person")
"""Kinds of failures that are left by a choice of the baseline or this profile, or by what a template cannot do."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A check of a framework's requirement: its state by account, before and after."""

    framework: str
    requirement: str
    check: str
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why checks say `state` of accounts after a deployment. `setting` is the one that makes them pass, or ""."""

    checks: tuple[str, ...]
    accounts: tuple[str, ...]
    state: str
    kind: str
    why: str
    setting: str = ""

    def covers(self, check: str, account: str) -> bool:
        """Whether it is about the check in that account."""
        return check in self.checks and account in self.accounts


def read_reasons(accounts: Sequence[str], path: Path = REASONS) -> list[Reason]:
    """The reasons of the data file, one without accounts for all of them.

    Raises:
        ValueError: when one is of an unknown kind or account.
    """
    found = []
    for item in tomllib.loads(path.read_text(encoding="utf-8"))["reason"]:
        named = tuple(item.get("accounts", accounts))
        if item["kind"] not in KINDS or not set(named) <= set(accounts):
            raise ValueError(f"{path.name}: {item['checks']}: unknown kind or account")
        found.append(
            Reason(
                checks=tuple(item["checks"]),
                accounts=named,
                state=item["state"],
                kind=item["kind"],
                why=item["why"],
                setting=item.get("setting", ""),
            )
        )
    return found


def read_caveats(path: Path = REASONS) -> list[tuple[tuple[str, ...], str]]:
    """Checks that pass and say less than they seem to, with what to know of them."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))["caveat"]
    return [(tuple(item["checks"]), item["why"]) for item in found]


def complaints(rows: Sequence[Row], reasons: Sequence[Reason]) -> Iterator[str]:
    """What does not pass without one reason, and reasons that are not true, or not true any more."""
    states = {(row.check, account): state for row in rows for account, state in row.after.items()}
    for (check, account), state in sorted(states.items()):
        given = [reason for reason in reasons if reason.covers(check, account)]
        if state == PASS and given:
            yield f"{check} passes in {account}, and reasons.toml still says why it does not"
        elif state != PASS and len(given) != 1:
            yield f"{check} says {state} of {account}, and reasons.toml has {len(given)} reasons"
        elif state != PASS and given[0].state != state:
            yield f"{check} says {state} of {account}, and reasons.toml explains {given[0].state}"
    known = {check for check, _ in states}
    for reason in reasons:
        for check in sorted(set(reason.checks) - known):
            yield f"{check} is in reasons.toml, and not in the frameworks"


def count(rows: Sequence[Row], account: str, *, after: bool) -> dict[str, int]:
    """How many checks say what of the account; a check of several requirements counts once."""
    states = {row.check: (row.after if after else row.before)[account] for row in rows}
    return {state: sum(item == state for item in states.values()) for state in (PASS, "fail", "manual", NONE)}
