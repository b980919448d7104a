"""SAML providers of accounts: the roles of the profile, for assertions that are meant for AWS."""

from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered
from tests.samples import FULL

METADATA: str = FULL["identity_hygiene"]["saml_providers"]["directory"]["metadata"]
ANALYSTS: dict[str, Any] = {"managed_policies": ["ReadOnlyAccess"]}
DIRECTORY: dict[str, Any] = {"metadata": METADATA, "accounts": ["log_archive"], "roles": {"analysts": ANALYSTS}}
CAPABILITY = CAPABILITIES["identity_hygiene"]
BOUNDARY = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/nw-permissions-boundary"}


def landscape(providers: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    settings = {"saml_providers": {"directory": DIRECTORY} if providers is None else providers}
    return make_landscape(settings={"identity_hygiene": settings, **changes.pop("others", {})}, **changes)


def test_assertions_for_aws_give_the_roles_of_the_profile() -> None:
    here = landscape()
    template = rendered("identity_hygiene", here)["identity-hygiene-saml-directory"]
    (provider,) = properties(template, "AWS::IAM::SAMLProvider").values()
    assert provider == {"Name": "nw-directory", "SamlMetadataDocument": METADATA}
    (role,) = properties(template, "AWS::IAM::Role").values()
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Federated": {"Fn::GetAtt": ["SamlProvider", "Arn"]}},
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    assert (role["RoleName"], role["MaxSessionDuration"]) == ("nw-saml-analysts", 3600)
    assert role["PermissionsBoundary"] == BOUNDARY
    (stack,) = (item for item in build_plan(here).stacks if item.capability == "identity_hygiene")
    assert [item.account for item in stack.deployments] == ["log_archive"]
    assert "nw-iam-roles" in stack.depends_on


def test_boundary_is_the_one_that_exists() -> None:
    """Without the boundary of `iam_roles` a role has the one that the profile names, or none."""
    own = {**DIRECTORY, "roles": {"analysts": ANALYSTS, "auditors": {**ANALYSTS, "boundary": "bounds/people"}}}
    here = landscape({"directory": own}, others={"iam_roles": {"permissions_boundary": False, "reason": "None."}})
    template = rendered("identity_hygiene", here)["identity-hygiene-saml-directory"]
    bounds = [role.get("PermissionsBoundary") for role in properties(template, "AWS::IAM::Role").values()]
    assert bounds == [None, {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/bounds/people"}]
    (stack,) = (item for item in build_plan(here).stacks if item.capability == "identity_hygiene")
    assert "nw-iam-roles" not in stack.depends_on
    (problem,) = CAPABILITY.problems(here)
    assert problem.path == ("saml_providers", "directory", "roles", "analysts")


@pytest.mark.parametrize(
    ("roles", "path"),
    [
        ({"analysts": {"managed_policies": ["AdministratorAccess"]}}, ("managed_policies", 0)),
        ({"analysts": {}}, ()),
    ],
    ids=["administrator", "no policy"],
)
def test_roles_with_too_much_or_nothing_are_a_problem(roles: dict[str, Any], path: tuple[str | int, ...]) -> None:
    (problem,) = CAPABILITY.problems(landscape({"directory": {**DIRECTORY, "roles": roles}}))
    assert problem.path == ("saml_providers", "directory", "roles", "analysts", *path)


def test_role_of_two_providers_is_a_problem_in_the_same_account() -> None:
    (problem,) = CAPABILITY.problems(landscape({"directory": DIRECTORY, "office": DIRECTORY}))
    assert problem.path == ("saml_providers", "office", "roles", "analysts")
    elsewhere = {**DIRECTORY, "accounts": ["security"]}
    assert CAPABILITY.problems(landscape({"directory": DIRECTORY, "office": elsewhere})) == ()


@pytest.mark.parametrize(
    "metadata",
    ["<x>" * 400, METADATA[:900], METADATA.replace("><", ">" + " " * 30_000 + "<", 1), METADATA.replace("><", ">\n<")],
)
def test_metadata_that_aws_or_a_template_would_refuse_is_refused(metadata: str) -> None:
    with pytest.raises(ValidationError):
        landscape({"directory": {**DIRECTORY, "metadata": metadata}})
