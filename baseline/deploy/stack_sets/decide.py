"""Decisions about a StackSet from its current and wanted state, without calls to AWS."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from baseline.cloud.stack_sets import DeployedStackSet, Operation, Place, Result
from baseline.deploy.changes import Change, Version, differences
from baseline.deploy.stack_sets.instances import Described, batched_units, lacking, within_reach
from baseline.deploy.stacks.decide import Failure
from baseline.deploy.template import alike, same
from baseline.frozen import frozen

HINT = "fix what AWS reports, and run the same command again: finished accounts do not change"
_INOPERABLE = "delete the instance with --retain-stacks, then its stack in that account, and deploy again"
_PASSED_BY = (
    "AWS skips suspended accounts: reopen the account, or take its instances out of the StackSet with aws "
    "cloudformation delete-stack-instances --retain-stacks, and run the same command again"
)


@frozen
class Misplacement:
    """An OU or account that an operation would skip, and the fix."""

    message: str
    fix: str


@frozen
class Automation:
    """Automatic deployment to new accounts.

    Attributes:
        enabled: Whether AWS deploys the StackSet to them.
        after: ARNs of the StackSets that are deployed before it; None if the plan has none.
    """

    enabled: bool
    after: frozenset[str] | None = None


@frozen
class Wanted:
    """The wanted state of a StackSet. `tags` is None if it has no tags."""

    text: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str] | None
    automation: Automation


@frozen
class Target:
    """The target of a deployment: OUs with their active accounts, one account or "" for all, and Regions."""

    members: Mapping[str, frozenset[str]]
    account: str
    regions: tuple[str, ...]

    @property
    def places(self) -> frozenset[Place]:
        """The accounts and Regions of the deployment."""
        members = {member for some in self.members.values() for member in some}
        return frozenset((it, region) for it in members for region in self.regions if self.account in ("", it))


@frozen
class Request:
    """The stack instances of one request; all accounts of the OUs if it names no accounts."""

    units: tuple[str, ...]
    accounts: frozenset[str]
    regions: tuple[str, ...]


def is_same(current: DeployedStackSet, wanted: Wanted) -> bool:
    """Whether the StackSet, apart from its instances, is up to date."""
    return (
        alike(wanted.parameters, current.parameters)
        and (wanted.tags is None or alike(wanted.tags, current.tags))
        and not any(automation_notes(current, wanted.automation))
        and same(current.text, wanted.text)
    )


def automation_notes(current: DeployedStackSet, automation: Automation) -> Iterator[str]:
    """Differences in the automatic deployment to new accounts."""
    if current.automatic != automation.enabled:
        yield "whether new accounts get it"
    if current.after != (automation.after or frozenset()):
        yield "what new accounts get before it"


def changes_of(current: DeployedStackSet, text: str, parameters: Mapping[str, str] | None) -> tuple[Change, ...]:
    """Changes that an update would make: StackSets have no change sets, so the templates are compared.

    Without `parameters` (if some values are not assigned yet), references remain on both sides.
    """
    before = Version(text=current.text, parameters={} if parameters is None else current.parameters)
    return differences(before, Version(text=text, parameters=parameters or {}))


def instance_notes(places: AbstractSet[Place], instances: Described) -> Iterator[str]:
    """The number of missing instances, of instances that an update repairs, and of those that stop the deployment."""
    missing, broken = lacking(places, instances)
    inoperable = sum(item.status == "INOPERABLE" for item in instances.values())
    if missing:
        yield f"{len(missing)} new stack instances"
    if broken:
        yield f"{len(broken)} stack instances to repair"
    if inoperable:
        yield f"{inoperable} stack instances are INOPERABLE: no operation repairs them, and the deployment fails"


def obstacle(misplaced: Sequence[Misplacement], instances: Described) -> Failure | None:
    """A problem that no operation can fix, or None."""
    if misplaced:
        hint = "; ".join(dict.fromkeys(item.fix for item in misplaced))
        return Failure(reasons=tuple(item.message for item in misplaced), hint=hint)
    inoperable = tuple(
        f"{account} in {region}: the stack instance is INOPERABLE: an earlier deletion failed"
        for (account, region), item in instances.items()
        if item.status == "INOPERABLE"
    )
    return Failure(reasons=inoperable, hint=_INOPERABLE) if inoperable else None


def surplus(places: AbstractSet[Place], instances: Described, misplaced: Sequence[Misplacement]) -> frozenset[Place]:
    """Reachable instances that no deployment targets; none if a target is misplaced, as it may own them."""
    return frozenset() if misplaced else within_reach(instances) - places


def requests(target: Target, some: AbstractSet[Place]) -> Iterator[Request]:
    """Requests for some instances of a deployment: whole OUs if they have no instance yet."""
    for units in batched_units(tuple(target.members)):
        members = frozenset(member for unit in units for member in target.members[unit])
        chosen = {(member, region) for member, region in some if member in members}
        accounts = frozenset(member for member, _ in chosen)
        named = {region for _, region in chosen}
        if chosen:
            yield Request(
                units=units,
                accounts=frozenset() if not target.account and accounts == members else accounts,
                regions=tuple(region for region in target.regions if region in named),
            )


def operation_failure(operation: Operation, results: Sequence[Result]) -> Failure:
    """The reason for a failed operation, account by account if AWS reports it."""
    failures = tuple(
        f"{it.account} in {it.region}: {it.reason or it.status}" for it in results if it.status == "FAILED"
    )
    said = operation.reason or f"the operation was {operation.status}"
    return Failure(reasons=failures or (said,), hint=HINT)


def left_over(instances: Described) -> Failure | None:
    """The reason why a StackSet cannot be deleted: instances that no operation reaches."""
    left = [f"{account} in {region}" for account, region in sorted(instances)]
    said = f"{len(left)} stack instances are still there: {', '.join(left)}"
    return Failure(reasons=(said,), hint=_PASSED_BY) if left else None
