"""The register of exceptions: everything that the profile accepts, with owner, approver and end."""

from collections.abc import Iterator

from baseline.frozen import frozen
from baseline.profile.acceptance import Reference
from baseline.report.page.material import Material
from baseline.report.page.page import Section


@frozen
class Acceptance:
    """A weaker value than the tier's, an accepted finding, or a rule that hides findings.

    Attributes:
        where: Path in the profile, or the stack.
        what: The accepted value or finding.
        reason: The reason in the profile.
    """

    where: str
    what: str
    reason: str


def register_section(material: Material) -> Section:
    """Exceptions and attestations by their end; weaker values, hidden findings and accepted findings by place."""
    profile = material.loaded.profile
    return Section(
        name="exceptions",
        title="Exceptions and attestations",
        context={
            "day": material.day.isoformat(),
            "exceptions": [
                (key, item, _where(item.reference))
                for key, item in sorted(profile.exceptions.items(), key=lambda pair: pair[1].expires)
            ],
            "attestations": sorted(profile.attestations.items(), key=lambda pair: pair[1].expires),
            "acceptances": list(acceptances(material)),
        },
    )


def _where(reference: Reference | None) -> str:
    return reference.at if reference else ""


def acceptances(material: Material) -> Iterator[Acceptance]:
    """Weaker values, then findings that checks, services or firewall rules no longer report."""
    for finding in material.plan.accepted:
        yield Acceptance(where=finding.path, what=finding.message, reason=finding.accepted or "")
    for stack in material.plan.stacks:
        for check, reason in stack.accepts.items():
            yield Acceptance(where=stack.name, what=check, reason=reason)
    known = [finding.path for finding in material.plan.accepted]
    for name in material.deployed:
        settings = material.loaded.profile.capabilities[name].model_dump(mode="json", exclude={"reason"})
        for path, reason in _reasons(f"capabilities.{name}", settings):
            if not any(other.startswith(path) for other in known):
                yield Acceptance(where=path, what="exception set in the profile", reason=reason)


def _reasons(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Path and reason of every item of a capability's settings that has a reason."""
    if isinstance(value, dict):
        if isinstance(value.get("reason"), str):
            yield path, value["reason"]
        for key, item in value.items():
            yield from _reasons(f"{path}.{key}", item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            name = item.get("name") if isinstance(item, dict) else None
            yield from _reasons(f"{path}.{name or number}", item)
