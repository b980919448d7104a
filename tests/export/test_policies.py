"""Organization policies that the target attaches by itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import yaml

from baseline.errors import ExportError
from baseline.export.source import Source
from baseline.export.write import export_files
from tests.export.conftest import MANIFEST, TEXT, TEXTS, UNKNOWN, manifest

POLICY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "description", "policy", "deploymentTargets"],
    "properties": {
        **dict.fromkeys(("name", "description", "policy"), TEXT),
        "type": {"const": "customerManaged"},
        "strategy": {"const": "deny-list"},
        "deploymentTargets": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {"accounts": TEXTS, "organizationalUnits": TEXTS},
        },
    },
}
"""Own words for IServiceControlPolicyConfig and IResourceControlPolicyConfig, of which only the first has `type`.

Keys and required ones are those of config/lib/schemas/organization-config.json of
awslabs/landing-zone-accelerator-on-aws (read on 2026-12-01).
"""


def natively(source: Source) -> Source:
    return replace(source, native_policies=True, values=UNKNOWN)


def evaluated(files: Mapping[str, bytes], path: str) -> Any:
    """A policy document, in which nothing is left to fill in but IAM's own variables."""
    text = files[path].decode()
    assert "Fn::" not in text
    assert '"Ref"' not in text
    assert not re.search(r"\$\{(?!aws:|saml:|[a-z-]+:)", text)
    return json.loads(text)


def test_manifest_attaches_policies_to_units(source: Source) -> None:
    files = export_files(natively(source), "cfct")
    document = yaml.safe_load(files["manifest.yaml"])
    jsonschema.validate({**document, "version": str(document["version"])}, MANIFEST)
    policies = {item["name"]: item for item in document["resources"] if item["deploy_method"] != "stack_set"}
    assert {item["deploy_method"] for item in policies.values()} == {"scp", "rcp"}
    units = {name: item["deployment_targets"]["organizational_units"] for name, item in policies.items()}
    assert units["nw-guardrails-scp-record"] == ["Root"]
    assert units["nw-guardrails-scp-suspended"] == ["Suspended"]
    for name, item in policies.items():
        assert evaluated(files, item["resource_file"])["Statement"], name
        assert f"templates/{name}.yaml" not in files
    record = evaluated(files, "policies/nw-guardrails-scp-record.json")["Statement"][0]
    assert record["Resource"] == ["arn:aws:cloudtrail:*:*:trail/nw-*"]
    first = yaml.safe_load(export_files(replace(source, native_policies=True), "cfct")["manifest.yaml"])["resources"]
    later = {item["name"]: item["deploy_method"] for item in first}
    assert later["nw-guardrails-scp-suspended"] == "stack_set"  # nw-organization makes the unit, after the policies
    assert later["nw-guardrails-scp-security"] == "scp"
    others = {item["name"] for item in document["resources"]} - set(policies)
    assert "never detaches or deletes a policy" in files["README.md"].decode()
    assert "nw-guardrails-ai-opt-out" in others  # other types stay stacks of the management account
    assert len(document["resources"]) == len(manifest(replace(source, values=UNKNOWN)))


def test_accelerator_attaches_policies_by_its_own_sections(source: Source) -> None:
    files = export_files(natively(source), "lza")
    document = yaml.safe_load(files["organization-config.yaml"])
    assert set(document) == {"serviceControlPolicies", "resourceControlPolicies"}
    for section, items in document.items():
        jsonschema.validate(items, {"type": "array", "minItems": 1, "items": POLICY})
        for item in items:
            assert ("type" in item) == (section == "serviceControlPolicies")
            assert evaluated(files, item["policy"])["Statement"]
            assert f"baseline/templates/{item['name']}.yaml" not in files
    stacks = yaml.safe_load(files["customizations-config.yaml"])["customizations"]["cloudFormationStacks"]
    assert not {item["name"] for item in stacks} & {item["name"] for items in document.values() for item in items}
    page = files["README.md"].decode()
    assert "`cdk-accel*`" in page
    assert "5 service control policies are attached to one place" in page
    assert "organization-config.yaml" in page


def test_nested_units_and_accounts_of_policies_are_named_as_the_target_does(source: Source) -> None:
    given = natively(source)
    nested = replace(
        given,
        unit_parameters={**given.unit_parameters, "SuspendedOuId": "Old/Suspended"},
        account_parameters={**given.account_parameters, "SecurityOuId": "web-prod"},
    )
    nested = replace(nested, unit_parameters={k: v for k, v in nested.unit_parameters.items() if k != "SecurityOuId"})
    with pytest.raises(ExportError, match=r"nw-guardrails-scp-security is attached to web-prod.*--policies stacks"):
        export_files(nested, "cfct")
    found = yaml.safe_load(export_files(nested, "lza")["organization-config.yaml"])["serviceControlPolicies"]
    targets = {item["name"]: item["deploymentTargets"] for item in found}
    assert targets["nw-guardrails-scp-security"] == {"accounts": ["web-prod"]}
    assert targets["nw-guardrails-scp-suspended"] == {"organizationalUnits": ["Old/Suspended"]}
    assert ":" not in str(targets["nw-guardrails-scp-suspended"]["organizationalUnits"])


def test_a_policy_that_is_attached_to_nothing_stays_a_stack(source: Source) -> None:
    name = "nw-guardrails-scp-security"
    texts = dict(source.written.texts)
    texts[name] = re.sub(r" +TargetIds:\n( +- .*\n)", "", texts[name])
    given = replace(natively(source), written=replace(source.written, texts=texts))
    resources = yaml.safe_load(export_files(given, "cfct")["manifest.yaml"])["resources"]
    assert {item["deploy_method"] for item in resources if item["name"] == name} == {"stack_set"}


def test_policies_name_the_values_and_places_that_they_lack(source: Source) -> None:
    bare = replace(natively(source), values={}, unit_parameters={}, account_parameters={})
    with pytest.raises(ExportError) as caught:
        export_files(bare, "cfct")
    assert "nw-guardrails-scp-record is attached to OrganizationRootId: name the profile" in str(caught.value)
    texts = {
        name: text.replace("${AWS::Partition}:cloudtrail", "${AWS::Region}:cloudtrail")
        for name, text in source.written.texts.items()
    }
    with pytest.raises(ExportError, match=r"the parameter AWS::Region of the policy nw-guardrails-scp-record"):
        export_files(replace(natively(source), written=replace(source.written, texts=texts)), "cfct")
