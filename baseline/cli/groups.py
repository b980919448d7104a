"""Command groups that suggest the command for a misspelled name."""

from collections.abc import Mapping

import click

_OTHER_NAMES: Mapping[str, str] = {
    "apply": "deploy",
    "build": "generate",
    "check": "validate",
    "diff": "plan PROFILE --against DIR",
    "help": "--help",
    "lint": "validate",
    "new": "init",
    "render": "generate",
    "version": "--version",
}
"""Command of other tools → ours."""


class SuggestingGroup(click.Group):
    """A group whose usage error names the nearest command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command for the first word.

        Raises:
            click.UsageError: if there is none.
        """
        name = args[0]
        if name.startswith("-") or self.get_command(ctx, name) is not None:
            return super().resolve_command(ctx, args)
        from baseline.text.nearest import nearest

        close = _OTHER_NAMES.get(name) if ctx.parent is None else None
        close = close or nearest(name, self.list_commands(ctx))
        guess = f" Did you mean `{ctx.command_path} {close}`?" if close else ""
        raise click.UsageError(f"No such command {name!r}.{guess}", ctx)
