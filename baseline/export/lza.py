"""Landing Zone Accelerator on AWS: `customizations-config.yaml` with a CloudFormation stack for each deployment.

Keys of CloudFormationStackConfig: the accelerator's configuration reference, version 1.15 (awslabs.github.io/
landing-zone-accelerator-on-aws). Its own StackSets are self-managed, so stacks suit better: the accelerator deploys
them to each account and Region under their own names, in the order of `runOrder` within each (createCustomStacks in
utils/stack-utils.ts and executeCustomizationsStacks in lib/accelerator.ts of its package `accelerator`, 1.15.5), and
includes them with CDK. A unit stands for the accounts directly in it, `Root` for all accounts (issues 136 and 1149 of
awslabs/landing-zone-accelerator-on-aws).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from baseline.export.hooks import hook_filters
from baseline.export.outputs import how_to_find, rollback_losses
from baseline.export.policies import NativePolicy, split_policies
from baseline.export.source import (
    Export,
    Piece,
    Source,
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

_SECTIONS = {"SERVICE_CONTROL_POLICY": "serviceControlPolicies", "RESOURCE_CONTROL_POLICY": "resourceControlPolicies"}
"""Type of a policy → its section of organization-config.yaml."""

_FEW = 4
"""Service control policies of ours that every version of the accelerator accepts in one place."""

LOSSES = (
    (
        "The order between accounts and Regions: `runOrder` orders the stacks of one account in one Region, and the "
        "pipeline deploys to all accounts and Regions at the same time. A stack that needs one elsewhere fails in the "
        "first run: retry the stage until it passes, and delete stacks that stay in `ROLLBACK_COMPLETE`."
    ),
    "Auto-deployment: an account that joins gets the stacks when the accelerator's pipeline runs.",
    "Tags of the stacks, preferences of StackSet operations, and concurrency.",
    "Change sets, and the checks of `baseline preflight` and `deploy`.",
    "One owner: leave out of security-config.yaml what the profile has on (AWS Config, GuardDuty, Security Hub, …).",
)

NATIVE_LOSSES = (
    "The wave of service and resource control policies: the accelerator attaches them before customizations.",
    "Stacks of `baseline deploy` with these policies: delete them first, since their names are taken.",
)


def export_lza(source: Source) -> Export:
    """A customizations file, whose `runOrder` is the wave, and the sections of policies.

    Raises:
        ExportError: with everything that the file cannot express.
    """
    require_organization(source)
    policies, pieces = split_policies(source, _SECTIONS)
    require_expressible("a configuration of the accelerator", _problems(source, pieces, policies))
    document = {"customizations": {"cloudFormationStacks": [_stack(source, piece) for piece in pieces]}}
    sections = {
        section: [_attached(source, policy) for policy in policies if policy.type == kind]
        for kind, section in _SECTIONS.items()
    }
    attached = {section: items for section, items in sections.items() if items}
    return Export(
        files={
            "customizations-config.yaml": yaml_text(document).encode("utf-8"),
            **({"organization-config.yaml": yaml_text(attached).encode("utf-8")} if attached else {}),
            **{_file(policy): policy.document.encode("utf-8") for policy in policies},
            **source.templates("baseline/templates", pieces),
        },
        losses=(*LOSSES, *rollback_losses(source), *(NATIVE_LOSSES if policies else ())),
        steps=(*prerequisites(source.plan), *_steps(source, pieces, tuple(attached)), *_limit(policies)),
    )


def _problems(source: Source, pieces: tuple[Piece, ...], policies: tuple[NativePolicy, ...]) -> Iterator[str]:
    yield from unit_problems(source)
    yield from (problem for policy in policies for problem in policy.problems)
    unknown = {
        parameter.name: how_to_find(source, parameter)
        for piece in pieces
        for parameter in piece.stack.parameters
        if source.value(parameter) is None
    }
    yield from (
        f"the accelerator cannot include {name}: its CDK rejects the filters of hooks, so turn off capabilities.hooks"
        for name in dict.fromkeys(piece.stack.name for piece in pieces)
        if hook_filters(source.written.texts[name])
    )
    yield from (f"the parameter {name} has no value: {how}" for name, how in sorted(unknown.items()))


def _file(policy: NativePolicy) -> str:
    return f"baseline/policies/{policy.name}.json"


def _attached(source: Source, policy: NativePolicy) -> dict[str, Any]:
    """A policy that denies; only service control policies have a type in the accelerator's schema."""
    units = ["Root" if unit == ROOT else unit for unit in policy.units]
    accounts = [_name(source, key) for key in policy.accounts]
    return {
        "name": policy.name,
        "description": policy.description,
        "policy": _file(policy),
        **({"type": "customerManaged"} if policy.type == "SERVICE_CONTROL_POLICY" else {}),
        "strategy": "deny-list",
        "deploymentTargets": {
            **({"organizationalUnits": units} if units else {}),
            **({"accounts": accounts} if accounts else {}),
        },
    }


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


def _steps(source: Source, pieces: tuple[Piece, ...], sections: tuple[str, ...]) -> Iterator[str]:
    yield "Merge `cloudFormationStacks` into the customizations-config.yaml of the configuration repository."
    if sections:
        named = " and ".join(map(markdown_code, sections))
        yield f"Merge {named} into the organization-config.yaml, beside what is there already."
        yield (
            "The guardrails have to exempt the accelerator's roles, as they are attached first: add `AWSAccelerator*` "
            "and `cdk-accel*` to `capabilities.guardrails.exempt_roles`, or the prefix that you have chosen."
        )
    keys = dict.fromkeys(piece.deployment.account for piece in pieces if piece.deployment.account)
    names = ", ".join(markdown_code(f"{key}={_name(source, key)}") for key in keys)
    yield (
        f"Compare the names of accounts with accounts-config.yaml ({names}); `--account KEY=NAME` gives another one. "
        "Names of units have to be those of organization-config.yaml."
    )


def _limit(policies: tuple[NativePolicy, ...]) -> Iterator[str]:
    """A step where more policies are attached than older accelerators allow.

    Five with FullAWSAccess before 1.16.0, since then ten: issue 1119 of awslabs/landing-zone-accelerator-on-aws.
    """
    attached = Counter(
        place
        for policy in policies
        if policy.type == "SERVICE_CONTROL_POLICY"
        for place in (*policy.units, *policy.accounts)
    )
    most = max(attached.values(), default=0)
    if most > _FEW:
        yield (
            f"{most} service control policies are attached to one place, beside FullAWSAccess. Before 1.16.0 the "
            "accelerator allows five in all: set `ACCELERATOR_MAX_OU_ATTACHED_SCPS` and "
            "`ACCELERATOR_MAX_ACCOUNT_ATTACHED_SCPS` of its toolkit project to 10, or update it."
        )
