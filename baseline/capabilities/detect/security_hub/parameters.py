"""Problems of Security Hub control parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.security_hub import control_ids
from baseline.aws.security_hub_parameters import KINDS, Parameter, control_parameters, is_of_kind
from baseline.capabilities.detect.security_hub.settings import SecurityHubSettings
from baseline.findings import KeyPath, Problem
from baseline.text.nearest import nearest


def parameter_problems(settings: SecurityHubSettings) -> Iterator[Problem]:
    """Values that AWS rejects."""
    seen: set[str] = set()
    for index, item in enumerate(settings.parameters):
        if item.control in seen:
            yield Problem(
                path=("parameters", index, "control"),
                message=f"{item.control} is given twice",
                fix="put its parameters into one entry",
            )
        seen.add(item.control)
        known = control_parameters().get(item.control)
        for name, value in item.parameters.items():
            yield from _problem(("parameters", index, "parameters", name), (item.control, name), value, known)


def unknown_parameters(settings: SecurityHubSettings) -> Iterator[Problem]:
    """Parameter values that the bundled data does not cover."""
    for index, item in enumerate(settings.parameters):
        if item.control in control_ids() and item.control not in control_parameters():
            yield Problem(
                path=("parameters", index, "control"),
                message=f"the parameters of {item.control} are unknown to baseline: {', '.join(item.parameters)} is "
                "deployed as written",
                fix="compare names and values with the control's page in Security Hub's user guide",
            )


def _problem(
    place: KeyPath, named: tuple[str, str], value: Mapping[str, Any], known: Mapping[str, Parameter] | None
) -> Iterator[Problem]:
    control, name = named
    if len(value) != 1 or not value.keys() <= KINDS:
        said = ", ".join(value) or "none"
        message, fix = f"its value has the kinds {said}", f"give one of {', '.join(sorted(KINDS))}"
    elif known is not None and name not in known:
        close = nearest(name, known)
        message = f"{control} has no parameter {name} that can be set"
        fix = f"did you mean {close}?" if close else f"it has {', '.join(known) or 'none'}"
    else:
        ((kind, given),) = value.items()
        if known is None:
            if is_of_kind(kind, given):
                return
            message, fix = f"{given!r} is no {kind}", "write a value of that kind"
        elif kind == known[name].kind and known[name].allows(given):
            return
        else:
            message, fix = f"{control} does not accept {kind} {given!r} for it", f"it takes {known[name].words}"
    yield Problem(path=place, message=message, fix=fix)
