"""AWS CLI commands for a deployment by hand: each can be copied into a shell as it stands."""

import json
import re
import shlex
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from baseline.plan.model import Deployment, Method, ParameterValue, Plan, Stack
from baseline.plan.operations import awaited_stack_sets, goes_by_itself, operation_preferences
from baseline.plan.units import ROOT


def variables(plan: Plan, wave: tuple[Stack, ...], known: AbstractSet[str] = frozenset()) -> Mapping[str, str]:
    """Shell variable → command that sets it, for what a wave needs, AWS assigns and the profile does not say.

    Args:
        plan: The plan.
        wave: The stacks about to be deployed.
        known: Variables that are set already.
    """
    ids = [p for stack in wave for p in stack.parameters]
    ids += [d.account_id for stack in wave for d in stack.deployments if _is_named(d) and d.account_id]
    found = {_variable(p.name): _find(plan, p) for p in ids if p.value is None}
    targets = {ou for stack in wave for d in stack.deployments if d.method is Method.STACK_SET for ou in d.ous}
    found |= _ou_variables([path for path, ou_id in plan.ou_ids if ou_id is None and path in targets])
    return {name: command for name, command in found.items() if name not in known}


def _is_named(deployment: Deployment) -> bool:
    """Whether the commands name the account: the management account's own stacks need no account id."""
    return deployment.method is Method.STACK_SET


def _find(plan: Plan, parameter: ParameterValue) -> str:
    name = _variable(parameter.name)
    if parameter.output_of:
        query = f"Stacks[0].Outputs[?OutputKey=='{parameter.name}'].OutputValue"
        return (
            f"{name}=$(aws cloudformation describe-stacks --stack-name {parameter.output_of} "
            f'--region {plan.home_region} --query "{query}" --output text)'
        )
    if parameter.how.startswith("aws "):
        return f"{name}=$({parameter.how} --output text)"
    return f"{name}=  # {parameter.how}"


def commands(plan: Plan, stack: Stack) -> list[str]:
    """The commands that deploy one stack to all of its targets."""
    lines = []
    sets = [deployment for deployment in stack.deployments if deployment.method is Method.STACK_SET]
    for deployment in stack.deployments:
        if deployment.method is Method.STACK:
            lines += [_deploy(plan, stack, region) for region in deployment.regions]
    if sets:
        lines.append(_create_stack_set(plan, stack))
        lines += [_create_instances(plan, stack, deployment) for deployment in sets]
    return lines


def _deploy(plan: Plan, stack: Stack, region: str) -> str:
    words = [
        f"aws cloudformation deploy --stack-name {stack.name} --region {region}",
        f"--template-file {stack.file}",
        "--capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset",
    ]
    if stack.parameters:
        pairs = " ".join(f"{p.name}={_value(p.name, p.value)}" for p in stack.parameters)
        words.append(f"--parameter-overrides {pairs}")
    if plan.tags:
        words.append("--tags " + " ".join(shlex.quote(f"{key}={value}") for key, value in plan.tags))
    return " \\\n  ".join(words)


def _create_stack_set(plan: Plan, stack: Stack) -> str:
    words = [
        f"aws cloudformation create-stack-set --stack-set-name {stack.name} --region {plan.home_region}",
        f"--template-body file://{stack.file}",
        f"--permission-model SERVICE_MANAGED --auto-deployment {_auto_deployment(plan, stack)}",
        "--managed-execution Active=true --capabilities CAPABILITY_NAMED_IAM",
    ]
    if stack.parameters:
        pairs = (f"ParameterKey={p.name},ParameterValue={_value(p.name, p.value)}" for p in stack.parameters)
        words.append(f"--parameters {' '.join(pairs)}")
    if plan.tags:
        tags = [{"Key": key, "Value": value} for key, value in plan.tags]
        words.append(f"--tags {shlex.quote(json.dumps(tags, ensure_ascii=False))}")
    return " \\\n  ".join(words)


def _auto_deployment(plan: Plan, stack: Stack) -> str:
    """With the ARNs of the StackSets that new accounts get first."""
    if not goes_by_itself(stack):
        return "Enabled=false"
    arns = [
        f"$(aws cloudformation describe-stack-set --stack-set-name {name} --region {plan.home_region} "
        "--query StackSet.StackSetARN --output text)"
        for name in awaited_stack_sets(plan, stack)
    ]
    always = "Enabled=true,RetainStacksOnAccountRemoval=true"
    return f'"{always},DependsOn=[{",".join(arns)}]"' if arns else always


def _create_instances(plan: Plan, stack: Stack, deployment: Deployment) -> str:
    ids = dict(plan.ou_ids)
    targets = [ids.get(ou) or f"${_ou_variable(ou)}" for ou in deployment.ous]
    preferences = operation_preferences(plan.preferences, deployment.regions)
    document: dict[str, object] = {"OrganizationalUnitIds": targets}
    if deployment.account_id:
        account_id = deployment.account_id
        document |= {
            "AccountFilterType": "INTERSECTION",
            "Accounts": [account_id.value or f"${_variable(account_id.name)}"],
        }
    return " \\\n  ".join(
        [
            f"aws cloudformation create-stack-instances --stack-set-name {stack.name} --region {plan.home_region}",
            f'--deployment-targets "{_in_double_quotes(json.dumps(document))}"',
            f"--regions {' '.join(deployment.regions)}",
            f"--operation-preferences {shlex.quote(json.dumps(preferences))}",
        ]
    )


def _value(name: str, value: str | None) -> str:
    return shlex.quote(value) if value is not None else f'"${_variable(name)}"'


def _in_double_quotes(text: str) -> str:
    """Escape what a POSIX shell reads inside double quotes, but for the `$` of our own variables."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")


def _literal(text: str) -> str:
    return _in_double_quotes(text).replace("$", "\\$")


def _variable(name: str) -> str:
    """`LogArchiveAccountId` and `log_archive` → `LOG_ARCHIVE_ACCOUNT_ID` and `LOG_ARCHIVE`."""
    return re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").upper()


def _ou_variable(path: str) -> str:
    return "ORGANIZATION_ROOT_ID" if path == ROOT else f"OU_{_variable(path.replace('/', '_'))}"


def _ou_variables(unknown: list[str]) -> dict[str, str]:
    """Assignments that find OU ids level by level, parents first."""
    if not unknown:
        return {}
    root = _ou_variable(ROOT)
    lines = {root: f"{root}=$(aws organizations list-roots --query 'Roots[0].Id' --output text)"}
    paths = {ancestor for path in unknown if path != ROOT for ancestor in _with_ancestors(path)}
    for path in sorted(paths, key=lambda item: (item.count("/"), item)):
        parent, _, name = path.rpartition("/")
        raw = name.replace("\\", "\\\\").replace("'", "\\'")
        query = f"OrganizationalUnits[?Name=='{raw}'].Id"
        lines[_ou_variable(path)] = (
            f"{_ou_variable(path)}=$(aws organizations list-organizational-units-for-parent "
            f'--parent-id "${_ou_variable(parent or ROOT)}" --query "{_literal(query)}" --output text)'
        )
    return lines


def _with_ancestors(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
