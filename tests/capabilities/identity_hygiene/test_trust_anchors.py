"""Trust anchors of IAM Roles Anywhere: a role for one authority and one common name."""

from textwrap import wrap
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered
from tests.samples import FULL

AUTHORITY = "arn:aws:acm-pca:eu-west-1:333333333333:certificate-authority/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
UPLOADS: dict[str, Any] = {"common_name": "uploads.example", "managed_policies": ["AmazonSQSReadOnlyAccess"]}
CERTIFICATE: str = FULL["identity_hygiene"]["trust_anchors"]["factory"]["certificate"]
FACTORY: dict[str, Any] = {"certificate": CERTIFICATE, "accounts": ["log_archive"], "roles": {"uploads": UPLOADS}}
PEM = "\n".join(["-----BEGIN CERTIFICATE-----", *wrap(CERTIFICATE, 64), "-----END CERTIFICATE-----", ""])
CAPABILITY = CAPABILITIES["identity_hygiene"]


def landscape(anchors: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    settings = {"trust_anchors": {"factory": {**FACTORY, **changes}} if anchors is None else anchors}
    return make_landscape(settings={"identity_hygiene": settings})


def test_role_admits_one_authority_and_one_common_name() -> None:
    template = rendered("identity_hygiene", landscape())["identity-hygiene-anchor-factory"]
    (role,) = properties(template, "AWS::IAM::Role").values()
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "rolesanywhere.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["TrustAnchor", "TrustAnchorArn"]}},
        "StringEquals": {"aws:PrincipalTag/x509Subject/CN": "uploads.example"},
    }
    assert role["ManagedPolicyArns"] == [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonSQSReadOnlyAccess"}]
    (profile,) = properties(template, "AWS::RolesAnywhere::Profile").values()
    assert profile["RoleArns"] == [{"Fn::GetAtt": ["UploadsRole", "Arn"]}]
    assert (profile["DurationSeconds"], role["MaxSessionDuration"]) == (3600, 3600)
    boundary = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/nw-permissions-boundary"
    assert role["PermissionsBoundary"] == {"Fn::Sub": boundary}


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, {"SourceType": "CERTIFICATE_BUNDLE", "SourceData": {"X509CertificateData": PEM}}),
        (
            {"certificate": None, "private_ca": AUTHORITY},
            {
                "SourceType": "AWS_ACM_PCA",
                "SourceData": {"AcmPcaArn": {"Fn::Sub": AUTHORITY.replace("arn:aws:", "arn:${AWS::Partition}:")}},
            },
        ),
    ],
    ids=["certificate", "private authority"],
)
def test_anchor_trusts_the_authority_of_the_profile(changes: dict[str, Any], source: dict[str, Any]) -> None:
    here = landscape(region="eu-central-1", **changes)
    template = rendered("identity_hygiene", here)["identity-hygiene-anchor-factory"]
    (anchor,) = properties(template, "AWS::RolesAnywhere::TrustAnchor").values()
    assert anchor["Source"] == source
    assert anchor["Enabled"] is True
    (stack,) = (item for item in build_plan(here).stacks if item.capability == "identity_hygiene")
    assert stack.regions == ("eu-central-1",)
    assert [item.account for item in stack.deployments] == ["log_archive"]


@pytest.mark.parametrize(
    ("anchors", "path"),
    [
        ({"factory": {**FACTORY, "private_ca": AUTHORITY}}, ("trust_anchors", "factory")),
        ({"factory": {**FACTORY, "certificate": None}}, ("trust_anchors", "factory")),
        ({"factory": {**FACTORY, "region": "us-west-2"}}, ("trust_anchors", "factory", "region")),
        ({"factory": FACTORY, "office": FACTORY}, ("trust_anchors", "office", "roles", "uploads")),
        (
            {"factory": {**FACTORY, "roles": {"uploads": {**UPLOADS, "managed_policies": ["AdministratorAccess"]}}}},
            ("trust_anchors", "factory", "roles", "uploads", "managed_policies", 0),
        ),
        (
            {"factory": {**FACTORY, "roles": {"uploads": {"common_name": "a"}}}},
            ("trust_anchors", "factory", "roles", "uploads"),
        ),
    ],
    ids=["two authorities", "none", "region", "role twice", "administrator", "no policy"],
)
def test_anchors_that_trust_too_much_or_nothing_are_a_problem(
    anchors: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    (problem,) = CAPABILITY.problems(landscape(anchors))
    assert problem.path == path


def test_role_of_two_anchors_in_different_accounts_is_no_problem() -> None:
    assert CAPABILITY.problems(landscape({"factory": FACTORY, "office": {**FACTORY, "accounts": ["security"]}})) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"certificate": "MIGH" + "A" * 180},
        {"roles": {}},
        {"roles": dict.fromkeys((f"uploads{number}" for number in range(21)), UPLOADS)},
        {"accounts": []},
        {"roles": {"uploads": {**UPLOADS, "common_name": "*"}}},
        {"roles": {"uploads": {**UPLOADS, "session_minutes": 5}}},
    ],
    ids=["private key", "no role", "21 roles", "no account", "wildcard", "session"],
)
def test_values_that_aws_would_refuse_or_that_admit_all_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(**change)
