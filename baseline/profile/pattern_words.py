"""Regular expressions of settings, described in words."""

import re
from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "a name of lower-case letters, digits and single hyphens, a letter first",
    r"^[A-Za-z0-9+=,.@_/*-]{1,512}$": "the name of a role with its path (letters, digits and +=,.@_/*-)",
    r"^[A-Za-z0-9][A-Za-z0-9/._+=@*-]{0,255}$": "a name with its path (letters, digits and /._+=@*-)",
    r"^[a-z]{2}(-[a-z]+)+-[0-9]+$": "a Region such as eu-west-1",
    r"^[a-z0-9-]+:[A-Za-z0-9*?]+$": "an action such as s3:GetObject",
    r"^[0-9]{12}$": "an account id of 12 digits",
    r"^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$": "a resource type such as AWS::S3::Bucket",
    r"^[A-Za-z0-9]+\.[0-9]+$": "the id of a control such as S3.1",
    r"^[A-Za-z0-9_+=,.@-]{1,32}$": "a name of 1 to 32 letters, digits and _+=,.@-",
    r"^(?:(?:[1-9]|1[0-2])h|(?:[6-9][0-9]|[1-6][0-9]{2}|7[01][0-9]|720)m)$": "a duration of 1h to 12h, or 60m to 720m",
    r"^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$": "the ARN of a KMS key",
    r"^[ -~]{1,1024}$": "plain ASCII text of 1 to 1,024 characters",
}
_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[a-z-]+/([^*]+)")


def pattern_in_words(pattern: object) -> str:
    """Return a description of the pattern's matches, such as `an account id of 12 digits`; empty if there is none."""
    return _WORDS.get(str(pattern), "")


def name_in_arn(value: object) -> str:
    """Return the name with path at the end of an ARN; empty if the value is not an ARN."""
    found = _ARN.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else ""
