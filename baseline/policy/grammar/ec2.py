"""DECLARATIVE_POLICY_EC2. Source: AWS Organizations user guide, Declarative policy syntax and examples (2026-11-25).

`http_tokens_enforced` is in Amazon EC2's account settings and not on that page yet: it is taken all the same.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.policy.grammar.operators import Digits, Node, Text, Value, Values

Switch = Literal["enabled", "disabled"]
Preference = Literal["no_preference", "enabled", "disabled"]
HopLimit = Annotated[str, StringConstraints(pattern=r"^(?:-1|[1-9]|[1-5][0-9]|6[0-4])$")]
Provider = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{12}|amazon|aws_marketplace|aws_backup_vault)$")]
ImageName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
ProductCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,25}$")]
CriteriaName = Annotated[str, StringConstraints(pattern=r"^criteria_(?:[1-9]|10)$")]


class InternetGatewayBlock(Node):
    """Whether VPCs reach the Internet."""

    mode: Value[Literal["off", "block_ingress", "block_bidirectional"]] | None = None
    exclusions_allowed: Value[Switch] | None = None


class VpcBlockPublicAccess(Node):
    """VPC Block Public Access."""

    internet_gateway_block: InternetGatewayBlock


class SerialConsoleAccess(Node):
    """The serial console."""

    status: Value[Switch]


class ImageBlockPublicAccess(Node):
    """Public sharing of machine images."""

    state: Value[Literal["unblocked", "block_new_sharing"]]


class SnapshotBlockPublicAccess(Node):
    """Public sharing of snapshots."""

    state: Value[Literal["unblocked", "block_new_sharing", "block_all_sharing"]]


class CreationDate(Node):
    """How old an image may be, in days."""

    maximum_days_since_created: Value[Digits | int]


class DeprecationTime(Node):
    """How long an image may be deprecated, in days."""

    maximum_days_since_deprecated: Value[Digits | int]


class ImageCriteria(Node):
    """Which images are allowed."""

    allowed_image_providers: Values[Provider] | None = None
    image_names: Values[ImageName] | None = None
    marketplace_product_codes: Values[ProductCode] | None = None
    creation_date_condition: CreationDate | None = None
    deprecation_time_condition: DeprecationTime | None = None


class AllowedImages(Node):
    """Allowed AMIs."""

    state: Value[Literal["enabled", "disabled", "audit_mode"]] | None = None
    image_criteria: dict[CriteriaName, ImageCriteria] | None = None


class InstanceMetadataDefaults(Node):
    """Defaults of the instance metadata service."""

    http_tokens: Value[Literal["no_preference", "required", "optional"]] | None = None
    http_tokens_enforced: Value[Preference] | None = None
    http_put_response_hop_limit: Value[HopLimit] | None = None
    http_endpoint: Value[Preference] | None = None
    instance_metadata_tags: Value[Preference] | None = None


class Ec2Attributes(Node):
    """What a policy can set."""

    exception_message: Value[Text] | None = None
    vpc_block_public_access: VpcBlockPublicAccess | None = None
    serial_console_access: SerialConsoleAccess | None = None
    image_block_public_access: ImageBlockPublicAccess | None = None
    allowed_images_settings: AllowedImages | None = None
    instance_metadata_defaults: InstanceMetadataDefaults | None = None
    snapshot_block_public_access: SnapshotBlockPublicAccess | None = None


class Ec2Policy(Node):
    """A declarative policy for EC2."""

    ec2_attributes: Ec2Attributes = Field(description="The one key that such a policy has.")
