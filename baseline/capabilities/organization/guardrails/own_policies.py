"""The profile's own policies: names, stack keys, and content in templates."""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from baseline.capabilities.landscape import Landscape, portable
from baseline.capabilities.organization.guardrails.settings import OwnPolicy
from baseline.capabilities.parameters import PARAMETERS

PARTITION = "AWS::Partition"
OWN_PARAMETERS = (PARTITION, *PARAMETERS)
"""Names that a file may contain as `${Name}`: CloudFormation and every check fill them in."""

_NAMED = re.compile(rf"\$\{{({'|'.join(map(re.escape, OWN_PARAMETERS))})\}}")
_BEFORE_BRACE = re.compile(r"(?<=\$)(?={)")
_ARN = re.compile(r"arn:aws(?:-cn|-us-gov)?(?=:)")
_KEY_CHARACTERS = 60


def own_name(landscape: Landscape, item: OwnPolicy) -> str:
    """The policy's name in AWS Organizations: the prefix and the file's name unless the profile sets it."""
    return item.name or f"{landscape.prefix}-{PurePosixPath(item.file).stem}"


def own_key(item: OwnPolicy) -> str:
    """The key of the policy's stack, which depends only on the entry itself.

    A changed key means a new stack, which cannot create a policy whose name the old stack still uses.
    """
    return item.key or key_from_path(item.file)


def key_from_path(file: str) -> str:
    """`policies/No S3.json` → `policies-no-s3`; a long path is cut and has a digest appended."""
    text = PurePosixPath(file).with_suffix("").as_posix().lower()
    slug = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text).split()) or "x"
    if len(slug) <= _KEY_CHARACTERS:
        return slug
    return f"{slug[: _KEY_CHARACTERS - 9]}-{sha256(file.encode()).hexdigest()[:8]}"


def own_content(value: Any) -> Any:  # noqa: ANN401 - plain data of a policy file
    """The content, with references in place of the names of `OWN_PARAMETERS` and the partition of ARNs.

    All other text, including policy variables such as `${aws:username}`, reaches AWS Organizations unchanged.
    """
    if isinstance(value, Mapping):
        return {key: own_content(item) for key, item in value.items()}
    if isinstance(value, list):
        return [own_content(item) for item in value]
    if not isinstance(value, str) or not _NAMED.search(value):
        return portable(value)
    parts: list[Any] = []
    for number, text in enumerate(_NAMED.split(_ARN.sub(f"arn:${{{PARTITION}}}", value, count=1))):
        parts += [{"Ref": text}] if number % 2 else [part for part in _BEFORE_BRACE.split(text) if part]
    return parts[0] if len(parts) == 1 else {"Fn::Join": ["", parts]}
