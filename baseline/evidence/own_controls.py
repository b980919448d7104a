"""Controls of customizations: assessed in their stack's template, and mapped to requirements by objectives."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.operate.customizations.customizations import own_controls
from baseline.controls.assertion import Assertion
from baseline.controls.control import Control
from baseline.controls.objective import objectives
from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import Assessment, Observation, State, assess_control, by_type, words
from baseline.frozen import frozen
from baseline.validate.subject import Subject


@frozen
class _Claimed:
    """A control, its proof, and the stack that implements it."""

    control: Control
    assertions: tuple[Assertion, ...]
    subject: Subject


def assess_own_controls(landscape: Landscape, subjects: Sequence[Subject]) -> tuple[Assessment, ...]:
    """Every control of the customizations, proved by the resources of its own template.

    A control whose assertion finds no resource has failed: the profile claims that the template implements it.
    """
    return tuple(map(_assessed, _claimed(landscape, subjects)))


def _claimed(landscape: Landscape, subjects: Sequence[Subject]) -> Iterator[_Claimed]:
    by_stack = {subject.template.stack.name: subject for subject in subjects}
    for stack, name, control in own_controls(landscape):
        yield _Claimed(
            control=control.as_control(f"{stack}-{name}"),
            assertions=tuple(item.as_assertion() for item in control.assertions),
            subject=by_stack[f"{landscape.prefix}-{stack}"],
        )


def _assessed(item: _Claimed) -> Assessment:
    resources = by_type([item.subject])
    parts = [assess_control(item.control, resources, [assertion]) for assertion in item.assertions]
    observations = [
        seen
        for assertion, part in zip(item.assertions, parts, strict=True)
        for seen in part.observations or [_nothing(item.subject, assertion)]
    ]
    deployed = all(part.state is State.DEPLOYED for part in parts)
    state = State.DEPLOYED if deployed else State.FAILED
    return Assessment(control=item.control, state=state, observations=tuple(observations))


def _nothing(subject: Subject, assertion: Assertion) -> Observation:
    return Observation(
        stack=subject.template.stack.name,
        logical_id="",
        pointer="/Resources",
        line=1,
        value=None,
        expected=f"{assertion.type}: {assertion.path} {words(assertion)}",
        holds=False,
    )


def own_mappings(assessments: Iterable[Assessment]) -> Mapping[str, tuple[ControlMapping, ...]]:
    """Requirement → the controls of customizations that contribute to it through an objective, each once."""
    found: dict[str, dict[str, ControlMapping]] = defaultdict(dict)
    for item in assessments:
        control = item.control
        for name in control.objectives if control.capability == "customizations" else ():
            for key in objectives()[name].requirements:
                found[key][control.id] = ControlMapping(
                    control=control.id, relation="contributes", reason=control.statement
                )
    return {key: tuple(mappings.values()) for key, mappings in found.items()}


def mappings_of(requirement: Requirement, own: Mapping[str, tuple[ControlMapping, ...]]) -> tuple[ControlMapping, ...]:
    """The controls of customizations that contribute to a requirement, or to the one that it follows."""
    return own.get(requirement.same_as or requirement.key, ())
