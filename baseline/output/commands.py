"""AWS CLI commands for a deployment by hand: each can be copied into a shell as it stands."""

import json
import re
import shlex

from baseline.plan.model import Deployment, Method, Plan, Stack
from baseline.plan.units import ROOT

_PREFERENCES = "RegionConcurrencyType=PARALLEL,MaxConcurrentPercentage=100,FailureTolerancePercentage=0"


def variables(plan: Plan) -> list[str]:
    """Shell assignments for what AWS assigns and the profile does not say, each finding the value by itself."""
    parameters = {p.name: p.how for stack in plan.stacks for p in stack.parameters if p.value is None}
    accounts = {d.account for stack in plan.stacks for d in stack.deployments if d.account and d.account_id is None}
    unknown_ous = [path for path, ou_id in plan.ou_ids if ou_id is None]
    lines = [f"{_variable(name)}=  # {how}" for name, how in parameters.items() if name != "OrganizationId"]
    if "OrganizationId" in parameters:
        lines.append("ORGANIZATION_ID=$(aws organizations describe-organization --query Organization.Id --output text)")
    lines += [
        f"{_variable(account)}_ACCOUNT_ID=  # the id of accounts.{account}"
        for account in sorted(accounts)
        if f"{_pascal(account)}AccountId" not in parameters
    ]
    return lines + _ou_variables(unknown_ous)


def commands(plan: Plan, stack: Stack) -> list[str]:
    """The commands that deploy one stack to all of its targets."""
    lines = []
    sets = [deployment for deployment in stack.deployments if deployment.method is Method.STACK_SET]
    for deployment in stack.deployments:
        if deployment.method is Method.STACK:
            lines += [_deploy(plan, stack, region) for region in deployment.regions]
    if sets:
        lines.append(_create_stack_set(plan, stack, sets))
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


def _create_stack_set(plan: Plan, stack: Stack, sets: list[Deployment]) -> str:
    whole_units = any(not deployment.account for deployment in sets)
    automatic = "Enabled=true,RetainStacksOnAccountRemoval=true" if whole_units else "Enabled=false"
    words = [
        f"aws cloudformation create-stack-set --stack-set-name {stack.name} --region {plan.home_region}",
        f"--template-body file://{stack.file}",
        f"--permission-model SERVICE_MANAGED --auto-deployment {automatic}",
        "--managed-execution Active=true --capabilities CAPABILITY_NAMED_IAM",
    ]
    if stack.parameters:
        pairs = (f"ParameterKey={p.name},ParameterValue={_value(p.name, p.value)}" for p in stack.parameters)
        words.append(f"--parameters {' '.join(pairs)}")
    if plan.tags:
        tags = [{"Key": key, "Value": value} for key, value in plan.tags]
        words.append(f"--tags {shlex.quote(json.dumps(tags, ensure_ascii=False))}")
    return " \\\n  ".join(words)


def _create_instances(plan: Plan, stack: Stack, deployment: Deployment) -> str:
    ids = dict(plan.ou_ids)
    targets = [ids.get(ou) or f"${_ou_variable(ou)}" for ou in deployment.ous]
    document: dict[str, object] = {"OrganizationalUnitIds": targets}
    if deployment.account:
        account = deployment.account_id or f"${_variable(deployment.account)}_ACCOUNT_ID"
        document |= {"AccountFilterType": "INTERSECTION", "Accounts": [account]}
    return " \\\n  ".join(
        [
            f"aws cloudformation create-stack-instances --stack-set-name {stack.name} --region {plan.home_region}",
            f'--deployment-targets "{_in_double_quotes(json.dumps(document))}"',
            f"--regions {' '.join(deployment.regions)}",
            f"--operation-preferences {_PREFERENCES}",
        ]
    )


def _value(name: str, value: str | None) -> str:
    return shlex.quote(value) if value is not None else f'"${_variable(name)}"'


def _in_double_quotes(text: str) -> str:
    """Escape what a POSIX shell reads inside double quotes, but for the `$` of our own variables."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")


def _literal(text: str) -> str:
    return _in_double_quotes(text).replace("$", "\\$")


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", name))


def _variable(name: str) -> str:
    """`LogArchiveAccountId` and `log_archive` → `LOG_ARCHIVE_ACCOUNT_ID` and `LOG_ARCHIVE`."""
    return re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").upper()


def _ou_variable(path: str) -> str:
    return "ROOT_ID" if path == ROOT else f"OU_{_variable(path.replace('/', '_'))}"


def _ou_variables(unknown: list[str]) -> list[str]:
    """Assignments that find OU ids level by level, parents first."""
    if not unknown:
        return []
    lines = ["ROOT_ID=$(aws organizations list-roots --query 'Roots[0].Id' --output text)"]
    paths = {ancestor for path in unknown if path != ROOT for ancestor in _with_ancestors(path)}
    for path in sorted(paths, key=lambda item: (item.count("/"), item)):
        parent, _, name = path.rpartition("/")
        raw = name.replace("\\", "\\\\").replace("'", "\\'")
        query = f"OrganizationalUnits[?Name=='{raw}'].Id"
        lines.append(
            f"{_ou_variable(path)}=$(aws organizations list-organizational-units-for-parent "
            f'--parent-id "${_ou_variable(parent or ROOT)}" --query "{_literal(query)}" --output text)'
        )
    return lines


def _with_ancestors(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
