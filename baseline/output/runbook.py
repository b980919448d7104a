"""`README.md` of the output: overview, preparation, commands of each wave, and maintenance."""

import re
from collections.abc import Iterable

from baseline import __version__
from baseline.output.commands import commands, variables
from baseline.output.runbook_after import after, looks
from baseline.output.runbook_before import before
from baseline.output.runbook_break_glass import break_glass, reminder
from baseline.output.runbook_created import pause
from baseline.output.shell_functions import shell_functions
from baseline.output.shell_variables import Names, shell_variables
from baseline.plan.model import Deployment, Method, Plan, Stack
from baseline.text.markdown import markdown_code, markdown_text
from baseline.text.shell import shell_word

_INTRODUCTION = """\
# {organization}

A hardened AWS baseline as plain CloudFormation, made by baseline {version} from a profile of tier {tier}.
Everything in this directory is generated: change the profile and generate again.
{origin}
- `plan.json`: every stack with its template's SHA-256, target, parameters and order.
- `templates/`: one CloudFormation template per stack, each readable by itself. A reviewer reads these.
{policies}- `report/`: evidence: which control the templates meet, where, by which value, and which requirements it satisfies.
- `SHA256SUMS`: `sha256sum -c SHA256SUMS` finds files that were changed; `baseline verify DIR` also finds added ones.

`baseline deploy DIR` does what follows, with DIR for this directory; `baseline preflight DIR` checks first whether it can.
Without the program follow the commands, wave by wave. Within a wave the order does not matter.

## Contents

{contents}

## Before you begin

{before}

```sh
{functions}```

## Order

| wave | stack | what it is | where |
|---|---|---|---|
{table}
"""

_POLICIES = "- `policies/`: the organization policies in those templates, as AWS Organizations receives them.\n"


def runbook(plan: Plan, origin: str = "") -> str:
    """The run book as Markdown. `origin` is a line about date, version and profile."""
    stack_sets = any(_is_stack_set(stack) for stack in plan.stacks)
    sections = list(break_glass(plan))
    known: set[str] = set()
    names = shell_variables(plan)
    for number, wave in enumerate(plan.waves, start=1):
        needed = variables(plan, wave, names, known)
        known.update(needed)
        sections.append(_wave(plan, number, list(needed.values()), names))
    sections += after(plan)
    introduction = _INTRODUCTION.format(
        organization=markdown_text(plan.organization),
        version=__version__,
        tier=plan.tier,
        origin=f"{origin}\n" if origin else "",
        contents="\n".join(_contents(sections)),
        policies=_POLICIES if any(path.startswith("policies/") for path, _ in plan.documents) else "",
        before="\n".join(f"{number}. {text}" for number, text in enumerate(before(plan), start=1)),
        functions=shell_functions(plan.home_region, stack_sets=stack_sets),
        table="\n".join(_rows(plan)),
    )
    return "\n".join([introduction, *sections])


def _contents(sections: Iterable[str]) -> Iterable[str]:
    """Links to the second-level headings, with the anchors that GitHub and GitLab generate."""
    titles = ["Before you begin", "Order", *re.findall(r"^## (.+)$", "\n".join(sections), re.MULTILINE)]
    for title in titles:
        anchor = re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        yield f"- [{title}](#{anchor})"


def describe_deployment(deployment: Deployment) -> str:
    """The targets of a deployment, in a few words."""
    regions = ", ".join(deployment.regions)
    if deployment.account:
        return f"{deployment.account} in {regions}"
    where = "every member account" if deployment.ous == ("/",) else f"every account in {', '.join(deployment.ous)}"
    return f"{where} in {regions}"


def _rows(plan: Plan) -> Iterable[str]:
    for number, wave in enumerate(plan.waves, start=1):
        for stack in wave:
            where = "; ".join(describe_deployment(deployment) for deployment in stack.deployments)
            name, words = markdown_code(stack.name), markdown_text(stack.description)
            yield f"| {number} | {name} | {words} | {markdown_text(where)} |"


def _wave(plan: Plan, number: int, assignments: list[str], names: Names) -> str:
    wave = plan.waves[number - 1]
    parts = [f"## Wave {number}\n", *reminder(plan, wave)]
    if assignments:
        text = "\n".join(assignments)
        parts.append(
            "What AWS has assigned and the profile does not say; the commands from here on use it.\n\n"
            f"```sh\n{text}\n```\n"
        )
    for stack in wave:
        parts.append(f"### {markdown_text(stack.name)}\n\n{markdown_text(stack.description)}\n")
        parts.extend(f"Needs: {text}\n" for text in stack.prerequisites)
        parts.append("```sh\n" + "\n".join(commands(plan, stack, names)) + "\n```\n")
    sets = "; `stack_set_state` prints nothing" if any(map(_is_stack_set, wave)) else ""
    parts.append(
        f"See that it worked: each stack is `CREATE_COMPLETE` or `UPDATE_COMPLETE`{sets}.\n\n"
        "```sh\n" + "\n".join(_states(plan, wave)) + "\n```\n"
    )
    parts += pause(plan, wave)
    return "\n".join(parts)


def _states(plan: Plan, wave: tuple[Stack, ...]) -> Iterable[str]:
    for stack in wave:
        for deployment in stack.deployments:
            if deployment.method is Method.STACK:
                yield from (f"stack_state {shell_word(stack.name)} {region}" for region in deployment.regions)
        if _is_stack_set(stack):
            yield f"stack_set_state {shell_word(stack.name)}"
    later = {
        stack.capability
        for number in range(plan.waves.index(wave) + 1, len(plan.waves))
        for stack in plan.waves[number]
    }
    yield from looks(plan, {stack.capability for stack in wave} - later)


def _is_stack_set(stack: Stack) -> bool:
    return any(deployment.method is Method.STACK_SET for deployment in stack.deployments)
