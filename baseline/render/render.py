"""Rendering of a plan's templates."""

import re
from dataclasses import fields, replace

from baseline import __version__
from baseline.capabilities.capability import TemplateContext, WholeTemplate
from baseline.errors import RenderError
from baseline.frozen import frozen
from baseline.plan.model import ParameterValue, Plan, Stack, Template
from baseline.render.retained import retained
from baseline.templating.environment import rendered

_CONTROL = re.compile(r"# control: ([a-z0-9-]+)")


@frozen
class Header:
    """Context of `parts/header.yaml.j2`, which begins every template."""

    description: str
    capability: str
    version: str
    controls: tuple[str, ...]
    parameters: tuple[ParameterValue, ...]
    family: str = ""


def render_plan(plan: Plan) -> tuple[Template, ...]:
    """Every stack's template, in plan order.

    Raises:
        RenderError: if a template and its context do not match.
    """
    return tuple(_with_adoptions(render_stack(stack), plan) for stack in plan.stacks)


def _with_adoptions(template: Template, plan: Plan) -> Template:
    if not plan.adoptions or template.stack.is_custom:
        return template
    return replace(template, text=retained(template.text, template.stack, plan.adoptions))


def render_stack(stack: Stack) -> Template:
    """One stack's template; its header lists the controls that the text below names.

    Raises:
        RenderError: if the template and its context do not match.
    """
    if stack.context is None:
        raise RenderError(f"{stack.name} was read from a directory, which has its template already")
    if isinstance(stack.context, WholeTemplate):
        return Template(stack=stack, text=stack.context.text)
    body = _render(f"{stack.template}.yaml.j2", stack.context)
    controls = tuple(sorted(set(_CONTROL.findall(body))))
    header = Header(
        description=stack.description,
        capability=stack.capability,
        version=__version__,
        controls=controls,
        parameters=stack.parameters,
        family=stack.family if stack.family != stack.name else "",
    )
    return Template(stack=stack, text=_render("parts/header.yaml.j2", header) + body, controls=controls)


def _render(name: str, context: TemplateContext) -> str:
    return rendered(name, {field.name: getattr(context, field.name) for field in fields(context)})
