"""Releases of defaults: a newer program changes nothing until the profile names a newer release."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baseline import releases
from baseline.capabilities.detect.config.packs import rules_of_tier
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import TIERS, Tier, every_tier, tier_defaults
from baseline.cli.main import baseline
from baseline.controls.guardrail import guardrails
from baseline.errors import ProfileError
from baseline.findings import Finding
from baseline.profile.load import load_profile_text
from baseline.profile.newer_defaults import additions
from baseline.profile.tiers import capability_defaults, tier_settings
from baseline.releases import NEWEST, RELEASES

PROFILE = """\
version: 1
organization: {name: Northwind, prefix: nw, home_region: eu-west-1, regions: [eu-west-1], standalone: true}
accounts: {management: {}}
tier: standard
"""
FROZEN = Path(__file__).parent / "releases"


def load(release: str = "", rest: str = "") -> Any:
    defaults = f'defaults: "{release}"\n' if release else ""
    return load_profile_text(f"{PROFILE}{defaults}{rest}")


def filled_in(tier: Tier, release: str) -> dict[str, Any]:
    """All values of a tier: settings by capability, guardrails and AWS Config rules."""
    return {
        "settings": {name: capability_defaults(item, tier, release) for name, item in CAPABILITIES.items()},
        "guardrails": sorted(item.id for item in guardrails().values() if item.is_default(tier, release)),
        "rules": sorted(rule.name for rule in rules_of_tier(tier, release)),
    }


def test_releases_are_dated_and_in_order() -> None:
    assert all(re.fullmatch(r"20[2-9][0-9]\.(0[1-9]|1[0-2])", release) for release in RELEASES)
    assert list(RELEASES) == sorted(set(RELEASES))


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_fills_in_what_it_filled_in_when_it_was_made(release: str, *, rewrite_golden: bool) -> None:
    """Files of past releases are never rewritten: later settings must be disabled in them."""
    now = {tier: filled_in(tier, release) for tier in TIERS}
    path = FROZEN / f"{release}.json"
    if rewrite_golden and release == NEWEST:
        path.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    frozen = json.loads(path.read_text(encoding="utf-8"))
    assert set(frozen) == set(TIERS)
    for tier in TIERS:
        assert now[tier]["guardrails"] == frozen[tier]["guardrails"]
        assert now[tier]["rules"] == frozen[tier]["rules"]
        assert not list(differences(json.loads(json.dumps(now[tier]["settings"])), frozen[tier]["settings"]))


@pytest.mark.parametrize("release", RELEASES)
def test_settings_of_a_tier_are_valid_without_validation(release: str) -> None:
    for capability in CAPABILITIES.values():
        for tier in TIERS:
            made = tier_settings(capability, tier, release)
            valid = capability.settings.model_validate(capability_defaults(capability, tier, release))
            assert made == valid
            assert repr(made) == repr(valid), "a value has another type"


def differences(now: dict[str, Any], frozen: dict[str, Any]) -> Iterator[str]:
    for key in {*now, *frozen}:
        if key not in frozen:
            new = now[key].get("enabled") if isinstance(now[key], dict) else now[key]
            if new not in (False, None, "none", "NONE", [], {}, 0):
                yield f"{key} came later and is not off"
        elif key not in now:
            yield f"{key} is gone"
        elif isinstance(now[key], dict) and isinstance(frozen[key], dict):
            yield from differences(now[key], frozen[key])
        elif now[key] != frozen[key]:
            yield f"{key} has changed"


@pytest.fixture
def earlier(monkeypatch: pytest.MonkeyPatch) -> str:
    """A release without a capability, a value and a guardrail of the newest one."""
    settings = CAPABILITIES["cloudtrail"].settings
    days = replace(tier_defaults(settings)["log_retention_days"], until={NEWEST: every_tier(90)})
    monkeypatch.setattr(releases, "RELEASES", ("2026.06", *RELEASES))
    monkeypatch.setitem(CAPABILITIES, "guardduty", replace(CAPABILITIES["guardduty"], since=NEWEST))
    monkeypatch.setattr(settings.model_fields["log_retention_days"], "metadata", [days])
    monkeypatch.setitem(guardrails(), "regions", replace(guardrails()["regions"], since=NEWEST))
    return "2026.06"


def values(loaded: Any) -> tuple[bool, int]:
    settings = loaded.profile.capabilities
    return settings["guardduty"].enabled, settings["cloudtrail"].log_retention_days


def test_a_profile_keeps_the_defaults_of_its_release(earlier: str) -> None:
    assert values(load(earlier)) == (False, 90)
    assert values(load(NEWEST)) == (True, 365)
    assert values(load()) == (True, 365)


def test_a_newer_capability_is_on_when_the_profile_asks_for_it(earlier: str) -> None:
    assert values(load(earlier, "capabilities: {guardduty: true}"))[0]
    assert not values(load(NEWEST, "capabilities: {guardduty: {enabled: false, reason: another product}}"))[0]


def test_a_value_of_an_earlier_release_is_not_weaker_than_its_tier(earlier: str) -> None:
    assert not [f for f in load(earlier).findings if f.id == "profile-weakened"]
    own = "capabilities: {cloudtrail: {log_retention_days: 90}}"
    assert [f.id for f in load(NEWEST, own).findings] == ["profile-weakened"]


def of(loaded: Any) -> Finding:
    (finding,) = (item for item in loaded.findings if item.id.startswith("profile-defaults"))
    assert isinstance(finding, Finding)
    return finding


def test_an_older_release_is_a_note_that_names_what_is_new(earlier: str) -> None:
    finding = of(load(earlier))
    assert (finding.id, str(finding.severity), finding.location.line) == ("profile-defaults-newer", "info", 5)
    for name in ("capability guardduty", "setting cloudtrail.log_retention_days", "guardrail regions"):
        assert name in finding.message
    assert "capability waf" not in finding.message  # deploys nothing until a profile asks for it
    assert f"--defaults {NEWEST}" in finding.fix
    assert not list(additions("standard", NEWEST))


def test_no_release_is_a_note() -> None:
    finding = of(load())
    assert (finding.id, str(finding.severity)) == ("profile-defaults-unset", "info")
    assert f'defaults: "{NEWEST}"' in finding.fix
    assert not [item for item in load(NEWEST).findings if item.id.startswith("profile-defaults")]


@pytest.mark.parametrize("text", ['"2026.11"', '"2099.01"', '"newest"', "2026.12", '""'])
def test_an_unknown_release_is_refused_and_the_known_ones_are_named(text: str) -> None:
    with pytest.raises(ProfileError) as error:
        load_profile_text(f"{PROFILE}defaults: {text}\n")
    (finding,) = error.value.problems
    assert finding.location.line == 5
    assert finding.path == "defaults"
    assert "2026.12" in finding.fix


def test_a_preview_uses_the_release_for_the_profile_only(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(f'{PROFILE}defaults: "{NEWEST}"\n', encoding="utf-8")
    result = CliRunner().invoke(baseline, ["plan", str(path), "--against", str(path), "--defaults", NEWEST])
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(baseline, ["plan", str(path), "--defaults", "2020.01"])
    assert result.exit_code == 2
    assert releases.NEWEST in result.output
