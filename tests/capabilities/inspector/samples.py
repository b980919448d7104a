"""Sample settings of `inspector`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "policies": {
        "on": {"enable": ["ec2", "ecr", "lambda", "lambda_code", "code_repositories"]},
        "a-007": {"enable": ["lambda"], "disable": ["lambda_code", "ec2"], "to": ["management"]},
        "null": {"disable": ["ecr"], "to": ["security"]},
    },
    "cis_scans": {
        "on": {"schedule": "monthly", "tags": {"on": ["yes", "007"], "${x}": ["#"]}},
        "a-007": {"level": 2, "accounts": ["management"], "time_zone": "Europe/Berlin", "tags": {"a": ["b"]}},
    },
    "suppressions": [
        {
            "name": "007",
            "reason": 'Ours: "on" # ${x}',
            "criteria": [
                {"field": "ResourceId", "prefix": ["arn:aws:ecr:eu-west-1:444444444444:repository/on"]},
                {"field": "VulnerabilityId", "equals": ["CVE-2024-0001"], "not_equals": ["on"]},
            ],
            "expires": "2030-06-30",
        },
    ],
    "image_rescans": {"after_push": 90, "after_use": 30},
    "scan_mode": "hybrid",
}
VALUES: dict[str, list[Any]] = {
    "policies": [{}, {"one": {"enable": ["ec2"]}}],
    "cis_scans": [{}, {"one": {"tags": {"a": ["b"]}}}],
    "cis_scans.*.days": [["SUN"], ["MON"]],
    "cis_scans.*.at": ["03:00", "04:30"],
    "cis_scans.*.time_zone": ["UTC", "Europe/Berlin"],
    "cis_scans.*.accounts": [[], ["security"]],
    "cis_scans.*.tags": [{"a": ["b"]}, {"a": ["c"]}],
    "suppressions": [
        [],
        [{"name": "one", "reason": "Expected.", "criteria": [{"field": "Title", "equals": ["x"]}]}],
    ],
    "suppressions.*.name": ["one", "other"],
    "suppressions.*.criteria": [
        [{"field": "Title", "equals": ["x"]}],
        [{"field": "Title", "equals": ["y"]}],
    ],
    "suppressions.*.criteria.*.equals": [["x"], ["y"]],
    "suppressions.*.criteria.*.prefix": [["x"], ["y"]],
    "suppressions.*.criteria.*.not_equals": [["x"], ["y"]],
    "suppressions.*.expires": [None, "2027-06-30"],
    "image_rescans": [None, {"after_push": 30}],
    "image_rescans.after_push": ["lifetime", 30],
    "image_rescans.after_use": [None, 30],
    "policies.*.enable": [["ec2"], ["ecr"], ["lambda", "lambda_code"]],
    "policies.*.disable": [[], ["code_repositories"]],
    "policies.*.to": [["root"], ["Workloads"], ["security"]],
}
