"""The calls of AWS Control Tower in an enrolled account, and to enter it: enrollment fails if one is denied.

Sources: AWS Control Tower user guide, Resource considerations for Account Factory (what enrollment creates) and How AWS
Control Tower works with roles (who creates it). The calls follow from these resources; no page lists them.
"""

from baseline.capabilities.control_tower import ADMINISTRATOR_ROLE, EXECUTION_ROLE
from baseline.frozen import frozen


@frozen
class TowerCall:
    """A call. `resource` is the last part of its ARN; "*" if the action has no resource."""

    role: str
    action: str
    resource: str = "*"


_ROLE = "role/aws-controltower-ConfigRecorderRole"
_AGGREGATE_TOPIC = "aws-controltower-AggregateSecurityNotifications"
_TOPIC = "aws-controltower-SecurityNotifications"
_FUNCTION = "function:aws-controltower-NotificationForwarder"
_RULE = "rule/aws-controltower-ConfigComplianceChangeEventRule"
_LOG_GROUP = "log-group:/aws/lambda/aws-controltower-NotificationForwarder"


def _by(role: str, resource: str, *actions: str) -> tuple[TowerCall, ...]:
    return tuple(TowerCall(role=role, action=action, resource=resource) for action in actions)


IN_ACCOUNTS: tuple[TowerCall, ...] = (
    *_by(
        EXECUTION_ROLE,
        "stack/StackSet-AWSControlTowerBP-BASELINE-CONFIG-x/0123",
        *("cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:DeleteStack"),
    ),
    *_by(
        EXECUTION_ROLE,
        "*",
        *("config:PutConfigurationRecorder", "config:PutDeliveryChannel", "config:StartConfigurationRecorder"),
        *("config:PutAggregationAuthorization", "config:PutConfigRule", "config:DeleteConfigRule"),
        *("config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder", "config:DeleteDeliveryChannel"),
        *("ec2:DescribeVpcs", "ec2:DeleteVpc", "iam:CreateServiceLinkedRole"),
    ),
    *_by(
        EXECUTION_ROLE,
        _ROLE,
        *("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole", "iam:TagRole"),
        *("iam:UpdateAssumeRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole"),
    ),
    *_by(EXECUTION_ROLE, f"role/{ADMINISTRATOR_ROLE}", "iam:CreateRole", "iam:AttachRolePolicy", "iam:DeleteRole"),
    *_by(EXECUTION_ROLE, _TOPIC, "sns:CreateTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:DeleteTopic"),
    *_by(EXECUTION_ROLE, _FUNCTION, "lambda:CreateFunction", "lambda:AddPermission", "lambda:DeleteFunction"),
    *_by(EXECUTION_ROLE, _RULE, "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:DeleteRule"),
    *_by(EXECUTION_ROLE, _LOG_GROUP, "logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup"),
    *_by(ADMINISTRATOR_ROLE, "*", "config:PutConfigRule", "config:PutEvaluations"),
    *_by("aws-controltower-ConfigRecorderRole", "*", "ec2:DescribeInstances", "s3:GetBucketPolicy"),
    *_by(
        "aws-controltower-ForwardSnsNotificationRole", "aws-controltower-AggregateSecurityNotifications", "sns:Publish"
    ),
    *_by("aws-controltower-ReadOnlyExecutionRole", "*", "config:DescribeConfigRules"),
)
"""Calls by Control Tower's roles in every enrolled account."""

ENTERING: tuple[tuple[str, str], ...] = (
    ("role/service-role/AWSControlTowerStackSetRole", EXECUTION_ROLE),
    ("role/service-role/AWSControlTowerAdmin", EXECUTION_ROLE),
)
"""Role in the management account → role in an enrolled account that it assumes."""
