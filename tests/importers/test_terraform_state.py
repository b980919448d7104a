"""`baseline import terraform-state`: the organization in a state becomes a profile with its ids."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import ImportFileError
from baseline.importers.keys import State
from baseline.importers.source import Imported
from baseline.importers.terraform_state import StateWishes, import_terraform_state
from baseline.profile.load import load_profile

SET = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"
GROUP = "93674f7e5b-12345678-1234-1234-1234-123456789012"
DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "No", "Effect": "Deny", "Action": "a4b:GetRoom", "Resource": "*"}],
}
RESOURCES: dict[str, list[dict[str, Any]]] = {
    "aws_organizations_organization": [{
        "id": "o-c0nt0s0123", "roots": [{"id": "r-c0nt", "name": "Root"}], "master_account_id": "123412341234",
        "master_account_email": "aws@contoso.example", "master_account_name": "Contoso",
    }],
    "aws_organizations_organizational_unit": [
        {"id": "ou-c0nt-22222222", "name": "Prod", "parent_id": "ou-c0nt-11111111"},
        {"id": "ou-c0nt-11111111", "name": "Workloads", "parent_id": "r-c0nt"},
        {"id": "ou-c0nt-33333333", "name": "Core", "parent_id": "r-c0nt"},
    ],
    "aws_organizations_account": [
        {"id": "234523452345", "name": "Log Archive", "email": "l@contoso.example", "parent_id": "ou-c0nt-33333333"},
        {"id": "345634563456", "name": "Audit", "email": "s@contoso.example", "parent_id": "ou-c0nt-33333333"},
        {"id": "456745674567", "name": "Web", "email": "w@contoso.example", "parent_id": "ou-c0nt-22222222"},
        {"id": "567856785678", "name": "Old", "email": "o@contoso.example", "parent_id": "", "status": "SUSPENDED"},
    ],
    "aws_organizations_policy": [
        {"id": "p-1a2b3c4d", "name": "Rooms", "type": "SERVICE_CONTROL_POLICY", "description": "No rooms.",
         "content": json.dumps(DENY)},
        {"id": "p-2b3c4d5e", "name": "Idle", "type": "SERVICE_CONTROL_POLICY", "content": json.dumps(DENY)},
    ],
    "aws_organizations_policy_attachment": [
        {"policy_id": "p-1a2b3c4d", "target_id": "ou-c0nt-11111111"},
        {"policy_id": "p-1a2b3c4d", "target_id": "456745674567"},
    ],
    "aws_ssoadmin_permission_set": [
        {"arn": SET, "name": "Builders", "description": "Builds.", "session_duration": "PT4H", "secret": "hush"},
    ],
    "aws_ssoadmin_managed_policy_attachment": [
        {"permission_set_arn": SET, "managed_policy_arn": "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"},
    ],
    "aws_ssoadmin_customer_managed_policy_attachment": [
        {"permission_set_arn": SET, "customer_managed_policy_reference": [{"name": "data", "path": "/teams/"}]},
    ],
    "aws_ssoadmin_permission_set_inline_policy": [{"permission_set_arn": SET, "inline_policy": json.dumps(DENY)}],
    "aws_ssoadmin_account_assignment": [{"permission_set_arn": SET, "principal_id": GROUP}],
    "aws_identitystore_group": [{"group_id": GROUP, "display_name": "builders"}],
    "aws_guardduty_detector": [
        {"id": "12abc34d567e8fa901bc2d34e56789f0", "arn": "arn:aws:guardduty:eu-west-1:345634563456:detector/12abc"},
        {"id": "22abc34d567e8fa901bc2d34e56789f0", "arn": "arn:aws:guardduty:eu-west-1:456745674567:detector/22abc"},
    ],
    "aws_securityhub_account": [{"id": "345634563456"}],
    "aws_db_instance": [{"password": "hush"}, {"password": "hush"}],
}  # fmt: skip


def state(path: Path, resources: Any = None, **keys: Any) -> Path:
    listed = [
        {"mode": "managed", "type": type_, "name": "x", "instances": [{"attributes": item} for item in some]}
        for type_, some in (RESOURCES if resources is None else resources).items()
    ]
    listed.append({"mode": "data", "type": "aws_organizations_account", "instances": [{"attributes": {"id": "1"}}]})
    path.write_text(json.dumps({"version": 4, "resources": listed, **keys}), encoding="utf-8")
    return path


def imported(path: Path, **wishes: Any) -> Imported:
    return import_terraform_state(path, StateWishes(name="Contoso", prefix="ct", home_region="eu-west-1", **wishes))


def test_the_command_writes_a_valid_profile_with_ids_and_reads_no_secret(tmp_path: Path) -> None:
    command = ["import", "terraform-state", str(state(tmp_path / "s")), "--name", "Contoso", "--prefix", "ct"]
    output = tmp_path / "profile.yaml"

    result = CliRunner().invoke(
        baseline, [*command, "--home-region", "eu-west-1", "-o", str(output)], standalone_mode=False
    )

    assert result.exception is None, result.exception
    assert load_profile(output).landscape.organization_id == "o-c0nt0s0123"
    profile = yaml.safe_load(output.read_text(encoding="utf-8"))
    assert {key: item["id"] for key, item in profile["accounts"].items()} == {
        "management": "123412341234", "log_archive": "234523452345", "security": "345634563456", "web": "456745674567",
    }  # fmt: skip
    assert profile["accounts"]["web"]["ou"] == "Workloads/Prod"
    assert profile["organizational_units"][0] == {"path": "Workloads", "id": "ou-c0nt-11111111"}
    assert profile["adopt"] == {"permission_sets": {"Builders": SET}}
    assert profile["capabilities"]["guardduty"]["existing_detectors"] == {
        "eu-west-1": "12abc34d567e8fa901bc2d34e56789f0"
    }
    assert profile["capabilities"]["security_hub"]["existing_hub"] is True
    assert 'adopt: {policies: {"Rooms": "p-1a2b3c4d"}}' in output.read_text(encoding="utf-8")
    assert "  state: aws_db_instance[] (2×)" in result.stdout
    assert "hush" not in result.stdout + result.stderr + output.read_text(encoding="utf-8")


def test_permission_sets_policies_and_what_is_left(tmp_path: Path) -> None:
    found = imported(state(tmp_path / "s"))

    assert found.answers.found["identity_center"] == {
        "groups": {"builders": {"id": GROUP}},
        "permission_sets": {
            "Builders": {
                "description": "Builds.", "session": "4h", "managed_policies": ["job-function/ViewOnlyAccess"],
                "customer_policies": ["teams/data"], "inline_policy": DENY,
            }
        },
    }  # fmt: skip
    (policy,) = found.answers.found["guardrails"]["policies"]
    assert (policy["to"], json.loads(found.files[policy["file"]])) == (["Workloads", "web"], DENY)
    assert found.remarks[0] == "policy Idle is not imported: the state has no attachment for it"
    assert "terraform state rm" in found.remarks[1]
    assert found.remarks[2].startswith("1 account assignments stay")


def test_every_attribute_that_is_taken_over_changes_the_result(tmp_path: Path) -> None:
    def result(resources: Any) -> str:
        found = imported(state(tmp_path / "s", resources))
        return repr((found.answers, found.files, found.remarks))

    before = result(RESOURCES)
    entries = [item.path for item in imported(state(tmp_path / "s")).entries if item.state is State.TAKEN]
    assert len(entries) > 30
    for path in entries:
        type_, _, rest = path.partition("[].")
        attribute, _, inner = rest.partition("[].")
        changed = deepcopy(RESOURCES)
        item = next(item for item in changed[type_] if attribute in item)
        if inner:
            item[attribute][0][inner] = "changed"
        else:
            item[attribute] = "PT3H" if attribute == "session_duration" else "arn:aws:x:y:345634563456:z"
        assert result(changed) != before, path


def test_options_name_accounts_whose_names_do_not_say_what_they_are(tmp_path: Path) -> None:
    found = imported(state(tmp_path / "s"), security_id="456745674567", log_archive_id="345634563456")
    assert {key: found.answers.ids[key] for key in ("log_archive", "security")} == {
        "log_archive": "345634563456", "security": "456745674567",
    }  # fmt: skip


def test_units_in_a_circle_and_values_of_wrong_types_are_read(tmp_path: Path) -> None:
    resources = deepcopy(RESOURCES)
    resources["aws_organizations_organizational_unit"] += [
        {"id": "ou-a", "name": "A", "parent_id": "ou-b"},
        {"id": "ou-b", "name": "B", "parent_id": "ou-a"},
        {"id": ["x"], "name": {"y": 1}, "parent_id": None},
    ]
    resources["aws_organizations_policy"][1]["content"] = "no JSON"
    resources["aws_guardduty_detector"][0]["arn"] = 7
    found = imported(state(tmp_path / "s", resources))
    assert set(found.answers.units) == {"Workloads", "Workloads/Prod", "Core"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "s:1:2: not JSON"),
        ("[]", "not a Terraform state of version 4"),
        ('{"version": 3, "modules": []}', "not a Terraform state of version 4"),
        ('{"version": 4, "resources": {}}', "no resource aws_organizations_organization"),
        ('{"version": 4, "resources": [1, {"mode": "managed", "type": 2}]}', "no resource aws_organizations"),
    ],
    ids=["no JSON", "a list", "an old state", "wrong resources", "no organization"],
)  # fmt: skip
def test_what_is_no_state_of_an_organization_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "s").write_text(text, encoding="utf-8")
    with pytest.raises(ImportFileError, match=said):
        imported(tmp_path / "s")
