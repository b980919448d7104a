"""IAM condition operators and global condition keys."""

from functools import cache

from baseline.aws.facts import facts

_SETS = ("ForAllValues:", "ForAnyValue:")
_WITHOUT_IF_EXISTS = frozenset({"Null"})
_WITH_TAG_NAME = frozenset({"aws:principaltag", "aws:requesttag", "aws:resourcetag"})


def is_known_operator(operator: str) -> bool:
    """Whether IAM has the operator, with an optional set prefix and `IfExists`.

    Source: IAM user guide, condition operators.
    """
    prefix = next((item for item in _SETS if operator.startswith(item)), "")
    name = operator.removeprefix(prefix)
    base = name.removesuffix("IfExists")
    if base != name and base in _WITHOUT_IF_EXISTS:
        return False
    return base in facts("condition_keys")["operators"]


def is_known_global_key(key: str) -> bool:
    """Whether `aws:…` is a global condition key, in any case.

    The tag keys need the name of a tag (`aws:RequestTag/Team`), and no other key takes one.

    Source: IAM user guide, AWS global condition context keys.
    """
    name, _, tag = key.lower().partition("/")
    return name in _global_keys() and ("/" in key) == (name in _WITH_TAG_NAME) == bool(tag)


@cache
def _global_keys() -> frozenset[str]:
    return frozenset(name.lower() for name in facts("condition_keys")["global_keys"])
