"""AWS CLI commands for a manual deployment; each can be copied into a shell unchanged."""

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from baseline.output.shell_variables import Names, with_ancestors
from baseline.plan.model import Deployment, Method, ParameterValue, Plan, Stack
from baseline.plan.operations import auto_deployment_dependencies, is_auto_deployed, operation_preferences
from baseline.plan.units import ROOT
from baseline.text.shell import in_double_quotes, jmespath_name_query, shell_comment, shell_word

_PLAIN_TAG = re.compile(r"[A-Za-z0-9][\w .:/+@-]*=.*", re.DOTALL)
ORGANIZATION = "organization/organization/organization"
"""Template of the stacks that create accounts and units."""
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_ADDRESS = re.compile(r"(file|fileb|https?)://.*", re.DOTALL)


def variables(
    plan: Plan, wave: tuple[Stack, ...], names: Names, known: AbstractSet[str] = frozenset()
) -> Mapping[str, str]:
    """Shell variable → command that sets it, for values that a wave needs and only AWS knows.

    Args:
        plan: The plan.
        wave: The stacks of the wave.
        names: The plan's shell variables.
        known: Variables that are set already.
    """
    ids = [p for stack in wave for p in stack.parameters]
    ids += [d.account_id for stack in wave for d in stack.deployments if _is_named(d) and d.account_id]
    found = {names.parameter(p.name): _find(plan, names, p) for p in ids if p.value is None}
    targets = {ou for stack in wave for d in stack.deployments if d.method is Method.STACK_SET for ou in d.ous}
    found |= _ou_assignments(
        plan.home_region, [path for path, ou_id in plan.ou_ids if ou_id is None and path in targets], names
    )
    return {name: command for name, command in found.items() if name not in known}


def _is_named(deployment: Deployment) -> bool:
    """Whether the commands need an account id; stacks of the management account do not."""
    return deployment.method is Method.STACK_SET


def _find(plan: Plan, names: Names, parameter: ParameterValue) -> str:
    name = names.parameter(parameter.name)
    if parameter.output_of:
        query = f"Stacks[0].Outputs[?OutputKey=='{parameter.name}'].OutputValue"
        return (
            f"{name}=$(aws cloudformation describe-stacks --stack-name {shell_word(parameter.output_of)} "
            f'--region {plan.home_region} --query "{query}" --output text)\nneed {name} "${name}"'
        )
    if parameter.key_alias:
        return (
            f'{name}=$(aws kms describe-key --key-id "{_alias(plan, parameter, names)}" --region {plan.home_region} '
            f'--query KeyMetadata.Arn --output text)\nneed {name} "${name}"'
        )
    if parameter.how.startswith("aws "):
        region = "" if "--region" in parameter.how else f" --region {plan.home_region}"
        return f'{name}=$({parameter.how}{region} --output text)\nneed {name} "${name}"'
    return f"{name}=  {shell_comment(parameter.how)}"


def _alias(plan: Plan, parameter: ParameterValue, names: Names) -> str:
    """The alias ARN of the parameter's key, with ids and shell variables instead of parameters."""
    known = {item.name: item.value for stack in plan.stacks for item in stack.parameters}
    return _REFERENCE.sub(lambda found: known.get(found[1]) or f"${names.parameter(found[1])}", parameter.key_alias)


def commands(plan: Plan, stack: Stack, names: Names) -> list[str]:
    """The commands that deploy one stack to all of its targets."""
    lines = []
    sets = [deployment for deployment in stack.deployments if deployment.method is Method.STACK_SET]
    for deployment in stack.deployments:
        if deployment.method is Method.STACK:
            lines += [_deploy(plan, stack, region, names) for region in deployment.regions]
    if sets:
        lines.append(_create_stack_set(plan, stack, names))
        lines += [_create_instances(plan, stack, deployment, names) for deployment in sets]
    return lines


def _deploy(plan: Plan, stack: Stack, region: str, names: Names) -> str:
    if any("=" in key for key, _ in plan.tags_of(stack)):
        return _create_stack(plan, stack, region, names)
    words = [
        f"aws cloudformation deploy --stack-name {shell_word(stack.name)} --region {region}",
        f"--template-file {shell_word(stack.file)}",
        "--capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset",
        *_keeps_on_failure(stack),
    ]
    if stack.parameters:
        pairs = " ".join(f"{p.name}={_value(names, p.name, p.value)}" for p in stack.parameters)
        words.append(f"--parameter-overrides {pairs}")
    if plan.tags_of(stack):
        words.append(f"--tags {_tag_pairs(plan)}")
    return " \\\n  ".join(words)


def _keeps_on_failure(stack: Stack) -> list[str]:
    """Flags that disable rollback for stacks of accounts and OUs, so that the same command resumes."""
    return ["--disable-rollback"] if stack.template == ORGANIZATION else []


def _tag_pairs(plan: Plan) -> str:
    """Tags for `aws cloudformation deploy`: pairs, or a JSON list if the AWS CLI would misread the pairs.

    It interprets values that begin with `-` as options, and loads a single value that begins with `file://` or
    `https://` (github.com/aws/aws-cli, awscli/paramfile.py).
    """
    pairs = [f"{key}={value}" for key, value in plan.tags]
    if all(_PLAIN_TAG.fullmatch(pair) and not _ADDRESS.fullmatch(pair) for pair in pairs):
        return " ".join(map(shell_word, pairs))
    return shell_word(json.dumps(pairs, ensure_ascii=False))


def _create_stack(plan: Plan, stack: Stack, region: str, names: Names) -> str:
    """`create-stack` for tags with `=`: `aws cloudformation deploy` cuts a tag at its first `=`."""
    where = f"--stack-name {shell_word(stack.name)} --region {region}"
    words = [
        f"aws cloudformation create-stack {where}",
        f"--template-body {shell_word(f'file://{stack.file}')}",
        "--capabilities CAPABILITY_NAMED_IAM",
        *_keeps_on_failure(stack),
        *_parameters(stack, names),
        *_tag_objects(plan, stack),
    ]
    comment = "# Later: update-stack with the same options (`deploy` would cut the tag keys at their `=`)."
    return f"{comment}\n" + " \\\n  ".join(words) + f"\naws cloudformation wait stack-create-complete {where}"


def _create_stack_set(plan: Plan, stack: Stack, names: Names) -> str:
    words = [
        f"stack_set {shell_word(stack.name)}",
        f"--template-body {shell_word(f'file://{stack.file}')}",
        f"--permission-model SERVICE_MANAGED --auto-deployment {_auto_deployment(plan, stack)}",
        "--managed-execution Active=true --capabilities CAPABILITY_NAMED_IAM",
        *_parameters(stack, names),
        *_tag_objects(plan, stack),
    ]
    return " \\\n  ".join(words)


def _parameters(stack: Stack, names: Names) -> list[str]:
    pairs = [f"ParameterKey={p.name},ParameterValue={_value(names, p.name, p.value)}" for p in stack.parameters]
    return [f"--parameters {' '.join(pairs)}"] if pairs else []


def _tag_objects(plan: Plan, stack: Stack) -> list[str]:
    tags = [{"Key": key, "Value": value} for key, value in plan.tags_of(stack)]
    return [f"--tags {shell_word(json.dumps(tags, ensure_ascii=False))}"] if tags else []


def _auto_deployment(plan: Plan, stack: Stack) -> str:
    """The auto-deployment argument, with the ARNs of the StackSets that new accounts need first."""
    if not is_auto_deployed(stack):
        return "Enabled=false"
    arns = [
        f"$(aws cloudformation describe-stack-set --stack-set-name {shell_word(name)} --region {plan.home_region} "
        "--query StackSet.StackSetARN --output text)"
        for name in auto_deployment_dependencies(plan, stack)
    ]
    always = "Enabled=true,RetainStacksOnAccountRemoval=true"
    return f'"{always},DependsOn=[{",".join(arns)}]"' if arns else always


def _create_instances(plan: Plan, stack: Stack, deployment: Deployment, names: Names) -> str:
    ids = dict(plan.ou_ids)
    targets = [ids.get(ou) or f"${names.unit(ou)}" for ou in deployment.ous]
    preferences = operation_preferences(plan.preferences, deployment.regions)
    document: dict[str, object] = {"OrganizationalUnitIds": targets}
    if deployment.account_id:
        account_id = deployment.account_id
        document |= {
            "AccountFilterType": "INTERSECTION",
            "Accounts": [account_id.value or f"${names.parameter(account_id.name)}"],
        }
    return " \\\n  ".join(
        [
            f"stack_instances {shell_word(stack.name)}",
            f'--deployment-targets "{in_double_quotes(json.dumps(document))}"',
            f"--regions {' '.join(deployment.regions)}",
            f"--operation-preferences {shell_word(json.dumps(preferences))}",
        ]
    )


def _value(names: Names, name: str, value: str | None) -> str:
    return shell_word(value) if value is not None else f'"${names.parameter(name)}"'


def _ou_assignments(home: str, unknown: list[str], names: Names) -> dict[str, str]:
    """Variable assignments that look up OU ids level by level, parents first."""
    if not unknown:
        return {}
    root = names.unit(ROOT)
    list_roots = f"aws organizations list-roots --region {home} --query 'Roots[0].Id' --output text"
    lines = {root: f'{root}=$({list_roots})\nneed {root} "${root}"'}
    paths = {ancestor for path in unknown if path != ROOT for ancestor in with_ancestors(path)}
    for path in sorted(paths, key=lambda item: (item.count("/"), item)):
        parent, _, name = path.rpartition("/")
        lines[names.unit(path)] = (
            f"{names.unit(path)}=$(aws organizations list-organizational-units-for-parent --region {home} "
            f'--parent-id "${names.unit(parent or ROOT)}" --query {jmespath_name_query(name)} --output text)\n'
            f'need {names.unit(path)} "${names.unit(path)}"'
        )
    return lines
