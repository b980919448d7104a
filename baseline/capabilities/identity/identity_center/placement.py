"""The assignment of permission sets to stacks.

A stack's template has at most 51,200 bytes and 200 outputs. A permission set cannot move to another stack: its
assignments import its ARN, and its name exists once. Sets therefore fill one stack after the other in the profile's
order, and a new set at the end does not move any other. `stack` of a set names its stack.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.quotas import quota
from baseline.capabilities.identity.identity_center.settings import PermissionSet
from baseline.capabilities.landscape import Reference, portable

_MOST_BYTES = quota("cloudformation.template_body_bytes") - 3_000
"""Maximum bytes without the template's header, parameters and attributes."""
_MOST_OUTPUTS = quota("cloudformation.outputs")
_SET_BYTES = 445
"""Size of a set's part of the template, without its name, texts, lists and policies."""
_GROUP_BYTES = 640
_NEEDS_QUOTES = frozenset("*!&%@-?0123456789 '\"")


def placed_sets(sets: Mapping[str, PermissionSet], groups: Mapping[str, str]) -> Mapping[int, tuple[str, ...]]:
    """Stack number, from 1, → names of its permission sets; `groups`, name → description, are in the first stack."""
    stacks: dict[int, list[str]] = {1: []}
    size = {1: sum(_GROUP_BYTES + 5 * len(name) + len(text) for name, text in groups.items())}
    count = {1: len(groups)}
    number = 1
    for name, item in sorted(sets.items(), key=lambda entry: entry[1].stack is None):
        need = _bytes_of(name, item)
        while item.stack is None and not _fits(size.get(number, 0) + need, count.get(number, 0) + 1):
            if not count.get(number):
                break
            number += 1
        chosen = item.stack or number
        stacks.setdefault(chosen, []).append(name)
        size[chosen] = size.get(chosen, 0) + need
        count[chosen] = count.get(chosen, 0) + 1
    order = {name: place for place, name in enumerate(sets)}
    return {key: tuple(sorted(names, key=order.__getitem__)) for key, names in sorted(stacks.items())}


def _fits(size: int, outputs: int) -> bool:
    return size <= _MOST_BYTES and outputs <= _MOST_OUTPUTS


def _bytes_of(name: str, item: PermissionSet) -> int:
    """An upper estimate of the set's size in a template, in bytes; tests compare it with rendered sets."""
    lists = {
        "managed": [Reference(f"arn:${{AWS::Partition}}:iam::aws:policy/{policy}") for policy in item.managed_policies],
        "customer": [{"Name": policy, "Path": policy} for policy in item.customer_policies],
        "boundary": {"CustomerManagedPolicyReference": {"Name": item.boundary, "Path": item.boundary}},
        "tags": [{"Key": key, "Value": value} for key, value in item.tags.items()],
    }
    written = [portable(item.inline_policy or {}), *(value for value in lists.values() if value)]
    texts = len(item.description.encode()) + len(item.relay_state or "")
    lines = (line for value in written for line in _lines(value, 8))
    return _SET_BYTES + 7 * len(name) + texts + sum(map(_line_bytes, lines))


def _line_bytes(line: tuple[int, str]) -> int:
    indent, text = line
    return indent + len(text.encode()) + 1


def _lines(value: Any, indent: int) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - plain data
    """Indentation and text of each line in YAML block style."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{key}:", item, indent)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _entry("-", item, indent)
    else:
        yield indent, str(value)


def _entry(head: str, item: Any, indent: int) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - plain data
    if isinstance(item, Mapping | list | tuple) and item:
        yield indent, head
        yield from _lines(item, indent + 2)
    elif isinstance(item, Reference):
        yield indent, f'{head} !Sub "{item}"'
    elif "${" in str(item):
        yield indent, f"{head} Fn::Join"
        for part in ("''", *str(item).split("$")):
            yield indent + 6, f"- '${part}'"
    else:
        quoted = str(item)[:1] in _NEEDS_QUOTES
        yield indent, f"{head} '{item}'" if quoted else f"{head} {item}"
