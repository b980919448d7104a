"""Conformance packs by framework and place, with the profile's own rules and remediation by AWS runbooks."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

from baseline.aws.quotas import quota
from baseline.capabilities.capability import ROOT, Capability, Regions, StackSpec, Target, target_places
from baseline.capabilities.detect.config.config import (
    ConfigSettings,
    deployed_rules,
    needs_recorder,
    with_a_recorder,
)
from baseline.capabilities.detect.config.packs import Pack as BuiltPack
from baseline.capabilities.detect.config.packs import build_packs, logical_id_of
from baseline.capabilities.detect.conformance.catalog import mapped_rules, role_name, runbooks
from baseline.capabilities.detect.conformance.problems import conformance_problems
from baseline.capabilities.detect.conformance.selection import Choice, PackRule, choices
from baseline.capabilities.detect.conformance.settings import ConformanceSettings, Pack, Remediation
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.findings import Problem
from baseline.frozen import frozen

_MANAGEMENT = "management"


@frozen
class Correction:
    """A remediation in the format of AWS Config.

    Attributes:
        logical_id: Logical id of its resource.
        rule_id: Logical id of the rule.
        rule: Name of the rule.
        document: The runbook.
        resource_type: Resource type that the rule evaluates.
        parameter: The runbook's parameter for the resource's id.
        role: Name of the role that the runbook uses.
        automatic: Whether AWS Config starts it.
        attempts: Attempts for each resource.
        retry_seconds: Period in which they are made, in seconds.
    """

    logical_id: str
    rule_id: str
    rule: str
    document: str
    resource_type: str
    parameter: str
    role: str
    automatic: bool
    attempts: int
    retry_seconds: int


@frozen
class PackContext:
    """Context of `pack`: one pack of one account. `whole` is true if every account has the pack."""

    whole: bool
    pack_name: str
    substituted: bool
    rules: tuple[PackRule, ...]
    corrections: tuple[Correction, ...]


@frozen
class RunbookRole:
    """The role of one correction. `exemption` is the condition that exempts resources; empty for none."""

    logical_id: str
    name: str
    document: str
    look: tuple[str, ...]
    change: tuple[str, ...]
    resource: Reference
    exemption: Mapping[str, Any]


@frozen
class RolesContext:
    """Context of `roles`: the roles of one pack's corrections."""

    whole: bool
    roles: tuple[RunbookRole, ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("conformance", ConformanceSettings)
    if not landscape.is_on("config"):
        return ()
    return tuple(
        stack
        for key, pack, some in _chosen(landscape, settings)
        for stack in _pack_stacks(landscape, key, pack, tuple(_deployed(key, pack, some)))
    )


def _chosen(landscape: Landscape, settings: ConformanceSettings) -> Iterator[tuple[str, Pack, tuple[Choice, ...]]]:
    """Each pack with its key and every rule that it selects."""
    for key, some in choices(landscape, settings).items():
        yield key, settings.packs[key], some


def _deployed(key: str, pack: Pack, some: tuple[Choice, ...]) -> Iterator[PackRule]:
    """The rules that the pack itself deploys."""
    for item in some:
        if item.deployed_by == key:
            yield replace(item.rule, corrected=item.rule.name in pack.remediate)


def _pack_stacks(landscape: Landscape, key: str, pack: Pack, rules: tuple[PackRule, ...]) -> Iterator[StackSpec]:
    corrected = {name: item for name, item in pack.remediate.items() if name in runbooks()}
    if corrected:
        yield _roles(landscape, key, pack, corrected)
    after = (f"conformance-roles-{key}",) if corrected else ()
    for built in build_packs(landscape, rules):
        yield _pack(landscape, key, pack, built, after)


def _roles(landscape: Landscape, key: str, pack: Pack, corrected: Mapping[str, Remediation]) -> StackSpec:
    target = _target(landscape, pack, Regions.HOME)
    return StackSpec(
        name=f"conformance-roles-{key}",
        template="detect/conformance/roles",
        description=f"Roles of the runbooks that correct what the conformance pack {key} finds.",
        target=target,
        context=RolesContext(
            whole=_is_whole(target),
            roles=tuple(_role(landscape, key, name, item) for name, item in corrected.items()),
        ),
    )


def _role(landscape: Landscape, key: str, name: str, item: Remediation) -> RunbookRole:
    runbook = runbooks()[name]
    tag = item.exempt_tag if runbook.tags else None
    return RunbookRole(
        logical_id=f"{logical_id_of(name)}Role",
        name=role_name(landscape.prefix, key, name),
        document=runbook.document,
        look=runbook.look,
        change=runbook.change,
        resource=Reference(f"arn:${{AWS::Partition}}:{runbook.resource}"),
        exemption={"Null": {f"aws:ResourceTag/{tag}": "false"}} if tag else {},
    )


def _pack(landscape: Landscape, key: str, pack: Pack, built: BuiltPack[PackRule], after: tuple[str, ...]) -> StackSpec:
    depends_on, prerequisites = needs_recorder(landscape.settings("config", ConfigSettings))
    name = "-".join(filter(None, (key, built.suffix)))
    target = _target(landscape, pack, Regions.GOVERNED, built.regions)
    corrections = tuple(
        _correction(landscape, key, rule.name, pack.remediate[rule.name])
        for rule in built.rules
        if rule.corrected and rule.name in runbooks()
    )
    return StackSpec(
        name=f"conformance-{name}",
        template="detect/conformance/pack",
        description=f"Conformance pack {name}: {len(built.rules)} rules.",
        target=target,
        context=PackContext(
            whole=_is_whole(target),
            pack_name=f"{landscape.prefix}-{name}",
            substituted=bool(corrections) or any(rule.references for rule in built.rules),
            rules=built.rules,
            corrections=corrections,
        ),
        depends_on=(*depends_on, *after),
        prerequisites=prerequisites,
    )


def _correction(landscape: Landscape, key: str, name: str, item: Remediation) -> Correction:
    runbook = runbooks()[name]
    return Correction(
        logical_id=f"{logical_id_of(name)}Remediation",
        rule_id=logical_id_of(name),
        rule=name,
        document=runbook.document,
        resource_type=runbook.resource_type,
        parameter=runbook.parameter,
        role=role_name(landscape.prefix, key, name),
        automatic=item.mode == "automatic",
        attempts=item.attempts,
        retry_seconds=item.retry_seconds,
    )


def _is_whole(target: Target) -> bool:
    return target.management and not target.places and not target.other_places


def _target(landscape: Landscape, pack: Pack, regions: Regions, only: tuple[str, ...] = ()) -> Target:
    """The places of a pack in which AWS Config records resources; `root` includes the management account."""
    everywhere = ROOT in pack.to
    excluded = tuple(key for key in dict.fromkeys(pack.exclude_accounts) if key != _MANAGEMENT)
    target = Target(
        accounts=(),
        regions=regions,
        only=only,
        management=everywhere and _MANAGEMENT not in pack.exclude_accounts,
        places=target_places(pack.to),
    )
    recorded = with_a_recorder(landscape, target)
    inside = (place for place in recorded.kept_places if not set(pack.to).isdisjoint(path_of(landscape, place)))
    return replace(
        recorded,
        other_places=tuple(dict.fromkeys((*excluded, *(p for p in recorded.other_places if p not in pack.to)))),
        kept_places=tuple(place for place in inside if place not in excluded),
    )


def _crowded_regions(landscape: Landscape, settings: ConformanceSettings) -> Iterator[Problem]:
    """Regions in which an account could have more packs than AWS Config allows."""
    if not settings.packs:
        return
    own = (tuple(_deployed(key, pack, some)) for key, pack, some in _chosen(landscape, settings))
    packs = [pack for rules in own for pack in build_packs(landscape, rules)]
    count = Counter(region for pack in packs for region in pack.regions)
    count.update(region for pack in build_packs(landscape, deployed_rules(landscape)) for region in pack.regions)
    most = quota("config.packs")
    for region in landscape.regions:
        if count[region] > most:
            yield Problem(
                path=("packs",),
                message=f"{count[region]} packs in {region}, including those of config: AWS Config allows {most}",
                fix="merge packs, or remove repeat",
            )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("conformance", ConformanceSettings)
    return (*conformance_problems(landscape, settings), *_crowded_regions(landscape, settings))


def _documents(landscape: Landscape) -> Mapping[str, str]:
    """For each pack of a framework: which rule contributes to which requirement, and which pack deploys it."""
    settings = landscape.settings("conformance", ConformanceSettings)
    if not settings.packs or not landscape.is_on("config"):
        return {}
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("pack", "framework", "rule", "identifier", "deployed by", "requirements (mapped by us)"))
    for key, some in choices(landscape, settings).items():
        framework = settings.packs[key].framework or ""
        mapped = mapped_rules(framework) if framework else {}
        for item in some:
            identifier = item.rule.identifier or "Guard"
            requirements = "; ".join(mapped.get(item.rule.name, ()))
            table.writerow((key, framework, item.rule.name, identifier, item.deployed_by, requirements))
    return {"report/conformance-rules.csv": text.getvalue()}


CAPABILITY = Capability(
    name="conformance",
    title="Conformance packs",
    summary="Conformance packs by framework and place, your own rules, and remediation by AWS runbooks.",
    settings=ConformanceSettings,
    stacks=_stacks,
    problems=_problems,
    documents=_documents,
    is_asked=lambda settings: isinstance(settings, ConformanceSettings) and bool(settings.packs),
    since="2026.12",
)
