"""Writing and reading `inventory.json`."""

from pathlib import Path

from pydantic import ValidationError

from baseline.errors import InventoryError, OutputError
from baseline.files import UnreadableError, parse_json, read_file, replace_file
from baseline.inventory.model import FORMAT, Inventory
from baseline.plan.schema import mistakes

_HINT = "write it with `baseline inventory`"
_LIMIT = 1024 * 1024 * 1024


def write_inventory(inventory: Inventory, path: Path) -> None:
    """Write the inventory, readable only by its owner: it contains the addresses and gaps of an organization.

    Raises:
        OutputError: if it cannot be written.
    """
    text = inventory.model_dump_json(indent=2) + "\n"
    try:
        replace_file(path, text.encode("utf-8"), mode=0o600)
    except OSError as error:
        raise OutputError(f"{path} not written: {error.strerror or error}") from error


def read_inventory(path: Path) -> Inventory:
    """The inventory in a file.

    Raises:
        InventoryError: if the file is not an inventory of this format.
    """
    try:
        document = parse_json(read_file(path, limit=_LIMIT))
    except UnreadableError as error:
        raise InventoryError(f"{path}: {error}", hint=_HINT) from error
    if not isinstance(document, dict):
        raise InventoryError(f"{path} is not an inventory: not a JSON object", hint=_HINT)
    if document.get("format") != FORMAT:
        if "taken_at" not in document:
            raise InventoryError(f"{path} is not an inventory: it has no `taken_at`", hint=_HINT)
        raise InventoryError(
            f"{path}: format {document.get('format')!r}; this version reads format {FORMAT}",
            hint="write it again with `baseline inventory --force` of this version",
        )
    try:
        return Inventory.model_validate(document)
    except ValidationError as error:
        raise InventoryError(
            f"{path} is not an inventory: {'; '.join(mistakes(error))}",
            hint=f"{_HINT}; `baseline schema inventory` is its schema",
        ) from error
