"""The changes between two outputs as a section of a page."""

from baseline import __version__
from baseline.evidence.changes import Changes
from baseline.languages.catalog import Say
from baseline.report.changes_text import describe_change, describe_statement
from baseline.report.cost_words import describe_changes
from baseline.report.page.page import Section
from baseline.report.resource_words import (
    by_stack,
    count_changes,
    describe_move,
    describe_prefixes,
    describe_properties,
    describe_reach,
    describe_resource,
    folded_risks,
    risks_by_kind,
)
from baseline.report.statement_words import statement_rows


def changes_section(changes: Changes | None, say: Say = str) -> Section:
    """Risks first, then stacks with their resources and properties, policy statements and evidence.

    Without an earlier version, the section says so.
    """
    if changes is None:
        return Section(name="changes", title="Changes", context={"compared": False})
    resources = by_stack(changes.resources)
    stacks = {item.name: item for item in changes.stacks}
    context = {
        "compared": True,
        "origin": changes.origin,
        "program": f"baseline {__version__}",
        "nothing": not changes.classes,
        "prefixes": describe_prefixes(changes),
        "counted": count_changes(changes.resources),
        "risks": {kind: (len(rows), folded_risks(rows)) for kind, rows in risks_by_kind(changes.resources).items()},
        "stacks": [
            {
                "name": name,
                "what": stacks[name].what if name in stacks else "changed",
                "words": describe_change(stacks[name]).strip() if name in stacks else "",
                "reach": describe_reach(changes.reaches.get(name)),
                "resources": [
                    (item.change, describe_resource(item), describe_properties(item.properties))
                    for item in resources.get(name, ())
                ],
            }
            for name in dict.fromkeys((*stacks, *resources))
        ],
        "moved": [describe_move(item) for item in changes.moved],
        "cost": describe_changes(changes.cost, say) if changes.cost and changes.cost.capabilities else [],
        "policies": list(statement_rows(changes.policies)),
        "frameworks": [
            *(f"{name} is reported only now." for name in changes.frameworks_added),
            *(f"{name} is no longer reported." for name in changes.frameworks_removed),
        ],
        "states": [
            (kind, item.name, item.before or "none", item.after or "none", item.weaker)
            for kind, items in (("requirement", changes.requirements), ("control", changes.controls))
            for item in items
        ],
        "statements": [
            (item.kind, item.name, describe_statement(item.before), describe_statement(item.after))
            for item in changes.statements
        ],
    }
    return Section(name="changes", title="Changes", context=context)
