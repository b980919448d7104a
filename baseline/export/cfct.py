"""Customizations for AWS Control Tower: `manifest.yaml`, version 2021-03-15.

Keys and deploy methods: docs.aws.amazon.com/controltower/latest/userguide/cfct-manifest-file-resources-section.html.
A unit's path has `:` between names, and covers only the accounts directly in its last unit: …/cfct-nested-ou.html. The
StackSets that it creates are self-managed, so that the management account can be a target; the role for them is missing
there (issue 109 of aws-solutions/aws-control-tower-customizations, …/cfct-root-ou.html). Parameters, also those of
Systems Manager, are read resource by resource (source/src/cfct/manifest/sm_execution_manager.py in that repository).
"""

from collections.abc import Iterator
from typing import Any

from baseline.export.outputs import how_to_find, rollback_losses
from baseline.export.policies import NativePolicy, split_policies
from baseline.export.source import (
    Export,
    Piece,
    Source,
    known_account,
    prerequisites,
    require_expressible,
    require_organization,
    unit_problems,
)
from baseline.export.yaml_text import yaml_text
from baseline.plan.model import Method, ParameterValue
from baseline.plan.units import ROOT
from baseline.text.markdown import markdown_code

_HEAD = '---\nregion: "{region}"\nversion: 2021-03-15\n\n'
_LONGEST_SSM_NAME = 1011

_METHODS = {"SERVICE_CONTROL_POLICY": "scp", "RESOURCE_CONTROL_POLICY": "rcp"}

LOSSES = (
    "Names: stacks are instances of StackSets `CustomControlTower-…`, and do not continue those of `baseline deploy`.",
    "Auto-deployment: an account that joins gets the stacks when Control Tower's life cycle event starts the pipeline.",
    "Tags of the stacks, and preferences of StackSet operations.",
    "Change sets, and the checks of `baseline preflight` and `deploy`.",
)

_EXEMPT = (
    "The guardrails have to exempt `AWSControlTowerExecution`, with which the pipeline deploys, as they are attached "
    "first: add it to `capabilities.guardrails.exempt_roles` if the policies lack it."
)
NATIVE_LOSSES = (
    "The wave of service and resource control policies: a stage before that of the StackSets attaches them.",
    "Stacks of `baseline deploy` with these policies: delete them first, or both change the policies of these names.",
    "Removal: the pipeline never detaches or deletes a policy. Do it by hand for what a later export no longer has.",
    "Errors about units: the pipeline skips a unit that it does not find. Look at each unit after the first run.",
)


def export_cfct(source: Source) -> Export:
    """A manifest with a resource of method `scp` or `rcp` for each policy, and `stack_set` for each deployment.

    The deployments are in the order of the waves.

    Raises:
        ExportError: with everything that the manifest cannot express.
    """
    require_organization(source)
    policies, pieces = split_policies(source, _METHODS)
    require_expressible("a manifest", _problems(source, pieces, policies))
    exported = {
        parameter.name: parameter.output_of
        for piece in pieces
        for parameter in piece.stack.parameters
        if parameter.output_of and source.value(parameter) is None
    }
    resources = [*map(_attached, policies), *(_resource(source, piece, exported) for piece in pieces)]
    text = _HEAD.format(region=source.plan.home_region) + yaml_text({"resources": resources})
    return Export(
        files={
            "manifest.yaml": text.encode("utf-8"),
            **{f"policies/{it.name}.json": it.document.encode("utf-8") for it in policies},
            **source.templates(pieces=pieces),
        },
        losses=(*LOSSES, *rollback_losses(source), *(NATIVE_LOSSES if policies else ())),
        steps=(*prerequisites(source.plan), *_steps(source, pieces), *((_EXEMPT,) if policies else ())),
    )


def _problems(source: Source, pieces: tuple[Piece, ...], policies: tuple[NativePolicy, ...]) -> Iterator[str]:
    yield from unit_problems(source)
    for policy in policies:
        yield from policy.problems
        if policy.accounts:
            accounts = ", ".join(policy.accounts)
            yield f"the policy {policy.name} is attached to {accounts}, not to a unit: use --policies stacks"
    unknown = {
        piece.deployment.account for piece in pieces if piece.deployment.account and not known_account(source, piece)
    }
    yield from (f"the id of the account {name} is not known" for name in sorted(unknown))


def _attached(policy: NativePolicy) -> dict[str, Any]:
    units = ["Root" if unit == ROOT else unit.replace("/", ":") for unit in policy.units]
    return {
        "name": policy.name,
        "description": policy.description,
        "resource_file": f"policies/{policy.name}.json",
        "deploy_method": _METHODS[policy.type],
        "deployment_targets": {"organizational_units": units},
    }


def _resource(source: Source, piece: Piece, exported: dict[str, str]) -> dict[str, Any]:
    outputs = [
        {"name": _ssm(source, name), "value": f"$[output_{name}]"}
        for name, stack in exported.items()
        if stack == piece.stack.name
    ]
    parameters = [
        {"parameter_key": parameter.name, "parameter_value": _value(source, parameter)}
        for parameter in piece.stack.parameters
    ]
    return {
        "name": piece.name,
        "description": piece.stack.description,
        "resource_file": f"templates/{piece.stack.name}.yaml",
        "deploy_method": "stack_set",
        "deployment_targets": _targets(source, piece),
        "regions": list(piece.deployment.regions),
        **({"parameters": parameters} if parameters else {}),
        **({"export_outputs": outputs} if outputs else {}),
    }


def _targets(source: Source, piece: Piece) -> dict[str, list[str]]:
    if piece.deployment.method is Method.STACK or piece.deployment.account:
        return {"accounts": [str(known_account(source, piece))]}
    units = dict.fromkeys(below for ou in piece.deployment.ous for below in source.below(ou))
    if ROOT in units:
        return {"organizational_units": ["Root"]}
    return {"organizational_units": [unit.replace("/", ":") for unit in units]}


def _value(source: Source, parameter: ParameterValue) -> str:
    value = source.value(parameter)
    return value if value is not None else f"$[alfred_ssm_{_ssm(source, parameter.name)}]"


def _ssm(source: Source, name: str) -> str:
    return f"/{source.plan.prefix}/{name}"[:_LONGEST_SSM_NAME]


def _steps(source: Source, pieces: tuple[Piece, ...]) -> Iterator[str]:
    yield "Put the files into the repository or bucket of the customizations, beside a manifest that is there already."
    if any(piece.deployment.method is Method.STACK for piece in pieces):
        yield (
            "Create the role `AWSControlTowerExecution` in the management account, where Control Tower does not create "
            "it: the pipeline deploys the stacks of this account with it. It trusts the role "
            "`service-role/AWSControlTowerStackSetRole` of the same account."
        )
    yield (
        "Set the parameter `EnforceSuccessfulStackInstances` of the customizations' own stack to `true`: otherwise the "
        "pipeline deploys the next wave although stacks have failed in up to 10 % of the accounts."
    )
    unknown = {
        parameter.name: parameter
        for piece in pieces
        for parameter in piece.stack.parameters
        if source.value(parameter) is None and not parameter.output_of
    }
    for name, parameter in sorted(unknown.items()):
        yield (
            f"Make the SSM parameter {markdown_code(_ssm(source, name))} in the management account. Its value: "
            f"{markdown_code(how_to_find(source, parameter))}"
        )
        if parameter.key_alias:
            yield (
                f"{markdown_code(parameter.name)} does not exist before the first run, which stops where it is "
                "missing. Make the SSM parameter then, and start the pipeline again."
            )
