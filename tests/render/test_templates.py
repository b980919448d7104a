"""The templates against the code: same names, same rules, deterministic."""

import re
from dataclasses import FrozenInstanceError, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from baseline.capabilities.control_tower import ControlTower, TowerBaseline, TowerControl
from baseline.capabilities.landscape import Account, Contact
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier
from baseline.controls.control import controls
from baseline.controls.guardrail import guardrails
from baseline.errors import RenderError
from baseline.plan.build import build_plan
from baseline.plan.model import Plan, Stack, Template
from baseline.render.render import render_plan, render_stack
from baseline.resources import templates_directory
from tests.each import hold_for_each
from tests.landscapes import MANAGEMENT, make_landscape

TEMPLATES = sorted(templates_directory().rglob("*.j2"))

CONDITION = {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}}

FULL: dict[str, dict[str, Any]] = {
    "notifications": {
        "slack": {"workspace_id": "T0123456789", "channel_id": "C0123456789"},
        "teams": {
            "tenant_id": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
            "team_id": "1a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
            "channel_id": "19%3a0123456789abcdef%40thread.tacv2",
        },
        "subscriptions": [{"protocol": "https", "endpoint": "https://example.com/sns", "severities": ["high"]}],
        "archive_days": 365,
        "findings": {
            "guardduty": "medium",
            "inspector": "high",
            "macie": "medium",
            "access-analyzer": "medium",
            "backup": "medium",
        },
    },
    "alarms": {"custom": [{"name": "secrets-deleted", "description": "A secret went.", "pattern": "{ $.a = 1 }"}]},
    "certificates": {"remind_on_days": [30, 7, 1]},
    "monitoring": {
        "ready_made": ["ec2-launch-spike", "vcpu-quota"],
        "alarms": {
            "throttles": {
                "description": "Functions are throttled.",
                "namespace": "AWS/Lambda",
                "metric": "Throttles",
                "dimensions": {"FunctionName": "web"},
                "threshold": 10,
                "severity": "high",
                "to": ["Workloads"],
            },
            "queue-age": {
                "description": "Work waits.",
                "namespace": "AWS/SQS",
                "metric": "ApproximateAgeOfOldestMessage",
                "dimensions": {"QueueName": "work"},
                "statistic": "Maximum",
                "threshold": 600,
            },
        },
    },
    "response": {
        "playbooks": {
            "disable-access-keys": {"approve": ["Workloads"], "severity": "medium"},
            "close-bucket": {"automatic": ["root"]},
            "isolate-instance": {"automatic": ["Workloads"]},
            "quarantine-role": {"approve": ["root"]},
            "close-snapshot": {"automatic": ["Workloads"], "dry_run": True},
            "close-ports": {"automatic": ["root"]},
            "isolate-function": {"automatic": ["root"]},
            "stop-task": {},
        },
        "hourly_limit": 7,
    },
    "health": {
        "watch": ["abuse", "issues", "changes", "notices", "trusted-advisor"],
        "support_plan": "enterprise",
    },
    "secrets": {"watch": ["deletions", "rotations", "policies"]},
    "heartbeat": {
        "watch": ["trail", "log-archive", "recorder", "detection", "organization", "identity", "stacks"],
        "sign_of_life": "weekly",
        "ignored_roles": ["stacksets-exec-*", "on/Platform+1@x"],
    },
    "cloudtrail": {"lambda_data_events": True, "s3_data_events": "all"},
    "organization": {
        "resource_sharing": True,
        "health_view": True,
        "policy_delegation": True,
        "policy_roles": ["PolicyAdministrator"],
        "revert": True,
        "delegated_services": [
            *("cloudtrail.amazonaws.com", "fms.amazonaws.com", "guardduty.amazonaws.com"),
            "securitylake.amazonaws.com",
            *("inspector2.amazonaws.com", "macie.amazonaws.com", "sso.amazonaws.com"),
        ],
    },
    "account_settings": {
        "account_alias": True,
        "ebs_key": "customer",
        "instance_metadata_v2_enforced": True,
        "password_max_age_days": 90,
        "remove_default_vpcs": True,
        "revert": True,
    },
    "iam_roles": {
        "incident_response": True,
        "trusted_roles": ["Administrator", "security/*"],
        "delegated_roles": ["delegated/*", "cdk-*"],
        "deployment_roles": [
            {
                "name": "platform",
                "provider": "github",
                "repository": "northwind@123456/platform@456789",
                "environment": "production eu",
                "accounts": ["management"],
                "managed_policies": ["PowerUserAccess"],
                "account_policies": ["teams/deploy"],
            },
            {
                "name": "web",
                "provider": "gitlab",
                "url": "https://gitlab.northwind.example",
                "repository": "northwind/web/site",
                "branch": "main",
                "accounts": ["management"],
                "account_policies": ["teams/deploy"],
            },
        ],
    },
    "identity_center": {
        "permission_sets": {
            "Exports-1": {
                "description": 'Reads "on" # exports: ${x}',
                "session": "12h",
                "customer_policies": ["teams/data", "plain"],
                "inline_policy": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "s3:GetObject",
                            "Resource": ["arn:aws:s3:::exports/*", "arn:aws:s3:::home/${aws:username}/*"],
                            "Condition": CONDITION,
                        }
                    ],
                },
                "boundary": "bounds/people",
                "relay_state": "https://console.aws.amazon.com/billing/home#/",
                "tags": {"on": "007"},
            },
        },
        "groups": {
            "on": {},
            "no 007": {"id": "906712345a-12345678-1234-1234-1234-123456789012", "description": 'The "others"'},
            "managers": {},
        },
        "assignments": [
            {"group": "on", "permission_set": "Exports-1", "to": ["Security"]},
            {"group": "no 007", "permission_set": "ReadOnly", "to": ["Security", "management"]},
            {"group": "managers", "permission_set": "Administrator", "to": ["management"]},
        ],
        "attributes": {"CostCenter": "${path:enterprise.costCenter}"},
    },
    "guardduty": {
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
            for kind in ("trusted_entities", "threat_entities", "trusted_ips", "threat_ips")
        ],
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
    },
    "security_hub": {
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
    },
    "access_analyzer": {
        "unused_access": True,
        "internal_access": [
            {"region": "eu-west-1", "accounts": ["management"], "resource_types": ["AWS::S3::Bucket"]},
        ],
        "archive_rules": [
            {
                "name": "partner",
                "reason": 'Agreed: "on" # ${x}',
                "criteria": [{"key": "principal.AWS", "eq": ["012345678901"]}, {"key": "isPublic", "exists": False}],
            },
        ],
    },
    "inspector": {
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
            },
        ],
    },
    "macie": {
        "mode": "discover",
        "existing_sessions": ["eu-west-1"],
        "excluded_buckets": {"eu-west-1": ["007", "yes"]},
        "allow_lists": {
            "on": {"reason": 'Ours: "on" # x', "regex": "^[on]{3} #$"},
            "a-007": {"reason": "Names.", "words": {"bucket": "words-007", "key": "a b/on.txt"}},
        },
        "custom_data_identifiers": {
            "null": {
                "description": 'Ours: "on" # x',
                "regex": "E-[0-9]{7}",
                "keywords": ["yes"],
                "ignore_words": ["null"],
            },
            "a-007": {"description": "On.", "regex": "on"},
        },
        "revert": True,
    },
    "conformance": {
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
    },
    "network": {
        "record": ["flow", "queries", "eks_audit"],
        "archive": {
            "on": {"account": "management", "region": "eu-west-1", "vpc": "vpc-0123456789abcdef0"},
            "yes": {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567"},
        },
    },
    "firewall_manager": {
        "web_acls": {
            "on": {"to": ["root"], "stage": "block", "groups": [{"group": "core", "version": "Version_1.0"}]},
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
    },
    "shield": {
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
    },
    "waf": {
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
    },
    "detective": {"graph": True, "packages": ["eks_audit", "security_findings"], "revert": True},
    "hooks": {
        "hooks": {
            "on": {"rules": ["volumes-encrypted"], "to": ["Workloads", "management"]},
            "no-007": {"mode": "fail", "to": ["root"]},
        },
        "exempt_roles": ["on-*"],
    },
    "security_lake": {
        "sources": {"cloudtrail": {}, "vpc_flow": {"version": "2.0", "accounts": ["management"]}},
        "transitions": [{"days": 60, "storage_class": "GLACIER_IR"}],
        "keys": {
            "eu-west-1": "1234abcd-12ab-34cd-56ef-1234567890ab",
            "eu-central-1": "1234abcd-12ab-34cd-56ef-1234567890ac",
        },
        "subscribers": [
            {"name": "on", "account": "management", "external_id": "007", "access": "data", "notify": True},
            {"name": "no-007", "account": "012345678901", "external_id": "on", "sources": ["cloudtrail"]},
        ],
        "revert": True,
    },
    "guardrails": {
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
        "web_identity_providers": ["oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"],
        "web_identity_subjects": ["repo:northwind-labs/*"],
        "rules": {
            **{name: {"enabled": True} for name in guardrails()},
            "regions": {"exempt_roles": ["Network*"]},
            "iam-users": {"enabled": True, "to": ["Workloads", "security"]},
            "flow-logs": {"enabled": False, "reason": 'No "on" # ${x}'},
        },
    },
    "budgets": {
        "budgets": {
            "on": {
                "amount": 1,
                "period": "annually",
                "accounts": ["management"],
                "alerts": [{"threshold": 99, "kind": "forecasted", "severity": "high"}],
            },
            "a-007": {"amount": 5000},
        },
        "anomalies": {"minimum_impact": 100, "severity": "medium"},
    },
    "config": {
        "daily_types": ["AWS::EC2::NetworkInterface"],
        "exclude_types": ["AWS::IAM::User", "AWS::Config::ResourceCompliance"],
        "exclude_rules": ["instance-profiles"],
        "rule_parameters": {"access-keys-rotated": {"maxAccessKeyAge": "60"}},
    },
}
NEW: dict[str, Any] = {
    "organization_id": None,
    "root_id": None,
    "opt_in_regions": frozenset({"eu-central-1"}),
    "ous": {"Security": None, "Workloads": None, "Workloads/Prod ${x}": None, "Old ${x}": None},
    "suspended": frozenset({"Old ${x}"}),
    "contacts": {
        kind: Contact(name='Sam "R" ${Rivera}', title="on", email="sam@northwind.example", phone="+44 20 7946 0000")
        for kind in ("security", "operations", "billing")
    },
}
"""An organization that does not exist yet, with names that YAML and `Fn::Sub` could take for more."""


NEW_ACCOUNTS = {
    "management": MANAGEMENT,
    **{
        key: Account(key=key, name=f"{key} ${{x}}: 'on'", email=f"{key}@northwind.example", ou=ou)
        for key, ou in (
            ("log_archive", "Security"),
            ("security", "Security"),
            ("web", "Workloads/Prod ${x}"),
            ("x", None),
        )
    },
}


TOWER = ControlTower(
    version="4.0",
    integrations=frozenset({"access_management"}),
    units=("Security", "Workloads"),
    baselines=(TowerBaseline(unit="Workloads/Prod ${x}", version="5.0"),),
    identity_center_baseline="arn:aws:controltower:eu-west-1:111111111111:enabledbaseline/XAH",
    controls=(
        TowerControl(alias="CT.S3.PV.4", identifier="arn:aws:controlcatalog:::control/a", unit="Workloads"),
        TowerControl(alias="AWS-GR_A", identifier="", unit="Workloads", parameters={"on": ["${x}", "no"]}),
    ),
)

LANDSCAPES = [
    *(
        make_landscape(tier, settings, standalone=standalone)
        for tier in get_args(Tier)
        for standalone in (False, True)
        for settings in ({}, FULL)
    ),
    make_landscape(settings=FULL, control_tower=TOWER, **{**NEW, "accounts": NEW_ACCOUNTS}),
    make_landscape(regions=("eu-west-1", "us-east-1")),  # some rules are in us-east-1 only
]


@cache
def plan_of(number: int) -> Plan:
    return build_plan(LANDSCAPES[number])


@cache
def templates_of(number: int) -> tuple[Template, ...]:
    return render_plan(plan_of(number))


def stacks() -> list[Stack]:
    return [stack for number in range(len(LANDSCAPES)) for stack in plan_of(number).stacks]


def rendered() -> list[Template]:
    return [template for number in range(len(LANDSCAPES)) for template in templates_of(number)]


class CloudFormationLoader(yaml.CSafeLoader):
    """Reads short-form intrinsic functions as their arguments."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {f"!{suffix}": loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {f"!{suffix}": loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {f"!{suffix}": loader.construct_mapping(node, deep=True)}


CloudFormationLoader.add_multi_constructor("!", _short_form)


@cache
def parsed(text: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(text, Loader=CloudFormationLoader)  # noqa: S506 - a SafeLoader
    return document


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(templates_directory())))
def test_a_template_keeps_to_the_house_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 250
    assert text.startswith("{#"), "begins with a comment that speaks to maintainers"
    assert "default(" not in text
    assert "{% set" not in text
    assert not re.search(r"arn:aws[:-]", text), "the partition is written out"
    assert not re.search(r"{{(?:(?!\|)[^}])*}}", text), "a value without a filter"


def test_a_rendered_template_is_complete_and_within_the_limits() -> None:
    hold_for_each(rendered(), is_complete, name_of)


def name_of(template: Template) -> str:
    return template.stack.name


ROLES_WITH_GENERATED_NAMES = ("detect/guardduty/malware",)
"""A name would replace deployed roles; these begin with the names of their stacks, which guardrails know as well."""


ROLES_NAMED_BY_AWS = ("AmazonSecurityLakeMetaStoreManagerV2",)


def is_complete(template: Template) -> None:
    document = parsed(template.text)
    assert list(document)[:3] == ["AWSTemplateFormatVersion", "Description", "Metadata"]
    assert document["Metadata"]["Baseline"]["Capability"] == template.stack.capability
    assert len(template.text.encode()) <= 51_200
    assert 0 < len(document["Resources"]) <= 500
    assert document["Outputs"]
    for name, resource in document["Resources"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)
        assert resource["Metadata"]["Purpose"].endswith("."), name
        if resource["Type"] == "AWS::IAM::Role" and template.stack.template not in ROLES_WITH_GENERATED_NAMES:
            # Guardrails protect and exempt the baseline's roles by the beginning of their names.
            role = str(resource["Properties"]["RoleName"])
            assert role in ROLES_NAMED_BY_AWS or re.search(r"\bnw-", role), name


def test_every_parameter_is_constrained_and_given_a_value() -> None:
    hold_for_each(rendered(), constrains_its_parameters, name_of)


def constrains_its_parameters(template: Template) -> None:
    declared = parsed(template.text).get("Parameters", {})
    assert set(declared) == {parameter.name for parameter in template.stack.parameters}
    assert all(item["AllowedPattern"] and item["Description"] for item in declared.values())


EARNED_WITH_OTHERS = {
    "cis-alarms",  # by the fifteen alarms together
    *(f"guardduty-{name}" for name in ("s3", "eks", "ebs-malware", "rds", "lambda", "runtime", "ai")),
    *(f"security-hub-{standard}" for standard in ("fsbp", "cis")),
}
"""Controls that many values earn, or one of a list: the template names one control beside all of them."""


def test_every_control_is_earned_in_some_template_and_every_id_there_is_a_control() -> None:
    named = {control for template in rendered() for control in template.controls}
    assert named - set(controls()) == set()
    assert set(controls()) - named == EARNED_WITH_OTHERS


def test_every_setting_that_can_be_weakened_names_a_control_that_exists() -> None:
    from baseline.capabilities.settings import tier_defaults

    named = {d.control for c in CAPABILITIES.values() for d in tier_defaults(c.settings).values() if d.control}
    assert named
    assert named <= set(controls())


def test_rendering_twice_gives_the_same_bytes() -> None:
    plan = build_plan(make_landscape())
    assert [t.text for t in render_plan(plan)] == [t.text for t in render_plan(plan)]


def test_contexts_are_plain_frozen_values() -> None:
    name = "anything"
    for stack in stacks():
        assert is_dataclass(stack.context)
        with pytest.raises(FrozenInstanceError):
            setattr(stack.context, name, "other")


def test_a_missing_name_is_an_error_that_names_the_template() -> None:
    stack = next(stack for stack in stacks() if stack.template == "logs/kms/log_archive")
    other = next(stack for stack in stacks() if stack.template == "logs/kms/logs")
    from dataclasses import replace

    with pytest.raises(RenderError, match=r"logs/kms/log_archive\.yaml\.j2 did not render"):
        render_stack(replace(stack, context=other.context))
