"""Changed statements of organization policies: added, removed, moved or changed."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from baseline.plan.model import Template
from baseline.policy.direction import Difference, differences, new_statement, removed_statement
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class PolicyStatementChange:
    """A changed statement; `change` is `removed`, `moved`, `changed` or `added`.

    A statement that is now in another policy has moved, whether or not it has also changed.
    """

    change: str
    before: PolicyStatement | None
    after: PolicyStatement | None

    @property
    def statement(self) -> PolicyStatement:
        """The current statement, or the former one if it was removed."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one side has it
        return found

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """In what it denies more or less than before; none for policies that deny nothing."""
        before = self.before if self.before and self.before.targets else None
        after = self.after if self.after and self.after.targets else None
        if self.statement.kind not in DENYING or before == after:
            return ()
        if before is None:
            return (new_statement(_effect(after)),)
        if after is None:
            return (removed_statement(_effect(before)),)
        return (*_content_differences(before, after), *_target_differences(before.targets, after.targets))


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
    gone = {_identity(item): item for key, item in old.items() if key not in new}
    come = {_identity(item): item for key, item in new.items() if key not in old}
    found = [
        *(_change("moved", gone[key], come[key]) for key in gone if key in come),
        *(_change("removed", item, None) for key, item in gone.items() if key not in come),
        *(_change("added", None, item) for key, item in come.items() if key not in gone),
        *(_change("changed", item, new[key]) for key, item in old.items() if key in new and new[key] != item),
    ]
    return tuple(sorted(found, key=lambda item: _CHANGES.index(item.change)))


def bound_places(template: Template, places: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Type of policy and target, for each target of the template's organization policies."""
    if _POLICY not in template.text:
        return ()
    policies = read_template(template).of_type(_POLICY)
    found = ((text_of(item.properties.get("Type")), target) for item in policies for target in _targets(item, places))
    return tuple(dict.fromkeys(found))


def _effect(statement: PolicyStatement | None) -> str:
    content = json.loads(statement.content) if statement else None
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
