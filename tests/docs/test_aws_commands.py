"""Every AWS CLI command in the documentation and the run book exists in the CLI, with its options."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import OperationModel

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted([*(CHECKOUT / "docs").rglob("*.md"), CHECKOUT / "README.md", CHECKOUT / "output/northwind/README.md"])
PAGES.append(CHECKOUT / "baseline/report/aws_reports_document.py")

_COMMAND = re.compile(r"(?<![\w/.-])aws ([a-z0-9-]+) ([a-z0-9-]+)((?:[^`\n|;]|\\\n)*)")
_NESTED = re.compile(r"\$\(((?:[^()]|\([^()]*\))*)\)")
_OPTION = re.compile(r"(?<!\S)--([a-z0-9-]+)")
_GLOBAL = frozenset({"region", "query", "output", "profile", "no-cli-pager", "max-items", "page-size"})
_OF_THE_CLI = {
    "cloudformation deploy": {
        *("stack-name", "template-file", "capabilities", "parameter-overrides", "tags", "disable-rollback"),
        *("no-fail-on-empty-changeset", "no-execute-changeset", "role-arn"),
    },
    "configure set": set(),
    "configure sso": set(),
    "sso login": set(),
    "cloudtrail validate-logs": {"trail-arn", "start-time", "end-time", "verbose", "account-id"},
    "stepfunctions send-task-success": {"task-token", "task-output"},
    "logs tail": {"since", "follow", "format", "filter-pattern"},
}
"""Commands that the CLI adds to the services' own, or whose options it renames, with their options."""
_SERVICES = {"configservice": "config", "s3api": "s3", "deploy": "codedeploy"}
_INCOMPLETE = ("…", "...")


def commands(text: str) -> Iterator[tuple[str, str, str]]:
    """Service, operation and the rest of each command, in code blocks and in code spans."""
    joined = text.replace("\\\n", " ")
    parts = [*re.findall(r"```(?:sh|text)?\n(.*?)```", joined, re.DOTALL)]
    parts += re.findall(r"`([^`\n]*)`", re.sub(r"```.*?```", "", joined, flags=re.DOTALL))
    for part in parts:
        for piece in (_NESTED.sub("VALUE", part), *_NESTED.findall(part)):
            for found in _COMMAND.finditer(piece):
                yield found[1], found[2], found[3]


@cache
def operation(service: str, name: str) -> OperationModel | None:
    session = botocore.session.get_session()
    service = _SERVICES.get(service, service)
    if service not in session.get_available_services():
        return None
    model = session.get_service_model(service)
    names = {xform_name(item, "-"): item for item in model.operation_names}
    return model.operation_model(names[name]) if name in names else None


def problems_of(service: str, name: str, rest: str) -> Iterator[str]:
    command = f"aws {service} {name}"
    given = set(_OPTION.findall(rest)) - _GLOBAL
    if f"{service} {name}" in _OF_THE_CLI:
        unknown = given - _OF_THE_CLI[f"{service} {name}"]
        yield from (f"{command}: no option --{item}" for item in sorted(unknown))
        return
    if name == "wait":
        return
    model = operation(service, name)
    if model is None:
        yield f"{command}: no such command"
        return
    members = model.input_shape.members if model.input_shape else {}
    known = {xform_name(item, "-"): shape for item, shape in members.items()}
    flags = {item for item, shape in known.items() if shape.type_name == "boolean"}
    options = known.keys() | {f"no-{item}" for item in flags}
    yield from (f"{command}: no option --{item}" for item in sorted(given - options))
    required = {xform_name(item, "-") for item in (model.input_shape.required_members if model.input_shape else ())}
    named = {item.removeprefix("no-") for item in given}
    if given and not any(mark in rest for mark in _INCOMPLETE) and '"$@"' not in rest:
        yield from (f"{command}: --{item} is missing" for item in sorted(required - named))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_commands_of_a_page_exist_with_their_options(page: Path) -> None:
    found = list(commands(page.read_text(encoding="utf-8")))
    assert [problem for command in found for problem in problems_of(*command)] == []


def test_unknown_operations_and_options_are_found() -> None:
    text = "`aws iam create-usr --path /x/` and `aws iam create-user --name x` and `aws iam create-user --path /`"
    assert [problem for command in commands(text) for problem in problems_of(*command)] == [
        "aws iam create-usr: no such command",
        "aws iam create-user: no option --name",
        "aws iam create-user: --user-name is missing",
        "aws iam create-user: --user-name is missing",
    ]


def test_runbook_names_the_region_in_commands_within_sentences() -> None:
    text = (CHECKOUT / "output/northwind/README.md").read_text(encoding="utf-8")
    bare = [f"aws {service} {name}{rest}" for service, name, rest in commands(text) if "--region" not in rest]
    assert bare == []
