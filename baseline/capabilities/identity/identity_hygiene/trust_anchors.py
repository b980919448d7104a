"""Trust anchors of IAM Roles Anywhere: programs outside AWS assume a role with their certificates."""

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Annotated

from pydantic import Field, StringConstraints

from baseline.capabilities.capability import Regions, StackSpec, Target
from baseline.capabilities.identity.identity_hygiene.federated_roles import (
    FederatedRole,
    RolePolicies,
    boundary_stacks,
    policies_of,
    repeated_roles,
    role_problems,
)
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.place import Accounts
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen
from baseline.text.choice import one_of

AnchorName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=24)]
RoleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
CertificateText = Annotated[str, StringConstraints(pattern=r"^MII[A-Za-z0-9+/]{100,8000}={0,2}$")]
"""The DER form of a certificate is a sequence of more than 255 octets, which begins with 30 82: MII in Base64."""
AuthorityArn = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:[0-9]{12}:certificate-authority/[0-9a-f-]{36}$"),
]


class AnywhereRole(FederatedRole):
    """A role for programs that have a certificate with one common name."""

    common_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$")] = Field(
        description="Common name of the certificate's subject, compared exactly.", examples=["uploader.example"]
    )


class TrustAnchor(Section):
    """A certificate authority that accounts trust."""

    private_ca: AuthorityArn | None = Field(
        default=None, description="ARN of an authority of AWS Private CA; set this or `certificate`."
    )
    certificate: CertificateText | None = Field(
        default=None,
        description="Certificate of the authority in Base64, in one line: `openssl x509 -in ca.pem -outform der | "
        "base64 -w 0`; set this or `private_ca`.",
    )
    accounts: Accounts = Field(min_length=1, description="Accounts, or groups of accounts, that trust it.")
    region: RegionName | None = Field(default=None, description="A governed Region; the home Region if not set.")
    roles: dict[RoleName, AnywhereRole] = Field(min_length=1, max_length=20, description="Roles, by name.")


@frozen
class RoleResource:
    """A role, and the profile that offers it."""

    logical_id: str
    name: str
    common_name: str
    session_seconds: int
    longest_seconds: int
    policies: RolePolicies


@frozen
class TrustAnchorContext:
    """Context of `trust_anchor`."""

    prefix: str
    name: str
    source_type: str
    source: Mapping[str, str]
    roles: tuple[RoleResource, ...]


def anchor_stacks(landscape: Landscape, anchors: Mapping[str, TrustAnchor]) -> Iterator[StackSpec]:
    """One stack for each trust anchor of the profile."""
    for name, anchor in anchors.items():
        names = logical_names(anchor.roles)
        authority = anchor.private_ca
        yield StackSpec(
            name=f"identity-hygiene-anchor-{name}",
            template="identity/identity_hygiene/trust_anchor",
            description=f"Trust anchor {name} of IAM Roles Anywhere, with its roles.",
            target=Target(
                accounts=(),
                regions=Regions.GOVERNED,
                only=(anchor.region or landscape.home_region,),
                places=tuple(dict.fromkeys(anchor.accounts)),
            ),
            context=TrustAnchorContext(
                prefix=landscape.prefix,
                name=f"{landscape.prefix}-{name}",
                source_type="AWS_ACM_PCA" if authority else "CERTIFICATE_BUNDLE",
                source={"AcmPcaArn": portable_text(authority)}
                if authority
                else {"X509CertificateData": _pem(anchor.certificate or "")},
                roles=tuple(
                    RoleResource(
                        logical_id=names[key],
                        name=f"{landscape.prefix}-anywhere-{key}",
                        common_name=role.common_name,
                        session_seconds=role.session_minutes * 60,
                        longest_seconds=role.longest_seconds,
                        policies=policies_of(landscape, role),
                    )
                    for key, role in anchor.roles.items()
                ),
            ),
            depends_on=boundary_stacks(landscape, *anchor.roles.values()),
        )


def _pem(text: str) -> str:
    return "\n".join(("-----BEGIN CERTIFICATE-----", *wrap(text, 64), "-----END CERTIFICATE-----", ""))


def anchor_problems(landscape: Landscape, anchors: Mapping[str, TrustAnchor]) -> Iterator[Problem]:
    """Problems of trust anchors and their roles."""
    for name, anchor in anchors.items():
        place = ("trust_anchors", name)
        if (anchor.private_ca is None) == (anchor.certificate is None):
            yield Problem(
                path=place,
                message="a trust anchor has one certificate authority",
                fix="set either private_ca or certificate",
            )
        if anchor.region is not None and anchor.region not in landscape.regions:
            yield Problem(
                path=(*place, "region"),
                message=f"{anchor.region} is not governed",
                fix=f"write {one_of(landscape.regions)}",
            )
        for key, role in anchor.roles.items():
            yield from role_problems((*place, "roles", key), role, "every holder of the certificate")
    yield from repeated_roles("trust_anchors", anchors)
