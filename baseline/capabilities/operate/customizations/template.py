"""The user's own CloudFormation template, and the mark that identifies its stack as one of baseline's."""

import json
from collections.abc import Mapping
from typing import Any

from baseline import __version__
from baseline.frozen import frozen


@frozen
class Organization:
    """The value of `org` in Jinja templates.

    Attributes:
        prefix: First part of every name that the baseline creates.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        home_region: The home Region.
        regions: The governed Regions, home Region first.
        standalone: Whether there is one account and no organization.
        accounts: Keys of the accounts, in the profile's order.
        units: Paths of the organizational units.
    """

    prefix: str
    partition: str
    home_region: str
    regions: tuple[str, ...]
    standalone: bool
    accounts: tuple[str, ...]
    units: tuple[str, ...]


@frozen
class CustomTemplate:
    """A parsed template file.

    Attributes:
        text: The whole file, rendered if it is a Jinja template.
        parameters: Name of each parameter → whether it has a default.
        is_json: Whether the file is JSON.
        metadata: Line (from 0) and column of the first key under the top-level `Metadata`; None if there is none.
    """

    text: str
    parameters: Mapping[str, bool]
    is_json: bool = False
    metadata: tuple[int, int] | None = None


def document_key(stack: str) -> str:
    """The key under which the landscape's documents hold the template of a stack of `customizations`."""
    return f"customizations/{stack}"


def marked(template: CustomTemplate) -> str:
    """Return the template with `Metadata.Baseline`, by which `deploy` and `destroy` recognize it.

    JSON is reformatted with an indentation of two spaces.
    """
    mark = {"Capability": "customizations", "Generator": "baseline", "Version": __version__}
    if template.is_json:
        document: dict[str, Any] = json.loads(template.text)
        document["Metadata"] = {**document.get("Metadata", {}), "Baseline": mark}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if template.metadata is None:
        values = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in mark.items())
        return f"{template.text.rstrip()}\n\nMetadata:\n  Baseline:\n{values}"
    line, column = template.metadata
    lines = template.text.splitlines(keepends=True)
    lines.insert(line, f"{' ' * column}Baseline: {json.dumps(mark)}\n")
    return "".join(lines)
