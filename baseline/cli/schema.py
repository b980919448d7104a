"""`baseline schema`."""

import click


@click.command("schema")
def schema_command() -> None:
    """Print the profile's JSON Schema (2020-12), for completion in editors.

    \b
    Example:
      baseline schema > profile.schema.json
      # first line of the profile: # yaml-language-server: $schema=./profile.schema.json
    """
    import json

    from baseline.profile.schema import profile_schema

    click.echo(json.dumps(profile_schema(), indent=2, ensure_ascii=False))
