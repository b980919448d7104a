"""All kinds of policies together, as documented in the IAM and AWS Organizations user guides.

Sources: IAM user guide, Policy evaluation logic; Cross-account policy evaluation logic; Permissions boundaries; Session
policies; AWS Organizations user guide, SCP evaluation, RCP evaluation.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baseline.policy.decide import AttachedPolicy, Level, Policies, Verdict, decide
from baseline.policy.document import read_statements
from baseline.policy.request import Request

ROLE = "arn:aws:iam::444444444444:role/Developer"
SESSION = "arn:aws:sts::444444444444:assumed-role/Developer/sam"
USER = "arn:aws:iam::444444444444:user/sam"
ROOT = "arn:aws:iam::444444444444:root"
LINKED = "arn:aws:iam::444444444444:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
FOREIGN = "arn:aws:iam::999999999999:role/Stranger"
SERVICE = "config.amazonaws.com"
KEY = "arn:aws:kms:eu-west-1:444444444444:key/x"
TARGET = "arn:aws:iam::444444444444:role/Target"
OBJECT = "arn:aws:s3:::bucket/x"


def statement(effect: str, action: str = "s3:*", **elements: Any) -> dict[str, Any]:
    return {"Sid": f"{effect}It", "Effect": effect, "Action": action, "Resource": "*", **elements}


ALLOW, DENY = statement("Allow"), statement("Deny")
ON_TAG = {"Condition": {"StringEquals": {"aws:PrincipalTag/Team": "web"}}}


def policy(name: str, *items: dict[str, Any]) -> AttachedPolicy:
    return AttachedPolicy(name=name, statements=read_statements({"Statement": list(items)}))


def level(name: str, *items: dict[str, Any], full_access: bool = True) -> Level:
    return Level(name=name, policies=(policy(f"of-{name}", *items),), full_access=full_access)


def trusting(principal: Any, effect: str = "Allow", action: str = "s3:*", **elements: Any) -> AttachedPolicy:
    """A resource's policy."""
    return policy("of-resource", statement(effect, action, Principal=principal, **elements))


def request(principal: str = ROLE, action: str = "s3:GetObject", **context: Any) -> Request:
    session = principal if ":assumed-role/" in principal else ""
    known: dict[str, tuple[str, ...]] = {"aws:principalarn": (ROLE if session else principal,)}
    if principal.endswith(".amazonaws.com"):
        known = {"aws:principalservicename": (principal,), "aws:principalarn": ()}
    resource = {"kms": KEY, "sts": TARGET}.get(action.partition(":")[0], OBJECT)
    given_ = {key.replace("__", ":").lower(): (value,) for key, value in context.items()}
    return Request(
        action=action,
        resource=resource,
        context={"aws:resourceaccount": ("444444444444",), **known, **given_},
        complete=True,
        session=session,
    )


def verdict(asked: Request, **kinds: Any) -> Verdict:
    return decide(Policies(**{"identity": (), **kinds}), asked)


IDENTITY = (policy("of-role", ALLOW),)
TO_ROLE, TO_ACCOUNT, TO_ALL = {"AWS": ROLE}, {"AWS": "444444444444"}, "*"
TO_ACCOUNT_ROOT, TO_SESSION, TO_USER = {"AWS": ROOT}, {"AWS": SESSION}, {"AWS": USER}
TO_SERVICE, TO_STRANGER = {"Service": SERVICE}, {"AWS": FOREIGN}
NARROW = policy("narrow", statement("Allow", "s3:List*"))

CASES: dict[str, tuple[Request, dict[str, Any], str]] = {
    # one account: identity or resource policy is enough
    "nothing allows": (request(), {}, "denied identity"),
    "the identity policy allows": (request(), {"identity": IDENTITY}, "allowed"),
    "another action is not allowed": (request(action="s3:PutObject"), {"identity": (NARROW,)}, "denied identity"),
    "the resource policy names the role": (request(), {"resource": trusting(TO_ROLE)}, "allowed"),
    "the resource policy names the session": (request(SESSION), {"resource": trusting(TO_SESSION)}, "allowed"),
    "the resource policy names the role of a session": (request(SESSION), {"resource": trusting(TO_ROLE)}, "allowed"),
    "the resource policy names the user": (request(USER), {"resource": trusting(TO_USER)}, "allowed"),
    "the resource policy names everybody": (request(), {"resource": trusting(TO_ALL)}, "allowed"),
    "the account alone is not its roles": (request(), {"resource": trusting(TO_ACCOUNT)}, "denied identity"),
    "the account and the role": (request(), {"resource": trusting(TO_ACCOUNT), "identity": IDENTITY}, "allowed"),
    "the account's root as principal is the account": (
        request(),
        {"resource": trusting(TO_ACCOUNT_ROOT)},
        "denied identity",
    ),
    "another role is named": (request(), {"resource": trusting({"AWS": f"{ROLE}2"})}, "denied identity"),
    "the root user may everything": (request(ROOT), {}, "allowed"),
    # explicit denials win
    "a denial in the identity policy": (
        request(),
        {"identity": (policy("of-role", ALLOW, DENY),)},
        "denied identity DenyIt",
    ),
    "a denial in the resource policy": (
        request(),
        {"identity": IDENTITY, "resource": trusting(TO_ALL, "Deny")},
        "denied resource DenyIt",
    ),
    "a denial of others in the resource policy": (
        request(),
        {"identity": IDENTITY, "resource": trusting(TO_STRANGER, "Deny")},
        "allowed",
    ),
    "a denial of all but some": (
        request(),
        {
            "identity": IDENTITY,
            "resource": policy("of-resource", {**DENY, "NotPrincipal": {"AWS": f"{ROLE}2"}}),
        },
        "denied resource DenyIt",
    ),
    "a denial of all but the caller": (
        request(),
        {"identity": IDENTITY, "resource": policy("of-resource", {**DENY, "NotPrincipal": {"AWS": ROLE}})},
        "allowed",
    ),
    "a denial in the boundary": (
        request(),
        {"identity": IDENTITY, "boundary": policy("boundary", ALLOW, DENY)},
        "denied boundary DenyIt",
    ),
    "a denial in the session policy": (
        request(SESSION),
        {"identity": IDENTITY, "session": policy("session", ALLOW, DENY)},
        "denied session DenyIt",
    ),
    # boundaries and session policies narrow
    "inside the boundary": (request(), {"identity": IDENTITY, "boundary": policy("boundary", ALLOW)}, "allowed"),
    "outside the boundary": (request(), {"identity": IDENTITY, "boundary": NARROW}, "denied boundary"),
    "a boundary gives nothing": (request(), {"boundary": policy("boundary", ALLOW)}, "denied identity"),
    "a grant to the role does not pass its boundary": (
        request(),
        {"resource": trusting(TO_ROLE), "boundary": NARROW},
        "denied boundary",
    ),
    "a grant to the user passes its boundary": (
        request(USER),
        {"resource": trusting(TO_USER), "boundary": NARROW},
        "allowed",
    ),
    "a grant to the session passes the boundary": (
        request(SESSION),
        {"resource": trusting(TO_SESSION), "boundary": NARROW},
        "allowed",
    ),
    "outside the session policy": (request(SESSION), {"identity": IDENTITY, "session": NARROW}, "denied session"),
    "a grant to the role does not pass the session policy": (
        request(SESSION),
        {"resource": trusting(TO_ROLE), "session": NARROW},
        "denied session",
    ),
    # two accounts: both have to allow
    "a stranger with a policy of their own": (request(FOREIGN), {"identity": IDENTITY}, "denied resource"),
    "a stranger that only the resource names": (
        request(FOREIGN),
        {"resource": trusting(TO_STRANGER)},
        "denied identity",
    ),
    "a stranger that both allow": (
        request(FOREIGN),
        {"resource": trusting(TO_STRANGER), "identity": IDENTITY},
        "allowed",
    ),
    "a stranger whose account is named": (
        request(FOREIGN),
        {"resource": trusting({"AWS": "arn:aws:iam::999999999999:root"}), "identity": IDENTITY},
        "allowed",
    ),
    # keys and roles: nobody without their own policy
    "a key without a policy for the account": (
        request(action="kms:Decrypt"),
        {"identity": (policy("of-role", statement("Allow", "kms:*")),)},
        "denied resource",
    ),
    "a key whose policy names the account": (
        request(action="kms:Decrypt"),
        {
            "identity": (policy("of-role", statement("Allow", "kms:*")),),
            "resource": trusting(TO_ACCOUNT_ROOT, action="kms:*"),
        },
        "allowed",
    ),
    "a key whose policy names the role": (
        request(action="kms:Decrypt"),
        {"resource": trusting(TO_ROLE, action="kms:*")},
        "allowed",
    ),
    "a role that does not trust": (
        request(action="sts:AssumeRole"),
        {"identity": (policy("of-role", statement("Allow", "sts:*")),)},
        "denied resource",
    ),
    "a role that trusts the account": (
        request(action="sts:AssumeRole"),
        {
            "identity": (policy("of-role", statement("Allow", "sts:*")),),
            "resource": trusting(TO_ACCOUNT_ROOT, action="sts:AssumeRole"),
        },
        "allowed",
    ),
    # services
    "a service that the resource names": (request(SERVICE), {"resource": trusting(TO_SERVICE)}, "allowed"),
    "a service that nothing names": (request(SERVICE), {"identity": IDENTITY}, "denied resource"),
    "a service and service control policies": (
        request(SERVICE),
        {"resource": trusting(TO_SERVICE), "service_control": (level("root", DENY),)},
        "allowed",
    ),
    "a service and resource control policies": (
        request(SERVICE),
        {"resource": trusting(TO_SERVICE), "resource_control": (level("root", DENY),)},
        "denied resource control DenyIt",
    ),
    "an identity provider that the role trusts": (
        request(FOREIGN, "sts:AssumeRoleWithSAML", aws__federatedprovider="arn:aws:iam::444444444444:saml-provider/x"),
        {
            "identity": (policy("of-role", statement("Allow", "sts:*")),),
            "resource": trusting({"Federated": "arn:aws:iam::444444444444:saml-provider/x"}, action="sts:*"),
        },
        "allowed",
    ),
    # organization policies
    "a denial at the root": (
        request(),
        {"identity": IDENTITY, "service_control": (level("root", DENY), level("Prod"))},
        "denied service control DenyIt root",
    ),
    "a denial at the account": (
        request(),
        {"identity": IDENTITY, "service_control": (level("root"), level("web", DENY))},
        "denied service control DenyIt web",
    ),
    "a service control policy gives nothing": (
        request(),
        {"service_control": (level("root", ALLOW),)},
        "denied identity",
    ),
    "an allow list at one level": (
        request(),
        {"identity": IDENTITY, "service_control": (level("root"), level("Prod", ALLOW, full_access=False))},
        "allowed",
    ),
    "an allow list without the action": (
        request(action="ec2:RunInstances"),
        {
            "identity": (policy("of-role", statement("Allow", "*")),),
            "service_control": (level("Prod", ALLOW, full_access=False),),
        },
        "denied service control Prod",
    ),
    "a level without any policy": (
        request(),
        {"identity": IDENTITY, "service_control": (Level(name="Prod", policies=(), full_access=False),)},
        "denied service control Prod",
    ),
    "the root user is bound": (
        request(ROOT),
        {"service_control": (level("root", DENY),)},
        "denied service control DenyIt root",
    ),
    "a service-linked role is bound by no service control policy": (
        request(LINKED),
        {"identity": IDENTITY, "service_control": (level("root", DENY),)},
        "allowed",
    ),
    "a service-linked role is bound by no resource control policy": (
        request(LINKED),
        {"identity": IDENTITY, "resource_control": (level("root", DENY),)},
        "allowed",
    ),
    "a service-linked role is bound by no allow list": (
        request(LINKED),
        {"identity": IDENTITY, "service_control": (Level(name="Prod", policies=(), full_access=False),)},
        "allowed",
    ),
    "a resource control policy binds strangers": (
        request(FOREIGN),
        {
            "identity": IDENTITY,
            "resource": trusting(TO_ALL),
            "resource_control": (level("root", statement("Deny", Principal="*")),),
        },
        "denied resource control DenyIt root",
    ),
    # conditions
    "a condition that holds": (
        request(**{"aws__PrincipalTag/Team": "web"}),
        {"identity": (policy("of-role", {**ALLOW, **ON_TAG}),)},
        "allowed",
    ),
    "a condition that does not": (
        request(**{"aws__PrincipalTag/Team": "data"}),
        {"identity": (policy("of-role", {**ALLOW, **ON_TAG}),)},
        "denied identity",
    ),
    "only denials are evaluated": (request(), {"identity": None}, "not denied"),
    "and found": (
        request(),
        {"identity": None, "service_control": (level("root", DENY),)},
        "denied service control DenyIt root",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_decision_and_what_makes_it(name: str) -> None:
    asked, kinds, expected = CASES[name]
    found = verdict(asked, **kinds)
    said = " ".join(filter(None, (found.decision, found.kind, found.statement, found.level)))
    assert said == expected if "control" not in expected else said.startswith(expected)


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ({"identity": (policy("of-role", {**ALLOW, **ON_TAG}),)}, "identity"),
        ({"identity": IDENTITY, "boundary": policy("boundary", {**ALLOW, **ON_TAG})}, "boundary"),
        ({"identity": IDENTITY, "session": policy("session", {**ALLOW, **ON_TAG})}, "session"),
        ({"identity": IDENTITY, "service_control": (level("root", {**DENY, **ON_TAG}),)}, "service control"),
        ({"identity": IDENTITY, "resource_control": (level("root", {**DENY, **ON_TAG}),)}, "resource control"),
        (
            {"identity": IDENTITY, "service_control": (level("P", {**ALLOW, **ON_TAG}, full_access=False),)},
            "service control",
        ),
    ],
)
def test_what_hangs_on_a_key_is_unknown_and_names_it(kinds: dict[str, Any], kind: str) -> None:
    asked = Request(
        action="s3:GetObject",
        resource=OBJECT,
        context={"aws:principalarn": (ROLE,), "aws:resourceaccount": ("444444444444",)},
    )
    found = verdict(asked, **kinds)
    assert (found.decision, found.kind, found.missing) == ("unknown", kind, ("aws:PrincipalTag/Team",))


def test_a_denial_that_is_sure_outweighs_what_is_not_known() -> None:
    asked = Request(action="s3:GetObject", resource=OBJECT, context={"aws:principalarn": (ROLE,)})
    levels = (level("root", {**DENY, **ON_TAG}), level("Prod", DENY))
    assert verdict(asked, service_control=levels).level == "Prod"
    assert verdict(asked, identity=(NARROW,), service_control=levels[:1]).decision == "denied"


STATEMENTS = st.lists(
    st.builds(
        lambda effect, action, keyed: {**statement(effect, action), **(ON_TAG if keyed else {})},
        st.sampled_from(["Allow", "Deny"]),
        st.sampled_from(["s3:*", "s3:Get*", "ec2:*", "*"]),
        st.booleans(),
    ),
    max_size=5,
)


@given(STATEMENTS, st.permutations(range(5)))
def test_the_order_of_statements_does_not_matter(items: list[dict[str, Any]], order: list[int]) -> None:
    again = [items[index] for index in order if index < len(items)]
    asked = Request(action="s3:GetObject", context={"aws:principalarn": (ROLE,)})
    assert (
        verdict(asked, identity=(policy("p", *items),)).decision
        == verdict(asked, identity=(policy("p", *again),)).decision
    )


@given(STATEMENTS)
def test_a_further_denial_never_allows(items: list[dict[str, Any]]) -> None:
    asked = request()
    if verdict(asked, identity=(policy("p", *items),)).decision == "denied":
        assert verdict(asked, identity=(policy("p", *items, DENY),)).decision == "denied"


@given(STATEMENTS, st.sampled_from(["web", "data"]))
def test_a_complete_request_is_decided(items: list[dict[str, Any]], team: str) -> None:
    asked = request(**{"aws__PrincipalTag/Team": team})
    known = verdict(asked, identity=(policy("p", *items),)).decision
    assert known in {"allowed", "denied"}
    open_ = Request(action=asked.action, resource=asked.resource, context={"aws:principalarn": (ROLE,)})
    assert verdict(open_, identity=(policy("p", *items),)).decision in {known, "unknown"}


@given(st.text(max_size=20), st.sampled_from(["NumericLessThan", "DateEquals", "IpAddress", "ArnLike", "Bool", "Null"]))
def test_nonsense_is_never_a_crash(value: str, operator: str) -> None:
    item = {**DENY, "Condition": {operator: {"aws:Key": [value, "${aws:Other}"]}}}
    asked = Request(action="s3:GetObject", context={"aws:key": (value,)})
    assert verdict(asked, identity=(policy("p", item),)).decision in {"allowed", "denied", "unknown"}
