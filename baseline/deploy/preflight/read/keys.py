"""Facts about keys whose ARN is in the lock file."""

from collections.abc import Iterator

from baseline.cloud.refusals import Refusal
from baseline.deploy.preflight.decide.keys import KnownKey
from baseline.deploy.preflight.survey import Survey


def known_keys(survey: Survey) -> Iterator[KnownKey]:
    """The keys of the chosen stacks whose ARN is known."""
    values = survey.context.values
    parameters = {item.name: item for stack in survey.stacks for item in stack.parameters if item.key_alias}
    for name, parameter in parameters.items():
        known = values.given.get(name) or parameter.value
        if not known:
            continue
        alias = values.alias(parameter)
        try:
            current = values.key_of(alias)
        except Refusal as error:
            if error.code != "NotFoundException":
                raise
            current = ""
        yield KnownKey(name=name, known=known, alias=alias, current=current)
