"""Values of organization-defined parameters, from the rendered templates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from baseline.controls.parameter import Parameter, ParameterPart, parameters
from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import Assessment
from baseline.evidence.evidence import Evidence


@dataclass(frozen=True)
class ParameterValue:
    """A parameter with the values from the templates."""

    parameter: Parameter
    values: tuple[str, ...]


def parameter_values(
    evidence: Evidence, requirement: Requirement, mappings: Iterable[ControlMapping]
) -> Iterator[ParameterValue]:
    """The parameters of a requirement that these controls set with values in the templates."""
    named = {mapping.control for mapping in mappings}
    for item in parameters():
        if requirement.framework in item.frameworks and requirement.id == item.requirement and item.control in named:
            values = tuple(text for part in item.parts for text in _texts(part, evidence.assessed[item.control]))
            if values:
                yield ParameterValue(item, values)


def _texts(part: ParameterPart, assessment: Assessment) -> Iterator[str]:
    """An answer for each different value, with the resources that have it."""
    found: dict[str, dict[str, None]] = {}
    for seen in assessment.observations:
        if part.pointer.search(seen.pointer) and seen.value is not None and part.value in (None, seen.value):
            found.setdefault(str(seen.value), {})[seen.logical_id] = None
    for value, resources in sorted(found.items()):
        yield part.text.format(value=value, resources=", ".join(sorted(resources)))
