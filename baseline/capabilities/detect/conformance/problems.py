"""Validation of conformance pack settings."""

import re
from collections.abc import Iterator, Mapping

from baseline.aws.config_rules import config_rule, is_rule_available, nearest_rule
from baseline.aws.config_types import is_recordable, nearest_type
from baseline.capabilities.detect.config.config import ConfigSettings
from baseline.capabilities.detect.conformance.catalog import catalog, role_name, runbooks
from baseline.capabilities.detect.conformance.selection import choices, names_of
from baseline.capabilities.detect.conformance.settings import ConformanceSettings, OwnRule, Pack, document_key
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.overrides import first_override
from baseline.findings import KeyPath, Problem, Severity
from baseline.text.choice import one_of
from baseline.text.nearest import did_you_mean

_GUARD_CHARACTERS = 10_000
"""Maximum length of a Guard policy (CloudFormation's schema of `AWS::Config::ConfigRule`, `PolicyText`)."""
_TAKEN_KEY = re.compile(r"(baseline|roles)(-.*)?|.*-([0-9]+|part[0-9]+|account)")
"""Reserved keys: `config`, roles and parts of packs would use the same names of stacks or packs."""
_ROLE_NAME_CHARACTERS = 64
"""IAM API reference, CreateRole."""


def conformance_problems(landscape: Landscape, settings: ConformanceSettings) -> Iterator[Problem]:
    """Every problem, in the order of the settings."""
    if settings.packs and not landscape.is_on("config"):
        yield Problem(
            path=("packs",),
            message="config is off: rules need the recorders of AWS Config",
            fix="turn config on, with `recorder: existing` if another tool manages the recorders",
            fallback=(("capabilities", "config"),),
        )
    for key, pack in settings.packs.items():
        yield from _pack_problems(landscape, ("packs", key), pack, settings)
        yield from _remediation_problems(landscape, key, pack)
    for name, rule in settings.rules.items():
        yield from _rule_problems(landscape, ("rules", name), rule)
        yield from _use_problems(("rules", name), name, settings)
    yield from _needless_packs(landscape, settings)


def _pack_problems(
    landscape: Landscape, place: KeyPath, pack: Pack, settings: ConformanceSettings
) -> Iterator[Problem]:
    if pack.framework is not None and pack.framework not in landscape.compliance:
        known = sorted(landscape.compliance)
        yield Problem(
            path=(*place, "framework"),
            message=f'"{pack.framework}" is not a framework of the profile{did_you_mean(pack.framework, known)}',
            fix=f"write {one_of(known)}, or add it to compliance" if known else "add it to compliance",
        )
    if _TAKEN_KEY.fullmatch(str(place[-1])):
        yield Problem(
            path=place,
            message=f"{place[-1]} cannot be the key of a pack: such names are reserved for parts of packs and for "
            "the packs of config",
            fix="choose another key",
        )
    if pack.framework is None and not pack.rules and not pack.remediate:
        yield Problem(path=place, message="the pack has no rules", fix="name a framework, or rules")
    yield from _unrecorded_places(landscape, place, pack)
    names = [*catalog(), *settings.rules]
    for setting in ("rules", "without"):
        for index, name in enumerate(getattr(pack, setting)):
            if name not in names:
                yield Problem(
                    path=(*place, setting, index),
                    message=f'there is no rule "{name}"{did_you_mean(name, names)}',
                    fix="`baseline docs conformance` lists the rules; your own are under rules",
                )


def _unrecorded_places(landscape: Landscape, place: KeyPath, pack: Pack) -> Iterator[Problem]:
    config = landscape.capabilities.get("config")
    overrides = config.overrides if isinstance(config, ConfigSettings) else ()
    for index, name in enumerate(pack.to):
        nearest = first_override(overrides, reversed(path_of(landscape, name)))
        if nearest is not None and nearest.recorder == "none":
            yield Problem(
                path=(*place, "to", index),
                message=f"nothing is recorded in {name} ({nearest.name} of config.overrides), so no rule is "
                "deployed there",
                fix="remove it, or turn recording on there",
            )


def _remediation_problems(landscape: Landscape, key: str, pack: Pack) -> Iterator[Problem]:
    for name, item in pack.remediate.items():
        place = ("packs", key, "remediate", name)
        if name not in runbooks():
            yield Problem(
                path=place,
                message=f'there is no remediation runbook for the rule "{name}"{did_you_mean(name, list(runbooks()))}',
                fix=f"write {one_of(runbooks())}",
            )
            continue
        role = role_name(landscape.prefix, key, name)
        if len(role) > _ROLE_NAME_CHARACTERS:
            yield Problem(
                path=place,
                message=f"the name of the role {role} has {len(role)} characters: IAM allows {_ROLE_NAME_CHARACTERS}",
                fix="shorten the key of the pack",
            )
        if item.exempt_tag and not runbooks()[name].tags:
            yield Problem(
                path=(*place, "exempt_tag"),
                message=f"{runbooks()[name].document} cannot exempt resources by a tag: IAM does not know their tags",
                fix="remove exempt_tag, and set mode to manual if some resources are exempt",
            )


def _rule_problems(landscape: Landscape, place: KeyPath, rule: OwnRule) -> Iterator[Problem]:
    if place[-1] in catalog():
        yield Problem(path=place, message="the baseline has a rule of this name", fix="choose another name")
    if (rule.identifier is None) == (rule.guard is None):
        yield Problem(
            path=place, message="a rule has either an identifier or guard", fix="write exactly one of the two"
        )
    for index, kind in enumerate(rule.resource_types):
        if not is_recordable(kind):
            nearest = nearest_type(kind)
            yield Problem(
                path=(*place, "resource_types", index),
                message=f'AWS Config does not record "{kind}"' + (f'; did you mean "{nearest}"?' if nearest else ""),
                fix="use a type from the list of supported resource types",
            )
    if rule.guard is not None:
        yield from _guard_problems(landscape, place, rule)
    if rule.identifier is not None:
        yield from _managed_problems(landscape, place, rule.identifier, rule.parameters)


def _guard_problems(landscape: Landscape, place: KeyPath, rule: OwnRule) -> Iterator[Problem]:
    text = landscape.documents.get(document_key(str(place[-1])))
    if not rule.resource_types:
        yield Problem(
            path=place,
            message="the Guard policy does not specify when it is evaluated",
            fix="list the resource_types whose changes it evaluates",
        )
    if rule.parameters:
        yield Problem(path=(*place, "parameters"), message="a Guard policy cannot have parameters", fix="remove them")
    if not isinstance(text, str):
        return
    if len(text) > _GUARD_CHARACTERS:
        yield Problem(
            path=(*place, "guard"),
            message=f"{rule.guard} has {len(text):,} characters: AWS Config allows {_GUARD_CHARACTERS:,}",
            fix="split it into several rules",
        )
    if "${" in text:
        yield Problem(
            path=(*place, "guard"),
            message=f"{rule.guard} contains ${{, which CloudFormation would replace",
            fix="write the regular expression without it, such as [$][{]",
        )


def _managed_problems(
    landscape: Landscape, place: KeyPath, identifier: str, parameters: Mapping[str, str]
) -> Iterator[Problem]:
    facts = config_rule(identifier)
    if facts is None:
        nearest = nearest_rule(identifier)
        yield Problem(
            path=(*place, "identifier"),
            message=f'AWS Config has no managed rule "{identifier}"'
            + (f'; did you mean "{nearest}"?' if nearest else ""),
            fix="look the rule up in the list of managed rules",
        )
        return
    for name in parameters:
        if name not in facts.parameters:
            yield Problem(
                path=(*place, "parameters", name),
                message=f"{identifier} has no parameter {name}: it has {', '.join(facts.parameters) or 'none'}",
                fix="look the rule up in the list of managed rules",
            )
    missing = [item.name for item in facts.parameters.values() if item.required and item.name not in parameters]
    if missing:
        yield Problem(
            path=place, message=f"{identifier} requires {', '.join(missing)}", fix="write it under parameters"
        )
    if any(is_rule_available(identifier, region) is None for region in landscape.regions):
        yield Problem(
            path=(*place, "identifier"),
            message=f"baseline does not know which Regions support {identifier}: the whole pack fails if one Region "
            "lacks it",
            fix="check AWS Region on the rule's page",
            severity=Severity.INFO,
        )


def _use_problems(place: KeyPath, name: str, settings: ConformanceSettings) -> Iterator[Problem]:
    if not any(name in names_of(pack) for pack in settings.packs.values()):
        yield Problem(
            path=place,
            message="no pack has this rule: it is not deployed",
            fix="list it under rules of a pack",
            severity=Severity.WARNING,
        )


def _needless_packs(landscape: Landscape, settings: ConformanceSettings) -> Iterator[Problem]:
    for key, some in choices(landscape, settings).items():
        if some and all(item.deployed_by != key for item in some):
            others = ", ".join(sorted({item.deployed_by for item in some}))
            yield Problem(
                path=("packs", key),
                message=f"every rule of the pack is already deployed in these places by {others}: it deploys nothing",
                fix="remove the pack, or set repeat for a separate score",
                severity=Severity.WARNING,
            )
