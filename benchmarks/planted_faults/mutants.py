"""Random faults: one line of a rendered template deleted, negated, counted otherwise or widened."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from baseline.plan.model import Template
from benchmarks.planted_faults import Case

_IGNORED = re.compile(r"^\s*(#|Purpose:|Description:|AlarmDescription:|QueryDescription:|Metadata:|Guardrails:|$)")
"""Lines that say something to people and nothing to AWS."""


def mutants(case: Case, count: int, seed: int) -> Iterator[tuple[str, Template]]:
    """What was changed, and the changed template, for random lines of a plan's templates."""
    source = random.Random(seed)  # noqa: S311 - no secret
    templates = [subject.template for subject in case.subjects]
    found = 0
    while found < count:
        template = source.choice(templates)
        lines = template.text.splitlines(keepends=True)
        first = lines.index("Resources:\n") + 1
        last = lines.index("Outputs:\n")
        number = source.randrange(first, last)
        line = lines[number]
        changed = _mutated(line, source)
        if _IGNORED.match(line) or _is_of_people(lines, number) or changed == line:
            continue
        found += 1
        text = "".join((*lines[:number], changed, *lines[number + 1 :]))
        yield f"{template.stack.name}:{number + 1}: {line.strip()} → {changed.strip()}", replace(template, text=text)


def _is_of_people(lines: list[str], number: int) -> bool:
    """Whether the line is in a resource's Metadata, or in the source text of the function."""
    depth = _depth(lines[number])
    for line in reversed(lines[:number]):
        if line.strip() and _depth(line) < depth:
            if line.strip() in ("Metadata:", "ZipFile: |"):
                return True
            depth = _depth(line)
    return False


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _mutated(line: str, source: random.Random) -> str:
    operation = source.choice((_deleted, _negated, _counted, _widened, _renamed))
    return operation(line)


def _deleted(line: str) -> str:
    return "" if line.rstrip()[-1:] not in (":", "|") else line


def _negated(line: str) -> str:
    words = {"true": "false", "false": "true", "Enabled": "Disabled", "ENABLED": "DISABLED", "Deny": "Allow"}
    return re.sub(rf"\b({'|'.join(words)})\b", lambda match: words[match[1]], line, count=1)


def _counted(line: str) -> str:
    return re.sub(r"(: \"?)(\d{1,5})(\"?)$", lambda match: f"{match[1]}{int(match[2]) * 7 + 1}{match[3]}", line)


def _widened(line: str) -> str:
    """An ARN ends with `*` after its service, an action after its service."""
    arn = re.sub(r"(arn:\$\{AWS::Partition\}:\w+:[^:]*:[^:]*:\w+[/:])\S+", r"\1*", line, count=1)
    return arn if arn != line else re.sub(r"^(\s*(?:- |Action: )[a-z0-9-]+:)[A-Z]\w+$", r"\1*", line)


def _renamed(line: str) -> str:
    return re.sub(r"^(\s*(?:- )?[A-Za-z:]+: )([A-Za-z][\w-]+)$", r"\1\2x", line)
