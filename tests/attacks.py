"""Malicious or unusual files, for tests of everything that reads files from outside."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest


def fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def device(path: Path) -> None:
    """A link to an endless device, as only root can create a device."""
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


def unix_socket(path: Path) -> None:
    path.unlink(missing_ok=True)
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket has 107 bytes at most
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def directory(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def sparse(path: Path) -> None:
    """A sparse file of six gigabytes."""
    with path.open("wb") as file:
        file.truncate(6 * 1024**3)


def loop(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("nowhere")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def deep_lists(path: Path) -> None:
    path.write_bytes(b"[" * 200_000)


def deep_objects(path: Path) -> None:
    path.write_bytes(b'{"a":' * 200_000)


def deep_and_closed(path: Path) -> None:
    path.write_bytes(b"[" * 100_000 + b"]" * 100_000)


def not_utf_8(path: Path) -> None:
    path.write_bytes(b'{"a": "\xff\xfe"}')


def nulls(path: Path) -> None:
    path.write_bytes(b"\0" * 4096)


def long_number(path: Path) -> None:
    path.write_bytes(b'{"format": ' + b"9" * 5000 + b"}")


def not_a_number(path: Path) -> None:
    path.write_bytes(b'{"format": NaN}')


def key_twice(path: Path) -> None:
    path.write_bytes(b'{"format": 2, "format": 1}')


def half_a_character(path: Path) -> None:
    path.write_bytes(b'{"organization": "\\ud800"}')


KINDS: tuple[Callable[[Path], None], ...] = (fifo, device, unix_socket, directory, sparse, loop, dangling)
"""What is not a regular file of a sensible size."""

CONTENTS: tuple[Callable[[Path], None], ...] = (
    *(empty, deep_lists, deep_objects, deep_and_closed, not_utf_8, nulls, long_number, not_a_number, key_twice),
    half_a_character,
)
"""Regular files that are no JSON document, or one that readers disagree about."""

each_kind = pytest.mark.parametrize("attack", KINDS, ids=lambda attack: attack.__name__)
each_attack = pytest.mark.parametrize("attack", [*KINDS, *CONTENTS], ids=lambda attack: attack.__name__)
