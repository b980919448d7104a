"""Templates for tests of validation: from a text, or from a fixture file with its deployments in comments.

A fixture has its targets in lines `# deploy: stack management eu-west-1` or `# deploy: stack-set ou=Workloads
account=logs eu-west-1`, its template name in a line `# template: name`, its parameter values
in lines `# parameter: Name=value`, its dependencies in lines `# after: name`, its claimed control in
`# control: id`, and its expected findings in `# expect: BL101` at the end of the affected line.
`# guardrail: Workloads` makes its resource `Policy` an organization policy that is attached to that OU.
"""

import re
from dataclasses import replace
from pathlib import Path

from baseline.capabilities.landscape import Account
from baseline.capabilities.organization.guardrails.guardrails import GuardrailsContext
from baseline.capabilities.organization.guardrails.places import bound_accounts
from baseline.capabilities.organization.guardrails.policies import GuardrailPolicy, evaluable
from baseline.plan.build import build_plan
from baseline.plan.model import Deployment, Method, ParameterValue, Stack, Template
from baseline.validate.reach import Planned
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape

HERE = Deployment(method=Method.STACK, account="management", regions=("us-east-1",))


def template_of(
    text: str,
    *deployments: Deployment,
    name: str = "nw-test",
    template: str = "test.yaml.j2",
    capability: str = "test",
    parameters: tuple[ParameterValue, ...] = (),
    context: GuardrailsContext | None = None,
    depends_on: tuple[str, ...] = (),
    controls: tuple[str, ...] = (),
) -> Template:
    """A template for the management account in us-east-1, unless `deployments` says otherwise."""
    stack = Stack(
        name=name,
        capability=capability,
        template=template,
        description="",
        context=context,
        parameters=parameters,
        deployments=deployments or (HERE,),
        depends_on=depends_on,
        prerequisites=(),
    )
    return Template(stack=stack, text=text, controls=controls)


def read_fixture(path: Path) -> list[Template]:
    """The template in a file, or the templates in all files of a directory."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return [_template(file) for file in files]


def planned_of(templates: list[Template]) -> Planned:
    """The templates as a plan, for an organization with their OUs and accounts and a suspended OU."""
    targets = [item for template in templates for item in template.stack.deployments]
    paths = ["Security", "Workloads", "Suspended", *(unit for item in targets for unit in item.ous)]
    parents = [path.rpartition("/")[0] for path in paths]
    base = make_landscape()
    named = {
        item.account: Account(key=item.account, name=item.account, email="x@northwind.example", ou=item.ous[0])
        for item in targets
        if item.account and item.account not in base.accounts
    }
    landscape = replace(
        base,
        accounts={**base.accounts, **named},
        ous=dict.fromkeys(path for path in (*parents, *paths) if path),
        suspended=frozenset({"Suspended"}),
    )
    plan = replace(build_plan(landscape), waves=(tuple(template.stack for template in templates),))
    return Planned(landscape=landscape, plan=plan)


def expected_findings(path: Path) -> list[tuple[str, str, int]]:
    """Stack name, id and line of each finding that the fixture expects, sorted."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return sorted(
        (file.stem, check, number)
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        for marks in re.findall(r"# expect: ([A-Z0-9 ]+)$", line)
        for check in marks.split()
    )


def _template(file: Path) -> Template:
    text = file.read_text(encoding="utf-8")
    return template_of(
        text,
        *(_deployment(line) for line in re.findall(r"^# deploy: (.*)$", text, re.MULTILINE)),
        name=file.stem,
        template="".join(re.findall(r"^# template: ([\w/]+)$", text, re.MULTILINE)) or "test.yaml.j2",
        depends_on=tuple(re.findall(r"^# after: (.*)$", text, re.MULTILINE)),
        parameters=tuple(
            ParameterValue(name=name, value=value)
            for name, value in re.findall(r"^# parameter: (\w+)=(.*)$", text, re.MULTILINE)
        ),
        context=_guardrail(text),
        controls=tuple(re.findall(r"# control: ([\w-]+)", text)),
    )


def _guardrail(text: str) -> GuardrailsContext | None:
    found = re.search(r"^# guardrail: (\w+)$", text, re.MULTILINE)
    if not found:
        return None
    properties = read_template(template_of(text)).document["Resources"]["Policy"]["Properties"]
    units = {"Workloads": "ou-ab12-22222222", "Suspended": "ou-ab12-33333333"}
    landscape = make_landscape(ous=units, suspended=frozenset({"Suspended"}))
    policy = GuardrailPolicy(
        key="guardrails-own-x",
        kind=properties["Type"],
        name=properties["Name"],
        description="",
        places=(found[1],),
        belongs=(found[1],),
        targets=(),
        content=properties["Content"],
        evaluated=evaluable(landscape, properties["Content"]),
        accounts=bound_accounts(landscape, (found[1],), (found[1],)),
    )
    return GuardrailsContext(policy=policy)


def _deployment(line: str) -> Deployment:
    method, *words = line.split()
    settings = dict(word.split("=") for word in words if "=" in word)
    plain = [word for word in words if "=" not in word]
    if method == "stack":
        return Deployment(method=Method.STACK, account=plain[0], regions=tuple(plain[1:]))
    return Deployment(
        method=Method.STACK_SET,
        account=settings.get("account", ""),
        ous=(settings["ou"],),
        regions=tuple(plain),
    )
