"""`README.md` of the output: what this is, the order to deploy it, and the commands to do so by hand."""

from collections.abc import Iterable

from baseline import __version__
from baseline.output.commands import commands, variables
from baseline.output.shell_variables import Names, shell_variables
from baseline.plan.model import Deployment, Method, Plan, Stack
from baseline.text.markdown import markdown_code, markdown_text

_INTRODUCTION = """\
# {organization}

A hardened AWS baseline as plain CloudFormation, made by baseline {version} from a profile of tier {tier}.
Everything in this directory is generated: change the profile and generate again.

- `plan.json`: every stack with its template's SHA-256, target, parameters and order.
- `report/`: evidence: which control the templates meet, where, by which value, and who asks for it.
- `templates/`: one CloudFormation template per stack, each readable by itself.

## Before you begin

{before}

## Order

`baseline deploy` does what follows, from this directory. By hand: deploy wave by wave; within a wave the order does not matter. Wait until every operation of a wave has succeeded.

| wave | stack | what it is | where |
|---|---|---|---|
{table}
"""


def runbook(plan: Plan) -> str:
    """The run book as Markdown."""
    text = _INTRODUCTION.format(
        organization=markdown_text(plan.organization),
        version=__version__,
        tier=plan.tier,
        before="\n".join(f"- {line}" for line in _before(plan)),
        table="\n".join(_rows(plan)),
    )
    sections = [text]
    known: set[str] = set()
    names = shell_variables(plan)
    for number, wave in enumerate(plan.waves, start=1):
        needed = variables(plan, wave, names, known)
        known.update(needed)
        sections.append(_wave(plan, number, list(needed.values()), names))
    return "\n".join(sections)


def describe_deployment(deployment: Deployment) -> str:
    """Where a deployment goes, in a few words."""
    regions = ", ".join(deployment.regions)
    if deployment.account:
        return f"{deployment.account} in {regions}"
    where = "every member account" if deployment.ous == ("/",) else f"every account in {', '.join(deployment.ous)}"
    return f"{where} in {regions}"


def _before(plan: Plan) -> Iterable[str]:
    yield (
        "Use credentials of the management account, as a role that the profile lists under "
        "`capabilities.kms.key_administrators`: the keys' policies refuse administration by anybody else."
        if not plan.standalone
        else "Use credentials of the account, as a role that the profile lists under "
        "`capabilities.kms.key_administrators`: the keys' policies refuse administration by anybody else."
    )
    if not plan.standalone and not any(stack.capability == "organization" for stack in plan.stacks):
        yield (
            "The organization has all features, and CloudFormation StackSets have trusted access: "
            "`aws cloudformation activate-organizations-access`."
        )
    yield from dict.fromkeys(text for stack in plan.stacks for text in stack.prerequisites)
    yield "Run the commands in this directory, in a POSIX shell, with AWS CLI version 2."


def _rows(plan: Plan) -> Iterable[str]:
    for number, wave in enumerate(plan.waves, start=1):
        for stack in wave:
            where = "; ".join(describe_deployment(deployment) for deployment in stack.deployments)
            name, words = markdown_code(stack.name), markdown_text(stack.description)
            yield f"| {number} | {name} | {words} | {markdown_text(where)} |"


def _wave(plan: Plan, number: int, assignments: list[str], names: Names) -> str:
    parts = [f"## Wave {number}\n"]
    if assignments:
        text = "\n".join(assignments)
        parts.append(
            f"What AWS has assigned and the profile does not say; the commands from here on use it.\n\n```sh\n{text}\n```\n"
        )
    for stack in plan.waves[number - 1]:
        parts.append(f"### {markdown_text(stack.name)}\n\n{markdown_text(stack.description)}\n")
        parts.extend(f"Needs: {text}\n" for text in stack.prerequisites)
        parts.append("```sh\n" + "\n".join(commands(plan, stack, names)) + "\n```\n")
        if any(deployment.method is Method.STACK_SET for deployment in stack.deployments):
            parts.append(
                f"Wait: `aws cloudformation list-stack-set-operations --stack-set-name {stack.name} "
                f"--region {plan.home_region}` until every operation is `SUCCEEDED`.\n"
            )
    return "\n".join(parts)
