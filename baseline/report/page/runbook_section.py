"""The run book: the part about the time after the deployment, or all of it."""

from collections.abc import Iterator

from baseline.output.runbook import runbook
from baseline.output.runbook_after import after
from baseline.output.runbook_break_glass import break_glass
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.templating.markdown import markdown_html


def runbook_section(material: Material, *, whole: bool) -> Section:
    """Break-glass users, failures, updates, removal and routines; with `whole`, also every command of each wave."""
    plan = material.plan
    if whole:
        _, heading, rest = runbook(plan).partition("## Before you begin")  # above it is the list of its files
        text = heading + rest
    else:
        text = "\n".join([*break_glass(plan), *after(plan)])
    context = {"text": markdown_html(text, shift=1), "contacts": list(_contacts(material))}
    return Section(name="runbook", title="Run book", context=context)


def _contacts(material: Material) -> Iterator[tuple[str, str, str, str]]:
    """Topic, name, e-mail address and phone number: alternate contacts of the accounts, then receivers of alerts."""
    for kind, contact in material.landscape.contacts.items():
        yield kind, ", ".join(filter(None, (contact.name, contact.title))), contact.email, contact.phone
    for address in material.landscape.alerts:
        yield "alerts", "", address, ""
