"""Hostile names in the run book: every command block runs in bash, with an `aws` that only records its arguments."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
import pytest

from baseline.output.runbook import runbook
from baseline.output.shell_variables import shell_variables
from baseline.plan.build import build_plan
from baseline.plan.model import ParameterValue, Plan
from tests.landscapes import make_landscape

COMMANDS = [
    "$(touch PWNED)",
    "`touch PWNED`",
    "x; touch PWNED",
    "x && touch PWNED",
    "x | touch PWNED",
    "x & touch PWNED &",
    "x > PWNED",
    "'; touch PWNED; '",
    '"; touch PWNED; "',
    "'\"; touch PWNED; \"'",
    "x' #",
    "\\'; touch PWNED; \\'",
    '\\"; touch PWNED; \\"',
    "x\n/touch PWNED".replace("/", ""),
    "x\rtouch PWNED",
    "x\u2028touch PWNED",
    "x\x85touch PWNED",
    "$'\\n'touch PWNED",
    "${IFS}touch${IFS}PWNED",
    "<(touch PWNED)",
    "x\\",
    "\\\\",
    "a']||`1`||['b",
    '`"x"`].Id | [0] || OrganizationalUnits[?Name==\'',
    "]",
    "{a,b}",
    "*",
    "~",
    "!!",
    "!touch PWNED",
    "#",
    "-h",
    "--endpoint-url=http://evil.example",
    "file:∕∕∕etc∕passwd",
    "%s%n",
    "=cmd",
    "\x1b[2J",
    "EOF",
    "```",
    "``` \n```sh\ntouch PWNED\n```",
    "\r\r```sh\rtouch PWNED\r```",
]
ALIKE = [
    *("Workloads_Prod", "Workloads Prod", "Workloads-Prod", "workloads_prod", "WORKLOADS PROD", "WorkloadsProd"),
    *("生产", "测试", "開発", "_", "___", "é", "e\u0301", "😀", "-"),
    *("Ou", "OU", "Ou Id", "Organization Root Id"),
    *("a_2", "a", "A", "a-2", "A 2"),
]
STUB = """#!/bin/bash
n=$(( $(cat "$COUNT" 2>/dev/null || echo 0) + 1 )); echo $n > "$COUNT"
printf '%s\\0' "$@" >> "$LOG"; printf '\\1\\0' >> "$LOG"; echo "id-$n"
case "$*" in *--query*) ;; *describe-stack-set*) exit 254 ;; esac  # there is no StackSet yet
"""


@dataclass(frozen=True)
class Run:
    """The result of all blocks in bash: the `aws` calls, the files, and the output."""

    plan: Plan
    calls: list[list[str]]
    made: set[str]
    stderr: str
    code: int


def run_book(plan: Plan, directory: Path) -> Run:
    inside, binaries = directory / "in", directory / "bin"
    inside.mkdir(parents=True)
    binaries.mkdir()
    (binaries / "aws").write_text(STUB)
    (binaries / "aws").chmod(0o755)
    text = runbook(plan)
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        ["bash", "-eu", "-c", "\n".join(blocks)],
        cwd=inside,
        env={"PATH": f"{binaries}:/usr/bin:/bin", "LOG": str(directory / "log"), "COUNT": str(directory / "count")},
        capture_output=True,
        text=True,
        check=False,
    )
    words = (directory / "log").read_text(encoding="utf-8", errors="surrogateescape").split("\0")
    calls: list[list[str]] = [[]]
    for word in words:
        if word == "\1":
            calls.append([])
        else:
            calls[-1].append(word)
    return Run(plan, calls[:-1], {path.name for path in inside.iterdir()}, done.stderr, done.returncode)


def hostile_plan(names: list[str]) -> Plan:
    """A plan with each of the names as a target, at the top level and below another OU."""
    ous: Mapping[str, str | None] = {
        **dict.fromkeys(("Security", "Suspended", "Workloads", "Workloads/Old", "Workloads/Prod")),
        **dict.fromkeys(names),
        **{f"Workloads/{name}": None for name in names},
    }
    suspended = frozenset({"Suspended", "Workloads/Old"})
    settings = {"organization": {"enabled": False}}
    return build_plan(
        make_landscape("starter", settings, organization_id=None, root_id=None, ous=ous, suspended=suspended)
    )


@pytest.fixture(scope="module")
def commands_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    names = [name.replace("/", "∕") for name in COMMANDS]
    plan = hostile_plan(names)
    (first, *others), *waves = plan.waves
    hows = [f"the id of the organizational unit {name}: aws organizations" for name in COMMANDS]
    unknown = [ParameterValue(name=f"Unit{n}OuId", value=None, how=how) for n, how in enumerate(hows)]
    first = replace(first, parameters=(*first.parameters, *unknown))
    return run_book(replace(plan, waves=((first, *others), *waves)), tmp_path_factory.mktemp("commands"))


def ids_by_path(run: Run) -> dict[str, str]:
    """OU path → the stub's id for that name below that parent."""
    found = {"": next(f"id-{n}" for n, call in enumerate(run.calls, 1) if call[:2] == ["organizations", "list-roots"])}
    names = shell_variables(run.plan).units
    for number, call in enumerate(run.calls, 1):
        if call[:2] != ["organizations", "list-organizational-units-for-parent"]:
            continue
        parent = next(path for path, known in found.items() if known == call[call.index("--parent-id") + 1])
        siblings = [path for path in names if path != "/" and path.rpartition("/")[0] == parent]
        units = {"OrganizationalUnits": [{"Name": path.rpartition("/")[2], "Id": path} for path in siblings]}
        answer = jmespath.search(call[call.index("--query") + 1], units)
        assert len(answer) == 1, call
        found[answer[0]] = f"id-{number}"
    return found


def assert_each_unit_has_its_own_id(run: Run) -> None:
    ids = ids_by_path(run)
    assert len(set(ids.values())) == len(ids)
    sets = {stack.name: stack for stack in run.plan.stacks}
    checked = 0
    for call in run.calls:
        if call[1] == "create-stack-instances":
            wanted = sets[call[call.index("--stack-set-name") + 1]].deployments
            targets = json.loads(call[call.index("--deployment-targets") + 1])["OrganizationalUnitIds"]
            assert targets in [[ids["" if ou == "/" else ou] for ou in deployment.ous] for deployment in wanted]
            checked += len(targets)
    assert checked > len(ids)


def test_runbook_runs_no_other_command_whatever_units_are_called(commands_run: Run) -> None:
    assert commands_run.code == 0, commands_run.stderr
    assert commands_run.made == set()
    assert {call[0] for call in commands_run.calls} <= _SERVICES


def test_runbook_finds_each_hostile_unit_by_its_name(commands_run: Run) -> None:
    assert_each_unit_has_its_own_id(commands_run)


def test_runbook_gives_each_unit_its_own_variable(tmp_path: Path) -> None:
    run = run_book(hostile_plan(ALIKE), tmp_path)
    assert run.code == 0, run.stderr
    assert_each_unit_has_its_own_id(run)


def test_runbook_variables_do_not_depend_on_the_order_of_units() -> None:
    forward, backward = hostile_plan(ALIKE), hostile_plan(ALIKE[::-1])
    assert shell_variables(forward) == shell_variables(backward)


_SERVICES = {
    *("organizations", "cloudformation", "sso-admin", "cloudtrail", "configservice", "guardduty", "securityhub", "sns"),
}
SMALL = build_plan(make_landscape("starter"))
TAGS = {
    "option": {"-x": "-y"},
    "long option": {"--profile": "evil"},
    "file": {"file:///etc/passwd": ""},
    "binary file": {"fileb:///etc/passwd": "x"},
    "address": {"http://169.254.169.254/latest": "x"},
    "secure address": {"https://evil.example/": "x"},
    "blank": {" a": " "},
    "underscore": {"_": "x"},
    "several": {"-a": "1", "b": "file:///x", "c": "$(touch PWNED)"},
    "other letters": {"Kostenträger": "生产"},
    "equals in the value": {"a": "b=c==d"},
    "plus and at": {"+a": "@b"},
    "colon": {":a": ":"},
}


def tags_read_by_the_cli(call: list[str]) -> dict[str, str]:
    """The tags as awscli/argprocess.py and customizations/cloudformation/deploy.py parse `--tags`."""
    rest = call[call.index("--tags") + 1 :]
    end = next((number for number, word in enumerate(rest) if word.startswith("-")), len(rest))
    values = rest[:end]
    assert values, "what begins with a hyphen is an option"
    if len(values) == 1 and values[0].startswith(("file://", "fileb://", "http://", "https://")):
        raise AssertionError("read from there")
    if len(values) == 1 and values[0].lstrip().startswith("["):
        read: list[Any] = json.loads(values[0])
        if read and isinstance(read[0], dict):
            return {item["Key"]: item["Value"] for item in read}
        values = read
    return dict(pair.split("=", 1) for pair in values)


@pytest.mark.parametrize("tags", [*TAGS.values(), {"a=b": "c", "d": "e"}, {"=": "="}], ids=[*TAGS, "equals", "only"])
def test_runbook_tags_reach_aws_as_they_are(tags: dict[str, str], tmp_path: Path) -> None:
    stacks = [stack for stack in SMALL.stacks if stack.name in ("nw-organization-settings", "nw-iam-roles")]
    run = run_book(replace(SMALL, tags=tuple(tags.items()), waves=(tuple(stacks),)), tmp_path)
    assert run.code == 0, run.stderr
    assert run.made == set()
    tagged = [call for call in run.calls if "--tags" in call]
    assert {call[1] for call in tagged} >= {"create-stack-set", "create-stack" if "=" in "".join(tags) else "deploy"}
    assert all(tags_read_by_the_cli(call) == tags for call in tagged)
