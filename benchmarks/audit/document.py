"""`docs/audit.md`: written from findings and reasons, and read back."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from baseline.controls.framework import frameworks
from benchmarks.audit.findings import OWN, Reason, Row, count
from benchmarks.audit.prowler import FAIL, FRAMEWORKS

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "audit.md"
_ROW = re.compile(r"^\| (\w+(?:\.\d+)+) \| `(\w+)` \| (.+) \|$", re.MULTILINE)
_HEAD = """# What Prowler says

`make audit` writes this page; do not edit it. It emulates the organization of `profiles/northwind.yaml` on this
machine, scans four of its accounts in {region} with Prowler {prowler}
(`--compliance {frameworks} --scan-unused-services`),
deploys the profile with `baseline deploy`, and scans them again. The organization is moto {moto} with the tests' own
CloudFormation: [how it is tested](deploy.md#how-it-is-tested). No call leaves the machine.
**It is not AWS.** A pass says that what the templates deploy is what Prowler looks for. It does not say that AWS
delivers a log or sends a message, nor that the requirement is met: what Prowler does not look at, it does not find.

A check's state is its worst finding: `pass`, `fail`, `manual` (Prowler leaves it to a person), or `–` (it found nothing
to look at). `make audit` fails when something does not pass and
[benchmarks/audit/reasons.toml](../benchmarks/audit/reasons.toml) does not say why, and when a reason there is not true
any more.
"""


Caveats = Sequence[tuple[tuple[str, ...], str]]


def render(rows: Sequence[Row], reasons: Sequence[Reason], caveats: Caveats, head: str) -> str:
    """The page. `head` is what stands before the tables."""
    accounts = list(rows[0].after)
    by_framework = [(name, [row for row in rows if row.framework == name]) for name in FRAMEWORKS]
    return "\n".join(
        [
            head,
            "## In numbers",
            "",
            *(line for framework in by_framework for line in _summary(*framework, reasons, accounts)),
            "## Check by check",
            "",
            "Before → after. Requirements of a framework that Prowler has no check for are not in its table.",
            "",
            *(line for framework in by_framework for line in _table(*framework, accounts)),
            *_explained(reasons, accounts),
            "",
            *_warned(caveats),
            "",
        ]
    )


def heading(*, region: str, prowler: str, moto: str) -> str:
    """What stands before the tables."""
    return _HEAD.format(region=region, prowler=prowler, frameworks=" ".join(FRAMEWORKS.values()), moto=moto)


def read_document(path: Path = DOCUMENT) -> tuple[str, list[Row]]:
    """What stands before the tables of a written page, and its rows."""
    text = path.read_text(encoding="utf-8")
    head = text.partition("\n## ")[0]
    accounts = re.findall(r"^\| requirement \| check \| (.+) \|$", text, re.MULTILINE)[0].split(" | ")
    tables = re.split(r"^### (.+)$", text.partition("\n## Check by check\n")[2], flags=re.MULTILINE)[1:]
    return head, [
        _row(framework, match, accounts)
        for framework, table in zip(tables[::2], tables[1::2], strict=True)
        for match in _ROW.findall(table)
    ]


def _row(framework: str, match: tuple[str, str, str], accounts: Sequence[str]) -> Row:
    requirement, check, cells = match
    pairs = [cell.split(" → ") for cell in cells.split(" | ")]
    return Row(
        framework=framework,
        requirement=requirement,
        check=check,
        before={account: pair[0] for account, pair in zip(accounts, pairs, strict=True)},
        after={account: pair[1] for account, pair in zip(accounts, pairs, strict=True)},
    )


def _summary(framework: str, rows: Sequence[Row], reasons: Sequence[Reason], accounts: Sequence[str]) -> list[str]:
    checks = {row.check for row in rows}
    lines = [
        f"### {frameworks()[framework].title}",
        "",
        f"Of {len(checks)} checks, before → after:",
        "",
        "| account | pass | fail | manual | – |",
        "|---|---|---|---|---|",
    ]
    for account in accounts:
        before, after = (count(rows, account, after=later) for later in (False, True))
        cells = " | ".join(f"{before[state]} → {after[state]}" for state in before)
        lines.append(f"| {account} | {cells} |")
    failed = [reason for reason in reasons if reason.state == FAIL for _ in checks & set(reason.checks)]
    kinds: Counter[str] = Counter()
    for reason in failed:
        kinds[reason.kind] += len(reason.accounts)
    said = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    lines += ["", f"What fails after the deployment ({kinds.total()}, a check once in each account): {said}."]
    return [*lines, "", _left(failed), ""]


def _left(failed: Sequence[Reason]) -> str:
    """How many failures are the baseline's own, and which setting would close how many of them."""
    own = [reason for reason in failed if reason.kind in OWN]
    number = sum(len(reason.accounts) for reason in own)
    closed: Counter[str] = Counter()
    for reason in own:
        closed[reason.setting] += len(reason.accounts)
    rest = closed.pop("", 0)
    settings = "; ".join(f"{amount} would pass with `{setting}`" for setting, amount in closed.most_common())
    return (
        f"**{number} of them are the baseline's own** ({', '.join(OWN)}). The baseline could close some and this "
        f"profile does not: {settings}. It has no setting for the other {rest}. Every reason is "
        "[below](#why-what-does-not-pass-does-not)."
    )


def _table(framework: str, rows: Sequence[Row], accounts: Sequence[str]) -> list[str]:
    lines = [
        f"### {framework}",
        "",
        *_strange(framework, rows),
        f"| requirement | check | {' | '.join(accounts)} |",
        f"|---|---|{'---|' * len(accounts)}",
    ]
    for row in rows:
        cells = " | ".join(f"{row.before[account]} → {row.after[account]}" for account in accounts)
        lines.append(f"| {row.requirement} | `{row.check}` | {cells} |")
    return [*lines, ""]


def _strange(framework: str, rows: Sequence[Row]) -> list[str]:
    """What Prowler counts to the framework, and its publisher does not."""
    ours = frameworks()[framework]
    known = {requirement.casefold() for requirement in ours.requirements}  # AWS writes Opensearch.1
    strange = list(dict.fromkeys(row.requirement for row in rows if row.requirement.casefold() not in known))
    if not strange:
        return []
    named = f"Prowler's list has {len(strange)} requirements that the standard of {ours.as_of} does not have"
    return [f"{named}: {', '.join(strange)}. They are audited too.", ""]


def _explained(reasons: Sequence[Reason], accounts: Sequence[str]) -> list[str]:
    lines = [
        "## Why what does not pass does not",
        "",
        "| state | kind | checks | accounts | reason |",
        "|---|---|---|---|---|",
    ]
    order = {"fail": 0, "manual": 1}
    for reason in sorted(reasons, key=lambda item: (order.get(item.state, 2), item.kind, item.checks)):
        checks = ", ".join(f"`{check}`" for check in reason.checks)
        where = "all" if list(reason.accounts) == list(accounts) else ", ".join(reason.accounts)
        lines.append(f"| {reason.state} | {reason.kind} | {checks} | {where} | {reason.why} |")
    return lines


def _warned(caveats: Caveats) -> list[str]:
    lines = ["## What passes and says less than it seems to", "", "| checks | what to know |", "|---|---|"]
    return [*lines, *(f"| {', '.join(f'`{check}`' for check in checks)} | {why} |" for checks, why in caveats)]
