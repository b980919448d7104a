"""Audit Manager: assessments where it is there already, and a finding where it is not."""

from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered

CAPABILITY = CAPABILITIES["audit_manager"]
PCI: dict[str, Any] = {
    "framework_id": "a1b2c3d4-5678-90ab-cdef-1234567890ab",
    "accounts": ["log_archive", "security"],
    "owners": ["teams/auditors"],
}


def landscape(more: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    settings = {"existing_customer": True, "assessments": {"pci": PCI}, **(more or {})}
    return make_landscape(settings={"audit_manager": settings}, **changes)


def test_assessment_has_framework_accounts_owner_and_bucket() -> None:
    template = rendered("audit_manager", landscape())["audit-manager"]
    (assessment,) = properties(template, "AWS::AuditManager::Assessment").values()
    (bucket,) = properties(template, "AWS::S3::Bucket").values()
    assert (assessment["Name"], assessment["FrameworkId"]) == ("nw-pci", PCI["framework_id"])
    assert assessment["Scope"] == {
        "AwsAccounts": [{"Id": {"Fn::Sub": "${LogArchiveAccountId}"}}, {"Id": {"Fn::Sub": "${SecurityAccountId}"}}]
    }
    (owner,) = assessment["Roles"]
    assert owner["RoleArn"] == {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/teams/auditors"}
    destination = assessment["AssessmentReportsDestination"]["Destination"]["Fn::Sub"]
    assert destination == "s3://" + bucket["BucketName"]["Fn::Sub"]
    (stack,) = (item for item in build_plan(landscape()).stacks if item.capability == "audit_manager")
    assert [item.account for item in stack.deployments] == ["security"]
    assert "no new customers" in stack.prerequisites[0]


@pytest.mark.parametrize(
    ("owners", "stacks"),
    [
        (["nw-security-audit", "nw-support"], ("nw-iam-roles",)),
        (["nw-deployment-audits"], ("nw-iam-roles-deployment-audits",)),
        (["teams/auditors", "nw-deployment-web"], ()),
    ],
    ids=["roles for people", "a deployment role", "roles of others, or of another account"],
)
def test_owners_that_the_baseline_creates_exist_before(owners: list[str], stacks: tuple[str, ...]) -> None:
    roles = [
        {"name": name, "provider": "github", "repository": "o/x", "environment": "production", "accounts": [account]}
        for name, account in (("audits", "security"), ("web", "log_archive"))
    ]
    here = make_landscape(
        settings={
            "audit_manager": {"existing_customer": True, "assessments": {"pci": {**PCI, "owners": owners}}},
            "iam_roles": {"deployment_roles": roles},
        }
    )
    (stack,) = (item for item in build_plan(here).stacks if item.capability == "audit_manager")
    assert tuple(name for name in stack.depends_on if name.startswith("nw-iam-roles")) == stacks


def test_reports_cannot_be_deleted() -> None:
    template = rendered("audit_manager", landscape())["audit-manager"]
    (policy,) = properties(template, "AWS::S3::BucketPolicy").values()
    statements = {item["Sid"]: item for item in policy["PolicyDocument"]["Statement"]}
    assert statements["DenyDeletion"]["Effect"] == "Deny"
    assert set(statements["DenyDeletion"]["Action"]) == {"s3:DeleteObject", "s3:DeleteObjectVersion"}


def test_new_customers_are_pointed_to_the_evidence_of_baseline() -> None:
    here = landscape({"existing_customer": False})
    assert rendered("audit_manager", here) == {}
    (problem,) = CAPABILITY.problems(here)
    assert problem.path == ("assessments",)
    assert "baseline evidence" in problem.fix


@pytest.mark.parametrize("more", [{"assessments": {}}, {"existing_customer": False, "assessments": {}}], ids=str)
def test_nothing_is_deployed_until_the_profile_asks(more: dict[str, Any]) -> None:
    assert rendered("audit_manager", landscape(more)) == {}
    assert CAPABILITY.problems(landscape(more)) == ()


def test_single_account_assesses_itself() -> None:
    here = landscape({"assessments": {"pci": {**PCI, "accounts": ["management"]}}}, standalone=True)
    (assessment,) = properties(
        rendered("audit_manager", here)["audit-manager"], "AWS::AuditManager::Assessment"
    ).values()
    assert assessment["Scope"] == {"AwsAccounts": [{"Id": {"Fn::Sub": "${AWS::AccountId}"}}]}


def test_region_without_the_type_leaves_assessments_out() -> None:
    here = landscape(home_region="eu-south-2", regions=("eu-south-2",))
    assert rendered("audit_manager", here) == {}
    (problem,) = CAPABILITY.unsupported(here)
    assert "eu-south-2" in problem.message


@pytest.mark.parametrize(
    "change", [{"framework_id": "pci"}, {"accounts": []}, {"owners": []}, {"owners": ["a b"]}], ids=str
)
def test_values_that_aws_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape({"assessments": {"pci": {**PCI, **change}}})
