"""The schema of `plan.json`: the fields that its readers may rely on."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from baseline.documents.rejections import rejections_of
from baseline.documents.section import Section
from baseline.plan.adoption import KINDS
from baseline.plan.document import is_output_path
from baseline.profile.source import FORBIDDEN

MOST_FILES = 20_000
_MOST_MISTAKES = 20
_LONGEST_VALUE = 60


def _printable(text: str) -> str:
    if FORBIDDEN.search(text):
        raise ValueError("a control character is not allowed")
    return text


def _written_by_baseline(path: str) -> str:
    if not is_output_path(path):
        raise ValueError("not a path that baseline writes: README.md, or a file in policies/, report/ or templates/")
    return path


def _pattern(pattern: str) -> StringConstraints:
    return StringConstraints(pattern=pattern, max_length=1024)


Text = Annotated[str, AfterValidator(_printable)]
Digest = Annotated[str, _pattern(r"^[0-9a-f]{64}$")]
OutputPath = Annotated[str, AfterValidator(_written_by_baseline)]
AccountId = Annotated[str, _pattern(r"^[0-9]{12}$")]
Region = Annotated[str, _pattern(r"^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$")]
StackName = Annotated[str, _pattern(r"^[a-zA-Z][-a-zA-Z0-9]{0,127}$")]
KeyAlias = Annotated[
    str, _pattern(r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:([0-9]{12}|\$\{[A-Za-z0-9]+\}):alias/[a-zA-Z0-9/_-]+$")
]
Percentage = Annotated[int, Field(ge=0, le=100)]


class ParameterDocument(Section):
    """A parameter of a template, or the id of the target account."""

    name: Annotated[str, _pattern(r"^[a-zA-Z0-9]{1,255}$")]
    value: Text | None
    how: Text
    output_of: StackName | None
    key_alias: KeyAlias | None = None


class DeploymentDocument(Section):
    """Target accounts and Regions of a stack."""

    method: Literal["stack", "stack-set"]
    account: Text | None
    account_id: AccountId | None
    account_parameter: ParameterDocument | None
    organizational_units: list[Text]
    regions: Annotated[list[Region], Field(min_length=1)]


class PlannedStack(Section):
    """One stack; without digest and controls before its template is rendered."""

    name: StackName
    capability: Text
    description: Text
    template: OutputPath
    sha256: Digest | None = None
    controls: list[Text] | None = None
    parameters: list[ParameterDocument]
    deployments: list[DeploymentDocument]
    depends_on: list[StackName]
    prerequisites: list[Text]
    tagged: bool = True
    family: StackName | Literal[""] = ""

    @model_validator(mode="after")
    def _template_has_the_name_of_its_stack(self) -> "PlannedStack":
        if self.template != f"templates/{self.name}.yaml":
            raise ValueError(f"the template of {self.name} must be templates/{self.name}.yaml")
        return self


class StackDocument(PlannedStack):
    """One template, with its digest, which `files` also lists."""

    sha256: Digest
    controls: list[Text]


class UnitDocument(Section):
    """An organizational unit that a StackSet targets."""

    path: Text
    id: Text | None


class PreferencesDocument(Section):
    """Preferences for StackSet operations."""

    region_order: list[Region]
    sequential: bool
    max_concurrent_percentage: Percentage
    failure_tolerance_percentage: Percentage


class AdoptionDocument(Section):
    """An existing resource that a stack imports. `label` is its name in the template, or its logical id."""

    kind: Text
    name: Text
    id: Text
    label: Text

    @model_validator(mode="after")
    def _is_of_a_known_kind(self) -> "AdoptionDocument":
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind: {self.kind}")
        return self


class AcceptedDocument(Section):
    """A finding on the profile that a `reason:` accepts."""

    path: Text
    control: Text
    message: Text
    reason: Text


S = TypeVar("S", bound=PlannedStack)


class PlannedDocument(Section, Generic[S]):
    """A plan before its templates are rendered."""

    format: int
    generator: Annotated[str, _pattern(r"^baseline [0-9A-Za-z.+!-]{1,64}$")]
    organization: Annotated[Text, Field(min_length=1)]
    prefix: Annotated[str, _pattern(r"^[a-z][a-z0-9-]{1,14}$")]
    partition: Literal["aws", "aws-us-gov", "aws-cn"]
    home_region: Region
    standalone: bool
    tier: Text
    organizational_units: list[UnitDocument]
    tags: dict[Text, Text]
    operation_preferences: PreferencesDocument
    accepted: list[AcceptedDocument]
    adopt: list[AdoptionDocument] = Field(default_factory=list)
    waves: list[list[S]]


class PlanDocument(PlannedDocument[StackDocument]):
    """`plan.json`."""

    waves: Annotated[list[list[StackDocument]], Field(min_length=1)]
    files: Annotated[dict[OutputPath, Digest], Field(min_length=1, max_length=MOST_FILES)]

    @model_validator(mode="after")
    def _stacks_are_listed_once(self) -> "PlanDocument":
        stacks = [stack for wave in self.waves for stack in wave]
        if not stacks:
            raise ValueError("waves: the plan has no stack")
        names = [stack.name for stack in stacks]
        if len(set(names)) != len(names):
            raise ValueError("waves: two stacks have the same name")
        wrong = [stack.template for stack in stacks if self.files.get(stack.template) != stack.sha256]
        if wrong:
            listing = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
            raise ValueError(f"the plan gives two digests for {listing}: one in files, another in waves")
        return self


def mistakes(error: ValidationError) -> Sequence[str]:
    """Every problem as `place: problem: value seen`; at most 20, then the number of the others."""
    found = list(_lines(error))
    more = len(found) - _MOST_MISTAKES
    return found if more <= 0 else [*found[:_MOST_MISTAKES], f"and {more} more"]


def _lines(error: ValidationError) -> Iterator[str]:
    for item in rejections_of(error):
        place = _place(item.path)
        shown = "" if isinstance(item.value, dict | list) or item.is_missing else f": {_short(item.value)}"
        yield f"{place}: {item.reason}{shown}" if place else item.reason


def _place(parts: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{_short(part)[1:-1]}" for part in parts)
    return text.removeprefix(".")


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    text = ascii(value) if not isinstance(value, str) else ascii(value[:_LONGEST_VALUE])
    text = re.sub(r"\\x[0-9a-f]{2}", "?", text)
    return text if len(text) <= _LONGEST_VALUE + 2 else f"{text[:_LONGEST_VALUE]}…"
