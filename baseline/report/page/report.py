"""The report: a page for a client, an auditor, an engineer or a workload team."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from baseline.languages.catalog import ENGLISH, Catalog
from baseline.report.page.access_section import access_section
from baseline.report.page.architecture_section import architecture_section
from baseline.report.page.capabilities_section import capabilities_section
from baseline.report.page.changes_section import changes_section
from baseline.report.page.cost_section import cost_section
from baseline.report.page.cover_section import cover_section
from baseline.report.page.evidence_sections import evidence_sections, responsibility_section
from baseline.report.page.guardrails_section import guardrails_section
from baseline.report.page.material import Material
from baseline.report.page.page import Section, format_page
from baseline.report.page.register_section import register_section
from baseline.report.page.runbook_section import runbook_section
from baseline.report.page.summary_section import summary_section
from baseline.report.page.tasks_section import tasks_section

Audience = Literal["client", "auditor", "engineer", "workload-team"]

_FIRST = ("cover", "summary", "architecture")
_PROOF = ("overview", "requirements", "controls", "stacks")

AUDIENCES: Mapping[Audience, Sequence[str]] = {
    "client": (
        *(*_FIRST, "capabilities", "cost", "changes", "guardrails", "access", "exceptions"),
        *("runbook", "responsibility", "tasks"),
    ),
    "auditor": (*_FIRST, *_PROOF, "exceptions", "tasks", "access", "changes", "responsibility"),
    "engineer": (
        *(*_FIRST, "capabilities", "cost", "changes", *_PROOF, "guardrails", "access", "exceptions", "tasks"),
        *("runbook", "responsibility"),
    ),
    "workload-team": ("cover", "architecture", "guardrails", "access", "responsibility"),
}
"""Audience → names of the sections, in order."""


def format_report(material: Material, audience: Audience, catalog: Catalog = ENGLISH) -> str:
    """One self-contained page, which can be sent as a file."""
    found = {section.name: section for section in _sections(material, audience, catalog)}
    cover = material.loaded.profile.document
    title = cover.title or catalog.say("AWS security baseline")
    client = cover.client.name if cover.client else material.plan.organization
    version = cover.version and f"{catalog.say('Version')} {cover.version}"
    margins = {
        "top-left": f"{client} · {title}",
        "top-right": _joined(version, cover.date, cover.status and catalog.say(cover.status)),
        "bottom-left": _joined(cover.confidentiality, cover.consultant.name if cover.consultant else ""),
    }
    return format_page(
        f"{title}: {material.plan.organization}",
        [found[name] for name in AUDIENCES[audience] if name in found],
        catalog,
        margins=margins,
    )


def _joined(*words: str | None) -> str:
    return " · ".join(word for word in words if word)


def _sections(material: Material, audience: Audience, catalog: Catalog) -> Iterator[Section]:
    """The sections for the audience, without sections that would be empty for this profile."""
    makers: Mapping[str, Callable[[], Section]] = {
        "cover": lambda: cover_section(material),
        "summary": lambda: summary_section(material, catalog.say),
        "architecture": lambda: architecture_section(material, catalog),
        "capabilities": lambda: capabilities_section(material, catalog.say),
        "cost": lambda: cost_section(material.estimate, catalog.say, brief=audience != "engineer"),
        "changes": lambda: changes_section(material.changes, catalog.say),
        "access": lambda: access_section(material, catalog.say),
        "exceptions": lambda: register_section(material),
        "runbook": lambda: runbook_section(material, whole=audience == "engineer"),
        "responsibility": lambda: responsibility_section(material.evidence),
        **({"tasks": lambda: tasks_section(material)} if material.evidence.frameworks else {}),
        **({"guardrails": lambda: guardrails_section(material, catalog)} if "guardrails" in material.deployed else {}),
    }
    wanted = AUDIENCES[audience]
    yield from (make() for name, make in makers.items() if name in wanted)
    if "requirements" in wanted:
        yield from evidence_sections(material.evidence)
