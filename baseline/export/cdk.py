"""AWS CDK: an app in Python that includes the templates as they are, and data that it reads.

`CfnInclude`, `CfnStackSet` and `Fn.get_stack_output`: docs.aws.amazon.com/cdk/api/v2/python, modules aws_cdk and its
cloudformation_include. `Fn::GetStackOutput` locks nothing, unlike the exports that CDK writes for a reference.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from baseline.errors import ExportError
from baseline.export.hooks import hook_filters
from baseline.export.outputs import Outputs, how_to_find, stacks_without_rollback
from baseline.export.source import Export, Piece, Source, pieces_of, prerequisites, unit_id
from baseline.plan.model import Method, ParameterValue, Stack
from baseline.plan.operations import auto_deployment_dependencies, is_auto_deployed, operation_preferences
from baseline.plan.units import MANAGEMENT
from baseline.text.markdown import markdown_code

_APP = Path(__file__).with_name("cdk_app.py.txt")
_MANAGEMENT_ID = "ManagementAccountId"
_REQUIREMENTS = "aws-cdk-lib>=2.275,<3\n"

LOSSES = (
    "The checks of `baseline preflight` and `deploy`; `cdk diff` shows nothing inside StackSets.",
    "Outputs of one stack that are parameters of another one: their values have to be given.",
)


def export_cdk(source: Source) -> Export:
    """An app, its data, and the templates.

    Raises:
        ExportError: if the plan has no stack in the management account.
    """
    build = _Data(source)
    stacks = [*build.stacks()]
    document = {
        "management": _MANAGEMENT_ID,
        "values": dict(sorted(build.values.items())),
        "how": dict(sorted(build.how.items())),
        "later": sorted(build.later),
        "stacks": stacks,
    }
    if _MANAGEMENT_ID not in build.values:
        raise ExportError("the plan has no stack in the management account", hint="use another target")
    return Export(
        files={
            "app.py": _APP.read_bytes(),
            "baseline.json": (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8"),
            "cdk.json": b'{"app": "python3 app.py"}\n',
            "requirements.txt": _REQUIREMENTS.encode("utf-8"),
            **source.templates(),
        },
        losses=LOSSES,
        steps=(*prerequisites(source.plan), *_steps(source, build, stacks)),
    )


def _steps(source: Source, build: "_Data", stacks: list[dict[str, Any]]) -> Iterator[str]:
    regions = dict.fromkeys(region for stack in stacks for region in stack["regions"])
    account = build.values[_MANAGEMENT_ID] or "ACCOUNT"
    places = " ".join(f"aws://{account}/{region}" for region in regions)
    yield "Install the library: `python3 -m pip install -r requirements.txt`."
    yield f"Bootstrap the management account in the Regions of its stacks: {markdown_code(f'cdk bootstrap {places}')}."
    missing = [name for name, value in sorted(build.values.items()) if value is None]
    for name in (name for name in missing if name not in build.later):
        yield f"Give `--context {name}=VALUE`. The value: {markdown_code(build.how[name])}"
    first = [
        f"{stack['id']}-{region}"
        for stack in stacks
        if stack["name"] in stacks_without_rollback(source)
        for region in stack["regions"]
    ]
    for name in first:
        command = markdown_code(f"cdk deploy {name} --no-rollback")
        yield f"Deploy the accounts and units with the context: {command}. After a failure, the same command resumes."
    yield "Deploy: `cdk deploy --all`, with the context."
    later = [name for name in missing if name in build.later]
    for name in later:
        yield f"Then find the value of {markdown_code(name)}, which a stack assigns: {markdown_code(build.how[name])}"
    if later:
        yield (
            "Give these values as context as well, and deploy again, until the app names no value. Until then it lacks "
            "the stacks that need them. Keep all values in `cdk.json`, under `context`."
        )


class _Data:
    """The app's data: the stacks, and every value by its name; None if unknown."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.values: dict[str, str | None] = {}
        self.how: dict[str, str] = {}
        self.later: set[str] = set()
        self._ids = dict(source.plan.ou_ids)
        self._outputs = Outputs(source)

    def stacks(self) -> Iterator[dict[str, Any]]:
        """The stacks in the order of the waves; a StackSet with all its deployments is one."""
        pieces = tuple(pieces_of(self.source.plan))
        done = set()
        for piece in pieces:
            if piece.deployment.method is Method.STACK:
                yield self._stack(piece, piece.stack.name, list(piece.deployment.regions), None)
            elif piece.stack.name not in done:
                done.add(piece.stack.name)
                home = [self.source.plan.home_region]
                yield self._stack(piece, _stack_set_name(piece.stack.name), home, self._stack_set(piece.stack, pieces))

    def _stack(self, piece: Piece, name: str, regions: list[str], stack_set: dict[str, Any] | None) -> dict[str, Any]:
        stack = piece.stack
        if piece.deployment.account == MANAGEMENT and piece.deployment.account_id:
            self._value(piece.deployment.account_id)
        return {
            "id": name,
            "name": stack.name,
            "stack_name": name,
            "description": stack.description,
            "regions": regions,
            "template": f"templates/{stack.name}.yaml",
            "parameters": {item.name: self._value(item) for item in stack.parameters},
            "tags": dict(self.source.plan.tags_of(stack)),
            "after": list(stack.depends_on),
            "hook_filters": {} if stack_set else hook_filters(self.source.written.texts[stack.name]),
            "stack_set": stack_set,
        }

    def _stack_set(self, stack: Stack, pieces: tuple[Piece, ...]) -> dict[str, Any]:
        wanted = operation_preferences(self.source.plan.preferences, stack.regions)
        groups = [
            {
                "units": [self._unit(path) for path in piece.deployment.ous],
                "account": self._value(piece.deployment.account_id) if piece.deployment.account_id else "",
                "regions": list(piece.deployment.regions),
            }
            for piece in pieces
            if piece.stack.name == stack.name and piece.deployment.method is Method.STACK_SET
        ]
        preferences = {
            "region_concurrency_type": wanted["RegionConcurrencyType"],
            **({"region_order": wanted["RegionOrder"]} if "RegionOrder" in wanted else {}),
            "max_concurrent_percentage": wanted["MaxConcurrentPercentage"],
            "failure_tolerance_percentage": wanted["FailureTolerancePercentage"],
            "concurrency_mode": wanted["ConcurrencyMode"],
        }
        return {
            "automatic": is_auto_deployed(stack),
            "after": [_stack_set_name(name) for name in auto_deployment_dependencies(self.source.plan, stack)],
            "preferences": preferences,
            "groups": groups,
        }

    def _value(self, parameter: ParameterValue) -> str:
        self.values[parameter.name] = self.source.value(parameter)
        self.how[parameter.name] = how_to_find(self.source, parameter)
        if parameter.key_alias or self._outputs.value(parameter):
            self.later.add(parameter.name)
        return parameter.name

    def _unit(self, path: str) -> str:
        name = f"OuId:{path}"
        self.values[name] = self._ids.get(path)
        self.how[name] = unit_id(path)
        made = self._outputs.unit(path)
        if made:
            self.later.add(name)
            self.how[name] = made.how
        return name


def _stack_set_name(name: str) -> str:
    """The name of the CDK stack with a StackSet."""
    return f"{name}-stack-set"
