"""CloudFormation hooks, for targets that include templates with AWS CDK.

CDK's class CfnGuardHook requires `Targets` in `TargetFilters`, which CloudFormation accepts in two forms (schema of
AWS::CloudFormation::GuardHook): aws-cdk-lib 2.246.0 and 2.275.0.
"""

from typing import Any

from baseline.documents.template import read_data

_HOOK = "AWS::CloudFormation::GuardHook"


def hook_filters(text: str) -> dict[str, Any]:
    """Logical id of a hook in a template → its filters without `Targets`, which CDK rejects."""
    resources = read_data(text)[0]["Resources"] if _HOOK in text else {}
    filters = {
        name: body["Properties"].get("TargetFilters") for name, body in resources.items() if body["Type"] == _HOOK
    }
    return {name: value for name, value in filters.items() if value and "Targets" not in value}
