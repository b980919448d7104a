"""Roles, managed policies, instance profiles and identity providers."""

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends

from tests.emulator.services.place import Handler, Made, Place, Properties, chosen, names


def _create_role(place: Place, properties: Properties) -> Made:
    name = properties.get("RoleName", properties[""])
    found = place.client("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
        **chosen(properties, "Description MaxSessionDuration Path PermissionsBoundary"),
    )["Role"]
    _settle_role(place, name, properties)
    return Made(physical=name, attributes={"Arn": found["Arn"], "RoleId": found["RoleId"]})


def _settle_role(place: Place, name: str, properties: Properties) -> None:
    iam = place.client("iam")
    wanted = {item["PolicyName"]: item["PolicyDocument"] for item in properties.get("Policies", [])}
    for policy in set(iam.list_role_policies(RoleName=name)["PolicyNames"]) - wanted.keys():
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy, document in wanted.items():
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    attached = {item["PolicyArn"] for item in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
    given = set(properties.get("ManagedPolicyArns", []))
    for arn in sorted(attached - given):
        iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    for arn in sorted(given - attached):
        _know(place, arn)
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def _know(place: Place, arn: str) -> None:
    """Load the attached AWS managed policies; moto can only load all, per partition and account."""
    backend, name = iam_backends[place.account][place.partition], arn.rpartition("/")[2]
    if ":iam::aws:policy/" in arn and arn not in backend.managed_policies and name in _aws_policies():
        policy = AWSManagedPolicy.from_data(name, place.account, place.region, _aws_policies()[name])
        backend.managed_policies[policy.arn] = policy
        backend.aws_managed_policies.append(policy)


@cache
def _aws_policies() -> Any:
    return json.loads(aws_managed_policies_data)


def _update_role(place: Place, name: str, properties: Properties) -> None:
    iam = place.client("iam")
    trust = json.dumps(properties["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    duration = properties.get("MaxSessionDuration", 3600)
    iam.update_role(RoleName=name, Description=properties.get("Description", ""), MaxSessionDuration=duration)
    if "PermissionsBoundary" in properties:
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=properties["PermissionsBoundary"])
    _settle_role(place, name, properties)


def _delete_role(place: Place, name: str, _: Properties) -> None:
    _settle_role(place, name, {})
    place.client("iam").delete_role(RoleName=name)


def _create_policy(place: Place, properties: Properties) -> Made:
    arn = place.client("iam").create_policy(
        PolicyName=properties.get("ManagedPolicyName", properties[""]),
        PolicyDocument=json.dumps(properties["PolicyDocument"]),
        **chosen(properties, "Description Path"),
    )["Policy"]["Arn"]
    return Made(physical=arn, attributes={"PolicyArn": arn})


def _update_policy(place: Place, arn: str, properties: Properties) -> None:
    iam = place.client("iam")
    old = [item for item in iam.list_policy_versions(PolicyArn=arn)["Versions"] if not item["IsDefaultVersion"]]
    for item in old:
        iam.delete_policy_version(PolicyArn=arn, VersionId=item["VersionId"])
    text = json.dumps(properties["PolicyDocument"])
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)


def _delete_policy(place: Place, arn: str, _: Properties) -> None:
    iam = place.client("iam")
    for item in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not item["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=item["VersionId"])
    iam.delete_policy(PolicyArn=arn)


def _create_profile(place: Place, properties: Properties) -> Made:
    name = properties.get("InstanceProfileName", properties[""])
    iam = place.client("iam")
    arn = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Arn"]
    _update_profile(place, name, properties)
    return Made(physical=name, attributes={"Arn": arn})


def _update_profile(place: Place, name: str, properties: Properties) -> None:
    iam = place.client("iam")
    found = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]
    for role in found:
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])
    for role in properties["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)


def _delete_profile(place: Place, name: str, _: Properties) -> None:
    _update_profile(place, name, {"Roles": []})
    place.client("iam").delete_instance_profile(InstanceProfileName=name)


def _create_provider(place: Place, properties: Properties) -> Made:
    given: dict[str, Any] = {
        "Url": properties["Url"],
        "ClientIDList": properties.get("ClientIdList", []),
        "ThumbprintList": properties.get("ThumbprintList", []),
    }
    arn = place.client("iam").create_open_id_connect_provider(**given)["OpenIDConnectProviderArn"]
    return Made(physical=arn, attributes={"Arn": arn})


def _update_provider(place: Place, arn: str, properties: Properties) -> None:
    """Replace the provider: moto cannot change its clients, and one with the same URL has the same ARN."""
    _delete_provider(place, arn, properties)
    _create_provider(place, properties)


def _delete_provider(place: Place, arn: str, _: Properties) -> None:
    place.client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


HANDLERS = {
    "AWS::IAM::Role": Handler(
        create=_create_role,
        update=_update_role,
        delete=_delete_role,
        passed=names(
            "RoleName AssumeRolePolicyDocument Description MaxSessionDuration Path PermissionsBoundary Policies"
            " ManagedPolicyArns"
        ),
    ),
    "AWS::IAM::ManagedPolicy": Handler(
        create=_create_policy,
        update=_update_policy,
        delete=_delete_policy,
        passed=names("ManagedPolicyName PolicyDocument Description Path"),
    ),
    "AWS::IAM::InstanceProfile": Handler(
        create=_create_profile,
        update=_update_profile,
        delete=_delete_profile,
        passed=names("InstanceProfileName Roles"),
    ),
    "AWS::IAM::OIDCProvider": Handler(
        create=_create_provider,
        update=_update_provider,
        delete=_delete_provider,
        passed=names("Url ClientIdList ThumbprintList"),
    ),
}
