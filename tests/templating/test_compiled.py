"""Compiled templates of earlier runs: used for the same text, and only with the user's signature."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from jinja2.sandbox import ImmutableSandboxedEnvironment

from baseline.records import cache_directory
from baseline.templating.compiled import CompiledTemplates
from baseline.templating.environment import strict_environment


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def rendered(text: str) -> str:
    """The template as a new process would render it."""
    return strict_environment(DictLoader({"a": text}), CompiledTemplates()).get_template("a").render()


def records() -> list[Path]:
    return sorted(cache_directory("templates").glob("*"))


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were compiled from now on."""
    sources: list[str] = []
    original = ImmutableSandboxedEnvironment.compile

    def compile_(environment: Environment, source: str, *rest: object, **named: object) -> object:
        sources.append(source)
        return original(environment, source, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(ImmutableSandboxedEnvironment, "compile", compile_)
    return sources


def test_a_template_is_compiled_once_for_all_runs(compiled: list[str]) -> None:
    assert [rendered("one"), rendered("one")] == ["one", "one"]
    assert compiled == ["one"]


def test_a_changed_template_is_compiled_again_in_the_same_record(compiled: list[str]) -> None:
    assert [rendered("one"), rendered("two")] == ["one", "two"]
    assert compiled == ["one", "two"]
    assert len(records()) == 1


@pytest.mark.parametrize("replacement", [b"", b'"AAAA"', b'"not base64"', b"[]"])
def test_a_record_that_the_user_did_not_sign_is_never_run(compiled: list[str], replacement: bytes) -> None:
    rendered("one")
    (record,) = records()
    digest, _, text = record.read_bytes().partition(b"\n")
    record.write_bytes(digest + b"\n" + replacement if replacement else text)
    assert rendered("one") == "one"
    assert compiled == ["one", "one"]


def test_nothing_is_kept_if_python_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered("one") == "one"
    assert records() == []
