"""No text that nobody reviewed is written."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from baseline.pipeline import Options, generate
from baseline.plan.build import build_plan
from baseline.render import environment, reviewed
from baseline.render.render import render_plan
from baseline.render.reviewed import unreviewed
from baseline.resources import profiles_directory, templates_directory
from baseline.validate.validate import ValidateOptions
from tests.landscapes import make_landscape


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates, which the program uses."""
    directory = copytree(templates_directory(), tmp_path / "templates")
    for module in (environment, reviewed):
        monkeypatch.setattr(module, "templates_directory", lambda: directory)
    environment.template_environment.cache_clear()
    yield directory
    environment.template_environment.cache_clear()


def test_nothing_is_written_from_a_changed_template(copied: Path, tmp_path: Path) -> None:
    file = copied / "security_hub.yaml.j2"
    file.write_text(file.read_text(encoding="utf-8").replace("Purpose: Holds", "Purpose: Has"), encoding="utf-8")
    options = Options(validation=ValidateOptions(lint=False))
    done = generate(profiles_directory() / "starter.yaml", tmp_path / "out", options)
    assert [(item.id, item.location.file) for item in done.failures] == [("BL133", "templates/security_hub.yaml.j2")]
    assert not done.written


def test_a_template_that_is_missing_or_new_is_named(copied: Path) -> None:
    (copied / "kms_ebs.yaml.j2").rename(copied / "kms_volumes.yaml.j2")
    assert [item.message for item in unreviewed(())] == [
        "templates/kms_ebs.yaml.j2 is missing",
        "templates/kms_volumes.yaml.j2 is not the text that was reviewed",
    ]


def test_a_text_that_its_source_does_not_render_is_named_with_its_line() -> None:
    templates = render_plan(build_plan(make_landscape("starter", standalone=True)))
    assert list(unreviewed(templates)) == []
    changed = replace(templates[0], text=f"{templates[0].text}# more\n")
    (finding,) = unreviewed((changed, *templates[1:]))
    assert finding.location.file == templates[0].stack.file
    assert finding.location.line == templates[0].text.count("\n") + 1
