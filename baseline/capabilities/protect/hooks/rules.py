"""The rules of hooks, in the language of CloudFormation Guard."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from baseline.frozen import frozen


@frozen
class HookRule:
    """One rule.

    Attributes:
        id: In kebab case.
        title: One sentence that is true for resources that it accepts.
        types: The resource types that it evaluates.
        guard: Its text.
    """

    id: str
    title: str
    types: tuple[str, ...]
    guard: str


@cache
def hook_rules() -> Mapping[str, HookRule]:
    """Id → rule, for every rule in `rules.toml`."""
    data = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    return {
        name: HookRule(id=name, title=item["title"], types=tuple(item["types"]), guard=item["guard"].strip("\n"))
        for name, item in data.items()
    }


def rule_file(rules: Iterable[HookRule]) -> str:
    """The text of a file with the rules."""
    return "\n\n".join(f"# {rule.title}\n{rule.guard}" for rule in rules) + "\n"


def file_name(key: str, text: str) -> str:
    """The name of a hook's file in the bucket, which changes with the text, so that the hook is updated."""
    return f"{key}-{sha256(text.encode()).hexdigest()[:12]}.guard"
