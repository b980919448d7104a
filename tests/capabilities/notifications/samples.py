"""Sample settings of `notifications`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "slack": {"workspace_id": "T0123456789", "channel_id": "C0123456789"},
    "teams": {
        "tenant_id": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        "team_id": "1a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        "channel_id": "19%3a0123456789abcdef%40thread.tacv2",
    },
    "subscriptions": [{"protocol": "https", "endpoint": "https://example.com/sns", "severities": ["high"]}],
    "archive_days": 365,
    "account_names": True,
    "user_notifications": {"findings": {"guardduty": "medium", "inspector": "high"}, "emails": ["on@b.example"]},
    "routes": [
        {
            "name": "security",
            "places": ["Security"],
            "subscriptions": [{"protocol": "email", "endpoint": "a@b.example"}],
        },
        {
            "name": "chat",
            "places": ["root"],
            "severities": ["critical"],
            "slack": {"workspace_id": "T0123456789", "channel_id": "C1"},
        },
        {
            "name": "meeting",
            "places": ["root"],
            "severities": ["critical"],
            "teams": {
                "tenant_id": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
                "team_id": "1a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
                "channel_id": "19%3a0123456789abcdef%40thread.tacv2",
            },
        },
        {
            "name": "pager",
            "places": ["root"],
            "severities": ["critical"],
            "api": {"kind": "pagerduty", "secret": "a"},
        },
    ],
    "findings": {
        "guardduty": "medium",
        "inspector": "high",
        "macie": "medium",
        "access-analyzer": "medium",
        "backup": "medium",
        "config": "medium",
    },
    "config_rules": {"critical": ["s3-"], "high": ["ec2-", "rds-"]},
}
VALUES: dict[str, list[Any]] = {
    "routes.*.places": [["root"], ["Workloads"], ["security"]],
    "routes.*.api.secret_field": ["key", "token"],
}
