"""Mistakes in the settings of `response`."""

from collections.abc import Iterator

from baseline.capabilities.event_forwarding import missing_topics
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import active, settings_of
from baseline.capabilities.respond.response.settings import ResponseSettings
from baseline.findings import Problem, Severity

CORE = ("log_archive", "security")
"""Accounts without roles of playbooks, besides the management account: what is there stops attacks and shows them."""


def response_problems(landscape: Landscape) -> Iterator[Problem]:
    """Places that cannot have a role, what the playbooks need, and guardrails without which they can be evaded."""
    settings = landscape.settings("response", ResponseSettings)
    yield from missing_topics(landscape, settings, "playbooks")
    if settings.playbooks and not landscape.is_on("guardduty"):
        yield Problem(
            path=("playbooks",),
            message="guardduty is off: its findings start the playbooks",
            fix="turn guardduty on, or remove the playbooks",
            fallback=(("capabilities", "guardduty"),),
        )
    yield from _unguarded(landscape, settings)
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


def _unguarded(landscape: Landscape, settings: ResponseSettings) -> Iterator[Problem]:
    """Warnings of guardrails that are off although playbooks have roles; one account has no guardrails."""
    acts = any(playbook.automatic or playbook.approve for playbook in settings.playbooks.values())
    if not acts or landscape.standalone:
        return
    guarded = landscape.is_on("guardrails")
    on = {item.id for item, _ in active(landscape)} if guarded else set()
    if "protected-tags" not in on or settings.exempt_tag not in settings_of(landscape).protected_tags:
        yield Problem(
            path=("exempt_tag",),
            message=f"no guardrail protects the tag {settings.exempt_tag}: who may tag a resource may exempt it",
            fix=f"add {settings.exempt_tag} to guardrails.protected_tags, and turn on guardrails.rules.protected-tags",
            fallback=(("capabilities", "response", "playbooks"),),
            severity=Severity.WARNING,
        )
    if "response-machines" not in on:
        yield Problem(
            path=("playbooks",),
            message="the guardrail response-machines is off: who may change or start state machines in the security "
            "account has the roles of the playbooks",
            fix="turn on guardrails.rules.response-machines, and name the role of the responders in its exempt_roles",
            severity=Severity.WARNING,
        )
