"""A new profile and, beside it, the schema that editors use to complete it."""

import json
import os
from pathlib import Path

from baseline.errors import OutputError
from baseline.files import UnreadableError, parse_json, read_file, replace_file
from baseline.profile.scaffold import SCHEMA_FILE
from baseline.profile.schema import ID, profile_schema


def write_profile(output: Path, text: str) -> None:
    """Write the profile and the schema that its first line names; a schema file that is not ours is kept.

    Raises:
        OutputError: if a file cannot be written.
    """
    schema = output.parent / SCHEMA_FILE
    try:
        replace_file(output, text.encode("utf-8"))
        if _is_ours_or_new(schema):
            content = json.dumps(profile_schema(), indent=2, ensure_ascii=False) + "\n"
            replace_file(schema, content.encode("utf-8"))
    except OSError as error:
        raise OutputError(
            f"{output} not written: {error.strerror or error}", hint="name a file in an existing directory with -o"
        ) from error


def _is_ours_or_new(schema: Path) -> bool:
    if not os.path.lexists(schema):
        return True
    try:
        document = parse_json(read_file(schema, limit=4 * 1024 * 1024, follow_links=False))
    except UnreadableError:
        return False
    return isinstance(document, dict) and document.get("$id") == ID
