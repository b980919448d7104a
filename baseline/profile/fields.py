"""Texts of a profile with a fixed format: checked one by one, each with its own message."""

import re
from collections.abc import Callable
from typing import Annotated, NoReturn

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from baseline.aws.regions import REGIONS, UNSUPPORTED_REGIONS
from baseline.controls.framework import framework_ids
from baseline.text.line import shorten
from baseline.text.nearest import did_you_mean

LONGEST_BUCKET_NAME = 63
_RESERVED_BUCKET_PREFIXES = ("sthree", "amzn-s3-demo")  # S3 user guide, "Bucket naming rules"

_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,13}[a-z0-9]")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ACCOUNT_KEY = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_PHONE = re.compile(r"(?=.*[0-9])[0-9 ()+-]{1,25}")  # Account Management API, PutAlternateContact
_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)(?!.*\.@)[A-Za-z0-9!#$'*+/=?^_`{}~.-]+"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
)
_OU_NAME = re.compile(r"\S(.*\S)?")
_TAG_TEXT = r"[\w .:/=+@-]"  # CloudFormation, "Resource tag"


def anchored(pattern: re.Pattern[str]) -> str:
    """The pattern for a whole value, as in JSON Schema; Python's `$` would also match before a final line break."""
    return f"^{pattern.pattern}$"


def reject(kind: str, message: str, fix: str = "") -> NoReturn:
    """Reject the value in a validator.

    Raises:
        PydanticCustomError: always; `kind` is the id of the problem, `fix` replaces the kind's own.
    """
    raise PydanticCustomError(kind, "{message}", {"message": shorten(message, 1_000), "fix": fix})  # type: ignore[type-var,unused-ignore]


def _matching(pattern: re.Pattern[str], kind: str, expected: str, fix: str = "") -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            reject(kind, f'"{value}" is not {expected}', fix)
        return value

    return check


def _account_id(value: str) -> str:
    if not _ACCOUNT_ID.fullmatch(value):
        digits = sum(character.isdigit() for character in value)
        seen = f"{digits} digits" if value.isdigit() else "other characters than digits"
        reject("profile-account-id", f'"{value}" is not an account id: it has {seen}, an id is 12 digits')
    return value


def _email(shortest: int, longest: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not _EMAIL.fullmatch(value):
            reject("profile-email", f'"{value}" is not an e-mail address')
        if not shortest <= len(value) <= longest:
            why = f"it has {len(value)} characters, AWS accepts {shortest} to {longest}"
            reject("profile-email", f'"{value}" cannot be used: {why}')
        return value

    return check


def longest_bucket_name(prefix: str) -> int:
    """Length of the longest bucket name with `prefix`, in the Region with the longest name."""
    return max(len(f"{prefix}-server-access-logs-{'0' * 12}-{region}") for region in REGIONS)


def _prefix(value: str) -> str:
    if longest_bucket_name(value) > LONGEST_BUCKET_NAME:
        room = LONGEST_BUCKET_NAME - longest_bucket_name("")
        why = f"it has {len(value)} characters; with more than {room}, bucket names that begin with it are too long"
        reject("profile-prefix", f'"{value}" cannot be a prefix: {why}')
    if not _PREFIX.fullmatch(value) or "--" in value:
        why = "lower-case letters, digits and single hyphens, 2 to 15 of them, a letter first and no hyphen last"
        reject("profile-prefix", f'"{value}" cannot be a prefix: it requires {why}')
    if value.startswith(_RESERVED_BUCKET_PREFIXES):
        reject("profile-prefix", f'"{value}" cannot be a prefix: S3 reserves bucket names that begin like this')
    return value


def _region(value: str) -> str:
    if value in REGIONS:
        return value
    if value in UNSUPPORTED_REGIONS:
        reject("profile-region", f'Region "{value}" is not supported: {UNSUPPORTED_REGIONS[value]}')
    reject("profile-region", f'unknown Region "{value}"{did_you_mean(value, REGIONS, cutoff=0.7)}')


def _framework(value: str) -> str:
    if value not in framework_ids():
        known = f"known: {', '.join(framework_ids())}"
        reject("profile-framework", f'unknown framework "{value}"{did_you_mean(value, framework_ids())}', known)
    return value


def _ou_path(value: str) -> str:
    wrong = [name for name in value.split("/") if not _OU_NAME.fullmatch(name) or len(name) > 128]
    if wrong:
        why = "names are separated by one `/`, 1 to 128 characters each, without spaces around them"
        reject("profile-ou", f'"{value}" is not a path of organizational units: {why}')
    if (depth := value.count("/") + 1) > 5:
        reject("profile-ou", f'"{value}" is too deep: {depth} levels, AWS Organizations allows 5')
    return value


def _tag(longest: int, shortest: int) -> Callable[[str], str]:
    pattern = re.compile(rf"{_TAG_TEXT}{{{shortest},{longest}}}")

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            why = f"{shortest} to {longest} letters, digits, spaces and _.:/=+-@"
            reject("profile-value", f'"{value}" cannot be used in a tag, which allows {why}')
        if shortest and value.lower().startswith("aws:"):
            reject("profile-value", f'"{value}" cannot be a tag key: AWS reserves "aws:"')
        return value

    return check


Name = Annotated[str, Field(min_length=1, max_length=64)]
Prefix = Annotated[str, AfterValidator(_prefix), Field(json_schema_extra={"pattern": anchored(_PREFIX)})]
AccountId = Annotated[str, AfterValidator(_account_id), Field(json_schema_extra={"pattern": anchored(_ACCOUNT_ID)})]
AccountKey = Annotated[
    str,
    AfterValidator(
        _matching(_ACCOUNT_KEY, "profile-value", "a key for an account: lower-case letters, digits, _ and -")
    ),
    Field(json_schema_extra={"pattern": anchored(_ACCOUNT_KEY)}),
]
AccountEmail = Annotated[
    str, AfterValidator(_email(6, 64)), Field(json_schema_extra={"format": "email", "minLength": 6, "maxLength": 64})
]
Email = Annotated[str, AfterValidator(_email(3, 254)), Field(json_schema_extra={"format": "email", "maxLength": 254})]
Phone = Annotated[
    str,
    AfterValidator(_matching(_PHONE, "profile-phone", "a phone number")),
    Field(json_schema_extra={"pattern": anchored(_PHONE)}),
]
RegionName = Annotated[str, AfterValidator(_region), Field(json_schema_extra={"enum": sorted(REGIONS)})]
FrameworkId = Annotated[str, AfterValidator(_framework), Field(json_schema_extra={"enum": list(framework_ids())})]
OuPath = Annotated[str, AfterValidator(_ou_path), Field(json_schema_extra={"minLength": 1})]
TagKey = Annotated[str, AfterValidator(_tag(128, 1)), Field(json_schema_extra={"minLength": 1, "maxLength": 128})]
TagValue = Annotated[str, AfterValidator(_tag(256, 0)), Field(json_schema_extra={"maxLength": 256})]


def id_pattern(pattern: str, expected: str) -> tuple[AfterValidator, object]:
    """The annotations of an id that AWS assigned: a whole pattern, and a description of it."""
    whole = re.compile(pattern)
    check = _matching(whole, "profile-value", expected, "copy the id from the AWS console or CLI")
    return AfterValidator(check), Field(json_schema_extra={"pattern": anchored(whole)})


OrganizationId = Annotated[str, *id_pattern(r"o-[a-z0-9]{10,32}", "an organization id such as o-a1b2c3d4e5")]
RootId = Annotated[str, *id_pattern(r"r-[a-z0-9]{4,32}", "the id of an organization's root such as r-ab12")]
OuId = Annotated[
    str,
    *id_pattern(r"ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}", "the id of an organizational unit such as ou-ab12-1a2b3c4d"),
]
