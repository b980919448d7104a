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
        for type_ in sorted({item.type for item in resources_of(it.task.text)} & SINGLETONS.keys()):
            for name in sorted(set(SINGLETONS[type_](sessions[it.account], it.region)) - survey.context.plan.adopted):
                yield SecondOne(
                    stack=it.task.name,
                    account=it.account,
                    region=it.region,
                    type=type_,
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


def new_instances(survey: Survey) -> Iterator[NewInstance]:
    """The stack instances that a deployment would create."""
    for task in survey.stack_set_targets():
        if survey.context.values.known(task.stack):
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
    """The resources in the management account of which a Region can have only one, of types in the plan's templates.

    Some types are looked for only where a new stack creates one: elsewhere another one does no harm.
    """
    own = _own(survey)
    created = {(found.item.type, found.region) for found in survey.resources(*SINGLETONS)}
    texts = "".join(task.text for task in survey.stack_targets())
    for region in sorted({region for stack in survey.stacks for region in stack.regions} - survey.closed_regions):
        for type_ in sorted(own):
            is_created = (type_, region) in created
            if type_ in ONLY_NEW and not is_created:
                continue
            existing = tuple(SINGLETONS[type_](survey.context.session, region))
            yield Singletons(
                region=region,
                type=type_,
                existing=existing,
                own=own[type_] | survey.context.plan.adopted,
                named=frozenset(name for name in existing if type_ == DETECTOR and name in texts),
                is_created=is_created,
            )


def _own(survey: Survey) -> Mapping[str, frozenset[str]]:
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
    return {type_: frozenset(names) for type_, names in found.items()}
