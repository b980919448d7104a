"""Settings of `shield`. No setting subscribes an account: `subscribed` only declares that it already is."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

ResourceType = Literal[
    "application_load_balancer",
    "classic_load_balancer",
    "cloudfront_distribution",
    "elastic_ip_allocation",
    "global_accelerator",
    "route_53_hosted_zone",
]

_REGIONAL = r"[a-z]{2}(?:-[a-z]+)+-[0-9]:[0-9]{12}"
_RESOURCES: Mapping[ResourceType, str] = {
    "application_load_balancer": rf"elasticloadbalancing:{_REGIONAL}:loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+",
    "classic_load_balancer": rf"elasticloadbalancing:{_REGIONAL}:loadbalancer/[A-Za-z0-9-]+",
    "cloudfront_distribution": r"cloudfront::[0-9]{12}:distribution/[A-Z0-9]+",
    "elastic_ip_allocation": rf"ec2:{_REGIONAL}:eip-allocation/eipalloc-[0-9a-f]+",
    "global_accelerator": r"globalaccelerator::[0-9]{12}:accelerator/[0-9a-f-]+",
    "route_53_hosted_zone": r"route53:::hostedzone/[A-Z0-9]+",
}
"""Protected resource type → its ARN after the partition. Source: API reference, CreateProtection."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
ResourceArn = Annotated[str, StringConstraints(pattern=rf"^arn:aws:(?:{'|'.join(_RESOURCES.values())})$")]
HealthCheckId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{1,14}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$", max_length=150)]
Notes = Annotated[str, StringConstraints(pattern=r"^[\w\s.,:/()+@-]+$", max_length=1024)]


class Protection(Section):
    """A resource that Shield Advanced protects."""

    account: str = Field(description="Key of the account that owns the resource.", examples=["web-prod"])
    resource: ResourceArn = Field(
        description="ARN of a load balancer (application or classic), distribution, Elastic IP address, accelerator or "
        "hosted zone. Another ARN replaces the protection.",
        examples=["arn:aws:cloudfront::444444444444:distribution/E1EXAMPLE2345"],
    )
    health_check: HealthCheckId | None = Field(
        default=None, description="Id of the Route 53 health check that says whether the application works."
    )
    application_layer: Literal["off", "count", "block"] = Field(
        default="off",
        description="Whether Shield Advanced writes rules against floods of requests into the web ACL of the resource, "
        "and whether they count or block. Application Load Balancers and distributions only.",
    )

    @property
    def resource_type(self) -> ResourceType:
        """The kind of the resource, by its ARN."""
        rest = self.resource.split(":", 2)[2]
        return next(kind for kind, pattern in _RESOURCES.items() if re.fullmatch(pattern, rest))

    @property
    def region(self) -> str:
        """The Region of the resource; empty for a resource without one."""
        return self.resource.split(":")[3]

    @property
    def owner(self) -> str:
        """Id of the account in the ARN; empty for a hosted zone."""
        return self.resource.split(":")[4]


class ProtectionGroup(Section):
    """Protections of an account that belong to one application."""

    account: str = Field(description="Key of the account.", examples=["web-prod"])
    members: list[Key] = Field(default=[], description="Keys of protections of the account.", examples=[["shop"]])
    resource_type: ResourceType | None = Field(
        default=None, description="Every protected resource of this type instead; without both, every one."
    )
    aggregation: Literal["sum", "mean", "max"] = Field(
        default="sum",
        description="How traffic of the members is combined: `mean` suits load balancers, `max` distributions.",
    )


class EmergencyContact(Section):
    """A person or team that the Shield Response Team calls."""

    email: Email = Field(description="Address.", examples=["security@northwind.example"])
    phone: Phone | None = Field(default=None, description="Number with the country.", examples=["+442079460000"])
    notes: Notes | None = Field(
        default=None, description="Notes for the team, such as the hours in which the contact can be reached."
    )


class ResponseTeam(Section):
    """Access and contacts of the Shield Response Team in accounts."""

    to: PlacesOrRoot = Field(
        min_length=1,
        description="Organizational units, accounts and groups of accounts; `root` is every account.",
        examples=[["web-prod"]],
    )
    access: bool = Field(
        default=True, description="Whether the team may read and change web ACLs and protections, through a role."
    )
    contacts: list[EmergencyContact] = Field(
        default=[],
        max_length=10,
        description="Contacts that the team calls when the health check of a protected resource fails in an attack. "
        "At least one has a phone.",
    )


class ShieldSettings(Settings):
    """Settings of `shield`."""

    subscribed: bool = tiered(
        "Says that every account named here is already subscribed to AWS Shield Advanced. The baseline never "
        "subscribes: it is a commitment for a year that renews itself.",
        False,
    )
    protections: dict[Key, Protection] = tiered("Resources that are protected, by a key of your choice.", {})
    groups: dict[Key, ProtectionGroup] = tiered(
        "Groups of protections, in which AWS treats an attack as one event. By a key of your choice.", {}
    )
    response_team: ResponseTeam | None = tiered(
        "Access and contacts of the Shield Response Team; it needs a Business or Enterprise support plan.", None
    )
