"""`git:REVISION`: a profile at a revision of its Git repository."""

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import click

PREFIX = "git:"
_OPTION = "'--against'"
_MOST_PATHS = 3


@contextmanager
def checked_out(against: str, profile: Path) -> Iterator[Path]:
    """Yield the path in `--against`; for `git:REVISION`, a copy in a temporary directory.

    Args:
        against: A path, `git:REVISION` for the profile at that revision, or `git:REVISION:PATH` for another profile or
            a generated directory, with PATH from the top of the repository.
        profile: The profile that is compared.

    Raises:
        click.UsageError: if there is no such path, repository, revision or file.
    """
    if not against.startswith(PREFIX):
        if not Path(against).exists():
            advice = "" if against.endswith((".yaml", ".yml")) else f" For a revision write {PREFIX}{against}."
            raise click.BadParameter(f"Path {against!r} does not exist.{advice}", param_hint=_OPTION)
        yield Path(against)
        return
    revision, _, path = against.removeprefix(PREFIX).partition(":")
    directory = profile.resolve().parent
    top = Path(git(directory, "rev-parse", "--show-toplevel").decode().strip())
    commit = _commit(top, revision)
    wanted = PurePosixPath(path) if path else PurePosixPath(profile.resolve().relative_to(top).as_posix())
    with TemporaryDirectory(prefix="baseline-") as temporary:
        root = Path(temporary).resolve()
        (root / ".git").mkdir()  # layers are looked for in this tree, as in the repository
        _extract(git(top, "archive", "--format=tar", commit), root)
        found = root / wanted
        if not found.resolve().is_relative_to(root) or not found.exists():
            raise click.BadParameter(_not_there(root, revision, wanted), param_hint=_OPTION)
        yield found


def _commit(top: Path, revision: str) -> str:
    try:
        found = git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except click.BadParameter as error:
        raise click.BadParameter(
            f"the repository has no revision {revision!r}: `git tag` and `git branch --all` list names. "
            "A shallow clone has only its own commit: fetch the revision first.",
            param_hint=_OPTION,
        ) from error
    return found.decode().strip()


def _not_there(root: Path, revision: str, wanted: PurePosixPath) -> str:
    """The message for a missing file, with the paths of files of its name."""
    same_name = sorted(path.relative_to(root).as_posix() for path in root.rglob(wanted.name) if path.is_file())
    paths = same_name[:_MOST_PATHS] or ["OLDPATH"]
    ways = " or ".join(f"{PREFIX}{revision}:{path}" for path in paths)
    return f"{revision} has no {wanted}. If it was elsewhere, name its path from the top of the repository: {ways}"


def _extract(archive: bytes, root: Path) -> None:
    """Write the regular files of an archive; links are skipped."""
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        for member in files:
            target = root / member.name
            content = files.extractfile(member) if member.isfile() else None
            if content is not None and target.resolve().is_relative_to(root):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def git(directory: Path, *words: str, option: str = _OPTION) -> bytes:
    """The output of a Git command in a directory.

    Raises:
        click.UsageError: if Git is not installed, or the command fails; names the option.
    """
    command = ["git", "-C", str(directory), "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise click.UsageError(f"git: the program is not installed, but {option.strip(chr(39))} requires it") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"{words[-1]} is unknown"
        raise click.BadParameter(f"git {words[0]}: {said}", param_hint=option)
    return done.stdout
