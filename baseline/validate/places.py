"""The targets of a plan's stacks, and the texts of their templates with each target's values."""

import re
from dataclasses import dataclass
from functools import lru_cache

from baseline.capabilities.landscape import ACCOUNT_PARAMETERS
from baseline.plan.model import Deployment, Stack
from baseline.validate.subject import Subject

MEMBERS = "members"
"""The accounts of whole organizational units."""
_WORD = re.compile(r"\$\{(?P<name>[A-Za-z0-9:.]+)\}")
_FIXED = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
_KEYS = {parameter: key for key, parameter in ACCOUNT_PARAMETERS.items()}


@dataclass(frozen=True)
class Place:
    """An account and a Region. `account` is a key of the profile, or `members`."""

    account: str
    region: str


@lru_cache(maxsize=4096)
def _places(deployments: tuple[Deployment, ...]) -> tuple[Place, ...]:
    return tuple(
        dict.fromkeys(Place(item.account or MEMBERS, region) for item in deployments for region in item.regions)
    )


def places_of(stack: Stack) -> tuple[Place, ...]:
    """Every target of the stack."""
    return _places(stack.deployments)


def text_in_place(text: str, subject: Subject, place: Place) -> str:
    """The text with the account, Region and partition filled in; an account reads `{key}`.

    References to resources, imports and unknown parameters remain unchanged.
    """

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name == "AWS::AccountId":
            return f"{{{place.account}}}"
        if name == "AWS::Region":
            return place.region
        return _FIXED.get(name) or _account(name, subject) or match[0]

    return _WORD.sub(fill, text) if "${" in text else text


def _account(parameter: str, subject: Subject) -> str:
    """`{key}` of the account whose id the parameter contains, or an empty text."""
    if not parameter.endswith("AccountId"):
        return ""
    stack = subject.template.stack
    key = _KEYS.get(parameter, "") or next((item.account for item in stack.parameters if item.name == parameter), "")
    if not key:
        names = (item.account for item in stack.deployments if item.account_id is not None)
        key = next((name for name in names if name), "")
    return f"{{{key}}}" if key else ""


def reaches(creator: str, account: str) -> bool:
    """Whether resources in `creator`'s account exist in `account`: `members` includes every member account."""
    return creator == account or (creator == MEMBERS and account != "management") or account == "*"
