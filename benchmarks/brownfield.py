"""`python -m benchmarks.brownfield`: a baseline for an organization of 60 accounts that has grown by itself.

From `inventory` to a deployment without drift and a second inventory, against the emulated organization of the tests,
with the commands as a user types them and nothing repaired between them. `--write` puts the log into the documentation.
It takes some minutes, so the gate runs the same with few accounts.
"""

import contextlib
import io
import json
import logging
import os
import re
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from click.testing import CliRunner

from baseline.cli.main import baseline
from tests.conftest import resolve_here
from tests.emulator.brownfield import REGIONS, settle
from tests.emulator.server import Emulator

_ACCOUNTS = 60
_ROLE = "OrganizationAccountAccessRole"


Commands = tuple[tuple[str, ...], ...]


def commands(regions: tuple[str, ...] = REGIONS, tier: str = "standard") -> Commands:
    """The commands in the order in which they are typed; `--home-region` and `--poll-interval` are added."""
    look = ("--role", _ROLE, *(word for region in regions for word in ("--region", region)))
    role = ("--member-role", _ROLE)
    new = ("--name", "Grown", "--prefix", "gr", "--tier", tier, "--adopt", "-o", "profile.yaml")
    return (
        ("inventory", "-o", "before.json", *look),
        ("init", "--from", "before.json", *new),
        ("validate", "profile.yaml", "--inventory", "before.json", "--no-lint"),
        ("plan", "profile.yaml"),
        ("generate", "profile.yaml", "-o", "out", "--no-lint"),
        ("deploy", "out", *role, "--yes"),
        ("deploy", "out", *role, "--dry-run"),
        ("drift", "out"),
        ("inventory", "-o", "after.json", *look),
    )


_WITH_POLLS = ("deploy", "drift")
_LINES, _MOST = 3, 100
"""Last lines of a command's output that the log shows: of one that succeeds, and of one that fails."""

INTENDED: Mapping[str, str] = {
    r"organization\.trusted_services\.": "trusted access of services",
    r"organization\.tree\.policy_types\.": "policy types",
    r"organization\.policies\.free_slots\.": "free slots of policies",
    r"organization\.(policies\.policies|stack_sets)\.gr-": "policies and StackSets of the baseline",
    r"organization\.root_features": "central root access",
    r"organization\.delegated_administrators\.": "delegated administrators",
    r"organization\.identity_center\.permission_sets\.": "permission sets",
    r"accounts\.\d+\.(service_linked_roles|password_policy|public_access_block|contacts)": "settings of accounts",
    r"accounts\.\d+\.regions\.[\w-]+\.stacks\.": "stacks",
    r"accounts\.\d+\.regions\.[\w-]+\.(recorders|delivery_channels|aggregators|trails)\.": "AWS Config and CloudTrail",
    r"accounts\.\d+\.regions\.[\w-]+\.(detectors|hub|analyzers)": "detection",
    r"accounts\.\d+\.regions\.[\w-]+\.(ec2_defaults|default_vpc|root_alarms|macie|inspector)": "defaults and alarms",
    r"log_buckets\.gr-": "buckets of the log archive",
    r"(taken_at|calls\.|generator)": "the inventory itself",
}
"""Pattern of an added fact → what it is."""

_CHANGED = re.compile(
    r"accounts\.\d+\.(password_policy|public_access_block)|.*\.(ec2_defaults|root_alarms|default_vpc)\b|"
    r"organization\.policies\.free_slots\.|taken_at|calls\."
)
"""Facts of the first inventory that may be different in the second."""


_COMPARED = (
    "Of the first inventory, {lost} facts are lost or changed without an intention in the second, which has {strange} "
    "new facts of no intended kind, and these:"
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command as typed, its exit code, and its last lines."""

    command: str
    code: int
    said: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The commands, and what the second inventory has in comparison with the first.

    Attributes:
        steps: The commands.
        lost: Facts that are gone or different without an intention.
        added: Kind → number of new facts.
        strange: New facts of no intended kind.
    """

    steps: tuple[Step, ...]
    lost: tuple[str, ...]
    added: Mapping[str, int]
    strange: tuple[str, ...]


def walk(run: Callable[[tuple[str, ...]], tuple[int, str]], directory: Path, typed: Commands) -> Walk:
    """Type the commands; stop at the first that fails.

    Args:
        run: Runs a command and returns its exit code and output.
        directory: The working directory, with nothing in it.
        typed: The commands.
    """
    steps = []
    for words in typed:
        more = ("--poll-interval", "0") if words[0] in _WITH_POLLS else ()
        more = ("--home-region", REGIONS[0]) if words[0] == "inventory" else more
        code, output = run((*words, *more))
        lines = [line.rstrip() for line in output.splitlines() if line.strip()]
        steps.append(
            Step(command=f"baseline {' '.join(words)}", code=code, said=tuple(lines[-(_MOST if code else _LINES) :]))
        )
        if code:
            return Walk(steps=tuple(steps), lost=(), added={}, strange=())
    before, after = (_facts_of(directory / name) for name in ("before.json", "after.json"))
    return compared(tuple(steps), before, after)


def compared(steps: tuple[Step, ...], before: Mapping[str, object], after: Mapping[str, object]) -> Walk:
    """The walk with what the second inventory has in comparison with the first."""
    new = [path for path in after if path not in before]
    kinds = {path: next((kind for pattern, kind in INTENDED.items() if re.match(pattern, path)), "") for path in new}
    return Walk(
        steps=steps,
        lost=tuple(f"{path}: {value!r}" for path, value in before.items() if _is_lost(path, value, after)),
        added=dict(sorted(Counter(kind for kind in kinds.values() if kind).items())),
        strange=tuple(path for path, kind in kinds.items() if not kind),
    )


def _is_lost(path: str, value: object, after: Mapping[str, object]) -> bool:
    return after.get(path, after) != value and not _CHANGED.match(path)


def _facts_of(file: Path) -> Mapping[str, object]:
    return dict(_facts(json.loads(file.read_text(encoding="utf-8")), ""))


def _facts(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Path → value of every fact; an item of a list is named by what identifies it, not by its position."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _facts(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from _facts(item, f"{path}.{_name(item)}")
    else:
        yield path, value


def _name(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    return next((str(item[key]) for key in ("name", "path", "id", "arn") if item.get(key)), json.dumps(item))


def log_of(found: Walk, accounts: int) -> str:
    """The log as Markdown."""
    shell = []
    for step in found.steps:
        shell += [f"$ {step.command}", *(_shortened(line) for line in step.said), ""]
    added = [f"| {kind} | {count:,} |" for kind, count in found.added.items()]
    return "\n".join(
        [
            f"{accounts} accounts in {len(REGIONS)} Regions, written by `make brownfield`:",
            "",
            "```text",
            *shell[:-1],
            "```",
            "",
            _COMPARED.format(lost=len(found.lost), strange=len(found.strange)),
            "",
            "| new facts | number |",
            "|---|---|",
            *added,
        ]
    )


def _shortened(line: str) -> str:
    return line if len(line) <= 160 else f"{line[:159]}…"


@contextlib.contextmanager
def in_process(directory: Path) -> Iterator[Callable[[tuple[str, ...]], tuple[int, str]]]:
    """A function that runs commands in this process, in the directory."""

    def run(words: tuple[str, ...]) -> tuple[int, str]:
        result = CliRunner().invoke(baseline, words, standalone_mode=False)
        if result.exception is not None:
            said = f"{result.exception}\n{getattr(result.exception, 'problems', '')}"
            return getattr(result.exception, "exit_code", 1), said
        return result.return_value or 0, result.output

    here = Path.cwd()
    os.chdir(directory)
    try:
        yield run
    finally:
        os.chdir(here)


@contextlib.contextmanager
def grown(accounts: int, regions: tuple[str, ...] = REGIONS) -> Iterator[tuple[Callable[..., tuple[int, str]], Path]]:
    """An organization of so many accounts in an emulator: a function that runs commands, and their directory."""
    logging.disable()  # moto logs a traceback for each call that it does not have
    socket.getaddrinfo = resolve_here  # S3 Control prepends the account id to the emulator's name
    import botocore.endpoint

    endpoint: Any = botocore.endpoint
    endpoint.time = SimpleNamespace(sleep=lambda _: None, time=time.time)
    with tempfile.TemporaryDirectory(prefix="baseline-brownfield-") as name, Emulator() as emulator:
        os.environ |= {
            **emulator.cloudformation.organization.credentials(),
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        settle(emulator, accounts)
        emulator.gaps.enabled_regions = frozenset(regions)
        emulator.run_services()
        with in_process(Path(name)) as run, contextlib.redirect_stdout(io.StringIO()):
            yield run, Path(name)


def write_between(page: Path, mark: str, text: str) -> None:
    """Replace the text between two marks of a page."""
    begin, end = f"<!-- {mark}:begin -->\n", f"\n<!-- {mark}:end -->"
    whole = page.read_text(encoding="utf-8")
    start, stop = whole.index(begin) + len(begin), whole.index(end)
    page.write_text(whole[:start] + text + whole[stop:], encoding="utf-8")


def main() -> int:
    """Print the log, or write it into the documentation; 1 if a command failed or something was lost."""
    with grown(_ACCOUNTS) as (run, directory):
        found = walk(run, directory, commands())
    text = log_of(found, _ACCOUNTS)
    if "--write" in sys.argv:
        write_between(Path(__file__).parent.parent / "docs" / "existing-organizations.md", "brownfield", text)
    else:
        print(text)
    for fact in (*found.lost, *found.strange):
        print(fact, file=sys.stderr)
    return int(bool(found.lost or found.strange or any(step.code for step in found.steps)))


if __name__ == "__main__":
    sys.exit(main())
