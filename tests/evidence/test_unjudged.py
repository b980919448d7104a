"""Controls that a profile disables in Security Hub are not claimed to be detected."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from baseline.evidence.judge import Judgement
from baseline.evidence.states import Checked
from baseline.pipeline import evidence_of

NORTHWIND = Path(__file__).parents[2] / "profiles" / "northwind.yaml"
STARTER = Path(__file__).parents[2] / "profiles" / "starter.yaml"
OFF: dict[str, Any] = {
    "disabled_controls": [{"control": "WorkSpaces.1", "reason": "Another product looks at desktops."}]
}


def judged(tmp_path: Path, base: Path, hub: dict[str, Any], framework: str) -> dict[str, Judgement]:
    """Requirement of a framework → what is said of it, with these settings of Security Hub."""
    profile = tmp_path / "profile.yaml"
    (tmp_path / base.name).write_bytes(base.read_bytes())
    profile.write_text(
        yaml.safe_dump({"extends": base.name, "compliance": [framework], "capabilities": {"security_hub": hub}})
    )
    return {item.requirement.id: item for item in evidence_of(profile)[1].judgements[framework]}


def states(tmp_path: Path, base: Path, hub: dict[str, Any]) -> dict[str, str]:
    """Control of AWS's best practices → its state."""
    return {name: item.met.value for name, item in judged(tmp_path, base, hub, "fsbp").items()}


@pytest.mark.parametrize("base", [NORTHWIND, STARTER])
def test_a_control_that_is_switched_off_or_suppressed_detects_nothing(tmp_path: Path, base: Path) -> None:
    found = states(tmp_path, base, OFF)
    assert (found["WorkSpaces.1"], found["WorkSpaces.2"]) == ("gap", "detected")


def test_a_unit_without_the_standard_is_not_judged_by_it(tmp_path: Path) -> None:
    unit = {"name": "lab", "to": ["Workloads/Prod"], "standards": ["cis-5.0"]}
    found = states(tmp_path, NORTHWIND, {"policies": [unit]})
    assert found["WorkSpaces.2"] == "gap"


def test_a_unit_without_security_hub_leaves_the_standard_to_the_others(tmp_path: Path) -> None:
    unit = {"name": "lab", "to": ["Workloads/Prod"], "state": "disabled", "reason": "Another product looks there."}
    found = judged(tmp_path, NORTHWIND, {"policies": [unit]}, "fsbp")["WorkSpaces.2"]
    assert (found.met.value, found.checked) == ("partial", Checked.SOME)


def test_a_unit_without_the_benchmark_is_not_judged_by_its_controls(tmp_path: Path) -> None:
    unit = {"name": "lab", "to": ["Workloads/Prod"], "standards": ["fsbp"]}
    assert judged(tmp_path, NORTHWIND, {}, "cis-7.0")["3.1.2"].checked is Checked.SOME
    assert judged(tmp_path, NORTHWIND, {"policies": [unit]}, "cis-7.0")["3.1.2"].checked is Checked.NONE
