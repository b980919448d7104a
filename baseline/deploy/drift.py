"""Differences between AWS and the generated output: other templates, manual changes, missing stacks."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from baseline.cloud.aws_errors import DISABLED_REGION_CODES, aws_errors, unexpected
from baseline.cloud.refusals import Refusal
from baseline.deploy.comparison import (
    Drift,
    Subject,
    incomplete_rows,
    instance_rows,
    pair_rows,
    resource_rows,
    template_rows,
)
from baseline.deploy.keys import is_alias_and_key, is_same_key
from baseline.deploy.orphans import GONE, Orphan, orphans_of
from baseline.deploy.policies import policy_differences
from baseline.deploy.run import waves_of
from baseline.deploy.stack_sets.decide import surplus
from baseline.deploy.stack_sets.instances import Described
from baseline.deploy.stack_sets.operations import detect_drift
from baseline.deploy.stack_sets.read import misplaced_in, places_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks.decide import START_AGAIN
from baseline.deploy.stacks.read import gaps_of
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Context, Task
from baseline.deploy.template import alike, resources_of
from baseline.deploy.values import Values
from baseline.errors import AwsError
from baseline.frozen import frozen

_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
"""Types of resources that CloudFormation never checks for drift
(docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html)."""


@frozen
class DriftReport:
    """Every difference, and everything that was not compared."""

    drifts: tuple[Drift, ...]
    notes: tuple[str, ...] = ()


def drift_of(context: Context) -> DriftReport:
    """Every difference, in the plan's order. Starts CloudFormation's drift detection, which changes nothing.

    A stack that cannot be compared has its own row; the others are still compared.

    Raises:
        AwsError: if no credentials work.
    """
    tasks = [task for _, some in waves_of(context) for task in some]
    with ThreadPoolExecutor(context.options.workers) as pool:
        found = list(pool.map(lambda task: _compared(context, task), tasks))
    orphans = orphans_of(context)
    orphaned = (
        Drift(stack=it.name, where=it.where, kind="orphaned", actual=f"{it.state}, {GONE}")
        for _, some in orphans.waves
        for it in some
        if isinstance(it, Orphan)
    )
    types = Counter(type_ for item in found for type_ in item.unchecked)
    notes = (*_unchecked(types), *orphans.notes)
    return DriftReport(drifts=(*(drift for item in found for drift in item.drifts), *orphaned), notes=notes)


@frozen
class _Comparison:
    """The drift of one task, and the resource types that CloudFormation did not check, once per resource."""

    drifts: tuple[Drift, ...]
    unchecked: tuple[str, ...] = ()


def _unchecked(types: Mapping[str, int]) -> Iterator[str]:
    if types:
        named = ", ".join(f"{type_} ({count})" for type_, count in sorted(types.items()))
        yield (
            f"{sum(types.values())} resources were not checked, because CloudFormation does not detect drift of their "
            f"types: {named}"
        )


def _compared(context: Context, task: Task) -> _Comparison:
    """The differences of a task; after an AWS rejection or other failure, one row with the reason."""
    drifts: list[Drift] = []
    unchecked: list[str] = []
    try:
        with aws_errors(context.session.options.profile):
            if isinstance(task, StackTarget):
                drifts.extend(_differences_or_unreachable(task, unchecked))
            elif isinstance(task, StackSetTarget):
                drifts.extend(_stack_set(task, unchecked))
    except AwsError as error:
        drifts.append(_not_compared(task, str(error)))
    except Exception as error:  # noqa: BLE001 - a defect in one comparison must not hide the others
        drifts.append(_not_compared(task, unexpected(error)))
    return _Comparison(drifts=tuple(drifts), unchecked=tuple(unchecked))


def _not_compared(task: Task, reason: str) -> Drift:
    return Drift(stack=task.name, where=task.where, kind="unchecked", actual=f"not compared: {reason}")


def _differences_or_unreachable(task: StackTarget, unchecked: list[str]) -> Iterator[Drift]:
    """The differences, or one row if AWS rejects credentials there that work elsewhere: the Region is disabled."""
    try:
        yield from _stack(task, unchecked)
    except Refusal as error:
        if error.code not in DISABLED_REGION_CODES or task.region == task.context.plan.home_region:
            raise
        yield _subject(task).row("status", actual="unreachable: the Region is disabled")


def _stack(task: StackTarget, unchecked: list[str]) -> Iterator[Drift]:
    subject, stack = _subject(task), task.reader.describe()
    if stack is None or stack.is_pending:
        yield subject.row("missing", actual="no such stack")
        return
    if stack.status in START_AGAIN or not stack.is_settled:
        yield subject.row("status", actual=stack.status)
    if stack.status in START_AGAIN:
        return
    yield from template_rows(subject, task.reader.template(), task.text)
    yield from _values(task, stack.parameters, stack.tags)
    if stack.is_settled or stack.status == "UPDATE_ROLLBACK_FAILED":  # CloudFormation looks at no others
        drift = task.reader.detect_drift()
        for item in drift.resources:
            yield from resource_rows(subject, item, partial(_is_equal, task.context.values))
        yield from incomplete_rows(subject, drift.incomplete)
        seen = {it.logical_id for it in drift.resources if it.is_checked}
        left = () if drift.incomplete else task.reader.resources()
        unchecked += [it.type for it in left if it.logical_id not in seen]
    for gap in gaps_of(task, stack):
        yield subject.row("protection", gap.subject, expected=gap.expected, actual=gap.actual)
    for found in policy_differences(task):
        yield subject.row("policy", found.subject, expected=found.expected, actual=found.actual)


def _stack_set(task: StackSetTarget, unchecked: list[str]) -> Iterator[Drift]:
    subject, current = _subject(task), task.reader.describe()
    if current is None:
        yield subject.row("missing", actual="no such StackSet")
        return
    yield from template_rows(subject, current.text, task.text)
    yield from _values(task, current.parameters, current.tags)
    instances = task.reader.instances()
    yield from _places(task, instances)
    if instances:
        operation, unseen = detect_drift(task, instances)
        for (account, region), items in task.reader.drifted(operation, whole=not unseen):
            instance = Subject(stack=task.name, where=f"{account} in {region}")
            for item in items:
                yield from resource_rows(instance, item, partial(_is_equal, task.context.values))
        yield from incomplete_rows(subject, unseen)
        custom = [item.type for item in resources_of(task.text) if item.type.startswith(_CUSTOM)]
        unchecked += custom * len(instances)


def _places(task: StackSetTarget, instances: Described) -> Iterator[Drift]:
    """Accounts and Regions that differ from the plan, including ones that cannot be checked."""
    subject = _subject(task)
    try:
        misplaced, wanted = misplaced_in(task), places_of(task)
    except AwsError as error:
        yield subject.row("instances", actual=str(error))
        return
    yield from (subject.row("instances", actual=item.message) for item in misplaced)
    yield from instance_rows(subject, wanted, instances, surplus(wanted, instances, misplaced))


def _values(
    task: StackTarget | StackSetTarget, parameters: Mapping[str, str], tags: Mapping[str, str]
) -> Iterator[Drift]:
    """Parameters and tags that differ; a parameter that AWS has yet to assign is one row."""
    subject = _subject(task)
    try:
        expected = task.context.values.parameters(task.stack)
    except AwsError as error:
        yield subject.row("parameters", actual=str(error))
    else:
        yield from pair_rows(subject, "parameters", expected, parameters)
    if task.stack.tagged:
        yield from pair_rows(subject, "tags", dict(task.context.plan.tags), tags)


def _subject(task: StackTarget | StackSetTarget) -> Subject:
    return Subject(stack=task.name, where=task.where)


def _is_equal(values: Values, expected: str, actual: str) -> bool | None:
    """Whether two values are equivalent; None if the caller may not describe the key."""
    if is_alias_and_key(expected, actual):
        return is_same_key(values, expected, actual)
    return alike(expected, actual)
