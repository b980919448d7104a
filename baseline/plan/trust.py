"""Verification of a written plan against a digest or a signature from outside its own directory."""

from hashlib import sha256
from pathlib import Path

from baseline.errors import SignatureFileError, TamperedError
from baseline.files import UnreadableError, read_file
from baseline.frozen import frozen
from baseline.plan.signature import is_signed_by

_LARGEST_SIGNATURE = 64 * 1024


@frozen
class Trust:
    """The expected digest and signature of a plan. Without either, `plan.json` only vouches for the other files.

    Attributes:
        sha256: The expected digest of `plan.json`, 64 lower-case hexadecimal digits; "" for any.
        signature: File with the signature of `plan.json`; None if there is none.
        public_key: File with the public key of the signer; None if there is none.
    """

    sha256: str = ""
    signature: Path | None = None
    public_key: Path | None = None

    def check(self, content: bytes, name: str) -> None:
        """Compare `plan.json` with the expected digest and signature.

        Args:
            content: The bytes of `plan.json`.
            name: Its name in messages.

        Raises:
            TamperedError: if the digest differs, or if the signature was not made with the key.
            SignatureFileError: if signature or key cannot be used.
        """
        digest = sha256(content).hexdigest()
        if self.sha256 and self.sha256 != digest:
            raise TamperedError(
                f"{name} is not the plan that --plan-sha256 names: its SHA-256 is {digest}, not {self.sha256}",
                hint="get the original directory from the source of the digest, and find out who changed it",
            )
        if self.signature is None or self.public_key is None:
            return
        if not is_signed_by(content, _read(self.signature), _read(self.public_key)):
            raise TamperedError(
                f"{name} is not signed by {self.public_key}: the signature in {self.signature} belongs to another "
                "file or to another key",
                hint="find out who changed the plan, or sign it again",
            )


def _read(path: Path) -> str:
    try:
        return read_file(path, limit=_LARGEST_SIGNATURE).decode("utf-8")
    except (UnreadableError, UnicodeDecodeError) as error:
        raise SignatureFileError(f"{path} cannot be used as a signature or key: {error}") from error
