"""Playbooks that end public access."""

from collections.abc import Mapping

from baseline.capabilities.landscape import THIS_ACCOUNT, Reference
from baseline.capabilities.respond.response.kinds import Grant, PlaybookKind, guardduty_trigger
from baseline.capabilities.respond.response.settings import PlaybookName
from baseline.capabilities.respond.response.triggers import Trigger

DATA_PLAYBOOKS: Mapping[PlaybookName, PlaybookKind] = {
    # https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-s3.html
    "close-bucket": PlaybookKind(
        short="bucket",
        title="blocks public access to a bucket",
        triggers=guardduty_trigger(
            {"s3BucketDetails": {"name": [{"exists": True}]}},
            "s3BucketDetails[0].name",
            "Policy:S3/BucketAnonymousAccessGranted",
            "Policy:S3/BucketPublicAccessGranted",
        ),
        grants=(
            Grant(
                sid="Buckets",
                actions=("s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging", "s3:PutBucketPublicAccessBlock"),
                resources=("arn:${AWS::Partition}:s3:::*",),
                conditions={"StringEquals": {"aws:ResourceAccount": THIS_ACCOUNT}},
            ),
        ),
        never=("arn:${AWS::Partition}:s3:::{prefix}-*", "arn:${AWS::Partition}:s3:::aws-waf-logs-{prefix}-*"),
        # https://docs.aws.amazon.com/macie/latest/user/findings-types.html
        # https://docs.aws.amazon.com/macie/latest/APIReference/findings-describe.html (BucketPublicAccess)
        further=(
            Trigger(
                service="macie",
                detail={
                    "resourcesAffected": {
                        "s3Bucket": {
                            "name": [{"exists": True}],
                            "publicAccess": {"effectivePermission": ["PUBLIC"]},
                        }
                    },
                    "type": ["Policy:IAMUser/S3BucketPublic", {"prefix": "SensitiveData:S3Object/"}],
                },
                subject="$.detail.resourcesAffected.s3Bucket.name",
            ),
        ),
    ),
    "close-snapshot": PlaybookKind(
        short="snapshot",
        title="ends public access to an EBS snapshot",
        triggers=(
            Trigger(
                service="access-analyzer",
                detail={"status": ["ACTIVE"], "isPublic": [True], "resourceType": ["AWS::EC2::Snapshot"]},
                subject="$.detail.resource",
            ),
        ),
        grants=(
            Grant(
                sid="Look",
                actions=("ec2:DescribeSnapshotAttribute", "ec2:DescribeTags"),
                resources=("*",),
                conditions={},
            ),
            # Groups alone, not accounts. The way back adds the group `all` again, so removing it cannot be all.
            # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
            Grant(
                sid="Snapshots",
                actions=("ec2:ModifySnapshotAttribute",),
                resources=("arn:${AWS::Partition}:ec2:*::snapshot/*",),
                conditions={"Null": {"ec2:Add/userId": "true", "ec2:Remove/userId": "true"}},
            ),
        ),
        never=(),
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html
    "close-database-snapshot": PlaybookKind(
        short="database",
        title="ends public access to a snapshot of an RDS database or cluster",
        triggers=(
            Trigger(
                service="access-analyzer",
                detail={
                    "status": ["ACTIVE"],
                    "isPublic": [True],
                    "resourceType": ["AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot"],
                },
                subject="$.detail.resource",
            ),
        ),
        # Amazon RDS has no condition key for the accounts that a call adds or removes.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
        grants=(
            Grant(
                sid="Snapshots",
                actions=(
                    "rds:DescribeDBSnapshotAttributes",
                    "rds:ListTagsForResource",
                    "rds:ModifyDBSnapshotAttribute",
                ),
                resources=("arn:${AWS::Partition}:rds:*:${AWS::AccountId}:snapshot:*",),
                conditions={},
            ),
            Grant(
                sid="ClusterSnapshots",
                actions=(
                    "rds:DescribeDBClusterSnapshotAttributes",
                    "rds:ListTagsForResource",
                    "rds:ModifyDBClusterSnapshotAttribute",
                ),
                resources=("arn:${AWS::Partition}:rds:*:${AWS::AccountId}:cluster-snapshot:*",),
                conditions={},
            ),
        ),
        never=(),
    ),
    # https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
    "close-ports": PlaybookKind(
        short="ports",
        title="removes rules that open SSH or RDP to the world from a security group",
        triggers=(
            Trigger(
                service="security-hub",
                detail={
                    "findings": {
                        "Compliance": {"SecurityControlId": ["EC2.13", "EC2.14"], "Status": ["FAILED"]},
                        "RecordState": ["ACTIVE"],
                        # The aggregation Region has the findings of all; a state machine acts in its own Region.
                        "Region": [Reference("${AWS::Region}")],
                        "Workflow": {"Status": ["NEW"]},
                    }
                },
                subject="$.detail.findings[0].Resources[0].Id",
            ),
        ),
        grants=(
            Grant(
                sid="Look",
                actions=("ec2:DescribeSecurityGroupRules", "ec2:DescribeTags"),
                resources=("*",),
                conditions={},
            ),
            Grant(
                sid="Groups",
                actions=("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group-rule/*",
                ),
                conditions={},
            ),
        ),
        never=(),
    ),
}
