"""Values that AWS assigns while the stacks are deployed: outputs of stacks in the management account, and keys."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from baseline.documents.template import read_data
from baseline.export.source import Piece, Source, pieces_of
from baseline.frozen import frozen
from baseline.plan.model import Method, ParameterValue
from baseline.plan.units import ROOT
from baseline.text.markdown import markdown_code

_UNIT = "AWS::Organizations::OrganizationalUnit"
_CREATED = (_UNIT, "AWS::Organizations::Account")
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


@frozen
class Output:
    """An output of a stack in the management account."""

    piece: Piece
    name: str

    @property
    def region(self) -> str:
        """The Region of the stack."""
        return self.piece.deployment.regions[0]

    @property
    def how(self) -> str:
        """Instructions for finding the value."""
        return _how(self.name, self.piece.stack.name)


class Outputs:
    """The values that are outputs of stacks in the management account."""

    def __init__(self, source: Source) -> None:
        self._source = source
        stacks = [piece for piece in pieces_of(source.plan) if piece.deployment.method is Method.STACK]
        self._stacks = {piece.stack.name: piece for piece in reversed(stacks)}
        self._units = dict(_units(source, stacks))

    def value(self, parameter: ParameterValue) -> Output | None:
        """The output with the value of a parameter; None if the value is known, or no such stack assigns it."""
        piece = self._stacks.get(parameter.output_of)
        if piece is None or self._source.value(parameter) is not None:
            return None
        return Output(piece=piece, name=parameter.name)

    def unit(self, path: str) -> Output | None:
        """The output with the id of an OU; None if no stack of the plan creates the OU."""
        return self._units.get(path)


def _units(source: Source, stacks: Iterable[Piece]) -> Iterator[tuple[str, Output]]:
    """The path of each OU that a stack creates, and the output with its id. Parents are created before children."""
    paths = {number: path for path, number in source.plan.ou_ids if number}
    by_parameter: dict[str, str] = {"OrganizationRootId": ROOT, **source.unit_parameters}
    for piece in (piece for piece in stacks if _UNIT in source.written.texts[piece.stack.name]):
        known = {item.name: paths.get(source.value(item) or "") for item in piece.stack.parameters}
        document = read_data(source.written.texts[piece.stack.name])[0]
        names = {_referred(item["Value"]): name for name, item in document.get("Outputs", {}).items()}
        for logical_id, body in document["Resources"].items():
            parent = {**known, **by_parameter}.get(_referred(body.get("Properties", {}).get("ParentId")))
            if body["Type"] != _UNIT or parent is None:
                continue
            path = f"{parent}/{body['Properties']['Name']}".lstrip("/")
            known[logical_id] = path
            if logical_id in names:
                by_parameter[names[logical_id]] = path
                yield path, Output(piece=piece, name=names[logical_id])


def _referred(value: Any) -> str:  # noqa: ANN401 - a value of a template
    """The name in a `Ref`; empty for other values."""
    return str(value["Ref"]) if isinstance(value, Mapping) and set(value) == {"Ref"} else ""


def alias_arn(parameter: ParameterValue, value: Callable[[str], str]) -> str:
    """ARN of the alias of the parameter's KMS key; `value` returns the values of the parameters in the alias."""
    return _REFERENCE.sub(lambda found: value(found[1]), parameter.key_alias)


def _how(name: str, stack: str) -> str:
    return f"the output {name} of the stack {stack}"


def parameters_of(source: Source) -> dict[str, ParameterValue]:
    """Every parameter of the plan by its name, with those whose values are ids of accounts that StackSets target."""
    accounts = [piece.deployment.account_id for piece in pieces_of(source.plan)]
    named = [*filter(None, accounts), *(item for stack in source.plan.stacks for item in stack.parameters)]
    return {item.name: item for item in named}


def how_to_find(source: Source, parameter: ParameterValue) -> str:
    """Instructions for finding a value. DescribeKey accepts the ARN of another account's alias."""
    if parameter.output_of:
        return _how(parameter.name, parameter.output_of)
    if not parameter.key_alias:
        return parameter.how
    others = parameters_of(source)
    alias = alias_arn(parameter, lambda name: (source.value(others[name]) if name in others else None) or name)
    region = parameter.key_alias.split(":")[3]
    return f"aws kms describe-key --key-id {alias} --query KeyMetadata.Arn --region {region}"


def stacks_without_rollback(source: Source) -> tuple[str, ...]:
    """Names of the stacks that create accounts and units, which `baseline deploy` does not roll back."""
    texts = source.written.texts
    return tuple(stack.name for stack in source.plan.stacks if any(name in texts[stack.name] for name in _CREATED))


def rollback_losses(source: Source) -> tuple[str, ...]:
    """The loss for a target that rolls back these stacks."""
    names = " and ".join(map(markdown_code, stacks_without_rollback(source)))
    if not names:
        return ()
    return (
        (
            f"A failure in {names} is rolled back, and the accounts and units that were created remain. Before the "
            "next run, import them into the stack, or write their ids into the profile and generate."
        ),
    )
