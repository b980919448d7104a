"""Sample settings of `security_hub`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "standards": ["fsbp", "cis-5.0", "resource-tagging"],
    "disabled_controls": [{"control": "EC2.10", "reason": 'No "on" # ${x}'}],
    "parameters": [{"control": "ACM.1", "parameters": {"daysToExpiration": {"Integer": 45}}}],
    "accepted_findings": [
        {
            "name": "website",
            "reason": 'Public: "on" # ${x}',
            "controls": ["S3.2"],
            "resources": ["arn:aws:s3:::site"],
            "accounts": ["012345678901"],
        },
    ],
}
VALUES: dict[str, list[Any]] = {
    "parameters.*.parameters": [{"daysToExpiration": {"Integer": n}} for n in (45, 60)],
    "policies.*.disabled_controls": [[], [{"control": "EC2.10", "reason": "No VPC."}]],
    "accepted_findings.*.controls": [["S3.2"], ["S3.3"]],
}
