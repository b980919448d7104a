"""The flows of logs, findings and alerts."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from baseline.frozen import frozen
from baseline.languages.catalog import Say
from baseline.plan.model import Plan, Stack
from baseline.plan.units import MANAGEMENT
from baseline.report.figures.drawing import ROW, WIDTH, Figure, arrow, box, text

_BOX = 200
_GAP = 10
_STEP = ROW + _GAP

_LOGS: tuple[tuple[str, str, str, str], ...] = (
    ("logs/cloudtrail/cloudtrail", "", "calls of AWS, by the trail", "log_archive"),
    ("detect/config/recorder", "", "configuration history and snapshots", "log_archive"),
    ("detect/guardduty/export", "security", "findings of GuardDuty, for the archive", "log_archive"),
    ("protect/waf/", "", "records of web requests, if the profile logs them", "log_archive"),
    ("detect/config/aggregator", "", "configuration, by the aggregator", ""),
)
_FINDINGS: tuple[tuple[str, str, str, str], ...] = (
    ("detect/guardduty/", "", "findings of GuardDuty", ""),
    ("detect/security_hub/", "", "findings of Security Hub", ""),
    ("detect/access_analyzer/", "", "findings of IAM Access Analyzer", ""),
    ("detect/inspector/", "", "findings of Amazon Inspector", ""),
    ("detect/macie/", "", "findings of Amazon Macie", ""),
    ("detect/detective/", "", "activity, for the graph of Detective", ""),
    ("detect/alarms/alarms", "management", "alarms on the trail's log group", "notifications"),
    ("detect/alarms/root_activity", "", "use of root users", "notifications"),
    ("respond/heartbeat/", "", "changes to the protection itself", "notifications"),
    ("respond/notifications/", "notifications", "alerts by severity", "subscribers"),
)
"""Beginning of a template's name, source (empty for every account), data, target (empty for the account that
administers the service)."""


@frozen
class Flow:
    """An arrow from one place to another."""

    source: str
    what: str
    target: str


def log_flows(plan: Plan) -> tuple[Flow, ...]:
    """The flows of records."""
    return tuple(_flows(plan, _LOGS))


def alert_flows(plan: Plan) -> tuple[Flow, ...]:
    """The flows of findings and alerts."""
    return tuple(_flows(plan, _FINDINGS))


def flow_figure(name: str, title: str, flows: Sequence[Flow], say: Say = str) -> Figure:
    """Arrows from left to right; neighbors with the same source or target share a box."""
    parts = [
        *(part for item in _spans([say(flow.source) for flow in flows]) for part in _place(0, *item)),
        *(part for item in _spans([say(flow.target) for flow in flows]) for part in _place(WIDTH - _BOX, *item)),
    ]
    for number, flow in enumerate(flows):
        y = number * _STEP
        parts.append(arrow(_BOX + 6, y + 21, WIDTH - _BOX - 6))
        parts.append(text(_BOX + 20, y + 15, say(flow.what), style="soft", room=WIDTH - 2 * _BOX - 60))
    return Figure(
        name=name,
        title=title,
        lines=[f"{say(flow.what)}: {say(flow.source)} → {say(flow.target)}" for flow in flows],
        height=max(len(flows) * _STEP, ROW),
        parts=parts,
    )


def _flows(plan: Plan, kinds: Sequence[tuple[str, str, str, str]]) -> Iterator[Flow]:
    for template, source, what, target in kinds:
        stacks = [stack for stack in plan.stacks if stack.template.startswith(template)]
        if stacks:
            everywhere = "the account" if plan.standalone else "every account"
            yield Flow(
                source=_account(plan, source) if source else everywhere,
                what=what,
                target=_account(plan, target) if target else _administrator(plan, stacks),
            )


def _account(plan: Plan, name: str) -> str:
    return MANAGEMENT if plan.standalone and name in ("log_archive", "security") else name


def _administrator(plan: Plan, stacks: Sequence[Stack]) -> str:
    """The account that these stacks name, other than the management account."""
    named = (item.account for stack in stacks for item in stack.deployments if item.account)
    return next((account for account in named if account != MANAGEMENT), MANAGEMENT if plan.standalone else "security")


def _spans(names: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Consecutive rows with the same name: the name, its first row and the number of rows."""
    first = 0
    for name, group in groupby(names):
        count = len(list(group))
        yield name, first, count
        first += count


def _place(x: int, name: str, first: int, count: int) -> Iterator[str]:
    y, height = first * _STEP, count * _STEP - _GAP
    yield box(x, y, _BOX, height)
    yield text(x + 10, y + height // 2 + 5, name, style="strong", room=_BOX - 20)
