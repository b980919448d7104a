"""Conflicts of the settings of `config` with each other and with AWS's limits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from baseline.aws.config_rules import config_rule
from baseline.aws.config_types import ALWAYS_CONTINUOUS, is_recordable, nearest_type
from baseline.capabilities.detect.config.exclusions import exclusion_problems
from baseline.capabilities.detect.config.packs import managed_rules, rules_of_tier
from baseline.capabilities.detect.config.recording import RecorderOverride, unrecorded_accounts
from baseline.capabilities.landscape import Landscape
from baseline.controls.assertion import Assertion, assertions
from baseline.findings import Problem, Severity
from baseline.text.nearest import did_you_mean


class _Settings(Protocol):
    """The settings that these checks use."""

    @property
    def recorder(self) -> str: ...
    @property
    def recording(self) -> str: ...
    @property
    def daily_types(self) -> Sequence[str]: ...
    @property
    def continuous_types(self) -> Sequence[str]: ...
    @property
    def exclude_types(self) -> Sequence[str]: ...
    @property
    def aggregator(self) -> bool: ...
    @property
    def rules(self) -> bool: ...
    @property
    def exclude_rules(self) -> Sequence[str]: ...
    @property
    def exclude_accounts(self) -> Sequence[str]: ...
    @property
    def overrides(self) -> Sequence[RecorderOverride]: ...
    @property
    def rule_parameters(self) -> Mapping[str, Mapping[str, str]]: ...


def config_problems(landscape: Landscape, settings: _Settings) -> Iterator[Problem]:
    """Every problem, in the order of the settings."""
    yield from _recorder_problems(settings)
    for name in ("daily_types", "continuous_types", "exclude_types"):
        yield from _type_problems(name, getattr(settings, name), settings)
    yield from _excluded_rule_problems(landscape, settings)
    unrecorded = unrecorded_accounts(landscape, settings.overrides)
    yield from exclusion_problems(landscape, settings.exclude_accounts, unrecorded)
    yield from _override_problems(settings)
    for rule, parameters in settings.rule_parameters.items():
        yield from _parameter_problems(rule, parameters)


def _recorder_problems(settings: _Settings) -> Iterator[Problem]:
    if settings.recorder == "existing":
        if not settings.aggregator and not settings.rules:
            yield Problem(
                path=("recorder",),
                message="nothing is left to deploy: recorder is existing, aggregator and rules are off",
                fix="disable the capability: config: false",
            )
        for name in ("daily_types", "continuous_types", "exclude_types"):
            if getattr(settings, name):
                yield Problem(
                    path=(name,),
                    message=f"{name} has no effect: recorder is existing, so another tool decides what is recorded",
                    fix=f"remove {name}, or set recorder to managed",
                )
    other = "continuous_types" if settings.recording == "CONTINUOUS" else "daily_types"
    if getattr(settings, other):
        yield Problem(
            path=(other,),
            message=f"{other} has no effect: recording is {settings.recording} for every type",
            fix=f"remove {other}, or change recording",
        )


def _override_problems(settings: _Settings) -> Iterator[Problem]:
    for index, item in enumerate(settings.overrides):
        if item.recorder is not None and settings.recorder != "managed":
            yield Problem(
                path=("overrides", index, "recorder"),
                message=f"it has no effect: recorder is {settings.recorder} everywhere",
                fix="remove it",
            )
        elif item.recorder == "none" and settings.rules:
            yield Problem(
                path=("overrides", index, "recorder"),
                message="accounts that join these units later have no recorder, and conformance packs of the "
                "organization fail there, until the profile lists them",
                fix="add new accounts to the profile and deploy again, or set rules: false",
                severity=Severity.INFO,
            )


def _type_problems(name: str, types: Sequence[str], settings: _Settings) -> Iterator[Problem]:
    for index, kind in enumerate(types):
        place = (name, index)
        if not is_recordable(kind):
            nearest = nearest_type(kind)
            yield Problem(
                path=place,
                message=f'AWS Config does not record "{kind}"' + (f'; did you mean "{nearest}"?' if nearest else ""),
                fix="use a type from the list of supported resource types",
            )
        elif name == "daily_types" and kind in ALWAYS_CONTINUOUS:
            yield Problem(
                path=place,
                message=f"{kind} cannot be recorded daily: AWS Config records it at each change",
                fix="remove it",
            )
        elif name != "exclude_types" and kind in settings.exclude_types:
            yield Problem(
                path=place, message=f"{kind} is in exclude_types too: it is not recorded", fix="remove one of them"
            )


def _excluded_rule_problems(landscape: Landscape, settings: _Settings) -> Iterator[Problem]:
    known = list(managed_rules())
    for index, name in enumerate(settings.exclude_rules):
        if name not in known:
            yield Problem(
                path=("exclude_rules", index),
                message=f'the baseline has no rule "{name}"{did_you_mean(name, known)}',
                fix="`baseline docs config` lists the rules",
            )
    if settings.rules and all(
        rule.name in settings.exclude_rules for rule in rules_of_tier(landscape.tier, landscape.release)
    ):
        yield Problem(
            path=("exclude_rules",), message="no rule is left: all rules are excluded", fix="set rules: false instead"
        )


def _parameter_problems(name: str, parameters: Mapping[str, str]) -> Iterator[Problem]:
    rule = managed_rules().get(name)
    facts = config_rule(rule.identifier) if rule else None
    if facts is None:
        yield Problem(
            path=("rule_parameters", name),
            message=f'the baseline has no rule "{name}"{did_you_mean(name, list(managed_rules()))}',
            fix="`baseline docs config` lists the rules",
        )
        return
    for parameter, value in parameters.items():
        place = ("rule_parameters", name, parameter)
        if parameter not in facts.parameters:
            known = ", ".join(facts.parameters) or "none"
            yield Problem(
                path=place,
                message=f'{facts.identifier} has no parameter "{parameter}": it has {known}',
                fix="look the rule up in the list of managed rules",
            )
        elif facts.parameters[parameter].type == "number" and not value.isdecimal():
            yield Problem(
                path=place,
                message=f'{facts.identifier} requires a number for {parameter}, not "{value}"',
                fix="write a whole number in quotes",
            )
        elif facts.parameters[parameter].type == "bool" and value.lower() not in {"true", "false"}:
            yield Problem(
                path=place,
                message=f'{facts.identifier} requires true or false for {parameter}, not "{value}"',
                fix='write "true" or "false", in quotes',
            )


def weaker_parameters(landscape: Landscape, settings: _Settings) -> Iterator[Problem]:
    """Parameter values of a rule that are weaker than its control requires."""
    rules = rules_of_tier(landscape.tier, landscape.release) if settings.rules else ()
    for rule in rules:
        given = {} if rule.name in settings.exclude_rules else settings.rule_parameters.get(rule.name, {})
        for assertion in assertions()[rule.control]:
            parameter = assertion.path.removeprefix("InputParameters/")
            if parameter in given and not _meets(assertion, given[parameter]):
                own = {**rule.parameters, **rule.references}[parameter]
                yield Problem(
                    path=("rule_parameters", rule.name, parameter),
                    control=rule.control,
                    message=f"weaker than the control requires: {given[parameter]}, the baseline's own value is {own}",
                )


def _meets(assertion: Assertion, value: str) -> bool:
    if assertion.comparison == "matches":
        return re.search(assertion.expected, value) is not None
    return bool(value == assertion.expected)
