"""AWS Audit Manager, for accounts that used it before AWS closed it to new customers."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from baseline.aws.availability import is_available
from baseline.capabilities.capability import Capability, StackSpec, one_account
from baseline.capabilities.identity.iam_roles.iam_roles import role_stacks
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference, portable_text
from baseline.capabilities.parameters import account_parameters, logical_names
from baseline.capabilities.place import Accounts
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen

_TYPE = "AWS::AuditManager::Assessment"
_ENABLED = (
    "Audit Manager is enabled in this account and Region, and the account is its delegated administrator in the "
    "organization: since 2026-04-30 AWS accepts no new customers, and existing ones cannot add Regions, accounts or "
    "organizations."
)

AssessmentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
FrameworkId = Annotated[str, StringConstraints(pattern=r"^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$")]
"""Source: CloudFormation's schema of the type, FrameworkId."""
RoleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+=,.@/-]{1,512}$")]


class Assessment(Section):
    """An assessment: evidence of one framework, from some accounts."""

    framework_id: FrameworkId = Field(
        description="Id of the framework, standard or your own: aws auditmanager list-assessment-frameworks.",
        examples=["a1b2c3d4-5678-90ab-cdef-1234567890ab"],
    )
    accounts: Accounts = Field(
        min_length=1, max_length=200, description="Accounts, or groups of accounts, that evidence is collected from."
    )
    owners: list[RoleName] = Field(
        min_length=1,
        max_length=10,
        description="Roles of the security account that own the assessment, with their path if they have one.",
        examples=[["nw-security-audit"]],
    )


class AuditManagerSettings(Settings):
    """Settings of `audit_manager`. No tier enables anything."""

    existing_customer: bool = tiered(
        "Whether the security account used Audit Manager before 2026-04-30, in the home Region and for this "
        "organization. AWS has accepted no new customers since then, and no other Regions, accounts or "
        "organizations of existing ones.",
        False,
    )
    assessments: dict[AssessmentName, Assessment] = tiered(
        "Assessments by name. Billed for each piece of evidence that Audit Manager collects.", {}
    )


@frozen
class AssessmentResource:
    """An assessment in CloudFormation's format."""

    logical_id: str
    name: str
    framework_id: str
    scope: tuple[Mapping[str, Any], ...]
    roles: tuple[Mapping[str, Any], ...]


@frozen
class AuditManagerContext:
    """Context of `audit_manager`."""

    prefix: str
    bucket: Reference
    account: Reference
    assessments: tuple[AssessmentResource, ...]


def _is_asked(settings: Settings) -> bool:
    return isinstance(settings, AuditManagerSettings) and settings.existing_customer and bool(settings.assessments)


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("audit_manager", AuditManagerSettings)
    if not _is_asked(settings) or is_available(_TYPE, landscape.home_region) is False:
        return ()
    keys = dict.fromkeys(key for item in settings.assessments.values() for key in item.accounts)
    accounts = {} if landscape.standalone else account_parameters(landscape, keys)
    names = logical_names(settings.assessments)
    owners = dict.fromkeys(role for item in settings.assessments.values() for role in item.owners)
    return (
        StackSpec(
            name="audit-manager",
            template="detect/audit_manager/audit_manager",
            description="Assessments of Audit Manager, and the bucket for their reports.",
            target=one_account(landscape.role("security")),
            context=AuditManagerContext(
                prefix=landscape.prefix,
                bucket=Reference(f"{landscape.prefix}-audit-reports-${{AWS::AccountId}}"),
                account=THIS_ACCOUNT,
                assessments=tuple(
                    AssessmentResource(
                        logical_id=names[name],
                        name=f"{landscape.prefix}-{name}",
                        framework_id=item.framework_id,
                        scope=tuple(
                            {"Id": accounts[key].reference if key in accounts else THIS_ACCOUNT}
                            for key in dict.fromkeys(item.accounts)
                        ),
                        roles=tuple(_owner(role) for role in dict.fromkeys(item.owners)),
                    )
                    for name, item in settings.assessments.items()
                ),
            ),
            parameters=tuple(accounts.values()),
            depends_on=tuple(role_stacks(landscape, landscape.role("security"), owners)),
            prerequisites=(_ENABLED,),
        ),
    )


def _owner(role: str) -> Mapping[str, Any]:
    arn = Reference(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{portable_text(role)}")
    return {"RoleType": "PROCESS_OWNER", "RoleArn": arn}


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("audit_manager", AuditManagerSettings)
    if settings.assessments and not settings.existing_customer:
        yield Problem(
            path=("assessments",),
            message="AWS has accepted no new customers of Audit Manager since 2026-04-30, and no new "
            "Regions of existing ones: an assessment fails where the security account did not use it before",
            fix="set existing_customer: true if it did in the home Region; otherwise remove assessments and use the "
            "evidence that baseline itself writes (baseline evidence document, baseline evidence live)",
        )


def _unsupported(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("audit_manager", AuditManagerSettings)
    if _is_asked(settings) and is_available(_TYPE, landscape.home_region) is False:
        yield Problem(
            path=("assessments",),
            message=f"CloudFormation does not support assessments in {landscape.home_region}: they are left out",
            fix="use the evidence that baseline itself writes",
        )


CAPABILITY = Capability(
    name="audit_manager",
    title="AWS Audit Manager",
    summary="AWS Audit Manager assessments and a bucket for their reports, for organizations that already "
    "use the service.",
    settings=AuditManagerSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    unsupported=lambda landscape: tuple(_unsupported(landscape)),
    is_asked=_is_asked,
    since="2026.12",
)
