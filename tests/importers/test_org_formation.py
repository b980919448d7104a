"""`baseline import org-formation`: an organization and tasks in the shape of the public samples become a profile."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import ImportFileError
from baseline.importers.keys import State, key_rules
from baseline.importers.org_formation import OrgFormationWishes, import_org_formation
from baseline.importers.org_formation_tasks import _OTHERS
from baseline.importers.source import Imported
from baseline.profile.load import load_profile
from baseline.profile.scaffold import scaffold

ORGANIZATION = """
AWSTemplateFormatVersion: '2010-09-09-OC'
Parameters:
  logs: {Type: String, Default: !Ref ComplianceAccount}
Organization:
  MasterAccount:
    Type: OC::ORG::MasterAccount
    Properties:
      AccountName: contoso
      AccountId: '123412341234'
      RootEmail: aws@contoso.example
      PasswordPolicy: !Ref Passwords
      ServiceControlPolicies: !Ref NothingSCP
      Tags: {owner: platform}
  OrganizationRoot:
    Type: OC::ORG::OrganizationRoot
    Properties:
      ServiceControlPolicies: [!Ref LeaveSCP, p-FullAWSAccess]
      DefaultOrganizationAccessRoleName: OrganizationAccountAccessRole
  ComplianceAccount:
    Type: OC::ORG::Account
    Properties: {AccountName: Shared Compliance, AccountId: 012345670123, RootEmail: aws-compliance@contoso.example}
  SecurityAccount:
    Type: OC::ORG::Account
    Properties: {AccountName: Security, AccountId: '345634563456', RootEmail: aws-security@contoso.example}
  ShopAccount:
    Type: OC::ORG::Account
    Properties:
      AccountName: Shop Production
      RootEmail: aws-shop@contoso.example
      Alias: contoso-shop
      PasswordPolicy: !Ref Passwords
      Tags:
        <<: !Include ./tags.yml
        budget: '200'
  LabAccount:
    Type: OC::ORG::Account
    Properties:
      {AccountName: Lab, RootEmail: aws-lab@contoso.example, PasswordPolicy: !Ref Longer,
       ServiceControlPolicies: [!Ref LabSCP], Tags: {lab: yes}}
  SharedOU:
    Type: OC::ORG::OrganizationalUnit
    Properties: {OrganizationalUnitName: shared, Accounts: [!Ref logs, !Ref SecurityAccount]}
  WorkloadsOU:
    Type: OC::ORG::OrganizationalUnit
    Properties:
      OrganizationalUnitName: workloads
      OrganizationalUnits: !Ref ProductionOU
      ServiceControlPolicies: !Ref LabSCP
  ProductionOU:
    Type: OC::ORG::OrganizationalUnit
    Properties: {OrganizationalUnitName: production, Accounts: !Ref ShopAccount}
  LeaveSCP:
    Type: OC::ORG::ServiceControlPolicy
    Properties:
      PolicyName: DenyLeave
      Description: Accounts stay.
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Sid: Leave, Effect: Deny, Action: 'organizations:LeaveOrganization', Resource: '*'}]
  LabSCP:
    Type: OC::ORG::ServiceControlPolicy
    Properties:
      PolicyName: DenyTrails
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Deny
            Action: 'cloudtrail:StopLogging'
            Resource: !Sub 'arn:aws:cloudtrail:*:${SecurityAccount}:trail/*'
  NothingSCP:
    Type: OC::ORG::ServiceControlPolicy
    Properties: {PolicyName: Nothing, PolicyDocument: {Version: '2012-10-17', Statement: []}}
  OtherSCP:
    Type: OC::ORG::ServiceControlPolicy
    Properties: {PolicyName: Other, PolicyDocument: {Statement: [{Resource: !GetAtt Elsewhere.Arn}]}}
  Passwords:
    Type: OC::ORG::PasswordPolicy
    Properties: {MaxPasswordAge: 60, MinimumPasswordLength: 16, PasswordReusePrevention: 24, RequireSymbols: true}
  Longer:
    Type: OC::ORG::PasswordPolicy
    Properties: {MinimumPasswordLength: 20}
"""
TASKS = """
Parameters:
  prefix: {Type: String, Default: my}
  place: {Type: String, Default: !Ref ShopAccount}
OrganizationUpdate: {Type: update-organization, Template: ./organization.yml}
Roles:
  Type: update-stacks
  DependsOn: Topics
  Template: ./templates/role.yml
  StackName: !Sub '${prefix}-roles'
  StackDescription: Roles of developers.
  DefaultOrganizationBindingRegion: eu-west-1
  OrganizationBindings:
    RoleBinding: {OrganizationalUnit: !Ref WorkloadsOU, IncludeMasterAccount: true}
  Parameters:
    {trusted: !GetAtt SecurityAccount.AccountId, name: !Join ['-', [!Ref prefix, dev]], note: !ReadFile ./n.txt}
  MaxConcurrentStacks: 10
Topics:
  Type: update-stacks
  Template: ./templates/topic.yml
  StackName: topics
  DefaultOrganizationBindingRegion: [eu-west-1, eu-central-1]
  DefaultOrganizationBinding: {Account: '*', ExcludeAccount: !Ref LabAccount}
Tagged:
  Type: update-stacks
  Template: ./templates/topic.yml
  StackName: tagged
  DefaultOrganizationBindingRegion: eu-west-1
  DefaultOrganizationBinding: {AccountsWithTag: lab}
More:
  Type: include
  Path: ./more/tasks.yml
  DependsOn: [Topics]
  Parameters: {where: !Ref place, note: !Cmd date}
Detector:
  Type: update-stacks
  Template: ./templates/guardduty.yml
  StackName: guardduty
Trail: {Type: update-stacks, Template: ./templates/two.yml, StackName: trail}
Remote: {Type: update-stacks, Template: 's3://bucket/a.yml', StackName: remote}
Rendered: {Type: update-stacks, Template: ./templates/topic.yml, StackName: rendered, TemplatingContext: {ports: [22]}}
Skipped: {Type: update-stacks, Template: ./templates/topic.yml, StackName: skipped, Skip: true}
Type:
  Type: register-type
  ResourceType: Community::ServiceQuotas::S3
  SchemaHandlerPackage: s3://catalog/s3-0.1.0.zip
  OrganizationBinding: {Account: '*', Region: us-east-1}
Serverless: {Type: update-serverless.com, Path: ./app, OrganizationBinding: {Account: !Ref ShopAccount}}
"""
MORE = """
Parameters: {where: {Type: String}, note: {Type: String}}
Inner:
  Type: update-stacks
  Template: ../templates/topic.yml
  StackName: inner
  DefaultOrganizationBinding: {Account: !Ref where, Region: eu-west-1}
"""
TOPIC = """
# Topic of a team.
Resources:
  Topic: {Type: AWS::SNS::Topic}
"""
ROLE = """
AWSTemplateFormatVersion: '2010-09-09-OC'
Organization: !Include ../organization.yml
Parameters: {trusted: {Type: String}, name: {Type: String}, note: {Type: String, Default: none}}
OrganizationBindings:
  RoleBinding: {Account: '*'}
Resources:
  Role:
    Type: AWS::IAM::Role
    OrganizationBinding: !Ref RoleBinding
    Properties:
      RoleName: !Ref name
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${trusted}:root'}
"""
GUARDDUTY = """
Resources:
  Member:
    Type: AWS::GuardDuty::Member
    OrganizationBinding: {IncludeMasterAccount: true}
    Foreach: {Account: '*'}
    Properties: {Email: !GetAtt CurrentAccount.RootEmail, MemberId: !Ref CurrentAccount}
"""
TWO = """
Resources:
  Bucket: {Type: AWS::S3::Bucket, OrganizationBinding: {Account: !Ref ComplianceAccount}}
  Trail: {Type: AWS::CloudTrail::Trail, OrganizationBinding: {Account: '*'}, Properties: {S3BucketName: !Ref Bucket}}
"""
FILES = {
    "organization.yml": ORGANIZATION,
    "tags.yml": "{budget: '100', team: shop}",
    "tasks.yml": TASKS,
    "more/tasks.yml": MORE,
    "templates/topic.yml": TOPIC,
    "templates/role.yml": ROLE,
    "templates/guardduty.yml": GUARDDUTY,
    "templates/two.yml": TWO,
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "org" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "org"


def imported(source: Path, file: str = "tasks.yml", **wishes: Any) -> Imported:
    known = {"name": "Contoso", "home_region": "eu-west-1", "log_archive": "ComplianceAccount", **wishes}
    return import_org_formation(source / file, OrgFormationWishes(**known))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_accounts_units_tags_and_ids_are_taken_over(source: Path) -> None:
    answers = imported(source).answers

    assert answers.ids == {"management": "123412341234", "log_archive": "012345670123", "security": "345634563456"}
    assert answers.emails["shop-production"] == "aws-shop@contoso.example"
    assert answers.ous == {"management": "", "log_archive": "shared", "security": "shared",
                           "shop-production": "workloads/production", "lab": ""}  # fmt: skip
    assert [*answers.units] == ["shared", "workloads", "workloads/production"]
    assert answers.tags == {"shop-production": {"budget": "200", "team": "shop"}, "lab": {"lab": "True"}}
    assert answers.regions == ("eu-west-1", "eu-central-1")


def test_policies_have_their_places_and_functions_about_accounts_their_values(source: Path) -> None:
    found = imported(source)
    policies = found.answers.found["guardrails"]["policies"]

    assert [(item["name"], item["to"]) for item in policies] == [
        ("DenyLeave", ["root"]), ("DenyTrails", ["workloads", "lab"]),
    ]  # fmt: skip
    statement = json.loads(found.files["policies/denytrails.json"])["Statement"][0]
    assert statement["Resource"] == "arn:aws:cloudtrail:*:345634563456:trail/*"
    assert json.loads(found.files["policies/denyleave.json"])["Version"] == "2012-10-17"
    assert [remark for remark in found.remarks if remark.startswith("policy")] == [
        "policy Nothing is not imported: only the management account has it, where it has no effect",
        "policy Other is not imported: !GetAtt Elsewhere.Arn is known only to org-formation",
    ]


def test_the_password_policy_of_most_accounts_is_the_setting_and_others_are_overrides(source: Path) -> None:
    assert imported(source).answers.found["account_settings"] == {
        "password_minimum_length": 16, "password_reuse_prevention": 24, "password_max_age_days": 60,
        "overrides": [{"name": "longer", "to": ["lab"], "password_minimum_length": 20}],
    }  # fmt: skip


def test_stacks_of_tasks_become_customizations(source: Path) -> None:
    found = imported(source)
    stacks = found.answers.found["customizations"]["stacks"]

    assert stacks == {
        "topics": {"file": "stacks/topics.yml", "to": ["log_archive", "security", "shop-production"],
                   "regions": ["eu-west-1", "eu-central-1"]},
        "tagged": {"file": "stacks/tagged.yml", "to": ["lab"]},
        "my-roles": {"file": "stacks/my-roles.json", "to": ["workloads", "management"],
                     "description": "Roles of developers.", "parameters": {"trusted": "345634563456", "name": "my-dev"},
                     "depends_on": ["custom-topics"]},
        "inner": {"file": "stacks/inner.yml", "to": ["shop-production"], "depends_on": ["custom-topics"]},
    }  # fmt: skip
    assert found.files["stacks/topics.yml"] == TOPIC
    role = json.loads(found.files["stacks/my-roles.json"])
    assert {*role} == {"AWSTemplateFormatVersion", "Parameters", "Resources"}
    assert role["AWSTemplateFormatVersion"] == "2010-09-09"
    assert "OrganizationBinding" not in role["Resources"]["Role"]


def test_what_needs_org_formation_is_named_with_the_reason(source: Path) -> None:
    remarks = {remark for remark in imported(source).remarks if not remark.startswith("policy")}
    assert remarks == {
        "topics excludes accounts: the others are listed one by one, without new accounts",
        "tagged targets accounts with the tag lab: they are listed one by one",
        "task Roles: the parameter note is left out: !ReadFile is not in the files",
        "task More: the parameter note is left out: !Cmd is not in the files",
        "task Detector is not imported: its resources have Foreach",
        "task Trail is not imported: its resources have different bindings: split the template",
        "task Remote is not imported: s3://bucket/a.yml is not a file of the directory",
        "task Rendered is not imported: its template is one in Nunjucks",
        "task Skipped is not imported: it is skipped",
        f"task Type (register-type) is not imported: {_OTHERS['register-type']}",
        f"task Serverless (update-serverless.com) is not imported: {_OTHERS['update-serverless.com']}",
    }


def test_a_template_with_functions_of_org_formation_is_not_taken_over(source: Path) -> None:
    for old, new, reason in [
        ("!Ref name\n", "!Ref SecurityAccount\n", "only org-formation knows SecurityAccount"),
        ("!Ref name\n", "!Sub '${AWSAccount.Alias}-x'\n", "only org-formation knows AWSAccount"),
        ("!Ref name\n", "Fn::EnumTargetAccounts RoleBinding x\n", "only org-formation knows Fn::EnumTargetAccounts"),
        ("!Ref name\n", "!ReadFile x\n", "only org-formation knows Fn::ReadFile"),
    ]:
        (source / "templates/role.yml").write_text(ROLE, encoding="utf-8")
        change(source / "templates/role.yml", old, new)
        assert f"task Roles is not imported: {reason}" in imported(source).remarks


def test_the_command_writes_a_profile_that_is_valid_and_a_report_of_every_key(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "new" / "profile.yaml"
    command = ["import", "org-formation", str(source / "tasks.yml"), "--name", "Contoso", "--home-region", "eu-west-1"]
    command += ["--region", "us-east-1", "--region", "eu-central-1", "--log-archive", "Shared Compliance"]
    result = CliRunner().invoke(baseline, [*command, "-o", str(output)], standalone_mode=False)

    assert result.exception is None, result.exception
    assert "with 2 policies and 4 stacks" in result.stderr
    assert "  organization: Account[].RootEmail (4×): accounts.<key>.email" in result.stdout
    assert "  tasks: register-type[].ResourceType: write a template" in result.stdout
    profile = yaml.safe_load(output.read_text(encoding="utf-8"))
    assert profile["accounts"]["lab"]["tags"] == {"lab": "True"}
    assert profile["capabilities"]["guardrails"]["stage"] == "audit"
    assert set(load_profile(output).landscape.capabilities) >= {"customizations", "guardrails"}


def test_every_key_that_is_taken_over_changes_the_profile(source: Path) -> None:
    def result() -> str:
        found = imported(source)
        return scaffold(found.answers) + json.dumps(dict(found.files)) + json.dumps(found.remarks)

    before = result()
    changes = {
        "organization.yml": [
            ("AccountName: contoso", "AccountName: other"), ("'123412341234'", "'123412341235'"), ("aws@", "aws2@"),
            ("PasswordPolicy: !Ref Passwords", "PasswordPolicy: !Ref Longer"), ("Shop Production", "Store"),
            ("012345670123", "'012345670124'"), ("aws-shop@", "aws-store@"), ("PasswordPolicy: !Ref Longer,", ""),
            ("[!Ref LabSCP]", "[]"), ("budget: '200'", "budget: '300'"), ("[!Ref LeaveSCP, p", "[p"),
            ("Name: shared", "Name: common"), ("[!Ref logs, ", "["), ("OrganizationalUnits: !Ref ProductionOU", ""),
            ("ServiceControlPolicies: !Ref LabSCP", ""), ("DenyLeave", "Stay"), ("Accounts stay", "Stay here"),
            ("Sid: Leave", "Sid: Go"), ("Length: 16", "Length: 18"), ("Prevention: 24", "Prevention: 23"),
            ("MaxPasswordAge: 60", "MaxPasswordAge: 50"),
        ],
        "tasks.yml": [
            ("./more/tasks.yml", "./more/other.yml"), ("{where: !Ref place", "{where: !Ref LabAccount"),
            ("DependsOn: [Topics]", ""), ("./templates/topic.yml", "./templates/role.yml"), ("-roles'", "-people'"),
            ("Roles of dev", "Role of dev"), ("GetAtt SecurityAccount", "GetAtt ComplianceAccount"),
            ("DependsOn: Topics", ""), ("Region: eu-west-1\n  Org", "Region: eu-central-1\n  Org"),
            ("ExcludeAccount: !Ref LabAccount", "IncludeMasterAccount: true"), ("!Ref WorkloadsOU", "!Ref SharedOU"),
        ],
    }  # fmt: skip
    (source / "more/other.yml").write_text("{}", encoding="utf-8")
    for file, pairs in changes.items():
        text = (source / file).read_text(encoding="utf-8")
        for old, new in pairs:
            change(source / file, old, new)
            assert result() != before, (file, old)
            (source / file).write_text(text, encoding="utf-8")
    assert {rule.state for rule in key_rules("org_formation")} == set(State)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("organization.yml", "Organization:\n", "Organization: [\n", r"organization\.yml:\d+:\d+: not YAML"),
        ("organization.yml", "OC::ORG::OrganizationRoot", "OC::ORG::Root", r":15:3: Organization.Org.*has no"),
        ("organization.yml", "OC::ORG::MasterAccount", "OC::ORG::Account", ":5:1: not exactly one"),
        ("organization.yml", "AccountName: Lab, ", "", r":39:7: .* has no AccountName"),
        ("organization.yml", "AccountId: '345634563456', RootEmail: aws-security@contoso.example", "",
         r":25:17: account SecurityAccount has neither RootEmail nor AccountId"),
        ("organization.yml", "!Ref ProductionOU", "!Ref NorthOU", r":\d+:\d+: OrganizationalUnits refers to NorthOU"),
        ("organization.yml", "{OrganizationalUnitName: production,",
         "{OrganizationalUnitName: production, OrganizationalUnits: !Ref WorkloadsOU,", "contains itself: "),
        ("organization.yml", "./tags.yml", "../../tags.yml", r":\d+:\d+: `!Include`: .* is outside"),
        ("tasks.yml", "update-organization", "update-org", "neither the key Organization nor a task"),
        ("tasks.yml", "./templates/role.yml", "./templates/gone.yml", r"tasks.yml:9:3: task Roles: .*gone.yml: no s"),
        ("tasks.yml", "./more/tasks.yml", "./tasks.yml", r"task More: includes are circular"),
        ("tasks.yml", "Path: ./more/tasks.yml", "Where: x", "has no Path"),
        ("templates/topic.yml", "{Type: ", "{Type: [", r"topic.yml:4:\d+: not YAML: "),
        ("templates/role.yml", "Resources:", "Resource:", r"role.yml:2:1: no Resources"),
        ("more/tasks.yml", "Inner:", "Inner: text\nOther:", r"tasks.yml:3:1: task Inner is not a mapping"),
    ],
)  # fmt: skip
def test_bad_input_is_an_error_with_its_place(source: Path, file: str, old: str, new: str, said: str) -> None:
    change(source / file, old, new)
    with pytest.raises(ImportFileError, match=said) as raised:
        imported(source)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        (", RootEmail: aws-security@contoso.example", "",
         "the file has no RootEmail of security: replace the placeholders"),
        ("Statement: []}", "Staement: []}",
         "policy Nothing is not imported: only the management account has it, where it has no effect"),
    ],
    ids=["an account that has its id", "a policy without effect that is no policy"],
)  # fmt: skip
def test_what_the_profile_does_not_need_may_be_missing(source: Path, old: str, new: str, remark: str) -> None:
    change(source / "organization.yml", old, new)
    found = imported(source)
    assert remark in found.remarks
    assert found.answers.ids["security"] == "345634563456"


def test_the_comment_on_ids_counts_only_what_has_none(source: Path) -> None:
    def comment() -> str:
        return imported(source, "organization.yml").answers.notes["accounts"][0]

    assert comment() == "2 accounts and 3 units have no id here: `validate --inventory` names the ids."
    change(source / "organization.yml", "{AccountName: Lab,", "{AccountName: Lab, AccountId: '456745674567',")
    assert comment() == "1 account and 3 units have no id here: `validate --inventory` names the ids."
    change(source / "organization.yml", "RootEmail: aws-shop", "AccountId: '567856785678'\n      RootEmail: aws-shop")
    assert comment() == "3 units have no id here: `validate --inventory` names the ids."


def test_tasks_that_depend_on_themselves_or_on_each_other_keep_their_order(source: Path) -> None:
    task = "{{Type: update-stacks, Template: ./templates/topic.yml, DependsOn: [{}]{}}}\n"
    bound = ", DefaultOrganizationBinding: {Account: '*', Region: eu-west-1}"
    tasks = {"Last": "First", "First": "First", "Left": "Right", "Right": "Left"}
    text = "".join(f"{name}: {task.format(after, bound)}" for name, after in tasks.items())
    (source / "own.yml").write_text(text, encoding="utf-8")
    stacks = imported(source, "organization.yml", tasks=source / "own.yml").answers.found["customizations"]["stacks"]
    assert [*stacks] == ["first", "last", "left", "right"]
    assert stacks["last"]["depends_on"] == ["custom-first"]
    assert "depends_on" not in stacks["left"]


def test_an_organization_of_hundreds_of_accounts_and_one_of_the_least_are_read(source: Path) -> None:
    least = {"M": {"Type": "OC::ORG::MasterAccount", "Properties": {"AccountName": "m", "AccountId": "123412341234"}}}
    path = source / "organization.yml"
    path.write_text(json.dumps({"Organization": least}), encoding="utf-8")
    found = imported(source, "organization.yml", log_archive="")
    assert found.answers.emails["management"] == "management@example.com"
    assert (
        "no account was recognized as security: name one with --security, or replace its placeholder" in found.remarks
    )

    accounts = {
        f"A{number}": {"Type": "OC::ORG::Account",
                       "Properties": {"AccountName": "Same name", "RootEmail": f"a{number}@contoso.example"}}
        for number in range(400)
    }  # fmt: skip
    units = {
        f"U{number}": {"Type": "OC::ORG::OrganizationalUnit",
                       "Properties": {"OrganizationalUnitName": f"u{number}",
                                      "Accounts": [{"Ref": f"A{number * 8 + one}"} for one in range(8)],
                                      "OrganizationalUnits": [{"Ref": f"U{number + 1}"}] if number % 5 < 4 else []}}
        for number in range(50)
    }  # fmt: skip
    path.write_text(json.dumps({"Organization": {**least, **accounts, **units}}), encoding="utf-8")
    answers = imported(source, "organization.yml", log_archive="A0", security="A1").answers
    assert len({*answers.emails}) == 401
    assert "u0/u1/u2/u3/u4" in answers.units
