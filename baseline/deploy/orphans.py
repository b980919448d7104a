"""Stacks and StackSets that baseline created for this organization and that are no longer in the plan."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from baseline.cloud.account import enabled_regions
from baseline.cloud.aws_errors import EXPIRED, aws_errors
from baseline.cloud.refusals import NoAnswer, Refusal
from baseline.cloud.stack_sets import stack_set_names
from baseline.cloud.stacks import DeployedStack, stacks_in
from baseline.deploy.changes import removals
from baseline.deploy.ownership import exports_of, imports_of, in_order, is_of_this_baseline
from baseline.deploy.run import Waves, is_meant
from baseline.deploy.stack_sets import apply as stack_sets
from baseline.deploy.stack_sets import operations
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks import apply as stacks
from baseline.deploy.stacks.decide import NEVER_MADE
from baseline.deploy.stacks.read import deployed_text
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Action, Context, Outcome, Preview, stack_called
from baseline.frozen import frozen
from baseline.plan.model import Method

GONE = "no longer in the plan"


@frozen
class Orphan:
    """A stack or StackSet that is no longer in the plan.

    Attributes:
        name: The stack's or StackSet's name.
        where: Account and Region, or numbers of accounts and Regions.
        region: The Region of a stack; "" for a StackSet.
        text: The template that AWS has.
        guarded: Whether its termination protection is on.
        pending: Whether it was never created, so that it has no resources.
        offers: Exports, and a StackSet's ARN.
        needs: Exports that it imports, and StackSets that are auto-deployed before it.
        prune: Whether the user wants orphans deleted.
        delete: Deletes it and returns the outcome.
    """

    name: str
    where: str
    region: str = ""
    text: str
    guarded: bool = False
    pending: bool = False
    offers: frozenset[str]
    needs: frozenset[str]
    prune: bool
    delete: Callable[[], Outcome]

    @property
    def state(self) -> str:
        """`deployed`, or a note that it was never created."""
        return NEVER_MADE if self.pending else "deployed"

    @property
    def goes(self) -> bool:
        """Whether to delete the orphan; a protected one is never deleted."""
        return self.prune and not self.guarded

    def preview(self) -> Preview:
        """Every resource, and whether AWS keeps it."""
        if not self.goes:
            return Preview(task=self.name, where=self.where, action=Action.ORPHAN, notes=(self._advice(),))
        changes = () if self.pending else removals(self.text)
        return Preview(task=self.name, where=self.where, action=Action.DELETE, changes=changes, notes=(self._reason(),))

    def run(self) -> Outcome:
        """Delete it."""
        return replace(self.delete(), where=self.where)

    def _reason(self) -> str:
        return f"orphaned: {GONE}" + (f"; {NEVER_MADE}" if self.pending else "")

    def _advice(self) -> str:
        if not self.guarded:
            return f"{self._reason()}; --prune deletes it"
        return (
            f"{self._reason()}, and protected from termination; to let --prune delete it: aws cloudformation "
            f"update-termination-protection --no-enable-termination-protection --stack-name {self.name} "
            f"--region {self.region}"
        )


@frozen
class Orphans:
    """All orphans in waves, which follow the waves of the plan, and the Regions that could not be searched."""

    waves: Waves = ()
    notes: tuple[str, ...] = ()


def orphans_of(context: Context) -> Orphans:
    """The orphans, in an order in which they can be deleted: importers before exporters.

    Searches all Regions that are enabled in the caller's account for stacks with the baseline's prefix, a capability
    and the mark in their template. A Region or a service that rejects the call is a note.

    Raises:
        AwsError: if no credentials work.
    """
    if context.options.wave is not None:
        return Orphans()
    notes: list[str] = []
    with aws_errors(context.session.options.profile):
        found = [*orphaned_stack_sets(context, notes), *_stacks(context, notes)]
    waves = tuple(enumerate(in_order(found), start=len(context.plan.waves) + 1))
    return Orphans(waves=waves, notes=tuple(notes))


def going(orphans: Orphans) -> Waves:
    """The orphans to delete."""
    chosen = (
        (number, tuple(it for it in some if isinstance(it, Orphan) and it.goes)) for number, some in orphans.waves
    )
    return tuple((number, some) for number, some in chosen if some)


def _stacks(context: Context, notes: list[str]) -> Iterator[Orphan]:
    if context.session.options.delegated_admin:
        return
    planned = {
        (stack.name, region)
        for stack in context.plan.stacks
        for deployment in stack.deployments
        if deployment.method is Method.STACK
        for region in deployment.regions
    }
    regions = _regions(context, notes)
    with ThreadPoolExecutor(context.options.workers) as pool:
        found = list(pool.map(lambda region: _in_region(context, region, planned), regions))
    for orphans, note in found:
        yield from orphans
        notes += [note] if note else []


def _in_region(context: Context, region: str, planned: set[tuple[str, str]]) -> tuple[tuple[Orphan, ...], str]:
    """The orphans of a Region, or the reason why it could not be searched: a policy may deny the whole Region."""
    try:
        return tuple(
            orphan
            for stack in stacks_in(context.session, region)
            if _is_named(context, stack.name) and (stack.name, region) not in planned and not stack.is_nested
            for orphan in _stack(context, region, stack)
        ), ""
    except Refusal as error:
        if region == context.plan.home_region and error.code in EXPIRED:
            raise
        return (), f"{region} was not searched for orphans: {error.operation}: {error.code}: {error.message}"
    except NoAnswer as error:  # no way there, or a proxy's page
        if region == context.plan.home_region:
            raise
        return (), f"{region} was not searched for orphans: {_in_a_line(error)}"


def _in_a_line(error: Exception) -> str:
    """The error in one line, without the rest of a proxy's page."""
    return " ".join(str(error).split())[:200]


def _stack(context: Context, region: str, stack: DeployedStack) -> Iterator[Orphan]:
    target = StackTarget(stack=stack_called(stack.name), region=region, context=context)
    text = deployed_text(target) or ""
    if is_of_this_baseline(context.plan.prefix, stack.name, text):
        yield Orphan(
            name=stack.name,
            where=target.where,
            region=region,
            text=text,
            guarded=stack.protected,
            pending=stack.is_pending,
            offers=exports_of(text),
            needs=imports_of(text),
            prune=context.options.prune,
            delete=partial(_delete_stack, target),
        )


def _delete_stack(target: StackTarget) -> Outcome:
    gone = Outcome(task=target.name, where=target.where, action=Action.DELETE)
    return (stacks.delete(target) or gone) if stacks.wait(target) else replace(gone, interrupted=True)


def _delete_stack_set(target: StackSetTarget) -> Outcome:
    gone = Outcome(task=target.name, where="", action=Action.DELETE)
    return (stack_sets.delete(target) or gone) if operations.wait(target) else replace(gone, interrupted=True)


def orphaned_stack_sets(context: Context, notes: list[str]) -> Iterator[Orphan]:
    """The StackSets that are no longer in the plan; `notes` gets what could not be read."""
    if context.plan.standalone:
        return
    planned = {s.name for s in context.plan.stacks if any(d.method is Method.STACK_SET for d in s.deployments)}
    try:
        names = stack_set_names(context.session)
    except Refusal as error:
        if error.code in EXPIRED:
            raise
        notes.append(f"not looked for orphaned StackSets: ListStackSets: {error.code}: {error.message}")
        return
    for name in sorted(names):
        if name in planned or not _is_named(context, name):
            continue
        try:
            yield from _stack_set(context, name)
        except Refusal as error:
            if error.code in EXPIRED:
                raise
            notes.append(
                f"not known whether StackSet {name} is orphaned: {error.operation}: {error.code}: {error.message}"
            )


def _stack_set(context: Context, name: str) -> Iterator[Orphan]:
    target = StackSetTarget(stack=stack_called(name), context=context)
    current = target.reader.describe()
    text = current.text if current else ""
    if current and is_of_this_baseline(context.plan.prefix, name, text):
        yield Orphan(
            name=name,
            where=f"{len(target.reader.instances())} stack instances",
            text=text,
            offers=exports_of(text) | {current.arn},
            needs=imports_of(text) | current.after,
            prune=context.options.prune,
            delete=partial(_delete_stack_set, target),
        )


def _regions(context: Context, notes: list[str]) -> list[str]:
    """Regions that are enabled in the caller's account; the plan's Regions if AWS does not list them."""
    planned = {region for stack in context.plan.stacks for region in stack.regions}
    try:
        on = enabled_regions(context.session)
    except (NoAnswer, Refusal) as error:  # no right, no such service, or a proxy's page
        notes.append(f"looked for orphans in the plan's Regions only: {_in_a_line(error)}")
        on = frozenset()
    return sorted(on or planned)


def _is_named(context: Context, name: str) -> bool:
    return name.startswith(f"{context.plan.prefix}-") and is_meant(name, context.options.only)
