"""Calls that principals actually made, from a CSV file."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from baseline.errors import InventoryError
from baseline.files import UnreadableError, read_file
from baseline.frozen import frozen

COLUMNS = ("principal", "action", "region", "resource", "count", "last")
"""The first two are needed. Others may be missing or empty."""

_LIMIT = 64 * 1024 * 1024
_MOST = 20
_PRINCIPAL = re.compile(r"arn:aws(?:-cn|-us-gov)?:(?:iam|sts)::[0-9]{12}:(?:role|user|assumed-role)/[!-~]+")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
_HINT = "`baseline docs existing-organizations` has the format, and a query that writes such a file"


@frozen
class Call:
    """A kind of call that a principal made.

    Attributes:
        principal: ARN of a role, user or session.
        action: `service:Action`.
        region: The Region, or "" if it is unknown.
        resource: ARN, or `*`.
        count: How often it was made.
        last: Day of the most recent call, or "".
    """

    principal: str
    action: str
    region: str = ""
    resource: str = "*"
    count: int = 1
    last: str = ""

    @property
    def account(self) -> str:
        """Id of the principal's account."""
        return self.principal.split(":")[4]


def read_calls(path: Path) -> tuple[Call, ...]:
    """The calls in a CSV file with a header row.

    Raises:
        InventoryError: with every line that cannot be read.
    """
    try:
        text = read_file(path, limit=_LIMIT).decode("utf-8-sig", "replace")
    except UnreadableError as error:
        raise InventoryError(f"{path}: {error}", hint=_HINT) from error
    rows = csv.DictReader(text.splitlines(), restkey="")
    names = [name or "" for name in rows.fieldnames or ()]
    missing = [name for name in COLUMNS[:2] if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing or unknown:
        said = [*(f"the column {name} is missing" for name in missing), *(f"unknown column {name}" for name in unknown)]
        raise InventoryError(f"{path}: {'; '.join(said)}: the columns are {', '.join(COLUMNS)}", hint=_HINT)
    found, wrong = [], []
    for number, row in enumerate(rows, start=2):
        problems = list(_problems(row))
        if problems:
            wrong.append(f"\n  line {number}: {'; '.join(problems)}")
        else:
            found.append(_call(row))
    if wrong:
        more = f"\n  and {len(wrong) - _MOST} more" if len(wrong) > _MOST else ""
        raise InventoryError(f"{path} has invalid lines:{''.join(wrong[:_MOST])}{more}", hint=_HINT)
    return tuple(found)


def _problems(row: Mapping[str, str | None]) -> Iterator[str]:
    if "" in row:
        yield "more values than columns"
    if not _PRINCIPAL.fullmatch(row["principal"] or ""):
        yield "principal is not the ARN of a role, user or session"
    if not _ACTION.fullmatch(row["action"] or ""):
        yield "action is not of the form service:Action"
    if not (row.get("count") or "1").isdecimal():
        yield "count is not a number"


def _call(row: Mapping[str, str | None]) -> Call:
    given = {name: row.get(name) or "" for name in COLUMNS}
    return Call(
        principal=given["principal"],
        action=given["action"],
        region=given["region"],
        resource=given["resource"] or "*",
        count=int(given["count"] or "1"),
        last=given["last"],
    )
