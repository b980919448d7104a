"""`baseline explain`."""

from pathlib import Path

import click


@click.command("explain")
@click.argument("topic", required=False)
@click.option(
    "--in",
    "directory",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Say also how a directory that was generated meets it, and where; without TOPIC, list all states there.",
)
def explain_command(topic: str | None, *, directory: Path | None) -> None:
    """Explain TOPIC: a capability, check, finding's id, control, framework or requirement; without TOPIC, list them.

    \b
    Examples:
      baseline explain cloudtrail
      baseline explain BL101
      baseline explain cloudtrail-log-file-validation
      baseline explain cis-7.0/4.2 --in output/northwind
      baseline explain --in output/northwind
    """
    from baseline.report.explain import explain, topics

    if directory is None:
        click.echo(topics() if topic is None else explain(topic), nl=False)
        return
    from baseline.evidence.written import read_written_evidence
    from baseline.report.explain_output import explain_in_output, outline_of_output

    document = read_written_evidence(directory)
    text = outline_of_output(document) if topic is None else f"{explain(topic)}\n{explain_in_output(topic, document)}"
    click.echo(text, nl=False)
