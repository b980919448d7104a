"""Caches of values that cfn-lint would compute again for every template.

Each rule that validates with a JSON schema creates a class for it, over a thousand times for one organization, and each
step of a validation lists the fields of three classes that never change: together a quarter of cfn-lint's time. Both
depend only on their arguments. A version of cfn-lint with different internals is left unchanged.
"""

import dataclasses
import functools
import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

_VALIDATORS = "cfnlint.jsonschema.validators"
_LISTING_FIELDS = ("cfnlint.context.context", "cfnlint.jsonschema._filter", _VALIDATORS)


def remember() -> None:
    """Cache the classes that cfn-lint creates and their fields, in this process."""
    fields = functools.cache(dataclasses.fields)
    for name in _LISTING_FIELDS:
        _put(importlib.import_module(name), "fields", dataclasses.fields, fields)
    validators = importlib.import_module(_VALIDATORS)
    create = getattr(validators, "create", None)
    if create is not None:
        _put(validators, "create", create, _remembered(create))


def _put(module: ModuleType, name: str, expected: object, value: object) -> None:
    if getattr(module, name, None) is expected:
        setattr(module, name, value)


def _remembered(create: Callable[..., Any]) -> Callable[..., Any]:
    made: dict[object, Any] = {}

    @functools.wraps(create)
    def created(
        validators: Mapping[str, object] | None = None,
        function_filter: object = None,
        fn_resolvers: Mapping[str, object] | None = None,
    ) -> Any:  # noqa: ANN401 - cfn-lint's classes are made at run time
        # A filter is compared by its values, which its repr shows: it cannot be hashed.
        parts = (frozenset((validators or {}).items()), repr(function_filter), frozenset((fn_resolvers or {}).items()))
        if parts not in made:
            made[parts] = create(validators, function_filter, fn_resolvers)
        return made[parts]

    return created
