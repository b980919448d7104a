"""Sample settings of `guardduty`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "features": [
        *("s3_data_events", "eks_audit_logs", "ebs_malware_protection", "rds_login_events"),
        *("lambda_network_logs", "runtime_monitoring", "ai_protection"),
    ],
    "export_key_arn": "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "existing_detectors": {"eu-central-1": "12abc34d567e8fa901bc2d34e56789f0"},
    "overrides": [{"name": "no-007", "to": ["Workloads", "security"], "features": ["s3_data_events"]}],
    "lists": [
        {"name": "on", "kind": kind, "location": "s3://lists/office.txt", "bucket_owner": "012345678901"}
        | {"name": f"no {kind}"}
        for kind in ("trusted_entities", "trusted_ips", "threat_ips")
    ]
    + [{"name": "007", "kind": "threat_entities", "entries": ["198.51.100.7", "203.0.113.0/24", "*.evil.example"]}],
    "suppressions": [
        {
            "name": "scanner",
            "reason": 'Ours: "on" # ${x}',
            "criteria": [
                {"field": "type", "equals": ["Recon:EC2/Portscan", "on", "007"]},
                {"field": "severity", "at_least": 1, "at_most": 4},
            ],
        }
    ],
    "backup_scanner_in": ["root"],
    "malware_protection": [
        {"account": "management", "region": "eu-west-1", "bucket": "uploads", "prefixes": ["on/", "007"]},
        {
            "account": "management",
            "region": "eu-west-1",
            "bucket": "other.uploads",
            "tag_objects": False,
            "key_arn": "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        },
    ],
}
VALUES: dict[str, list[Any]] = {
    "suppressions.*.expires": [None, "2027-06-30"],
    "suppressions.*.criteria": [
        [{"field": "type", "equals": ["a"]}],
        [{"field": "type", "equals": ["a"]}, {"field": "region", "equals": ["b"]}],
    ],
    "suppressions.*.criteria.*.equals": [["a"], ["b"]],
    "suppressions.*.criteria.*.not_equals": [["a"], ["b"]],
    "malware_protection.*.account": ["management", "security"],
    "malware_protection.*.region": ["eu-west-1", "eu-central-1"],
    "overrides.*.features": [["s3_data_events"], ["runtime_monitoring"]],
    "overrides.*.runtime_agents": [["eks"], ["ec2"]],
}
WITHOUT_EFFECT = {
    "overrides.*.reason": "goes into the evidence",
}
