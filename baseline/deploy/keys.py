"""Keys that a template names by alias, and AWS by ARN."""

import re

from baseline.cloud.refusals import Refusal
from baseline.deploy.values import Values

_ALIAS = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/.+")
_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+")


def is_alias_and_key(expected: str, actual: str) -> bool:
    """Whether the template has an alias ARN and AWS has a key ARN.

    CloudFormation treats them as different values, so a trail that names its key by alias always appears modified.
    Source: github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/994.
    """
    return bool(_ALIAS.fullmatch(expected) and _KEY.fullmatch(actual))


def is_same_key(values: Values, alias: str, key: str) -> bool | None:
    """Whether the alias refers to the key; None if the caller may not describe it."""
    try:
        return values.key_of(alias) == key
    except Refusal:
        return None
