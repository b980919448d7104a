"""`baseline explain`."""

from pathlib import Path

import click

from baseline.cli.options import plan_sha256_option
from baseline.cli.terminal import say


@click.command("explain", short_help="Explain a capability, check, control or requirement.")
@click.argument("topic", required=False)
@click.option(
    "--in",
    "directory",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Add the state in a generated directory, with places; without TOPIC, list all states there.",
)
@plan_sha256_option
def explain_command(topic: str | None, *, directory: Path | None, plan_sha256: str) -> None:
    """Explain TOPIC: a capability, check, finding id, control, framework or requirement; without TOPIC, list them.

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
        if plan_sha256:
            raise click.UsageError("--plan-sha256 is the digest of a directory: name it with --in.")
        say(topics() if topic is None else explain(topic), nl=False)
        return
    from baseline.evidence.written import read_written_evidence
    from baseline.plan.trust import Trust
    from baseline.report.explain_output import explain_in_output, outline_of_output

    document = read_written_evidence(directory, Trust(sha256=plan_sha256))
    text = outline_of_output(document) if topic is None else f"{explain(topic)}\n{explain_in_output(topic, document)}"
    say(text, nl=False)
