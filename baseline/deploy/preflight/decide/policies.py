"""Decisions about organization policies and OUs: names, free slots, and existing accounts."""

from collections.abc import Iterator, Mapping

from baseline.cloud.organizations import Account
from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.policy.kinds import KINDS

_DENYING = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


@frozen
class NewPolicy:
    """A policy that a stack creates. `taken` has the existing policies of its type: name → id."""

    stack: str
    type: str
    name: str
    taken: Mapping[str, str]


def names(policy: NewPolicy) -> Iterator[Problem]:
    """Check that the names of new policies are unused in their type (DuplicatePolicyException)."""
    existing = policy.taken.get(policy.name)
    if existing:
        yield Problem(
            message=f"{policy.stack}: a {KINDS[policy.type].title} {policy.name} ({existing}) exists already",
            fix=_delete(existing),
        )


def _delete(policy: str) -> str:
    """The commands that delete a policy: CloudFormation imports policies by id, not by name."""
    command = f"aws organizations {{}} --policy-id {policy}"
    return (
        f"if it is not needed, delete it: {command.format('list-targets-for-policy')}, for each target "
        f"{command.format('detach-policy')} --target-id TARGET, then {command.format('delete-policy')}"
    )


@frozen
class NewDelegationPolicy:
    """A delegation policy that a stack creates. `exists`: whether the organization has one already."""

    stack: str
    exists: bool


def delegation_policy(policy: NewDelegationPolicy) -> Iterator[Problem]:
    """Check that the organization has no delegation policy if a new stack creates one: only one can exist."""
    if policy.exists:
        yield Problem(
            message=f"{policy.stack}: the organization already has a delegation policy, and can have only one",
            fix="if it is no longer needed, delete it (aws organizations delete-resource-policy); otherwise set "
            "capabilities.organization.policy_delegation to false",
        )


@frozen
class NewAccounts:
    """The accounts that stacks create, as pairs of stack and address, and the existing accounts."""

    created: tuple[tuple[str, str], ...]
    existing: tuple[Account, ...]


def new_accounts(fact: NewAccounts) -> Iterator[Problem]:
    """Check that the addresses of new accounts are unused in the organization: AWS rejects duplicates."""
    there = {item.email.casefold(): item.id for item in fact.existing}
    for stack, address in fact.created:
        account = there.get(address.casefold())
        if account:
            yield Problem(
                message=f"{stack}: the account {account} has the address {address} already",
                fix=f'give its id in the profile: accounts: {{…: {{id: "{account}", email: {address}}}}}',
            )


@frozen
class Slots:
    """The policies of one type at a root, OU or account: existing ones, and those that new stacks attach."""

    target: str
    type: str
    attached: int
    wanted: int


def slots(fact: Slots) -> Iterator[Problem]:
    """Check that the root and each OU have free slots for the policies that new stacks attach."""
    most, title = KINDS[fact.type].most_per_target(), KINDS[fact.type].title
    if fact.attached + fact.wanted > most:
        yield Problem(
            message=f"{fact.target} has {fact.attached} of {most} {title} slots taken; the plan needs {fact.wanted}",
            fix="detach unneeded policies, or merge them: aws organizations list-policies-for-target "
            f"--target-id {fact.target} --filter {fact.type}",
        )


@frozen
class Attachment:
    """A policy that a stack creates, and the ids of its targets."""

    stack: str
    type: str
    targets: tuple[str, ...]


@frozen
class NewGuardrails:
    """The policies that stacks create, and the existing accounts.

    Attributes:
        attachments: The policies.
        root: Id of the organization's root.
        accounts: Every account except the management account.
        own: Ids of the accounts that the baseline uses itself.
    """

    attachments: tuple[Attachment, ...]
    root: str
    accounts: tuple[Account, ...]
    own: frozenset[str]


def brownfield(fact: NewGuardrails) -> Iterator[Problem]:
    """Check that guardrails are not attached immediately to accounts with workloads."""
    stacks = sorted({item.stack for item in fact.attachments if item.type in _DENYING and fact.root in item.targets})
    workloads = [item for item in fact.accounts if item.is_active and item.id not in fact.own]
    if stacks and workloads:
        yield Problem(
            message=f"{', '.join(stacks)} attach guardrails to the organization's root, and {len(workloads)} active "
            "accounts are subject to them from then on",
            fix="if accounts have workloads, start with guardrails.stage: audit (`baseline docs guardrails`)",
            severity=Severity.WARNING,
        )


@frozen
class NewUnit:
    """An OU that a stack creates. `taken` has the existing OUs below its parent: name → id."""

    stack: str
    parent: str
    name: str
    taken: Mapping[str, str]


def units(unit: NewUnit) -> Iterator[Problem]:
    """Check that the names of new OUs are unused below their parent (DuplicateOrganizationalUnitException)."""
    existing = unit.taken.get(unit.name)
    if existing:
        yield Problem(
            message=f"{unit.stack}: the unit {unit.name} ({existing}) exists already under {unit.parent}",
            fix=f"give its id in the profile: organizational_units: {{path: …/{unit.name}, id: {existing}}}",
        )
