"""Signatures that `verify` has an installed program make."""

import shutil
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from baseline.cli import signing
from baseline.cli.signing import sign_plan
from baseline.errors import BaselineError, OutputError, SignatureFileError, TamperedError
from baseline.plan.trust import Trust

PLAN = b'{"format": 2}\n'
DIGEST = sha256(PLAN).hexdigest()
MINISIGN, COSIGN = "untrusted comment: secret key\nkey\n", "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"


OLD_COSIGN = "-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----\n"
OFF = {
    COSIGN: {"--tlog-upload", "--use-signing-config", "--new-bundle-format"},
    OLD_COSIGN: {"--tlog-upload"},
}
"""What cosign must not do. The old key belongs to an old version, which does not know all of it."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    found = tmp_path / "output"
    found.mkdir()
    (found / "plan.json").write_bytes(PLAN)
    return found


def key(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "secret.key"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands; each "signs" by writing the file that it was given to where its signature belongs."""
    found: list[list[str]] = []

    def run(command: Sequence[str | Path], **_: object) -> SimpleNamespace:
        words = [str(word) for word in command]
        if "--help" in words:
            is_old = any(path.read_text("utf-8") == OLD_COSIGN for path in tmp_path.glob("*.key"))
            return SimpleNamespace(returncode=0, stdout=b"" if is_old else b"      --use-signing-config   whether")
        found.append(words)
        flag, file = ("-x", words[words.index("-m") + 1]) if "-m" in words else ("--output-signature", words[-1])
        Path(words[words.index(flag) + 1]).write_bytes(b"signed " + Path(file).read_bytes())
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(signing, "subprocess", SimpleNamespace(run=run))
    return found


@pytest.mark.parametrize(
    ("text", "program"),
    [(MINISIGN, "minisign"), (COSIGN, "cosign"), (OLD_COSIGN, "cosign")],
    ids=["minisign", "3", "2.5"],
)
def test_the_program_of_the_key_signs_the_verified_plan(
    directory: Path, tmp_path: Path, ran: list[list[str]], text: str, program: str
) -> None:
    assert sign_plan(directory, DIGEST, key(tmp_path, text), tmp_path / "signature") == program
    assert (tmp_path / "signature").read_bytes() == b"signed " + PLAN
    off = {word.removesuffix("=false") for word in ran[0] if "=" in word}
    assert off == OFF.get(text, set())
    with pytest.raises(OutputError, match="signature not written"):
        sign_plan(directory, DIGEST, tmp_path / "secret.key", tmp_path / "signature")


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (("-----BEGIN PRIVATE KEY-----\n", DIGEST, "signature"), SignatureFileError, "not a secret key of minisign or"),
        (
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", DIGEST, "signature"),
            SignatureFileError,
            "not a secret key of minisign or",
        ),
        ((MINISIGN, DIGEST, "output/signature"), OutputError, "inside .*output"),
        ((MINISIGN, "0" * 64, "signature"), TamperedError, "changed while it was verified"),
        ((MINISIGN, DIGEST, "gone/signature"), OutputError, "not written: No such file"),
    ],
    ids=[
        "key of another program",
        "encrypted key of another program",
        "inside the output",
        "a plan that changed",
        "no directory",
    ],
)
def test_nothing_is_signed(
    directory: Path, tmp_path: Path, given: tuple[str, str, str], error: type[BaselineError], said: str
) -> None:
    text, digest, target = given
    with pytest.raises(error, match=said) as raised:
        sign_plan(directory, digest, key(tmp_path, text), tmp_path / target)
    assert raised.value.hint
    assert not (tmp_path / target).exists()


def test_a_missing_program_is_named(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SignatureFileError, match="key of cosign, which is not installed"):
        sign_plan(directory, DIGEST, key(tmp_path, COSIGN), tmp_path / "signature")


@pytest.mark.skipif(not shutil.which("minisign"), reason="NO MINISIGN: its signatures are not made here")
def test_a_signature_of_minisign_is_accepted_with_its_public_key(directory: Path, tmp_path: Path) -> None:
    secret, public, signature = (tmp_path / name for name in ("m.key", "m.pub", "plan.minisig"))
    subprocess.run(["minisign", "-G", "-W", "-p", public, "-s", secret], check=True, capture_output=True)
    assert sign_plan(directory, DIGEST, secret, signature) == "minisign"
    Trust(signature=signature, public_key=public).check(PLAN, "plan.json")
    with pytest.raises(TamperedError):
        Trust(signature=signature, public_key=public).check(PLAN + b" ", "plan.json")
