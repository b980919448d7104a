"""Signatures of `plan.json`: those of the real tools are accepted, all others rejected."""

import base64
import json
import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from baseline.errors import SignatureFileError, TamperedError
from baseline.plan.signature import is_signed_by
from baseline.plan.trust import Trust
from tests.attacks import each_kind

CONTENT = b'{"format": 2}\n'

# The key and the two signatures of the four bytes `test` that the documentation of the crate minisign-verify 0.2 shows:
# https://docs.rs/crate/minisign-verify/0.2.5/source/README.md (file signed) and https://docs.rs/minisign-verify
# (its digest signed).
PUBLISHED_KEY = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
PUBLISHED_SIGNATURES = {
    "file": (
        "untrusted comment: signature from minisign secret key\n"
        "RWQf6LRCGA9i59SLOFxz6NxvASXDJeRtuZykwQepbDEGt87ig1BNpWaVWuNrm73YiIiJbq71Wi+dP9eKL8OC351vwIasSSbXxwA=\n"
        "trusted comment: timestamp:1555779966\tfile:test\n"
        "QtKMXWyYcwdpZAlPF7tE2ENJkRd1ujvKjlj1m9RtHTBnZPa5WKU5uWRs5GoP5M/VqE81QFuMKI5k/SfNQUaOAA==\n"
    ),
    "digest": (
        "untrusted comment: signature from minisign secret key\n"
        "RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\n"
        "trusted comment: timestamp:1633700835\tfile:test\tprehashed\n"
        "wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==\n"
    ),
}


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


class Minisign:
    """A key pair, and files in minisign's format."""

    def __init__(self) -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.id = os.urandom(8)

    @property
    def public(self) -> str:
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"untrusted comment: minisign public key\n{b64(b'Ed' + self.id + raw)}\n"

    def sign(self, content: bytes, *, algorithm: bytes = b"ED", comment: str = "timestamp:1\tfile:plan.json") -> str:
        signed = self.key.sign(blake2b(content).digest() if algorithm == b"ED" else content)
        whole = self.key.sign(signed + comment.encode())
        line = b64(algorithm + self.id + signed)
        return f"untrusted comment: anything\n{line}\ntrusted comment: {comment}\n{b64(whole)}\n"


SIGNER, STRANGER = Minisign(), Minisign()
CURVE = ec.generate_private_key(ec.SECP256R1())


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize("form", PUBLISHED_SIGNATURES)
def test_the_published_example_of_minisign_is_accepted(form: str) -> None:
    key = f"untrusted comment: minisign public key E7620F1842B4E81F\n{PUBLISHED_KEY}\n"
    assert is_signed_by(b"test", PUBLISHED_SIGNATURES[form], key)
    assert is_signed_by(b"test", PUBLISHED_SIGNATURES[form].replace("\n", "\r\n"), PUBLISHED_KEY)
    assert not is_signed_by(b"Test", PUBLISHED_SIGNATURES[form], key)


@pytest.mark.parametrize("algorithm", [b"Ed", b"ED"])
def test_a_signature_of_minisign_holds_for_its_file_and_key_alone(algorithm: bytes) -> None:
    signature = SIGNER.sign(CONTENT, algorithm=algorithm)
    assert is_signed_by(CONTENT, signature, SIGNER.public)
    assert not is_signed_by(CONTENT + b" ", signature, SIGNER.public)
    assert not is_signed_by(CONTENT, signature, STRANGER.public)


def test_a_signature_on_p_256_holds_for_its_file_and_key_alone() -> None:
    signature = b64(CURVE.sign(CONTENT, ec.ECDSA(SHA256())))
    assert is_signed_by(CONTENT, f"{signature}\n", pem(CURVE))
    assert is_signed_by(CONTENT, f"{signature[:64]}\n{signature[64:]}", pem(CURVE))  # base64 folds lines
    in_bundle = json.dumps({"messageSignature": {"messageDigest": {"digest": "AAAA"}, "signature": signature}})
    assert is_signed_by(CONTENT, in_bundle, pem(CURVE))
    assert not is_signed_by(CONTENT + b" ", in_bundle, pem(CURVE))
    assert not is_signed_by(CONTENT + b" ", signature, pem(CURVE))
    assert not is_signed_by(CONTENT, signature, pem(ec.generate_private_key(ec.SECP256R1())))


def test_the_published_bundle_of_a_key_is_accepted() -> None:
    """From docs/signing.md of github.com/sigstore/sigstore-go, without the timestamp; the file is `hello world`."""
    bundle = (
        '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial":{"publicKey":{"hint":'
        '"WpMWlwBZxXlzAjt/fxK4Nd9VYm7PH3cnr3TTVmdQ5SQ="}}, "messageSignature":{"messageDigest":{"algorithm":"SHA2_256",'
        ' "digest":"uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="}, "signature":"MEUCIQDlK0ZyYsGeh1NC7MiAL+mT54jdQakhel'
        'py5Vz5MmWEbgIgRn51DlDW6rgIY7KMUq+7sC8BjZYzh4QtmcPjJiF4RSA="}}'
    )
    key = (
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY51jsbL5o8ge+FAcxpYjQeDEe1n5\n"
        "WK+8DzwCkLLPJHISIvsiS93PTVDPpmbAASOl2Y4ZHqRsxb3aPMaQmN4sew==\n-----END PUBLIC KEY-----\n"
    )
    assert is_signed_by(b"hello world", bundle, key)
    assert not is_signed_by(b"hello worlD", bundle, key)


def _line(text: str, number: int, change: Callable[[str], str]) -> str:
    lines = text.split("\n")
    lines[number] = change(lines[number])
    return "\n".join(lines)


GOOD = SIGNER.sign(CONTENT)
OTHER = SIGNER.sign(b"other")
FORGED = {
    "trusted comment changed": _line(GOOD, 2, lambda line: f"{line}x"),
    "trusted comment emptied": _line(GOOD, 2, lambda _: "trusted comment: "),
    "trusted comment with a line separator": _line(GOOD, 2, lambda line: f"{line}\u2028"),
    "global signature of another file": _line(GOOD, 3, lambda _: OTHER.split("\n")[3]),
    "signature of another file": _line(GOOD, 1, lambda _: OTHER.split("\n")[1]),
    "signature of a stranger under our key id": _line(
        GOOD, 1, lambda _: b64(b"ED" + SIGNER.id + STRANGER.key.sign(blake2b(CONTENT).digest()))
    ),
    "algorithm exchanged": _line(GOOD, 1, lambda line: b64(b"Ed" + base64.b64decode(line)[2:])),
    "key id exchanged": _line(GOOD, 1, lambda line: b64(b"ED" + bytes(8) + base64.b64decode(line)[10:])),
    "signature of zeros": _line(GOOD, 1, lambda _: b64(b"ED" + SIGNER.id + bytes(64))),
    "file signed by a stranger": STRANGER.sign(CONTENT),
}


@pytest.mark.parametrize("signature", FORGED.values(), ids=FORGED)
def test_a_forged_signature_is_not_accepted(signature: str) -> None:
    assert not is_signed_by(CONTENT, signature, SIGNER.public)


UNUSABLE = {
    "empty signature": ("", SIGNER.public),
    "empty key": (GOOD, ""),
    "key of comments": (GOOD, "untrusted comment: x\nuntrusted comment: y\n"),
    "two keys": (GOOD, SIGNER.public + STRANGER.public),
    "short key": (GOOD, b64(b"Ed" + bytes(20))),
    "key of another algorithm": (GOOD, b64(b"XX" + bytes(40))),
    "key that is not base64": (GOOD, "RWQ!"),
    "secret key": (GOOD, "untrusted comment: minisign encrypted secret key\n" + b64(b"Ed" + bytes(156))),
    "signature of two lines": ("\n".join(GOOD.split("\n")[:2]), SIGNER.public),
    "signature without comments": ("\n".join(GOOD.split("\n")[1::2]), SIGNER.public),
    "short signature": (_line(GOOD, 1, lambda _: b64(b"ED" + bytes(20))), SIGNER.public),
    "unknown algorithm": (_line(GOOD, 1, lambda line: b64(b"XX" + base64.b64decode(line)[2:])), SIGNER.public),
    "umlaut in base64": (_line(GOOD, 1, lambda line: f"ü{line}"), SIGNER.public),
    "PEM of RSA": (GOOD, pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))),
    "PEM of Ed25519": (GOOD, pem(SIGNER.key)),
    "PEM of P-384": (GOOD, pem(ec.generate_private_key(ec.SECP384R1()))),
    "broken PEM": (GOOD, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
    "minisign's signature for a PEM key": (GOOD, pem(CURVE)),
    "bundle of an attestation": ('{"dsseEnvelope": {"signatures": [{"sig": "AAAA"}]}}', pem(CURVE)),
    "bundle of a list": ('{"messageSignature": [1]}', pem(CURVE)),
    "bundle of a number": ('{"messageSignature": {"signature": 1}}', pem(CURVE)),
    "broken bundle": ('{"messageSignature": ', pem(CURVE)),
    "deep bundle": ('{"a":' * 100_000, pem(CURVE)),
}


@pytest.mark.parametrize(("signature", "key"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_no_signature_or_no_key_is_reported_as_that(signature: str, key: str) -> None:
    with pytest.raises(SignatureFileError):
        is_signed_by(CONTENT, signature, key)


@each_kind
@pytest.mark.parametrize("which", ["signature", "public_key"])
def test_a_signature_or_key_that_is_no_file_is_refused(
    attack: Callable[[Path], None], which: str, tmp_path: Path
) -> None:
    files = {"signature": tmp_path / "plan.json.minisig", "public_key": tmp_path / "minisign.pub"}
    files["signature"].write_text(GOOD, encoding="utf-8")
    files["public_key"].write_text(SIGNER.public, encoding="utf-8")
    trust = Trust(signature=files["signature"], public_key=files["public_key"])
    trust.check(CONTENT, "plan.json")
    with pytest.raises(TamperedError, match="not signed by"):
        trust.check(CONTENT + b" ", "plan.json")
    attack(files[which])
    with pytest.raises(SignatureFileError):
        trust.check(CONTENT, "plan.json")
