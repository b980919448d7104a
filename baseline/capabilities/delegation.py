"""Manual steps for trusted access and delegation if the baseline does not manage the organization."""

from baseline.capabilities.landscape import Landscape


def trusted_by_hand(landscape: Landscape, service: str, what: str) -> tuple[str, ...]:
    """Trusted access and delegation of a service, as prerequisites; empty if the capability organization manages them.

    Args:
        landscape: The organization.
        service: The service principal.
        what: The dependent features, in the plural, as the beginning of a sentence.
    """
    if landscape.standalone or landscape.is_on("organization"):
        return ()
    account = landscape.administrator(service)
    known = landscape.accounts[account].id or f"<id of accounts.{account}>"
    whose = "The security account" if account == "security" else f"The account {account}"
    enable = f"aws organizations enable-aws-service-access --service-principal {service}"
    delegate = f"aws organizations register-delegated-administrator --account-id {known} --service-principal {service}"
    return (
        f"{what} have trusted access in the organization: `{enable}`.",
        f"{whose} is the delegated administrator of {service}: `{delegate}`.",
    )


def linked_role_by_hand(landscape: Landscape, service: str) -> tuple[str, ...]:
    """Return a service-linked role as a prerequisite; empty if the capability organization creates the role."""
    if landscape.standalone or landscape.is_on("organization"):
        return ()
    create = f"aws iam create-service-linked-role --aws-service-name {service}"
    return (f"The management account has the service-linked role of {service}: `{create}`.",)


def policy_type_by_hand(landscape: Landscape, policy_type: str) -> tuple[str, ...]:
    """An enabled policy type as a prerequisite; empty if the capability organization enables it."""
    if landscape.is_on("organization"):
        return ()
    root = landscape.root_id or "<root id>"
    return (
        (
            f"Policies of the type {policy_type} are enabled at the root: "
            f"`aws organizations enable-policy-type --root-id {root} --policy-type {policy_type}`."
        ),
    )
