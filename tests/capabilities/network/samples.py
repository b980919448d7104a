"""Sample settings of `network`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "record": ["flow", "queries", "eks_audit", "waf", "load_balancers"],
    "dns_firewalls": {
        "on": {
            "account": "management",
            "region": "eu-west-1",
            "vpcs": ["vpc-01234567", "vpc-0123456789abcdef0"],
            "managed_lists": {"yes": "rslvr-fdl-0123456789abcdef"},
            "domains": ["*.evil.example", "on.example"],
            "stage": "block",
        },
        "yes": {"account": "management", "region": "eu-west-1", "vpcs": ["vpc-01234567"], "threats": ["dga"]},
    },
    "public_access_exclusions": {
        "on": {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567", "reason": 'A "shop" # ${x}'},
        "no": {
            "account": "management",
            "region": "eu-west-1",
            "subnet": "subnet-01234567",
            "allow": "out",
            "reason": "Ours.",
        },
    },
    "access_scopes": {
        "on": {"finds": ["internet_in", "admin_ports_in"], "expected": ["subnet-01234567"], "to": ["management"]},
        "yes": {"finds": ["internet_out", "other_networks_in"]},
    },
    "archive": {
        "on": {"account": "management", "region": "eu-west-1", "vpc": "vpc-0123456789abcdef0"},
        "yes": {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567"},
    },
}
_DNS = {"account": "management", "region": "eu-west-1", "vpcs": ["vpc-01234567"]}
_EXCLUSION = {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567", "reason": "Ours."}

VALUES: dict[str, list[Any]] = {
    "record": [[], ["flow"], ["queries"]],
    "archive": [
        {},
        {"a": {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567"}},
    ],
    "archive.*.account": ["management", "security"],
    "archive.*.region": ["eu-west-1", "eu-central-1"],
    "archive.*.vpc": ["vpc-01234567", "vpc-89abcdef"],
    "dns_firewalls": [{}, {"a": _DNS}],
    "dns_firewalls.*.account": ["management", "security"],
    "dns_firewalls.*.region": ["eu-west-1", "eu-central-1"],
    "dns_firewalls.*.vpcs": [["vpc-01234567"], ["vpc-89abcdef"]],
    "dns_firewalls.*.managed_lists": [{}, {"a": "rslvr-fdl-0123456789abcdef"}],
    "dns_firewalls.*.threats": [["dga"], ["dns_tunneling"]],
    "dns_firewalls.*.priority": [None, 100, 9900],
    "dns_firewalls.*.domains": [["a.example"], ["b.example"]],
    "public_access_exclusions": [{}, {"a": _EXCLUSION}],
    "public_access_exclusions.*.account": ["management", "security"],
    "public_access_exclusions.*.region": ["eu-west-1", "eu-central-1"],
    "public_access_exclusions.*.vpc": ["vpc-01234567", "vpc-89abcdef"],
    "public_access_exclusions.*.subnet": [None, "subnet-01234567"],
    "access_scopes": [{}, {"a": {"finds": ["internet_in"]}}],
    "access_scopes.*.finds": [["internet_in"], ["internet_out"]],
    "access_scopes.*.expected": [[], ["vpc-01234567"]],
    "access_scopes.*.to": [["root"], ["security"]],
}
