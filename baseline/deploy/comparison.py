"""Differences between AWS and the generated output: rows, computed from values without calls to AWS."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from baseline.cloud.stack_sets import Place
from baseline.cloud.stacks import ResourceDrift
from baseline.deploy.changes import Version, differences
from baseline.deploy.stack_sets.instances import Described, unfinished
from baseline.deploy.template import alike, as_named_in, same
from baseline.frozen import frozen

Equality = Callable[[str, str], bool | None]
"""Whether two values of a property are equivalent; None if unknown."""


@frozen
class Drift:
    """One difference.

    Attributes:
        stack: Name of the stack or StackSet.
        where: Account and Regions.
        kind: `orphaned`, `missing`, `status`, `template`, `parameters`, `tags`, `instances`, `resource`, `policy`,
            `protection`, or `unchecked` if AWS refused to answer.
        subject: The part that differs: a logical id, a parameter, an account in a Region, a place in a policy.
        expected: The generated value, or "".
        actual: The value in AWS.
    """

    stack: str
    where: str
    kind: str
    subject: str = ""
    expected: str = ""
    actual: str = ""


@frozen
class Subject:
    """The compared stack or StackSet, and its place."""

    stack: str
    where: str

    def row(self, kind: str, subject: str = "", *, expected: str = "", actual: str = "") -> Drift:
        """One difference of this stack or StackSet."""
        return Drift(stack=self.stack, where=self.where, kind=kind, subject=subject, expected=expected, actual=actual)


def template_rows(subject: Subject, deployed: str, generated: str) -> Iterator[Drift]:
    """Resources that differ between two templates."""
    if same(deployed, generated):
        return
    changes = differences(Version(text=deployed, parameters={}), Version(text=generated, parameters={}))
    for change in changes:
        said = {"add": "not deployed", "remove": "deployed, not generated"}.get(change.action, "differs")
        yield subject.row("template", change.logical_id, actual=said)
    if not changes:
        yield subject.row("template", actual="differs outside its resources")


def pair_rows(subject: Subject, kind: str, expected: Mapping[str, str], actual: Mapping[str, str]) -> Iterator[Drift]:
    """Parameters or tags that differ."""
    actual = as_named_in(expected, actual)
    for name in sorted(expected.keys() | actual.keys()):
        if not alike(expected.get(name, ""), actual.get(name, "")) or (name in expected) != (name in actual):
            yield subject.row(kind, name, expected=expected.get(name, ""), actual=actual.get(name, ""))


def resource_rows(subject: Subject, item: ResourceDrift, is_equal: Equality) -> Iterator[Drift]:
    """Manual changes of a resource."""
    named = f"{item.logical_id} ({item.type})"
    if item.status == "DELETED":
        yield subject.row("resource", named, actual="deleted")
    for it in item.differences:
        known = is_equal(it.expected, it.actual)
        if known is None:
            said = f"{it.actual}: not compared, as AWS did not describe the alias"
            yield subject.row("unchecked", f"{named} {it.path}", expected=it.expected, actual=said)
        elif not known:
            yield subject.row("resource", f"{named} {it.path}", expected=it.expected, actual=it.actual)


def incomplete_rows(subject: Subject, reason: str) -> Iterator[Drift]:
    """One row if the stack was not checked completely, because its state is then unknown."""
    if reason:
        yield subject.row("resource", actual=f"not checked completely: {reason}")


def instance_rows(
    subject: Subject, wanted: AbstractSet[Place], instances: Described, surplus: AbstractSet[Place]
) -> Iterator[Drift]:
    """Stack instances that are missing, failed or outdated, or no longer planned."""
    for account, region in sorted(wanted - instances.keys()):
        yield subject.row("instances", f"{account} in {region}", actual="missing")
    for (account, region), said in unfinished(wanted, instances):
        yield subject.row("instances", f"{account} in {region}", actual=said)
    for account, region in sorted(surplus):
        yield subject.row("instances", f"{account} in {region}", actual="no longer targeted")
