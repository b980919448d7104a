"""`baseline`: the command group, and the only place where errors become messages and exit codes."""

import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from typing import NoReturn

import click

from baseline import __version__
from baseline.cli.groups import SuggestingGroup
from baseline.cli.terminal import say, say_click_error
from baseline.errors import BaselineError, ProfileError
from baseline.text.terminal import terminal_line

_COMMANDS = (
    "init",
    "inventory",
    "import",
    "validate",
    "profile",
    "plan",
    "cost",
    "prices",
    "usage",
    "generate",
    "verify",
    "preflight",
    "deploy",
    "drift",
    "destroy",
    "policy",
    "export",
    "report",
    "evidence",
    "explain",
    "docs",
    "schema",
    "completion",
)


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Errors of a full or failing disk."""


class _LazyGroup(SuggestingGroup):
    """Imports `baseline.cli.<name>` only when that command is used. Lists commands in workflow order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command = getattr(import_module(f"baseline.cli.{module}"), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None


@click.group(
    cls=_LazyGroup,
    invoke_without_command=True,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, help="Print the version; with --verbose, what a bug report needs.")
@click.option("--verbose", is_flag=True, help="With --version: Python, dependencies and the ages of the AWS data.")
@click.option("--debug", is_flag=True, help="Also after any command: print the traceback of an error.")
@click.pass_context
def baseline(ctx: click.Context, *, version: bool, verbose: bool, debug: bool) -> None:
    """One YAML profile in; a hardened, proven AWS multi-account baseline as plain CloudFormation out.

    Everything up to the deployment works offline and without AWS credentials.

    \b
    Examples:
      baseline init -o profile.yaml
      baseline validate profile.yaml
      baseline generate profile.yaml -o output/northwind
    """
    del debug  # `main` has read it
    if version:
        from baseline.cli.versions import version_line, versions

        say("\n".join(versions()) if verbose else version_line())
        ctx.exit(0)
    if verbose:
        raise click.UsageError("--verbose requires --version.")


def main() -> NoReturn:
    """Run the command line. Exit codes: those of `baseline.errors`, 2 for wrong usage, 5 for findings."""
    gc.disable()  # a short process needs no collection, which costs a tenth of a run
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "true"  # no plugin of another package sees a profile, or is looked for
    try:
        code = _run(*_without_debug(sys.argv[1:]))
    except BrokenPipeError:
        # The reader has gone (`| head`); Python must not complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        if error.errno not in _FULL:
            _report_crash()
            raise
        code = _say_that_nothing_can_be_written(error)
    except Exception:
        _report_crash()
        raise
    gc.freeze()  # nor is it worth collecting at the end
    sys.exit(code)


def _run(words: list[str], debug: bool) -> int:  # noqa: FBT001 - as `_without_debug` returns it
    """Run one command; print its error if the user can act on it."""
    try:
        code = baseline.main(words, prog_name="baseline", standalone_mode=False)
    except click.exceptions.Abort:
        say("\nStopped." if sys.stderr.isatty() else "Stopped.", err=True)  # after ^C the cursor is behind a prompt
        return 1
    except click.ClickException as error:
        say_click_error(error)
        return error.exit_code
    except BaselineError as error:
        if isinstance(error, ProfileError):
            _show_problems(error)
        else:
            _show_error(error)
        if debug:
            say(_traceback(), err=True, nl=False)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _without_debug(words: list[str]) -> tuple[list[str], bool]:
    """The words without `--debug`, which may be anywhere before `--`, and whether it was present."""
    end = words.index("--") if "--" in words else len(words)
    kept = [word for word in words[:end] if word != "--debug"]
    return [*kept, *words[end:]], len(kept) < end


def _traceback() -> str:
    import traceback

    return traceback.format_exc()


def _report_crash() -> None:
    """Print before a traceback that it is a bug, and how to report it."""
    say(
        f"baseline {__version__} has failed: this is a bug. Please report the traceback below, the command and",
        err=True,
    )
    say("the output of `baseline --version --verbose`. Remove account ids and addresses from it first.", err=True)


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


def _show_error(error: BaselineError, end: str = "") -> None:
    say(f"Error: {terminal_line(error.message)}{end}", err=True)
    for line in error.details:
        say(f"  {terminal_line(line)}", err=True)
    if error.hint:
        say(terminal_line(f"{error.hint[0].upper()}{error.hint[1:]}."), err=True)


def _show_problems(error: ProfileError) -> None:
    from baseline.cli.findings import say_problems

    say_problems(error.findings)
    _show_error(error, end=".")
