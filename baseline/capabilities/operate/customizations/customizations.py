"""Customizations: the user's own CloudFormation templates, deployed, checked and removed like the baseline's."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from baseline.capabilities.capability import (
    Capability,
    Regions,
    StackSpec,
    Target,
    WholeTemplate,
)
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.operate.customizations.own_controls import OwnControl, unknown_objectives
from baseline.capabilities.operate.customizations.template import CustomTemplate, document_key, marked
from baseline.capabilities.parameters import PARAMETERS, ParameterDeclaration
from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section
from baseline.findings import KeyPath, Problem
from baseline.text.choice import one_of

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
TemplateFile = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,1024}\.(json|(ya?ml|template)(\.j2)?)$")]
ValueName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
StackName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,126}$")]
CheckId = Annotated[str, StringConstraints(pattern=r"^(BL|E|W)[0-9]{3,4}$")]


_GOVERNED = "governed"
_DYNAMIC_REFERENCE = "BL124"


class Customization(Section):
    """A stack with the user's own template."""

    file: TemplateFile = Field(
        description="The template, YAML or JSON, or YAML in Jinja (`.j2`): a path below the directory of the profile "
        "that names it.",
        examples=["stacks/query-logs.yaml"],
    )
    to: PlacesOrRoot = Field(
        min_length=1,
        description="Organizational units, with everything below them, accounts, and groups of accounts; `root` is "
        "every account except the management account.",
        examples=[["Workloads"]],
    )
    regions: list[str] = Field(
        default=[],
        description="Governed Regions; `governed` stands for all of them. The home Region if empty.",
        examples=[["eu-west-1"], ["governed"]],
    )
    description: Annotated[str, StringConstraints(pattern=r"^[ -~]+$", max_length=500)] | None = Field(
        default=None, description="Description in the plan and in CloudFormation.", examples=["DNS query logs."]
    )
    parameters: dict[str, str] = Field(
        default={},
        description="Values of the template's parameters. Facts such as `OrganizationId` and `SecurityAccountId` "
        "are filled in if the template declares them.",
        examples=[{"RetentionDays": "90"}],
    )
    values: dict[ValueName, str | int | bool | list[str | int]] = Field(
        default={},
        description="Values that a Jinja template reads as `values`: texts, whole numbers, booleans, and lists of "
        "them.",
        examples=[{"ports": [443, 8443]}],
    )
    depends_on: list[StackName] = Field(
        default=[],
        description="Stacks that are deployed before it, without the prefix: `kms-logs`, or `custom-<key>`.",
        examples=[["kms-logs"]],
    )
    controls: dict[Key, OwnControl] = Field(
        default={},
        description="Your own controls that the template implements, by a key of your choice; their ids in the "
        "evidence are `custom-<stack>-<key>`.",
        examples=[
            {
                "queries-kept": {
                    "statement": "DNS queries of every VPC are kept for 90 days.",
                    "objectives": ["network-traffic-recorded"],
                    "assertions": [{"type": "AWS::Logs::LogGroup", "path": "RetentionInDays", "at_least": 90}],
                }
            }
        ],
    )
    accept: dict[CheckId, Reason] = Field(
        default={},
        description="Ids of checks whose findings in this template are accepted, each with the reason.",
        examples=[{"BL107": "The queue holds nothing that has to outlive it."}],
    )


class CustomizationsSettings(Settings):
    """Settings of `customizations`."""

    stacks: dict[Key, Customization] = tiered(
        "Stacks by a key of your choice; the stack is called `<prefix>-custom-<key>`.", {}
    )


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("customizations", CustomizationsSettings)
    found = ((key, item, landscape.documents.get(document_key(key))) for key, item in settings.stacks.items())
    return tuple(_stack(landscape, key, item, file) for key, item, file in found if isinstance(file, CustomTemplate))


def _stack(landscape: Landscape, key: str, item: Customization, file: CustomTemplate) -> StackSpec:
    return StackSpec(
        name=f"custom-{key}",
        template="",
        description=item.description or f"Customization {key}.",
        target=_target(item),
        context=WholeTemplate(prefix=landscape.prefix, text=marked(file)),
        parameters=tuple(_parameters(item, file)),
        depends_on=tuple(item.depends_on),
        accepts=item.accept,
    )


def own_controls(landscape: Landscape) -> Iterator[tuple[str, str, OwnControl]]:
    """Stack name without the prefix, key and control, for every control that a customization implements."""
    if landscape.is_on("customizations"):
        for key, item in landscape.settings("customizations", CustomizationsSettings).stacks.items():
            yield from ((f"custom-{key}", name, control) for name, control in item.controls.items())


def _target(item: Customization) -> Target:
    regions = Regions.GOVERNED if item.regions else Regions.HOME
    only = () if _GOVERNED in item.regions else tuple(item.regions)
    return Target(accounts=(), places=tuple(dict.fromkeys(item.to)), regions=regions, only=only)


def _parameters(item: Customization, file: CustomTemplate) -> Iterator[str | ParameterDeclaration]:
    """The parameters with a value; CloudFormation uses the defaults of the others."""
    for name in file.parameters:
        if name in item.parameters:
            yield _given(name, item.parameters[name])
        elif name in PARAMETERS:
            yield name


def _given(name: str, value: str) -> ParameterDeclaration:
    return ParameterDeclaration(
        name=name, description="", pattern="", value=lambda _: value, how=f"the value of {name} in the profile"
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("customizations", CustomizationsSettings)
    return tuple(
        problem
        for key, item in settings.stacks.items()
        for problem in (
            *_region_problems(landscape, ("stacks", key), item),
            *_place_problems(landscape, ("stacks", key), item),
            *_acceptance_problems(("stacks", key), item),
            *(
                problem
                for name, control in item.controls.items()
                for problem in unknown_objectives(("stacks", key, "controls", name), control)
            ),
            *_value_problems(("stacks", key), item),
            *_parameter_problems(("stacks", key), item, landscape.documents.get(document_key(key))),
        )
    )


def _region_problems(landscape: Landscape, place: KeyPath, item: Customization) -> Iterator[Problem]:
    for index, region in enumerate(item.regions):
        if region not in (_GOVERNED, *landscape.regions):
            yield Problem(
                path=(*place, "regions", index),
                message=f"{region} is not a governed Region",
                fix=f"write {one_of(landscape.regions)}, or add it to organization.regions",
            )


def _place_problems(landscape: Landscape, place: KeyPath, item: Customization) -> Iterator[Problem]:
    for index, name in enumerate(item.to):
        if name in landscape.accounts and landscape.accounts[name].ou in landscape.suspended:
            yield Problem(
                path=(*place, "to", index),
                message=f"{name} is suspended: nothing is deployed there",
                fix="remove it",
            )


def _acceptance_problems(place: KeyPath, item: Customization) -> Iterator[Problem]:
    if _DYNAMIC_REFERENCE in item.accept:
        yield Problem(
            path=(*place, "accept", _DYNAMIC_REFERENCE),
            message=f"{_DYNAMIC_REFERENCE} cannot be accepted: a dynamic reference can publish a secret",
            fix="use a parameter of the type AWS::SSM::Parameter::Value<String>, or let the resource read the secret",
        )


def _value_problems(place: KeyPath, item: Customization) -> Iterator[Problem]:
    if item.values and not item.file.endswith(".j2"):
        yield Problem(
            path=(*place, "values"),
            message=f"{item.file} is not rendered, so nothing reads `values`",
            fix="add .j2 to the file's name if it is in Jinja; values of template parameters belong in `parameters`",
        )


def _parameter_problems(place: KeyPath, item: Customization, file: object) -> Iterator[Problem]:
    if not isinstance(file, CustomTemplate):
        return
    for name in item.parameters:
        if name not in file.parameters:
            yield Problem(
                path=(*place, "parameters", name),
                message=f"the template {item.file} has no parameter {name}",
                fix=f"remove it, or write {one_of(file.parameters)}" if file.parameters else "remove it",
            )
    for name, has_default in file.parameters.items():
        if not has_default and name not in item.parameters and name not in PARAMETERS:
            yield Problem(
                path=(*place, "parameters"),
                message=f"the parameter {name} of {item.file} has no value and no default",
                fix=f"write a value under parameters.{name}, or give it a Default in the template",
            )


CAPABILITY = Capability(
    name="customizations",
    title="Customizations",
    summary="CloudFormation templates of your own, planned, checked, deployed and removed with the baseline.",
    settings=CustomizationsSettings,
    stacks=_stacks,
    problems=_problems,
    is_asked=lambda settings: isinstance(settings, CustomizationsSettings) and bool(settings.stacks),
)
