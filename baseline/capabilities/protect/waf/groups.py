"""AWS managed rule groups: names, capacity, rules and their labels."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import tomli

from baseline.frozen import frozen


@frozen
class ManagedGroup:
    """A rule group of AWS.

    Attributes:
        name: Its name in AWS WAF.
        what: The requests that it matches.
        capacity: The web ACL capacity units that it uses.
        labels: Prefix of the labels that its rules add.
        rules: Rule → the rest of its label.
    """

    name: str
    what: str
    capacity: int
    labels: str
    rules: Mapping[str, str]

    def label_of(self, rule: str) -> str:
        """The label that a rule adds to a request."""
        return f"{self.labels}{self.rules[rule]}"


@cache
def managed_groups() -> Mapping[str, ManagedGroup]:
    """Name in a profile → group, in the recommended order of evaluation."""
    data = tomli.loads(Path(__file__).with_name("groups.toml").read_text(encoding="utf-8"))
    return {name: ManagedGroup(**entry) for name, entry in data.items()}
