"""Sample settings of `iam_roles`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "incident_response": True,
    "trusted_roles": ["Administrator", "security/*"],
    "delegated_roles": ["delegated/*", "cdk-*"],
    "deployment_roles": [
        {
            "name": "platform",
            "provider": "github",
            "repository": "northwind@123456/platform@456789",
            "environment": "production eu",
            "accounts": ["management"],
            "managed_policies": ["PowerUserAccess"],
            "account_policies": ["teams/deploy"],
        },
        {
            "name": "web",
            "provider": "gitlab",
            "url": "https://gitlab.northwind.example",
            "repository": "northwind/web/site",
            "branch": "main",
            "accounts": ["management"],
            "account_policies": ["teams/deploy"],
        },
    ],
}
VALUES: dict[str, list[Any]] = {
    "break_glass_users": [["break-glass/*"], ["emergency"]],
    "delegated_roles": [["delegated/*"], ["cdk-*"]],
    "deployment_roles.*.audience": ["one", "two"],
    "deployment_roles.*.accounts": [["management"], ["security"]],
    "deployment_roles.*.provider": ["github", "gitlab"],
    "oidc_provider_exists_in": [[], ["management"]],
}
