"""Properties of every decision, for all policies and requests."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from baseline.policy.conditions import matches, names_action
from baseline.policy.decide import AttachedPolicy, Level, Policies, Verdict, decide
from baseline.policy.document import read_statements
from baseline.policy.request import Request

KEYS = ("aws:RequestedRegion", "aws:PrincipalTag/team", "aws:TagKeys", "s3:max-keys")
VALUES = ("a", "b", "ab", "10", "2026-01-01", "203.0.113.9", "")
WANTED = (*VALUES, "a*", "?", "203.0.113.0/24", "${aws:PrincipalTag/team}", "${aws:RequestedRegion, 'a'}", "${*}")
OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists"),
    *("ForAllValues:StringEquals", "ForAnyValue:StringLike", "ForAnyValue:StringNotEqualsIfExists", "Null"),
    *("NumericLessThan", "DateGreaterThan", "IpAddress", "NotIpAddress", "Bool", "ArnLike", "StringSounds"),
)
ROLE, USER = "arn:aws:iam::444444444444:role/App", "arn:aws:iam::444444444444:user/sam"
SESSION = "arn:aws:sts::444444444444:assumed-role/App/s"
PRINCIPALS = (ROLE, USER, SESSION, "444444444444", "arn:aws:iam::444444444444:root", "999999999999", "*")
CALLERS = (ROLE, USER, "arn:aws:iam::444444444444:root", "arn:aws:iam::999999999999:role/Other")
ACTIONS = ("s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole")
RESOURCES = (
    "*",
    "arn:aws:s3:::b/a",
    "arn:aws:sqs:eu-west-1:444444444444:q",
    "arn:aws:kms:eu-west-1:444444444444:key/x",
)

conditions = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(KEYS), st.lists(st.sampled_from(WANTED), min_size=1, max_size=3), max_size=2),
    max_size=2,
)
statements = st.fixed_dictionaries(
    {
        "Sid": st.uuids().map(str),
        "Effect": st.sampled_from(["Allow", "Deny", "Allow"]),
        "Condition": conditions,
    }
)
named = st.sampled_from([{"Action": "*"}, {"Action": "s3:*"}, {"NotAction": "s3:Put*"}, {"Action": list(ACTIONS)}])
placed = st.sampled_from(
    [
        {"Resource": "*"},
        {"Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team}"},
        {"NotResource": "arn:aws:s3:::b/*"},
        {"NotResource": "arn:aws:s3:::b/${aws:PrincipalTag/team}"},
    ]
)
whole = st.builds(
    lambda *parts: {key: value for part in parts for key, value in part.items()}, statements, named, placed
)
principals = st.lists(st.sampled_from(PRINCIPALS), min_size=1, max_size=2).map(lambda names: {"AWS": names})
of_resource = st.builds(
    lambda item, key, who: {**item, key: who},
    whole,
    st.sampled_from(["Principal", "Principal", "NotPrincipal"]),
    principals,
)


def policy(items: list[dict[str, Any]]) -> AttachedPolicy:
    return AttachedPolicy(name="p", statements=read_statements({"Statement": items}))


some = st.lists(whole, max_size=3).map(policy)
levels = st.lists(
    st.builds(lambda p, f: Level(name="l", policies=(p,), full_access=f), some, st.booleans()), max_size=2
)
of_everything = st.builds(
    lambda scp, rcp, identity, resource, boundary, session: Policies(
        service_control=tuple(scp),
        resource_control=tuple(rcp),
        identity=None if identity is None else (identity,),
        resource=resource,
        boundary=boundary,
        session=session,
    ),
    levels,
    levels,
    st.none() | some,
    st.none() | st.lists(of_resource, max_size=3).map(policy),
    st.none() | some,
    st.none() | some,
)
values = st.lists(st.sampled_from(VALUES), max_size=2).map(tuple)
contexts = st.fixed_dictionaries({key.lower(): values for key in KEYS})
requests = st.builds(
    lambda action, resource, caller, context: Request(
        action=action,
        resource=resource,
        context={**context, "aws:principalarn": (caller,)},
        session=SESSION if caller == ROLE else "",
        complete=True,
    ),
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    st.sampled_from(CALLERS),
    contexts,
)
thorough = settings(max_examples=120, deadline=None, derandomize=True)


def without(request: Request, keys: set[str]) -> Request:
    """The same call, with these keys unknown."""
    known = {key: value for key, value in request.context.items() if key not in keys}
    return replace(request, context=known, complete=False)


def asked_again(policies: Policies, known: Request, whole: Request) -> Iterator[Verdict]:
    """The verdicts as missing keys are added one after the other."""
    context = dict(known.context)
    while True:
        verdict = decide(policies, replace(known, context=context))
        yield verdict
        if verdict.decision != "unknown":
            return
        told = {key.lower(): whole.context.get(key.lower(), ()) for key in verdict.missing}
        assert told, "an unknown answer says what it hangs on"
        assert not told.keys() & context.keys(), "and asks for nothing that it has been told"
        context |= told


@given(of_everything, requests)
@thorough
def test_a_complete_request_is_decided(policies: Policies, request: Request) -> None:
    verdict = decide(policies, request)
    expected = {"denied", "not denied"} if policies.identity is None else {"denied", "allowed"}
    assert verdict.decision in expected
    assert not verdict.missing


@given(of_everything, requests, whole)
@thorough
def test_another_denial_lets_nothing_through(policies: Policies, request: Request, item: dict[str, Any]) -> None:
    more = Level(name="more", policies=(policy([{**item, "Effect": "Deny"}]),))
    for stricter in (
        replace(policies, service_control=(*policies.service_control, more)),
        replace(policies, resource_control=(more, *policies.resource_control)),
        replace(policies, identity=(*policies.identity, *more.policies)) if policies.identity is not None else policies,
    ):
        if decide(policies, request).decision == "denied":
            assert decide(stricter, request).decision == "denied"


@given(of_everything, requests, whole)
@thorough
def test_another_allow_keeps_nothing_back(policies: Policies, request: Request, item: dict[str, Any]) -> None:
    if policies.identity is not None and decide(policies, request).decision == "allowed":
        more = (*policies.identity, policy([{**item, "Effect": "Allow"}]))
        assert decide(replace(policies, identity=more), request).decision == "allowed"


@given(of_everything, requests, st.sets(st.sampled_from([key.lower() for key in KEYS])))
@thorough
def test_what_is_missing_decides_once_it_is_known(policies: Policies, request: Request, keys: set[str]) -> None:
    verdicts = list(asked_again(policies, without(request, keys), request))
    assert verdicts[-1].decision == decide(policies, request).decision


@given(of_everything, requests)
@thorough
def test_who_calls_decides_once_it_is_known(policies: Policies, request: Request) -> None:
    alone = replace(policies, service_control=(), resource_control=())
    unknown = replace(without(request, {"aws:principalarn"}), session=request.session)
    if request.resource == "*" and not request.is_root_user:
        assert list(asked_again(alone, unknown, request))[-1].decision == decide(alone, request).decision


@given(of_everything, requests, st.randoms(use_true_random=False))
@thorough
def test_the_order_of_statements_does_not_matter(policies: Policies, request: Request, order: Any) -> None:
    def shuffled(item: AttachedPolicy | None) -> AttachedPolicy | None:
        return item and replace(item, statements=tuple(order.sample(item.statements, len(item.statements))))

    other = replace(
        policies,
        identity=policies.identity and tuple(filter(None, map(shuffled, policies.identity))),
        resource=shuffled(policies.resource),
        boundary=shuffled(policies.boundary),
        session=shuffled(policies.session),
    )
    for known in (request, without(request, set(request.context) - {"aws:principalarn"})):
        assert decide(other, known).decision == decide(policies, known).decision


nonsense = st.text(max_size=12) | st.sampled_from(
    ["9" * 400, "9" * 12, "1e999", "nan", "::1%x", "2026-13", "${", "${}"]
)


@given(st.sampled_from(OPERATORS), nonsense, st.lists(nonsense, max_size=2), nonsense, nonsense)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nonsense_raises_nothing(operator: str, wanted: str, seen: list[str], action: str, resource: str) -> None:
    for name in (operator, "DateLessThan", "NumericNotEquals", "NotIpAddress", wanted):
        item = {"Effect": "Deny", "Action": action, "Resource": resource, "Condition": {name: {"k": wanted}}}
        request = Request(action=action, resource=resource, context={"k": tuple(seen)}, complete=True)
        assert decide(Policies(identity=(policy([item]),), resource=policy([item])), request).decision == "denied"


@given(st.text(alphabet="ab*?:", max_size=8), st.text(alphabet="ab:", max_size=8))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_patterns_match_as_if_by_hand(pattern: str, text: str) -> None:
    def by_hand(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return by_hand(pattern[1:], text) or (bool(text) and by_hand(pattern, text[1:]))
        return bool(text) and pattern[0] in {"?", text[0]} and by_hand(pattern[1:], text[1:])

    assert matches(pattern, text) is by_hand(pattern, text)
    assert names_action((pattern.upper(),), text) is by_hand(pattern, text)
