"""A detached signature of `plan.json`, made by an installed minisign or cosign.

minisign: jedisct1.github.io/minisign ("Signing a file"). cosign: cmd/cosign/cli/options/signblob.go and PEM types of
pkg/cosign/keys.go in github.com/sigstore/cosign, tags v2.0.0 to v3.1.2. Version 3 writes a bundle and uploads to the
public transparency log unless `--new-bundle-format`, `--use-signing-config` and `--tlog-upload` are false (issue 5043).
Versions before 2.6 do not know `--use-signing-config`, and write no bundle by default.
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
_Command = Callable[[str, Path, Path, Path], list[str | Path]]


def _minisign(program: str, key: Path, file: Path, target: Path) -> list[str | Path]:
    return [program, "-S", "-s", key, "-m", file, "-x", target]


def _cosign(program: str, key: Path, file: Path, target: Path) -> list[str | Path]:
    shown = subprocess.run([program, "sign-blob", "--help"], capture_output=True, check=False).stdout
    only_signature = ("--use-signing-config=false", "--new-bundle-format=false")
    return [
        *(program, "sign-blob", "--yes", "--key", key, "--output-signature", target, "--tlog-upload=false"),
        *(only_signature if b"--use-signing-config" in shown else ()),
        file,
    ]


_PROGRAMS: Mapping[str, tuple[str, _Command]] = {
    "untrusted comment:": ("minisign", _minisign),
    "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----": ("cosign", _cosign),
    "-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----": ("cosign", _cosign),
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
            done = subprocess.run(command(program, key, file, made), stdout=2, check=False)
        except OSError as error:
            raise SignatureFileError(f"{program} does not run: {error.strerror}") from error
        if done.returncode or not made.is_file():
            raise SignatureFileError(
                f"{Path(program).name} did not sign: exit code {done.returncode}", hint="read its message above"
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
