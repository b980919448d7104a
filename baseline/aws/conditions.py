"""IAM condition operators and keys, and which fit each other."""

from functools import cache

from baseline.aws.facts import facts
from baseline.text.nearest import nearest

_SETS = ("ForAllValues:", "ForAnyValue:")
_WITHOUT_IF_EXISTS = frozenset({"Null"})
_WITH_TAG_NAME = frozenset({"aws:principaltag", "aws:requesttag", "aws:resourcetag"})
_ARRAY = "ArrayOf"
_FITS = {
    "String": {"String", "ARN", "Bool"},
    "Numeric": {"Numeric", "Date"},
    "Date": {"Date"},
    "Bool": {"Bool"},
    "IpAddress": {"IPAddress"},
    "Arn": {"ARN"},
}
"""First word of an operator → types of keys that it can compare; `aws:EpochTime` is a date that is a number."""


def is_known_operator(operator: str) -> bool:
    """Whether IAM has the operator, with an optional set prefix and `IfExists`.

    Source: IAM user guide, condition operators.
    """
    name = _without_set(operator)
    base = name.removesuffix("IfExists")
    if base != name and base in _WITHOUT_IF_EXISTS:
        return False
    return base in facts("condition_keys")["operators"]


def nearest_operator(operator: str) -> str | None:
    """The operator that the author probably meant."""
    return nearest(_without_set(operator), facts("condition_keys")["operators"])


def is_known_global_key(key: str) -> bool:
    """Whether `aws:…` is a global condition key, in any case.

    The tag keys need the name of a tag (`aws:RequestTag/Team`), and no other key takes one.

    Source: IAM user guide, AWS global condition context keys.
    """
    name, _, tag = key.lower().partition("/")
    return name in _global_keys() and ("/" in key) == (name in _WITH_TAG_NAME) == bool(tag)


def is_known_service_key(key: str) -> bool | None:
    """Whether the service of `service:Key` has the key; None for a prefix whose keys are not listed here."""
    keys = _service_keys(key.partition(":")[0].lower())
    return None if not keys else _listed(key) is not None


def nearest_key(key: str) -> str | None:
    """The key that the author probably meant."""
    service = key.partition(":")[0].lower()
    names = facts("condition_keys")["global_keys"] if service == "aws" else _keys_of(service)
    return nearest(key.partition("/")[0], names)


def type_of_key(key: str) -> str | None:
    """`String`, `ARN`, `Bool`, `Numeric`, `Date` or `IPAddress`; None for an unknown key.

    Sources: as above, and the service authorization reference.
    """
    found = _global_keys().get(key.lower().partition("/")[0]) if key.lower().startswith("aws:") else _listed(key)
    return found.removeprefix(_ARRAY) if found else None


def has_many_values(key: str) -> bool | None:
    """Whether a request can carry several values of the key; None for an unknown key."""
    found = _global_keys().get(key.lower().partition("/")[0]) if key.lower().startswith("aws:") else _listed(key)
    return found.startswith(_ARRAY) if found else None


def is_of_sets(operator: str) -> bool:
    """Whether the operator can compare a key that has many values."""
    return operator == "Null" or operator.startswith(_SETS)


def operator_fits(operator: str, key: str) -> bool:
    """Whether the operator can compare values of the key's type; true if the operator or key is unknown."""
    name = _without_set(operator)
    kind = type_of_key(key)
    first = next((word for word in _FITS if name.startswith((word, f"Not{word}"))), None)
    return kind is None or first is None or kind in _FITS[first]


def _without_set(operator: str) -> str:
    return operator.removeprefix(next((item for item in _SETS if operator.startswith(item)), ""))


def _listed(key: str) -> str | None:
    """The key's type; keys that end in `/` or `:` take a name after it."""
    keys = _service_keys(key.partition(":")[0].lower())
    name = key.lower()
    if name in keys:
        return keys[name]
    return next((kind for known, kind in keys.items() if known.endswith(("/", ":")) and name.startswith(known)), None)


def _keys_of(service: str) -> dict[str, str]:
    found: dict[str, str] = facts("service_condition_keys").get(service, {})
    return found


@cache
def _service_keys(service: str) -> dict[str, str]:
    return {name.lower(): kind for name, kind in _keys_of(service).items()}


@cache
def _global_keys() -> dict[str, str]:
    return {name.lower(): kind for name, kind in facts("condition_keys")["global_keys"].items()}
