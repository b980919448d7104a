"""Changed statements of organization policies: added, removed, moved or changed."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from baseline.plan.model import Template
from baseline.policy.document import text_of
from baseline.validate.subject import Resource, Subject, read_template

_POLICY = "AWS::Organizations::Policy"
_ROOT = "OrganizationRootId"
_CHANGES = ("removed", "moved", "changed", "added")


@dataclass(frozen=True, kw_only=True)
class PolicyStatement:
    """A statement of an organization policy, or the whole content of a policy without statements.

    Attributes:
        policy: Name of the stack.
        kind: Policy type.
        sid: Sid, or `statement 2` without one; empty for the whole content.
        targets: Names of the parameters with the ids of its targets, `root` for the root, or ids; empty in the
            stage `audit`.
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


def statement_changes(before: Iterable[Template], after: Iterable[Template]) -> tuple[PolicyStatementChange, ...]:
    """Changed statements: removed first, then moved, changed and added, each in the order of the policies."""
    old = {(item.policy, item.sid): item for item in _statements(before)}
    new = {(item.policy, item.sid): item for item in _statements(after)}
    gone = {_identity(item): item for key, item in old.items() if key not in new}
    come = {_identity(item): item for key, item in new.items() if key not in old}
    found = [
        *(_change("moved", gone[key], come[key]) for key in gone if key in come),
        *(_change("removed", item, None) for key, item in gone.items() if key not in come),
        *(_change("added", None, item) for key, item in come.items() if key not in gone),
        *(_change("changed", item, new[key]) for key, item in old.items() if key in new and new[key] != item),
    ]
    return tuple(sorted(found, key=lambda item: _CHANGES.index(item.change)))


def _change(change: str, before: PolicyStatement | None, after: PolicyStatement | None) -> PolicyStatementChange:
    return PolicyStatementChange(change=change, before=before, after=after)


def _identity(item: PolicyStatement) -> tuple[str, str]:
    """The key of a statement that stays equal when it moves; content without statements cannot move."""
    return item.kind, item.sid or item.policy


def _statements(templates: Iterable[Template]) -> Iterator[PolicyStatement]:
    for template in templates:
        if _POLICY in template.text:
            yield from _of(read_template(template))


def _of(subject: Subject) -> Iterator[PolicyStatement]:
    for resource in subject.of_type(_POLICY):
        content = resource.properties.get("Content")
        parts = content.get("Statement") if isinstance(content, Mapping) else None
        named = dict(_named(parts)) if isinstance(parts, list) else {"": content}
        for sid, part in named.items():
            yield PolicyStatement(
                policy=subject.template.stack.name,
                kind=text_of(resource.properties.get("Type")),
                sid=sid,
                targets=_targets(resource),
                content=json.dumps(_texts(part), sort_keys=True, ensure_ascii=False),
            )


def _named(statements: list[Any]) -> Iterator[tuple[str, Any]]:
    seen: Counter[str] = Counter()
    for number, item in enumerate(statements, start=1):
        sid = text_of(item.get("Sid")) if isinstance(item, Mapping) else ""
        seen[sid] += 1
        yield sid if sid and seen[sid] == 1 else f"statement {number}", item


def _targets(resource: Resource) -> tuple[str, ...]:
    ids = resource.properties.get("TargetIds")
    names = (text_of(item).removeprefix("${").removesuffix("}") for item in (ids if isinstance(ids, list) else []))
    return tuple("root" if name == _ROOT else name for name in names)


def _texts(value: Any) -> Any:  # noqa: ANN401 - plain data with CloudFormation functions in it
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, Mapping) and not any(key == "Ref" or str(key).startswith("Fn::") for key in value):
        return {str(key): _texts(item) for key, item in value.items()}
    return text_of(value)
