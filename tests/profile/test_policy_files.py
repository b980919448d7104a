"""Custom policies of a profile: allowed paths, parsing, and places of problems."""

from pathlib import Path
from typing import Any

import pytest

from baseline.capabilities.organization.guardrails.policies import policies_of
from baseline.errors import ProfileError
from baseline.findings import Severity
from baseline.profile.load import LoadedProfile, load_profile
from tests.conftest import CHECKOUT

NORTHWIND = (CHECKOUT / "profiles" / "northwind.yaml").read_text(encoding="utf-8").partition("\n  guardrails:")[0]
GOOD = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sso:CreateInstance", "Resource": "*"}]}'


def load(directory: Path, text: str | bytes, **item: Any) -> LoadedProfile:
    """Northwind with one custom policy."""
    (directory / "policies").mkdir(exist_ok=True)
    data = text.encode() if isinstance(text, str) else text
    (directory / "policies" / "own.json").write_bytes(data)
    named = {"file": "policies/own.json", "type": "SERVICE_CONTROL_POLICY", **item}
    pairs = ", ".join(f"{key}: {value}" for key, value in named.items())
    (directory / "profile.yaml").write_text(
        f"{NORTHWIND}\n  guardrails:\n    policies:\n      - {{{pairs}}}\n", encoding="utf-8"
    )
    return load_profile(directory / "profile.yaml")


def said(directory: Path, text: str | bytes, **item: Any) -> list[tuple[str, str, int, int]]:
    """(id, file name, line, column) of every problem."""
    with pytest.raises(ProfileError) as caught:
        load(directory, text, **item)
    return [(f.id, Path(f.location.file).name, f.location.line, f.location.column) for f in caught.value.problems]


def test_an_own_policy_becomes_one_of_the_plan(tmp_path: Path) -> None:
    loaded = load(tmp_path, GOOD, to="[Workloads]")
    (policy,) = [item for item in policies_of(loaded.landscape) if item.own is not None]
    assert (policy.key, policy.name) == ("guardrails-own-policies-own", "nw-own")
    assert policy.places == ("Workloads",)
    assert policy.content["Statement"][0]["Action"] == "sso:CreateInstance"
    assert tmp_path / "policies" / "own.json" in loaded.files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{\n  "Version": "2012-10-17",\n}', ("policy-json", 2, 26)),
        ('{\n  "Statement": [1,\n]\n}', ("policy-json", 2, 18)),
        ('{"Version": "2012-10-17" "Statement": []}', ("policy-json", 1, 26)),
        ("Version: 2012", ("policy-json", 1, 1)),
        ("[]", ("policy-json", 1, 1)),
        ("", ("policy-json", 1, 1)),
        ('{"Version": NaN}', ("policy-json", 1, 1)),
        ("\ufeff{}", ("profile-encoding", 1, 1)),
        (b'{"a": "\xff"}', ("profile-encoding", 1, 8)),
        ('{"Version": "2012-10-17",\n "Version": "2012-10-17"}', ("profile-duplicate-key", 2, 2)),
    ],
)
def test_what_is_no_json_is_reported_with_its_place(
    tmp_path: Path, text: str | bytes, expected: tuple[str, int, int]
) -> None:
    problem, line, column = expected
    assert (problem, "own.json", line, column) in said(tmp_path, text)


def test_a_mistake_in_the_policy_has_its_place_even_behind_tabs(tmp_path: Path) -> None:
    statement = '{"Effect": "Deny", "Action": "s3:GetObjectt", "Resource": "*"}'
    text = f'{{\n\t"Version": "2012-10-17",\n\t"Statement": [\n\t\t{statement}]}}'
    assert said(tmp_path, text) == [("policy-action", "own.json", 4, 22)]


def test_a_warning_does_not_stop_anything(tmp_path: Path) -> None:
    text = GOOD.replace("sso:CreateInstance", "brandnewservice:Create")
    (found,) = [item for item in load(tmp_path, text).findings if item.id == "policy-action"]
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize("name", ["../outside.json", "/etc/passwd.json", "policies/../../outside.json", "link.json"])
def test_a_file_outside_the_profiles_directory_is_refused(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.json").write_text(GOOD, encoding="utf-8")
    (inside / "link.json").symlink_to(tmp_path / "outside.json")
    assert [item[:2] for item in said(inside, GOOD, file=name)] == [("policy-file", "profile.yaml")]


def test_a_file_that_is_not_there_is_reported_at_its_name(tmp_path: Path) -> None:
    lines = NORTHWIND.count("\n")
    assert said(tmp_path, GOOD, file="policies/none.json") == [("policy-file", "profile.yaml", lines + 4, 16)]


def test_the_path_is_relative_to_the_profile_that_names_it(tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    load(house, GOOD)
    (tmp_path / "client.yaml").write_text("version: 1\nextends: house/profile.yaml\n", encoding="utf-8")
    assert house / "policies" / "own.json" in load_profile(tmp_path / "client.yaml").files


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"to": "[Nowhere]"}, 'unknown unit, account or group "Nowhere"'),
        ({"to": "[management]"}, "does not apply to the management account"),
        ({"description": "x" * 513}, "description has 513 characters"),
        ({"name": "n" * 129}, "name has 129 characters"),
        ({"type": "SERVICE_POLICY"}, "value not allowed"),
    ],
)
def test_what_the_profile_says_about_it_has_to_fit(tmp_path: Path, item: dict[str, str], message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, GOOD, **item)
    assert any(message in finding.message for finding in caught.value.problems)


def test_it_counts_among_the_policies_of_its_place(tmp_path: Path) -> None:
    items = "".join(f"      - {{file: p{n}.json, type: SERVICE_CONTROL_POLICY, to: [Sandbox]}}\n" for n in range(10))
    for number in range(10):
        (tmp_path / f"p{number}.json").write_text(GOOD, encoding="utf-8")
    text = f"{NORTHWIND}\n  guardrails:\n    policies:\n{items}"
    (tmp_path / "profile.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(tmp_path / "profile.yaml")
    assert [item.id for item in caught.value.problems] == ["policy-count"]
    assert "Sandbox needs 10 service control policies, and 9 slots are free" in caught.value.problems[0].message
