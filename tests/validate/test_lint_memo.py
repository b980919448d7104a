"""cfn-lint with caches: it gives the same findings for every template, especially faulty ones."""

from collections.abc import Callable
from importlib.metadata import version

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.context import context
from cfnlint.decode.decode import decode_str
from cfnlint.jsonschema import _filter, validators
from cfnlint.runner import Runner

from baseline.resources import templates_directory
from baseline.validate import lint_memo

_FAULTS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("none", lambda text: text),
    ("an unknown property", lambda text: text.replace("    Properties:\n", "    Properties:\n      Nonsense: 1\n")),
    ("an unknown type", lambda text: text.replace("    Type: AWS::", "    Type: AWS::Nothing::")),
    ("an unknown name", lambda text: text.replace("${AWS::Partition}", "${Nowhere}")),
    (
        "a condition that is not there",
        lambda text: text.replace("    Properties:", "    Condition: Gone\n    Properties:"),
    ),
    ("a list for a text", lambda text: text.replace("Description: ", "Description: [a, b] #")),
)


_PATCHED = (
    (context.Context, "evolve"),
    (context.Path, "evolve"),
    (context.Path, "descend"),
    (_filter.FunctionFilter, "evolve"),
    (validators.StandardValidator, "evolve"),
    (validators.CfnTemplateValidator, "evolve"),
    (validators, "create"),
)


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Runner]:
    """Make a Runner that uses the shortcuts; those of the whole process end with the test."""
    for owner, name in _PATCHED:
        monkeypatch.setattr(owner, name, getattr(owner, name))

    def made() -> Runner:
        runner = _runner()
        lint_memo.remember(runner)
        return runner

    return made


def test_it_says_the_same(remembering: Callable[[], Runner]) -> None:
    path = templates_directory().parent / "output/northwind/templates/nw-log-archive.yaml"
    texts = [change(path.read_text(encoding="utf-8")) for _, change in _FAULTS]
    runner = _runner()
    before = [_matched(runner, text) for text in texts]
    runner = remembering()
    created = validators.create
    assert [_matched(runner, text) for text in texts] == before
    assert sum(map(bool, before)) >= 4
    assert validators.create is created


def test_the_version_in_use_was_compared(remembering: Callable[[], Runner], monkeypatch: pytest.MonkeyPatch) -> None:
    assert version("cfn-lint") in lint_memo.COMPARED_WITH, "compare its answers, then add it to COMPARED_WITH"
    monkeypatch.setattr(lint_memo, "COMPARED_WITH", ("0.1",))
    before = [getattr(owner, name) for owner, name in _PATCHED]
    remembering()
    assert [getattr(owner, name) for owner, name in _PATCHED] == before


def test_one_class_is_made_for_equal_arguments(remembering: Callable[[], Runner]) -> None:
    remembering()
    one, again, other = ({"type": _valid}, {"type": _valid}, {"enum": _valid})
    assert validators.create(validators=one) is validators.create(validators=again)
    assert validators.create(validators=one) is not validators.create(validators=other)
    extended = validators.CfnTemplateValidator({}).extend(validators=one)
    assert extended is validators.CfnTemplateValidator({}).extend(validators=again)


def _valid(*_: object) -> tuple[()]:
    return ()


def _runner() -> Runner:
    return Runner(ConfigMixIn([], regions=["us-east-1"], mandatory_checks=["E", "W"]))


def _matched(runner: Runner, text: str) -> list[tuple[str, str, int, int]]:
    template, errors = decode_str(text)
    matches = errors or runner.validate_template(template)
    return [(match.rule.id, match.message, match.linenumber, match.columnnumber) for match in matches]
