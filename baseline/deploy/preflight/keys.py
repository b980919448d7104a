"""Check of keys whose ARN is in the lock file."""

from collections.abc import Iterator

from baseline.cloud.refusals import Refusal
from baseline.deploy.preflight.survey import Survey
from baseline.findings import Problem


def known_keys(survey: Survey) -> Iterator[Problem]:
    """Key ARNs in the lock file match their aliases: after `destroy` and `deploy` the key is a new one."""
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
            current = "no key"
        if current != known:
            yield Problem(
                message=f"{name} is {known} in the lock file or on the command line, but {alias} refers to {current}",
                fix=f"remove {name} from the lock file, or leave out --parameter {name}; the deployment finds it",
            )
