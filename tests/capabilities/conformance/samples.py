"""Sample settings of `conformance`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "packs": {
        "on": {
            "framework": "ccpa",
            "rules": ["no-007", "cloudshell-full-access"],
            "repeat": True,
            "exclude_accounts": ["management"],
            "remediate": {
                "default-security-group": {"mode": "automatic", "exempt_tag": "on: x"},
                "table-recovery": {},
            },
        },
        "null": {"rules": ["no-007"], "remediate": {"key-rotation": {}}},
    },
    "rules": {
        "no-007": {
            "title": 'Owned: "on" # x',
            "identifier": "REQUIRED_TAGS",
            "parameters": {"tag1Key": "on", "tag1Value": "007"},
            "resource_types": ["AWS::S3::Bucket"],
        },
    },
}
VALUES: dict[str, list[Any]] = {
    "packs": [{}, {"own": {"rules": ["no-007"]}}],
    "packs.*.framework": ["ccpa", "hipaa"],
    "packs.*.rules": [["no-007"], ["no-007", "owned"]],
    "packs.*.without": [[], ["buckets-kms-encrypted"]],
    "packs.*.to": [["root"], ["Workloads"], ["security"]],
    "packs.*.exclude_accounts": [[], ["security"]],
    "packs.*.remediate": [{}, {"buckets-tls-only": {}}],
    "packs.*.remediate.*.exempt_tag": [None, "Exempt"],
    "rules.*.identifier": ["REQUIRED_TAGS", "EIP_ATTACHED"],
    "rules.*.parameters": [{"tag1Key": "a"}, {"tag1Key": "b"}],
    "rules.*.resource_types": [["AWS::S3::Bucket"], ["AWS::EC2::Instance"]],
}
WITHOUT_EFFECT = {
    "rules.*.guard": "the text of the file has an effect",
}
