"""Checks of organization policies and OUs: names, free slots, and existing accounts."""

from collections import Counter
from collections.abc import Iterator, Mapping

from baseline.cloud.organizations import has_delegation_policy, policies_at, policies_of, units_in
from baseline.cloud.refusals import Refusal
from baseline.deploy.preflight.survey import Survey
from baseline.findings import Problem, Severity
from baseline.plan.units import ROOT
from baseline.policy.kinds import KINDS

_POLICY = "AWS::Organizations::Policy"


def names(survey: Survey) -> Iterator[Problem]:
    """The names of new policies are unused in their type (DuplicatePolicyException)."""
    if not survey.is_governed:
        return
    there: dict[str, dict[str, str]] = {}
    for found in survey.resources(_POLICY):
        type_, name = str(found.properties["Type"]), str(found.properties["Name"])
        if type_ not in there:
            there[type_] = {item.name: item.id for item in policies_of(survey.context.session, type_)}
        if name in there[type_]:
            yield Problem(
                message=f"{found.stack}: a {KINDS[type_].title} {name} ({there[type_][name]}) exists already",
                fix=_delete(there[type_][name]),
            )


def _delete(policy: str) -> str:
    """The commands that delete a policy: CloudFormation imports policies by id, not by name."""
    command = f"aws organizations {{}} --policy-id {policy}"
    return (
        f"if it is not needed, delete it: {command.format('list-targets-for-policy')}, for each target "
        f"{command.format('detach-policy')} --target-id TARGET, then {command.format('delete-policy')}"
    )


def delegation_policy(survey: Survey) -> Iterator[Problem]:
    """The organization has no delegation policy if a new stack creates one: only one can exist."""
    for found in survey.resources("AWS::Organizations::ResourcePolicy") if survey.is_governed else ():
        if not has_delegation_policy(survey.context.session):
            return
        yield Problem(
            message=f"{found.stack}: the organization has a delegation policy already, and can have one",
            fix="if it is no longer needed, delete it (aws organizations delete-resource-policy); otherwise set "
            "capabilities.organization.policy_delegation to false",
        )


def new_accounts(survey: Survey) -> Iterator[Problem]:
    """The addresses of new accounts are unused in the organization: AWS rejects duplicates."""
    if not survey.is_governed:
        return
    there = {item.email.casefold(): item for item in survey.accounts}
    for found in survey.resources("AWS::Organizations::Account"):
        address = str(found.properties.get("Email"))
        if address.casefold() in there:
            account = there[address.casefold()].id
            yield Problem(
                message=f"{found.stack}: the account {account} has the address {address} already",
                fix=f'give its id in the profile: accounts: {{…: {{id: "{account}", email: {address}}}}}',
            )


def slots(survey: Survey) -> Iterator[Problem]:
    """The root and each OU have free slots for the policies that new stacks attach."""
    if not survey.is_governed:
        return
    wanted: Counter[tuple[str, str]] = Counter()
    for found in survey.resources(_POLICY):
        for target in found.properties.get("TargetIds") or ():
            if isinstance(target, str):
                wanted[target, str(found.properties["Type"])] += 1
    for (target, type_), count in sorted(wanted.items()):
        attached, most = policies_at(survey.context.session, target, type_), KINDS[type_].most_per_target()
        title = KINDS[type_].title
        if attached + count > most:
            yield Problem(
                message=f"{target} has {attached} of {most} {title} slots taken; the plan needs {count}",
                fix="detach unneeded policies, or merge them: aws organizations list-policies-for-target "
                f"--target-id {target} --filter {type_}",
            )


def brownfield(survey: Survey) -> Iterator[Problem]:
    """Guardrails are not attached immediately to accounts with workloads."""
    if not survey.is_governed:
        return
    root = survey.context.values.units.id_of(ROOT)
    denying = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    stacks = sorted(
        {
            found.stack
            for found in survey.resources(_POLICY)
            if found.properties["Type"] in denying and root in (found.properties.get("TargetIds") or ())
        }
    )
    planned = {
        survey.context.values.value(deployment.account_id)
        for stack in survey.context.plan.stacks
        for deployment in stack.deployments
        if deployment.account in ("log_archive", "security") and deployment.account_id and deployment.account_id.value
    }
    workloads = [item for item in survey.accounts if item.is_active and item.id not in planned]
    if stacks and workloads:
        yield Problem(
            message=f"{', '.join(stacks)} attach guardrails to the organization's root, and {len(workloads)} active "
            "accounts are subject to them from then on",
            fix="if accounts have workloads, start with guardrails.stage: audit (`baseline docs guardrails`)",
            severity=Severity.WARNING,
        )


def units(survey: Survey) -> Iterator[Problem]:
    """The names of new OUs are unused below their parent (DuplicateOrganizationalUnitException)."""
    if not survey.is_governed:
        return
    there: dict[str, Mapping[str, str]] = {}
    for found in survey.resources("AWS::Organizations::OrganizationalUnit"):
        parent, name = found.properties.get("ParentId"), str(found.properties.get("Name"))
        if not isinstance(parent, str):  # a unit of the same stack
            continue
        if parent not in there:
            there[parent] = _children(survey, parent)
        if name in there[parent]:
            yield Problem(
                message=f"{found.stack}: the unit {name} ({there[parent][name]}) exists already under {parent}",
                fix=f"give its id in the profile: organizational_units: {{path: …/{name}, id: {there[parent][name]}}}",
            )


def _children(survey: Survey, parent: str) -> Mapping[str, str]:
    try:
        return {unit.name: unit.id for unit in units_in(survey.context.session, parent)}
    except Refusal as error:
        if error.code != "ParentNotFoundException":
            raise
        return {}
