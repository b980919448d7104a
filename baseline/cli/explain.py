"""`baseline explain`."""

import click


@click.command("explain")
@click.argument("topic", required=False)
def explain_command(topic: str | None) -> None:
    """Explain TOPIC: a capability, a check, a finding's id or a control; without TOPIC, list them all.

    \b
    Examples:
      baseline explain cloudtrail
      baseline explain BL101
      baseline explain cloudtrail-log-file-validation
    """
    from baseline.report.explain import explain, topics

    if topic is None:
        click.echo(topics(), nl=False)
    else:
        click.echo(explain(topic), nl=False)
