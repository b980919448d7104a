"""Sample settings of `waf`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "web_acls": {
        "on": {
            "to": ["root"],
            "stage": "block",
            "groups": [
                {
                    "group": "core",
                    "version": "Version_1.0",
                    "exceptions": [
                        {"rule": "SizeRestrictions_BODY", "path": "/007/", "reason": 'Ours: "on" # ${x}'},
                        {"rule": "NoUserAgent_HEADER", "reason": "Probes."},
                    ],
                },
                {"group": "known-bad-inputs"},
            ],
            "bot_control": "targeted",
            "account_takeover": {"path": "/on", "payload": "JSON", "user_field": "on", "password_field": "no"},
            "rate_limits": [{"name": "on", "limit": 100, "path": "/on", "action": "challenge"}],
            "allowed_networks": [{"network": "203.0.113.0/24", "reason": "Ours."}],
            "blocked_networks": ["198.51.100.0/24", "2001:db8::/32"],
            "blocked_countries": ["NO"],
            "logging": {"to": "s3", "keep": ["block", "count"], "redact": ["on", "007"]},
        },
        "a-007": {"scope": "cloudfront", "to": ["management"], "logging": {"retention_days": 365}},
    },
}
VALUES: dict[str, list[Any]] = {
    "web_acls": [{}, {"a": {"to": ["root"]}}],
    "web_acls.*.to": [["root"], ["Workloads"], ["security"]],
    "web_acls.*.regions": [[], ["eu-west-1"]],
    "web_acls.*.scope": ["regional", "cloudfront"],
    "web_acls.*.groups": [[{"group": "core"}], [{"group": "sql"}]],
    "web_acls.*.groups.*.version": [None, "Version_1.0"],
    "web_acls.*.groups.*.exceptions": [[], [{"rule": "X", "reason": "Ours."}]],
    "web_acls.*.groups.*.exceptions.*.rule": ["SizeRestrictions_BODY", "GenericLFI_BODY"],
    "web_acls.*.groups.*.exceptions.*.path": [None, "/a"],
    "web_acls.*.account_takeover": [
        None,
        {"path": "/a", "user_field": "user", "password_field": "password"},
    ],
    "web_acls.*.account_takeover.path": ["/a", "/b"],
    "web_acls.*.account_takeover.user_field": ["a", "b"],
    "web_acls.*.account_takeover.password_field": ["a", "b"],
    "web_acls.*.rate_limits": [[], [{"name": "a", "limit": 100}]],
    "web_acls.*.rate_limits.*.path": [None, "/a"],
    "web_acls.*.allowed_networks": [[], [{"network": "203.0.113.0/24", "reason": "Ours."}]],
    "web_acls.*.allowed_networks.*.network": ["203.0.113.0/24", "198.51.100.0/24"],
    "web_acls.*.blocked_networks": [[], ["203.0.113.0/24"]],
    "web_acls.*.blocked_countries": [[], ["KP"]],
    "web_acls.*.allowed_countries": [[], ["DE"]],
    "web_acls.*.logging": [None, {"to": "logs"}],
    "web_acls.*.logging.redact": [[], ["cookie"]],
}
WITHOUT_EFFECT = {
    "web_acls.*.groups.*.exceptions.*.reason": "for reviewers of the profile",
    "web_acls.*.allowed_networks.*.reason": "for reviewers of the profile",
}
