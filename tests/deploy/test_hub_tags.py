"""The hub under central configuration: AWS rejects updates, so a changed tag must not reach its stack."""

import json
from pathlib import Path

import pytest

from tests.deploy.conftest import Aws, reduced, write

HUB = ("StackSet-nw-security-hub", "333333333333", "eu-west-1")
CHOICE = [word for name in ("nw-*notifications", "nw-security-hub*") for word in ("--only", name)]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The organization with Security Hub, and with another tag."""
    directory = tmp_path_factory.mktemp("hub")
    profile = reduced(directory, but="security_hub")
    before = write(profile, directory / "before")
    base = directory / "whole.yaml"
    base.write_text(base.read_text(encoding="utf-8").replace("Owner: ", "Owner: new-"), encoding="utf-8")
    return {"before": before, "after": write(profile, directory / "after")}


def test_changed_tag_leaves_the_hub_alone(settled: Aws, outputs: dict[str, Path]) -> None:
    assert settled.run("deploy", outputs["before"], "--yes", *CHOICE).exit_code == 0
    again = settled.run("deploy", outputs["after"], "--yes", *CHOICE)
    assert again.exit_code == 0, again.stderr
    assert settled.emulator.cloudformation.stack(*HUB).tags == []
    topics = settled.emulator.cloudformation.stack("nw-notifications", "111111111111", "eu-west-1")
    assert any(tag["Value"].startswith("new-") for tag in topics.tags)
    rows = json.loads(settled.run("drift", outputs["after"], "--format", "json").stdout)
    assert "nw-cloudtrail" in {row["stack"] for row in rows}
    assert "nw-security-hub" not in {row["stack"] for row in rows}


def test_tags_that_a_hub_has_from_before_stay(settled: Aws, outputs: dict[str, Path]) -> None:
    """Earlier versions gave the stack tags; removing them would be an update, too."""
    assert settled.run("deploy", outputs["before"], "--yes", *CHOICE).exit_code == 0
    found = settled.emulator.cloudformation.stack_sets.sets["nw-security-hub"]
    found.definition["Tags"] = [{"Key": "Owner", "Value": "old"}]
    settled.emulator.cloudformation.stack(*HUB).tags = found.definition["Tags"]
    settled.emulator.calls.clear()
    assert settled.run("deploy", outputs["after"], "--yes", "--only", "nw-security-hub").exit_code == 0
    assert not settled.calls("UpdateStackSet")
