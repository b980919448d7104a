"""A plan as a picture: units and accounts, deployed capabilities, and flows of logs, findings and alerts."""

from baseline.plan.model import Plan
from baseline.report.figures.drawing import STYLE, Figure, figure_svg, moved, text
from baseline.report.figures.flows import alert_flows, flow_figure, log_flows
from baseline.report.figures.organization import organization_figure

_GAP = 56


def format_plan_svg(plan: Plan) -> str:
    """The figures of the architecture as one SVG file, for light and dark backgrounds and for print.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    figures = [
        organization_figure(plan),
        *(
            flow_figure(name, title, flows)
            for name, title, flows in (
                ("logs", "Logs", log_flows(plan)),
                ("alerts", "Findings and alerts", alert_flows(plan)),
            )
            if flows
        ),
    ]
    parts, height = [], 0
    for figure in figures:
        height += _GAP
        parts += [text(0, height - 14, figure.title, style="strong"), *moved(figure.parts, height)]
        height += figure.height
    whole = Figure(
        name="plan",
        title=f"{plan.organization}: architecture of the baseline",
        lines=[line for figure in figures for line in (figure.title, *figure.lines)],
        height=height + 8,
        parts=parts,
    )
    return figure_svg(whole, style=STYLE) + "\n"
