"""Prefixes that other tools and workloads commonly use: guardrails that protect our names would deny their changes."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import active
from baseline.findings import Problem, Severity

_TOOLS: Mapping[str, str] = {
    "amplify": "roles of AWS Amplify, such as amplify-app-dev-123456-authRole",
    "aws": "roles such as aws-elasticbeanstalk-ec2-role, and stacks such as aws-sam-cli-managed-default",
    "cdk": "the roles and buckets of the CDK bootstrap stack, such as cdk-hnb659fds-deploy-role-111111111111-eu-west-1",
    "eks": "roles and node groups that teams name after Amazon EKS",
    "eksctl": "the stacks and roles of eksctl, such as eksctl-cluster-nodegroup-ng-NodeInstanceRole",
    "stacksets": "the execution roles of StackSets, such as stacksets-exec-1234",
    "terraform": "roles and state buckets that Terraform users name terraform-…",
}
"""Prefix → the names that begin with it.

Sources: docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html;
docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html; docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide,
"Activate trusted access for StackSets"; eksctl.io, "CloudFormation stacks".
"""
_WORKLOADS = frozenset(
    {
        *("account", "admin", "api", "app", "apps", "backend", "backup", "build", "ci", "cloud", "cluster", "core"),
        *("data", "deploy", "dev", "devops", "ec2", "ecs", "frontend", "github", "gitlab", "infra", "iam", "k8s"),
        *("lambda", "logs", "monitoring", "network", "ops", "org", "platform", "prod", "production", "qa", "rds", "s3"),
        *("sandbox", "security", "service", "shared", "staging", "stage", "team", "test", "uat", "vpc", "web"),
    }
)
_MARK = "<prefix>-"


def prefix_problems(landscape: Landscape) -> Iterator[Problem]:
    """A warning if the prefix is a common one and an enabled guardrail protects names with it."""
    prefix = landscape.prefix
    known = _TOOLS.get(prefix) or ("names of many workloads" if prefix in _WORKLOADS else "")
    if not known:
        return
    hit = [item.id for item, _ in active(landscape) if any(_MARK in str(statement) for statement in item.statements)]
    if hit:
        more = f" and {len(hit) - 4} more" if len(hit) > 4 else ""
        yield Problem(
            path=("organization", "prefix"),
            from_top=True,
            message=f'prefix "{prefix}" is also the beginning of {known}: the guardrails {", ".join(hit[:4])}{more} '
            "deny changes to these resources",
            fix="choose a prefix that only the baseline uses, such as two letters of the organization's name and sec",
            id="profile-prefix",
            severity=Severity.WARNING,
        )
