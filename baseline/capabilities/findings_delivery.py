"""The Regions whose GuardDuty findings are exported to the log archive, and the delivering principals."""

from baseline.capabilities.detect.guardduty.settings import GuardDutySettings
from baseline.capabilities.landscape import Landscape


def exports_findings(landscape: Landscape) -> bool:
    """Whether GuardDuty is enabled and its findings are archived."""
    return landscape.is_on("guardduty") and landscape.settings("guardduty", GuardDutySettings).export_findings


def exporting_regions(landscape: Landscape) -> tuple[str, ...]:
    """The Regions whose findings can be exported: an opt-in home Region receives only its own findings.

    Source: GuardDuty user guide, Exporting generated findings, Considerations.
    """
    return (landscape.home_region,) if landscape.home_region in landscape.opt_in_regions else landscape.regions


def guardduty_principals(landscape: Landscape) -> tuple[str, ...]:
    """The principals that the log archive's bucket and key allow: opt-in Regions have their own principal.

    Source: GuardDuty user guide, Exporting generated findings, steps 2 and 3.
    """
    if not exports_findings(landscape):
        return ()
    regions = exporting_regions(landscape)
    usual = ("guardduty.amazonaws.com",) if any(r not in landscape.opt_in_regions for r in regions) else ()
    return (*usual, *(f"guardduty.{region}.amazonaws.com" for region in regions if region in landscape.opt_in_regions))
