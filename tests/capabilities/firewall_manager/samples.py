"""Sample settings of `firewall_manager`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "web_acls": {
        "on": {
            "to": ["root"],
            "remediate": True,
            "stage": "block",
            "groups": [{"group": "core", "version": "Version_1.0"}],
            "rate_limits": [
                {"name": "on", "limit": 10, "path": "/007'\"#\\", "action": "challenge"},
                {"name": "no", "limit": 2_000_000_000, "window": 600},
            ],
        },
        "yes": {"to": ["security"], "scope": "cloudfront", "remediate": True, "clean_up": True},
    },
    "usage_audits": {"on": {"to": ["root"], "excluded_accounts": ["security"], "redundant": True}},
    "content_audits": {"on": {"to": ["root"], "security_groups": {"eu-west-1": "sg-0123456789abcdef0"}}},
    "common_groups": {"on": {"to": ["root"], "security_groups": {"eu-west-1": "sg-01234567"}}},
    "dns_firewalls": {"on": {"to": ["root"], "remediate": True, "stage": "block", "domains": ["*.on.example"]}},
    "shield": {
        "on": {"to": ["root"], "scope": "cloudfront", "remediate": True, "application_layer": "count"},
        "yes": {"to": ["security"]},
    },
    "shield_subscribed": True,
}
VALUES: dict[str, list[Any]] = {
    "web_acls": [{}, {"a": {"to": ["root"]}}],
    "web_acls.*.to": [["root"], ["Workloads"], ["security"]],
    "web_acls.*.excluded_accounts": [[], ["security"]],
    "web_acls.*.regions": [[], ["eu-west-1"]],
    "usage_audits": [{}, {"a": {"to": ["root"]}}],
    "usage_audits.*.to": [["root"], ["Workloads"], ["security"]],
    "usage_audits.*.excluded_accounts": [[], ["security"]],
    "usage_audits.*.regions": [[], ["eu-west-1"]],
    "content_audits": [
        {},
        {"a": {"to": ["root"], "security_groups": {"eu-west-1": "sg-01234567"}}},
    ],
    "content_audits.*.to": [["root"], ["Workloads"], ["security"]],
    "content_audits.*.excluded_accounts": [[], ["security"]],
    "content_audits.*.security_groups": [
        {"eu-west-1": "sg-01234567"},
        {"eu-west-1": "sg-89abcdef"},
    ],
    "common_groups": [
        {},
        {"a": {"to": ["root"], "security_groups": {"eu-west-1": "sg-01234567"}}},
    ],
    "common_groups.*.to": [["root"], ["Workloads"], ["security"]],
    "common_groups.*.excluded_accounts": [[], ["security"]],
    "common_groups.*.security_groups": [
        {"eu-west-1": "sg-01234567"},
        {"eu-west-1": "sg-89abcdef"},
    ],
    "dns_firewalls": [{}, {"a": {"to": ["root"]}}],
    "dns_firewalls.*.to": [["root"], ["Workloads"], ["security"]],
    "dns_firewalls.*.excluded_accounts": [[], ["security"]],
    "dns_firewalls.*.regions": [[], ["eu-west-1"]],
    "shield": [{}, {"a": {"to": ["root"], "scope": "cloudfront"}}],
    "shield.*.regions": [[], ["eu-west-1"]],
    "shield.*.to": [["root"], ["Workloads"], ["security"]],
    "shield.*.excluded_accounts": [[], ["security"]],
    "web_acls.*.groups": [[{"group": "core"}], [{"group": "sql"}]],
    "web_acls.*.groups.*.version": [None, "Version_1.0"],
    "web_acls.*.rate_limits": [[], [{"name": "a", "limit": 100}]],
    "web_acls.*.rate_limits.*.path": [None, "/a"],
    "dns_firewalls.*.domains": [["a.example"], ["b.example"]],
    "dns_firewalls.*.threats": [["dga"], ["dns_tunneling"]],
}
