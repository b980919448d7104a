"""`plan --inventory` lists what the profile neither creates, imports nor manages."""

from dataclasses import replace
from pathlib import Path

from baseline.inventory.conflicts import Subject
from baseline.inventory.facts.identity_center import PermissionSet
from baseline.inventory.facts.organization import Unit
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import Inventory
from baseline.inventory.staying import staying
from baseline.plan.adoption import PlannedAdoption
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
from tests.inventory.test_conflicts import _TEXT, center


def stays(live: Inventory, tmp_path: Path, *, adopting: tuple[PlannedAdoption, ...] = ()) -> dict[str, str]:
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
    assert found["Security Hub hubs"] == "1 (hub of security in eu-west-1)"
    assert "configuration recorders" not in found  # config is deployed by this baseline


def test_what_the_profile_adopts_does_not_stay(tmp_path: Path) -> None:
    sets = tuple(
        PermissionSet(name=name, arn=f"arn:{name}", session="PT1H", managed_policies=()) for name in ("ours", "theirs")
    )
    tree = inventory().organization.tree
    units = (*tree.units, *(Unit(id=f"ou-{name}", name=name, path=name) for name in ("Ours", "Theirs")))
    live = inventory(
        {SECURITY: {"eu-west-1": {"detectors": (DETECTOR,), "hub": HUB}}},
        tree=tree.model_copy(update={"units": units}),
        policies=policies(ours=("r-c0nt",), theirs=("r-c0nt",)),
        identity_center=center(permission_sets=sets),
    )
    both = {
        "organizational units": "2 (Ours, Theirs)",
        "organization policies": "2 (ours, theirs)",
        "permission sets": "2 (ours, theirs)",
        "GuardDuty detectors": "1 (detector of security in eu-west-1)",
        "Security Hub hubs": "1 (hub of security in eu-west-1)",
    }
    assert stays(live, tmp_path) == both
    ids = {
        "organizational_units": "ou-Ours",
        "policies": "p-ours",
        "permission_sets": "arn:ours",
        "detectors": DETECTOR.id,
        "hubs": HUB.arn,
    }
    adopting = tuple(PlannedAdoption(kind=kind, name="ours", id=id_) for kind, id_ in ids.items())
    assert stays(live, tmp_path, adopting=adopting) == {
        "organizational units": "1 (Theirs)",
        "organization policies": "1 (theirs)",
        "permission sets": "1 (theirs)",
    }


def test_nothing_stays_where_nothing_is_and_unknown_is_not_nothing(tmp_path: Path) -> None:
    assert stays(inventory(), tmp_path) == {}
    live = inventory({DATA: {"eu-west-1": {"trails": Unknown(unknown="AccessDenied")}}})
    assert stays(live, tmp_path) == {"trails": "unknown"}
