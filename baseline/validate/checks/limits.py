"""BL113: a template above a CloudFormation quota."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.quotas import QUOTAS
from baseline.findings import Problem, Severity
from baseline.policy.document import Path, branches, text_of
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_COUNTED = {"Resources": "resources", "Parameters": "parameters", "Outputs": "outputs", "Mappings": "mappings"}
_POLICIES = {
    "AWS::KMS::Key": "kms.key_policy_bytes",
    "AWS::KMS::ReplicaKey": "kms.key_policy_bytes",
    "AWS::S3::BucketPolicy": "s3.bucket_policy_bytes",
}
_IAM = {
    "AWS::IAM::ManagedPolicy": ("PolicyDocument", "iam.managed_policy_characters"),
    "AWS::IAM::Role": ("AssumeRolePolicyDocument", "iam.role_trust_policy_characters"),
}
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}\Z")


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for path, what, seen, name in _measured(subject):
        most = QUOTAS[name]
        if seen > most.value:
            yield Problem(path=path, message=f"{what} has {seen:,} {most.unit}: AWS allows {most.value:,}")
    for section in _COUNTED:
        for name in subject.document.get(section) or ():
            if not _LOGICAL_ID.match(name) and not name.startswith("Fn::"):
                yield Problem(path=(section, name), message=f"{name!r} is not a logical id: letters and digits only")


def _measured(subject: Subject) -> Iterator[tuple[Path, str, int, str]]:
    """Place, subject, size, and the quota for the size."""
    document, name = subject.document, subject.template.stack.name
    yield (), "the template", _bytes(subject.template.text), "cloudformation.template_body_bytes"
    yield (), f"the stack name {name}", len(name), "cloudformation.stack_name_characters"
    description = _bytes(str(document.get("Description", "")))
    yield ("Description",), "the description", description, "cloudformation.description_bytes"
    for section, unit in _COUNTED.items():
        yield (section,), "the template", len(document.get(section) or ()), f"cloudformation.{unit}"
    for mapping, keys in (document.get("Mappings") or {}).items():
        yield ("Mappings", mapping), f"the mapping {mapping}", len(keys or ()), "cloudformation.mapping_attributes"
    for pack in subject.packs:
        yield pack.path, "the conformance pack", _bytes(pack.text), "config.pack_body_bytes"
        yield pack.path, "the conformance pack", _rules(pack.document), "config.rules_per_pack"
        yield pack.path, "the conformance pack", len(pack.document.get("Parameters") or ()), "config.pack_parameters"
    for policy in subject.policies:
        if policy.resource.type in _POLICIES:
            text = json.dumps(policy.document, separators=(",", ":"), ensure_ascii=False)
            yield policy.path, "the policy", _bytes(text), _POLICIES[policy.resource.type]
    yield from _identities(subject)


def _identities(subject: Subject) -> Iterator[tuple[Path, str, int, str]]:
    for resource in subject.of_type(*_IAM):
        key, name = _IAM[resource.type]
        path = (*resource.path, "Properties")
        yield (*path, key), "the policy", _characters(resource.properties.get(key)), name
        if resource.type == "AWS::IAM::Role":
            inline, attached = resource.properties.get("Policies"), resource.properties.get("ManagedPolicyArns")
            documents = [item.get("PolicyDocument") for _, item in branches(inline) if isinstance(item, dict)]
            total = sum(map(_characters, documents))
            yield (
                (*path, "Policies"),
                "the sum of the role's inline policies",
                total,
                "iam.role_inline_policy_characters",
            )
            count = len(list(branches(attached)))
            yield (*path, "ManagedPolicyArns"), "the role", count, "iam.managed_policies_per_role"


def _characters(document: Any) -> int:  # noqa: ANN401 - template data
    """The number of characters that IAM counts: without white space, and with functions as their text."""
    text = json.dumps(_filled_in(document), separators=(",", ":"), ensure_ascii=False)
    return len(text) - sum(character.isspace() for character in text)


def _filled_in(value: Any) -> Any:  # noqa: ANN401 - template data
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref")):
        return max((text_of(item) for _, item in branches(value)), key=len, default="")
    if isinstance(value, dict):
        return {key: _filled_in(item) for key, item in value.items()}
    return [_filled_in(item) for item in value] if isinstance(value, list) else value


def _rules(document: Mapping[str, Any]) -> int:
    bodies = (document.get("Resources") or {}).values()
    return sum(isinstance(body, dict) and body.get("Type") == "AWS::Config::ConfigRule" for body in bodies)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8"))


CHECK = Check(
    id="BL113",
    title="limit exceeded",
    severity=Severity.ERROR,
    explanation="Templates are passed inline, so that they need no bucket: at most 51,200 bytes, 500 resources, 200 "
    "parameters, 200 outputs, 200 mappings, a description of 1,024 bytes and a stack name of 128 characters. A "
    "key's policy can have 32,768 bytes, a bucket's 20 KB, a managed policy of IAM 6,144 characters, a role's trust "
    "2,048, its "
    "inline policies 10,240 together. A conformance pack can have 130 rules, 60 parameters and 51,200 bytes.",
    fix="split the stack",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
    find=_find,
)
