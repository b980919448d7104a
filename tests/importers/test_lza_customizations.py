"""`baseline import lza`: the accelerator's customizations, Control Tower, and included files with replacements."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import ImportFileError
from baseline.importers.lza import import_lza
from baseline.profile.load import load_profile
from tests.importers.test_lza import FILES

CUSTOMIZATIONS = """
createCfnStackSetExecutionRole: true
customizations:
  cloudFormationStacks:
    - name: Second-Topic
      description: Alarms of applications.
      template: templates/topic.yaml
      runOrder: 2
      terminationProtection: true
      regions: [ {{ Regions }} ]
      deploymentTargets:
        {organizationalUnits: [Infrastructure/Shared], accounts: [LogArchive], excludedRegions: [eu-central-1]}
      parameters:
        - {name: Name, value: "alarms-{{ Domain }}"}
        - {name: Key, value: "{{resolve:ssm:/accelerator/key}}"}
    - name: First_Topic
      template: templates/topic.yaml
      runOrder: 1
      terminationProtection: false
      regions: [eu-west-1, ap-south-1]
      deploymentTargets: {organizationalUnits: [Root], excludedAccounts: [Audit]}
  cloudFormationStackSets:
    - {name: Later, template: templates/topic.yaml, dependsOn: [Sooner], regions: [eu-central-1],
       deploymentTargets: {organizationalUnits: [Root]}, capabilities: [CAPABILITY_IAM]}
    - {name: Sooner, template: templates/topic.yaml, regions: [eu-central-1],
       deploymentTargets: {accounts: [Audit, Gone], organizationalUnits: [Nowhere]}}
    - {name: Afar, template: templates/topic.yaml, regions: [ap-south-1], deploymentTargets: {accounts: [Audit]}}
    - {name: Remote, template: "s3://bucket/topic.yaml", regions: [eu-west-1], deploymentTargets: {accounts: [Audit]}}
  serviceCatalogPortfolios: [{name: Portfolio, provider: us}]
applications: [{name: app, vpc: main}]
"""
TOPIC = """
Parameters:
  Name: {Type: String, Default: alarms}
  Key: {Type: String, Default: alias/aws/sns}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Ref Name, KmsMasterKeyId: !Ref Key}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    files = {**FILES, "customizations-config.yaml": CUSTOMIZATIONS, "templates/topic.yaml": TOPIC}
    for name, text in files.items():
        path = tmp_path / "lza" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "lza"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_stacks_and_stack_sets_become_customizations_in_their_order(source: Path) -> None:
    found = import_lza(source, name="Contoso")
    stacks = found.answers.found["customizations"]["stacks"]

    assert list(stacks) == ["first-topic", "second-topic", "sooner", "later"]
    assert stacks["second-topic"] == {
        "file": "stacks/second-topic.yaml",
        "to": ["Infrastructure/Shared", "log_archive"],
        "description": "Alarms of applications.",
        "parameters": {"Name": "alarms-contoso.example"},
        "depends_on": ["custom-first-topic"],
    }
    assert stacks["first-topic"]["to"] == ["management", "log_archive", "shared-services"]
    assert stacks["later"] == {
        "file": "stacks/later.yaml", "to": ["root", "management"], "regions": ["eu-central-1"],
        "depends_on": ["custom-sooner"],
    }  # fmt: skip
    assert found.files["stacks/later.yaml"] == TOPIC


def test_what_customizations_cannot_say_is_named(source: Path) -> None:
    remarks = import_lza(source, name="Contoso").remarks

    assert [remark for remark in remarks if not remark.startswith("policy ")] == [
        "First_Topic excludes Audit: its accounts are listed one by one, without new accounts",
        "First_Topic omits ap-south-1: not a governed Region",
        "Second-Topic: the accelerator looks up the parameter Key ({{resolve:ssm:/accelerator/key}})",
        "Sooner omits Gone, Nowhere: not an account, nor a unit with accounts",
        "Afar omits ap-south-1: not a governed Region",
        "Afar is not imported: none of its Regions is governed",
        "Remote is not imported: s3://bucket/topic.yaml is not a file of the directory",
    ]


@pytest.mark.parametrize(
    ("targets", "to", "remarks"),
    [
        ("{organizationalUnits: [Security], accounts: [Shared Services], excludedAccounts: [Shared Services]}",
         ["log_archive", "security"],
         ["One omits Shared Services: listed under accounts and under excludedAccounts",
          "One excludes Shared Services: its accounts are listed one by one, without new accounts"]),
        ("{accounts: [LogArchive, Shared Services], excludedAccounts: [Shared Services, Audit]}", ["log_archive"],
         ["One omits Shared Services: listed under accounts and under excludedAccounts"]),
        ("{accounts: [Shared Services], excludedAccounts: [Shared Services]}", None,
         ["One omits Shared Services: listed under accounts and under excludedAccounts",
          "One is not imported: it has no targets"]),
        ("{accounts: [LogArchive], excludedAccounts: [Audit]}", ["log_archive"], []),
    ],
    ids=["with a unit", "without a unit", "nothing else", "an account that is no target"],
)  # fmt: skip
def test_an_excluded_account_is_no_target_even_if_it_is_listed(
    source: Path, targets: str, to: list[str] | None, remarks: list[str]
) -> None:
    stack = f"{{name: One, template: templates/topic.yaml, regions: [eu-west-1], deploymentTargets: {targets}}}"
    text = f"customizations: {{cloudFormationStacks: [{stack}]}}\n"
    (source / "customizations-config.yaml").write_text(text, encoding="utf-8")
    found = import_lza(source, name="Contoso")
    stacks = found.answers.found.get("customizations", {}).get("stacks", {})
    assert {name: item["to"] for name, item in stacks.items()} == ({"one": to} if to else {})
    assert [remark for remark in found.remarks if not remark.startswith("policy ")] == remarks


def test_the_command_writes_customizations_that_load_and_reports_the_rest(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "profile.yaml"
    command = ["import", "lza", str(source), "--name", "Contoso", "-o", str(output)]
    result = CliRunner().invoke(baseline, command, standalone_mode=False)

    assert result.exception is None, result.exception
    assert "with 1 policies and 4 stacks" in result.stderr
    assert (tmp_path / "stacks/sooner.yaml").read_text(encoding="utf-8") == TOPIC
    assert "customizations" in load_profile(output).landscape.capabilities
    none = result.stdout.partition("no counterpart: ")[2]
    assert "customizations-config: applications[].vpc" in none
    assert "serviceCatalogPortfolios[].provider: AWS Service Catalog is not part" in none


UNIT_IDS = """
organizationalUnitIds:
  - {name: Root, id: r-ab12, arn: arn:aws:organizations::1:root/o-1/r-ab12}
  - {name: Security, id: ou-ab12-1a2b3c4d}
  - {name: Infrastructure, id: ou-ab12-2a2b3c4d}
  - {name: Infrastructure/Shared, id: ou-ab12-3a2b3c4d}
"""
ZONE = "controlTower: {{enable: true, landingZone: {{version: {version}, {rest}}}}}\n"


@pytest.mark.parametrize(
    ("tower", "key"),
    [
        (ZONE.format(version="'3.3'", rest="logging: {organizationTrail: true}"), {"version": "3.3"}),
        (
            ZONE.format(version="4.0", rest="security: {enableIdentityCenterAccess: false}"),
            {"version": "4.0", "integrations": {"access_management": False}},
        ),
        (
            ZONE.format(version="'4.0'", rest="logging: {organizationTrail: false}"),
            {"version": "4.0", "integrations": {"centralized_logging": False}},
        ),
        ("controlTower: {enable: true}\n", {"version": "3.3"}),
        ("controlTower: {enable: false}\n", None),
    ],
    ids=["3.3", "4.0 without Identity Center", "4.0 without a trail", "without a version", "off"],
)
def test_control_tower_becomes_the_key_of_the_profile(source: Path, tower: str, key: dict[str, Any] | None) -> None:
    add(source / "global-config.yaml", tower)
    assert import_lza(source, name="Contoso").answers.control_tower == (key or {})


def test_a_profile_with_control_tower_and_ids_of_units_is_valid(source: Path, tmp_path: Path) -> None:
    add(source / "global-config.yaml", ZONE.format(version="'3.3'", rest="logging: {organizationTrail: true}"))
    change(source / "organization-config.yaml", "  - name: Infra", "  - name: Infrastructure\n  - name: Infra")
    add(source / "organization-config.yaml", UNIT_IDS)
    output = tmp_path / "profile.yaml"
    CliRunner().invoke(baseline, ["import", "lza", str(source), "--name", "Contoso", "-o", str(output)])

    profile = yaml.safe_load(output.read_text(encoding="utf-8"))
    assert profile["organization"]["control_tower"] == {"version": "3.3"}
    assert profile["organization"]["root_id"] == "r-ab12"
    assert profile["organizational_units"][0] == {"path": "Security", "id": "ou-ab12-1a2b3c4d"}
    assert "cloudtrail" not in load_profile(output).landscape.capabilities


def test_a_comment_says_that_control_tower_needs_the_ids_of_units(source: Path) -> None:
    add(source / "global-config.yaml", ZONE.format(version="4.0", rest=""))
    notes = import_lza(source, name="Contoso").answers.notes
    assert notes["control_tower"][0].endswith("once organizational_units has their ids.")


def test_policies_of_every_kind_are_taken_over_with_their_type(source: Path) -> None:
    kinds = ["resourceControlPolicies", "declarativePolicies", "taggingPolicies", "backupPolicies", "chatbotPolicies"]
    for kind in kinds:
        targets = "deploymentTargets: {organizationalUnits: [Security]}"
        policy = f"{{name: {kind}, policy: service-control-policies/leave.json, {targets}}}"
        add(source / "organization-config.yaml", f"{kind}: [{policy}]\n")
    policies = import_lza(source, name="Contoso").answers.found["guardrails"]["policies"]
    assert [item["type"] for item in policies if item["to"] == ["Security"]] == [
        "RESOURCE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2", "TAG_POLICY", "BACKUP_POLICY", "CHATBOT_POLICY",
    ]  # fmt: skip


def test_included_files_have_replacements_and_control_tower_of_their_own(source: Path) -> None:
    change(source / "replacements-config.yaml", "globalReplacements:",
           "globalReplacements:\n  - {key: Zone, type: String, value: '4.0'}")  # fmt: skip
    add(source / "global-config.yaml", "controlTower: !include tower.yaml\n")
    (source / "tower.yaml").write_text("enable: true\nlandingZone: !include parts/zone.yaml\n", encoding="utf-8")
    (source / "parts").mkdir()
    (source / "parts/zone.yaml").write_text('version: "{{ Zone }}"\n', encoding="utf-8")

    assert import_lza(source, name="Contoso").answers.control_tower == {"version": "4.0"}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("customizations-config.yaml", "runOrder: 2", "runOrder: soon", r":8:7: runOrder is not a whole number"),
        ("customizations-config.yaml", "name: Second-Topic", "nom: x", r":5:7: \{nom: .* has no name"),
        ("customizations-config.yaml", "templates/topic.yaml", "templates/gone.yaml", r":7:7: customization Sec.*gone"),
        ("customizations-config.yaml", "templates/topic.yaml", "../../x.yaml", r":7:7: .* is outside"),
        ("accounts-config.yaml", 'email: "aws-logs@{{ Domain }}"', "email: {a: 1}", r":4:24: email is not a text"),
        ("accounts-config.yaml", "warm: true", "name: Again", r":5:85: the key name is given twice: .*:5:6 has"),
        ("global-config.yaml", "homeRegion: eu-west-1", "homeRegion: [", r"global-config\.yaml:\d+:\d+: not YAML: "),
        ("password.yaml", "maxPasswordAge: 60", "<<: 60", r"password\.yaml:2:58: `<<` merges mappings only"),
        ("security-config.yaml", "password.yaml", "gone.yaml", r"gone\.yaml: no such file"),
        ("organization-config.yaml", "name: Protect", "name: [a]", r":\d+:5: name is not a text"),
    ],
)  # fmt: skip
def test_an_error_has_the_file_the_line_and_the_column(source: Path, file: str, old: str, new: str, said: str) -> None:
    change(source / file, old, new)
    with pytest.raises(ImportFileError, match=said) as raised:
        import_lza(source, name="Contoso")
    assert raised.value.hint


def test_aliases_and_merges_are_read_and_a_bomb_of_aliases_ends_at_a_limit(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = source / "network-config.yaml"
    path.write_text("base: &base {a: 1, b: 1}\nmore: {<<: *base, b: 2}\n", encoding="utf-8")
    keys = {entry.path for entry in import_lza(source, name="Contoso").entries if entry.file == "network-config"}
    assert keys == {"base.a", "base.b", "more.a", "more.b"}

    levels = [f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 9)}]" for number in range(1, 12)]
    path.write_text("\n".join(["l0: &l0 [1]", *levels]), encoding="utf-8")
    monkeypatch.setattr("baseline.importers.located._MOST_VALUES", 5_000)
    with pytest.raises(ImportFileError, match=r"network-config\.yaml:\d+:\d+: too many values"):
        import_lza(source, name="Contoso")


def test_a_file_that_is_deep_or_not_utf8_is_named(source: Path) -> None:
    path = source / "network-config.yaml"
    path.write_text("[" * 150 + "]" * 150, encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"network-config\.yaml:1:\d+: nested too deeply"):
        import_lza(source, name="Contoso")
    path.write_bytes(b"a: \xff\n")
    with pytest.raises(ImportFileError, match=r"network-config\.yaml: not UTF-8: byte 3"):
        import_lza(source, name="Contoso")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("service-control-policies/leave.json", r"organization-config\.yaml:9:5: policy Deny-Leave: .*leave\.json: "),
        ("templates/topic.yaml", r"customizations-config\.yaml:17:7: customization First_Topic: .*topic\.yaml: "),
    ],
    ids=["a policy", "a template"],
)
def test_a_copied_file_that_is_not_utf8_is_an_error(source: Path, file: str, said: str) -> None:
    path = source / file
    path.write_bytes(path.read_bytes() + b"\xff")
    with pytest.raises(ImportFileError, match=f"{said}not UTF-8: byte {path.stat().st_size - 1} is") as raised:
        import_lza(source, name="Contoso")
    assert raised.value.hint


@pytest.mark.parametrize(
    ("account", "units", "comment"),
    [
        ("aws-shared@", ("Security", "Infrastructure/Shared"), ""),
        ("other@", ("Security", "Infrastructure/Shared"), "1 account has no id here: "),
        ("aws-shared@", ("Security",), "1 unit has no id here: "),
        ("other@", ("Security",), "1 account and 1 unit have no id here: "),
        ("aws-shared@", (), "2 units have no id here: "),
    ],
    ids=["all ids", "an account", "a unit", "an account and a unit", "units"],
)
def test_the_comment_on_ids_counts_only_what_has_none(
    source: Path, account: str, units: tuple[str, ...], comment: str
) -> None:
    """`account` is the beginning of the address that the fourth id belongs to."""
    change(source / "accounts-config.yaml", '"aws-shared@contoso', f'"{account}contoso')
    ids = [{"name": name, "id": f"ou-ab12-{number}a2b3c4d"} for number, name in enumerate(units)]
    add(source / "organization-config.yaml", f"organizationalUnitIds: {json.dumps(ids)}\n")
    notes = import_lza(source, name="Contoso").answers.notes
    assert notes.get("accounts", ()) == ((f"{comment}`validate --inventory` names the ids.",) if comment else ())


def test_a_configuration_of_hundreds_of_accounts_and_stacks_is_read(source: Path) -> None:
    accounts = [
        {
            "name": f"Team {number}",
            "email": f"team{number}@contoso.example",
            "organizationalUnit": f"Teams/T{number % 20}",
        }
        for number in range(500)
    ]
    change(source / "accounts-config.yaml", "accountIds:", f"more: {json.dumps(accounts)}\naccountIds:")
    change(source / "accounts-config.yaml", "workloadAccounts:", "others:")
    change(source / "accounts-config.yaml", "more:", "workloadAccounts:")
    stacks = [
        {"name": f"Stack-{number}", "template": "templates/topic.yaml", "runOrder": number, "regions": ["eu-west-1"],
         "deploymentTargets": {"organizationalUnits": [f"Teams/T{number % 20}"]}}
        for number in range(100, 0, -1)
    ]  # fmt: skip
    document = {"customizations": {"cloudFormationStacks": stacks}}
    (source / "customizations-config.yaml").write_text(json.dumps(document), encoding="utf-8")

    answers = import_lza(source, name="Contoso").answers
    found = answers.found["customizations"]["stacks"]
    assert len(answers.emails) == 503
    assert len(found) == 100
    assert found["stack-100"]["depends_on"] == ["custom-stack-99"]


def test_every_key_of_customizations_that_is_taken_over_changes_the_profile(source: Path) -> None:
    def result() -> str:
        found = import_lza(source, name="Contoso")
        return json.dumps([dict(found.answers.found), dict(found.files), found.remarks])

    before, path = result(), source / "customizations-config.yaml"
    (source / "templates/other.yaml").write_text(f"# Another one.\n{TOPIC}", encoding="utf-8")
    for old, new in [
        ("Second-Topic", "Third"), ("Alarms of", "Signals of"), ("topic.yaml", "other.yaml"),
        ("runOrder: 2", "runOrder: 1"),
        ("[ {{ Regions }} ]", "[eu-central-1]"), ("accounts: [LogArchive]", "accounts: [Audit]"),
        ("Name, value", "Nom, value"),
        ("alarms-", "signals-"), ("[eu-central-1]}", "[]}"), ("[Audit]}\n  cloud", "[LogArchive]}\n  cloud"),
        ("Infrastructure/Shared", "Security"), ("dependsOn: [Sooner]", "dependsOn: []"), ("name: Later", "name: Last"),
    ]:  # fmt: skip
        change(path, old, new)
        assert result() != before, old
        path.write_text(CUSTOMIZATIONS, encoding="utf-8")
