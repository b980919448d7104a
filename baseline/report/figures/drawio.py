"""The architecture as source text for draw.io (diagrams.net), for the user's own documents.

The format is an uncompressed `mxfile` (drawio.com/doc/faq/diagram-source-edit): cells 0 and 1 are the root and the
layer, a vertex has a place in its parent, and an edge names its source and target.
"""

from collections.abc import Iterator, Sequence
from html import escape

from baseline.plan.model import Plan
from baseline.report.figures.flows import Flow
from baseline.report.figures.grouped_accounts import grouped_accounts, undrawn_ends
from baseline.text.line import fold
from baseline.text.xml import xml_text

_WIDTH, _ROW, _GAP = 220, 30, 20
_TITLE = 26
"""Height of a unit's title."""
_PITCH = _ROW + 10
"""Distance from the top of an account to that of the next."""
_COLUMNS = 3
_UNIT = f"swimlane;startSize={_TITLE};html=0;rounded=1;fillColor=#f6f8fa;strokeColor=#8c959f;"
_ACCOUNT = "rounded=1;html=0;whiteSpace=wrap;fillColor=#ffffff;strokeColor=#8c959f;"
_OTHER = "ellipse;html=0;whiteSpace=wrap;fillColor=#ddf4ff;strokeColor=#0969da;"
_ARROW = "edgeStyle=orthogonalEdgeStyle;html=0;endArrow=block;fontSize=11;"


def drawio_source(plan: Plan, flows: Sequence[Flow]) -> str:
    """A diagram: units as containers with their accounts, and arrows for logs, findings and alerts.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    cells = ['<mxCell id="0"/>', '<mxCell id="1" parent="0"/>', *_units(plan), *_flows(plan, flows)]
    name = _text(f"{plan.organization}: architecture of the baseline")
    return "\n".join(
        [
            f'<mxfile><diagram name="{name}"><mxGraphModel><root>',
            *cells,
            "</root></mxGraphModel></diagram></mxfile>",
            "",
        ]
    )


def _units(plan: Plan) -> Iterator[str]:
    """Lay out the OUs in columns: each goes to the bottom of the shortest column."""
    bottoms = [0] * _COLUMNS
    for number, unit in enumerate(grouped_accounts(plan)):
        column = bottoms.index(min(bottoms))
        rows = [*((_id(key), key) for key in unit.accounts), *([(f"more{number}", unit.rest)] if unit.rest else [])]
        height = _TITLE + _GAP + len(rows) * _PITCH
        place = (column * (_WIDTH + 3 * _GAP), bottoms[column], _WIDTH, height)
        bottoms[column] += height + _GAP
        yield _vertex(f"unit{number}", unit.name, _UNIT, place)
        for row, (identifier, label) in enumerate(rows):
            inside = (_GAP, _TITLE + _GAP // 2 + row * _PITCH, _WIDTH - 2 * _GAP, _ROW)
            yield _vertex(identifier, label, _ACCOUNT, inside, parent=f"unit{number}")


def _flows(plan: Plan, flows: Sequence[Flow]) -> Iterator[str]:
    """The ends of arrows that are not drawn in a unit, and the arrows."""
    for number, name in enumerate(undrawn_ends(plan, flows)):
        yield _vertex(_id(name), name, _OTHER, (_COLUMNS * (_WIDTH + 3 * _GAP), number * 80, _WIDTH, 60))
    for number, flow in enumerate(flows):
        ends = f'source="{_id(flow.source)}" target="{_id(flow.target)}"'
        geometry = '<mxGeometry relative="1" as="geometry"/>'
        label = f'value="{_text(flow.what)}" style="{_ARROW}"'
        yield f'<mxCell id="flow{number}" {label} edge="1" parent="1" {ends}>{geometry}</mxCell>'


def _vertex(identifier: str, label: str, style: str, place: tuple[int, int, int, int], parent: str = "1") -> str:
    x, y, width, height = place
    geometry = f'<mxGeometry x="{x}" y="{y}" width="{width}" height="{height}" as="geometry"/>'
    cell = f'id="{identifier}" value="{_text(label)}" style="{style}" vertex="1" parent="{parent}"'
    return f"<mxCell {cell}>{geometry}</mxCell>"


def _id(name: str) -> str:
    """An identifier that differs from those of units and arrows."""
    return "n_" + _text(name)


def _text(words: str) -> str:
    return escape(xml_text(fold(words)))
