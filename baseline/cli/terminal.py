"""The only functions that print: they remove escape sequences and workflow commands from all text."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from shutil import get_terminal_size
from typing import Any

import click

from baseline.text.json_document import escape_in_json
from baseline.text.terminal import terminal_line, terminal_text
from baseline.text.wrap import wrapped

_STYLES: Mapping[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "cyan", "bold": True},
    "quiet": {"dim": True},
}


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print text for people, without control characters; on a terminal, wrapped between words."""
    click.echo(_fitted(terminal_text(text), err=err), err=err, nl=nl)


def say_data(text: str) -> None:
    """Print a document for programs: control characters become escapes of JSON, and line ends stay as they are."""
    click.echo("\r\n".join(map(escape_in_json, text.split("\r\n"))), nl=False)


def say_json(value: Any) -> None:  # noqa: ANN401 - plain data
    """Print plain data as JSON."""
    say_data(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def say_marked(lines: Iterable[tuple[str, str]], *, err: bool = False) -> None:
    """Print lines, each with its style; without colors if the stream is not a terminal, or if NO_COLOR is set."""
    plain = bool(os.environ.get("NO_COLOR"))
    for style, text in lines:
        safe = terminal_line(text)
        click.echo(safe if plain or style not in _STYLES else click.style(safe, **_STYLES[style]), err=err)


def _fitted(text: str, *, err: bool = False) -> str:
    return wrapped(text, get_terminal_size().columns) if is_terminal(err=err) else text


def is_terminal(*, err: bool = False) -> bool:
    """Whether standard output, or standard error, is a terminal."""
    return (sys.stderr if err else sys.stdout).isatty()


def say_click_error(error: click.ClickException) -> None:
    """Print click's message about wrong usage."""
    text = io.StringIO()
    error.show(file=text)
    say(text.getvalue(), err=True, nl=False)


def confirm(question: str, *, default: bool = False, abort: bool = False) -> bool:
    """Ask for yes or no on standard error.

    Raises:
        click.Abort: if the answer is no and `abort` is set.
    """
    answers = {"y": True, "yes": True, "n": False, "no": False, "": default}

    def accepted(answer: str) -> str:
        if answer.strip().lower() not in answers:
            raise click.UsageError("answer y or n")
        return answer.strip().lower()

    yes = answers[prompt(f"{question} [{'Y/n' if default else 'y/N'}]", accepted, default="", show_default=False)]
    if abort and not yes:
        raise click.Abort
    return yes


def prompt(question: str, value_proc: Callable[[str], str] = str, **how: Any) -> str:  # noqa: ANN401 - click's options
    """Ask for a text on standard error, again for each answer that `value_proc` rejects.

    Args:
        question: The question.
        value_proc: Returns the accepted answer, or raises `click.UsageError`.
        how: click's options.
    """

    def accepted(answer: str) -> str:
        try:
            return value_proc(answer)
        except click.UsageError as error:
            # click prints the message behind this word
            raise click.UsageError(_fitted(f"Error: {error.message}", err=True).removeprefix("Error: ")) from error

    return str(click.prompt(terminal_line(question), err=True, value_proc=accepted, **how))
