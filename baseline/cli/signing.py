"""A detached signature of `plan.json`, made by an installed minisign or cosign.

minisign: jedisct1.github.io/minisign ("Signing a file"). cosign: `cosign sign-blob --help`; version 3 writes a bundle
and uploads to the public transparency log unless `--new-bundle-format`, `--use-signing-config` and `--tlog-upload` are
false (github.com/sigstore/cosign/issues/5043).
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from baseline.errors import OutputError, SignatureFileError, TamperedError
from baseline.files import UnreadableError, read_file
from baseline.plan.document import LARGEST_PLAN, PLAN_FILE

_LARGEST_KEY = 64 * 1024
_Command = Callable[[Path, Path, Path], list[str | Path]]

_PROGRAMS: Mapping[str, tuple[str, _Command]] = {
    "untrusted comment:": (
        "minisign",
        lambda key, file, target: ["-S", "-s", key, "-m", file, "-x", target],
    ),
    "-----BEGIN ENCRYPTED ": (
        "cosign",
        lambda key, file, target: [
            *("sign-blob", "--yes", "--key", key, "--output-signature", target),
            *("--tlog-upload=false", "--use-signing-config=false", "--new-bundle-format=false", file),
        ],
    ),
}
"""Beginning of a secret key → the program that made it, and how it signs a file."""


def sign_plan(directory: Path, digest: str, key: Path, target: Path) -> str:
    """Sign the verified `plan.json` and return the program that did; a password is asked for by the program.

    Args:
        directory: The output directory.
        digest: The digest of the verified `plan.json`; the same bytes are signed.
        key: File with the secret key.
        target: File to write: new, and outside of the directory.

    Raises:
        SignatureFileError: if the key is of neither program, or the program is missing or fails.
        OutputError: if the target exists, is inside the directory, or cannot be written.
        TamperedError: if `plan.json` has changed since it was verified.
    """
    program, command = _program(key)
    if target.resolve().is_relative_to(directory.resolve()):
        raise OutputError(
            f"{target} not written: it is inside {directory}, where `verify` accepts only files of the plan",
            hint="choose a file elsewhere with --signature-to",
        )
    with TemporaryDirectory(prefix="baseline-") as temporary:
        file, made = Path(temporary, PLAN_FILE), Path(temporary, "signature")
        file.write_bytes(_verified(directory / PLAN_FILE, digest))
        try:
            done = subprocess.run([program, *command(key, file, made)], stdout=2, check=False)
        except OSError as error:
            raise SignatureFileError(f"{program} does not run: {error.strerror}") from error
        if done.returncode or not made.is_file():
            raise SignatureFileError(
                f"{Path(program).name} did not sign: it ended with {done.returncode}", hint="read its message above"
            )
        _write(target, made.read_bytes())
    return Path(program).name


def _program(key: Path) -> tuple[str, _Command]:
    try:
        text = read_file(key, limit=_LARGEST_KEY).decode("utf-8")
    except (UnreadableError, UnicodeDecodeError) as error:
        raise SignatureFileError(f"{key} cannot be used as a key: {error}") from error
    name, command = next((found for start, found in _PROGRAMS.items() if text.startswith(start)), ("", None))
    if command is None:
        raise SignatureFileError(
            f"{key} is not a secret key of minisign or cosign",
            hint="create one with `minisign -G` or `cosign generate-key-pair`, or sign as `baseline docs deploy` shows",
        )
    if (program := shutil.which(name)) is None:
        raise SignatureFileError(f"{key} is a key of {name}, which is not installed", hint=f"install {name}")
    return program, command


def _verified(path: Path, digest: str) -> bytes:
    try:
        content = read_file(path, limit=LARGEST_PLAN)
    except UnreadableError as error:
        raise SignatureFileError(f"{path} cannot be signed: {error}") from error
    if sha256(content).hexdigest() != digest:
        raise TamperedError(f"{path} changed while it was verified", hint="find out who changed it")
    return content


def _write(target: Path, content: bytes) -> None:
    try:
        with target.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise OutputError(
            f"{target} not written: {error.strerror}", hint="choose a new file with --signature-to"
        ) from error
