"""Controls that cover only some accounts and Regions are partial, with the places named."""

from pathlib import Path

import pytest

from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.pipeline import evidence_of

PROFILE = """\
version: 1
organization:
  name: Nordlicht
  prefix: nl
  id: o-a1b2c3d4e5
  root_id: r-ab12
  home_region: {home}
  regions: [{regions}]
  contacts: {{security: {{name: Sam Rivera, title: CISO, email: sam@example.com, phone: "+44 20 7946 0000"}}}}
  alerts: [secops@example.com]
accounts:
  management: {{id: "111111111111", email: aws@example.com}}
  log_archive: {{id: "222222222222", email: logs@example.com, ou: Security}}
  security: {{id: "333333333333", email: security@example.com, ou: Security}}
organizational_units:
  - {{path: Security, id: ou-ab12-11111111}}
compliance: [nist-800-53-r5]
tier: standard
defaults: "2026.12"
"""


OVERRIDE = """\
capabilities:
  account_settings:
    overrides:
      - {name: tools, to: [Security], password_minimum_length: 8, reason: Old tools.}
  config:
    overrides:
      - {name: logs, to: [log_archive], recorder: none, reason: Another team records it by hand.}
"""


def evidence(directory: Path, home: str, regions: str) -> Evidence:
    profile = directory / "nordlicht.yaml"
    profile.write_text(PROFILE.format(home=home, regions=regions), encoding="utf-8")
    return evidence_of(profile)[1]


def counting(found: Evidence, control: str) -> set[State]:
    return {
        state
        for framework in found.judgements.values()
        for judgement in framework
        for mapping, state in judgement.controls
        if mapping.control == control
    }


@pytest.mark.parametrize(
    ("home", "expected"),
    [("eu-west-1", {State.DEPLOYED}), ("eu-south-1", {State.PARTIAL})],
    ids=["home Region is on by default", "home Region is opt-in"],
)
def test_export_of_findings_counts_only_if_every_region_delivers(
    tmp_path: Path, home: str, expected: set[State]
) -> None:
    found = evidence(tmp_path, home, "eu-west-1, eu-south-1")
    assert counting(found, "guardduty-export") == expected


def test_control_names_the_places_that_lack_it(tmp_path: Path) -> None:
    found = evidence(tmp_path, "eu-west-1", "eu-west-1, me-central-1")
    control = next(item for item in found.assessments if item.control.id == "document-public-sharing")
    assert control.state is State.PARTIAL
    (place,) = control.missing
    assert place.endswith(" in me-central-1")
    assert "log_archive, " in place


def test_control_weaker_or_blind_in_one_place_is_partial_and_names_it(tmp_path: Path) -> None:
    profile = tmp_path / "nordlicht.yaml"
    text = PROFILE.format(home="eu-west-1", regions="eu-west-1") + OVERRIDE
    profile.write_text(text, encoding="utf-8")
    found = {item.control.id: item for item in evidence_of(profile)[1].assessments}
    assert found["password-policy"].state is State.PARTIAL
    assert found["password-policy"].missing == ("every account in Security in eu-west-1",)
    assert any(not seen.holds for seen in found["password-policy"].observations)
    assert found["config-rule-key-rotation"].state is State.PARTIAL
    assert found["config-rule-key-rotation"].missing == ("log_archive in eu-west-1",)
