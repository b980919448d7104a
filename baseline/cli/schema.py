"""`baseline schema`."""

import click

from baseline.cli.option_types import Choice
from baseline.cli.terminal import say_data, say_json


@click.command("schema", short_help="Print the JSON Schema of the profile, for editors.")
@click.argument("document", type=Choice(["profile", "evidence", "inventory", "scan-record"]), default="profile")
def schema_command(document: str) -> None:
    """Print the JSON Schema (2020-12) of the profile, of report/evidence.json, of an inventory, or of a scan record.

    \b
    Examples:
      baseline schema > profile.schema.json
      # first line of the profile: # yaml-language-server: $schema=./profile.schema.json
      baseline schema evidence > evidence.schema.json
      baseline schema inventory > inventory.schema.json
      baseline schema scan-record > scan-record.schema.json
    """
    from baseline.evidence.scan_record import RECORD_SCHEMA
    from baseline.evidence.shape import SCHEMA_FILE
    from baseline.profile.schema import profile_schema

    if document == "evidence":
        say_data(SCHEMA_FILE.read_text(encoding="utf-8"))
    elif document == "scan-record":
        say_data(RECORD_SCHEMA.read_text(encoding="utf-8"))
    elif document == "inventory":
        from baseline.inventory.model import inventory_schema

        say_json(inventory_schema())
    else:
        say_json(profile_schema())
