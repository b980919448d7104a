"""Merged values of a profile: the origin of each, and the differences between two."""

from functools import cache
from pathlib import Path

import pytest

from baseline.errors import UnknownKeyError
from baseline.profile.extends import read_layers
from baseline.profile.load import load_profile, load_profile_text
from baseline.profile.merged import MergedValue, differences, merged_value, part_of, parts_of
from baseline.profile.tree import path_text
from baseline.report.profile_differences_text import format_differences_text
from baseline.report.profile_yaml import format_profile_yaml
from baseline.resources import profiles_directory
from tests.conftest import CHECKOUT

DIRECTORY = profiles_directory()
ABOVE = """\
extends: client.yaml
organizational_units: [Security, Workloads/Prod, {path: Lab, suspended: false}]
exceptions:
  cis-7.0/2.1.3: {reason: Nothing is there., owner: Platform, approver: CISO, expires: "2027-06-30"}
capabilities:
  detective: false
  kms: {rotation_period_days: 400, reason: Keys turn with the audit.}
  config: {recording: DAILY, overrides: [{name: lab, to: [Lab], recording: CONTINUOUS}]}
"""


@cache
def merged(text: str = ABOVE) -> MergedValue:
    return merged_value(read_layers(DIRECTORY / "p.yaml", text.encode()))


@pytest.mark.parametrize("name", ["client", "everything-org"])
def test_shown_profile_is_a_profile_with_the_same_values(name: str) -> None:
    path = DIRECTORY / f"{name}.yaml"
    text = format_profile_yaml(merged_value(read_layers(path)), origins=True)
    assert load_profile_text(text, name=str(path)).profile == load_profile(path).profile


def test_named_line_of_each_layer_has_the_key() -> None:
    files = set()
    for path, value in merged_value(read_layers(DIRECTORY / "client.yaml")).leaves():
        if value.origin.place:
            files.add(Path(value.origin.place.file).name)
            line = Path(value.origin.place.file).read_text(encoding="utf-8").splitlines()[value.origin.place.line - 1]
            assert line[value.origin.place.column - 1 :].startswith(str(path[-1]))
    assert files == {"client.yaml", "house-baseline.yaml"}


@pytest.mark.parametrize(
    ("key", "value", "origin"),
    [
        ("capabilities.kms.rotation_period_days", 400, "p.yaml:7:9"),
        ("capabilities.detective.enabled", False, "p.yaml:6:3"),
        ("capabilities.detective.graph", False, "tier standard, defaults 2026.12"),
        ("capabilities.log_archive.retention_days", 1827, "house-baseline.yaml:34:5"),
        ("capabilities.log_archive.object_lock_days", 365, "tier standard, defaults 2026.12"),
        ("exceptions.cis-7.0/2.1.3.owner", "Platform", "p.yaml:4:46"),
        ("organization.prefix", "tern", "client.yaml:9:3"),
        ("deployment.max_concurrent_percentage", 100, "default"),
    ],
)
def test_value_has_the_origin_that_sets_it(key: str, value: object, origin: str) -> None:
    ((path, found),) = part_of(merged(), key).leaves()
    assert (path_text(path), found.plain()) == (key, value)
    assert str(found.origin).removeprefix(f"{DIRECTORY}/") == origin


def test_items_of_lists_have_origins_of_their_own() -> None:
    text = format_profile_yaml(merged(), origins=True).replace(f"{DIRECTORY}/", "")
    assert '  - path: "Security"  # p.yaml:2:24\n' in text
    assert '  - path: "Lab"  # p.yaml:2:51\n    suspended: false  # p.yaml:2:62\n' in text
    assert "- days: 90  # tier standard, defaults 2026.12\n" in text


def test_unknown_key_names_the_nearest() -> None:
    with pytest.raises(UnknownKeyError, match=r'no key .cloudtrial. in capabilities; did you mean "cloudtrail"'):
        part_of(merged(), "capabilities.cloudtrial")


def test_differences_name_both_values_and_origins() -> None:
    changed = (
        ABOVE.replace("400", "365")
        .replace("[Security, Work", "[Security, Sandbox, Work")
        .replace("detective: false", "detective: true")
    )
    found = format_differences_text(differences(merged(), merged(changed))).replace(f"{DIRECTORY}/", "")
    assert found.splitlines() == [
        "organizational_units",
        '  + {"path": "Sandbox"}  (p.yaml:2:1)',
        "capabilities.kms.rotation_period_days",
        "  - 400  (p.yaml:7:9)",
        "  + 365  (p.yaml:7:9)",
        "capabilities.detective.enabled",
        "  - false  (p.yaml:6:3)",
        "  + true  (p.yaml:6:3)",
    ]
    assert list(differences(merged(), merged())) == []


def test_key_of_one_profile_alone_is_a_difference() -> None:
    without = "extends: client.yaml\n"
    old, new = parts_of((merged(), merged(without)), "exceptions.cis-7.0/2.1.3.owner")
    assert [(item.after, item.before and item.before.plain()) for item in differences(old, new)] == [(None, "Platform")]
    with pytest.raises(UnknownKeyError):
        parts_of((merged(), merged(without)), "exceptions.cis-7.0/9")


def test_examples_in_the_documentation_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    client, northwind = (merged_value(read_layers(Path(f"profiles/{name}.yaml"))) for name in ("client", "northwind"))
    page = (CHECKOUT / "docs/profile.md").read_text(encoding="utf-8")
    key = "capabilities.cloudtrail"
    for shown in (
        format_profile_yaml(part_of(client, key), origins=True),
        format_differences_text(differences(part_of(client, key), part_of(northwind, key))),
    ):
        assert f"{key}{' --origin' if '#' in shown else ''}\n{shown}```\n" in page
