"""Changed statements of organization policies: added, removed, moved or changed."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from baseline.frozen import frozen
from baseline.plan.model import Template
from baseline.policy.direction import Difference, Direction, differences, is_covered, new_statement, removed_statement
from baseline.policy.document import text_of
from baseline.validate.subject import Resource, Subject, read_template

_POLICY = "AWS::Organizations::Policy"
_ROOT = "OrganizationRootId"
_EVERYWHERE = "root"
_CHANGES = ("removed", "moved", "changed", "added")
CONTROLS = frozenset({"RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"})
"""Types whose statements deny; they do not affect the management account."""
DENYING = CONTROLS | {"DECLARATIVE_POLICY_EC2", "S3_POLICY"}
"""Types of policies that can make calls fail."""


@frozen
class PolicyStatement:
    """A statement of an organization policy, or the whole content of a policy without statements.

    Attributes:
        policy: Name of the stack.
        kind: Policy type.
        sid: Sid, or `statement 2` without one; empty for the whole content.
        targets: Paths of its units and keys of its accounts, `root` for the root; the parameter's name where the
            profile has no such place any more, or an id. Empty in the stage `audit`.
        content: The statement as JSON, with CloudFormation functions as `${Name}`.
    """

    policy: str
    kind: str
    sid: str
    targets: tuple[str, ...]
    content: str


@frozen
class PolicyStatementChange:
    """A changed statement; `change` is `removed`, `moved`, `changed` or `added`.

    A statement that is now in another policy has moved, whether or not it has also changed. `differences` describes
    what the statement denies in addition or no longer; it is empty for policies that deny nothing.
    """

    change: str
    before: PolicyStatement | None
    after: PolicyStatement | None
    differences: tuple[Difference, ...] = ()

    @property
    def statement(self) -> PolicyStatement:
        """The current statement, or the former one if it was removed."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one side has it
        return found


def statement_changes(
    before: Iterable[Template], after: Iterable[Template], places: Mapping[str, str] | None = None
) -> tuple[PolicyStatementChange, ...]:
    """Changed statements: removed first, then moved, changed and added, each in the order of the policies.

    Args:
        before: The templates of one side.
        after: The templates of the other side.
        places: Name of a parameter with the id of a unit or account → the unit's path or the account's key.
    """
    old = {(item.policy, item.sid): item for item in _statements(before, places or {})}
    new = {(item.policy, item.sid): item for item in _statements(after, places or {})}
    gone = [item for key, item in old.items() if key not in new]
    come = [item for key, item in new.items() if key not in old]
    changed = (_change("changed", item, new[key]) for key, item in old.items() if key in new and new[key] != item)
    found = sorted((*_gone_and_come(gone, come), *changed), key=lambda item: _CHANGES.index(item.change))
    changes = [item for item in found if item.statement.kind in DENYING]
    before_all = [item.before for item in changes if item.before and item.before.targets]
    after_all = [item.after for item in changes if item.after and item.after.targets]
    return tuple(replace(item, differences=_differences(item, before_all, after_all)) for item in found)


def _gone_and_come(gone: list[PolicyStatement], come: list[PolicyStatement]) -> Iterator[PolicyStatementChange]:
    """Removed and added statements. Pairs with the same identity are moved statements; equal targets match first."""
    left = list(come)
    for item in gone:
        alike = [other for other in left if _identity(other) == _identity(item)]
        match = min(alike, key=lambda other: other.targets != item.targets) if alike else None
        if match:
            left.remove(match)
        yield _change("moved" if match else "removed", item, match)
    yield from (_change("added", None, item) for item in left)


def bound_places(template: Template, places: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Type of policy and target, for each target of the template's organization policies."""
    if _POLICY not in template.text:
        return ()
    policies = read_template(template).of_type(_POLICY)
    found = ((text_of(item.properties.get("Type")), target) for item in policies for target in _targets(item, places))
    return tuple(dict.fromkeys(found))


def _differences(
    item: PolicyStatementChange, before: Sequence[PolicyStatement], after: Sequence[PolicyStatement]
) -> tuple[Difference, ...]:
    """Requests that the statement newly or no longer denies, except those that other changed statements cover."""
    if item.statement.kind not in DENYING:
        return ()
    found = _of_pair(_in_force(item.before), _in_force(item.after))
    less = any(one.direction != "more" for one in found) and not _is_covered(item.before, after)
    more = any(one.direction != "less" for one in found) and not _is_covered(item.after, before)
    if less and more:
        return found
    if not less and not more:
        return ()
    direction: Direction = "less" if less else "more"
    return tuple(replace(one, direction=direction) for one in found if one.direction in (direction, "either"))


def _in_force(statement: PolicyStatement | None) -> PolicyStatement | None:
    return statement if statement and statement.targets else None


def _of_pair(before: PolicyStatement | None, after: PolicyStatement | None) -> tuple[Difference, ...]:
    if before is None:
        return (new_statement(_effect(after)),) if after else ()
    if after is None:
        return (removed_statement(_effect(before)),)
    return (*_content_differences(before, after), *_target_differences(before.targets, after.targets))


def _is_covered(statement: PolicyStatement | None, others: Iterable[PolicyStatement]) -> bool:
    """Whether other statements together deny everything that the statement denies."""
    if statement is None or not statement.targets or statement.kind not in CONTROLS:
        return False
    bound = (
        json.loads(other.content)
        for other in others
        if other.kind == statement.kind
        and all(any(_includes(place, target) for place in other.targets) for target in statement.targets)
    )
    return is_covered(json.loads(statement.content), list(bound))


def _effect(statement: PolicyStatement) -> str:
    content = json.loads(statement.content)
    return text_of(content.get("Effect")) if isinstance(content, dict) else ""


def _content_differences(before: PolicyStatement, after: PolicyStatement) -> tuple[Difference, ...]:
    one, other = json.loads(before.content), json.loads(after.content)
    if one == other:
        return ()
    if after.kind in CONTROLS and isinstance(one, dict) and isinstance(other, dict):
        return differences(one, other)
    return (Difference(direction="either", words="other settings"),)


def _target_differences(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Difference]:
    gained = [place for place in after if not any(_includes(other, place) for other in before)]
    lost = [place for place in before if not any(_includes(other, place) for other in after)]
    if gained:
        yield Difference(direction="more", words=f"binds {', '.join(gained)}")
    if lost:
        yield Difference(direction="less", words=f"no longer binds everything in {', '.join(lost)}")


def _includes(place: str, other: str) -> bool:
    return place in (_EVERYWHERE, other) or other.startswith(f"{place}/")


def _change(change: str, before: PolicyStatement | None, after: PolicyStatement | None) -> PolicyStatementChange:
    return PolicyStatementChange(change=change, before=before, after=after)


def _identity(item: PolicyStatement) -> tuple[str, str]:
    """The key of a statement that stays equal when it moves; content without statements cannot move."""
    return item.kind, item.sid or item.policy


def _statements(templates: Iterable[Template], places: Mapping[str, str]) -> Iterator[PolicyStatement]:
    for template in templates:
        if _POLICY in template.text:
            yield from _of(read_template(template), places)


def _of(subject: Subject, places: Mapping[str, str]) -> Iterator[PolicyStatement]:
    for resource in subject.of_type(_POLICY):
        content = resource.properties.get("Content")
        parts = content.get("Statement") if isinstance(content, Mapping) else None
        named = dict(_named(parts)) if isinstance(parts, list) else {"": content}
        for sid, part in named.items():
            yield PolicyStatement(
                policy=subject.template.stack.name,
                kind=text_of(resource.properties.get("Type")),
                sid=sid,
                targets=_targets(resource, places),
                content=json.dumps(_texts(part), sort_keys=True, ensure_ascii=False),
            )


def _named(statements: list[Any]) -> Iterator[tuple[str, Any]]:
    seen: Counter[str] = Counter()
    for number, item in enumerate(statements, start=1):
        sid = text_of(item.get("Sid")) if isinstance(item, Mapping) else ""
        seen[sid] += 1
        yield sid if sid and seen[sid] == 1 else f"statement {number}", item


def _targets(resource: Resource, places: Mapping[str, str]) -> tuple[str, ...]:
    ids = resource.properties.get("TargetIds")
    names = (text_of(item).removeprefix("${").removesuffix("}") for item in (ids if isinstance(ids, list) else []))
    return tuple(_EVERYWHERE if name == _ROOT else places.get(name, name) for name in names)


def _texts(value: Any) -> Any:  # noqa: ANN401 - plain data with CloudFormation functions in it
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, Mapping) and not any(key == "Ref" or str(key).startswith("Fn::") for key in value):
        return {str(key): _texts(item) for key, item in value.items()}
    return text_of(value)
