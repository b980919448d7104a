"""Complete decisions, as data: AWS's documented behavior, one file per subject with its sources.

A case is a request (`action`, `on`, `by`, `context`; keys without values are absent) and policies, with the `decision`.
A statement is a mapping, or in short form `Allow s3:Get*,s3:List* on arn:… to arn:… sid Name`. A case with `condition`
is evaluated twice: for an Allow and a Deny with that condition; `holds` is the expected result of both.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from baseline.policy.decide import AttachedPolicy, Level, Policies, Verdict, decide
from baseline.policy.document import read_statements
from baseline.policy.request import Request

HERE = Path(__file__).parent / "decisions"
ROLE = "arn:aws:iam::444444444444:role/App"
READ = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["case"] for path in sorted(HERE.glob("*.toml"))}
CASES = [pytest.param(case, id=f"{name}: {case['name']}") for name, cases in READ.items() for case in cases]
WHOLE = [case for case in CASES if "decision" in case.values[0]]  # type: ignore[operator]
CONDITIONS = [case for case in CASES if "holds" in case.values[0]]  # type: ignore[operator]
SHORT = {"on": "Resource", "sid": "Sid"}


def statement(text: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(text, str):
        return text
    effect, actions, *rest = text.split()
    words = dict(zip(rest[::2], rest[1::2], strict=True))
    found: dict[str, Any] = {"Effect": effect, "Action": actions.split(",")}
    found |= {SHORT[key]: value for key, value in words.items() if key in SHORT}
    if "to" in words:
        found["Principal"] = principal(words["to"])
    return found if "on" in words else {**found, "Resource": "*"}


def principal(name: str) -> str | dict[str, str]:
    if name == "*":
        return name
    return {"Service" if name.endswith(".amazonaws.com") else "AWS": name}


def policy(name: str, items: list[Any]) -> AttachedPolicy:
    return AttachedPolicy(name=name, statements=read_statements({"Statement": [statement(item) for item in items]}))


def levels(case: Mapping[str, Any], kind: str) -> tuple[Level, ...]:
    listed = case.get("allow_lists", [])
    return tuple(
        Level(name=name, policies=(policy(f"of-{name}", items),), full_access=name not in listed)
        for name, items in case.get(kind, {}).items()
    )


def policies(case: Mapping[str, Any]) -> Policies:
    alone = {kind: policy(kind, case[kind]) for kind in ("resource", "boundary", "session") if kind in case}
    return Policies(
        service_control=levels(case, "service_control"),
        resource_control=levels(case, "resource_control"),
        identity=(policy("identity", case["identity"]),) if "identity" in case else None,
        resource=alone.get("resource"),
        boundary=alone.get("boundary"),
        session=alone.get("session"),
    )


def caller(by: str) -> dict[str, tuple[str, ...]]:
    """The keys of a request about its caller: a session, user, root user, service or, if empty, none."""
    if by.endswith(".amazonaws.com"):
        return {"aws:principalisawsservice": ("true",), "aws:principalservicename": (by,)}
    if by.startswith("federated "):
        return {"aws:federatedprovider": (by.removeprefix("federated "),)}
    role = by.replace(":sts:", ":iam:").replace(":assumed-role/", ":role/").rsplit("/", 1)[0]
    arn = role if ":assumed-role/" in by else by
    return {"aws:principalarn": (arn,), "aws:principalisawsservice": ("false",)} if arn else {}


def request(case: Mapping[str, Any]) -> Request:
    by = case.get("by", ROLE)
    given = {
        key.lower(): (value,) if isinstance(value, str) else tuple(value)
        for key, value in case.get("context", {}).items()
    }
    return Request(
        action=case.get("action", "s3:GetObject"),
        resource=case.get("on", "*"),
        context={**caller(by), **given},
        complete=case.get("complete", True),
        session=by if ":assumed-role/" in by or ":federated-user/" in by else "",
    )


@pytest.mark.parametrize("case", WHOLE)
def test_the_decision_is_that_of_aws(case: Mapping[str, Any]) -> None:
    verdict = decide(policies(case), request(case))
    assert verdict.decision == case["decision"], verdict
    for name in ("kind", "level", "statement"):
        assert getattr(verdict, name) == case.get(name, getattr(verdict, name)), verdict
    assert list(verdict.missing) == case.get("missing", []), verdict


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_condition_holds_as_aws_says(case: Mapping[str, Any]) -> None:
    conditional = {"Action": "*", "Resource": "*", "Condition": case["condition"]}
    asked = request(case)
    allowed = decide(Policies(identity=(policy("allow", [{"Effect": "Allow", **conditional}]),)), asked)
    denied = decide(Policies(service_control=levels({"s": {"root": [{"Effect": "Deny", **conditional}]}}, "s")), asked)
    expected = {True: ("allowed", "denied"), False: ("denied", "not denied")}
    assert (allowed.decision, denied.decision) == expected.get(case["holds"], ("unknown", "unknown"))
    for verdict in (allowed, denied):
        assert list(verdict.missing) == case.get("missing", []), verdict


def test_there_are_cases_of_every_kind() -> None:
    assert len(CASES) >= 200
    assert len(CASES) == len(WHOLE) + len(CONDITIONS)
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names)
    decisions = {verdict for cases in READ.values() for case in cases for verdict in [case.get("decision")]}
    assert decisions >= set(Verdict.__annotations__["decision"].__args__)
