"""The meaning of each state of a requirement, for legends and `baseline explain`."""

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "deployed": "controls implement all of it, for the resources in scope",
    "prevented": "guardrails deny every violation, for the resources in scope",
    "detected": "no control implements all of it, but deployed detectors report every violation",
    "partial": "controls implement or check a part of it; the rest is listed beside it",
    "gap": "the baseline has a control for it, but this profile does not enable it, or a control that it depends on",
    "unsupported": "AWS offers no such control in any governed Region",
    "manual": "people do it, and no deployed control implements or checks a part",
    "shared": "AWS does a part and people do the rest, and no deployed control implements or checks a part",
    "inherited": "AWS does it, and its audit reports are the evidence",
    "excluded": "an exception in the profile accepts the gap; the axes show what is implemented and checked anyway",
}
"""State → meaning, in the order of the reports."""

AXES: Mapping[str, str] = {
    "implemented": "`full`, `partial` or `none` by the deployed controls; `shared` or `inherited` if no control does a "
    "part but AWS does",
    "checked": "`all`, `some` or `none` of it, by the detectors that are deployed: rules of AWS Config, controls of "
    "Security Hub, analyzers and alarms",
}
"""Axis → its values."""
