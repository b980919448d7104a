"""Redacted reports: no id, address or phone number in any format, and consistent pseudonyms."""

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.evidence.redact import Pseudonyms
from baseline.evidence.shape import first_mistake
from baseline.resources import profiles_directory

NORTHWIND = profiles_directory() / "northwind.yaml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(baseline, [str(word) for word in words])


@pytest.fixture(scope="module")
def redacted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("redacted")
    (directory / "key").write_bytes(b"k" * 32)
    words = ("evidence", "redact", NORTHWIND, "--redact-key", directory / "key", "-o")
    assert run(*words, directory / "out").exit_code == 0
    return directory


def test_no_format_has_an_id_or_an_address(redacted: Path) -> None:
    names = {path.name for path in (redacted / "out").iterdir()}
    assert {"evidence.csv", "evidence.json", "evidence.md", "index.html", "oscal-component-definition.json"} <= names
    assert "plan.json" not in names
    for path in (redacted / "out").iterdir():
        text = path.read_text(encoding="utf-8")
        for account in ("111111111111", "222222222222", "333333333333", "444444444444", "555555555555"):
            assert account not in text, path.name
        assert not re.search(r"\bou-ab12-|\br-ab12\b", text), path.name
        assert not re.search(r"[\w.+-]+@(?!redacted\.example)[\w-]+\.(example|com)\b", text), path.name


def test_a_value_has_the_same_pseudonym_in_every_format(redacted: Path) -> None:
    def pseudonyms(name: str) -> set[str]:
        text = (redacted / "out" / name).read_text(encoding="utf-8")
        return set(re.findall(r"(?:account|email)-[a-z2-7]{12}", text))

    assert Pseudonyms(b"k" * 32).in_text("111111111111") in pseudonyms("evidence.json")
    for name in ("evidence.csv", "index.html"):
        assert pseudonyms(name), name
        assert pseudonyms(name) <= pseudonyms("evidence.json"), name


def test_redacted_evidence_is_evidence_and_the_page_is_whole(redacted: Path) -> None:
    document = json.loads((redacted / "out/evidence.json").read_text(encoding="utf-8"))
    assert (
        first_mistake({**document, "stacks": {}, "controls": [{**c, "observations": []} for c in document["controls"]]})
        == ""
    )
    page = (redacted / "out/index.html").read_text(encoding="utf-8")
    policy = re.search(r"script-src ([^;]+)", page)
    assert policy
    for script in re.findall(r"<script(?: [^>]*)?>(.*?)</script>", page, re.DOTALL):
        digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert digest in policy[1] or script.lstrip().startswith(("{", "["))


TEXTS = {
    "111111111111": "account", "arn:aws:iam::111111111111:role/x": "account", "nw-logs-111111111111-eu": "account",
    "a.b+c@x.example": "email", "o'neil@x.example": "email", "+49 30 1234567": "phone", "+1 (555) 010-9999": "phone",
    "o-a1b2c3d4e5": "organization", "ou-ab12-11111111": "unit", "r-ab12": "root",
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), TEXTS.items())
def test_each_kind_has_its_pseudonym(text: str, kind: str) -> None:
    found = Pseudonyms(b"k").in_text(text)
    assert f"{kind}-" in found
    assert found == Pseudonyms(b"k").in_text(text)
    assert found != Pseudonyms(b"l").in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "1234567890123",
        "12345678901",
        "2026-11-29",
        "for-each",
        "a1b2c3d4-0000-5000-8000-123456789012",
        "9" * 64,
        "cis-7.0/4.2",
    ],
)
def test_what_is_no_identifier_stays(text: str) -> None:
    assert Pseudonyms(b"k").in_text(text) == text


def test_nothing_is_overwritten_and_a_short_key_is_wrong_usage(redacted: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    assert run("evidence", "redact", NORTHWIND, "-o", tmp_path / "x", "--redact-key", tmp_path / "key").exit_code == 2
    result = run("evidence", "redact", NORTHWIND, "-o", redacted / "out")
    assert "not written: File exists" in str(result.exception)
