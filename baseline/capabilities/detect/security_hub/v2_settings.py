"""Settings of the service that AWS has called Security Hub since 2025. AWS bills it by resource once it is on."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.expiry import CalendarDay
from baseline.capabilities.place import AnyPlaces, AnyPlacesOrRoot
from baseline.capabilities.settings import Reason
from baseline.documents.section import Section

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
FilterValue = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,1024}$")]

FindingField = Literal[
    "class_name",
    "cloud.account.uid",
    "cloud.region",
    "compliance.control",
    "compliance.standards",
    "finding_info.title",
    "finding_info.types",
    "metadata.product.name",
    "metadata.product.uid",
    "resources.name",
    "resources.type",
    "resources.uid",
    "vendor_attributes.severity",
]
"""Some of the fields that are texts (CloudFormation's schema of `AWS::SecurityHub::AutomationRuleV2`)."""


class FindingCondition(Section):
    """One condition on findings in the Open Cybersecurity Schema Framework (OCSF)."""

    field: FindingField = Field(description="A field of findings.", examples=["compliance.control"])
    equals: list[FilterValue] = Field(default=[], description="The value is one of these.")
    prefix: list[FilterValue] = Field(default=[], description="The value begins with one of these.")


class AcceptedFinding(Section):
    """Accepted findings: suppressed by a rule, with a reason."""

    reason: Annotated[Reason, StringConstraints(max_length=256)] = Field(
        description="The reason; becomes the rule's description and the comment of each finding. At most "
        "256 characters."
    )
    conditions: list[FindingCondition] = Field(
        min_length=1, max_length=20, description="Conditions; a finding must meet all of them."
    )
    expires: CalendarDay | None = Field(
        default=None,
        description="The last day, as YYYY-MM-DD. After that the entry is a finding, and the rule "
        "suppresses no finding "
        "that is updated later.",
        examples=["2027-06-30"],
    )


class Connector(Section):
    """A ticketing system. A person connects it in the console after the deployment."""

    jira_project: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")] | None = Field(
        default=None, description="Key of a project in Jira Cloud; this or `servicenow_instance`.", examples=["SEC"]
    )
    servicenow_instance: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,128}$")] | None = Field(
        default=None, description="Name of an instance of ServiceNow, with `secret`.", examples=["northwind"]
    )
    secret: Annotated[str, StringConstraints(pattern=r"^arn:[a-z-]+:secretsmanager:[!-~]{10,500}$")] | None = Field(
        default=None, description="ARN of the secret in Secrets Manager with the credentials for ServiceNow."
    )
    tickets_for: list[Literal["critical", "high"]] = Field(
        default=[], description="Severities of findings that automatically become tickets.", examples=[["critical"]]
    )


class SecurityHubV2(Section):
    """Security Hub for the accounts of places: exposure findings, rules, aggregation, tickets and notices."""

    accepts_billing: bool = Field(
        description="Must be `true`: Security Hub bills by resource (Essentials), which replaces the prices "
        "of Security Hub CSPM, Amazon Inspector and part of Amazon GuardDuty in the accounts where it is on."
    )
    to: AnyPlacesOrRoot = Field(
        default=["root"],
        min_length=1,
        description="Organizational units, accounts and groups of accounts where it is on; `root` is the organization.",
    )
    off_in: AnyPlaces = Field(default=[], description="Places below `to` where it is off.", examples=[["Sandbox"]])
    network_scanning: bool = Field(
        default=False, description="Whether it also scans networks from the Internet. Commercial Regions only."
    )
    notify: bool = Field(
        default=False,
        description="Whether Security Hub sends the notices of new critical and high findings, instead of "
        "Security Hub CSPM.",
    )
    accepted_findings: dict[Key, AcceptedFinding] = Field(
        default={}, max_length=100, description="Rules that suppress findings, by a key of your choice."
    )
    connectors: dict[Key, Connector] = Field(
        default={}, max_length=10, description="Ticketing systems, by a key of your choice."
    )
