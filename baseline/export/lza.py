"""Landing Zone Accelerator on AWS: `customizations-config.yaml` with a CloudFormation stack for each deployment.

Keys of CloudFormationStackConfig: the accelerator's configuration reference, version 1.15 (awslabs.github.io/
landing-zone-accelerator-on-aws). Its own StackSets are self-managed, so stacks suit better: the accelerator deploys
them to each account and Region, in the order of `runOrder`. A unit stands for the accounts directly in it, `Root` for
all accounts (issues 136 and 1149 of awslabs/landing-zone-accelerator-on-aws).
"""

from collections.abc import Iterator
from typing import Any

from baseline.export.source import (
    Export,
    Piece,
    Source,
    pieces_of,
    prerequisites,
    require_expressible,
    require_organization,
    unit_problems,
)
from baseline.export.yaml_text import yaml_text
from baseline.plan.model import Method
from baseline.plan.units import MANAGEMENT, ROOT
from baseline.text.markdown import markdown_code

_NAMES = {MANAGEMENT: "Management", "log_archive": "LogArchive", "security": "Audit"}
"""The accelerator's names of its mandatory accounts."""

LOSSES = (
    "Auto-deployment: an account that joins gets the stacks when the accelerator's pipeline runs.",
    "Tags of the stacks, preferences of StackSet operations, and concurrency.",
    "Change sets, and the checks of `baseline preflight` and `deploy`.",
    "One owner: leave out of security-config.yaml what the profile has on (AWS Config, GuardDuty, Security Hub, …).",
)


def export_lza(source: Source) -> Export:
    """A customizations file; `runOrder` is the wave.

    Raises:
        ExportError: with everything that the file cannot express.
    """
    require_organization(source)
    pieces = tuple(pieces_of(source.plan))
    require_expressible("a configuration of the accelerator", _problems(source, pieces))
    document = {"customizations": {"cloudFormationStacks": [_stack(source, piece) for piece in pieces]}}
    return Export(
        files={
            "customizations-config.yaml": yaml_text(document).encode("utf-8"),
            **source.templates("baseline/templates"),
        },
        losses=LOSSES,
        steps=(*prerequisites(source.plan), *_steps(source, pieces)),
    )


def _problems(source: Source, pieces: tuple[Piece, ...]) -> Iterator[str]:
    yield from unit_problems(source)
    unknown = {
        parameter.name: parameter.how
        for piece in pieces
        for parameter in piece.stack.parameters
        if source.value(parameter) is None
    }
    yield from (f"the parameter {name} has no value: {how}" for name, how in sorted(unknown.items()))


def _stack(source: Source, piece: Piece) -> dict[str, Any]:
    parameters = [{"name": item.name, "value": source.value(item)} for item in piece.stack.parameters]
    return {
        "name": piece.name,
        "description": piece.stack.description,
        "template": f"baseline/templates/{piece.stack.name}.yaml",
        "runOrder": piece.wave,
        "terminationProtection": True,
        "regions": list(piece.deployment.regions),
        "deploymentTargets": _targets(source, piece),
        **({"parameters": parameters} if parameters else {}),
    }


def _targets(source: Source, piece: Piece) -> dict[str, list[str]]:
    if piece.deployment.method is Method.STACK or piece.deployment.account:
        return {"accounts": [_name(source, piece.deployment.account)]}
    units = dict.fromkeys(below for ou in piece.deployment.ous for below in source.below(ou))
    if ROOT in units:  # StackSets leave the management account out
        return {"organizationalUnits": ["Root"], "excludedAccounts": [_name(source, MANAGEMENT)]}
    return {"organizationalUnits": list(units)}


def _name(source: Source, account: str) -> str:
    return source.names.get(account) or _NAMES.get(account, account)


def _steps(source: Source, pieces: tuple[Piece, ...]) -> Iterator[str]:
    yield "Merge `cloudFormationStacks` into the customizations-config.yaml of the configuration repository."
    keys = dict.fromkeys(piece.deployment.account for piece in pieces if piece.deployment.account)
    names = ", ".join(markdown_code(f"{key}={_name(source, key)}") for key in keys)
    yield (
        f"Compare the names of accounts with accounts-config.yaml ({names}); `--account KEY=NAME` gives another one. "
        "Names of units have to be those of organization-config.yaml."
    )
