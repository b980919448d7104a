"""What is in AWS and not as it was generated: other templates, changes by hand, what is missing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from baseline.deploy.changes import Version, differences
from baseline.deploy.instances import Described, unfinished
from baseline.deploy.orphans import GONE, Orphan, orphans_of
from baseline.deploy.policies import policy_differences
from baseline.deploy.run import waves_of
from baseline.deploy.session import OFF, aws_errors, code_of
from baseline.deploy.stack_sets import StackSetTask
from baseline.deploy.stacks import START_AGAIN, StackTask, is_pending
from baseline.deploy.task import Context, Task, as_mapping, as_tags
from baseline.deploy.template import same
from baseline.errors import AwsError


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One difference.

    Attributes:
        stack: Name of the stack or StackSet.
        where: Account and Regions.
        kind: `orphaned`, `missing`, `status`, `template`, `parameters`, `tags`, `instances`, `resource` or `policy`.
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


def drift_of(context: Context) -> tuple[Drift, ...]:
    """Every difference, in the plan's order. CloudFormation is asked to detect drift; that changes nothing.

    Raises:
        AwsError: when AWS refuses.
    """
    tasks = [task for _, some in waves_of(context) for task in some]
    with ThreadPoolExecutor(context.options.workers) as pool:
        found = tuple(item for found in pool.map(_found, tasks) for item in found)
    orphans = (it for _, some in orphans_of(context) for it in some if isinstance(it, Orphan))
    said = (Drift(stack=it.name, where=it.where, kind="orphaned", actual=f"{it.state}, {GONE}") for it in orphans)
    return (*found, *said)


def _found(task: Task) -> list[Drift]:
    with aws_errors():
        if isinstance(task, StackTask):
            return _reached(task)
        return list(_stack_set(task)) if isinstance(task, StackSetTask) else []


def _reached(task: StackTask) -> list[Drift]:
    """What differs; that nobody gets there, where the Region is off: the credentials have worked before."""
    from botocore.exceptions import ClientError

    try:
        return list(_stack(task))
    except ClientError as error:
        if code_of(error) not in OFF or task.region == task.context.plan.home_region:
            raise
        said = "out of reach: the Region is off"
        return [Drift(stack=task.name, where=task.where, kind="status", actual=said)]


def _stack(task: StackTask) -> Iterator[Drift]:
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
        items, unseen = task.drifted_resources()
        for item in items:
            yield from _resource(task, task.where, item)
        yield from _unseen(task, unseen)
    for found in policy_differences(task):
        yield Drift(stack=task.name, where=task.where, kind="policy", **asdict(found))


def _stack_set(task: StackSetTask) -> Iterator[Drift]:
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


def _unseen(task: StackTask | StackSetTask, reason: str) -> Iterator[Drift]:
    """What nobody has looked at may be as it was generated, or not."""
    if reason:
        said = f"not looked at as a whole: {reason}"
        yield Drift(stack=task.name, where=task.where, kind="resource", actual=said)


def _targets(task: StackSetTask, instances: Described) -> Iterator[tuple[str, str]]:
    """Accounts and Regions, and what is not as planned about them; what keeps anybody from knowing is one of it."""
    try:
        astray = tuple(task.astray())
        wanted = {key for deployment in task.deployments for key in task.wanted(deployment)}
    except AwsError as error:
        yield "", str(error)
        return
    yield from (("", said) for said in astray)
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
    yield from _pairs(task, "tags", dict(task.context.plan.tags), as_tags(current.get("Tags")))


def _pairs(
    task: StackTask | StackSetTask, kind: str, expected: dict[str, str], actual: dict[str, str]
) -> Iterator[Drift]:
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
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
    for difference in item.get("PropertyDifferences", ()):
        yield Drift(
            stack=task.name,
            where=where,
            kind="resource",
            subject=f"{subject} {difference['PropertyPath']}",
            expected=difference["ExpectedValue"],
            actual=difference["ActualValue"],
        )
