"""`baseline schema`."""

import click

from baseline.cli.terminal import say_data, say_json


@click.command("schema")
@click.argument("document", type=click.Choice(["profile", "evidence"]), default="profile")
def schema_command(document: str) -> None:
    """Print the JSON Schema (2020-12) of the profile, for completion in editors, or of report/evidence.json.

    \b
    Examples:
      baseline schema > profile.schema.json
      # first line of the profile: # yaml-language-server: $schema=./profile.schema.json
      baseline schema evidence > evidence.schema.json
    """
    from baseline.evidence.shape import SCHEMA_FILE
    from baseline.profile.schema import profile_schema

    if document == "evidence":
        say_data(SCHEMA_FILE.read_text(encoding="utf-8"))
    else:
        say_json(profile_schema())
