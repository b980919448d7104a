"""Playbooks from a finding to the changed resource and back. moto runs the rendered state machines.

What it does not prove: the policies of the roles (`test_response.py` compares them with these calls), the retries and
names of errors of the real service, and that EventBridge starts the state machine.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, get_args

import boto3
import pytest
from moto.rds.models import rds_backends

from baseline.capabilities.respond.response.catalog import grants_of
from baseline.capabilities.respond.response.machine import definition
from baseline.capabilities.respond.response.settings import Playbook, PlaybookName, ResponseSettings
from baseline.templating.filters import block
from baseline.validate.machine_calls import actions_of
from tests.capabilities.response.conftest import MEMBER, REGION, Account
from tests.emulator.cloudformation.resolve import null_in

RECORDS = "nw-response-logs-222222222222-eu-west-1"
CLOSED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


CHANGES = {"UpdateAccessKey", "PutPublicAccessBlock", "ModifyNetworkInterfaceAttribute", "CreateSnapshots"}
_WITH_OTHERS = {"ec2:CreateTags"}
"""Needed by calls that make something with tags."""


def assert_least_privilege(account: Account, name: PlaybookName) -> None:
    """A run and its way back use every action that the playbook's roles are granted, and no other."""
    called = {
        action
        for service, call in account.calls
        if service in ("iam", "s3", "ec2", "lambda", "ecs", "rds")
        for action in actions_of(service, call) or {f"unknown: {service}:{call}"}
    }
    granted = {action for grant in grants_of(name, Playbook(detach_profile=True)) for action in grant.actions}
    assert called == granted - _WITH_OTHERS


def given(subject: str, action: str = "contain") -> dict[str, Any]:
    return {"action": action, "account": MEMBER, "finding": "1a2b", "subject": subject}


def user_with_keys(account: Account) -> tuple[str, str]:
    iam = account.client("iam")
    iam.create_user(UserName="jane")
    first, second = (iam.create_access_key(UserName="jane")["AccessKey"]["AccessKeyId"] for _ in range(2))
    iam.update_access_key(UserName="jane", AccessKeyId=second, Status="Inactive")
    return first, second


def states_of_keys(account: Account) -> dict[str, str]:
    found = account.client("iam").list_access_keys(UserName="jane")["AccessKeyMetadata"]
    return {item["AccessKeyId"]: item["Status"] for item in found}


def bucket(account: Account, **block: bool) -> str:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.delete_public_access_block(Bucket="exports")
    if block:
        s3.put_public_access_block(Bucket="exports", PublicAccessBlockConfiguration=block)
    return "exports"


def instance(account: Account, *, isolated: bool = False, profile: str = "") -> tuple[str, str]:
    ec2 = account.client("ec2")
    if profile:
        account.client("iam").create_instance_profile(InstanceProfileName=profile)
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=subnet["VpcId"])["GroupId"]
    if isolated:
        every = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=every)
    made = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet["SubnetId"],
        SecurityGroupIds=[group],
        **({"IamInstanceProfile": {"Name": profile}} if profile else {}),
    )
    return made["Instances"][0]["InstanceId"], group


def groups_of(account: Account, name: str) -> set[str]:
    """Groups of the interfaces. moto always adds those that the instance began with."""
    wanted = [{"Name": "attachment.instance-id", "Values": [name]}]
    found = account.client("ec2").describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    return {group["GroupId"] for item in found for group in item["Groups"]}


def profiles_of(account: Account, name: str) -> list[str]:
    """ARNs of the instance's profiles."""
    wanted = [{"Name": "instance-id", "Values": [name]}]
    found = account.client("ec2").describe_iam_instance_profile_associations(Filters=wanted)
    return [item["IamInstanceProfile"]["Arn"] for item in found["IamInstanceProfileAssociations"]]


def is_protected(account: Account, name: str) -> bool:
    ec2 = account.client("ec2")
    found = ec2.describe_instance_attribute(InstanceId=name, Attribute="disableApiTermination")
    return bool(found["DisableApiTermination"]["Value"])


def test_keys_of_a_user_are_disabled_and_return_to_what_they_were(account: Account) -> None:
    first, second = user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    done = account.run("disable-access-keys", given("jane"))
    assert states_of_keys(account) == {first: "Inactive", second: "Inactive"}
    assert done["message"]["outcome"] == "contained"
    assert done["message"]["Source"] == "nw.response"
    back = account.run("disable-access-keys", {**done, "action": "restore"})
    assert states_of_keys(account) == {first: "Active", second: "Inactive"}
    assert back["message"]["outcome"] == "restored"
    assert_least_privilege(account, "disable-access-keys")


def test_bucket_is_closed_and_returns_to_what_it_was(account: Account) -> None:
    """A bucket that had a block: `test_further_findings.py`."""
    name, s3 = bucket(account), account.client("s3")
    account.admit("close-bucket", "automatic")
    done = account.run("close-bucket", given(name))
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == CLOSED
    assert done["message"]["outcome"] == "contained"
    account.run("close-bucket", {**done, "action": "restore"})
    assert_least_privilege(account, "close-bucket")
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket=name)


def test_instance_is_isolated_after_snapshots_and_returns_to_its_groups(account: Account) -> None:
    name, group = instance(account, profile="web")
    (profile,) = profiles_of(account, name)
    account.admit("isolate-instance", "automatic")
    done = account.run("isolate-instance", given(name))
    assert profiles_of(account, name) == []
    assert done["contained"]["result"]["profile"]["associations"][0]["IamInstanceProfile"]["Arn"] == profile
    ec2 = account.client("ec2")
    (isolating,) = groups_of(account, name) - {group}
    (found,) = ec2.describe_security_groups(GroupIds=[isolating])["SecurityGroups"]
    assert (found["IpPermissions"], found["IpPermissionsEgress"]) == ([], [])
    assert is_protected(account, name)
    kept = done["contained"]["result"]["snapshots"]["ids"]
    assert {item["SnapshotId"] for item in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]} >= set(kept)
    names = [call for _, call in account.calls]
    assert names.index("CreateSnapshots") < names.index("ModifyNetworkInterfaceAttribute")
    back = account.run("isolate-instance", {**done, "action": "restore"})
    assert back["message"]["outcome"] == "restored-without-profile"
    assert_least_privilege(account, "isolate-instance")
    assert groups_of(account, name) == {group}
    assert not is_protected(account, name)
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidGroup\.NotFound"):
        ec2.describe_security_groups(GroupIds=[isolating])


ROLE = {"Version": "2012-10-17", "Statement": []}


def policies_of(account: Account, role: str) -> list[str]:
    found = account.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return [item["PolicyName"] for item in found]


def test_role_is_denied_everything_and_released(account: Account) -> None:
    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(ROLE))
    account.admit("quarantine-role", "automatic")
    done = account.run("quarantine-role", given("web"))
    assert done["message"]["outcome"] == "contained"
    assert policies_of(account, "web") == ["AWSDenyAll"]
    assert account.run("quarantine-role", given("web"))["message"]["outcome"] == "already-done"
    account.run("quarantine-role", {**done, "action": "restore"})
    assert policies_of(account, "web") == []
    assert_least_privilege(account, "quarantine-role")


@pytest.mark.parametrize("name", ["AWSReservedSSO_Admin_0a1b", "AWSServiceRoleForSupport"])
def test_roles_that_only_aws_may_change_are_left_to_people(account: Account, name: str) -> None:
    account.admit("quarantine-role", "automatic")
    assert account.run("quarantine-role", given(name))["message"]["outcome"] == "left-alone"


def test_snapshot_is_closed_and_returns_to_what_it_was(account: Account) -> None:
    ec2 = account.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    name = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    subject = f"arn:aws:ec2:{REGION}::snapshot/{name}"
    account.admit("close-snapshot", "automatic")

    def groups() -> list[str]:
        found = ec2.describe_snapshot_attribute(SnapshotId=name, Attribute="createVolumePermission")
        return [item["Group"] for item in found["CreateVolumePermissions"] if "Group" in item]

    assert account.run("close-snapshot", given(subject))["message"]["outcome"] == "already-done"
    ec2.modify_snapshot_attribute(
        SnapshotId=name, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    done = account.run("close-snapshot", given(subject))
    assert (done["message"]["outcome"], groups()) == ("contained", [])
    account.run("close-snapshot", {**done, "action": "restore"})
    assert groups() == ["all"]
    assert_least_privilege(account, "close-snapshot")


def test_database_snapshots_are_closed_and_return_to_what_they_were(account: Account) -> None:
    rds = account.client("rds")
    rds.create_db_instance(DBInstanceIdentifier="orders", DBInstanceClass="db.t4g.micro", Engine="postgres")
    instance = rds.create_db_snapshot(DBSnapshotIdentifier="job-1", DBInstanceIdentifier="orders")["DBSnapshot"]
    by_backup = "awsbackup:job-1"  # such a name comes from AWS Backup only: moto refuses it in a call
    made = rds_backends[MEMBER][REGION].database_snapshots
    made[by_backup] = made.pop("job-1")
    made[by_backup].db_snapshot_identifier = by_backup
    user = {"MasterUsername": "jane", "MasterUserPassword": "not-a-secret"}
    rds.create_db_cluster(DBClusterIdentifier="carts", Engine="aurora-postgresql", **user)
    cluster = rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="carts-1", DBClusterIdentifier="carts")
    subjects = [
        instance["DBSnapshotArn"].replace("job-1", by_backup),
        cluster["DBClusterSnapshot"]["DBClusterSnapshotArn"],
    ]
    account.admit("close-database-snapshot", "automatic")

    def values() -> list[list[str]]:
        one = rds.describe_db_snapshot_attributes(DBSnapshotIdentifier=by_backup)
        many = rds.describe_db_cluster_snapshot_attributes(DBClusterSnapshotIdentifier="carts-1")
        found = (
            one["DBSnapshotAttributesResult"]["DBSnapshotAttributes"],
            many["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"],
        )
        return [[value for item in items for value in item["AttributeValues"]] for items in found]

    opened = {"AttributeName": "restore", "ValuesToAdd": ["all", "555555555555"]}
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=by_backup, **opened)
    rds.modify_db_cluster_snapshot_attribute(DBClusterSnapshotIdentifier="carts-1", **opened)
    done = [account.run("close-database-snapshot", given(subject)) for subject in subjects]
    assert [item["message"]["outcome"] for item in done] == ["contained", "contained"]
    assert values() == [["555555555555"], ["555555555555"]]
    assert account.run("close-database-snapshot", given(subjects[0]))["message"]["outcome"] == "already-done"
    for item in done:
        account.run("close-database-snapshot", {**item, "action": "restore"})
    assert [sorted(item) for item in values()] == [["555555555555", "all"]] * 2
    assert_least_privilege(account, "close-database-snapshot")


def test_ports_are_closed_to_the_world_only_and_opened_again(account: Account) -> None:
    ec2 = account.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    world, office = [{"CidrIp": "0.0.0.0/0"}], [{"CidrIp": "192.0.2.0/24"}]
    rules: list[Any] = [
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": world},
        {"IpProtocol": "tcp", "FromPort": 3000, "ToPort": 4000, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": world},
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": office},
    ]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)

    def opened() -> set[tuple[int, str]]:
        wanted = [{"Name": "group-id", "Values": [group]}]
        found = ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
        return {(item["FromPort"], item.get("CidrIpv4") or item["CidrIpv6"]) for item in found if not item["IsEgress"]}

    before, subject = opened(), f"arn:aws:ec2:{REGION}:{MEMBER}:security-group/{group}"
    account.admit("close-ports", "automatic")
    done = account.run("close-ports", given(subject))
    assert opened() == {(443, "0.0.0.0/0"), (22, "192.0.2.0/24")}
    assert account.run("close-ports", given(subject))["message"]["outcome"] == "already-done"
    account.run("close-ports", {**done, "action": "restore"})
    assert opened() == before
    assert_least_privilege(account, "close-ports")


def function(account: Account, **tags: str) -> str:
    account.client("iam").create_role(RoleName="export", AssumeRolePolicyDocument=json.dumps(ROLE))
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as file:
        file.writestr("index.py", "")
    role = f"arn:aws:iam::{MEMBER}:role/export"
    account.client("lambda").create_function(
        FunctionName="export",
        Runtime="python3.13",
        Role=role,
        Handler="index.run",
        Code={"ZipFile": packed.getvalue()},
        Tags=tags,
    )
    return "export"


def test_function_is_stopped_and_returns_to_its_concurrency(account: Account) -> None:
    name, client = function(account, Team="web"), account.client("lambda")
    account.admit("isolate-function", "automatic")

    def concurrency() -> Any:
        return client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")

    for before in (None, 7):
        if before:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=before)
        done = account.run("isolate-function", given(name))
        assert concurrency() == 0
        assert account.run("isolate-function", given(name))["message"]["outcome"] == "already-done"
        account.run("isolate-function", {**done, "action": "restore"})
        assert concurrency() == before
    assert_least_privilege(account, "isolate-function")


def test_tag_exempts_a_function(account: Account) -> None:
    name = function(account, ResponseExempt="")
    account.admit("isolate-function", "automatic")
    assert account.run("isolate-function", given(name))["message"]["outcome"] == "left-alone"


def task(account: Account, **tags: str) -> str:
    ecs, ec2 = account.client("ecs"), account.client("ec2")
    ecs.create_cluster(clusterName="web")
    container = {"name": "web", "image": "web", "memory": 64}
    ecs.register_task_definition(
        family="web", containerDefinitions=[container], networkMode="awsvpc", requiresCompatibilities=["FARGATE"]
    )
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    begun = ecs.run_task(
        cluster="web",
        taskDefinition="web",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}},
        tags=[{"key": key, "value": value} for key, value in tags.items()],
    )
    return str(begun["tasks"][0]["taskArn"])


def test_task_is_stopped_and_nothing_takes_that_back(account: Account) -> None:
    subject, ecs = task(account, Team="web"), account.client("ecs")
    account.admit("stop-task", "automatic")
    done = account.run("stop-task", given(subject))
    (found,) = ecs.describe_tasks(cluster="web", tasks=[subject])["tasks"]
    assert (done["message"]["outcome"], found["lastStatus"]) == ("contained", "STOPPED")
    assert account.run("stop-task", given(subject))["message"]["outcome"] == "already-done"
    assert account.run("stop-task", {**done, "action": "restore"})["message"]["outcome"] == "no-way-back"
    assert_least_privilege(account, "stop-task")


def test_tag_exempts_a_task(account: Account) -> None:
    subject = task(account, ResponseExempt="")
    account.admit("stop-task", "automatic")
    assert account.run("stop-task", given(subject))["message"]["outcome"] == "left-alone"


def test_what_is_contained_already_is_no_request_and_no_change(account: Account) -> None:
    first, second = user_with_keys(account)
    account.client("iam").update_access_key(UserName="jane", AccessKeyId=first, Status="Inactive")
    server, _ = instance(account, isolated=True)
    subjects: Mapping[PlaybookName, str] = {
        "disable-access-keys": "jane",
        "close-bucket": bucket(account, **CLOSED),
        "isolate-instance": server,
    }
    for playbook, subject in subjects.items():
        account.admit(playbook, "approve")
        assert account.run(playbook, given(subject))["message"]["outcome"] == "already-done"
    assert states_of_keys(account) == {first: "Inactive", second: "Inactive"}
    assert CHANGES.isdisjoint(call for _, call in account.calls)


def test_instance_is_isolated_even_if_its_disks_cannot_be_kept(account: Account) -> None:
    name, group = instance(account)
    account.admit("isolate-instance", "automatic")
    account.unreachable = "CreateSnapshots"
    done = account.run("isolate-instance", given(name))
    assert done["message"]["outcome"] == "contained-without-snapshots"
    assert "SlowDown" in done["contained"]["result"]["no_snapshots"]["Cause"]
    assert groups_of(account, name) > {group}


def test_isolation_whose_profile_stays_is_taken_back_with_its_group(account: Account) -> None:
    name, group = instance(account, profile="web")
    account.admit("isolate-instance", "automatic")
    account.unreachable = "DisassociateIamInstanceProfile"
    done = account.run("isolate-instance", given(name))
    assert done["message"]["outcome"] == "contained-with-profile"
    assert "SlowDown" in done["contained"]["result"]["with_profile"]["Cause"]
    assert len(groups_of(account, name)) == 2
    back = account.run("isolate-instance", {**done, "action": "restore"})
    assert back["message"]["outcome"] == "restored"
    assert groups_of(account, name) == {group}
    assert ("ec2", "DeleteSecurityGroup") in account.calls


def test_isolated_instance_is_done_once_its_profile_is_detached(account: Account) -> None:
    name, _ = instance(account, isolated=True, profile="web")
    account.admit("isolate-instance", "automatic")
    account.unreachable = "DisassociateIamInstanceProfile"
    outcomes = [account.run("isolate-instance", given(name))["message"]["outcome"]]
    account.unreachable = ""
    outcomes += [account.run("isolate-instance", given(name))["message"]["outcome"] for _ in range(2)]
    assert outcomes == ["contained-with-profile", "contained", "already-done"]
    assert profiles_of(account, name) == []
    assert CHANGES.isdisjoint(call for _, call in account.calls)


def test_containment_that_failed_half_way_can_be_taken_back(account: Account) -> None:
    first, second = user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    account.unreachable = "UpdateAccessKey"
    failed = account.ended(account.start("disable-access-keys", given("jane")))
    assert account.messages.get(timeout=10)["outcome"] == "failed"
    account.unreachable = ""
    account.client("iam").update_access_key(UserName="jane", AccessKeyId=first, Status="Inactive")
    account.run("disable-access-keys", {**json.loads(failed["cause"]), "action": "restore"})
    assert states_of_keys(account) == {first: "Active", second: "Inactive"}


def test_isolation_that_failed_before_its_group_is_taken_back(account: Account) -> None:
    name, group = instance(account)
    account.admit("isolate-instance", "automatic")
    account.unreachable = "CreateSecurityGroup"
    failed = account.ended(account.start("isolate-instance", given(name)))
    account.messages.get(timeout=10)
    back = account.run("isolate-instance", {**json.loads(failed["cause"]), "action": "restore"})
    assert back["message"]["outcome"] == "restored"
    assert groups_of(account, name) == {group}


def test_unknown_error_of_the_role_is_a_failure(account: Account) -> None:
    account.unassumable = "Rate exceeded"
    user_with_keys(account)
    execution = account.start("disable-access-keys", given("jane"))
    assert account.ended(execution)["status"] == "FAILED"
    assert account.messages.get(timeout=10)["outcome"] == "failed"


def test_calls_are_tried_again(account: Account) -> None:
    user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    account.unreachable = "ListAccessKeys"
    account.ended(account.start("disable-access-keys", given("jane")))
    assert [call for _, call in account.calls].count("ListAccessKeys") == 6


def test_instance_is_isolated_even_if_it_cannot_be_protected(account: Account) -> None:
    name, group = instance(account)
    account.admit("isolate-instance", "automatic")
    account.unreachable = "ModifyInstanceAttribute"
    assert account.run("isolate-instance", given(name))["message"]["outcome"] == "contained"
    assert groups_of(account, name) > {group}


def test_tag_exempts_a_resource(account: Account) -> None:
    first, _ = user_with_keys(account)
    tag = {"Key": "ResponseExempt", "Value": ""}
    account.client("iam").tag_user(UserName="jane", Tags=[tag])
    name, s3 = bucket(account), account.client("s3")
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [tag]})
    server, group = instance(account)
    account.client("ec2").create_tags(Resources=[server], Tags=[tag])
    subjects: Mapping[PlaybookName, str] = {
        "disable-access-keys": "jane",
        "close-bucket": name,
        "isolate-instance": server,
    }
    for playbook, subject in subjects.items():
        account.admit(playbook, "automatic")
        assert account.run(playbook, given(subject))["message"]["outcome"] == "left-alone"
    assert states_of_keys(account)[first] == "Active"
    assert groups_of(account, server) == {group}
    assert CHANGES.isdisjoint(call for _, call in account.calls)


def test_bucket_whose_tags_cannot_be_read_is_not_touched(account: Account) -> None:
    name = bucket(account)
    account.admit("close-bucket", "automatic")
    account.unreachable = "GetBucketTagging"
    execution = account.start("close-bucket", given(name))
    assert account.ended(execution)["status"] == "FAILED"
    assert account.messages.get(timeout=10)["outcome"] == "failed"
    assert "PutPublicAccessBlock" not in [call for _, call in account.calls]


@pytest.mark.parametrize(
    ("answer", "outcome", "status"), [("true", "contained", "Inactive"), ("false", "not-approved", "Active")]
)
def test_a_person_decides_where_the_role_says_so(account: Account, answer: str, outcome: str, status: str) -> None:
    first, _ = user_with_keys(account)
    account.admit("disable-access-keys", "approve")
    execution = account.start("disable-access-keys", given("jane"))
    request = account.messages.get(timeout=10)
    assert request["outcome"] == "approval"
    assert states_of_keys(account)[first] == "Active"
    boto3.client("stepfunctions", region_name=REGION).send_task_success(taskToken=request["token"], output=answer)
    account.ended(execution)
    assert account.messages.get(timeout=10)["outcome"] == outcome
    assert states_of_keys(account)[first] == status


def test_nothing_is_done_in_an_account_without_a_role(account: Account) -> None:
    first, _ = user_with_keys(account)
    assert account.run("disable-access-keys", given("jane"))["message"]["outcome"] == "not-enabled"
    assert states_of_keys(account)[first] == "Active"


def test_switch_stops_the_playbooks(account: Account) -> None:
    first, _ = user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    ssm = boto3.client("ssm", region_name=REGION)
    ssm.put_parameter(Name="/nw/response", Value="off", Type="String", Overwrite=True)
    assert account.run("disable-access-keys", given("jane"))["message"]["outcome"] == "switched-off"
    assert states_of_keys(account)[first] == "Active"


def test_dry_run_says_what_would_be_done_and_changes_nothing(account: Account) -> None:
    first, _ = user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    done = account.run("disable-access-keys", given("jane", action="dry-run"))
    assert done["message"]["outcome"] == "would-act"
    assert {item["AccessKeyId"] for item in done["look"]["result"]["before"]["keys"]} >= {first}
    assert states_of_keys(account)[first] == "Active"
    assert CHANGES.isdisjoint(call for _, call in account.calls)


def test_unknown_action_changes_nothing(account: Account) -> None:
    """A machine that no finding lets ask has no such action, and a typing error must not act."""
    first, _ = user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    execution = account.start("disable-access-keys", given("jane", action="ask"))
    assert account.ended(execution)["status"] == "FAILED"
    assert account.messages.get(timeout=10)["outcome"] == "failed"
    assert states_of_keys(account)[first] == "Active"


def test_playbook_stops_at_its_hourly_limit_until_the_next_hour(account: Account) -> None:
    first, _ = user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    table = boto3.resource("dynamodb", region_name=REGION).Table("nw-response")

    def run_after(actions: int, hour: str = "") -> str:
        account.client("iam").update_access_key(UserName="jane", AccessKeyId=first, Status="Active")
        (item,) = table.scan()["Items"]
        table.put_item(Item={**item, "Actions": actions, **({"ActionHour": hour} if hour else {})})
        return str(account.run("disable-access-keys", given("jane"))["message"]["outcome"])

    account.run("disable-access-keys", given("jane"))
    assert run_after(9) == "contained"
    assert run_after(10) == "limited"
    assert states_of_keys(account)[first] == "Active"
    assert run_after(10, "2026-11-30T02") == "contained"
    (item,) = table.scan()["Items"]
    assert item["Actions"] == 1


def test_record_of_a_run_is_kept_in_the_log_archive(account: Account) -> None:
    """EventBridge takes the record from the run to the recorder: `test_response.py`."""
    first, _ = user_with_keys(account)
    account.admit("disable-access-keys", "automatic")
    account.run("disable-access-keys", given("jane"))
    (sent,) = account.records
    assert sent["outcome"] == "contained"
    assert sent["run"]["look"]["result"]["before"]["keys"][0]["AccessKeyId"] == first
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket=RECORDS, CreateBucketConfiguration={"LocationConstraint": REGION})
    event = {"id": "5e6f", "region": REGION, "detail": {**sent, "playbook": "disable-access-keys"}}
    assert account.ended(account.start_machine("nw-response-record", event))["status"] == "SUCCEEDED"
    kept = s3.get_object(Bucket=RECORDS, Key=f"{MEMBER}/{REGION}/disable-access-keys/5e6f.json")["Body"].read()
    assert json.loads(kept)["detail"]["run"]["role"]["mode"] == "automatic"


def test_record_that_cannot_be_kept_is_reported(account: Account) -> None:
    detail = {"playbook": "close-bucket", "account": MEMBER, "finding": "1a2b", "subject": "web", "execution": "arn:a"}
    execution = account.start_machine("nw-response-record", {"id": "5e6f", "region": REGION, "detail": detail})
    assert account.ended(execution)["status"] == "FAILED"
    assert account.messages.get(timeout=10)["outcome"] == "unrecorded"


def test_failure_is_reported_and_ends_the_execution(account: Account) -> None:
    account.admit("disable-access-keys", "automatic")
    execution = account.start("disable-access-keys", given("nobody"))
    assert account.ended(execution)["status"] == "FAILED"
    assert account.messages.get(timeout=10)["outcome"] == "failed"


def test_machines_are_valid_json_of_moderate_size(machines: Mapping[str, Any]) -> None:
    """A definition may have 1 MB (Step Functions quotas)."""
    assert len(machines) == len(get_args(PlaybookName)) + 1
    assert all(len(json.dumps(item)) < 22_000 for item in machines.values())


@pytest.mark.parametrize("name", get_args(PlaybookName))
def test_machine_leaves_room_in_its_template(name: PlaybookName) -> None:
    """A template may have 51,200 bytes (BL113); rules and logs need 5,000."""
    both = {name: Playbook(automatic=["Sandbox"], approve=["Workloads"])}
    chosen = ResponseSettings.model_construct(playbooks=both, approval_hours=24, hourly_limit=1000, exempt_tag="x" * 64)
    assert len(block(definition(name, "p" * 20, chosen), 8, 600)) < 30_000


def test_machines_have_no_null(machines: Mapping[str, Any]) -> None:
    """CloudFormation refuses it (BL136), so a result that nobody needs goes to `$.done`."""
    assert all(null_in(item) == "" for item in machines.values())
