"""Types of organization policies, enabled at the root by a custom setting."""

from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.parameters import PARAMETERS

GUARDDUTY_POLICY = "GUARDDUTY_POLICY"


def policy_type_setting(
    policy_type: str,
    *,
    logical_id: str = "PolicyType",
    control: str = "",
    depends_on: tuple[str, ...] = (),
    optional: bool = False,
) -> CustomSetting:
    """Return the setting that enables a type of organization policies at the root."""
    return CustomSetting(
        logical_id=logical_id,
        setting="policy-type",
        purpose=f"Enables the policy type {policy_type}.",
        arguments={"RootId": PARAMETERS["OrganizationRootId"].reference, "PolicyType": policy_type},
        control=control,
        depends_on=depends_on,
        optional=optional,
    )
