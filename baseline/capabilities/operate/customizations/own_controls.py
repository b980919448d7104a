"""The user's own controls, which the template of a customization proves."""

import fnmatch
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from baseline.controls.assertion import Assertion
from baseline.controls.control import Control
from baseline.controls.objective import objectives
from baseline.documents.section import Section
from baseline.findings import KeyPath, Problem
from baseline.text.nearest import did_you_mean

_COMPARISONS = ("equals", "one_of", "at_least", "at_most", "holds", "present")

Value = str | int | bool
Sentence = Annotated[str, StringConstraints(pattern=r"\S", max_length=500)]
ResourceType = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(::[A-Za-z0-9]+){1,3}$", max_length=196)]
PropertyPath = Annotated[str, StringConstraints(pattern=r"^[^/\x00-\x1f]+(/[^/\x00-\x1f]+)*$", max_length=500)]


class OwnAssertion(Section):
    """The required value of a property in every resource of a type."""

    type: ResourceType = Field(description="The type of the resources.", examples=["AWS::Logs::LogGroup"])
    path: PropertyPath = Field(
        description="The property, with `/` before each further key; `*` is every item or key, `[Key=value]` the items "
        "with that value.",
        examples=["RetentionInDays"],
    )
    where: dict[PropertyPath, str] = Field(
        default={},
        description="Property → text, in which `*` matches anything: only resources with these values are checked.",
        examples=[{"LogGroupName": "/nw/dns/*"}],
    )
    equals: Value | None = Field(default=None, description="The value must be this one.", examples=[True])
    one_of: list[Value] | None = Field(
        default=None,
        min_length=1,
        description="The value must be one of these.",
        examples=[["aws:kms", "aws:kms:dsse"]],
    )
    at_least: int | None = Field(
        default=None, description="The value must be a number, and at least this.", examples=[90]
    )
    at_most: int | None = Field(
        default=None, description="The value must be a number, and at most this.", examples=[365]
    )
    holds: list[Value] | None = Field(
        default=None, min_length=1, description="The value must be a list that contains these items.", examples=[["x"]]
    )
    present: Literal[True] | None = Field(default=None, description="It is there.", examples=[True])

    @model_validator(mode="after")
    def _one_comparison(self) -> "OwnAssertion":
        if len(self.comparisons) != 1:
            raise ValueError(f"exactly one of {', '.join(_COMPARISONS)} is needed")
        return self

    @property
    def comparisons(self) -> tuple[tuple[str, Any], ...]:
        """Name and value of every comparison that is set."""
        stated = ((name, getattr(self, name)) for name in _COMPARISONS)
        return tuple((name, value) for name, value in stated if value is not None)

    def as_assertion(self) -> Assertion:
        """The assertion that evidence evaluates."""
        ((comparison, expected),) = self.comparisons
        return Assertion(
            type=self.type,
            path=self.path,
            comparison="is" if comparison == "equals" else comparison,
            expected=expected,
            where={path: re.compile(rf"\A{fnmatch.translate(text)}") for path, text in self.where.items()},
        )


class OwnControl(Section):
    """A statement that must be true, and its proof."""

    statement: Sentence = Field(
        description="One sentence that must be true of the resources.",
        examples=["DNS queries of every VPC are kept for 90 days."],
    )
    objectives: list[str] = Field(
        min_length=1,
        description="Objectives of the control; it contributes to their requirements.",
        examples=[["network-traffic-recorded"]],
    )
    severity: Literal["low", "medium", "high", "critical"] = Field(
        default="medium", description="Severity of a violation.", examples=["medium"]
    )
    assertions: list[OwnAssertion] = Field(
        min_length=1,
        description="Properties that the template's resources must have.",
        examples=[[{"type": "AWS::Logs::LogGroup", "path": "RetentionInDays", "at_least": 90}]],
    )

    def as_control(self, id_: str) -> Control:
        """The control, under an id that no control of the baseline has."""
        return Control(
            id=id_,
            statement=self.statement,
            rationale="The organization's own control.",
            capability="customizations",
            severity=self.severity,
            responsibility="customer",
            cost="what the template creates",
            objectives=tuple(self.objectives),
        )


def unknown_objectives(place: KeyPath, control: OwnControl) -> Iterator[Problem]:
    """A problem for each objective that does not exist."""
    for index, name in enumerate(control.objectives):
        if name not in objectives():
            yield Problem(
                path=(*place, "objectives", index),
                message=f'no objective "{name}"{did_you_mean(name, objectives())}',
                fix="`baseline explain` lists the objectives",
            )
