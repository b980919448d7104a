"""Rules and standards do not judge accounts whose recorder is off: their controls are partial there."""

import pytest

from baseline.evidence.unrecorded_accounts import unjudged_places
from baseline.plan.build import build_plan
from baseline.validate.reach import Planned
from tests.profile.test_overrides import NO_RECORDER, config
from tests.profile.test_places import PROFILE, load

RULES = {"config-rules", "config-rule-key-rotation", "config-recording", "security-hub-fsbp"}
PACKS = "  conformance: {packs: {csf: {framework: nist-csf-2.0, to: [%s]}}}\n"


def places(text: str) -> dict[str, set[str]]:
    landscape = load(text, f"compliance: [nist-csf-2.0]\n{PROFILE}").landscape
    found = unjudged_places(Planned(landscape=landscape, plan=build_plan(landscape)))
    assert {item.regions for item in found.values()} <= {landscape.regions}
    return {name: set(map(str, item.destinations)) for name, item in found.items()}


def test_rules_and_standards_lack_accounts_and_future_accounts_without_a_recorder() -> None:
    found = places(config(NO_RECORDER))
    assert found.keys() >= RULES
    assert {frozenset(item) for item in found.values()} == {frozenset({"web", "new accounts in Workloads"})}
    assert "root-mfa-rule" not in found  # its stacks are compared with the accounts that it declares


@pytest.mark.parametrize("override", ["recorder: existing", "recording: DAILY, reason: Little changes"])
def test_accounts_with_a_recorder_of_another_kind_are_judged(override: str) -> None:
    assert places(config(f"{{name: play, to: [Workloads], {override}}}")) == {}


@pytest.mark.parametrize(("to", "lacking"), [("root", {"web", "new accounts in Workloads"}), ("Security", None)])
def test_a_conformance_pack_lacks_the_accounts_of_its_places_only(to: str, lacking: set[str] | None) -> None:
    assert places(config(NO_RECORDER) + PACKS % to).get("conformance-packs") == lacking
