"""Accounts without an AWS Config recorder: rules and Security Hub controls evaluate nothing there."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.detect.config.recording import RecorderOverride
from baseline.capabilities.detect.conformance.settings import ConformanceSettings
from baseline.controls.assertion import assertions
from baseline.controls.control import controls
from baseline.controls.reach import EVERY
from baseline.plan.reach import Destination, Spread
from baseline.plan.units import ROOT, units_above
from baseline.validate.reach import Planned

_RULES = frozenset({"AWS::Config::ConfigRule", "AWS::Config::OrganizationConformancePack"})
_PACKS = ("conformance-packs", "conformance-remediation")
_OTHERS = ("config-recording", "security-hub-cis", "security-hub-fsbp", "security-hub-standards")
"""Controls of AWS Config and Security Hub, which need a recorder in the account that they evaluate.

Source: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-setup-prereqs.html.
"""


def unjudged_places(planned: Planned) -> Mapping[str, Spread]:
    """Control id → accounts that it cannot evaluate, because an override turns off their recorder.

    Controls that declare all of their accounts are left out: the targets of their stacks are compared.

    Args:
        planned: The plan with its organization.
    """
    off = frozenset(item for item in planned.every if _has_no_recorder(planned, item))
    regions = planned.landscape.regions
    packed = _packed(planned)
    in_packs = frozenset(item for item in off if not packed.isdisjoint((item.account, *units_above(item.unit))))
    found = {
        **dict.fromkeys(_recorded_controls(), off),
        **dict.fromkeys(_PACKS, in_packs),
    }
    return {name: Spread(destinations=some, regions=regions) for name, some in found.items() if some}


def _recorded_controls() -> Iterator[str]:
    """Controls that need a recorder, and are deployed in one place for every account."""
    for control in controls().values():
        types = {item.type for item in assertions()[control.id]}
        if not types.isdisjoint(_RULES) and not any(EVERY in item.accounts for item in control.reach):
            yield control.id
    yield from _OTHERS


def _has_no_recorder(planned: Planned, account: Destination) -> bool:
    override = planned.override("config", account)
    return isinstance(override, RecorderOverride) and override.recorder == "none"


def _packed(planned: Planned) -> frozenset[str]:
    """The places of conformance packs."""
    if not planned.landscape.is_on("conformance"):
        return frozenset()
    settings = planned.landscape.settings("conformance", ConformanceSettings)
    return frozenset(ROOT if place == "root" else place for pack in settings.packs.values() for place in pack.to)
