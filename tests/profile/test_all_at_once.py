"""Problems of values and problems between values are reported together."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from itertools import zip_longest
from typing import Any

import pytest
import yaml

from baseline.capabilities.registry import CAPABILITIES
from baseline.errors import ProfileError
from baseline.profile.load import load_profile_text
from baseline.profile.stand_ins import may_be_left_out
from baseline.profile.tree import KeyPath, path_text
from baseline.resources import profiles_directory

EVERYTHING = profiles_directory() / "everything-org.yaml"

ORGANIZATION = """\
version: 1
organization: {name: N, prefix: nw, home_region: eu-west-1, regions: [eu-west-1]}
accounts:
  management: {id: "123456789011", email: aws@northwind.io}
  log_archive: {id: "123456789012", email: logs@northwind.io}
  security: {id: "123456789013", email: security@northwind.io}
organizational_units: [Workloads]
"""


def problems_of(text: str, name: str = "profile.yaml") -> dict[str, str]:
    """Path → id, of every error."""
    with pytest.raises(ProfileError) as caught:
        load_profile_text(text, name)
    return {item.path: item.id for item in caught.value.problems}


BESIDE = """\
version: 1
organization: {name: N, prefix: nw, home_region: eu-west-1, regions: [eu-west-1], alerts: [a@example.com]}
accounts:
  management: {id: "123456789011", email: aws@northwind.io}
  log_archive: {id: "123456789012", email: logs@northwind.io}
  security: {id: "123456789013", email: security@northwind.io}
  web: {id: "123456789014", email: web@northwind.io}
compliance: [cis-7.0]
exceptions:
  cis-7.0/2.1.3: {reason: None, owner: Ann, approver: Ann, expires: "2026-01-31"}
defaults: "2026.12"
capabilities:
  kms: {rotation_period_days: 2000}
  cloudtrail: {log_retention_days: 30}
"""


def test_errors_hide_no_warnings_of_values_that_they_do_not_touch() -> None:
    whole = {(item.id, item.path) for item in load_profile_text(BESIDE, as_of=date(2026, 11, 30)).findings}
    assert {"profile-placeholder", "profile-approval", "profile-expired", "profile-weakened"} <= {
        id_ for id_, _ in whole
    }

    def beside(old: str, new: str) -> set[tuple[str, str]]:
        assert old in BESIDE
        with pytest.raises(ProfileError) as caught:
            load_profile_text(BESIDE.replace(old, new), as_of=date(2026, 11, 30))
        return {(item.id, item.path) for item in caught.value.notes}

    assert beside("version: 1", "version: 1\ndeployment: {region_concurrency: no}") == whole
    missing = whole - beside("owner: Ann, ", "")
    assert {id_ for id_, _ in missing} == {"profile-approval", "profile-expired"}  # both name the owner
    assert whole - beside("2000", "many") == {("profile-weakened", "capabilities.kms.rotation_period_days")}
    accepted = BESIDE.replace("2000}", "2000, reason: Keys of a partner.}")
    with pytest.raises(ProfileError) as caught:
        load_profile_text(accepted.replace("version: 1", "version: 1\ndeployment: {region_concurrency: no}"))
    assert "capabilities.kms.rotation_period_days" not in {item.path for item in caught.value.notes}
    assert ("profile-stage", "capabilities.guardrails.stage") in whole - beside(
        "capabilities:", "guardrails: {stage: audit}\ncapabilities:"
    )


BOTH = {
    "a permission set without a description": (
        "identity_center: {permission_sets: {Reader: {managed_policies: [ReadOnlyAcces]}}}",
        {
            "capabilities.identity_center.permission_sets.Reader.description": "profile-missing",
            "capabilities.identity_center.permission_sets.Reader.managed_policies[0]": "profile-setting",
        },
    ),
    "an own policy without a type": (
        "guardrails: {policies: [{file: x.json, to: [Workloads/Pord]}]}",
        {
            "capabilities.guardrails.policies[0].type": "profile-missing",
            "capabilities.guardrails.policies[0].file": "policy-file",
            "capabilities.guardrails.policies[0].to[0]": "profile-place",
        },
    ),
    "an unknown key beside an unknown account": (
        "iam_roles: {deployment_roles: [{name: a, provider: github, repo: x, repository: a/b, accounts: [securty]}]}",
        {
            "capabilities.iam_roles.deployment_roles[0].repo": "profile-unknown-key",
            "capabilities.iam_roles.deployment_roles[0].accounts[0]": "profile-place",
        },
    ),
    "an order that depends on the missing number": (
        "log_archive: {transitions: [{storage_class: GLACIER}, {days: 60, storage_class: DEEP_ARCHIVE}]}",
        {"capabilities.log_archive.transitions[0].days": "profile-missing"},
    ),
}


@pytest.mark.parametrize(("settings", "expected"), BOTH.values(), ids=BOTH)
def test_rules_do_not_wait_for_missing_keys(settings: str, expected: dict[str, str]) -> None:
    found = problems_of(f"{ORGANIZATION}capabilities:\n  {settings}\n")
    assert found == expected


WRONG_ITEMS = {
    "group": ("account_groups: {g: [1]}", "account_groups.g[0]"),
    "order of Regions": ("deployment: {region_order: [x]}", "deployment.region_order[0]"),
    "tag": ("capabilities: {guardrails: {exempt_roles: [1]}}", "capabilities.guardrails.exempt_roles[0]"),
}


@pytest.mark.parametrize(("line", "path"), WRONG_ITEMS.values(), ids=WRONG_ITEMS)
def test_wrong_item_of_a_list_is_one_problem(line: str, path: str) -> None:
    assert list(problems_of(f"{ORGANIZATION}{line}\n")) == [path]


def test_the_advice_for_a_text_in_place_of_a_list_can_be_followed() -> None:
    settings = """\
cloudtrail: {insights: none}
  identity_center: {ready_made: everything}
  security_hub: {standards: "fsbp, cis-5.0"}
  alarms: {cis: null}
  iam_roles: {break_glass_users: none, deployment_roles: false}
"""
    with pytest.raises(ProfileError) as caught:
        load_profile_text(f"{ORGANIZATION.replace('regions: [eu-west-1]', 'regions: none')}capabilities:\n  {settings}")
    fixes = {item.path.removeprefix("capabilities."): item.fix for item in caught.value.problems}
    assert fixes["cloudtrail.insights"] == fixes["iam_roles.deployment_roles"] == "write []"
    assert fixes["iam_roles.break_glass_users"] != "write []"  # at least one is needed
    assert fixes["identity_center.ready_made"].startswith("write a list of ")
    assert fixes["security_hub.standards"] == "write [fsbp, cis-5.0]"
    assert fixes["alarms.cis"] == "write [] for none, or remove the key"
    assert fixes["organization.regions"].startswith("write it like `regions: [")


def required_keys(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The path of every key in a capability's settings that its model requires."""
    parts = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, part in parts:
        below = (*path, key)
        if (
            isinstance(key, str)
            and len(below) > 2
            and not may_be_left_out(CAPABILITIES[str(below[0])].settings, below[1:])
        ):
            yield below
        yield from required_keys(part, below)


def rounds(paths: list[KeyPath]) -> Iterator[list[KeyPath]]:
    """One key of each capability at a time, until each has had its turn."""
    by_capability: dict[Any, list[KeyPath]] = {}
    for path in {tuple(part for part in path if isinstance(part, str)): path for path in paths}.values():
        by_capability.setdefault(path[0], []).append(path)
    for keys in zip_longest(*by_capability.values()):
        yield [path for path in keys if path is not None]


def test_missing_keys_are_the_only_problems_of_a_correct_profile() -> None:
    profile = yaml.safe_load(EVERYTHING.read_text(encoding="utf-8"))
    for paths in rounds(list(required_keys(profile["capabilities"]))):
        changed = deepcopy(profile)
        for path in paths:
            parent = changed["capabilities"]
            for part in path[:-1]:
                parent = parent[part]
            del parent[path[-1]]
        expected = {path_text(("capabilities", *path)): "profile-missing" for path in paths}
        assert problems_of(json.dumps(changed), str(EVERYTHING)) == expected
