"""The plan as plain data, for `plan.json` and `baseline plan --format json`."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError

from baseline import __version__
from baseline.errors import RenderError
from baseline.plan.document import FORMAT, GENERATOR
from baseline.plan.model import Deployment, ParameterValue, Plan, Stack, Template
from baseline.plan.schema import (
    AcceptedDocument,
    AdoptionDocument,
    DeploymentDocument,
    ParameterDocument,
    PlanDocument,
    PlannedDocument,
    PlannedStack,
    PreferencesDocument,
    StackDocument,
    UnitDocument,
    mistakes,
)


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data, in deployment order, before its templates are rendered.

    Raises:
        RenderError: if a value is not allowed in a plan.
    """
    try:
        waves = [[PlannedStack(**_stack(stack)) for stack in wave] for wave in plan.waves]
        return PlannedDocument[PlannedStack](**_head(plan), waves=waves).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise _unwritable(error) from error


def written_document(plan: Plan, templates: Mapping[str, Template], files: Mapping[str, str]) -> dict[str, Any]:
    """The content of `plan.json`.

    Args:
        plan: The plan.
        templates: Stack name → rendered template.
        files: Path → SHA-256 of every file that is written.

    Raises:
        RenderError: if a value is not allowed in a plan, so that the file could not be read again.
    """
    try:
        waves = [[_rendered(stack, templates[stack.name]) for stack in wave] for wave in plan.waves]
        return PlanDocument(**_head(plan), waves=waves, files=dict(files)).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise _unwritable(error) from error


def _unwritable(error: ValidationError) -> RenderError:
    message = "the plan has a value that plan.json does not allow:"
    return RenderError(message, details=tuple(mistakes(error)), hint="change it in the profile")


def _head(plan: Plan) -> dict[str, Any]:
    preferences = asdict(plan.preferences)
    return {
        "format": FORMAT,
        "generator": f"{GENERATOR} {__version__}",
        "organization": plan.organization,
        "prefix": plan.prefix,
        "partition": plan.partition,
        "home_region": plan.home_region,
        "standalone": plan.standalone,
        "tier": plan.tier,
        "organizational_units": [UnitDocument(path=path, id=ou_id) for path, ou_id in plan.ou_ids],
        "tags": dict(plan.tags),
        "operation_preferences": PreferencesDocument(
            **{**preferences, "region_order": list(preferences["region_order"])}
        ),
        "accepted": [
            AcceptedDocument(path=f.path, control=f.control, message=f.message, reason=f.accepted or "")
            for f in plan.accepted
        ],
        **({"adopt": [AdoptionDocument(**asdict(item)) for item in plan.adoptions]} if plan.adoptions else {}),
    }


def _rendered(stack: Stack, template: Template) -> StackDocument:
    return StackDocument(**_stack(stack), sha256=template.sha256, controls=list(template.controls))


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "name": stack.name,
        "capability": stack.capability,
        "description": stack.description,
        "template": stack.file,
        "parameters": [_parameter(parameter) for parameter in stack.parameters],
        "deployments": [_deployment(deployment) for deployment in stack.deployments],
        "depends_on": list(stack.depends_on),
        "prerequisites": list(stack.prerequisites),
        **({} if stack.tagged else {"tagged": False}),
        **({"family": stack.family} if stack.family else {}),
    }


def _parameter(parameter: ParameterValue) -> ParameterDocument:
    return ParameterDocument(
        name=parameter.name,
        value=parameter.value,
        how=parameter.how,
        output_of=parameter.output_of or None,
        **({"key_alias": parameter.key_alias} if parameter.key_alias else {}),
    )


def _deployment(deployment: Deployment) -> DeploymentDocument:
    return DeploymentDocument(
        method=deployment.method.value,
        account=deployment.account or None,
        account_id=deployment.account_id.value if deployment.account_id else None,
        account_parameter=_parameter(deployment.account_id) if deployment.account_id else None,
        organizational_units=list(deployment.ous),
        regions=list(deployment.regions),
    )
