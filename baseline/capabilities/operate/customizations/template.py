"""The user's own CloudFormation template, and the mark that identifies its stack as one of baseline's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from baseline import __version__


@dataclass(frozen=True, kw_only=True)
class CustomTemplate:
    """A parsed template file.

    Attributes:
        text: The whole file.
        parameters: Name of each parameter → whether it has a default.
        is_json: Whether the file is JSON.
        metadata: Line (from 0) and column of the first key under the top-level `Metadata`; None if there is none.
    """

    text: str
    parameters: Mapping[str, bool]
    is_json: bool = False
    metadata: tuple[int, int] | None = None


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
