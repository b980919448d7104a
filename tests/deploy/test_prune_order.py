"""StackSet instances are also pruned in reverse order of dependencies."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from tests.deploy.conftest import Aws, reduced, write
from tests.deploy.test_deploy import assert_done

pytestmark = pytest.mark.usefixtures("without_preflight")


@pytest.fixture(scope="module")
def detecting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("detecting")
    return write(reduced(directory, but="guardduty"), directory / "out")


def test_a_region_is_pruned_of_importers_before_exporters(settled: Aws, detecting: Path, tmp_path: Path) -> None:
    assert settled.run("deploy", detecting, "--yes").exit_code == 0
    copytree(detecting, tmp_path / "out")
    path = tmp_path / "out/plan.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    for stack in (stack for wave in plan["waves"] for stack in wave):
        for deployment in stack["deployments"]:
            deployment["regions"] = [region for region in deployment["regions"] if region != "eu-central-1"]
    path.write_text(json.dumps(plan), encoding="utf-8")
    result = settled.run("deploy", tmp_path / "out", "--yes", "--prune")
    assert result.exit_code == 0, result.stderr
    sets = settled.emulator.cloudformation.stack_sets.sets
    assert "eu-central-1" not in {region for name in sets for _, region in sets[name].instances}
    assert_done(settled, tmp_path / "out")
