"""The targets, by their name for `--to`."""

from collections.abc import Callable, Mapping

from baseline.export.cdk import export_cdk
from baseline.export.cfct import export_cfct
from baseline.export.git_sync import export_git_sync
from baseline.export.lza import export_lza
from baseline.export.org_formation import export_org_formation
from baseline.export.pipelines import export_github, export_gitlab
from baseline.export.source import Export, Source
from baseline.export.stacksets import export_stacksets
from baseline.export.terraform import export_terraform
from baseline.frozen import frozen


@frozen
class Target:
    """A tool that an output can be exported to."""

    title: str
    export: Callable[[Source], Export]


TARGETS: Mapping[str, Target] = {
    "terraform": Target(title="Terraform", export=export_terraform),
    "cfct": Target(title="Customizations for AWS Control Tower", export=export_cfct),
    "cdk": Target(title="AWS CDK", export=export_cdk),
    "stacksets": Target(title="CloudFormation with nested stacks and StackSets", export=export_stacksets),
    "lza": Target(title="Landing Zone Accelerator on AWS", export=export_lza),
    "org-formation": Target(title="org-formation", export=export_org_formation),
    "git-sync": Target(title="CloudFormation Git sync", export=export_git_sync),
    "github": Target(title="GitHub Actions", export=export_github),
    "gitlab": Target(title="GitLab CI/CD", export=export_gitlab),
}
