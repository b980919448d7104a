"""The API calls of CloudFormation's resource handlers: the deploying identity needs permission for them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from baseline.aws.facts import facts
from baseline.aws.iam_actions import matching_actions

_REMOVING = ("Delete", "Remove", "Untag", "Detach", "Disassociate", "Disable", "Unsubscribe", "Stop", "BatchDisable")
_TAGGING = ("Tag", "AddTags", "PutBucketTagging")
_LINKED_ROLE = "iam:CreateServiceLinkedRole"

_ONLY_WITH: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "AWS::AccessAnalyzer::Analyzer": {
        "CreateArchiveRule": ("ArchiveRules",),
        "UpdateArchiveRule": ("ArchiveRules",),
    },
    "AWS::CloudTrail::Trail": {
        "PutEventConfiguration": ("AggregationConfigurations",),
        "PutEventSelectors": ("AdvancedEventSelectors", "EventSelectors"),
        "PutInsightSelectors": ("InsightSelectors",),
    },
    "AWS::Events::EventBus": {"PutPermission": ("Policy",)},
    "AWS::IAM::ManagedPolicy": {
        "AttachGroupPolicy": ("Groups",),
        "AttachRolePolicy": ("Roles",),
        "AttachUserPolicy": ("Users",),
    },
    "AWS::IAM::Role": {
        "AttachRolePolicy": ("ManagedPolicyArns",),
        "PutRolePermissionsBoundary": ("PermissionsBoundary",),
        "PutRolePolicy": ("Policies",),
    },
    "AWS::IAM::OIDCProvider": {
        "AddClientIDToOpenIDConnectProvider": ("ClientIdList",),
        "UpdateOpenIDConnectProviderThumbprint": ("ThumbprintList",),
    },
    "AWS::KMS::Key": {"EnableKey": (), "EnableKeyRotation": ("EnableKeyRotation",)},
    "AWS::Lambda::Function": {
        "GetLayerVersion": ("Layers",),
        "PassCapacityProvider": ("CapacityProviderConfig",),
        "PublishVersion": ("PublishToLatestPublished", "SnapStart"),
        "PutFunctionCodeSigningConfig": ("CodeSigningConfigArn",),
        "PutFunctionConcurrency": ("ReservedConcurrentExecutions",),
        "PutFunctionRecursionConfig": ("RecursiveLoop",),
        "PutFunctionScalingConfig": ("CapacityProviderConfig",),
        "PutRuntimeManagementConfig": ("RuntimeManagementConfig",),
    },
    "AWS::Logs::LogGroup": {
        "AssociateKmsKey": ("KmsKeyId",),
        "CreateLogDelivery": ("DataProtectionPolicy",),
        "PutBearerTokenAuthentication": ("BearerTokenAuthenticationEnabled",),
        "PutDataProtectionPolicy": ("DataProtectionPolicy",),
        "PutIndexPolicy": ("FieldIndexPolicies",),
        "PutLogGroupDeletionProtection": ("DeletionProtectionEnabled",),
        "PutResourcePolicy": ("ResourcePolicyDocument",),
        "PutRetentionPolicy": ("RetentionInDays",),
    },
    "AWS::S3::Bucket": {
        "CreateBucketMetadataTableConfiguration": ("MetadataConfiguration", "MetadataTableConfiguration"),
        "GetBucketAcl": (),
        "PutAccelerateConfiguration": ("AccelerateConfiguration",),
        "PutAnalyticsConfiguration": ("AnalyticsConfigurations",),
        "PutBucketAbac": ("AbacStatus",),
        "PutBucketAcl": ("AccessControl",),
        "PutBucketCORS": ("CorsConfiguration",),
        "PutBucketLogging": ("LoggingConfiguration",),
        "PutBucketNotification": ("NotificationConfiguration",),
        "PutBucketObjectLockConfiguration": ("ObjectLockConfiguration", "ObjectLockEnabled"),
        "PutBucketOwnershipControls": ("OwnershipControls",),
        "PutBucketPublicAccessBlock": ("PublicAccessBlockConfiguration",),
        "PutBucketVersioning": ("VersioningConfiguration",),
        "PutBucketWebsite": ("WebsiteConfiguration",),
        "PutEncryptionConfiguration": ("BucketEncryption",),
        "PutIntelligentTieringConfiguration": ("IntelligentTieringConfigurations",),
        "PutInventoryConfiguration": ("InventoryConfigurations",),
        "PutLifecycleConfiguration": ("LifecycleConfiguration",),
        "PutMetricsConfiguration": ("MetricsConfigurations",),
        "PutObjectAcl": ("AccessControl",),
        "PutReplicationConfiguration": ("ReplicationConfiguration",),
        "UpdateBucketMetadataAnnotationTableConfiguration": ("MetadataConfiguration",),
        "UpdateBucketMetadataInventoryTableConfiguration": ("MetadataConfiguration",),
        "UpdateBucketMetadataJournalTableConfiguration": ("MetadataConfiguration",),
    },
    "AWS::SNS::Topic": {"PutDataProtectionPolicy": ("DataProtectionPolicy",), "Subscribe": ("Subscription",)},
    "AWS::SSO::PermissionSet": {
        "AttachCustomerManagedPolicyReferenceToPermissionSet": ("CustomerManagedPolicyReferences",),
        "AttachManagedPolicyToPermissionSet": ("ManagedPolicies",),
        "PutInlinePolicyToPermissionSet": ("InlinePolicy",),
        "PutPermissionsBoundaryToPermissionSet": ("PermissionsBoundary",),
    },
}
"""Resource type → call → properties that make the handler call it; () is a call that no new resource needs.

The schemas list what a handler may call, with whatever properties; these are the calls that only some of them need.
"""


def keeping_calls(resource_type: str, properties: Mapping[str, Any], *, tagged: bool) -> tuple[str, ...] | None:
    """The actions that create, update and read a resource with these properties; None for a type without data.

    Excludes destructive calls, and calls to other services that the properties do not need.

    Args:
        resource_type: `AWS::S3::Bucket`.
        properties: The properties in the template.
        tagged: Whether the resource or its stack has tags.

    Source: CloudFormation's resource schemas, `handlers.*.permissions`, as cfn-lint bundles them.
    """
    found = _handlers_of(resource_type)
    if found is None:
        return None
    own = _own_service(resource_type, found["keep"])
    only_with = _ONLY_WITH.get(resource_type, {})
    return tuple(
        action
        for action in found["keep"]
        if (
            _is_needed(action.partition(":")[2], only_with, properties, tagged=tagged)
            if action.partition(":")[0] == own
            else _is_needed_elsewhere(action, properties)
        )
    )


def deleting_calls(resource_type: str) -> tuple[str, ...]:
    """The actions that delete a resource; empty for a type without data."""
    found = _handlers_of(resource_type)
    if found is None:
        return ()
    own = _own_service(resource_type, found["keep"])
    return tuple(action for action in found["delete"] if action.startswith(f"{own}:Delete"))


def _own_service(resource_type: str, kept: tuple[str, ...]) -> str:
    """The action prefix of a type's service: `access-analyzer` for AWS::AccessAnalyzer::Analyzer."""
    namespace = resource_type.split("::")[1].lower()
    services = dict.fromkeys(action.partition(":")[0] for action in kept)
    return next((name for name in services if name.replace("-", "") == namespace), namespace)


def _is_needed(
    name: str, only_with: Mapping[str, tuple[str, ...]], properties: Mapping[str, Any], *, tagged: bool
) -> bool:
    if name.startswith(_REMOVING):
        return False
    if name.startswith(_TAGGING):
        return tagged
    wanted = only_with.get(name)
    return wanted is None or any(item in properties for item in wanted)


def _is_needed_elsewhere(action: str, properties: Mapping[str, Any]) -> bool:
    if action == _LINKED_ROLE:
        return True
    if action == "iam:PassRole":
        return any(key != "RoleName" for key in _keys(properties) if "role" in key.lower())
    return action.startswith("kms:") and any("kmskey" in key.lower() for key in _keys(properties))


def _keys(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - template data
    if isinstance(value, Mapping):
        return tuple(name for key, item in value.items() for name in (str(key), *_keys(item)))
    return tuple(name for item in value for name in _keys(item)) if isinstance(value, list) else ()


@cache
def _handlers_of(resource_type: str) -> Mapping[str, tuple[str, ...]] | None:
    """`keep` and `delete` → actions that exist; None for a type without data.

    Destructive calls of the delete handler are in `delete`, whether or not an update makes them, too.
    """
    handlers = facts("resource_handlers").get(resource_type)
    if handlers is None:
        return None
    kept = {action for handler in ("create", "update", "read") for action in _known(handlers.get(handler, ()))}
    lasting = {action for action in kept if not action.partition(":")[2].startswith(_REMOVING)}
    deleted = set(_known(handlers.get("delete", ()))) - lasting
    return {"keep": tuple(sorted(kept)), "delete": tuple(sorted(deleted))}


def _known(actions: Iterable[str]) -> Iterator[str]:
    """The actions that exist in IAM; the schemas also list some that do not exist."""
    for action in actions:
        service, _, name = action.partition(":")
        if matching_actions(action):
            yield f"{service.lower()}:{name}"
