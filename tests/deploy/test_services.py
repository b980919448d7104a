"""Resources of stacks are visible in the service's own API over HTTP, and only there."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.deploy.conftest import Aws
from tests.deploy.service_cases import ACCOUNT, CASES, ELSEWHERE, OTHER, REGION, Case, resource
from tests.emulator.cloudformation.resolve import schema
from tests.emulator.cloudformation.stacks import ResourceFault
from tests.emulator.organization import MANAGEMENT
from tests.emulator.services.registry import HANDLERS


@dataclass
class Cloud:
    """The emulated organization with services, and CloudFormation in one account and Region."""

    aws: Aws

    def client(self, service: str, account: str = ACCOUNT, region: str = REGION) -> Any:
        found = self.aws.emulator.cloudformation.organization.credentials(account)
        keys = {name.lower(): value for name, value in found.items()}
        path = Config(s3={"addressing_style": "path"})
        return boto3.client(service, region_name=region, endpoint_url=self.aws.emulator.url, config=path, **keys)

    def apply(self, resources: dict[str, Any], account: str = ACCOUNT, name: str = "probe") -> str:
        """Create or update a stack; return its status."""
        cloudformation = self.client("cloudformation", account)
        exists = name in {item["StackName"] for item in cloudformation.list_stacks()["StackSummaries"]}
        cloudformation.create_change_set(
            StackName=name,
            ChangeSetName="change",
            ChangeSetType="UPDATE" if exists else "CREATE",
            TemplateBody=json.dumps({"Resources": resources}),
        )
        cloudformation.execute_change_set(StackName=name, ChangeSetName="change")
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])

    def reasons(self, name: str = "probe") -> list[str]:
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return [event["ResourceStatusReason"] for event in events if "ResourceStatusReason" in event]


@pytest.fixture
def cloud(aws: Aws) -> Cloud:
    aws.emulator.run_services()
    return Cloud(aws)


def absent(case: Case, cloud: Cloud, account: str, region: str) -> bool:
    """Whether the service does not have the resource: an error, or an empty list."""
    try:
        case.read(lambda service: cloud.client(service, account, region))
    except (ClientError, ValueError):
        return True
    return False


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_service_shows_what_a_stack_made_changed_and_deleted(cloud: Cloud, case: Case) -> None:
    assert absent(case, cloud, ACCOUNT, REGION)
    assert cloud.apply(case.before) == "CREATE_COMPLETE", cloud.reasons()
    assert case.read(cloud.client) == case.made
    assert absent(case, cloud, OTHER, REGION) or case.public
    assert absent(case, cloud, ACCOUNT, ELSEWHERE) or case.everywhere
    assert cloud.apply(case.after) == "UPDATE_COMPLETE", cloud.reasons()
    assert case.read(cloud.client) == case.changed
    cloud.client("cloudformation").delete_stack(StackName="probe")
    assert absent(case, cloud, ACCOUNT, REGION)


def test_every_type_with_a_handler_is_read_back_by_a_test() -> None:
    shown = {body["Type"] for case in CASES for body in case.before.values()}
    assert HANDLERS.keys() - shown == {
        "AWS::CloudTrail::Trail",
        "AWS::Detective::Graph",  # `make everything` deploys it
        "AWS::Detective::OrganizationAdmin",  # test_detective.py and test_macie.py read these
        "AWS::Macie::AllowList",
        "AWS::Macie::CustomDataIdentifier",
        "AWS::Macie::Session",
        "AWS::SecurityHub::DelegatedAdmin",
        "AWS::SecurityHub::Hub",
        "AWS::SecurityHub::OrganizationConfiguration",
    }


@pytest.mark.parametrize("type_", sorted(HANDLERS))
def test_handlers_know_properties_by_the_names_of_the_schema(type_: str) -> None:
    known = schema("us-east-1", type_)["properties"].keys()
    assert HANDLERS[type_].passed | HANDLERS[type_].recorded <= known


def _trail(logging: bool) -> dict[str, Any]:
    selector = {"Name": "data", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
    trail = resource(
        "CloudTrail::Trail",
        TrailName="nw-trail",
        S3BucketName={"Ref": "Bucket"},
        IsLogging=logging,
        IsMultiRegionTrail=True,
        IsOrganizationTrail=True,
        EnableLogFileValidation=logging,
        KMSKeyId="alias/nw",
        AdvancedEventSelectors=[selector],
        InsightSelectors=[{"InsightType": "ApiErrorRateInsight"}],
    )
    return {"Bucket": resource("S3::Bucket", BucketName="nw-trail-logs"), "Trail": trail}


def test_an_organizations_trail_logs_and_is_seen_in_every_account(cloud: Cloud) -> None:
    cloud.aws.emulator.cloudformation.engine.linked_role_services.add("cloudtrail.amazonaws.com")
    assert cloud.apply(_trail(True), MANAGEMENT) == "CREATE_COMPLETE"
    for account in (MANAGEMENT, ACCOUNT, OTHER):
        for region in (REGION, ELSEWHERE):
            (trail,) = cloud.client("cloudtrail", account, region).describe_trails()["trailList"]
            assert trail["TrailARN"] == f"arn:aws:cloudtrail:{REGION}:{MANAGEMENT}:trail/nw-trail"
            assert (trail["LogFileValidationEnabled"], trail["KmsKeyId"]) == (True, "alias/nw")
    cloudtrail = cloud.client("cloudtrail", MANAGEMENT)
    assert cloudtrail.get_trail_status(Name="nw-trail")["IsLogging"]
    assert cloudtrail.get_event_selectors(TrailName="nw-trail")["AdvancedEventSelectors"][0]["Name"] == "data"
    assert len(cloudtrail.get_insight_selectors(TrailName="nw-trail")["InsightSelectors"]) == 1
    assert cloud.apply(_trail(False), MANAGEMENT) == "UPDATE_COMPLETE"
    assert not cloudtrail.get_trail_status(Name="nw-trail")["IsLogging"]
    assert len(cloudtrail.get_insight_selectors(TrailName="nw-trail")["InsightSelectors"]) == 1
    cloud.client("cloudformation", MANAGEMENT).delete_stack(StackName="probe")
    assert cloud.client("cloudtrail", ACCOUNT).describe_trails()["trailList"] == []


def test_security_hub_is_on_and_administered_where_it_was_said(cloud: Cloud) -> None:
    administrator = {"Administrator": resource("SecurityHub::DelegatedAdmin", AdminAccountId=ACCOUNT)}
    assert cloud.apply(administrator, MANAGEMENT) == "CREATE_COMPLETE"
    central = {"AutoEnable": False, "AutoEnableStandards": "NONE", "ConfigurationType": "CENTRAL"}
    organization = resource("SecurityHub::OrganizationConfiguration", **central)
    hub = resource("SecurityHub::Hub", EnableDefaultStandards=False)
    assert cloud.apply({"Hub": hub, "Organization": organization}) == "CREATE_COMPLETE", cloud.reasons()
    securityhub = cloud.client("securityhub")
    assert securityhub.describe_hub()["HubArn"] == f"arn:aws:securityhub:{REGION}:{ACCOUNT}:hub/default"
    found = securityhub.describe_organization_configuration()["OrganizationConfiguration"]
    assert found["ConfigurationType"] == "CENTRAL"
    with pytest.raises(ClientError):
        cloud.client("securityhub", OTHER).describe_hub()
    assert cloud.apply({"Organization": organization}) == "UPDATE_COMPLETE"
    with pytest.raises(ClientError):
        securityhub.describe_hub()


def test_a_property_that_a_handler_does_not_know_fails_the_stack(cloud: Cloud) -> None:
    topic = resource("SNS::Topic", TopicName="alerts", ContentBasedDeduplication=True)
    assert cloud.apply({"Topic": topic}) == "ROLLBACK_COMPLETE"
    assert "property ContentBasedDeduplication of AWS::SNS::Topic is not emulated" in cloud.reasons()
    assert cloud.client("sns").list_topics()["Topics"] == []


def test_what_a_service_refuses_fails_the_stack_in_its_words(cloud: Cloud) -> None:
    trail = {"Trail": resource("CloudTrail::Trail", TrailName="nw-trail", S3BucketName="nowhere", IsLogging=True)}
    assert cloud.apply(trail) == "ROLLBACK_COMPLETE"
    assert any("S3 bucket nowhere does not exist" in reason for reason in cloud.reasons())


def test_a_rollback_takes_back_what_was_made_and_changed(cloud: Cloud) -> None:
    alerts = resource("SNS::Topic", TopicName="alerts", DisplayName="before")
    assert cloud.apply({"Alerts": alerts}) == "CREATE_COMPLETE"
    cloud.aws.emulator.cloudformation.engine.faults.append(ResourceFault(on="Last"))
    changed = resource("SNS::Topic", TopicName="alerts", DisplayName="after")
    last = {**resource("SNS::Topic", TopicName="last"), "DependsOn": ["Alerts", "New"]}
    new = resource("SNS::Topic", TopicName="new")
    assert cloud.apply({"Alerts": changed, "New": new, "Last": last}) == "UPDATE_ROLLBACK_COMPLETE"
    sns = cloud.client("sns")
    (arn,) = [item["TopicArn"] for item in sns.list_topics()["Topics"]]
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "before"


def test_what_is_retained_outlives_its_stack_in_the_service_too(cloud: Cloud) -> None:
    kept = {**resource("Logs::LogGroup", LogGroupName="/nw/kept"), "DeletionPolicy": "Retain"}
    gone = resource("Logs::LogGroup", LogGroupName="/nw/gone")
    assert cloud.apply({"Kept": kept, "Gone": gone}) == "CREATE_COMPLETE"
    cloud.client("cloudformation").delete_stack(StackName="probe")
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/nw/kept"]


def test_a_type_without_a_back_end_is_recorded(cloud: Cloud) -> None:
    analyzer = {"Analyzer": resource("AccessAnalyzer::Analyzer", AnalyzerName="nw", Type="ACCOUNT")}
    assert cloud.apply(analyzer) == "CREATE_COMPLETE"
    (found,) = cloud.aws.emulator.cloudformation.stack("probe", ACCOUNT, REGION).resources.values()
    assert found.properties == {"AnalyzerName": "nw", "Type": "ACCOUNT"}


@pytest.mark.parametrize(
    ("service", "operation", "named"),
    [
        ("securitylake", "list_data_lakes", "securitylake.ListDataLakes"),
        ("securityhub", "list_configuration_policies", "securityhub.ListConfigurationPolicies"),
        ("events", "list_endpoints", "events.ListEndpoints"),
        ("ec2", "describe_trunk_interface_associations", "ec2.DescribeTrunkInterfaceAssociations"),
    ],
    ids=["no such service", "no such path", "no such operation", "no such operation in XML"],
)
def test_what_moto_does_not_have_is_an_error_that_names_it(
    cloud: Cloud, service: str, operation: str, named: str
) -> None:
    with pytest.raises(ClientError, match=f"{named} is not emulated"):
        getattr(cloud.client(service), operation)()


def test_only_the_management_account_learns_what_was_delegated_and_centralized(cloud: Cloud) -> None:
    organizations, iam = (cloud.client(name, MANAGEMENT, "us-east-1") for name in ("organizations", "iam"))
    assert organizations.list_delegated_administrators()["DelegatedAdministrators"] == []
    assert iam.list_organizations_features()["EnabledFeatures"] == []
    principal = "config.amazonaws.com"
    organizations.register_delegated_administrator(AccountId=OTHER, ServicePrincipal=principal)
    iam.enable_organizations_root_credentials_management()
    (found,) = organizations.list_delegated_administrators(ServicePrincipal=principal)["DelegatedAdministrators"]
    assert found["Id"] == OTHER
    assert iam.list_organizations_features()["EnabledFeatures"] == ["RootCredentialsManagement"]
    with pytest.raises(ClientError, match="AccessDenied"):
        cloud.client("organizations").list_delegated_administrators()
    with pytest.raises(ClientError, match="NotManagementOrDelegated"):
        cloud.client("iam").list_organizations_features()
    organizations.deregister_delegated_administrator(AccountId=OTHER, ServicePrincipal=principal)
    assert organizations.list_delegated_administrators()["DelegatedAdministrators"] == []
