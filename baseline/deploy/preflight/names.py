"""Checks of names that exist outside of stacks, in the management account and in member accounts."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from baseline.aws.handlers import identifier_of
from baseline.cloud.account import SINGLETONS, resource_exists
from baseline.cloud.session import Session
from baseline.deploy.preflight.survey import Survey, filled
from baseline.deploy.stack_sets.read import places_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.template import Resource, resources_of
from baseline.findings import Problem, Severity

_DETECTOR, _HUB = "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub"

_ARNS: Mapping[str, str] = {
    "AWS::AccessAnalyzer::Analyzer": "arn:{partition}:access-analyzer:{region}:{account}:analyzer/{AnalyzerName}",
    "AWS::Events::Rule": "arn:{partition}:events:{region}:{account}:rule/{Name}",
    "AWS::IAM::ManagedPolicy": "arn:{partition}:iam::{account}:policy/{ManagedPolicyName}",
    "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{TopicName}",
    _HUB: "arn:{partition}:securityhub:{region}:{account}:hub/default",
}
"""Type → the ARN by which Cloud Control knows a resource, with its properties."""

_ONE_EACH = frozenset({"AWS::Config::ConfigurationRecorder", _DETECTOR, "AWS::Config::DeliveryChannel"})
"""Types of which an account has one per Region, regardless of its name."""

_EXISTS = "delete it, or say in the profile that it exists (`baseline docs CAPABILITY` says how)"
_SETTINGS: Mapping[str, str] = {
    _DETECTOR: "say so in the profile: guardduty: {{existing_detectors: {{{region}: {name}}}}}",
    _HUB: "with central configuration say so in the profile: security_hub: {{existing_hub: true}}; without it turn it "
    "off first, which loses its findings: aws securityhub disable-security-hub --region {region}",
}
"""Type → the setting for one that exists: CloudFormation cannot import it, as its template gives it no name."""
_FIX = "import it into the stack with --import-existing, or delete or rename it"


@dataclass(frozen=True, kw_only=True)
class _Name:
    """A resource with an explicit name, and its place."""

    stack: str
    account: str
    region: str
    type: str
    identifier: str
    imported: bool = False


def existing_resources(survey: Survey) -> Iterator[Problem]:
    """Resources that new stacks of the management account name do not exist: CloudFormation rejects duplicates."""
    account, partition = survey.identity.account, survey.context.plan.partition
    importing = survey.context.options.import_existing
    names = [
        _Name(
            stack=found.stack,
            account=account,
            region=found.region,
            type=found.item.type,
            identifier=name,
            imported=importing and found.item.type not in _SETTINGS,
        )
        for found in survey.resources()
        for name in _identifiers(found.item, partition, account, found.region)
    ]
    yield from _taken(survey, names, lambda _: survey.context.session, _FIX)


def member_resources(survey: Survey) -> Iterator[Problem]:
    """Resources that new stack instances name do not exist, and no recorder or detector blocks them."""
    partition = survey.context.plan.partition
    places = tuple(_new_instances(survey))
    role = f"arn:{partition}:iam::{{}}:role/{survey.member_role}"
    sessions = {it.account: survey.context.session.member(role.format(it.account)) for it in places}
    importing = survey.context.options.import_existing
    names = [
        _Name(
            stack=it.task.name,
            account=it.account,
            region=it.region,
            type=item.type,
            identifier=name,
            imported=importing and it.is_adopted and item.type not in _SETTINGS,
        )
        for it in places
        for item in it.resources(survey)
        for name in _identifiers(item, partition, it.account, it.region)
    ]
    fix = "delete or rename it in that account, or import it: deploy --import-existing --member-role NAME"
    yield from _taken(survey, names, sessions.__getitem__, fix)
    for it in places:
        for type_ in sorted({item.type for item in resources_of(it.task.text)} & SINGLETONS.keys()):
            for name in SINGLETONS[type_](sessions[it.account], it.region):
                if type_ == _DETECTOR and name in it.task.text:
                    continue  # the profile names it
                yield Problem(
                    message=f"{it.account} in {it.region} has {type_} {name} already; {it.task.name} makes another",
                    fix=_SETTINGS.get(type_, _EXISTS).format(region=it.region, name=name),
                    severity=None if type_ in _ONE_EACH else Severity.WARNING,
                )


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A stack instance to create."""

    task: StackSetTarget
    account: str
    region: str

    @property
    def is_adopted(self) -> bool:
        """Whether `deploy` imports existing resources into the instance: true if a resource outlives its stack."""
        return any(item.retained for item in resources_of(self.task.text))

    def resources(self, survey: Survey) -> Iterator[Resource]:
        known = survey.known(self.task.stack, self.account, self.region)
        return (filled(item, known) for item in resources_of(self.task.text))


def _new_instances(survey: Survey) -> Iterator[_Place]:
    for task in survey.stack_set_targets():
        if survey.context.values.known(task.stack):
            there = task.reader.instances() if task.reader.describe() else {}
            for account, region in sorted(places_of(task) - there.keys()):
                yield _Place(task=task, account=account, region=region)


def singletons(survey: Survey) -> Iterator[Problem]:
    """No foreign Config recorder blocks a stack; existing detectors and trails are reported."""
    ours = _ours(survey)
    session = survey.context.session
    made = {found.region for found in survey.resources(_DETECTOR)}
    texts = {**dict.fromkeys(ours, ""), _DETECTOR: "".join(task.text for task in survey.stack_targets())}
    for region in sorted({region for stack in survey.stacks for region in stack.regions}):
        for type_ in sorted(ours):
            listed = SINGLETONS[type_](session, region)
            strangers = sorted(name for name in listed if name not in ours[type_] and name not in texts[type_])
            second = type_ == _DETECTOR and region in made
            if strangers:
                yield Problem(
                    message=f"{region} has {type_.rpartition('::')[2]} {', '.join(strangers)} already",
                    fix=_SETTINGS[_DETECTOR].format(region=region, name=strangers[0]) if second else _EXISTS,
                    severity=None if second or type_ == "AWS::Config::ConfigurationRecorder" else Severity.WARNING,
                )


def _taken(survey: Survey, names: list[_Name], session_of: Callable[[str], Session], fix: str) -> Iterator[Problem]:
    with ThreadPoolExecutor(survey.context.options.workers) as pool:
        found = list(
            pool.map(lambda it: resource_exists(session_of(it.account), it.region, it.type, it.identifier), names)
        )
    for name, exists in zip(names, found, strict=True):
        if exists:
            yield Problem(
                message=f"{name.stack}: {name.type} {name.identifier} exists in {name.account} ({name.region}) already"
                + (" and is imported" if name.imported else ""),
                fix="nothing is to be done: deploy imports it"
                if name.imported
                else _SETTINGS.get(name.type, fix).format(region=name.region, name=name.identifier),
                severity=None if not name.imported else Severity.WARNING,
            )


def _identifiers(item: Resource, partition: str, account: str, region: str) -> Iterator[str]:
    """The Cloud Control identifier of a resource that the template names; empty for any other resource."""
    properties: Mapping[str, Any] = item.body.get("Properties") or {}
    if item.type in _ONE_EACH or item.type.startswith(("Custom::", "AWS::Organizations::", "AWS::SSO::")):
        return
    if item.type in _ARNS:
        if "EventBusName" in properties or "Path" in properties:  # another ARN
            return
        texts = {key: value for key, value in properties.items() if isinstance(value, str)}
        try:
            yield _ARNS[item.type].format(partition=partition, account=account, region=region, **texts)
        except KeyError:
            return
        return
    parts = [properties.get(name) for name in identifier_of(item.type)]
    if parts and all(isinstance(part, str) and part for part in parts):
        yield "|".join(str(part) for part in parts)


def _ours(survey: Survey) -> Mapping[str, set[str]]:
    """Type → existing resources of the plan's stacks in the caller's account; only types in the templates.

    Names are not sufficient: Config names a recorder `default` if the template does not set a name.
    """
    found: dict[str, set[str]] = {
        item.type: set()
        for stack in survey.stacks
        for item in resources_of(survey.context.written.texts[stack.name])
        if item.type in SINGLETONS
    }
    for task in survey.stack_targets():
        types = {item.type for item in resources_of(task.text)} & SINGLETONS.keys()
        for item in task.reader.resources() if types else ():
            if item.type in types:
                found[item.type].add(item.id)
    return found
