"""Facts about names that exist outside of stacks, in the management account and in member accounts."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from baseline.cloud.account import SINGLETONS, resource_exists
from baseline.cloud.session import Session
from baseline.deploy.preflight.decide.names import (
    DETECTOR,
    ONLY_NEW,
    NamedResource,
    SecondOne,
    Singletons,
    identifiers_of,
    kind_of,
)
from baseline.deploy.preflight.survey import Survey, filled
from baseline.deploy.stack_sets.read import places_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.template import Resource, resources_of
from baseline.frozen import frozen
from baseline.plan.adoption import KINDS


def existing_resources(survey: Survey) -> Iterator[NamedResource]:
    """The resources with names that new stacks of the management account create."""
    account, partition = survey.identity.account, survey.context.plan.partition
    names = [
        NamedResource(
            stack=found.stack,
            account=account,
            region=found.region,
            type=found.item.type,
            identifier=name,
            is_adopted=survey.context.options.import_existing,
        )
        for found in survey.resources()
        for name in identifiers_of(found.item, partition, account, found.region)
    ]
    yield from _looked_up(survey, names, lambda _: survey.context.session)


def member_resources(survey: Survey) -> Iterator[NamedResource | SecondOne]:
    """The resources with names that new stack instances create, and those of which an account can have only one."""
    partition = survey.context.plan.partition
    places = tuple(new_instances(survey))
    role = f"arn:{partition}:iam::{{}}:role/{survey.member_role}"
    sessions = {it.account: survey.context.session.member(role.format(it.account)) for it in places}
    names = [
        NamedResource(
            stack=it.task.name,
            account=it.account,
            region=it.region,
            type=item.type,
            identifier=name,
            is_member=True,
            is_adopted=survey.context.options.import_existing and it.is_adopted,
        )
        for it in places
        for item in it.resources(survey)
        for name in identifiers_of(item, partition, it.account, it.region)
    ]
    yield from _looked_up(survey, names, sessions.__getitem__)
    for it in places:
        for kind in sorted(_kinds(it.task.text)):
            for name in sorted(set(SINGLETONS[kind](sessions[it.account], it.region)) - survey.context.plan.adopted):
                yield SecondOne(
                    stack=it.task.name,
                    account=it.account,
                    region=it.region,
                    type=kind,
                    name=name,
                    is_named=name in it.task.text,
                )


@frozen
class NewInstance:
    """A stack instance to create."""

    task: StackSetTarget
    account: str
    region: str

    @property
    def is_adopted(self) -> bool:
        """Whether `deploy` imports existing resources into the instance: true if a resource outlives its stack."""
        return any(item.retained for item in resources_of(self.task.text))

    def resources(self, survey: Survey) -> Iterator[Resource]:
        """The resources of the template, with the values that are known."""
        known = survey.known(self.task.stack, self.account, self.region)
        return (filled(item, known) for item in resources_of(self.task.text))


def new_instances(survey: Survey, type_: str = "") -> Iterator[NewInstance]:
    """The stack instances that a deployment would create, of all StackSets or those with a resource of a type."""
    for task in survey.stack_set_targets():
        is_meant = not type_ or any(item.type == type_ for item in resources_of(task.text))
        if is_meant and survey.context.values.known(task.stack):
            there = task.reader.instances() if task.reader.describe() else {}
            for account, region in sorted(places_of(task) - there.keys()):
                yield NewInstance(task=task, account=account, region=region)


def _looked_up(
    survey: Survey, names: list[NamedResource], session_of: Callable[[str], Session]
) -> Iterator[NamedResource]:
    """The resources that the profile does not adopt, with `exists`; the calls run side by side."""
    adopted = {(KINDS[it.kind].type, id_) for it in survey.context.plan.adoptions for id_ in (it.id, it.name)}
    names = [name for name in names if (name.type, name.identifier) not in adopted]
    with ThreadPoolExecutor(survey.context.options.workers) as pool:
        found = list(
            pool.map(lambda it: resource_exists(session_of(it.account), it.region, it.type, it.identifier), names)
        )
    return (replace(name, exists=exists) for name, exists in zip(names, found, strict=True))


def singletons(survey: Survey) -> Iterator[Singletons]:
    """The resources in the management account of which a Region can have only one, of kinds in the plan's templates.

    Some kinds are looked for only where a new stack creates one: elsewhere another one does no harm.
    """
    own = _own(survey)
    types = {kind.partition("/")[0] for kind in SINGLETONS}
    created = {(kind_of(found.item.type, found.properties), found.region) for found in survey.resources(*types)}
    texts = "".join(task.text for task in survey.stack_targets())
    for region in sorted({region for stack in survey.stacks for region in stack.regions} - survey.closed_regions):
        for kind in sorted(own):
            is_created = (kind, region) in created
            if kind in ONLY_NEW and not is_created:
                continue
            existing = tuple(SINGLETONS[kind](survey.context.session, region))
            yield Singletons(
                region=region,
                type=kind,
                existing=existing,
                own=own[kind] | survey.context.plan.adopted,
                named=frozenset(name for name in existing if kind == DETECTOR and name in texts),
                is_created=is_created,
            )


def _own(survey: Survey) -> Mapping[str, frozenset[str]]:
    """Kind → existing resources of the plan's stacks in the caller's account; only kinds in the templates.

    Names are not sufficient: Config names a recorder `default` if the template does not set a name.
    """
    found: dict[str, set[str]] = {
        kind: set() for stack in survey.stacks for kind in _kinds(survey.context.written.texts[stack.name])
    }
    for task in survey.stack_targets():
        kinds = _kinds(task.text)
        for item in task.reader.resources() if kinds else ():
            for kind in kinds:
                if kind.partition("/")[0] == item.type:
                    found[kind].add(item.id)
    return {kind: frozenset(names) for kind, names in found.items()}


def _kinds(text: str) -> frozenset[str]:
    """The kinds of a template's resources of which an account has few."""
    kinds = (kind_of(item.type, item.body.get("Properties") or {}) for item in resources_of(text))
    return frozenset(kinds) & SINGLETONS.keys()
