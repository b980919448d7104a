"""References of org-formation: a property that refers to a resource of another type is an error at its place."""

import re
from pathlib import Path

import pytest

from baseline.errors import ImportFileError
from tests.importers.test_org_formation import FILES, change, imported

TEMPLATE = """
OrganizationBindings:
  Most:
    Account: '*'
    ExcludeOrganizationalUnit: !Ref SharedOU
    Region: eu-west-1
Resources:
  Topic: {Type: AWS::SNS::Topic, OrganizationBinding: !Ref Most}
"""
TASK = """
Most:
  Type: update-stacks
  Template: ./templates/most.yml
"""
ONE_OF_EACH_TYPE = ("MasterAccount", "LabAccount", "OrganizationRoot", "SharedOU", "LabSCP", "Longer", "Nowhere")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    added = {"tasks.yml": FILES["tasks.yml"] + TASK, "templates/most.yml": TEMPLATE}
    for name, text in {**FILES, **added}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("organization.yml", "Accounts: !Ref ShopAccount", "Accounts: !Ref SharedOU",
         r"organization\.yml:52:64: Accounts refers to SharedOU, which is not an account"),
        ("organization.yml", "OrganizationalUnits: !Ref ProductionOU", "OrganizationalUnits: !Ref LabAccount",
         r":48:28: OrganizationalUnits refers to LabAccount, which is not an organizational unit"),
        ("organization.yml", "[!Ref LabSCP]", "[!Ref Longer]",
         r":40:33: ServiceControlPolicies refers to Longer, which is not a service control policy"),
        ("organization.yml", "PasswordPolicy: !Ref Longer", "PasswordPolicy: !Ref LabSCP",
         r":39:78: PasswordPolicy refers to LabSCP, which is not a password policy"),
        ("tasks.yml", "ExcludeAccount: !Ref LabAccount", "ExcludeOrganizationalUnit: !Ref LabAccount",
         r"tasks\.yml:23:73: ExcludeOrganizationalUnit refers to LabAccount, which is not an organizational unit"),
        ("tasks.yml", "!Ref WorkloadsOU", "!Ref Longer", r"tasks\.yml:14:39: OrganizationalUnit refers to Longer, "),
        ("tasks.yml", "ExcludeAccount: !Ref LabAccount", "ExcludeAccount: !Ref SharedOU",
         r"tasks\.yml:23:62: ExcludeAccount refers to SharedOU, which is not an account"),
        ("tasks.yml", "Default: !Ref ShopAccount", "Default: !Ref LabSCP",
         r"tasks\.yml:4:34: Account refers to LabSCP, which is not an account"),
        ("templates/most.yml", "!Ref SharedOU", "!Ref LabAccount",
         r"most\.yml:5:5: ExcludeOrganizationalUnit refers to LabAccount, which is not an organizational unit"),
    ],
    ids=[
        "a unit as an account of a unit", "an account as a unit below", "a password policy as a policy of an account",
        "a policy as a password policy", "an account as an excluded unit", "a password policy as a unit",
        "a unit as an excluded account", "a policy as an account by a parameter", "an account as a unit in a template",
    ],
)  # fmt: skip
def test_a_reference_to_another_type_is_an_error_at_its_place(
    source: Path, file: str, old: str, new: str, said: str
) -> None:
    change(source / file, old, new)
    with pytest.raises(ImportFileError, match=said) as raised:
        imported(source)
    assert raised.value.hint == "correct the reference"


@pytest.mark.parametrize("file", ["organization.yml", "tasks.yml", "templates/most.yml"])
def test_any_reference_to_any_resource_is_imported_or_an_error_with_its_place(source: Path, file: str) -> None:
    text = (source / file).read_text(encoding="utf-8")
    errors, imports = [], 0
    for found in re.finditer(r"(?<=!Ref )\w+", text):
        for name in {*ONE_OF_EACH_TYPE} - {found[0]}:
            (source / file).write_text(text[: found.start()] + name + text[found.end() :], encoding="utf-8")
            try:
                imported(source)
                imports += 1
            except ImportFileError as error:
                errors.append(str(error))
    assert errors
    assert imports
    assert [said for said in errors if not re.search(r"\.yml:\d+:\d+: \w+ refers to \w+, which ", said)] == []


def test_an_asterisk_is_every_resource_of_the_type_without_the_management_account(source: Path) -> None:
    change(source / "templates/most.yml", "Account: '*'", "OrganizationalUnit: '*'")
    change(source / "tasks.yml", "ExcludeAccount: !Ref LabAccount", "IncludeMasterAccount: true, ExcludeAccount: '*'")
    stacks = imported(source).answers.found["customizations"]["stacks"]
    assert stacks["most"]["to"] == ["shop-production"]
    assert stacks["topics"]["to"] == ["management"]


def test_a_tag_of_a_binding_may_be_a_parameter(source: Path) -> None:
    change(source / "tasks.yml", "prefix: {Type: String, Default: my}", "prefix: {Type: String, Default: lab}")
    change(source / "tasks.yml", "AccountsWithTag: lab", "AccountsWithTag: !Ref prefix")
    assert imported(source).answers.found["customizations"]["stacks"]["tagged"]["to"] == ["lab"]
