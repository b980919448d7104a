"""`baseline explain`."""

from pathlib import Path

import click


@click.command("explain")
@click.argument("topic", required=False)
@click.option(
    "--in",
    "directory",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Say also how a directory that was generated meets it, and where.",
)
def explain_command(topic: str | None, *, directory: Path | None) -> None:
    """Explain TOPIC: a capability, check, finding's id, control, framework or requirement; without TOPIC, list them.

    \b
    Examples:
      baseline explain cloudtrail
      baseline explain BL101
      baseline explain cloudtrail-log-file-validation
      baseline explain cis-7.0/4.2 --in output/northwind
    """
    from baseline.report.explain import explain, topics

    if topic is None:
        click.echo(topics(), nl=False)
        return
    click.echo(explain(topic), nl=False)
    if directory is not None:
        from baseline.evidence.written import read_written_evidence
        from baseline.report.explain_output import explain_in_output

        click.echo(f"\n{explain_in_output(topic, read_written_evidence(directory))}", nl=False)
