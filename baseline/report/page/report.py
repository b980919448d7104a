"""The report: a page for a client, an auditor, an engineer or a workload team."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from baseline.languages.catalog import ENGLISH, Catalog
from baseline.report.page.architecture_section import architecture_section
from baseline.report.page.changes_section import changes_section
from baseline.report.page.cost_section import cost_section
from baseline.report.page.cover_section import cover_section
from baseline.report.page.evidence_sections import evidence_sections
from baseline.report.page.material import Material
from baseline.report.page.page import Section, format_page
from baseline.report.page.summary_section import summary_section

Audience = Literal["client", "auditor", "engineer", "workload-team"]

AUDIENCES: Mapping[Audience, Sequence[str]] = {
    "client": ("cover", "summary", "architecture", "cost", "changes", "responsibility"),
    "auditor": ("cover", "summary", "architecture", "overview", "requirements", "controls", "stacks", "responsibility"),
    "engineer": (
        *("cover", "summary", "architecture", "cost", "changes"),
        *("overview", "requirements", "controls", "stacks", "responsibility"),
    ),
    "workload-team": ("cover", "architecture"),
}
"""Audience → names of the sections, in order."""


def format_report(material: Material, audience: Audience, catalog: Catalog = ENGLISH) -> str:
    """One self-contained page: it loads nothing, so that it can be sent as a file."""
    wanted = AUDIENCES[audience]
    found = {section.name: section for section in _sections(material, audience, catalog)}
    cover = material.loaded.profile.document
    words = (
        cover.confidentiality,
        material.plan.organization,
        cover.version and f"{catalog.say('Version')} {cover.version}",
    )
    title = cover.title or catalog.say("AWS security baseline")
    return format_page(
        f"{title}: {material.plan.organization}",
        [found[name] for name in wanted if name in found],
        catalog,
        running=" · ".join(word for word in words if word),
    )


def _sections(material: Material, audience: Audience, catalog: Catalog) -> Iterator[Section]:
    yield cover_section(material)
    yield summary_section(material)
    yield architecture_section(material, catalog)
    yield cost_section(material.estimate, brief=audience == "client")
    if material.changes is not None:
        yield changes_section(material.changes)
    yield from evidence_sections(material.evidence)
