"""Organization policies that the target attaches by itself: as documents with their units, and not as stacks."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from baseline.documents.template import read_data
from baseline.export.source import Piece, Source, pieces_of
from baseline.frozen import frozen

_POLICY = "AWS::Organizations::Policy"
_VARIABLE = re.compile(r"\$\{(?P<plain>!?)(?P<name>[^}]*)\}")


@frozen
class NativePolicy:
    """An organization policy.

    Attributes:
        name: Its name.
        description: Its description.
        type: Its type, such as `SERVICE_CONTROL_POLICY`.
        units: Paths of the units that it is attached to; "/" is the organization's root.
        accounts: Profile keys of the accounts that it is attached to.
        targets: Names of its stack's parameters with the ids of all these places.
        document: Its content in JSON, without white space.
        problems: Why it cannot be exported, in sentences without a period.
    """

    name: str
    description: str
    type: str
    units: tuple[str, ...]
    accounts: tuple[str, ...]
    targets: tuple[str, ...]
    document: str
    problems: tuple[str, ...]


def split_policies(source: Source, types: Iterable[str]) -> tuple[tuple[NativePolicy, ...], tuple[Piece, ...]]:
    """The policies of these types, and all other deployments, in the order of the waves.

    A policy stays a deployment without `native_policies`, if it is attached to nothing yet, and if it is attached to a
    unit that another stack of the plan makes: the target attaches policies before it deploys any stack.
    """
    policies, pieces = [], []
    for piece in pieces_of(source.plan):
        found = _properties(source, piece) if source.native_policies and not piece.stack.is_custom else None
        if found is None or found["Type"] not in types or not _exists(source, piece, found):
            pieces.append(piece)
        else:
            policies.append(_policy(source, piece, found))
    return tuple(policies), tuple(pieces)


def _exists(source: Source, piece: Piece, properties: Mapping[str, Any]) -> bool:
    """Whether the policy is attached, to places that exist before any stack."""
    targets = _targets(properties)
    made = {item.name for item in piece.stack.parameters if item.output_of and source.value(item) is None}
    return bool(targets) and made.isdisjoint(targets)


def _targets(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the parameters with the ids of units and accounts."""
    return tuple(str(item["Ref"] if isinstance(item, Mapping) else item) for item in properties.get("TargetIds", ()))


def _properties(source: Source, piece: Piece) -> Mapping[str, Any] | None:
    """The policy of a stack that has one and nothing else."""
    text = source.written.texts[piece.stack.name]
    resources = list(read_data(text)[0]["Resources"].values()) if _POLICY in text else []
    is_policy = len(resources) == 1 and resources[0]["Type"] == _POLICY
    return resources[0]["Properties"] if is_policy else None


def _policy(source: Source, piece: Piece, properties: Mapping[str, Any]) -> NativePolicy:
    name = str(properties["Name"])
    hints = {item.name: item.how for item in piece.stack.parameters}
    values = {"AWS::Partition": source.plan.partition, **{it.name: source.value(it) for it in piece.stack.parameters}}
    missing: dict[str, None] = {}
    document = _filled(properties["Content"], values, missing)
    targets = _targets(properties)
    unknown = [text for text in targets if text not in {**source.unit_parameters, **source.account_parameters}]
    return NativePolicy(
        name=name,
        description=str(properties.get("Description", name)),
        type=str(properties["Type"]),
        units=tuple(source.unit_parameters[text] for text in targets if text in source.unit_parameters),
        accounts=tuple(source.account_parameters[text] for text in targets if text in source.account_parameters),
        targets=targets,
        document=json.dumps(document, separators=(",", ":"), ensure_ascii=False),
        problems=(
            *(f"the parameter {it} of the policy {name} has no value: {hints.get(it, 'unknown')}" for it in missing),
            *(f"the policy {name} is attached to {it}: name the profile with --profile" for it in unknown),
        ),
    )


def _filled(value: Any, values: Mapping[str, str | None], missing: dict[str, None]) -> Any:  # noqa: ANN401 - a policy
    """The content with every value filled in."""
    if isinstance(value, list):
        return [_filled(item, values, missing) for item in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"Ref"}:
        return _value(str(value["Ref"]), values, missing)
    if set(value) == {"Fn::Sub"}:
        text = str(value["Fn::Sub"])
        return _VARIABLE.sub(
            lambda it: f"${{{it['name']}}}" if it["plain"] else _value(it["name"], values, missing), text
        )
    return {key: _filled(item, values, missing) for key, item in value.items()}


def _value(name: str, values: Mapping[str, str | None], missing: dict[str, None]) -> str:
    found = values.get(name)
    if found is None:
        missing[name] = None
    return found or ""
