"""The Regions in which Amazon Macie is on, and the delivery of its results to the log archive."""

from baseline.aws.availability import regions_with
from baseline.capabilities.detect.macie.settings import MacieSettings
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.parameters import ParameterDeclaration, account_parameter


def macie_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions in which CloudFormation supports Amazon Macie, or may support it."""
    return regions_with(landscape.regions, "AWS::Macie::Session")


def uses_macie(landscape: Landscape) -> bool:
    """Whether the profile turns on Amazon Macie in a Region that has it: its functions need a key for their logs."""
    if (
        not landscape.is_on("macie")
        or not landscape.is_on("kms")
        or landscape.settings("macie", MacieSettings).mode == "off"
    ):
        return False
    return bool(macie_regions(landscape))


def exports_results(landscape: Landscape) -> bool:
    """Whether results of discovery are archived."""
    if not uses_macie(landscape) or not landscape.is_on("log_archive"):
        return False
    return landscape.settings("macie", MacieSettings).export_results and bool(result_regions(landscape))


def result_regions(landscape: Landscape) -> tuple[str, ...]:
    """The Regions whose results a bucket of the home Region accepts: an opt-in home Region accepts only its own.

    Source: Amazon Macie user guide, Storing and retaining sensitive data discovery results
    (docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html).
    """
    regions = macie_regions(landscape)
    home = landscape.home_region
    return tuple(name for name in regions if name == home) if home in landscape.opt_in_regions else regions


def macie_principals(landscape: Landscape) -> tuple[str, ...]:
    """The principals that the log archive's bucket and key allow: opt-in Regions have their own (same page, step 2)."""
    if not exports_results(landscape):
        return ()
    regions = result_regions(landscape)
    usual = ("macie.amazonaws.com",) if any(name not in landscape.opt_in_regions for name in regions) else ()
    return (*usual, *(f"macie.{name}.amazonaws.com" for name in regions if name in landscape.opt_in_regions))


def macie_account(landscape: Landscape) -> Reference:
    """The administrator's account in a template."""
    return THIS_ACCOUNT if landscape.standalone else account_parameter(landscape, landscape.role("macie")).reference


def macie_account_parameters(landscape: Landscape) -> tuple[ParameterDeclaration, ...]:
    """The parameter with the administrator's account, for templates that allow the delivery of its results."""
    return () if landscape.standalone else (account_parameter(landscape, landscape.role("macie")),)
