"""A plan as a picture: the tree of units and accounts, what is deployed where, and where logs and findings go.

Large organizations are collapsed: a unit shows its first accounts and the number of the others.
"""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from baseline.plan.model import Method, Plan, Stack
from baseline.plan.units import MANAGEMENT, ROOT
from baseline.text.line import shorten
from baseline.text.xml import xml_text

_MOST_ACCOUNTS = 6
_MOST_UNITS = 40
_WIDTH = 1160
_MARGIN = 24
_INDENT = 28
_ROW = 26
_RIGHT = 430
_CHARACTERS = 92
"""Characters of a line in the right column."""

_ALTERNATIVE = 'role="img" aria-labelledby="title description"'

_STYLE = """
svg{background:#fff;color:#1b1f24;font:14px system-ui,sans-serif}
text{fill:currentColor}.head{font-size:22px;font-weight:600}.part{font-size:16px;font-weight:600}
.unit{font-weight:600}.soft{fill:#57606a}.line{stroke:#8c959f;fill:none}.box{fill:#f6f8fa;stroke:#8c959f}
@media (prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}.soft{fill:#9198a1}
.box{fill:#161b22;stroke:#656c76}.line{stroke:#656c76}}
@media print{svg{background:#fff;color:#000}}
"""

_FLOWS: tuple[tuple[str, str, str, str], ...] = (
    ("logs/cloudtrail/cloudtrail", "", "calls of AWS, by the trail", "log_archive"),
    ("detect/config/recorder", "", "configuration history and snapshots", "log_archive"),
    ("detect/config/aggregator", "", "configuration, by the aggregator", ""),
    ("detect/guardduty/", "", "findings of GuardDuty", ""),
    ("detect/security_hub/", "", "findings of Security Hub", ""),
    ("detect/access_analyzer/", "", "findings of IAM Access Analyzer", ""),
    ("detect/inspector/", "", "findings of Amazon Inspector", ""),
    ("detect/macie/", "", "findings of Amazon Macie", ""),
    ("detect/alarms/alarms", "management", "alarms on the trail's log group", "notifications"),
    ("respond/notifications/", "notifications", "alerts by severity", "subscribers"),
)
"""Beginning of a template's name, source (empty for every account), what flows, target (empty for the account that
administers the service)."""


@dataclass(frozen=True, kw_only=True)
class _Flow:
    """An arrow."""

    source: str
    what: str
    target: str


def format_plan_svg(plan: Plan) -> str:
    """The picture as one SVG file, with a text alternative, for light and dark backgrounds and for print.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    rows = list(_tree(plan))
    flows = list(_flows(plan))
    tree_top = _MARGIN + 80
    flow_top = tree_top + sum(row.height for row in rows) + 48
    height = flow_top + len(flows) * (_ROW + 10) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" {_ALTERNATIVE}>',
        f'<title id="title">{_escaped(f"{plan.organization}: architecture of the baseline")}</title>',
        f'<desc id="description">{_escaped(_description(rows, flows))}</desc>',
        f"<style>{_STYLE}</style>",
        _text(_MARGIN, _MARGIN + 20, plan.organization, "head"),
        _text(_MARGIN, _MARGIN + 44, _subtitle(plan), "soft"),
        *_draw_tree(rows, tree_top),
        _text(_MARGIN, flow_top - 14, "Logs, findings and alerts", "part"),
        *(part for number, flow in enumerate(flows) for part in _draw_flow(flow, flow_top + number * (_ROW + 10))),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True, kw_only=True)
class _Line:
    """A line of the tree: its depth, its name, whether it is a unit, and what is deployed there."""

    depth: int
    name: str
    unit: bool = False
    deployed: str = ""

    @property
    def lines(self) -> list[str]:
        """What is deployed, in lines of the right column."""
        return textwrap.wrap(self.deployed, _CHARACTERS)

    @property
    def height(self) -> int:
        """Height of the row."""
        return max(len(self.lines), 1) * _ROW


def _flows(plan: Plan) -> Iterator[_Flow]:
    for template, source, what, target in _FLOWS:
        stacks = [stack for stack in plan.stacks if stack.template.startswith(template)]
        if stacks:
            everywhere = "the account" if plan.standalone else "every account"
            yield _Flow(
                source=source or everywhere,
                what=what,
                target=_place(plan, target) if target else _administrator(plan, stacks),
            )


def _place(plan: Plan, target: str) -> str:
    return MANAGEMENT if plan.standalone and target == "log_archive" else target


def _administrator(plan: Plan, stacks: list[Stack]) -> str:
    """The account that these stacks name, other than the management account."""
    named = (item.account for stack in stacks for item in stack.deployments if item.account)
    return next((account for account in named if account != MANAGEMENT), MANAGEMENT if plan.standalone else "security")


def _tree(plan: Plan) -> Iterator[_Line]:
    if plan.membership is None:
        raise LookupError("a written plan does not list the organization's accounts")
    accounts: dict[str, list[str]] = {}
    for key, unit in plan.membership.accounts.items():
        accounts.setdefault(unit, []).append(key)
    deployed = _deployed(plan)
    units = sorted(plan.membership.units or (ROOT,), key=lambda path: (path != ROOT, path))
    for unit in units[:_MOST_UNITS]:
        depth = 0 if unit == ROOT else unit.count("/") + 1
        root = "the account" if plan.standalone else "organization"
        name = root if unit == ROOT else unit.rpartition("/")[2]
        yield _Line(depth=depth, name=name, unit=True, deployed=deployed.get(unit, ""))
        here = sorted(accounts.get(unit, ()), key=lambda key: (key != MANAGEMENT, key not in deployed, key))
        for key in here[:_MOST_ACCOUNTS]:
            yield _Line(depth=depth + 1, name=key, deployed=deployed.get(key, ""))
        if len(here) > _MOST_ACCOUNTS:
            yield _Line(depth=depth + 1, name=f"and {len(here) - _MOST_ACCOUNTS:,} more accounts")
    if len(units) > _MOST_UNITS:
        yield _Line(depth=1, name=f"and {len(units) - _MOST_UNITS:,} more units")


def _deployed(plan: Plan) -> Mapping[str, str]:
    """Unit or account → the capabilities whose stacks go to it by name."""
    found: dict[str, dict[str, None]] = {}
    for stack in plan.stacks:
        for item in stack.deployments:
            by_account = item.method is Method.STACK or item.account
            for place in (item.account,) if by_account else item.ous:
                found.setdefault(place, {})[stack.capability] = None
    return {place: ", ".join(names) for place, names in found.items()}


def _subtitle(plan: Plan) -> str:
    regions = dict.fromkeys(region for stack in plan.stacks for region in stack.regions)
    others = ", ".join(region for region in regions if region != plan.home_region)
    return f"Home Region {plan.home_region}{f'; also {others}' if others else ''}; tier {plan.tier}"


def _description(rows: list[_Line], flows: list[_Flow]) -> str:
    tree = "; ".join(f"{'unit ' if row.unit else ''}{row.name}: {row.deployed or 'nothing of its own'}" for row in rows)
    arrows = "; ".join(f"{flow.what}: from {flow.source} to {flow.target}" for flow in flows)
    return f"Units, accounts and what is deployed to them by name. {tree}. {arrows}."


def _draw_tree(rows: list[_Line], top: int) -> Iterator[str]:
    parents: list[int] = []
    y = top
    for row in rows:
        x = _MARGIN + row.depth * _INDENT
        del parents[row.depth :]
        if row.depth and parents:
            above = parents[-1]
            yield f'<path class="line" d="M{x - _INDENT + 8} {above + 8}V{y - 5}H{x - 6}"/>'
        parents += [y] * (row.depth + 1 - len(parents))
        yield _text(x, y, shorten(row.name, 40), "unit" if row.unit else "")
        for number, line in enumerate(row.lines):
            yield _text(_RIGHT, y + number * _ROW, line, "soft")
        y += row.height


def _draw_flow(flow: _Flow, y: int) -> Iterator[str]:
    for x, name in ((_MARGIN, flow.source), (_WIDTH - _MARGIN - 200, flow.target)):
        yield f'<rect class="box" x="{x}" y="{y}" width="200" height="{_ROW}" rx="4"/>'
        yield _text(x + 10, y + 18, shorten(name, 24), "")
    end = _WIDTH - _MARGIN - 206
    yield f'<path class="line" d="M{_MARGIN + 206} {y + 21}H{end}m-7 -5l7 5l-7 5"/>'
    yield _text(_MARGIN + 220, y + 15, flow.what, "soft")


def _text(x: int, y: int, text: str, style: str) -> str:
    return f'<text x="{x}" y="{y}"{f" class={chr(34)}{style}{chr(34)}" if style else ""}>{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    return escape(xml_text(text))
