"""Amazon Macie in AWS: on before its administrator is named, in every account, and gone with its stacks."""

from pathlib import Path

from tests.deploy.conftest import Aws, reduced, write

ONLY = ("--only", "nw-macie*", "--only", "nw-kms-*", "--only", "nw-log-archive*")
MACIE = """{mode: discover, discovery_excluded_accounts: [web-dev], revert: true, reason: Samples only.,
    custom_data_identifiers: {employees: {description: Numbers., regex: "E-[0-9]{7}"}}}"""


def test_macie_is_deployed_in_order_enrolls_every_account_and_is_removed(settled: Aws, tmp_path: Path) -> None:
    settled.emulator.run_functions()
    settled.emulator.run_services()
    path = reduced(tmp_path)
    path.write_text(f"{path.read_text(encoding='utf-8')}  macie: {MACIE}\n", encoding="utf-8")
    out = write(path, tmp_path / "out")
    result = settled.run("deploy", out, "--yes", *ONLY)
    assert result.exit_code == 0, result.stderr
    calls = settled.calls("EnableMacie", "EnableOrganizationAdminAccount", "CreateMember")
    assert calls[0] == "macie2.EnableMacie"
    assert calls.index("macie2.EnableOrganizationAdminAccount") < calls.index("macie2.CreateMember")
    account = settled.emulator.gaps.macie["333333333333", "eu-west-1"]
    assert account.members == dict.fromkeys(("111111111111", "222222222222", "444444444444", "555555555555"), "Enabled")
    discovery = account.given["BatchUpdateAutomatedDiscoveryAccounts"]["accounts"]
    assert {"accountId": "555555555555", "status": "DISABLED"} in discovery
    destination = account.given["PutClassificationExportConfiguration"]["configuration"]["s3Destination"]
    assert destination["bucketName"] == "nw-macie-logs-222222222222-eu-west-1"
    assert account.includes["customDataIdentifierIds"] == list(account.identifiers)
    assert settled.run("drift", out, *ONLY).exit_code == 0
    assert settled.run("destroy", out, "--confirm", "Northwind").exit_code == 0
    assert account.given["UpdateAutomatedDiscoveryConfiguration"] == {"status": "DISABLED"}
