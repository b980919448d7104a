"""Mistakes in the settings of `response`."""

from collections.abc import Iterator

from baseline.capabilities.event_forwarding import missing_topics
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.response.settings import ResponseSettings
from baseline.findings import Problem

CORE = ("log_archive", "security")
"""Accounts without roles of playbooks, besides the management account: what is there stops attacks and shows them."""


def response_problems(landscape: Landscape) -> Iterator[Problem]:
    """Places that cannot have a role, and what the playbooks need."""
    settings = landscape.settings("response", ResponseSettings)
    yield from missing_topics(landscape, settings, "playbooks")
    if settings.playbooks and not landscape.is_on("guardduty"):
        yield Problem(
            path=("playbooks",),
            message="guardduty is off: its findings start the playbooks",
            fix="turn guardduty on, or remove the playbooks",
            fallback=(("capabilities", "guardduty"),),
        )
    for name, playbook in settings.playbooks.items():
        for place in playbook.automatic:
            if place in playbook.approve:
                yield Problem(
                    path=("playbooks", name, "approve"),
                    message=f"{place} is under automatic as well",
                    fix="name each place once",
                )
        for mode, places in (("automatic", playbook.automatic), ("approve", playbook.approve)):
            for place in places:
                if place in ("management", *CORE) and not landscape.standalone:
                    yield Problem(
                        path=("playbooks", name, mode),
                        message=f"{place} has a role in the organization: playbooks do not act there",
                        fix=f"remove {place}; findings there notify",
                    )
