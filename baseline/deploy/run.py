"""Runs a plan: wave by wave, the stacks of a wave concurrently, up to the first wave that fails."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from fnmatch import fnmatchcase

from baseline.cloud.aws_errors import REPORT, aws_errors, passes, unexpected
from baseline.deploy.stack_sets.task import StackSetDeployment
from baseline.deploy.stacks.task import StackDeployment
from baseline.deploy.task import Action, Context, Outcome, Preview, Task
from baseline.errors import AwsError
from baseline.frozen import frozen
from baseline.plan.model import Method, Stack

_REPEATS, _PAUSES = 3, 6
"""Number of retries of a task with a transient failure, and the poll intervals between them."""

Waves = tuple[tuple[int, tuple[Task, ...]], ...]
"""The waves that were chosen, each with its number in the plan."""


@frozen
class Event:
    """An event for the user: a task has started (`outcome` is None) or finished."""

    wave: int
    task: str
    where: str
    outcome: Outcome | None = None


def tasks_of(stack: Stack, context: Context) -> Iterator[Task]:
    """A stack's tasks: one per Region of the management account, or one for its StackSet.

    A delegated administrator does not deploy the former.
    """
    for deployment in stack.deployments:
        if deployment.method is Method.STACK and not context.session.options.delegated_admin:
            for region in deployment.regions:
                yield StackDeployment(stack=stack, region=region, context=context)
    if any(deployment.method is Method.STACK_SET for deployment in stack.deployments):
        yield StackSetDeployment(stack=stack, context=context)


def waves_of(context: Context, *, or_none: bool = False) -> Waves:
    """The tasks that the options select.

    Raises:
        AwsError: if they select none, unless `or_none` is set.
    """
    options = context.options
    chosen = tuple(
        (
            number,
            tuple(task for stack in wave if is_meant(stack.name, options.only) for task in tasks_of(stack, context)),
        )
        for number, wave in enumerate(context.plan.waves, start=1)
        if options.takes_wave(number)
    )
    waves = tuple((number, tasks) for number, tasks in chosen if tasks)
    if not waves and not or_none:
        raise AwsError("no stack of the plan is chosen", hint="see the names and waves in the directory's README.md")
    return waves


def previews_of(context: Context, waves: Waves) -> tuple[tuple[int, tuple[Preview, ...]], ...]:
    """The preview of every task.

    Raises:
        AwsError: if AWS rejects a read call.
    """
    with ThreadPoolExecutor(context.options.workers) as pool:
        some = [(number, [pool.submit(_previewed, context, task) for task in tasks]) for number, tasks in waves]
        found = [(number, [future.result() for future in futures]) for number, futures in some]
    errors = [item for _, items in found for item in items if isinstance(item, AwsError)]
    if errors:
        raise AwsError("\n".join(dict.fromkeys(map(str, errors))), hint=errors[0].hint)
    return tuple((number, tuple(it for it in items if isinstance(it, Preview))) for number, items in found)


def run(context: Context, waves: Waves, on_event: Callable[[Event], None]) -> tuple[Outcome, ...]:
    """Run the waves; stop after the first that fails or is interrupted, once its running tasks have finished.

    Returns:
        The outcome of every started task, in the plan's order.
    """
    outcomes: list[Outcome] = []
    for number, tasks in waves:
        done = _wave(context, number, tasks, on_event)
        outcomes += done
        if any(outcome.failures or outcome.interrupted for outcome in done) or len(done) < len(tasks):
            break
        if any(outcome.action is not Action.NONE for outcome in done):
            context.values.units.forget_members()
    return tuple(outcomes)


def _wave(context: Context, number: int, tasks: Sequence[Task], on_event: Callable[[Event], None]) -> list[Outcome]:
    """Run one wave. After an interrupt, running tasks continue to a consistent point."""
    begun: dict[Future[Outcome | None], Task] = {}
    done: dict[Future[Outcome | None], Outcome] = {}
    with ThreadPoolExecutor(context.options.workers) as pool:

        def start(task: Task) -> Outcome | None:
            if context.session.stop.is_set():
                return None
            on_event(Event(wave=number, task=task.name, where=task.where))
            return _ran(context, task)

        begun = {pool.submit(start, task): task for task in tasks}
        waiting = set(begun)
        while waiting:
            try:
                for future in as_completed(tuple(waiting)):
                    waiting.discard(future)
                    outcome = future.result()
                    if outcome is not None:
                        done[future] = outcome
                        on_event(Event(wave=number, task=outcome.task, where=outcome.where, outcome=outcome))
            except KeyboardInterrupt:
                context.session.stop.set()
    return [done[future] for future in begun if future in done]


def _ran(context: Context, task: Task) -> Outcome:
    """The outcome of a task; any error is a failure of this task and does not affect others.

    A task that fails only for transient reasons (a role that is still propagating) runs again.
    """
    outcome = _attempted(context, task)
    for _ in range(_REPEATS):
        if not outcome.failures or not all(passes("", reason) for reason in outcome.failures):
            break
        context.session.pause(times=_PAUSES)
        if context.session.stop.is_set():
            break
        outcome = _attempted(context, task)
    return outcome


def _attempted(context: Context, task: Task) -> Outcome:
    try:
        with aws_errors(context.session.options.profile):
            return task.run()
    except AwsError as error:
        said, hint = str(error), error.hint
    except Exception as error:  # noqa: BLE001 - a defect in one task must not orphan the others
        said, hint = unexpected(error), REPORT
    return Outcome(task=task.name, where=task.where, action=Action.NONE, failures=(said,), hint=hint)


def _previewed(context: Context, task: Task) -> Preview | AwsError:
    """The preview of a task, or an error that names the task."""
    try:
        with aws_errors(context.session.options.profile):
            return task.preview()
    except AwsError as error:
        return AwsError(f"{task.name} ({task.where}): {error}", hint=error.hint)
    except Exception as error:  # noqa: BLE001 - said like the others
        return AwsError(f"{task.name} ({task.where}): {unexpected(error)}", hint=REPORT)


def is_meant(name: str, patterns: Sequence[str]) -> bool:
    """Whether the options select the name; without a selection every name is selected."""
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
