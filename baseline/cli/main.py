"""`baseline`: the command group, and the only place where errors become messages and exit codes."""

import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from baseline import __version__
from baseline.cli.groups import SuggestingGroup
from baseline.cli.terminal import say, say_click_error
from baseline.errors import BaselineError, ProfileError
from baseline.text.terminal import terminal_line

_COMMANDS = (
    "init",
    "validate",
    "plan",
    "generate",
    "verify",
    "preflight",
    "deploy",
    "drift",
    "destroy",
    "policy",
    "evidence",
    "explain",
    "schema",
    "completion",
)


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Errors of a full or failing disk."""


class _LazyGroup(SuggestingGroup):
    """Imports `baseline.cli.<name>` only when that command is used. Lists commands in the order of a user's work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"baseline.cli.{cmd_name}"), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="baseline", message="%(prog)s %(version)s")
def baseline() -> None:
    """One YAML profile in; a hardened, proven AWS multi-account baseline as plain CloudFormation out.

    Everything up to the deployment works offline and without AWS credentials.

    \b
    Examples:
      baseline init -o profile.yaml
      baseline validate profile.yaml
      baseline generate profile.yaml -o output/northwind
    """


def main() -> NoReturn:
    """Run the command line. Exit codes: those of `baseline.errors`, 2 for wrong usage, 5 for findings."""
    gc.disable()  # a short process needs no collection, which costs a tenth of a run
    try:
        code = baseline.main(prog_name="baseline", standalone_mode=False)
    except click.exceptions.Abort:
        say("\nStopped." if sys.stderr.isatty() else "Stopped.", err=True)  # after ^C the cursor is behind a prompt
        code = 1
    except click.ClickException as error:
        say_click_error(error)
        code = error.exit_code
    except ProfileError as error:
        _show_problems(error)
        code = error.exit_code
    except BaselineError as error:
        _show_error(error)
        code = error.exit_code
    except BrokenPipeError:
        # The reader has gone (`| head`); Python must not complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        if error.errno not in _FULL:
            raise
        code = _say_that_nothing_can_be_written(error)
    gc.freeze()  # nor is it worth collecting at the end
    sys.exit(code if isinstance(code, int) else 0)


def _say_that_nothing_can_be_written(error: OSError) -> int:
    """Report the error on stderr if possible, and return the exit code of an output that was not written."""
    from baseline.errors import OutputError

    said = f"Error: the output cannot be written: {error.strerror}.\nFree some space, and run the same command again.\n"
    with suppress(OSError):
        os.write(2, said.encode())
    # What is still buffered would fail again when Python closes the streams.
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return OutputError.exit_code


def _show_error(error: BaselineError) -> None:
    say(f"Error: {terminal_line(str(error))}", err=True)
    if error.hint:
        say(terminal_line(f"{error.hint[0].upper()}{error.hint[1:]}."), err=True)


def _show_problems(error: ProfileError) -> None:
    from baseline.cli.findings import say_problems

    say_problems(error.problems)
    say(f"Error: {error}; nothing was written.", err=True)
