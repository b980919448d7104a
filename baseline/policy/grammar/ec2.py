"""DECLARATIVE_POLICY_EC2.

Source: AWS Organizations user guide, EC2 policy syntax and examples; how many values a criterion may have: Amazon EC2
API reference, ImageCriterionRequest (2026-11-25). The page names VPC Encryption Controls, but our copy of it ends
before their keys: these come from public policies in use and from a summary of AWS's announcement of 2026-07-06.
`http_tokens_enforced` is in Amazon EC2's account settings and in these policies.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.policy.grammar.operators import Node, Value, Values, most
from baseline.policy.grammar.scalars import AsText, Digits, Switch, Text, like

Preference = Literal["no_preference", "enabled", "disabled"]
HopLimit = Annotated[str, AsText, like(r"(?:-1|[1-9]|[1-5][0-9]|6[0-4])", "a number of hops from 1 to 64, or -1")]
Provider = Annotated[
    str,
    like(
        r"(?:[0-9]{12}|amazon|aws_marketplace|aws_backup_vault)",
        "amazon, aws_marketplace, aws_backup_vault or an account id of 12 digits",
    ),
]
ImageName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
ProductCode = Annotated[str, like(r"[A-Za-z0-9]{1,25}", "a product code of up to 25 letters and digits")]
CriteriaName = Annotated[str, like(r"criteria_(?:[1-9]|10)", "a name from criteria_1 to criteria_10")]
Excluded = Literal[
    "internet_gateway",
    "egress_only_internet_gateway",
    "nat_gateway",
    "virtual_private_gateway",
    "vpc_peering",
    "vpc_lattice",
    "lambda",
    "elastic_file_system",
]


class InternetGatewayBlock(Node):
    """Whether Internet gateways are blocked."""

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
    """Maximum age of an image, in days."""

    maximum_days_since_created: Value[Digits]


class DeprecationTime(Node):
    """Maximum time since an image's deprecation, in days."""

    maximum_days_since_deprecated: Value[Digits]


class ImageCriteria(Node):
    """Criteria for allowed images."""

    allowed_image_providers: Annotated[Values[Provider], most(200)] | None = None
    image_names: Annotated[Values[ImageName], most(50)] | None = None
    marketplace_product_codes: Annotated[Values[ProductCode], most(50)] | None = None
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


class VpcEncryptionControl(Node):
    """Whether traffic in VPCs must be encrypted, and the exceptions."""

    mode: Value[Literal["unmanaged", "attempt_monitor", "attempt_enforce"]] | None = None
    exclusions: Values[Excluded] | None = None


class Ec2Attributes(Node):
    """Settings of the policy."""

    exception_message: Value[Text] | None = None
    vpc_block_public_access: VpcBlockPublicAccess | None = None
    serial_console_access: SerialConsoleAccess | None = None
    image_block_public_access: ImageBlockPublicAccess | None = None
    allowed_images_settings: AllowedImages | None = None
    instance_metadata_defaults: InstanceMetadataDefaults | None = None
    snapshot_block_public_access: SnapshotBlockPublicAccess | None = None
    vpc_encryption_control: VpcEncryptionControl | None = None


class Ec2Policy(Node):
    """A declarative policy for EC2."""

    ec2_attributes: Ec2Attributes = Field(description="The only key of such a policy.")
