"""`docs/audit.md`: written from findings and reasons, and read back."""

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.audit.findings import Reason, Row, count

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "audit.md"
_ROW = re.compile(r"^\| (\d+(?:\.\d+)+) \| `(\w+)` \| (.+) \|$", re.MULTILINE)
_HEAD = """# What Prowler says

`make audit` writes this page; do not edit it. It emulates the organization of `profiles/northwind.yaml` on this
machine, scans four of its accounts in {region} with Prowler {prowler} (`--compliance {framework}
--scan-unused-services`), deploys the profile with `baseline deploy`, and scans them again. The organization is moto
{moto} with the tests' own CloudFormation: [how it is tested](deploy.md#how-it-is-tested). No call leaves the machine.
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
    return "\n".join(
        [
            head,
            *_summary(rows, accounts),
            "",
            *_table(rows, accounts),
            "",
            *_explained(reasons, accounts),
            "",
            *_warned(caveats),
            "",
        ]
    )


def heading(*, region: str, prowler: str, framework: str, moto: str) -> str:
    """What stands before the tables."""
    return _HEAD.format(region=region, prowler=prowler, framework=framework, moto=moto)


def read_document(path: Path = DOCUMENT) -> tuple[str, list[Row]]:
    """What stands before the tables of a written page, and its rows."""
    text = path.read_text(encoding="utf-8")
    head = text.partition("\n## ")[0]
    accounts = re.findall(r"^\| requirement \| check \| (.+) \|$", text, re.MULTILINE)[0].split(" | ")
    return head, [_row(match, accounts) for match in _ROW.findall(text)]


def _row(match: tuple[str, str, str], accounts: Sequence[str]) -> Row:
    requirement, check, cells = match
    pairs = [cell.split(" → ") for cell in cells.split(" | ")]
    return Row(
        requirement=requirement,
        check=check,
        before={account: pair[0] for account, pair in zip(accounts, pairs, strict=True)},
        after={account: pair[1] for account, pair in zip(accounts, pairs, strict=True)},
    )


def _summary(rows: Sequence[Row], accounts: Sequence[str]) -> list[str]:
    checks = len({row.check for row in rows})
    lines = [
        "## In numbers",
        "",
        f"Of {checks} checks, before → after:",
        "",
        "| account | pass | fail | manual | – |",
        "|---|---|---|---|---|",
    ]
    for account in accounts:
        before, after = (count(rows, account, after=later) for later in (False, True))
        cells = " | ".join(f"{before[state]} → {after[state]}" for state in before)
        lines.append(f"| {account} | {cells} |")
    return lines


def _table(rows: Sequence[Row], accounts: Sequence[str]) -> list[str]:
    lines = [
        "## Check by check",
        "",
        "Before → after. Requirements of the framework that Prowler has no check for are not in the table.",
        "",
        f"| requirement | check | {' | '.join(accounts)} |",
        f"|---|---|{'---|' * len(accounts)}",
    ]
    for row in rows:
        cells = " | ".join(f"{row.before[account]} → {row.after[account]}" for account in accounts)
        lines.append(f"| {row.requirement} | `{row.check}` | {cells} |")
    return lines


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
