"""The effect of a property change on its resource, according to CloudFormation's schemas."""

from collections.abc import Mapping
from typing import Any

from baseline.aws.facts import facts

IMMUTABLE: Mapping[str, Mapping[str, Any]] = {
    "AWS::KMS::Key": {
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "Origin": "AWS_KMS",
        "MultiRegion": False,
    },
    "AWS::Organizations::Account": {
        "AccountName": None,
        "Email": None,
        "RoleName": "OrganizationAccountAccessRole",
    },
}
"""Properties whose change AWS rejects, with their default if a template does not set them. The schemas do not say so
(docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html: "the update request fails";
…/aws-resource-organizations-account.html: an account's name, address and role are given when it is created)."""


def is_described(resource_type: str) -> bool:
    """Whether the data says which changes replace a resource of the type."""
    return resource_type in facts("resource_types")


def replacing(resource_type: str) -> tuple[str, ...]:
    """Paths of the properties whose change replaces the resource, as `A/B/*/C`; `*` is every item of a list."""
    return tuple(facts("resource_types").get(resource_type, {}).get("create_only", ()))


def sometimes_replacing(resource_type: str) -> tuple[str, ...]:
    """Paths of the properties that replace the resource with some of their changes."""
    return tuple(facts("resource_types").get(resource_type, {}).get("conditional_create_only", ()))


def is_updatable(resource_type: str) -> bool:
    """Whether the type can be updated; if not, each change of a property replaces the resource."""
    return bool(facts("resource_types").get(resource_type, {}).get("update", True))
