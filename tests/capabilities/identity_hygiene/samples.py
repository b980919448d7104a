"""Sample settings of `identity_hygiene`; `tests/samples.py` says what they are for."""

from typing import Any, get_args

from baseline.capabilities.identity.identity_hygiene.identity_hygiene import Watched

_CERTIFICATE = (
    "MIIBjTCCATOgAwIBAgIUN5PiL4R8/hov3qMO6vKiZEknM9IwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRRXhhbXBsZS"
    "BBdXRob3JpdHkwHhcNMjYxMTMwMTYyNDQ3WhcNMzYxMTI3MTYyNDQ3WjAcMRowGAYDVQQDDBFFeGFtcGxlIEF1dGhv"
    "cml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIdY7uBxfG8lUi6jXqIrxRGnPeovJz2ZarevRhOq4i9T9kio8J"
    "jM1lZSk6QiIL81spx+POH5K1XqkI519z6gui6jUzBRMB0GA1UdDgQWBBQqYyXIiSBlRK0Toi79noasS9QFQDAfBgNV"
    "HSMEGDAWgBQqYyXIiSBlRK0Toi79noasS9QFQDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIAlbDw"
    "YR4j1CJtFbpYyURdcjq8FymbHaB6BeW1xe0hazAiEA8J8c03g7VySCgHWAP9jsCPg/RltORrC9K93miaaa6K4="
)
"""Certificate of an authority that was made for tests; its key was not kept."""
_METADATA = (
    '<?xml version="1.0" encoding="UTF-8"?><EntityDescriptor entityID="https://idp.example/saml" '
    'xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><IDPSSODescriptor '
    'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">'
    '<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>'
    f"{_CERTIFICATE}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
    '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
    'Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>'
)
"""Metadata of an identity provider that does not exist."""
_AUTHORITY = "arn:aws:acm-pca:eu-west-1:333333333333:certificate-authority/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
_PERSON = {"managed_policies": ["ReadOnlyAccess"]}
_TOKEN = {"subject": "system:serviceaccount:exports:uploader", "managed_policies": ["AmazonSQSReadOnlyAccess"]}
_CLUSTER = {"url": "https://oidc.example/id/0A1B", "audience": "sts.amazonaws.com", "accounts": ["security"]}
_ROLE = {"common_name": "uploads.example", "managed_policies": ["AmazonSQSReadOnlyAccess"]}

FULL: dict[str, Any] = {
    "watch": list(get_args(Watched)),
    "trust_anchors": {
        "factory": {
            "certificate": _CERTIFICATE,
            "accounts": ["security", "log_archive"],
            "roles": {"uploads": {**_ROLE, "account_policies": ["teams/uploads"]}, "reports": _ROLE},
        },
        "office": {
            "private_ca": _AUTHORITY,
            "accounts": ["log_archive"],
            "region": "eu-west-1",
            "roles": {
                "scans": {"common_name": "scans @ office", "account_policies": ["scans"], "session_minutes": 120}
            },
        },
    },
    "saml_providers": {
        "directory": {
            "metadata": _METADATA,
            "accounts": ["security", "log_archive"],
            "roles": {
                "analysts": {"managed_policies": ["ReadOnlyAccess"], "account_policies": ["teams/analysts"]},
                "auditors": {
                    "managed_policies": ["SecurityAudit"],
                    "boundary": "bounds/people",
                    "session_minutes": 240,
                },
            },
        },
    },
    "oidc_providers": {
        "cluster": {
            **_CLUSTER,
            "accounts": ["security", "log_archive"],
            "roles": {
                "uploader": {**_TOKEN, "account_policies": ["teams/uploads"], "session_minutes": 120},
                "reader": {**_TOKEN, "subject": "a:b@c/d", "boundary": "bounds/programs"},
            },
        },
    },
}
VALUES: dict[str, list[Any]] = {
    "trust_anchors": [{}, {"one": {"private_ca": _AUTHORITY, "accounts": ["security"], "roles": {"one": _ROLE}}}],
    "trust_anchors.*.private_ca": [_AUTHORITY, _AUTHORITY.replace("0a1b2c3d-", "1a1b2c3d-")],
    "trust_anchors.*.certificate": [_CERTIFICATE, _CERTIFICATE.replace("A", "B")],
    "trust_anchors.*.accounts": [["security"], ["log_archive"]],
    "trust_anchors.*.region": [None, "eu-central-1"],
    "trust_anchors.*.roles": [{"one": _ROLE}, {"two": _ROLE}],
    "trust_anchors.*.roles.*.managed_policies": [["AmazonSQSReadOnlyAccess"], ["SecurityAudit"]],
    "trust_anchors.*.roles.*.account_policies": [[], ["teams/uploads"]],
    "trust_anchors.*.roles.*.boundary": [None, "bounds/programs"],
    "saml_providers": [{}, {"one": {"metadata": _METADATA, "accounts": ["security"], "roles": {"one": _PERSON}}}],
    "saml_providers.*.metadata": [_METADATA, _METADATA.replace("idp.example", "sso.example")],
    "saml_providers.*.accounts": [["security"], ["log_archive"]],
    "saml_providers.*.roles": [{"one": _PERSON}, {"two": _PERSON}],
    "saml_providers.*.roles.*.managed_policies": [["ReadOnlyAccess"], ["SecurityAudit"]],
    "saml_providers.*.roles.*.account_policies": [[], ["teams/analysts"]],
    "saml_providers.*.roles.*.boundary": [None, "bounds/people"],
    "oidc_providers": [{}, {"one": {**_CLUSTER, "roles": {"one": _TOKEN}}}],
    "oidc_providers.*.url": ["https://oidc.example", "https://oidc.example/id/1"],
    "oidc_providers.*.audience": ["sts.amazonaws.com", "exports"],
    "oidc_providers.*.accounts": [["security"], ["log_archive"]],
    "oidc_providers.*.roles": [{"one": _TOKEN}, {"two": _TOKEN}],
    "oidc_providers.*.roles.*.subject": ["a", "b"],
    "oidc_providers.*.roles.*.managed_policies": [["AmazonSQSReadOnlyAccess"], ["SecurityAudit"]],
    "oidc_providers.*.roles.*.account_policies": [[], ["teams/uploads"]],
    "oidc_providers.*.roles.*.boundary": [None, "bounds/programs"],
}
