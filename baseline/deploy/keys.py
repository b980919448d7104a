"""Keys that a template names by an alias, and that AWS names by their own ARN."""

import re

from baseline.cloud.refusals import Refusal
from baseline.deploy.values import Values

_ALIAS = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:alias/.+")
_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+")


def is_alias_and_key(expected: str, actual: str) -> bool:
    """Whether a template states the ARN of an alias where AWS has the ARN of a key.

    CloudFormation takes both for different values: a trail that names its key by an alias looks modified for ever.
    Source: github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/994.
    """
    return bool(_ALIAS.fullmatch(expected) and _KEY.fullmatch(actual))


def is_same_key(values: Values, alias: str, key: str) -> bool | None:
    """Whether the alias refers to that key; None if AWS does not describe it to the caller."""
    try:
        return values.key_of(alias) == key
    except Refusal:
        return None
