"""Facts about organization policies and OUs: names, slots, and existing accounts."""

from collections import Counter
from collections.abc import Iterator, Mapping

from baseline.cloud.organizations import has_delegation_policy, policies_at, policies_of, units_in
from baseline.cloud.refusals import Refusal
from baseline.deploy.preflight.decide.policies import (
    Attachment,
    NewAccounts,
    NewDelegationPolicy,
    NewGuardrails,
    NewPolicy,
    NewUnit,
    Slots,
)
from baseline.deploy.preflight.survey import Survey
from baseline.plan.units import ROOT

_POLICY = "AWS::Organizations::Policy"


def new_policies(survey: Survey) -> Iterator[NewPolicy]:
    """The policies that stacks create, and the existing names of their type."""
    there: dict[str, dict[str, str]] = {}
    for found in survey.resources(_POLICY) if survey.is_governed else ():
        type_, name = str(found.properties["Type"]), str(found.properties["Name"])
        if type_ not in there:
            listed = policies_of(survey.context.session, type_)
            there[type_] = {item.name: item.id for item in listed if item.id not in survey.context.plan.adopted}
        yield NewPolicy(stack=found.stack, type=type_, name=name, taken=there[type_])


def new_delegation_policies(survey: Survey) -> Iterator[NewDelegationPolicy]:
    """The delegation policies that stacks create."""
    for found in survey.resources("AWS::Organizations::ResourcePolicy") if survey.is_governed else ():
        yield NewDelegationPolicy(stack=found.stack, exists=has_delegation_policy(survey.context.session))


def new_accounts(survey: Survey) -> Iterator[NewAccounts]:
    """The accounts that stacks create, and the existing accounts."""
    if survey.is_governed:
        existing = tuple(item for item in survey.accounts if item.id not in survey.context.plan.adopted)
        created = survey.resources("AWS::Organizations::Account")
        yield NewAccounts(
            created=tuple((found.stack, str(found.properties.get("Email"))) for found in created), existing=existing
        )


def slots(survey: Survey) -> Iterator[Slots]:
    """The slots of each target that new policies are attached to."""
    wanted: Counter[tuple[str, str]] = Counter()
    for item in _attachments(survey) if survey.is_governed else ():
        wanted.update((target, item.type) for target in item.targets)
    for (target, type_), count in sorted(wanted.items()):
        attached = policies_at(survey.context.session, target, type_) - survey.context.plan.adopted
        yield Slots(target=target, type=type_, attached=len(attached), wanted=count)


def new_guardrails(survey: Survey) -> Iterator[NewGuardrails]:
    """The policies that stacks create, and the existing accounts."""
    if not survey.is_governed:
        return
    deployments = (deployment for stack in survey.context.plan.stacks for deployment in stack.deployments)
    yield NewGuardrails(
        root=survey.context.values.units.id_of(ROOT),
        attachments=tuple(_attachments(survey)),
        own=frozenset(
            survey.context.values.value(item.account_id)
            for item in deployments
            if item.account in ("log_archive", "security") and item.account_id and item.account_id.value
        ),
        accounts=survey.accounts,
    )


def _attachments(survey: Survey) -> Iterator[Attachment]:
    """The policies that stacks create, with the targets whose ids are known."""
    for found in survey.resources(_POLICY):
        targets = tuple(item for item in found.properties.get("TargetIds") or () if isinstance(item, str))
        yield Attachment(stack=found.stack, type=str(found.properties["Type"]), targets=targets)


def new_units(survey: Survey) -> Iterator[NewUnit]:
    """The OUs that stacks create below existing parents."""
    there: dict[str, Mapping[str, str]] = {}
    for found in survey.resources("AWS::Organizations::OrganizationalUnit") if survey.is_governed else ():
        parent, name = found.properties.get("ParentId"), str(found.properties.get("Name"))
        if not isinstance(parent, str):  # a unit of the same stack
            continue
        if parent not in there:
            there[parent] = _children(survey, parent)
        yield NewUnit(stack=found.stack, parent=parent, name=name, taken=there[parent])


def _children(survey: Survey, parent: str) -> Mapping[str, str]:
    try:
        listed = units_in(survey.context.session, parent)
        return {unit.name: unit.id for unit in listed if unit.id not in survey.context.plan.adopted}
    except Refusal as error:
        if error.code != "ParentNotFoundException":
            raise
        return {}
