"""In what AWS has differs from what was generated: rows, made of values alone. Nothing in here talks to AWS."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from baseline.cloud.stack_sets import Place
from baseline.cloud.stacks import ResourceDrift
from baseline.deploy.changes import Version, differences
from baseline.deploy.stack_sets.instances import Described, unfinished
from baseline.deploy.template import alike, as_named_in, same

Equality = Callable[[str, str], bool | None]
"""Whether two values of a property mean the same; None if that cannot be known."""


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
class Subject:
    """What is compared: a stack or StackSet, and where."""

    stack: str
    where: str

    def row(self, kind: str, subject: str = "", *, expected: str = "", actual: str = "") -> Drift:
        """One difference of it."""
        return Drift(stack=self.stack, where=self.where, kind=kind, subject=subject, expected=expected, actual=actual)


def template_rows(subject: Subject, deployed: str, generated: str) -> Iterator[Drift]:
    """Resources in which two templates differ."""
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
    """What was changed by hand in a resource."""
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
    """A stack that was not checked as a whole: its state is unknown."""
    if reason:
        yield subject.row("resource", actual=f"not looked at as a whole: {reason}")


def instance_rows(
    subject: Subject, wanted: AbstractSet[Place], instances: Described, surplus: AbstractSet[Place]
) -> Iterator[Drift]:
    """Stack instances that are missing, unfinished, or no longer wanted."""
    for account, region in sorted(wanted - instances.keys()):
        yield subject.row("instances", f"{account} in {region}", actual="missing")
    for (account, region), said in unfinished(wanted, instances):
        yield subject.row("instances", f"{account} in {region}", actual=said)
    for account, region in sorted(surplus):
        yield subject.row("instances", f"{account} in {region}", actual="no longer targeted")
