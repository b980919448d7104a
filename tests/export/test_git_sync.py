"""Deployment files of Git sync: stacks only, with every value, in its Regions."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from baseline.errors import ExportError
from baseline.export.git_sync import REGIONS
from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.plan.model import Method
from baseline.plan.written import read_written_plan
from tests.export.conftest import UNKNOWN


@pytest.fixture(scope="module")
def source(output: Path) -> Source:
    return Source(written=read_written_plan(output), values=UNKNOWN)


def test_each_stack_of_the_management_account_has_a_file_for_each_region(source: Source) -> None:
    files = export_files(source, "git-sync")
    wanted = {
        f"deployments/{wave:02}-{stack.name}-{region}.yaml": stack
        for wave, stacks in enumerate(source.plan.waves, start=1)
        for stack in stacks
        for item in stack.deployments
        if item.method is Method.STACK
        for region in item.regions
    }
    assert {path for path in files if path.startswith("deployments/")} == set(wanted)
    for path, stack in wanted.items():
        document = yaml.safe_load(files[path])
        assert set(document) <= {"template-file-path", "parameters", "tags"}
        assert files[document["template-file-path"]].decode() == source.written.texts[stack.name]
        assert {name: str(value) for name, value in document.get("parameters", {}).items()} == {
            item.name: source.value(item) for item in stack.parameters
        }


def test_page_names_the_stack_sets_and_has_a_command_for_each_file_in_order(source: Source) -> None:
    files = export_files(source, "git-sync")
    page = files["README.md"].decode()
    commands = re.findall(r"--config-file (\S+) --resource-name (\S+) --\S+ ENABLED --region (\S+?)`", page)
    assert {path for path, _, _ in commands} == {path for path in files if path.startswith("deployments/")}
    assert [path[:14] for path, _, _ in commands] == sorted(path[:14] for path, _, _ in commands)
    assert "Not included, because they are StackSets: `nw-" in page


def test_missing_values_and_regions_without_git_sync_are_errors_together(source: Source) -> None:
    assert len(REGIONS) == 17
    first = source.plan.stacks[0]
    moved = replace(first, deployments=(replace(first.deployments[0], regions=("eu-central-2",)),))
    plan = replace(source.plan, waves=((moved,), *source.plan.waves[1:]))
    with pytest.raises(ExportError) as caught:
        export_files(Source(written=replace(source.written, plan=plan)), "git-sync")
    assert "Git sync is not available in eu-central-2" in str(caught.value)
    assert "the parameter IdentityStoreId has no value" in str(caught.value)
