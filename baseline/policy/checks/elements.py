"""The elements of a policy and of its statements: allowed, required, and their values."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.findings import Problem
from baseline.policy.document import Path, branches, text_of
from baseline.text.nearest import nearest

VERSION = "2012-10-17"
_TOP = ("Version", "Statement", "Id")
_STATEMENT = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_SID = re.compile(r"[A-Za-z0-9]*|.*\$\{.*")
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))


def element_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: AWS Organizations user guide, SCP syntax and RCP syntax; IAM user guide, policy grammar."""
    yield from _unknown(document, _TOP, ())
    if document.get("Version") != VERSION:
        seen = f"is {document['Version']!r}" if "Version" in document else "is missing"
        yield _mistake(("Version",), f"Version {seen}: policy variables and newer elements need {VERSION}", VERSION)
    statements = list(branches(document.get("Statement"), ("Statement",)))
    if not statements:
        yield Problem(id="policy-element", path=(), message="no Statement: it denies nothing", fix="add a statement")
    for path, item in statements:
        if isinstance(item, Mapping):
            yield from _statement(path, item)
        else:
            yield Problem(
                id="policy-element",
                path=path,
                message="a statement is an object with Effect, Action and Resource",
                fix="write it as an object",
            )
    yield from _same_sids(statements)


def _statement(path: Path, item: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unknown(item, _STATEMENT, path)
    effect = item.get("Effect")
    if effect not in ("Allow", "Deny"):
        seen = f"Effect is {effect!r}" if "Effect" in item else "no Effect"
        yield _mistake((*path, "Effect"), f"{seen}: a statement allows or denies", "Deny")
    for one, other in _PAIRS:
        if one in item and other in item:
            yield Problem(
                id="policy-element",
                path=(*path, other),
                message=f"{one} and {other} in one statement: a statement can have only one of them",
                fix="remove one, or write two statements",
            )
    for one, other in _PAIRS[:2]:
        if not _is_given(item.get(one)) and not _is_given(item.get(other)):
            place = next((name for name in (one, other) if name in item), "")
            yield Problem(
                id="policy-element",
                path=(*path, place) if place else path,
                message=f"no {one}: a statement of an organization policy needs one",
                fix='write "Resource": "*"' if one == "Resource" else "name the actions",
            )
    sid = item.get("Sid", "")
    if not isinstance(sid, str) or not _SID.fullmatch(sid):
        yield Problem(
            id="policy-sid",
            path=(*path, "Sid"),
            message=f"Sid {sid!r}: only letters and digits are allowed",
            fix="use letters and digits",
        )
    yield from _condition(item.get("Condition", {}), (*path, "Condition"))


def _condition(value: Any, path: Path) -> Iterator[Problem]:  # noqa: ANN401 - whatever the policy has there
    wrong = {path: "Condition is not an object: it maps operators to keys, and keys to values"}
    if isinstance(value, Mapping):
        said = "is not an object: an operator maps keys to values"
        wrong = {(*path, name): f"{name} {said}" for name, keys in value.items() if not isinstance(keys, Mapping)}
    for place, message in wrong.items():
        yield Problem(
            id="policy-element",
            path=place,
            message=message,
            fix='write {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}',
        )


def _is_given(value: Any) -> bool:  # noqa: ANN401 - one or many texts
    return any(text_of(item) for _, item in branches(value))


def _unknown(item: Mapping[str, Any], known: tuple[str, ...], path: Path) -> Iterator[Problem]:
    for name in item:
        if name not in known:
            close = nearest(str(name), known)
            yield Problem(
                id="policy-element",
                path=(*path, name),
                message=f"unknown element {name!r}",
                fix=f"did you mean {close!r}?" if close else f"known: {', '.join(known)}",
            )


def _same_sids(statements: list[tuple[Path, Any]]) -> Iterator[Problem]:
    sids = [(path, text_of(item.get("Sid"))) for path, item in statements if isinstance(item, Mapping)]
    counts = Counter(sid for _, sid in sids)
    for path, sid in sids:
        if sid and counts[sid] > 1:
            yield Problem(
                id="policy-sid",
                path=(*path, "Sid"),
                message=f"two statements have the Sid {sid!r}",
                fix="give each statement a unique Sid",
            )


def _mistake(path: Path, message: str, wanted: str) -> Problem:
    return Problem(id="policy-element", path=path, message=message, fix=f"write {wanted!r}")
