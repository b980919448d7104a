"""Sample settings of `guardrails`; `tests/samples.py` says what they are for."""

from typing import Any

from baseline.controls.guardrail import guardrails

FULL: dict[str, Any] = {
    "quarantine_units": ["Workloads"],
    "exempt_roles": ["on/Platform+1@x"],
    "allowed_regions": ["eu-north-1"],
    "global_actions": ["tnb:*"],
    "allowed_services": ["s3:*"],
    "instance_types": ["t3.*"],
    "bedrock_models": ["arn:aws:bedrock:*::foundation-model/amazon.nova-*"],
    "bedrock_guardrail": "arn:aws:bedrock:eu-west-1:111111111111:guardrail/hu1dlsv9wy1d:1",
    "image_providers": ["amazon", "123456789012"],
    "trusted_accounts": ["012345678901"],
    "trusted_organizations": ["o-partner0001"],
    "networks": ["203.0.113.0/24"],
    "vpcs": ["vpc-0123456789abcdef0"],
    "protected_tags": ["on: x"],
    "blocked_users": ["906712345a-12345678-1234-1234-1234-123456789012"],
    "web_identity_providers": ["oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"],
    "web_identity_subjects": ["repo:northwind-labs/*"],
    "rules": {
        **{name: {"enabled": True} for name in guardrails()},
        "regions": {"exempt_roles": ["Network*"]},
        "iam-users": {"enabled": True, "to": ["Workloads", "security"]},
        "flow-logs": {"enabled": False, "reason": 'No "on" # ${x}'},
    },
}
VALUES: dict[str, list[Any]] = {
    "sandbox_units": [["Workloads"], ["Sandbox"]],
    "policies.*.file": ["policies/a.json", "policies/b.json"],
    "policies.*.type": ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"],
    "policies.*.name": ["no-s3", "no-storage"],
    "policies.*.key": ["a", "b"],
    "policies.*.description": ["No S3.", "No storage."],
    "policies.*.to": [["Workloads"], ["root"], ["security"]],
    "rules": [{}, {"regions": {"enabled": False}}],
    "rules.*.enabled": [True, False],
    "rules.*.to": [[], ["Workloads"], ["security"]],
    "quarantine_units": [[], ["Workloads"], ["Sandbox"]],
    "inference_profiles": [[], ["eu.*"], ["us.*"]],
}
WITHOUT_EFFECT = {
    "reserved_slots": "a limit of checks",
    "limits": "limits of checks",
    "rules.*.reason": "goes into the evidence",
}
