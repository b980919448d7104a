"""Findings in the user's own templates that the profile accepts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from baseline.findings import Finding
from baseline.plan.model import Stack


def with_reasons(findings: Iterable[Finding], stacks: Iterable[Stack]) -> Iterator[Finding]:
    """The findings, with the reason of the stack for those that it accepts."""
    accepts = {stack.file: stack.accepts for stack in stacks if stack.accepts}
    for finding in findings:
        reason = accepts.get(finding.location.file, {}).get(finding.id)
        yield finding if reason is None else replace(finding, accepted=reason)
