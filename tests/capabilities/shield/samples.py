"""Sample settings of `shield`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "subscribed": True,
    "protections": {
        "on": {
            "account": "management",
            "resource": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/on/50dc6c495c0c9188",
            "health_check": "1234abcd-12ab-34cd-56ef-1234567890ab",
            "application_layer": "block",
        },
        "site": {"account": "management", "resource": "arn:aws:cloudfront::111111111111:distribution/E1EXAMPLE"},
        "names": {"account": "management", "resource": "arn:aws:route53:::hostedzone/Z0123456789"},
    },
    "groups": {
        "on": {"account": "management", "members": ["on", "site"], "aggregation": "max"},
        "yes": {"account": "management", "resource_type": "cloudfront_distribution"},
        "no": {"account": "management"},
    },
    "response_team": {
        "to": ["root"],
        "contacts": [
            {"email": "on@northwind.example", "phone": "+442079460000", "notes": "on: 24/7 (yes)"},
            {"email": "no@northwind.example"},
        ],
    },
}

_ZONE = {"account": "security", "resource": "arn:aws:route53:::hostedzone/Z0123456789"}
VALUES: dict[str, list[Any]] = {
    "protections": [{}, {"a": _ZONE}],
    "protections.*.account": ["security", "management"],
    "protections.*.resource": [_ZONE["resource"], "arn:aws:route53:::hostedzone/Z1"],
    "protections.*.health_check": [None, "1234abcd-12ab-34cd-56ef-1234567890ab"],
    "groups": [{}, {"a": {"account": "management"}}],
    "groups.*.account": ["security", "management"],
    "groups.*.members": [[], ["on"], ["site"]],
    "response_team": [None, {"to": ["root"]}],
    "response_team.to": [["root"], ["Workloads"], ["security"]],
    "response_team.contacts": [[], [{"email": "a@northwind.example"}]],
    "response_team.contacts.*.phone": ["+12", "+13"],
    "response_team.contacts.*.email": ["a@northwind.example", "b@northwind.example"],
    "response_team.contacts.*.notes": [None, "At night."],
}
