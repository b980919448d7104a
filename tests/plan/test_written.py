"""Reading an output directory: unchanged output gives the same plan, everything else is rejected."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from baseline.errors import NoOutputError, RenderError, TamperedError
from baseline.pipeline import plan_profile
from baseline.plan.build import build_plan
from baseline.plan.trust import Trust
from baseline.plan.writing import written_document
from baseline.plan.written import read_written_plan
from baseline.render.render import render_plan
from baseline.resources import profiles_directory
from tests.landscapes import make_landscape

NORTHWIND = profiles_directory() / "northwind.yaml"


@pytest.fixture
def output(northwind_output: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(northwind_output, tmp_path / "out"))


def test_the_plan_comes_back_as_it_was_made(output: Path) -> None:
    written = read_written_plan(output)
    _, plan = plan_profile(NORTHWIND)
    assert [stack.name for stack in written.plan.stacks] == [stack.name for stack in plan.stacks]
    assert [stack.depends_on for stack in written.plan.stacks] == [stack.depends_on for stack in plan.stacks]
    assert [[(d.method, d.account, d.ous, d.regions) for d in s.deployments] for s in written.plan.stacks] == [
        [(d.method, d.account, d.ous, d.regions) for d in s.deployments] for s in plan.stacks
    ]
    assert [[(p.name, p.value, p.output_of) for p in s.parameters] for s in written.plan.stacks] == [
        [(p.name, p.value, p.output_of) for p in s.parameters] for s in plan.stacks
    ]
    assert written.plan.preferences == plan.preferences
    assert written.plan.ou_ids == plan.ou_ids
    assert all(text.startswith("AWSTemplateFormatVersion") for text in written.texts.values())


def _change_template(output: Path) -> str:
    path = output / "templates/nw-cloudtrail.yaml"
    path.write_text(path.read_text().replace("IsLogging: true", "IsLogging: false"))
    return "templates/nw-cloudtrail.yaml: changed since it was written"


def _remove_file(output: Path) -> str:
    (output / "README.md").unlink()
    return "README.md: no such file"


def _plan_of_two_minds(output: Path) -> str:
    document = json.loads((output / "plan.json").read_text())
    document["waves"][0][0]["sha256"] = "0" * 64
    (output / "plan.json").write_text(json.dumps(document))
    return "the plan gives two digests"


def _template_that_is_no_text(output: Path) -> str:
    document = json.loads((output / "plan.json").read_text())
    stack, content = document["waves"][0][0], b"Resources: \xff\n"
    (output / stack["template"]).write_bytes(content)
    document["files"][stack["template"]] = stack["sha256"] = sha256(content).hexdigest()
    (output / "plan.json").write_text(json.dumps(document))
    return f"{stack['template']}: not text in UTF-8"


def _point_outside(output: Path) -> str:
    document = json.loads((output / "plan.json").read_text())
    document["files"]["../elsewhere"] = "0" * 64
    (output / "plan.json").write_text(json.dumps(document))
    return "files.../elsewhere.*: not a path that baseline writes"


def _no_plan(output: Path) -> str:
    (output / "plan.json").unlink()
    return "has no plan.json: it is not an output of baseline"


def _plan_without_waves(output: Path) -> str:
    (output / "plan.json").write_text('{"format": 2, "files": {}}')
    return "is not a plan that baseline wrote"


def _other_format(output: Path) -> str:
    (output / "plan.json").write_text('{"format": 1, "files": {}}')
    return "has format 1"


CHANGES = [
    *(_change_template, _remove_file, _plan_of_two_minds, _point_outside, _no_plan, _plan_without_waves),
    *(_other_format, _template_that_is_no_text),
]


def test_directory_without_a_plan_is_wrong_usage_and_not_a_difference(tmp_path: Path) -> None:
    with pytest.raises(NoOutputError) as caught:
        read_written_plan(tmp_path)
    assert (caught.value.exit_code, TamperedError.exit_code) == (2, 5)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_what_was_changed_is_refused_by_name(output: Path, change: Callable[[Path], str]) -> None:
    said = change(output)
    with pytest.raises(TamperedError, match=said):
        read_written_plan(output)


def test_every_difference_is_reported_together(output: Path) -> None:
    said = [_change_template(output), _remove_file(output)]
    with pytest.raises(TamperedError) as caught:
        read_written_plan(output)
    assert all(text in str(caught.value) for text in said)


def test_a_plan_that_was_rewritten_whole_needs_its_own_digest_to_be_seen(output: Path) -> None:
    digest = read_written_plan(output).sha256
    assert read_written_plan(output, Trust(sha256=digest)).sha256 == digest
    with pytest.raises(TamperedError, match="SHA-256 is"):
        read_written_plan(output, Trust(sha256="0" * 64))


def test_a_value_that_could_not_be_read_again_is_not_written() -> None:
    plan = build_plan(make_landscape(name="North\x07wind"))
    templates = {item.stack.name: item for item in render_plan(plan)}
    files = {item.stack.file: item.sha256 for item in templates.values()}
    with pytest.raises(RenderError, match=r"organization: a control character is not allowed"):
        written_document(plan, templates, files)
    other = {**files, "templates/nw-alarms.yaml": "0" * 64}
    with pytest.raises(RenderError, match=r"two digests for templates/nw-"):
        written_document(replace(plan, organization="Northwind"), templates, other)
