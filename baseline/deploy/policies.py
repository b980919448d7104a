"""The organization's policies in AWS compared with the generated ones, by meaning instead of text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.cloud.organizations import Policy, policy_of
from baseline.deploy.changes import filled_in
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.template import resources_of
from baseline.frozen import frozen

_POLICY = "AWS::Organizations::Policy"
_MISSING = "nothing"


@frozen
class PolicyDifference:
    """One difference: the policy and the place in it, the generated and the actual value."""

    subject: str
    expected: str
    actual: str


def policy_differences(target: StackTarget) -> Iterator[PolicyDifference]:
    """Differences in content and targets between a stack's policies and its template."""
    policies = [item for item in resources_of(target.text) if item.type == _POLICY]
    values, plan = target.context.values, target.context.plan
    if not policies or not values.known(target.stack):
        return
    ids = {item.logical_id: item.id for item in target.reader.resources()}
    known = {**ids, **values.parameters(target.stack), "AWS::Partition": plan.partition}
    for item in policies:
        policy_id = ids.get(item.logical_id)
        if policy_id:  # a policy that no stack has made is a difference of the templates
            wanted = filled_in(dict(item.body["Properties"]), known)
            yield from compared(policy_id, wanted, policy_of(target.context.session, policy_id))


def compared(policy_id: str, wanted: Mapping[str, Any], policy: Policy | None) -> Iterator[PolicyDifference]:
    """Differences between a policy and its properties in the template, with parameters filled in."""
    name = f"{wanted['Name']} ({policy_id})"
    if policy is None:
        yield PolicyDifference(subject=name, expected="", actual="deleted")
        return
    for path, expected, actual in _differing(_read(wanted["Content"]), _read(policy.content), ""):
        yield PolicyDifference(subject=f"{name} {path or '/'}", expected=_shown(expected), actual=_shown(actual))
    meant = set(wanted.get("TargetIds", ()))
    for target in sorted(meant - policy.targets):
        yield PolicyDifference(subject=f"{name} target {target}", expected="attached", actual="not attached")
    for target in sorted(policy.targets - meant):
        yield PolicyDifference(subject=f"{name} target {target}", expected="not attached", actual="attached")


def _read(content: Any) -> Any:  # noqa: ANN401 - any JSON
    """The policy as data; text that is not JSON is unchanged."""
    if not isinstance(content, str):
        return content
    try:
        return json.loads(content)
    except ValueError:
        return content


def _differing(expected: Any, actual: Any, path: str) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    """The deepest places in which two documents differ."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            yield from _differing(expected.get(key, _MISSING), actual.get(key, _MISSING), f"{path}/{key}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for number, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from _differing(one, other, f"{path}/{number}")
    elif _plain(expected) != _plain(actual):
        yield path, expected, actual


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Normalize booleans and numbers: CloudFormation may write `true` and `7` as text, with the same meaning."""
    return json.dumps(value) if isinstance(value, bool | int) else value


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return text if len(text) <= 200 else f"{text[:199]}…"
