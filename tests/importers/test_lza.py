"""`baseline import lza`: a configuration in the shape of the accelerator's samples becomes a profile and a report."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import ImportFileError, OutputError
from baseline.importers.keys import State, entries_of, key_rules
from baseline.importers.lza import import_lza
from baseline.profile.load import load_profile
from baseline.profile.scaffold import scaffold
from baseline.profile.schema import profile_schema

FILES = {
    "replacements-config.yaml": """
globalReplacements:
  - {key: Regions, type: StringList, value: [eu-west-1, eu-central-1]}
  - {key: Domain, type: String, value: contoso.example}
""",
    "accounts-config.yaml": """
mandatoryAccounts:
  - {name: Management, email: "aws@{{ Domain }}", organizationalUnit: Root}
  - {name: LogArchive, email: "aws-logs@{{ Domain }}", organizationalUnit: Security, description: Logs}
  - {name: Audit, email: "aws-audit@{{ Domain }}", organizationalUnit: Security, warm: true}
workloadAccounts:
  - {name: Shared Services, email: "aws-shared@{{ Domain }}", organizationalUnit: Infrastructure/Shared}
accountIds:
  - {email: "AWS@contoso.example", accountId: "123412341234"}
  - {email: "aws-logs@contoso.example", accountId: "234523452345"}
  - {email: "aws-audit@contoso.example", accountId: "345634563456"}
  - {email: "aws-shared@contoso.example", accountId: "456745674567"}
""",
    "organization-config.yaml": """
enable: true
organizationalUnits:
  - name: Security
  - name: Infrastructure/Shared
serviceControlPolicies:
  - name: Deny-Leave
    description: Nobody leaves.
    policy: service-control-policies/leave.json
    type: customerManaged
    deploymentTargets: {organizationalUnits: [Root], excludedAccounts: [Audit]}
  - name: Protect
    policy: service-control-policies/protect.json
    type: customerManaged
    deploymentTargets: {accounts: [Shared Services]}
""",
    "global-config.yaml": """
homeRegion: eu-west-1
enabledRegions: [ {{ Regions }} ]
managementAccountAccessRole: AWSControlTowerExecution
logging: {account: LogArchive, cloudtrail: {enable: true, organizationTrail: true}}
""",
    "security-config.yaml": """
centralSecurityServices:
  delegatedAdminAccount: Audit
  guardduty: {enable: true, s3Protection: {enable: true}}
  securityHub: {enable: true}
  ebsDefaultVolumeEncryption: {enable: true}
  s3PublicAccessBlock: {enable: true}
accessAnalyzer: {enable: false}
iamPasswordPolicy: !include password.yaml
awsConfig: {enableConfigurationRecorder: true}
""",
    "password.yaml": """
{minimumPasswordLength: 16, passwordReusePrevention: 24, maxPasswordAge: 60, requireSymbols: true}
""",
    "iam-config.yaml": """
identityCenter:
  name: center
  identityCenterPermissionSets:
    - name: Builders
      sessionDuration: 90
      policies: {awsManaged: [PowerUserAccess]}
""",
    "network-config.yaml": "vpcs: [{name: one}, {name: two}]",
    "service-control-policies/leave.json": json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Sid": "Leave", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
            ],
        }
    ),
    "service-control-policies/protect.json": '{"Statement": "${ACCEL_LOOKUP::CUSTOM:Roles}"}',
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "lza" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "lza"


def run(source: Path, output: Path, *words: str) -> Result:
    command = ["import", "lza", str(source), "--name", "Contoso", "--prefix", "ct", "-o", str(output), *words]
    return CliRunner().invoke(baseline, command, standalone_mode=False)


def profile_of(source: Path, output: Path) -> Any:
    result = run(source, output)
    assert result.exception is None, result.exception
    assert load_profile(output).landscape.organization_id is None
    return yaml.safe_load(output.read_text(encoding="utf-8"))


def test_accounts_units_and_regions_are_taken_over_with_replacements(source: Path, tmp_path: Path) -> None:
    profile = profile_of(source, tmp_path / "profile.yaml")

    assert profile["organization"]["regions"] == ["eu-west-1", "eu-central-1"]
    assert profile["accounts"]["management"] == {
        "id": "123412341234", "email": "aws@contoso.example", "name": "Management",
    }  # fmt: skip
    assert profile["accounts"]["shared-services"]["ou"] == "Infrastructure/Shared"
    assert profile["organizational_units"] == ["Security", "Infrastructure/Shared"]


def test_policies_are_copied_and_those_with_placeholders_are_named(source: Path, tmp_path: Path) -> None:
    result = run(source, tmp_path / "profile.yaml")
    guardrails = yaml.safe_load((tmp_path / "profile.yaml").read_text(encoding="utf-8"))["capabilities"]["guardrails"]

    assert [(item["file"], item["to"]) for item in guardrails["policies"]] == [("policies/deny-leave.json", ["root"])]
    assert json.loads((tmp_path / "policies/deny-leave.json").read_text(encoding="utf-8"))["Statement"]
    assert guardrails["stage"] == "audit"
    assert "policy Protect is not imported: service-control-policies/protect.json has placeholders" in result.stderr


def test_settings_and_permission_sets_are_taken_over(source: Path, tmp_path: Path) -> None:
    settings = profile_of(source, tmp_path / "profile.yaml")["capabilities"]

    assert settings["account_settings"]["password_minimum_length"] == 16
    assert settings["access_analyzer"]["enabled"] is False
    assert settings["guardduty"] is None
    assert settings["identity_center"]["permission_sets"]["Builders"] == {
        "description": "Builders of the accelerator.", "managed_policies": ["PowerUserAccess"], "session": "90m",
    }  # fmt: skip


def test_the_report_has_every_key_once_with_what_becomes_of_it(source: Path, tmp_path: Path) -> None:
    report = run(source, tmp_path / "profile.yaml").stdout

    assert "  accounts-config: mandatoryAccounts[].email (3×): accounts.<key>.email" in report
    assert "  security-config: iamPasswordPolicy.requireSymbols: account_settings: all kinds" in report
    assert "  network-config: vpcs[].name (2×)" in report
    taken, _, rest = report.partition("differs: ")
    assert "homeRegion" in taken
    assert "deploymentTargets.excludedAccounts[]" in rest


def test_every_key_that_is_taken_over_changes_the_profile(source: Path) -> None:
    """The table of keys cannot claim more than the importer does."""

    def result() -> str:
        found = import_lza(source, name="Contoso")
        return scaffold(found.answers) + json.dumps(dict(found.files))

    before = result()
    changes = {
        "accounts-config": [("LogArchive", "Logs2"), ("aws-shared@", "aws-other@"),
                            ("Infrastructure/Shared", "Security"), ("456745674567", "456745674568"),
                            ("Shared Services", "Common")],
        "organization-config": [("name: Security", "name: Safety"), ("Deny-Leave", "Stay"),
                                ("Nobody leaves", "Stay here"), ("[Root]", "[Security]")],
        "global-config": [("homeRegion: eu-west-1", "homeRegion: eu-central-1"), ("[ {{ Regions }} ]", "[eu-north-1]")],
        "security-config": [("guardduty: {enable: true", "guardduty: {enable: false"),
                            ("securityHub: {enable: true", "securityHub: {enable: false"),
                            ("ebsDefaultVolumeEncryption: {enable: true", "ebsDefaultVolumeEncryption: {enable: false"),
                            ("s3PublicAccessBlock: {enable: true", "s3PublicAccessBlock: {enable: false"),
                            ("accessAnalyzer: {enable: false", "accessAnalyzer: {enable: true")],
        "iam-config": [("Builders", "Makers"), ("90", "120"), ("PowerUserAccess", "ReadOnlyAccess")],
    }  # fmt: skip
    for file, pairs in changes.items():
        path = source / f"{file}.yaml"
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            path.write_text(text.replace(old, new), encoding="utf-8")
            assert result() != before, (file, old)
        path.write_text(text, encoding="utf-8")


def test_an_unknown_key_has_no_counterpart_and_each_rule_is_about_one_state() -> None:
    (entry,) = entries_of({"global-config": {"somethingNew": [{"a": 1}, {"a": 2}]}}, "lza")
    assert (entry.path, entry.state, entry.count) == ("somethingNew[].a", State.NONE, 2)
    assert {rule.state for rule in key_rules("lza")} == set(State)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("global-config.yaml", "a: [", "global-config.yaml"),
        ("security-config.yaml", "iamPasswordPolicy: !include ../../secret.yaml", "is outside"),
        ("security-config.yaml", 'iamPasswordPolicy: !include "a\\0b"', "is not a valid path"),
        ("password.yaml", "again: !include password.yaml", "is circular"),
        (
            "organization-config.yaml",
            "serviceControlPolicies: [{name: P, policy: ../s.json}]",
            "policy P: ../s.json is outside",
        ),
        (
            "organization-config.yaml",
            "serviceControlPolicies: [{name: P, policy: /s.json}]",
            "policy P: /s.json is outside",
        ),
        ("organization-config.yaml", "- a list", "not a mapping"),
        ("accounts-config.yaml", "mandatoryAccounts: [{name: Management}]", "has no email"),
    ],
    ids=[
        "no YAML",
        "an include outside of the directory",
        "an include of no path",
        "a file that includes itself",
        "a policy above the directory",
        "a policy elsewhere",
        "a list",
        "an account without address",
    ],
)
def test_a_file_that_cannot_be_read_is_named(source: Path, file: str, text: str, said: str) -> None:
    (source / file).write_text(text, encoding="utf-8")
    with pytest.raises(ImportFileError, match=said):
        import_lza(source, name="Contoso")


def test_a_policy_that_is_a_link_out_of_the_directory_is_not_copied(source: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"a": 1}', encoding="utf-8")
    policy = source / "service-control-policies/leave.json"
    policy.unlink()
    policy.symlink_to(tmp_path / "secret.json")
    with pytest.raises(ImportFileError, match=r"policy Deny-Leave: .* is outside"):
        import_lza(source, name="Contoso")


def _with_policies(source: Path, *policies: dict[str, Any]) -> None:
    listed = [{"policy": "service-control-policies/leave.json", **policy} for policy in policies]
    (source / "organization-config.yaml").write_text(json.dumps({"serviceControlPolicies": listed}), encoding="utf-8")


def test_each_policy_has_a_file_of_its_own(source: Path) -> None:
    root = {"deploymentTargets": {"organizationalUnits": ["Root"]}}
    _with_policies(source, *({"name": name, **root} for name in ("Deny Leave", "deny-leave", "拒否", "禁止")))
    assert list(import_lza(source, name="Contoso").files) == [
        "policies/deny-leave.json", "policies/deny-leave-2.json", "policies/policy.json", "policies/policy-2.json",
    ]  # fmt: skip


def test_a_target_account_that_is_nowhere_is_named(source: Path) -> None:
    _with_policies(source, {"name": "P", "deploymentTargets": {"accounts": ["Shared Services", "Gone"]}})
    found = import_lza(source, name="Contoso")
    assert found.remarks == ("policy P leaves out Gone: accounts-config has no such account",)
    assert found.answers.found["guardrails"]["policies"][0]["to"] == ["shared-services"]


def test_an_included_file_may_be_a_list_and_include_others(source: Path) -> None:
    path = source / "accounts-config.yaml"
    document = path.read_text(encoding="utf-8")
    head, _, rest = document.partition("workloadAccounts:\n")
    item, _, tail = rest.partition("accountIds:")
    path.write_text(f"{head}workloadAccounts: !include workloads.yaml\naccountIds:{tail}", encoding="utf-8")
    (source / "workloads.yaml").write_text("- !include shared.yaml\n", encoding="utf-8")
    (source / "shared.yaml").write_text(item.strip().removeprefix("- "), encoding="utf-8")
    assert import_lza(source, name="Contoso").answers.ous["shared-services"] == "Infrastructure/Shared"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"accounts-config\.yaml"):
        import_lza(tmp_path, name="Contoso")


def test_files_that_exist_are_kept_without_force(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "profile.yaml"
    run(source, output)
    said = str(run(source, output).exception)
    assert f"{output}, {tmp_path / 'policies/deny-leave.json'} exists already" in said
    assert run(source, output, "--force").exception is None


def test_nothing_is_written_if_the_policies_cannot_be(source: Path, tmp_path: Path) -> None:
    (tmp_path / "policies").write_text("mine", encoding="utf-8")
    assert f"{tmp_path / 'policies'} is no directory" in str(
        run(source, tmp_path / "profile.yaml", "--force").exception
    )
    assert not (tmp_path / "profile.yaml").exists()


def test_the_profile_comes_last_and_an_error_names_the_file(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("baseline.files.replace_file", fail)
    error = run(source, tmp_path / "profile.yaml").exception
    assert isinstance(error, OutputError)
    assert f"{tmp_path / 'policies/deny-leave.json'} not written: No space left on device" in str(error)
    assert error.hint
    assert not (tmp_path / "profile.yaml").exists()


def test_the_schema_that_the_first_line_names_is_written(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "new" / "profile.yaml")
    assert json.loads((tmp_path / "new" / "profile.schema.json").read_text(encoding="utf-8")) == profile_schema()


def test_a_misspelled_tool_is_guessed_and_the_list_has_a_whole_sentence() -> None:
    assert "Did you mean `baseline import lza`" in CliRunner().invoke(baseline, ["import", "lsa"]).output
    assert "From the Landing Zone Accelerator on AWS." in CliRunner().invoke(baseline, ["import", "--help"]).output
