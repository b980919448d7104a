"""`plan --inventory` lists what the profile neither creates, imports nor manages."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from baseline.inventory.conflicts import Subject
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import Inventory
from baseline.inventory.staying import staying
from baseline.plan.build import build_plan
from baseline.profile.load import load_profile
from tests.inventory.made import (
    DATA,
    DETECTOR,
    HUB,
    MANAGEMENT,
    RECORDER,
    SECURITY,
    WEB,
    inventory,
    policies,
    stack_set,
    trail,
)
from tests.inventory.test_conflicts import _TEXT


def stays(live: Inventory, tmp_path: Path, *, adopting: tuple[Any, ...] = ()) -> dict[str, str]:
    path = tmp_path / "profile.yaml"
    path.write_text(_TEXT, encoding="utf-8")
    landscape = load_profile(path).landscape
    plan = replace(build_plan(landscape, ()), adoptions=adopting)
    return {
        item.kind: str(item).partition(": ")[2]
        for item in staying(Subject(landscape=landscape, plan=plan, inventory=live))
    }


def test_what_others_made_is_listed_by_kind_and_place(tmp_path: Path) -> None:
    live = inventory(
        {
            MANAGEMENT: {"eu-west-1": {"trails": (trail("theirs"),)}},
            WEB: {"us-east-1": {"recorders": (RECORDER,)}},
            SECURITY: {"eu-west-1": {"detectors": (DETECTOR,), "hub": HUB}},
        },
        policies=policies(**{"theirs": ("r-c0nt",), "idle": (), "ct-guardrails-scp-data": ("r-c0nt",)}),
        stack_sets=(stack_set("theirs", ""), stack_set("ct-config-recorder", "config")),
    )
    found = stays(live, tmp_path)

    assert found["trails"] == "1 (old of management in eu-west-1)"
    assert found["organization policies"] == "2 (theirs, idle, not attached)"
    assert found["StackSets"] == "1 (theirs)"
    assert found["GuardDuty detectors"] == "1 (detector of security in eu-west-1)"
    assert "configuration recorders" not in found  # config is deployed by this baseline


def test_nothing_stays_where_nothing_is_and_unknown_is_not_nothing(tmp_path: Path) -> None:
    assert stays(inventory(), tmp_path) == {}
    live = inventory({DATA: {"eu-west-1": {"trails": Unknown(unknown="AccessDenied")}}})
    assert stays(live, tmp_path) == {"trails": "unknown"}
