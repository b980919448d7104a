"""Playbooks that stop or isolate workloads."""

from collections.abc import Mapping

from baseline.capabilities.respond.response.kinds import Grant, PlaybookKind, guardduty_trigger, vulnerable
from baseline.capabilities.respond.response.settings import PlaybookName

# The way back would need iam:PassRole for every role that an instance may have: a person attaches the profile again.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
PROFILE_GRANTS: tuple[Grant, ...] = (
    Grant(
        sid="LookAtProfiles",
        actions=("ec2:DescribeIamInstanceProfileAssociations",),
        resources=("*",),
        conditions={},
    ),
    Grant(
        sid="DetachProfiles",
        actions=("ec2:DisassociateIamInstanceProfile",),
        resources=("arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",),
        conditions={},
    ),
)
"""Calls of `isolate-instance` with `detach_profile`."""

COMPUTE_PLAYBOOKS: Mapping[PlaybookName, PlaybookKind] = {
    "isolate-instance": PlaybookKind(
        short="instance",
        title="isolates an EC2 instance after snapshots of its disks",
        triggers=guardduty_trigger(
            {"resourceType": ["Instance"], "instanceDetails": {"instanceId": [{"prefix": "i-"}]}},
            "instanceDetails.instanceId",
        ),
        grants=(
            Grant(
                sid="Look",
                actions=(
                    "ec2:DescribeInstanceAttribute",
                    "ec2:DescribeInstances",
                    "ec2:DescribeSecurityGroupRules",
                    "ec2:DescribeTags",
                ),
                resources=("*",),
                conditions={},
            ),
            Grant(
                sid="KeepDisks",
                actions=("ec2:CreateSnapshots",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:volume/*",
                    "arn:${AWS::Partition}:ec2:*::snapshot/*",
                ),
                conditions={},
            ),
            Grant(
                sid="MakeGroups",
                actions=("ec2:CreateSecurityGroup",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",
                    # A shared VPC is its owner's; participants make groups of their own there.
                    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-share-subnet-working-with.html
                    "arn:${AWS::Partition}:ec2:*:*:vpc/*",
                ),
                conditions={},
            ),
            Grant(
                sid="TagWhatIsMade",
                actions=("ec2:CreateTags",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",
                    "arn:${AWS::Partition}:ec2:*::snapshot/*",
                ),
                conditions={"StringEquals": {"ec2:CreateAction": ["CreateSecurityGroup", "CreateSnapshots"]}},
            ),
            Grant(
                sid="OwnGroups",
                actions=("ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress"),
                resources=("arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",),
                conditions={"Null": {"aws:ResourceTag/{prefix}-response": "false"}},
            ),
            Grant(
                sid="Isolate",
                actions=("ec2:ModifyNetworkInterfaceAttribute",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:network-interface/*",
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",
                ),
                conditions={},
            ),
            # Another attribute, the user data, would let the role run commands on the instance. No page says in which
            # case EC2 sends the attribute's name; without the key the call is denied, and the playbook goes on.
            Grant(
                sid="Protect",
                actions=("ec2:ModifyInstanceAttribute",),
                resources=("arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",),
                conditions={"StringEqualsIgnoreCase": {"ec2:Attribute": "DisableApiTermination"}},
            ),
        ),
        never=(),
        further=vulnerable("AWS_EC2_INSTANCE", "id"),
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    "isolate-function": PlaybookKind(
        short="function",
        title="stops a Lambda function from being invoked",
        triggers=guardduty_trigger(
            {"resourceType": ["Lambda"], "lambdaDetails": {"functionName": [{"exists": True}]}},
            "lambdaDetails.functionName",
        ),
        grants=(
            Grant(
                sid="Functions",
                actions=(
                    "lambda:DeleteFunctionConcurrency",
                    "lambda:GetFunctionConcurrency",
                    "lambda:ListTags",
                    "lambda:PutFunctionConcurrency",
                ),
                resources=("arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:*",),
                conditions={},
            ),
        ),
        never=("arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:{prefix}-*",),
        further=vulnerable("AWS_LAMBDA_FUNCTION", "details.awsLambdaFunction.functionName"),
    ),
    # https://docs.aws.amazon.com/guardduty/latest/ug/findings-runtime-monitoring.html
    "stop-task": PlaybookKind(
        short="task",
        title="stops an ECS task",
        triggers=guardduty_trigger(
            {"resourceType": ["ECSCluster"], "ecsClusterDetails": {"taskDetails": {"arn": [{"exists": True}]}}},
            "ecsClusterDetails.taskDetails.arn",
        ),
        grants=(
            Grant(
                sid="Tasks",
                actions=("ecs:DescribeTasks", "ecs:StopTask"),
                resources=("arn:${AWS::Partition}:ecs:*:${AWS::AccountId}:task/*",),
                conditions={},
            ),
        ),
        never=(),
    ),
}
