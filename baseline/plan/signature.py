"""Detached signatures of `plan.json`: minisign's, and ECDSA over P-256 with SHA-256.

Sources: https://jedisct1.github.io/minisign/ ("Signature format", "Public key format"): signature_algorithm `Ed` signs
the file, `ED` its BLAKE2b-512 digest; the global signature covers the signature and the trusted comment.
ECDSA: the output of `openssl dgst -sha256 -sign | base64`, `aws kms sign --signing-algorithm ECDSA_SHA_256` and
`cosign sign-blob --key` without a bundle: base64 of an ASN.1 DER signature. A bundle, which version 3 of cosign writes,
has the same in `messageSignature` (docs.sigstore.dev/about/bundle). The public key is in PEM.
"""

import base64
import binascii
import json
from hashlib import blake2b

from baseline.errors import SignatureFileError
from baseline.frozen import frozen

_PEM = "-----BEGIN PUBLIC KEY-----"
_UNTRUSTED = "untrusted comment:"
_TRUSTED = "trusted comment: "
_SIGNED_FILE, _SIGNED_DIGEST = b"Ed", b"ED"
_KEY_BYTES, _SIGNATURE_BYTES, _GLOBAL_BYTES = 42, 74, 64


def is_signed_by(content: bytes, signature: str, public_key: str) -> bool:
    """Whether the holder of the key has signed the content.

    Raises:
        SignatureFileError: if the format of the signature or key is unknown, or if `cryptography` is missing.
    """
    try:
        import cryptography.exceptions  # noqa: F401 - the optional dependency
    except ImportError as error:
        raise SignatureFileError(
            "checking a signature needs the Python package cryptography",
            hint="install it with: pip install 'cryptography>=44'",
        ) from error
    if public_key.lstrip().startswith(_PEM):
        return _ecdsa(content, signature, public_key)
    return _minisign(content, signature, public_key)


@frozen
class _Minisign:
    algorithm: bytes
    key_id: bytes
    signature: bytes
    comment: bytes
    global_signature: bytes


def _minisign(content: bytes, signature: str, public_key: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key_id, key_bytes = _minisign_key(public_key)
    signed = _minisign_signature(signature)
    if signed.key_id != key_id:
        return False
    message = content if signed.algorithm == _SIGNED_FILE else blake2b(content, digest_size=64).digest()
    try:
        key = Ed25519PublicKey.from_public_bytes(key_bytes)
        key.verify(signed.signature, message)
        key.verify(signed.global_signature, signed.signature + signed.comment)
    except InvalidSignature:
        return False
    return True


def _minisign_key(text: str) -> tuple[bytes, bytes]:
    """Key id and key, from a file that minisign wrote or from the one line that it prints."""
    lines = [line for line in _lines(text) if line.strip() and not line.startswith(_UNTRUSTED)]
    found = _decoded(lines[0], "public key") if len(lines) == 1 else b""
    if len(found) != _KEY_BYTES or not found.startswith(_SIGNED_FILE):
        raise SignatureFileError(
            "the public key is neither in minisign's format nor PEM",
            hint="pass the .pub file that `minisign -G` wrote, or a PEM file of an ECDSA key on P-256",
        )
    return found[2:10], found[10:]


def _minisign_signature(text: str) -> _Minisign:
    lines = _lines(text)
    if len(lines) < 4 or not lines[0].startswith(_UNTRUSTED) or not lines[2].startswith(_TRUSTED):
        raise SignatureFileError(
            "the signature is not in minisign's format: four lines, of which the first and the third are comments",
            hint="pass the .minisig file that `minisign -S` wrote",
        )
    found, whole = _decoded(lines[1], "signature"), _decoded(lines[3], "global signature")
    known = found[:2] in (_SIGNED_FILE, _SIGNED_DIGEST)
    if not known or len(found) != _SIGNATURE_BYTES or len(whole) != _GLOBAL_BYTES:
        raise SignatureFileError("the signature is not in minisign's format: its algorithm or length is not supported")
    return _Minisign(
        algorithm=found[:2],
        key_id=found[2:10],
        signature=found[10:],
        comment=lines[2].removeprefix(_TRUSTED).encode("utf-8"),
        global_signature=whole,
    )


def _lines(text: str) -> list[str]:
    """Lines that end in LF or CRLF; any other character may be part of a comment."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def _ecdsa(content: bytes, signature: str, public_key: str) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(public_key.encode("utf-8"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureFileError(f"the public key is not PEM: {error}") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise SignatureFileError("the public key is not an ECDSA key on P-256")
    try:
        key.verify(_decoded("".join(_outside_bundle(signature).split()), "signature"), content, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _outside_bundle(signature: str) -> str:
    """The signature from a Sigstore bundle, whose other contents are ignored; any other text is returned unchanged."""
    if not signature.lstrip().startswith("{"):
        return signature
    try:
        found = json.loads(signature)["messageSignature"]["signature"]
    except (ValueError, KeyError, TypeError, RecursionError):
        found = None
    if not isinstance(found, str):
        raise SignatureFileError(
            "the bundle has no signature of a file (messageSignature)",
            hint="pass the file that `cosign sign-blob --key KEY --bundle FILE` wrote for plan.json",
        )
    return found


def _decoded(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text.strip().encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise SignatureFileError(f"the {what} is not base64") from error
