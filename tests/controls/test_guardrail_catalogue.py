"""The catalog of guardrails as data: complete, without duplicates or misspellings."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from baseline.aws.facts import facts
from baseline.aws.iam_actions import matching_actions
from baseline.capabilities.organization.guardrails.policies import settings_of
from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings
from baseline.capabilities.organization.guardrails.statements import filled, words_of
from baseline.controls.guardrail import GROUPS, Guardrail, Scope, guardrails
from baseline.policy.kinds import KINDS
from tests.landscapes import make_landscape

FILES = sorted(
    (Path(__file__).parents[2] / "baseline" / "capabilities" / "organization" / "guardrails" / "catalog").glob("*.toml")
)
TABLES = [
    (path.stem, name, entry)
    for path in FILES
    for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
]
WORD = re.compile(r"<[a-z_]+>")
SERVICE_KEYS = ("aws:PrincipalIsAWSService", "aws:ViaAWSService")
REQUIRED = {
    "organization": "leave-organization organization-changes account-regions account-contacts billing-settings "
    "marketplace-purchases external-sharing resource-shares extension-types",
    "root-user": "root-user root-access-keys",
    "identity": "access-keys iam-users password-policy account-alias deployment-roles tagged-roles execution-roles "
    "identity-providers identity-center-changes pass-privileged-roles blocked-users",
    "logging": "cloudtrail config-recorder config-rules config-aggregation log-buckets log-objects log-object-access "
    "log-groups log-pipelines alerts flow-logs baseline-stacks baseline-parameters response-machines "
    "observability-links protected-tags",
    "detection": "guardduty security-hub macie access-analyzer inspector inspector-exclusions detective security-lake",
    "data": "baseline-keys tagged-keys ebs-encryption s3-public-access efs-encryption rds-encryption ebs-snapshots "
    "ebs-attachments key-grants key-origins key-deletion-window s3-deletion-mfa s3-replication backup-roles "
    "backup-locks public-function-urls snapshot-sharing",
    "network": "default-vpcs security-networks security-vpcs network-changes network-rules network-firewalls "
    "serial-console hosted-zone-authorizations shadowed-endpoints",
    "regions": "regions",
    "services": "allowed-services instance-types bedrock-models",
    "perimeter": "outside-resources outside-roles expected-networks",
    "quarantine": "quarantine",
    "suspended": "suspended",
    "resources": "s3-outsiders kms-outsiders roles-outsiders confused-deputies tls-only s3-key-encryption "
    "log-archive-objects key-administration",
    "ec2-settings": "vpc-block-public-access serial-console-setting image-public-access-setting allowed-images "
    "instance-metadata-setting snapshot-public-access-setting exception-message",
    "management": "ai-opt-out daily-backups backup-tag",
}
"""What baselines in the field prevent, and what they forget, group by group: none of it may be lost."""


def texts_in(value: Any) -> Iterator[str]:
    """Every text in plain data, including keys."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from (key, *texts_in(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)
    else:
        yield str(value)


def test_every_file_is_a_group_and_every_group_a_file() -> None:
    assert sorted(GROUPS) == [path.stem for path in FILES]


def test_no_guardrail_has_the_name_of_another() -> None:
    counts = Counter(name for _, name, _ in TABLES)
    assert [name for name, count in counts.items() if count > 1] == []
    assert len(guardrails()) == len(TABLES)


@pytest.mark.parametrize("group", REQUIRED)
def test_what_the_field_prevents_is_in_its_group(group: str) -> None:
    assert {name for file, name, _ in TABLES if file == group} >= set(REQUIRED[group].split())


@pytest.mark.parametrize(("name", "entry"), [(name, entry) for _, name, entry in TABLES])
def test_a_guardrail_says_everything_itself(name: str, entry: Mapping[str, Any]) -> None:
    known = {item.name for item in fields(Guardrail)} - {"id", "group"}
    assert set(entry) <= known
    assert {"intent", "why", "severity", "tiers", "breaks"} <= set(entry)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert entry.get("to", "root") in get_args(Scope)
    assert entry.get("type", "SERVICE_CONTROL_POLICY") in KINDS


def test_no_two_guardrails_prevent_the_same_in_the_same_words() -> None:
    said = Counter((item.type, item.intent) for item in guardrails().values())
    assert [words for words, count in said.items() if count > 1] == []


def test_every_word_is_filled_in_and_every_need_is_a_setting() -> None:
    here = make_landscape()
    words = set(words_of(here, settings_of(here)))
    for _, name, entry in TABLES:
        used = {
            word
            for key in ("statements", "document")
            for text in texts_in(entry.get(key))
            for word in WORD.findall(text)
        }
        assert used <= words, name
        assert set(entry.get("needs", ())) <= set(GuardrailsSettings.model_fields), name


def test_a_guardrail_that_compares_with_a_setting_alone_needs_it() -> None:
    """An empty list compares with nothing, so the statement would apply to everything."""
    optional = {
        "<services>",
        "<instance_types>",
        "<bedrock_models>",
        "<networks>",
        "<image_providers>",
        "<protected_tags>",
        "<blocked_users>",
    }
    for item in guardrails().values():
        used = set(texts_in([*item.statements, item.document])) & optional
        needs = {f"<{need.removeprefix('allowed_')}>" for need in item.needs}
        assert used <= needs, item.id


def test_resource_control_policies_are_about_services_that_have_them() -> None:
    services = set(facts("rcp_services")["services"])
    here = make_landscape()
    words = words_of(here, settings_of(here))
    for item in guardrails().values():
        if item.type == "RESOURCE_CONTROL_POLICY":
            asked = [action for statement in item.statements for action in filled(statement["Action"], words)]
            assert {action.partition(":")[0] for action in asked} <= services, item.id
            assert not item.exempt, "a role of another account could have the name"


def test_calls_of_services_are_left_alone_by_operators_that_take_an_absent_key() -> None:
    """Plain `Bool` is false for a request without the key, so the denial would not apply there."""
    for item in guardrails().values():
        for statement in item.statements:
            asked = statement.get("Condition", {}).get("Bool", {})
            assert not {key for key in SERVICE_KEYS if asked.get(key) == "false"}, item.id


@pytest.mark.parametrize(
    ("guardrail", "endpoints"),
    [
        (
            "bedrock-models",
            {"bedrock:InvokeModel", "bedrock:CreateModelInvocationJob", "bedrock-mantle:CreateInference"},
        ),
        ("bedrock-api-keys", {"bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken"}),
    ],
)
def test_what_is_denied_at_one_endpoint_is_denied_at_the_other(guardrail: str, endpoints: set[str]) -> None:
    actions = {action for statement in guardrails()[guardrail].statements for action in statement["Action"]}
    assert actions >= endpoints


def test_applications_of_identity_center_are_left_alone() -> None:
    """Services with user sign-in create their application in the account in which they are set up."""
    (statement,) = guardrails()["identity-center-changes"].statements
    denied = {action for pattern in statement["Action"] for action in matching_actions(pattern) or ()}
    assert not [action for action in denied if "application" in action.lower()]
    assert {
        "sso:CreateAccountAssignment",
        "sso:UpdatePermissionSet",
        "sso:DetachManagedPolicyFromPermissionSet",
    } <= denied
