"""The facts of each preflight check that an inventory has."""

from collections import Counter
from collections.abc import Iterator, Mapping

from baseline.cloud.organizations import Organization
from baseline.deploy.preflight.decide import names as decide_names
from baseline.deploy.preflight.decide.identity_center import InstancePlace, NewGroup, NewPermissionSet
from baseline.deploy.preflight.decide.organization import Coverage, Delegation, Governed, OrganizationFound
from baseline.deploy.preflight.decide.policies import (
    Attachment,
    NewAccounts,
    NewDelegationPolicy,
    NewGuardrails,
    NewPolicy,
    NewUnit,
    Slots,
)
from baseline.deploy.preflight.decide.regions import RegionStatus
from baseline.deploy.preflight.decide.roles import ROLES, NeededRole, services_with_roles
from baseline.deploy.preflight.decide.stacks import STUCK, ExistingStack
from baseline.deploy.preflight.read.organization import second_of_control_tower
from baseline.deploy.template import resources_of
from baseline.inventory.model import RegionInventory
from baseline.inventory.preflight.survey import NotInInventoryError, OfflineSurvey, need
from baseline.inventory.proposal.look import known
from baseline.plan.model import Method

_POLICY = "AWS::Organizations::Policy"
_STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
_RECORDER, _DETECTOR, _TRAIL = "AWS::Config::ConfigurationRecorder", decide_names.DETECTOR, "AWS::CloudTrail::Trail"
_NOT_OURS = "{}"
"""Text of a template without the mark of the baseline."""


def organization(survey: OfflineSurvey) -> Iterator[OrganizationFound]:
    """The organization, and the plan's expectations of it."""
    identity = survey.inventory.organization.identity
    parameters = (item for stack in survey.written.plan.stacks for item in stack.parameters)
    yield OrganizationFound(
        found=Organization(
            id=identity.id, management=identity.management_account, has_all_features=identity.all_features
        ),
        is_created=False,
        planned=next((item.value for item in parameters if item.name == "OrganizationId" and item.value), ""),
    )


def stack_sets_access(survey: OfflineSurvey) -> Iterator[bool]:
    """Whether StackSets have trusted access, unless the plan activates it."""
    if not any(stack.capability == "organization" for stack in survey.written.plan.stacks):
        yield _STACK_SETS in need(survey.inventory.organization.trusted_services)


def accounts(survey: OfflineSurvey) -> Iterator[Coverage]:
    """The accounts of the organization, and those that StackSets target."""
    reached = frozenset(
        account for _, deployment in survey.deployments(Method.STACK_SET) for account in survey.reached(deployment)
    )
    texts = survey.written.texts.values()
    yield Coverage(
        accounts=survey.accounts,
        reached=reached,
        excluded=frozenset(),
        has_packs=any("AWS::Config::OrganizationConformancePack" in text for text in texts),
    )


def regions(survey: OfflineSurvey) -> Iterator[RegionStatus]:
    """The Regions of the plan; a custom setting enables others than the home Region."""
    enabled = need(survey.lead.enabled_regions)
    opened = {
        str(region)
        for arguments in _settings(survey, "enabled-regions")
        for region in _list(arguments.get("RegionNames"))
    }
    for region in sorted({region for stack in survey.written.plan.stacks for region in stack.regions}):
        status = "ENABLED" if region in enabled else "DISABLED"
        yield RegionStatus(region=region, status=status, is_opened=region in opened)


def stacks(survey: OfflineSurvey) -> Iterator[ExistingStack]:
    """Stacks that are stuck, and StackSets that another tool made, with the plan's names."""
    for stack, deployment in survey.deployments(Method.STACK):
        for region in deployment.regions:
            facts = survey.regions_of(survey.management).get(region)
            for item in known(facts.stacks) or () if facts else ():
                if item.name == stack.name and item.status in STUCK:
                    where = f"management in {region}"
                    yield ExistingStack(
                        kind="stack", name=item.name, where=where, region=region, status=item.status, text=""
                    )
    planned = {stack.name for stack, _ in survey.deployments(Method.STACK_SET)}
    for found in need(survey.inventory.organization.stack_sets):
        if found.name in planned:
            text = "" if found.capability else _NOT_OURS
            yield ExistingStack(kind="StackSet", name=found.name, where=found.region, text=text)


def roles(survey: OfflineSurvey) -> Iterator[NeededRole]:
    """The service-linked roles that stacks need and do not create."""
    there = need(survey.lead.service_linked_roles)
    made = {str(arguments.get("AWSServiceName")) for arguments in _settings(survey, "service-linked-role")}
    texts = survey.written.texts.values()
    needed = {name for text in texts for item in resources_of(text) for name in services_with_roles(item)}
    for service in sorted(needed - made):
        yield NeededRole(service=service, exists=ROLES[service] in there)


def delegated_administrators(survey: OfflineSurvey) -> Iterator[Delegation]:
    """The administrators of each service for which the plan names one by its id."""
    for arguments in _settings(survey, "delegated-administrator"):
        service, wanted = str(arguments.get("ServicePrincipal", "")), arguments.get("AccountId", "")
        if isinstance(wanted, str):
            yield Delegation(service=service, wanted=wanted, administrators=_administrators(survey, service))


def stack_set_administrators(survey: OfflineSurvey) -> Iterator[frozenset[str]]:
    """The accounts that administer StackSets."""
    yield _administrators(survey, _STACK_SETS)


def instance(survey: OfflineSurvey) -> Iterator[InstancePlace]:
    """The place of the instance of Identity Center."""
    needing = [
        stack
        for stack in survey.written.plan.stacks
        if any(item.name == "IdentityCenterInstanceArn" for item in stack.parameters)
    ]
    if needing:
        center = need(survey.inventory.organization.identity_center)
        place, wanted = center.region if center else "", needing[0].regions[0]
        yield InstancePlace(wanted=wanted, is_there=place == wanted, elsewhere=place if place != wanted else "")


def identity_names(survey: OfflineSurvey) -> Iterator[NewPermissionSet | NewGroup]:
    """The permission sets and groups that new stacks create."""
    center = need(survey.inventory.organization.identity_center)
    adopted = {(item.kind, item.name) for item in survey.written.plan.adoptions}
    sets = {item.name for item in center.permission_sets} if center else set()
    groups = {item.name: item.id for item in center.groups} if center else {}
    for stack, item in survey.new_items("AWS::SSO::PermissionSet", "AWS::IdentityStore::Group"):
        properties = item.body.get("Properties") or {}
        if item.type == "AWS::SSO::PermissionSet":
            name = str(properties.get("Name"))
            exists = name in sets and ("permission_sets", name) not in adopted
            yield NewPermissionSet(stack=stack.name, name=name, exists=exists)
        else:
            name = str(properties.get("DisplayName"))
            existing = "" if ("groups", name) in adopted else groups.get(name, "")
            yield NewGroup(stack=stack.name, name=name, existing=existing)


def units(survey: OfflineSurvey) -> Iterator[NewUnit]:
    """The units that stacks create below existing parents."""
    tree = survey.inventory.organization.tree
    paths = {tree.root: "", **{unit.id: unit.path for unit in tree.units}}
    adopted = survey.written.plan.adopted
    for found in survey.resources("AWS::Organizations::OrganizationalUnit"):
        parent, name = found.properties.get("ParentId"), str(found.properties.get("Name"))
        if isinstance(parent, str) and parent in paths:
            above = paths[parent]
            taken = {
                unit.name: unit.id
                for unit in tree.units
                if unit.path.rpartition("/")[0] == above and unit.id not in adopted
            }
            yield NewUnit(stack=found.stack.name, parent=parent, name=name, taken=taken)


def new_accounts(survey: OfflineSurvey) -> Iterator[NewAccounts]:
    """The accounts that stacks create, and the existing ones."""
    created = survey.resources("AWS::Organizations::Account")
    yield NewAccounts(
        created=tuple((found.stack.name, str(found.properties.get("Email"))) for found in created),
        existing=tuple(item for item in survey.accounts if item.id not in survey.written.plan.adopted),
    )


def delegation_policies(survey: OfflineSurvey) -> Iterator[NewDelegationPolicy]:
    """The delegation policies that stacks create."""
    for found in survey.resources("AWS::Organizations::ResourcePolicy"):
        exists = need(survey.inventory.organization.delegation_policy)
        yield NewDelegationPolicy(stack=found.stack.name, exists=exists)


def policies(survey: OfflineSurvey) -> Iterator[NewPolicy]:
    """The policies that stacks create, and the existing names of their type."""
    adopted = survey.written.plan.adopted
    for found in survey.resources(_POLICY):
        type_, name = str(found.properties["Type"]), str(found.properties["Name"])
        live = need(survey.inventory.organization.policies).policies
        taken = {item.name: item.id for item in live if item.type == type_ and item.id not in adopted}
        yield NewPolicy(stack=found.stack.name, type=type_, name=name, taken=taken)


def slots(survey: OfflineSurvey) -> Iterator[Slots]:
    """The slots of each target that new policies are attached to."""
    wanted = Counter((target, item.type) for item in _attachments(survey) for target in item.targets)
    live = need(survey.inventory.organization.policies).policies if wanted else ()
    taken = Counter(
        (target, item.type) for item in live if item.id not in survey.written.plan.adopted for target in item.targets
    )
    for (target, type_), count in sorted(wanted.items()):
        yield Slots(target=target, type=type_, attached=taken[target, type_], wanted=count)


def guardrails(survey: OfflineSurvey) -> Iterator[NewGuardrails]:
    """The policies that stacks create, and the accounts that they would bind."""
    own = (
        deployment.account_id.value
        for _, deployment in survey.deployments(Method.STACK_SET)
        if deployment.account in ("log_archive", "security") and deployment.account_id
    )
    yield NewGuardrails(
        root=survey.inventory.organization.tree.root,
        attachments=tuple(_attachments(survey)),
        own=frozenset(filter(None, own)),
        accounts=survey.accounts,
    )


def singletons(survey: OfflineSurvey) -> Iterator[decide_names.Singletons]:
    """Recorders, detectors and trails of the management account in the Regions of new stacks that create some."""
    created = {(found.region, found.item.type) for found in survey.resources(_RECORDER, _DETECTOR, _TRAIL)}
    read = survey.regions_of(survey.management)
    for region, type_ in sorted(created):
        if region in read:
            yield decide_names.Singletons(
                region=region,
                type=type_,
                existing=_existing(read[region], type_),
                own=survey.written.plan.adopted,
                is_created=type_ == _DETECTOR,
            )
    if missing := sorted({region for region, _ in created} - read.keys()):
        raise NotInInventoryError(f"the management account was not read in {', '.join(missing)}")


def members(survey: OfflineSurvey) -> Iterator[decide_names.SecondOne]:
    """Recorders, detectors and trails of member accounts that new StackSets would create a second time."""
    made = survey.made_stack_sets
    for stack, deployment in survey.deployments(Method.STACK_SET):
        text = survey.written.texts[stack.name]
        types = {item.type for item in resources_of(text)} & {_RECORDER, _DETECTOR, _TRAIL}
        for account in sorted(survey.reached(deployment)) if types and stack.name not in made else ():
            facts = survey.regions_of(account)
            for region in (name for name in deployment.regions if name in facts):
                for type_ in sorted(types):
                    for name in sorted(set(_existing(facts[region], type_)) - survey.written.plan.adopted):
                        yield decide_names.SecondOne(
                            stack=stack.name,
                            account=account,
                            region=region,
                            type=type_,
                            name=name,
                            is_named=name in text,
                        )


def control_tower(survey: OfflineSurvey) -> Iterator[Governed]:
    """Whether Control Tower governs the organization, and the stacks that duplicate its resources."""
    governs = need(survey.inventory.organization.control_tower) is not None
    yield Governed(governs=governs, second=tuple(second_of_control_tower(survey.written)))


def stack_set_count(survey: OfflineSurvey) -> Iterator[int]:
    """The number of StackSets after the deployment."""
    home = survey.written.plan.home_region
    there = {item.name for item in need(survey.inventory.organization.stack_sets) if item.region == home}
    yield len(there | {stack.name for stack, _ in survey.deployments(Method.STACK_SET)})


def account_count(survey: OfflineSurvey) -> Iterator[int]:
    """The number of accounts after the deployment, if stacks create any."""
    new = list(survey.resources("AWS::Organizations::Account"))
    if new:
        yield len(survey.accounts) + 1 + len(new)


def _existing(facts: RegionInventory, type_: str) -> tuple[str, ...]:
    if type_ == _RECORDER:
        return tuple(item.name for item in need(facts.recorders) if not item.service)
    if type_ == _DETECTOR:
        return tuple(item.id for item in need(facts.detectors))
    return tuple(item.name for item in need(facts.trails))


def _administrators(survey: OfflineSurvey, service: str) -> frozenset[str]:
    found = need(survey.inventory.organization.delegated_administrators)
    return frozenset(item.account for item in found if service in item.services)


def _settings(survey: OfflineSurvey, name: str) -> Iterator[Mapping[str, object]]:
    """Arguments of each custom setting of a kind."""
    for found in survey.resources("Custom::Setting", new=False):
        arguments = found.properties.get("Arguments")
        if found.properties.get("Setting") == name:
            yield arguments if isinstance(arguments, Mapping) else {}


def _attachments(survey: OfflineSurvey) -> Iterator[Attachment]:
    for found in survey.resources(_POLICY):
        targets = tuple(item for item in _list(found.properties.get("TargetIds")) if isinstance(item, str))
        yield Attachment(stack=found.stack.name, type=str(found.properties["Type"]), targets=targets)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
