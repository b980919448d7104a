"""What somebody has to set up by hand where this baseline does not manage the organization."""

from baseline.capabilities.landscape import Landscape


def trusted_by_hand(landscape: Landscape, service: str, what: str) -> tuple[str, ...]:
    """Trusted access and delegation of a service, as prerequisites; none where the capability organization does it.

    Args:
        landscape: The organization.
        service: The service principal.
        what: What needs them, in the plural, as the beginning of a sentence.
    """
    if landscape.standalone or landscape.is_on("organization"):
        return ()
    known = landscape.accounts["security"].id or "<id of accounts.security>"
    enable = f"aws organizations enable-aws-service-access --service-principal {service}"
    delegate = f"aws organizations register-delegated-administrator --account-id {known} --service-principal {service}"
    return (
        f"{what} have trusted access in the organization: `{enable}`.",
        f"The security account is the delegated administrator of {service}: `{delegate}`.",
    )
