"""What is in AWS and not as it was generated: other templates, changes by hand, what is missing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from baseline.cloud.aws_errors import DISABLED_REGION_CODES, aws_errors, unexpected
from baseline.cloud.refusals import Refusal
from baseline.deploy.changes import Version, differences
from baseline.deploy.instances import Described, unfinished
from baseline.deploy.keys import is_alias_and_key, is_same_key
from baseline.deploy.orphans import GONE, Orphan, orphans_of
from baseline.deploy.policies import policy_differences
from baseline.deploy.run import waves_of
from baseline.deploy.stack_sets import StackSetTask
from baseline.deploy.stacks import START_AGAIN, StackTask, is_pending
from baseline.deploy.task import Context, Task, as_mapping, as_tags
from baseline.deploy.template import alike, as_named_in, resources_of, same
from baseline.errors import AwsError

_CHECKED = frozenset({"IN_SYNC", "MODIFIED", "DELETED"})
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
"""Types of resources that CloudFormation never checks for drift
(docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html)."""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One difference.

    Attributes:
        stack: Name of the stack or StackSet.
        where: Account and Regions.
        kind: `orphaned`, `missing`, `status`, `template`, `parameters`, `tags`, `instances`, `resource`, `policy`,
            `protection`, or `unchecked` if AWS refused to answer.
        subject: What differs: a logical id, a parameter, an account in a Region, a place in a policy.
        expected: What was generated, or "".
        actual: What AWS has.
    """

    stack: str
    where: str
    kind: str
    subject: str = ""
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True, kw_only=True)
class DriftReport:
    """Every difference, and what was not compared."""

    drifts: tuple[Drift, ...]
    notes: tuple[str, ...] = ()


def drift_of(context: Context) -> DriftReport:
    """Every difference, in the plan's order. CloudFormation is asked to detect drift; that changes nothing.

    A stack that cannot be compared has a row that says so; the others are compared all the same.

    Raises:
        AwsError: when no credentials work.
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


@dataclass(frozen=True, kw_only=True)
class _Comparison:
    """The drift of one task, and the types of resources that CloudFormation did not check, once per resource."""

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
    """The differences of a task; if AWS refuses or something breaks, one row that says why nothing is known."""
    drifts: list[Drift] = []
    unchecked: list[str] = []
    try:
        with aws_errors(context.session.options.profile):
            if isinstance(task, StackTask):
                drifts.extend(_differences_or_unreachable(task, unchecked))
            elif isinstance(task, StackSetTask):
                drifts.extend(_stack_set(task, unchecked))
    except AwsError as error:
        drifts.append(_not_compared(task, str(error)))
    except Exception as error:  # noqa: BLE001 - a defect in one comparison must not hide the others
        drifts.append(_not_compared(task, unexpected(error)))
    return _Comparison(drifts=tuple(drifts), unchecked=tuple(unchecked))


def _not_compared(task: Task, reason: str) -> Drift:
    return Drift(stack=task.name, where=task.where, kind="unchecked", actual=f"not compared: {reason}")


def _differences_or_unreachable(task: StackTask, unchecked: list[str]) -> Iterator[Drift]:
    """The differences, or one row if AWS rejects credentials there that work elsewhere: the Region is disabled."""
    try:
        yield from _stack(task, unchecked)
    except Refusal as error:
        if error.code not in DISABLED_REGION_CODES or task.region == task.context.plan.home_region:
            raise
        said = "out of reach: the Region is off"
        yield Drift(stack=task.name, where=task.where, kind="status", actual=said)


def _stack(task: StackTask, unchecked: list[str]) -> Iterator[Drift]:
    current = task.describe()
    if current is None or is_pending(current):
        yield Drift(stack=task.name, where=task.where, kind="missing", actual="no such stack")
        return
    status = current["StackStatus"]
    if status in START_AGAIN or not status.endswith("_COMPLETE"):
        yield Drift(stack=task.name, where=task.where, kind="status", actual=status)
    if status in START_AGAIN:
        return
    yield from _definition(task, current, task.deployed_text() or "")
    if status.endswith("_COMPLETE") or status == "UPDATE_ROLLBACK_FAILED":  # CloudFormation looks at no others
        checked, unseen = task.detect_drift()
        for item in checked:
            yield from _resource(task, task.where, item)
        yield from _unseen(task, unseen)
        seen = {it["LogicalResourceId"] for it in checked if it["StackResourceDriftStatus"] in _CHECKED}
        left = () if unseen else task.resources()
        unchecked += [it["ResourceType"] for it in left if it["LogicalResourceId"] not in seen]
    for gap in task.gaps(current):
        yield Drift(stack=task.name, where=task.where, kind="protection", **asdict(gap))
    for found in policy_differences(task):
        yield Drift(stack=task.name, where=task.where, kind="policy", **asdict(found))


def _stack_set(task: StackSetTask, unchecked: list[str]) -> Iterator[Drift]:
    current = task.describe()
    if current is None:
        yield Drift(stack=task.name, where=task.where, kind="missing", actual="no such StackSet")
        return
    yield from _definition(task, current, current["TemplateBody"])
    instances = task.instances()
    for subject, said in _targets(task, instances):
        yield Drift(stack=task.name, where=task.where, kind="instances", subject=subject, actual=said)
    if instances:
        operation, unseen = task.detect_drift(instances)
        for (account, region), items in task.drifted_instances(operation, whole=not unseen):
            for item in items:
                yield from _resource(task, f"{account} in {region}", item)
        yield from _unseen(task, unseen)
        custom = [item.type for item in resources_of(task.text) if item.type.startswith(_CUSTOM)]
        unchecked += custom * len(instances)


def _unseen(task: StackTask | StackSetTask, reason: str) -> Iterator[Drift]:
    """Stacks that were not checked: their state is unknown."""
    if reason:
        said = f"not looked at as a whole: {reason}"
        yield Drift(stack=task.name, where=task.where, kind="resource", actual=said)


def _targets(task: StackSetTask, instances: Described) -> Iterator[tuple[str, str]]:
    """Accounts and Regions, and what is not as planned about them; what keeps anybody from knowing is one of it."""
    try:
        misplaced = task.misplaced()
        wanted = {key for deployment in task.deployments for key in task.wanted(deployment)}
    except AwsError as error:
        yield "", str(error)
        return
    yield from (("", item.message) for item in misplaced)
    yield from ((f"{account} in {region}", "missing") for account, region in sorted(wanted - instances.keys()))
    yield from ((f"{account} in {region}", said) for (account, region), said in unfinished(wanted, instances))
    surplus = sorted(task.surplus(instances))
    yield from ((f"{account} in {region}", "no longer targeted") for account, region in surplus)


def _definition(task: StackTask | StackSetTask, current: dict[str, Any], deployed: str) -> Iterator[Drift]:
    if not same(deployed, task.text):
        changes = differences(Version(text=deployed, parameters={}), Version(text=task.text, parameters={}))
        for change in changes:
            said = {"add": "not deployed", "remove": "deployed, not generated"}.get(change.action, "differs")
            yield Drift(stack=task.name, where=task.where, kind="template", subject=change.logical_id, actual=said)
        if not changes:
            yield Drift(stack=task.name, where=task.where, kind="template", actual="differs outside its resources")
    try:
        expected = task.context.values.parameters(task.stack)
    except AwsError as error:
        yield Drift(stack=task.name, where=task.where, kind="parameters", actual=str(error))
    else:
        yield from _pairs(task, "parameters", expected, as_mapping(current.get("Parameters")))
    if task.stack.tagged:
        yield from _pairs(task, "tags", dict(task.context.plan.tags), as_tags(current.get("Tags")))


def _pairs(
    task: StackTask | StackSetTask, kind: str, expected: dict[str, str], actual: dict[str, str]
) -> Iterator[Drift]:
    actual = as_named_in(expected, actual)
    for name in sorted(expected.keys() | actual.keys()):
        if not alike(expected.get(name, ""), actual.get(name, "")) or (name in expected) != (name in actual):
            yield Drift(
                stack=task.name,
                where=task.where,
                kind=kind,
                subject=name,
                expected=expected.get(name, ""),
                actual=actual.get(name, ""),
            )


def _resource(task: StackTask | StackSetTask, where: str, item: dict[str, Any]) -> Iterator[Drift]:
    subject = f"{item['LogicalResourceId']} ({item['ResourceType']})"
    if item["StackResourceDriftStatus"] == "DELETED":
        yield Drift(stack=task.name, where=where, kind="resource", subject=subject, actual="deleted")
    for difference in item.get("PropertyDifferences") or ():
        expected, actual = difference["ExpectedValue"], difference["ActualValue"]
        known = _is_equal(task, expected, actual)
        if not known:
            yield Drift(
                stack=task.name,
                where=where,
                kind="resource" if known is False else "unchecked",
                subject=f"{subject} {difference['PropertyPath']}",
                expected=expected,
                actual=actual if known is False else f"{actual}: not compared, as AWS did not describe the alias",
            )


def _is_equal(task: StackTask | StackSetTask, expected: str, actual: str) -> bool | None:
    """Whether two values mean the same; None if AWS does not describe the key to the caller."""
    if is_alias_and_key(expected, actual):
        return is_same_key(task.context.values, expected, actual)
    return alike(expected, actual)
