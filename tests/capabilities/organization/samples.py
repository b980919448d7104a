"""Sample settings of `organization`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "resource_sharing": True,
    "health_view": True,
    "policy_delegation": True,
    "policy_roles": ["PolicyAdministrator"],
    "revert": True,
    "delegated_services": [
        *("cloudtrail.amazonaws.com", "fms.amazonaws.com", "guardduty.amazonaws.com"),
        "securitylake.amazonaws.com",
        *("inspector2.amazonaws.com", "macie.amazonaws.com", "sso.amazonaws.com"),
    ],
}
VALUES: dict[str, list[Any]] = {
    "policy_types": [[], ["TAG_POLICY"], ["CHATBOT_POLICY"]],
}
