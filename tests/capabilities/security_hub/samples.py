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
    "v2": {
        "accepts_billing": True,
        "notify": True,
        "accepted_findings": {
            "on": {
                "reason": 'Public: "on" # ${x}',
                "conditions": [
                    {"field": "compliance.control", "equals": ["S3.2", "007"]},
                    {"field": "resources.uid", "prefix": ["arn:aws:s3:::on"]},
                ],
                "expires": "2030-06-30",
            },
        },
        "connectors": {
            "yes": {"jira_project": "SEC", "tickets_for": ["critical", "high"]},
            "no": {
                "servicenow_instance": "on",
                "secret": "arn:aws:secretsmanager:eu-west-1:333333333333:secret:now-a1b2c3",
            },
        },
    },
}
_ACCEPTED = {"reason": "Ours.", "conditions": [{"field": "cloud.region", "equals": ["eu-west-1"]}]}
VALUES: dict[str, list[Any]] = {
    "parameters.*.parameters": [{"daysToExpiration": {"Integer": n}} for n in (45, 60)],
    "policies.*.disabled_controls": [[], [{"control": "EC2.10", "reason": "No VPC."}]],
    "accepted_findings.*.controls": [["S3.2"], ["S3.3"]],
    "accepted_findings.*.expires": [None, "2027-06-30"],
    "v2": [None, {"accepts_billing": True}],
    "v2.to": [["root"], ["Workloads"]],
    "v2.off_in": [[], ["Sandbox"]],
    "v2.accepted_findings": [{}, {"a": _ACCEPTED}],
    "v2.accepted_findings.*.conditions": [
        [{"field": "cloud.region", "equals": ["a"]}],
        [{"field": "cloud.region", "equals": ["b"]}],
    ],
    "v2.accepted_findings.*.conditions.*.equals": [["a"], ["b"]],
    "v2.accepted_findings.*.conditions.*.prefix": [["a"], ["b"]],
    "v2.accepted_findings.*.expires": [None, "2027-06-30"],
    "v2.connectors": [{}, {"a": {"jira_project": "SEC"}}],
    "v2.connectors.*.jira_project": ["SEC", "OPS"],
    "v2.connectors.*.servicenow_instance": [None, "a"],
    "v2.connectors.*.secret": [None, "arn:aws:secretsmanager:eu-west-1:333333333333:secret:a"],
    "v2.connectors.*.tickets_for": [[], ["critical"]],
}
WITHOUT_EFFECT = {
    "policies.*.reason": "goes into the evidence",
}
