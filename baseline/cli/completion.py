"""`baseline completion`."""

import click
from click.shell_completion import get_completion_class

from baseline.cli.option_types import Choice
from baseline.cli.terminal import say_data


@click.command("completion", short_help="Print the completion script for a shell.")
@click.argument("shell", type=Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    Examples:
      baseline completion bash > ~/.local/share/bash-completion/completions/baseline
      baseline completion zsh > "${fpath[1]}/_baseline"
      baseline completion fish > ~/.config/fish/completions/baseline.fish
    """
    completer = get_completion_class(shell)
    root = context.find_root().command
    if completer is None:
        raise click.UsageError(f"no completion for {shell}")
    say_data(completer(root, {}, "baseline", "_BASELINE_COMPLETE").source() + "\n")
