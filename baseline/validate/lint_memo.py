"""Shortcuts for what cfn-lint computes again for every template, step and rule: almost half of its time.

- Each rule that validates with a JSON schema creates a class for it, over a thousand times for one organization.
- Each step of a validation copies three objects field by field.
- Each value is offered to every rule, and each rule to every resource, to find the few that are meant.

The results are the same: each shortcut depends only on its arguments, or on rules that stay as they are for the life
of a Runner. A version of cfn-lint that they were not compared with is left unchanged, and is slower.
"""

import functools
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from cfnlint.context import context
from cfnlint.helpers import FUNCTIONS
from cfnlint.jsonschema import _filter, validators
from cfnlint.jsonschema._utils import Unset
from cfnlint.runner import Runner

COMPARED_WITH = ("1.58.0",)
"""Versions of cfn-lint whose answers the tests have compared with and without shortcuts."""

_ADDITIONAL_CHECKS = "E1101"


def remember(runner: Runner) -> None:
    """Use the shortcuts in this process: in the classes of cfn-lint, and for the rules of this Runner."""
    if version("cfn-lint") not in COMPARED_WITH:
        return
    context.Context.evolve = _context_evolved
    context.Path.evolve = _evolved
    if not hasattr(context.Path.descend, "__wrapped__"):
        context.Path.descend = _appending(context.Path.descend)
    _filter.FunctionFilter.evolve = _evolved
    if not hasattr(validators.create, "__wrapped__"):
        validators.create = _remembered(validators.create)
    for made in (validators.StandardValidator, validators.CfnTemplateValidator):
        made.evolve = _evolved
    rules = runner.rules
    _link(rules.data)
    rules.run = functools.partial(_run, rules)
    additional = rules.data[_ADDITIONAL_CHECKS]
    additional.cfnLint = functools.partial(_additional_checks, _by_keyword(additional))


def _evolved(self: Any, **changes: object) -> Any:  # noqa: ANN401 - an object of cfn-lint
    """A copy with changes, without reading each field."""
    copy = object.__new__(type(self))
    copy.__dict__.update(self.__dict__)
    copy.__dict__.update(changes)
    return copy


def _context_evolved(self: Any, **changes: Any) -> Any:  # noqa: ANN401 - an object of cfn-lint
    if "ref_values" in changes:
        changes["ref_values"] = {**self.ref_values, **changes["ref_values"]}
    copy = _evolved(self, **changes)
    copy.__dict__.pop("module_names", None)  # computed from the resources, which may have changed
    return copy


def _appending(descend: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(descend)
    def appended(self: Any, **parts: Any) -> Any:  # noqa: ANN401 - an object of cfn-lint
        last = parts.get("cfn_path")
        if last in FUNCTIONS or isinstance(last, int):
            return descend(self, **parts)  # which refuses it
        added = {name: getattr(self, name) + deque([part]) for name, part in parts.items() if part is not None}
        return _evolved(self, **added)

    return appended


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
            made[parts].evolve = _evolved
        return made[parts]

    return created


def _link(rules: Mapping[str, Any]) -> None:
    """Tell each rule which rules it calls, once: cfn-lint does it again for every template."""
    for id_, rule in rules.items():
        rule.child_rules.update({key: rules[key] for key in rule.child_rules if key in rules})
        for parent in rule.parent_rules:
            if parent in rules:
                rules[parent].child_rules[id_] = rule


def _run(rules: Any, filename: str | None, cfn: Any, config: Any) -> Iterator[Any]:  # noqa: ANN401 - cfn-lint's
    """Matches of the enabled rules: of rules for whole templates, then of rules for the types of its resources."""
    configured = config.configure_rules
    chosen = {
        "include_experimental": config.include_experimental,
        "ignore_rules": config.ignore_checks,
        "include_rules": config.include_checks,
        "mandatory_rules": config.mandatory_checks,
    }
    for id_, rule in rules.data.items():
        rule.configure(configured.get(id_), chosen["include_experimental"])
        rule.initialize(cfn)
    enabled = {id_ for id_, rule in rules.data.items() if rule.is_enabled(**chosen)}

    def matches(id_: str, check: Callable[..., Any], *arguments: object) -> Iterator[Any]:
        found = rules.run_check(check, filename, id_, config, enabled, filename, cfn, *arguments)
        return (match for match in found if match.rule.id in enabled)

    for id_, rule in rules.data.items():
        yield from matches(id_, rule.matchall)
    for name, resource in cfn.get_resources().items():
        type_, properties = resource.get("Type"), resource.get("Properties")
        if not isinstance(type_, str) or not isinstance(properties, dict):
            continue
        path = ["Resources", name, "Properties"]
        for id_, rule in rules.data.items():
            if type_ in rule.resource_property_types:
                yield from matches(id_, rule.matchall_resource_properties, properties, type_, path)


def _by_keyword(rule: Any) -> Mapping[str, tuple[Any, ...]]:  # noqa: ANN401 - a rule of cfn-lint
    """Keyword of a schema → the rules that check it."""
    found: dict[str, list[Any]] = defaultdict(list)
    for child in rule.child_rules.values():
        if child is not None and child.id:
            for keyword in child.keywords:
                found[keyword].append(child)
    return {keyword: tuple(children) for keyword, children in found.items()}


def _additional_checks(
    by_keyword: Mapping[str, tuple[Any, ...]],
    validator: Any,  # noqa: ANN401 - cfn-lint's classes are made at run time
    keywords: list[str],
    instance: object,
    schema: object,
) -> Iterator[Any]:
    """Errors by the rules that check these keywords."""
    meant = [(keyword, rule) for keyword in keywords for rule in by_keyword.get(keyword, ())]
    if not meant:
        return
    inner = validator.evolve(function_filter=validator.function_filter.evolve(add_cfn_lint_keyword=False))
    for keyword, rule in meant:
        for error in rule.validate(inner, keyword, instance, schema):
            if error.rule is None and isinstance(error.validator, Unset):
                error.rule = rule
            yield error
