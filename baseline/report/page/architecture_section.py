"""The architecture: figures drawn from the plan."""

from collections.abc import Iterator

from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings
from baseline.languages.catalog import Catalog
from baseline.report.figures.drawing import Figure, figure_svg
from baseline.report.figures.drawio import drawio_source
from baseline.report.figures.flows import alert_flows, flow_figure, log_flows
from baseline.report.figures.identity import identity_figure
from baseline.report.figures.mermaid import mermaid_source
from baseline.report.figures.organization import organization_figure
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.templating.html import trusted_markup


def architecture_section(material: Material, catalog: Catalog) -> Section:
    """Accounts and their capabilities, flows, and identity; with source for Mermaid and draw.io."""
    flows = (*log_flows(material.plan), *alert_flows(material.plan))
    return Section(
        name="architecture",
        title="Architecture",
        context={
            "figures": [
                {
                    "title": figure.title,
                    "lines": figure.lines,
                    "svg": trusted_markup(figure_svg(figure)),  # it escapes each text
                }
                for figure in _figures(material, catalog)
            ],
            "mermaid": mermaid_source(material.plan, flows),
            "drawio": drawio_source(material.plan, flows),
        },
    )


def _figures(material: Material, catalog: Catalog) -> Iterator[Figure]:
    plan, say = material.plan, catalog.say
    ids = {key: account.id for key, account in material.landscape.accounts.items()}
    yield organization_figure(plan, ids, say)
    for name, title, flows in (
        ("logs", say("Logs"), log_flows(plan)),
        ("alerts", say("Findings and alerts"), alert_flows(plan)),
    ):
        if flows:
            yield flow_figure(name, title, flows, say)
    if "identity_center" in material.deployed:
        settings = material.landscape.settings("identity_center", IdentityCenterSettings)
        if settings.assignments:
            yield identity_figure(settings.assignments, say)
