"""IAM condition operators and global condition keys."""

from baseline.aws.facts import facts

_SETS = ("ForAllValues:", "ForAnyValue:")
_WITHOUT_IF_EXISTS = frozenset({"Null"})


def is_known_operator(operator: str) -> bool:
    """Whether IAM has the operator, with an optional set prefix and `IfExists`.

    Source: IAM user guide, condition operators.
    """
    name = operator
    for prefix in _SETS:
        name = name.removeprefix(prefix)
    base = name.removesuffix("IfExists")
    if base != name and base in _WITHOUT_IF_EXISTS:
        return False
    return base in facts("condition_keys")["operators"]


def is_known_global_key(key: str) -> bool:
    """Whether `aws:…` is a global condition key; tag keys (`aws:RequestTag/Team`) are known by their first part."""
    return key.lower().partition("/")[0] in {name.lower() for name in facts("condition_keys")["global_keys"]}
