"""Every key of a profile has an effect: other values give other templates or another plan."""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import pytest

from baseline.capabilities.capability import StackSpec
from baseline.capabilities.operate.customizations.template import CustomTemplate, document_key
from baseline.capabilities.organization.account_settings.settings import AccountSettingsOverride
from baseline.capabilities.overrides import Override, stacks_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import settings_of_tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.plan.writing import plan_document
from baseline.profile.cost import Cost, Currency
from baseline.profile.cover import Cover, Party
from baseline.profile.landscape import build_landscape
from baseline.profile.model import Profile
from baseline.render.render import render_stack
from tests.profile.setting_values import Choice, Path, choices
from tests.render.test_templates import FULL

POLICY = {"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
DOCUMENTS = {
    "policies/a.json": POLICY,
    "policies/b.json": {**POLICY, "Statement": []},
    "conformance/owned": "rule a { x exists }",
    document_key("topic"): CustomTemplate(
        text="Resources:\n  A: {Type: AWS::SNS::Topic}\n", parameters={"Days": False}
    ),
}
STACK = {"file": "stacks/a.yaml", "to": ["Workloads"], "parameters": {"Days": "90"}, "accept": {"BL107": "A topic."}}
CONTACT = {"name": "Sam Rivera", "title": "CISO", "email": "sam@northwind.example", "phone": "+44 20 7946 0000"}
IDS = [f"906712345{n}-12345678-1234-1234-1234-12345678901{n}" for n in (1, 2)]
ROLES = FULL["iam_roles"]["deployment_roles"]
OVERRIDE = {"name": "sandbox", "to": ["Workloads"], "password_minimum_length": 20}
CONFORMANCE: dict[str, Any] = {
    "packs": {
        "on": {**FULL["conformance"]["packs"]["on"], "rules": ["no-007", "owned", "cloudshell-full-access"]},
    },
    "rules": {
        **FULL["conformance"]["rules"],
        "owned": {"title": "Owned.", "guard": "rules/a.guard", "resource_types": ["AWS::S3::Bucket"]},
    },
}
EXTRA: dict[str, dict[str, Any]] = {
    "conformance": CONFORMANCE,
    "account_settings": {"overrides": [OVERRIDE]},
    "config": {"overrides": [{"name": "sandbox", "to": ["Workloads"], "recording": "DAILY"}]},
    "customizations": {"stacks": {"topic": STACK}},
    "guardrails": {
        "policies": [{"file": "policies/a.json", "type": "SERVICE_CONTROL_POLICY", "to": ["Workloads", "core"]}],
        "rules": {"regions": {"enabled": True}, "flow-logs": {"enabled": True}},
    },
    "identity_center": {
        "users": {"jane": {"id": IDS[0]}, "john": {"id": IDS[1]}},
        "assignments": [
            *FULL["identity_center"]["assignments"],
            {"user": "jane", "permission_set": "ReadOnly", "to": ["security"]},
        ],
    },
    "iam_roles": {"deployment_roles": [*ROLES, {**ROLES[1], "name": "tagged", "branch": None, "tag": "v1"}]},
    "security_hub": {
        "policies": [{"name": "sandbox", "to": ["Workloads"], "standards": ["fsbp"]}],
    },
}
BASE: dict[str, Any] = {
    "version": 1,
    "organization": {
        "name": "Northwind",
        "prefix": "nw",
        "id": "o-a1b2c3d4e5",
        "root_id": "r-ab12",
        "home_region": "eu-west-1",
        "regions": ["eu-west-1", "eu-central-1", "eu-south-1"],
        "contacts": {"security": CONTACT, "operations": CONTACT, "billing": CONTACT},
        "alerts": ["alerts@northwind.example"],
        "tags": {"Owner": "platform"},
    },
    "accounts": {
        "web": {"email": "web@northwind.example", "ou": "Workloads", "name": "Web"},
        "management": {"id": "111111111111", "email": "aws@northwind.example"},
        "log_archive": {"id": "222222222222", "email": "logs@northwind.example", "ou": "Security"},
        "security": {"id": "333333333333", "email": "security@northwind.example", "ou": "Security"},
    },
    "account_groups": {"core": ["security"]},
    "organizational_units": [
        {"path": "Sandbox"},
        {"path": "Security", "id": "ou-ab12-11111111"},
        {"path": "Workloads", "id": "ou-ab12-22222222"},
    ],
    "deployment": {"region_order": ["eu-central-1", "eu-west-1", "eu-south-1"]},
    "tier": "regulated",
    "capabilities": {
        name: {**settings_of_tier(item.settings, "regulated"), **FULL.get(name, {}), **EXTRA.get(name, {})}
        for name, item in CAPABILITIES.items()
    },
}
WITHOUT_EFFECT = {
    "version": "one value only",
    "defaults": "one release only",
    "compliance": "evidence is reported against it",
    "exceptions": "goes into the evidence",
    "exception_days": "a limit of checks",
    "attestations": "goes into the evidence",
    "aws_reports": "goes into the evidence",
    "accounts.*.data_classes": "goes into the evidence",
    **{f"cost{name}": "goes into the estimate" for name in ("", *(f".{key}" for key in Cost.model_fields))},
    **{f"cost.currency.{name}": "goes into the estimate" for name in Currency.model_fields},
    "document": "goes into reports",
    **{f"document.{name}": "goes into reports" for name in Cover.model_fields},
    **{
        f"document.{one}.{name}": "goes into reports" for one in ("client", "consultant") for name in Party.model_fields
    },
    "capabilities.guardrails.reserved_slots": "a limit of checks",
    "capabilities.guardrails.limits": "limits of checks",
    "capabilities.customizations.stacks.*.accept": "goes into the findings",
    "capabilities.customizations.stacks.*.file": "a test of its own, since files are read with the profile",
    "capabilities.customizations.stacks.*.controls": "goes into the evidence",
    "capabilities.customizations.stacks.*.values": "a test of its own, since files are rendered with the profile",
    "capabilities.waf.web_acls.*.groups.*.exceptions.*.reason": "for reviewers of the profile",
    "capabilities.waf.web_acls.*.allowed_networks.*.reason": "for reviewers of the profile",
    "capabilities.health.support_plan": "decides what is a mistake",
    "capabilities.conformance.rules.*.guard": "the text of the file has an effect",
    "capabilities.guardrails.rules.*.reason": "goes into the evidence",
    "capabilities.account_settings.overrides.*.reason": "goes into the evidence",
    "capabilities.config.overrides.*.reason": "goes into the evidence",
    "capabilities.guardduty.overrides.*.reason": "goes into the evidence",
    **{f"capabilities.{name}.reason": "goes into the evidence" for name in CAPABILITIES},
    **{f"capabilities.{name}.enabled": "a test of its own" for name in CAPABILITIES},
}
"""Keys that no template and no plan depends on, and why."""

ASSIGNMENTS = FULL["identity_center"]["assignments"]
SET = FULL["identity_center"]["permission_sets"]["Exports-1"]
ACCOUNTS = BASE["accounts"]
UNITS = BASE["organizational_units"]
ZONE = {"account": "security", "resource": "arn:aws:route53:::hostedzone/Z0123456789"}
SAMPLES: dict[str, list[Any]] = {
    "adopt": [{}, {"detectors": {"eu-west-1": "1" * 32}}],
    "accounts": [ACCOUNTS, {**ACCOUNTS, "other": {"email": "other@northwind.example"}}],
    "roles": [{}, {"identity_center": "web"}],
    "account_groups": [{"core": ["security"]}, {"core": ["log_archive"]}],
    "account_groups.*": [["security"], ["log_archive"]],
    "accounts.*.ou": ["Sandbox", "Workloads"],
    "organizational_units": [UNITS, [*UNITS, "Workloads/Prod"]],
    "organizational_units.*.path": ["Sandbox", "Labs"],
    "organizational_units.*.suspended": [True, False],
    "organization.home_region": ["eu-west-1", "eu-central-1"],
    "organization.regions": [["eu-west-1"], ["eu-west-1", "eu-central-1"], ["eu-west-1", "eu-south-1"]],
    "capabilities.customizations.stacks": [{}, {"topic": STACK}],
    "capabilities.customizations.stacks.*.to": [["Workloads"], ["security"], ["root"], ["management"]],
    "capabilities.customizations.stacks.*.regions": [[], ["governed"], ["eu-central-1"]],
    "capabilities.customizations.stacks.*.parameters": [{"Days": "90"}, {"Days": "30"}],
    "capabilities.customizations.stacks.*.depends_on": [[], ["kms-logs"]],
    "capabilities.conformance.packs": [{}, {"own": {"rules": ["no-007"]}}],
    "capabilities.conformance.packs.*.framework": ["ccpa", "hipaa"],
    "capabilities.conformance.packs.*.rules": [["no-007"], ["no-007", "owned"]],
    "capabilities.conformance.packs.*.without": [[], ["buckets-kms-encrypted"]],
    "capabilities.conformance.packs.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.conformance.packs.*.exclude_accounts": [[], ["security"]],
    "capabilities.conformance.packs.*.remediate": [{}, {"buckets-tls-only": {}}],
    "capabilities.conformance.packs.*.remediate.*.exempt_tag": [None, "Exempt"],
    "capabilities.conformance.rules.*.identifier": ["REQUIRED_TAGS", "EIP_ATTACHED"],
    "capabilities.conformance.rules.*.parameters": [{"tag1Key": "a"}, {"tag1Key": "b"}],
    "capabilities.conformance.rules.*.resource_types": [["AWS::S3::Bucket"], ["AWS::EC2::Instance"]],
    "capabilities.conformance.rules": [
        CONFORMANCE["rules"],
        {**CONFORMANCE["rules"], "owned": {**CONFORMANCE["rules"]["owned"], "title": "Other."}},
    ],
    "capabilities.inspector.policies": [{}, {"one": {"enable": ["ec2"]}}],
    "capabilities.inspector.cis_scans": [{}, {"one": {"tags": {"a": ["b"]}}}],
    "capabilities.inspector.cis_scans.*.days": [["SUN"], ["MON"]],
    "capabilities.inspector.cis_scans.*.at": ["03:00", "04:30"],
    "capabilities.inspector.cis_scans.*.time_zone": ["UTC", "Europe/Berlin"],
    "capabilities.inspector.cis_scans.*.accounts": [[], ["security"]],
    "capabilities.inspector.cis_scans.*.tags": [{"a": ["b"]}, {"a": ["c"]}],
    "capabilities.inspector.suppressions": [
        [],
        [{"name": "one", "reason": "Expected.", "criteria": [{"field": "Title", "equals": ["x"]}]}],
    ],
    "capabilities.inspector.suppressions.*.name": ["one", "other"],
    "capabilities.inspector.suppressions.*.criteria": [
        [{"field": "Title", "equals": ["x"]}],
        [{"field": "Title", "equals": ["y"]}],
    ],
    "capabilities.inspector.suppressions.*.criteria.*.equals": [["x"], ["y"]],
    "capabilities.inspector.suppressions.*.criteria.*.prefix": [["x"], ["y"]],
    "capabilities.inspector.suppressions.*.criteria.*.not_equals": [["x"], ["y"]],
    "capabilities.inspector.policies.*.enable": [["ec2"], ["ecr"], ["lambda", "lambda_code"]],
    "capabilities.inspector.policies.*.disable": [[], ["code_repositories"]],
    "capabilities.inspector.policies.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.hooks.hooks": [{"aa": {"to": ["root"]}}, {"bb": {"to": ["root"]}}],
    "capabilities.hooks.hooks.*.rules": [["volumes-encrypted"], ["keys-rotated"]],
    "capabilities.security_lake.sources": [{"cloudtrail": {}}, {"cloudtrail": {}, "waf": {}}],
    "capabilities.security_lake.sources.*.accounts": [[], ["web"]],
    "capabilities.security_lake.sources.*.version": ["1.0", "2.0"],
    "capabilities.security_lake.keys": [{}, {"eu-west-1": "1234abcd-12ab-34cd-56ef-1234567890ab"}],
    "capabilities.security_lake.subscribers": [
        [],
        [{"name": "siem", "account": "999999999999", "external_id": "siem"}],
    ],
    "capabilities.security_lake.subscribers.*.account": ["web", "999999999999"],
    "capabilities.security_lake.subscribers.*.sources": [[], ["cloudtrail"]],
    "capabilities.detective.packages": [[], ["eks_audit"], ["security_findings"]],
    "capabilities.detective.excluded_accounts": [[], ["web"]],
    "capabilities.macie.existing_sessions": [[], ["eu-west-1"]],
    "capabilities.macie.excluded_accounts": [[], ["web"]],
    "capabilities.macie.discovery_excluded_accounts": [[], ["web"]],
    "capabilities.macie.excluded_buckets": [{}, {"eu-west-1": ["site"]}],
    "capabilities.macie.allow_lists": [{}, {"one": {"reason": "Tests.", "regex": "x"}}],
    "capabilities.macie.allow_lists.*.regex": ["x", "y"],
    "capabilities.macie.allow_lists.*.words": [{"bucket": "abc", "key": "x"}, {"bucket": "abc", "key": "y"}],
    "capabilities.macie.allow_lists.*.words.bucket": ["abc", "abd"],
    "capabilities.macie.custom_data_identifiers": [{}, {"one": {"description": "Ours.", "regex": "x"}}],
    "capabilities.macie.custom_data_identifiers.*.regex": ["x", "y"],
    "capabilities.macie.custom_data_identifiers.*.keywords": [["abc"], ["abd"]],
    "capabilities.macie.custom_data_identifiers.*.ignore_words": [["abcd"], ["abce"]],
    "capabilities.waf.web_acls": [{}, {"a": {"to": ["root"]}}],
    "capabilities.monitoring.alarms.*.threshold": [1, 20],
    "capabilities.monitoring.alarms.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.waf.web_acls.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.waf.web_acls.*.regions": [[], ["eu-west-1"]],
    "capabilities.waf.web_acls.*.scope": ["regional", "cloudfront"],
    "capabilities.waf.web_acls.*.groups": [[{"group": "core"}], [{"group": "sql"}]],
    "capabilities.waf.web_acls.*.groups.*.version": [None, "Version_1.0"],
    "capabilities.waf.web_acls.*.groups.*.exceptions": [[], [{"rule": "X", "reason": "Ours."}]],
    "capabilities.waf.web_acls.*.groups.*.exceptions.*.rule": ["SizeRestrictions_BODY", "GenericLFI_BODY"],
    "capabilities.waf.web_acls.*.groups.*.exceptions.*.path": [None, "/a"],
    "capabilities.waf.web_acls.*.account_takeover": [
        None,
        {"path": "/a", "user_field": "user", "password_field": "password"},
    ],
    "capabilities.waf.web_acls.*.account_takeover.path": ["/a", "/b"],
    "capabilities.waf.web_acls.*.account_takeover.user_field": ["a", "b"],
    "capabilities.waf.web_acls.*.account_takeover.password_field": ["a", "b"],
    "capabilities.waf.web_acls.*.rate_limits": [[], [{"name": "a", "limit": 100}]],
    "capabilities.waf.web_acls.*.rate_limits.*.path": [None, "/a"],
    "capabilities.waf.web_acls.*.allowed_networks": [[], [{"network": "203.0.113.0/24", "reason": "Ours."}]],
    "capabilities.waf.web_acls.*.allowed_networks.*.network": ["203.0.113.0/24", "198.51.100.0/24"],
    "capabilities.waf.web_acls.*.blocked_networks": [[], ["203.0.113.0/24"]],
    "capabilities.waf.web_acls.*.blocked_countries": [[], ["KP"]],
    "capabilities.waf.web_acls.*.allowed_countries": [[], ["DE"]],
    "capabilities.waf.web_acls.*.logging": [None, {"to": "logs"}],
    "capabilities.waf.web_acls.*.logging.redact": [[], ["cookie"]],
    "capabilities.firewall_manager.web_acls": [{}, {"a": {"to": ["root"]}}],
    "capabilities.firewall_manager.web_acls.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.firewall_manager.web_acls.*.excluded_accounts": [[], ["security"]],
    "capabilities.firewall_manager.web_acls.*.regions": [[], ["eu-west-1"]],
    "capabilities.firewall_manager.usage_audits": [{}, {"a": {"to": ["root"]}}],
    "capabilities.firewall_manager.usage_audits.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.firewall_manager.usage_audits.*.excluded_accounts": [[], ["security"]],
    "capabilities.firewall_manager.usage_audits.*.regions": [[], ["eu-west-1"]],
    "capabilities.firewall_manager.content_audits": [
        {},
        {"a": {"to": ["root"], "security_groups": {"eu-west-1": "sg-01234567"}}},
    ],
    "capabilities.firewall_manager.content_audits.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.firewall_manager.content_audits.*.excluded_accounts": [[], ["security"]],
    "capabilities.firewall_manager.content_audits.*.security_groups": [
        {"eu-west-1": "sg-01234567"},
        {"eu-west-1": "sg-89abcdef"},
    ],
    "capabilities.firewall_manager.common_groups": [
        {},
        {"a": {"to": ["root"], "security_groups": {"eu-west-1": "sg-01234567"}}},
    ],
    "capabilities.firewall_manager.common_groups.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.firewall_manager.common_groups.*.excluded_accounts": [[], ["security"]],
    "capabilities.firewall_manager.common_groups.*.security_groups": [
        {"eu-west-1": "sg-01234567"},
        {"eu-west-1": "sg-89abcdef"},
    ],
    "capabilities.firewall_manager.dns_firewalls": [{}, {"a": {"to": ["root"]}}],
    "capabilities.firewall_manager.dns_firewalls.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.firewall_manager.dns_firewalls.*.excluded_accounts": [[], ["security"]],
    "capabilities.firewall_manager.dns_firewalls.*.regions": [[], ["eu-west-1"]],
    "capabilities.firewall_manager.shield": [{}, {"a": {"to": ["root"], "scope": "cloudfront"}}],
    "capabilities.firewall_manager.shield.*.regions": [[], ["eu-west-1"]],
    "capabilities.firewall_manager.shield.*.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.firewall_manager.shield.*.excluded_accounts": [[], ["security"]],
    "capabilities.firewall_manager.web_acls.*.groups": [[{"group": "core"}], [{"group": "sql"}]],
    "capabilities.firewall_manager.web_acls.*.groups.*.version": [None, "Version_1.0"],
    "capabilities.firewall_manager.dns_firewalls.*.domains": [["a.example"], ["b.example"]],
    "capabilities.firewall_manager.dns_firewalls.*.threats": [["dga"], ["dns_tunneling"]],
    "capabilities.network.record": [[], ["flow"], ["queries"]],
    "capabilities.network.archive": [
        {},
        {"a": {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567"}},
    ],
    "capabilities.network.archive.*.account": ["management", "security"],
    "capabilities.network.archive.*.region": ["eu-west-1", "eu-central-1"],
    "capabilities.network.archive.*.vpc": ["vpc-01234567", "vpc-89abcdef"],
    "capabilities.shield.protections": [{}, {"a": ZONE}],
    "capabilities.shield.protections.*.account": ["security", "management"],
    "capabilities.shield.protections.*.resource": [ZONE["resource"], "arn:aws:route53:::hostedzone/Z1"],
    "capabilities.shield.protections.*.health_check": [None, "1234abcd-12ab-34cd-56ef-1234567890ab"],
    "capabilities.shield.groups": [{}, {"a": {"account": "management"}}],
    "capabilities.shield.groups.*.account": ["security", "management"],
    "capabilities.shield.groups.*.members": [[], ["on"], ["site"]],
    "capabilities.shield.response_team": [None, {"to": ["root"]}],
    "capabilities.shield.response_team.to": [["root"], ["Workloads"], ["security"]],
    "capabilities.shield.response_team.contacts": [[], [{"email": "a@northwind.example"}]],
    "capabilities.shield.response_team.contacts.*.phone": ["+12", "+13"],
    "capabilities.shield.response_team.contacts.*.email": ["a@northwind.example", "b@northwind.example"],
    "capabilities.shield.response_team.contacts.*.notes": [None, "At night."],
    "capabilities.budgets.budgets": [{}, {"web": {"amount": 5}}],
    "capabilities.budgets.budgets.*.accounts": [[], ["Workloads"], ["security"]],
    "capabilities.budgets.budgets.*.alerts": [[{"threshold": 50}], [{"threshold": 50}, {"threshold": 90}]],
    "capabilities.budgets.anomalies": [None, {"minimum_impact": 5}],
    "capabilities.budgets.anomalies.monitor_arn": [
        None,
        *(f"arn:aws:ce::111111111111:anomalymonitor/{n}2345678-1234-1234-1234-123456789012" for n in "12"),
    ],
    "capabilities.organization.policy_types": [[], ["TAG_POLICY"], ["CHATBOT_POLICY"]],
    "capabilities.guardrails.sandbox_units": [["Workloads"], ["Sandbox"]],
    "capabilities.guardrails.policies.*.file": ["policies/a.json", "policies/b.json"],
    "capabilities.guardrails.policies.*.type": ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"],
    "capabilities.guardrails.policies.*.name": ["no-s3", "no-storage"],
    "capabilities.guardrails.policies.*.key": ["a", "b"],
    "capabilities.guardrails.policies.*.description": ["No S3.", "No storage."],
    "capabilities.guardrails.policies.*.to": [["Workloads"], ["root"], ["security"]],
    "capabilities.guardrails.rules": [{}, {"regions": {"enabled": False}}],
    "capabilities.guardrails.rules.*.enabled": [True, False],
    "capabilities.guardrails.rules.*.to": [[], ["Workloads"], ["security"]],
    "capabilities.guardrails.quarantine_units": [[], ["Workloads"], ["Sandbox"]],
    "capabilities.guardrails.inference_profiles": [[], ["eu.*"], ["us.*"]],
    "capabilities.config.continuous_types": [[], ["AWS::EC2::Instance"]],
    "capabilities.config.exclude_rules": [[], ["instance-profiles"]],
    "capabilities.iam_roles.break_glass_users": [["break-glass/*"], ["emergency"]],
    "capabilities.iam_roles.delegated_roles": [["delegated/*"], ["cdk-*"]],
    "capabilities.iam_roles.deployment_roles.*.audience": ["one", "two"],
    "capabilities.iam_roles.deployment_roles.*.accounts": [["management"], ["security"]],
    "capabilities.iam_roles.deployment_roles.*.provider": ["github", "gitlab"],
    "capabilities.iam_roles.oidc_provider_exists_in": [[], ["management"]],
    "capabilities.identity_center.instance_arn": [f"arn:aws:sso:::instance/ssoins-{n}223456789abcdef" for n in "12"],
    "capabilities.identity_center.identity_store_id": ["d-0123456789", "d-1123456789"],
    "capabilities.identity_center.permission_sets.*.session": ["1h", "12h"],
    "capabilities.identity_center.permission_sets.*.stack": [1, 2],
    "capabilities.identity_center.permission_sets": [{"Exports-1": SET}, {"Exports-1": SET, "Exports-2": SET}],
    "capabilities.identity_center.groups": [
        FULL["identity_center"]["groups"],
        {**FULL["identity_center"]["groups"], "others": {}},
    ],
    "capabilities.identity_center.groups.*.description": ["One.", "Two."],
    "capabilities.identity_center.permission_sets.*.inline_policy": [SET["inline_policy"], None],
    "capabilities.identity_center.assignments": [ASSIGNMENTS, ASSIGNMENTS[:1], []],
    "capabilities.identity_center.assignments.*.group": ["on", "managers"],
    "capabilities.identity_center.assignments.*.user": ["jane", "john"],
    "capabilities.identity_center.users": [{name: {"id": IDS[n]} for name in ("jane", "john")} for n in (0, 1)],
    "capabilities.identity_center.users.*.id": IDS,
    "capabilities.identity_center.assignments.*.permission_set": ["Exports-1", "ReadOnly"],
    "capabilities.identity_center.assignments.*.to": [["Workloads"], ["Sandbox"], ["management"]],
    "capabilities.guardduty.suppressions.*.criteria": [
        [{"field": "type", "equals": ["a"]}],
        [{"field": "type", "equals": ["a"]}, {"field": "region", "equals": ["b"]}],
    ],
    "capabilities.guardduty.suppressions.*.criteria.*.equals": [["a"], ["b"]],
    "capabilities.guardduty.suppressions.*.criteria.*.not_equals": [["a"], ["b"]],
    "capabilities.guardduty.malware_protection.*.account": ["management", "security"],
    "capabilities.guardduty.malware_protection.*.region": ["eu-west-1", "eu-central-1"],
    "capabilities.security_hub.parameters.*.parameters": [{"daysToExpiration": {"Integer": n}} for n in (45, 60)],
    "capabilities.security_hub.policies.*.disabled_controls": [[], [{"control": "EC2.10", "reason": "No VPC."}]],
    "capabilities.security_hub.accepted_findings.*.controls": [["S3.2"], ["S3.3"]],
    "capabilities.access_analyzer.archive_rules.*.criteria": [
        [{"key": "resource", "eq": ["a"]}],
        [{"key": "resource", "eq": ["a"]}, {"key": "isPublic", "eq": ["false"]}],
    ],
    **{
        f"capabilities.access_analyzer.archive_rules.*.criteria.*.{name}": [["a"], ["b"]]
        for name in ("eq", "neq", "contains")
    },
    "capabilities.access_analyzer.internal_access.*.accounts": [["management"], ["security"]],
    "capabilities.account_settings.overrides": [[], [OVERRIDE]],
    **{
        f"capabilities.account_settings.overrides.*.{name}": [30, 24]
        if "int" in str(field.annotation)
        else [True, False]
        for name, field in AccountSettingsOverride.model_fields.items()
        if name not in Override.model_fields
    },
    "capabilities.account_settings.overrides.*.password_reuse_prevention": [10, 20],
    "capabilities.account_settings.overrides.*.config_retention_days": [30, 60],
    "capabilities.config.overrides.*.recorder": ["existing", "none"],
    "capabilities.guardduty.overrides.*.features": [["s3_data_events"], ["runtime_monitoring"]],
    "capabilities.guardduty.overrides.*.runtime_agents": [["eks"], ["ec2"]],
    "capabilities.config.overrides.*.recording": ["DAILY", "CONTINUOUS"],
    "capabilities.config.overrides.*.snapshot_frequency": ["One_Hour", "Six_Hours"],
    "capabilities.config.overrides.*.continuous_types": [[], ["AWS::EC2::Instance"]],
}
"""Name → values, where the model does not tell them or some of them fit nothing else in the profile."""
USED_BY = {
    "allowed_services": "allowed-services",
    "bedrock_guardrail": "bedrock-guardrail",
    "bedrock_models": "bedrock-models",
    "image_providers": "allowed-images",
    "instance_types": "instance-types",
    "networks": "expected-networks",
    "protected_tags": "protected-tags",
    "vpcs": "expected-networks",
    "web_identity_providers": "web-identities",
    "web_identity_subjects": "web-identities",
}
"""Setting of the guardrails → a guardrail that it is for."""
TOGETHER: dict[str, dict[str, Any]] = {
    **{
        f"capabilities.guardrails.{name}": {"capabilities.guardrails.rules": {guardrail: {"enabled": True}}}
        for name, guardrail in USED_BY.items()
    },
    "capabilities.config.overrides.*.recorder": {"capabilities.config.overrides.0.recording": None},
    "capabilities.guardduty.overrides.*.runtime_agents": {
        "capabilities.guardduty.overrides.0.features": ["runtime_monitoring"]
    },
    "capabilities.config.overrides.*.daily_types": {"capabilities.config.overrides.0.recording": "CONTINUOUS"},
    "capabilities.guardrails.stage": {"capabilities.guardrails.sandbox_units": ["Workloads"]},
    "capabilities.guardrails.sandbox_units": {"capabilities.guardrails.stage": "sandbox"},
    "capabilities.config.continuous_types": {"capabilities.config.recording": "DAILY"},
    "capabilities.identity_center.ready_made": {"capabilities.identity_center.assignments": []},
}
"""Name → what else the profile has to say for it to have an effect."""


def every_choice() -> list[Choice]:
    """The keys of a profile."""
    found = [item for item in choices(Profile, BASE, SAMPLES) if not item.name.startswith("capabilities")]
    for name, capability in CAPABILITIES.items():
        path = ("capabilities", name)
        found += choices(capability.settings, BASE["capabilities"][name], SAMPLES, path, ".".join(path))
    return [item for item in found if item.name not in WITHOUT_EFFECT]


EVERY = {name: list(items) for name, items in groupby(sorted(every_choice(), key=lambda c: c.name), lambda c: c.name)}


def with_value(data: Any, path: Path, value: Any) -> Any:
    """A copy of the data with another value."""
    if not path:
        return value
    changed: Any = dict(data) if isinstance(data, Mapping) else list(data)
    changed[path[0]] = with_value(changed[path[0]] if len(path) > 1 else None, path[1:], value)
    return changed


def off_with(name: str) -> set[str]:
    """Disable the capability and everything that depends on it."""
    needing = [other for other, capability in CAPABILITIES.items() if name in capability.requires]
    return {name}.union(*map(off_with, needing))


def output(data: Mapping[str, Any], texts: dict[str, str], only: str = "") -> str:
    """The templates and the plan, of one capability or as a whole."""
    settings = {name: CAPABILITIES[name].settings.model_validate(given) for name, given in data["capabilities"].items()}
    landscape = build_landscape(Profile.model_validate({**data, "capabilities": settings}), DOCUMENTS)
    if only:
        specs = stacks_of(landscape, CAPABILITIES[only]) if landscape.is_on(only) else ()
        found = repr([(spec.name, {**vars(spec), "context": None}, text_of(stack_of(spec), texts)) for spec in specs])
        return re.sub(r" at 0x[0-9a-f]+", "", found)  # where a function is in memory tells nothing
    plan = build_plan(landscape)
    return json.dumps([plan_document(plan), plan.documents, [text_of(stack, texts) for stack in plan.stacks]])


def stack_of(spec: StackSpec) -> Stack:
    nothing: dict[str, Any] = dict.fromkeys(("parameters", "deployments", "depends_on", "prerequisites"), ())
    return Stack(
        name=spec.name,
        capability="",
        template=spec.template,
        description=spec.description,
        context=spec.context,
        **nothing,
    )


def text_of(stack: Stack, texts: dict[str, str]) -> str:
    key = re.sub(r" at 0x[0-9a-f]+", "", repr((stack.name, stack.context, stack.parameters)))
    if key not in texts:
        texts[key] = render_stack(stack).text
    return texts[key]


def outputs(choice: Choice, texts: dict[str, str], only: str) -> list[str]:
    data: Any = BASE
    for name, value in TOGETHER.get(choice.name, {}).items():
        path = tuple(int(part) if part.isdecimal() else part for part in name.split("."))
        data = with_value(data, path, value)
    return [output(with_value(data, choice.path, value), texts, only) for value in choice.values]


def test_capability_renders_stacks_only_when_on(texts: dict[str, str]) -> None:
    for name in CAPABILITIES:
        data: Any = BASE
        for other in off_with(name):
            data = with_value(data, ("capabilities", other, "enabled"), False)
        assert output(data, texts, name) == "[]"
        assert output(BASE, texts, name) != "[]"
        output(data, texts)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {}


def is_distinct(found: Iterable[str]) -> bool:
    found = list(found)
    return len(set(found)) == len(found) > 1


@pytest.mark.parametrize("name", EVERY)
def test_values_of_a_key_give_different_outputs(name: str, texts: dict[str, str]) -> None:
    places = [item for item in EVERY[name] if len(item.values) > 1]
    assert places, "give values in SAMPLES, or say in WITHOUT_EFFECT why it has none"
    only = name.split(".")[1] if name.startswith("capabilities.") else ""
    found = any(is_distinct(outputs(item, texts, each)) for each in dict.fromkeys((only, "")) for item in places)
    assert found, "no value changes templates or plan: give others in SAMPLES, or say in WITHOUT_EFFECT why it has none"
