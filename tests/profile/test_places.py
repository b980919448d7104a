"""Places in settings: groups are expanded to accounts, and problems are reported where they are written."""

from pathlib import Path

import pytest

from baseline.capabilities.detect.security_hub.settings import SecurityHubSettings
from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity.identity_center.access import access
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings
from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings
from baseline.errors import ProfileError
from baseline.profile.load import LoadedProfile, load_profile_text
from baseline.profile.places import place_lists

PROFILE = """
version: 1
organization:
  name: Northwind
  prefix: nw
  home_region: eu-west-1
  regions: [eu-west-1, eu-central-1]
  alerts: [secops@northwind.example]
accounts:
  management: {id: "111111111111", email: aws@northwind.example}
  log_archive: {id: "222222222222", email: logs@northwind.example, ou: Security}
  security: {id: "333333333333", email: security@northwind.example, ou: Security}
  web: {id: "444444444444", email: web@northwind.example, ou: Workloads}
  old: {id: "555555555555", email: old@northwind.example, ou: Suspended}
  free: {id: "666666666666", email: free@northwind.example}
account_groups:
  core: [log_archive, security]
  card-data: [web, security]
organizational_units: [Security, Workloads, {path: Suspended, suspended: true}]
capabilities:
"""
GROUPS = """
  identity_center:
    groups: {people: {}}
    assignments:
      - {group: people, permission_set: ReadOnly, to: %s}
"""


def load(capabilities: str, profile: str = PROFILE) -> LoadedProfile:
    return load_profile_text(profile + capabilities.lstrip("\n"))


def problems(capabilities: str, profile: str = PROFILE) -> list[tuple[int, int, str]]:
    with pytest.raises(ProfileError) as caught:
        load(capabilities, profile)
    return [(item.location.line, item.location.column, item.message) for item in caught.value.problems]


@pytest.mark.parametrize(
    ("to", "accounts"),
    [
        ("[core]", ["log_archive", "security"]),
        ("[card-data, core]", ["log_archive", "security", "web"]),
        ("[web, core, Security]", ["log_archive", "security", "web"]),
        ("[root]", ["free", "log_archive", "security", "web"]),
    ],
)
def test_an_assignment_to_groups_reaches_each_account_once(to: str, accounts: list[str]) -> None:
    landscape = load(GROUPS % to).landscape
    rows = access(landscape, landscape.settings("identity_center", IdentityCenterSettings))
    assert sorted(row.account for row in rows) == accounts


def test_every_capability_that_takes_places_takes_groups() -> None:
    landscape = load(
        """
  guardrails:
    rules: {macie: {to: [core, Workloads]}}
  iam_roles:
    oidc_provider_exists_in: [core]
    deployment_roles:
      - name: web
        provider: github
        repository: o/r
        branch: main
        accounts: [card-data]
        managed_policies: [PowerUserAccess]
  security_hub:
    policies: [{name: own, to: [card-data], standards: [fsbp]}]
"""
    ).landscape
    assert landscape.settings("guardrails", GuardrailsSettings).rules["macie"].to == [
        "log_archive",
        "security",
        "Workloads",
    ]
    roles = landscape.settings("iam_roles", IamRolesSettings)
    assert roles.oidc_provider_exists_in == ["log_archive", "security"]
    assert roles.deployment_roles[0].accounts == ["web", "security"]
    assert landscape.settings("security_hub", SecurityHubSettings).policies[0].to == ["web", "security"]


def test_the_profile_keeps_the_groups_that_it_names() -> None:
    loaded = load(GROUPS % "[core]")
    settings = loaded.profile.capabilities["identity_center"]
    assert [item.names for item in place_lists(settings)] == [("core",)]


def test_unknown_places_are_shown_at_once_where_they_are_written() -> None:
    capabilities = """
  identity_center:
    groups: {people: {}}
    assignments:
      - {group: people, permission_set: ReadOnly, to: [core, Securty, CORE, nowhere]}
  iam_roles:
    oidc_provider_exists_in: [Security]
"""
    line = PROFILE.count("\n")
    assert problems(capabilities) == [
        (line + 4, 62, 'unknown unit, account or group "Securty"; did you mean "Security"?'),
        (line + 4, 71, 'unknown unit, account or group "CORE"; did you mean "core"?'),
        (line + 4, 77, 'unknown unit, account or group "nowhere"'),
        (line + 6, 31, 'unknown account or group "Security"; did you mean "security"?'),
    ]


def test_what_a_capability_finds_behind_a_group_is_shown_in_the_profile() -> None:
    line = PROFILE.count("\n")
    assert problems(GROUPS % "[core, card-data, Suspended]") == [
        (line + 4, 73, "Suspended is a suspended unit: no stack is deployed there"),
    ]


CLOSED = PROFILE.replace("suspended: true}]", "suspended: true}, {path: Old/Suspended}]")


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ("monitoring: {log_protection: {identifiers: [AwsSecretKey], to: [%s]}}", "monitoring.log_protection.to[0]"),
        ("monitoring: {log_subscription: {account: web, destination: siem, to: [root, %s]}}",
         "monitoring.log_subscription.to[1]"),
        ("monitoring: {log_retention: [{name: app, prefixes: [/app/], days: 90, to: [core, %s]}]}",
         "monitoring.log_retention[0].to[1]"),
        ("guardduty: {backup_scanner_in: [%s]}", "guardduty.backup_scanner_in[0]"),
        ("account_settings: {overrides: [{name: old, to: [free, %s], password_minimum_length: 20}]}",
         "account_settings.overrides[0].to[1]"),
    ],
    ids=lambda value: value.partition(":")[0],
)  # fmt: skip
def test_setting_with_stacks_in_its_places_names_no_suspended_unit(settings: str, path: str) -> None:
    found = {}
    for unit in ("Suspended", "Old", "Workloads"):
        with pytest.raises(ProfileError) as caught:
            load(f"  {settings % unit}\n  nothing: true", CLOSED)
        found[unit] = [(item.path, item.message) for item in caught.value.problems if item.id == "profile-place"]
    assert found == {
        "Suspended": [(f"capabilities.{path}", "Suspended is a suspended unit: no stack is deployed there")],
        "Old": [(f"capabilities.{path}", "Old contains suspended units only: no stack is deployed there")],
        "Workloads": [],
    }


def test_policies_and_budgets_may_name_suspended_units() -> None:
    load(
        """
  guardrails: {rules: {lightsail: {enabled: true, to: [Suspended, Old]}}}
  inspector: {policies: {old: {enable: [ec2], to: [Suspended]}}}
  budgets: {budgets: {old: {amount: 1, accounts: [Suspended]}}}
""",
        CLOSED,
    )


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ("core: [log_archive, securty]", 'unknown account "securty"; did you mean "security"?'),
        ("core: [security, security]", 'account given twice: "security"'),
        ("web: [security]", '"web" is already the name of an account'),
        ("root: [security]", '"root" is already the name of the organization'),
        ("core: []", "at least 1 needed"),
    ],
)
def test_a_group_that_cannot_be_is_refused(groups: str, message: str) -> None:
    start, _, rest = PROFILE.partition("account_groups:\n")
    profile = f"{start}account_groups:\n  {groups}\norganizational_units:{rest.partition('organizational_units:')[2]}"
    assert any(message.lower() in said.lower() for _, _, said in problems("  alarms: true\n", profile))


def test_groups_come_through_layers(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(PROFILE.rpartition("capabilities:")[0], encoding="utf-8")
    text = "version: 1\nextends: house.yaml\naccount_groups: {core: [web]}\ncapabilities:\n" + GROUPS % "[core]"
    landscape = load_profile_text(text, str(tmp_path / "profile.yaml")).landscape
    rows = access(landscape, landscape.settings("identity_center", IdentityCenterSettings))
    assert [row.account for row in rows] == ["web"]
