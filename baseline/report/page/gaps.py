"""The gaps of a profile, with the steps that close them."""

import re
from collections.abc import Sequence

from baseline.evidence.closing import closing_steps
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.states import Met
from baseline.frozen import frozen

_SETTING = re.compile(r"(?<!`)\bcapabilities(?:\.[\w*-]+)+|(?<=\bset )tier\b")
_SEVERITIES = ("critical", "high", "medium", "low")


@frozen
class Gap:
    """A requirement that is a gap.

    Attributes:
        requirement: Framework and id, such as `cis-7.0/4.2`.
        title: A summary of the requirement.
        severity: The highest severity of its controls.
        steps: A sentence for each way to close it, with the settings to change.
    """

    requirement: str
    title: str
    severity: str
    steps: tuple[str, ...]

    @property
    def marked_steps(self) -> tuple[str, ...]:
        """The steps with the paths of settings as code."""
        return tuple(_SETTING.sub(lambda found: f"`{found[0]}`", step) for step in self.steps)


def gaps_of(evidence: Evidence) -> Sequence[Gap]:
    """Every gap, the most severe first, in the order of the frameworks."""
    judged = (item for judgements in evidence.judgements.values() for item in judgements)
    found = [_gap(evidence, item) for item in judged if item.met is Met.GAP]
    return sorted(found, key=lambda gap: _SEVERITIES.index(gap.severity))


def _gap(evidence: Evidence, item: Judgement) -> Gap:
    severities = [evidence.assessed[mapping.control].control.severity for mapping, _ in item.controls]
    return Gap(
        requirement=item.requirement.key,
        title=item.requirement.title or item.requirement.gist,
        severity=min(severities, key=_SEVERITIES.index, default=_SEVERITIES[-1]),
        steps=tuple(closing_steps(evidence, item)),
    )
