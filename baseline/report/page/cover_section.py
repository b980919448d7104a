"""The cover of a report."""

from base64 import b64encode
from typing import Any

from baseline import __version__
from baseline.profile.cover import Party
from baseline.report.page.material import Material
from baseline.report.page.page import Section


def cover_section(material: Material) -> Section:
    """Client, consultant, version and status, the digests of the plan and the evidence, and how to verify them."""
    cover = material.loaded.profile.document
    stated = ("title", "version", "date", "status", "confidentiality")
    return Section(
        name="cover",
        title="",
        context={
            **{name: getattr(cover, name) for name in stated},
            "organization": material.plan.organization,
            "parties": [
                _party(material, role, party)
                for role, party in (("client", cover.client), ("consultant", cover.consultant))
                if party is not None
            ],
            "day": material.day.isoformat(),
            "tier": material.plan.tier,
            "version_of_program": __version__,
            "plan_sha256": material.plan_sha256,
            "sources": material.evidence.provenance.sources,
        },
    )


def _party(material: Material, role: str, party: Party) -> dict[str, Any]:
    logo = material.loaded.logos.get(role)
    return {
        "role": role,
        "name": party.name,
        "contacts": party.contacts,
        "logo": f"data:{logo.media_type};base64,{b64encode(logo.content).decode()}" if logo else "",
    }
