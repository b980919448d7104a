"""Settings that each Region of an account has of its own."""

from templates.functions.settings.core import SETTINGS, Arguments, Calls, Setting, SettingError, call


def encrypt_volumes(calls: Calls, arguments: Arguments) -> str:
    """Encrypt every new EBS volume and snapshot, with the key given or with the default key that the account has."""
    if arguments.get("KmsKeyId"):
        calls("modify_ebs_default_kms_key_id", arguments)
    calls("enable_ebs_encryption_by_default")
    return "done"


def set_metadata_defaults(calls: Calls, arguments: Arguments) -> str:
    """Set defaults of the instance metadata service; enforcement that the stack no longer asks for ends."""
    dropped = {key: "no-preference" for key in ("HttpTokensEnforced",) if key in calls.former and key not in arguments}
    calls("modify_instance_metadata_defaults", {**arguments, **dropped})
    return "done"


def reset_metadata_defaults(calls: Calls, arguments: Arguments) -> str:
    """Leave to AWS what the stack has set: an enforcement without a default would stop launches."""
    hops = {"HttpPutResponseHopLimit": "-1"}
    calls("modify_instance_metadata_defaults", {**dict.fromkeys(arguments, "no-preference"), **hops})
    return "done"


def remove_default_vpc(calls: Calls, _: Arguments) -> str:
    """Delete the default VPC with its subnets and gateway; one that anything else is in is left whole."""
    vpcs = calls.all("describe_vpcs", "Vpcs", {"is-default": "true"})
    for vpc_id in [vpc["VpcId"] for vpc in vpcs]:
        residents = [
            item
            for operation, key, name in (
                ("describe_network_interfaces", "NetworkInterfaces", "vpc-id"),
                ("describe_vpc_endpoints", "VpcEndpoints", "vpc-id"),
                ("describe_vpn_gateways", "VpnGateways", "attachment.vpc-id"),
                ("describe_vpc_peering_connections", "VpcPeeringConnections", "accepter-vpc-info.vpc-id"),
                ("describe_vpc_peering_connections", "VpcPeeringConnections", "requester-vpc-info.vpc-id"),
                ("describe_security_groups", "SecurityGroups", "vpc-id"),
            )
            for item in calls.all(operation, key, {name: vpc_id})
            if item.get("GroupName") != "default"
        ]
        if residents:
            raise SettingError(f"the default VPC {vpc_id} is in use: move what is in it, or keep the VPC")
        for gateway in calls.all("describe_internet_gateways", "InternetGateways", {"attachment.vpc-id": vpc_id}):
            gateway_id = gateway["InternetGatewayId"]
            calls("detach_internet_gateway", {"InternetGatewayId": gateway_id, "VpcId": vpc_id})
            calls("delete_internet_gateway", {"InternetGatewayId": gateway_id})
        for subnet in calls.all("describe_subnets", "Subnets", {"vpc-id": vpc_id}):
            calls("delete_subnet", {"SubnetId": subnet["SubnetId"]})
        calls("delete_vpc", {"VpcId": vpc_id})
    return "removed" if vpcs else "there is none"


def close_default_security_groups(calls: Calls, _: Arguments) -> str:
    """Take every rule from the default security groups that nothing uses; the others are named."""
    used = []
    for group in calls.all("describe_security_groups", "SecurityGroups", {"group-name": "default"}):
        group_id = group["GroupId"]
        if calls.all("describe_network_interfaces", "NetworkInterfaces", {"group-id": group_id}):
            used.append(group_id)
            continue
        for direction, rules in (("ingress", group["IpPermissions"]), ("egress", group["IpPermissionsEgress"])):
            if rules:
                calls(f"revoke_security_group_{direction}", {"GroupId": group_id, "IpPermissions": rules})
    return f"left open, in use: {', '.join(used)}" if used else "done"


SETTINGS.update(
    {
        "ebs-encryption": Setting("ec2", encrypt_volumes, call("disable_ebs_encryption_by_default", takes=())),
        "snapshot-public-access": Setting(
            "ec2", call("enable_snapshot_block_public_access"), call("disable_snapshot_block_public_access", takes=())
        ),
        "image-public-access": Setting(
            "ec2", call("enable_image_block_public_access"), call("disable_image_block_public_access", takes=())
        ),
        "serial-console": Setting("ec2", call("disable_serial_console_access"), call("enable_serial_console_access")),
        "cluster-public-access": Setting("emr", call("put_block_public_access_configuration")),
        "instance-metadata": Setting("ec2", set_metadata_defaults, reset_metadata_defaults),
        "default-vpc": Setting("ec2", remove_default_vpc),
        "default-security-groups": Setting("ec2", close_default_security_groups),
        "config-retention": Setting(
            "config",
            call("put_retention_configuration"),
            call(
                "delete_retention_configuration",
                "NoSuchRetentionConfigurationException",
                takes=(),
                RetentionConfigurationName="default",
            ),
        ),
    }
)
