"""The baseline's own roles on the page: who may assume them, by the trust policies of rendered templates."""

from dataclasses import replace

from baseline.report.access_matrix import capability_documents
from baseline.report.page.access_section import access_section
from baseline.report.page.baseline_roles import baseline_roles
from baseline.report.page.material import Material
from baseline.report.page.report import format_report

_ROLES = """
Resources:
  Open:
    Type: AWS::IAM::Role
    Properties:
      RoleName: open
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Action: "sts:AssumeRole", Principal: {AWS: !Sub "arn:aws:iam::${SecurityAccountId}:root"}}
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: reader
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
            Condition: {ArnEquals: {aws:PrincipalArn: !Sub "arn:aws:iam::${AWS::AccountId}:role/digest-eu-west-1"}}
  Digest:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub digest-${AWS::Region}
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: lambda.amazonaws.com}}]
"""


def test_roles_have_accounts_principals_and_conditions_of_their_trust_policies(northwind_material: Material) -> None:
    found = baseline_roles(northwind_material.evidence)
    rows = {(item.name, item.accounts): (item.who, item.conditions) for item in found}
    both = "with MFA; from this organization"
    assert rows["nw-break-glass", "`management`"] == ("IAM users `break-glass/*` of the same account", both)
    assert rows["nw-break-glass", "every member account"] == ("IAM users `break-glass/*` of security", both)
    who, only = rows["nw-security-audit", "every account"]
    assert who == "permission sets `*Administrator*` in security; permission sets `*Security*` in security"
    assert only == "from this organization"
    who, only = rows["nw-deployment-platform", "`web-prod`, `web-dev`"]
    assert who == "tokens of the identity provider `token.actions.githubusercontent.com`"
    assert only.endswith("`token.actions.githubusercontent.com:sub`: `repo:northwind/platform:environment:production`")
    assert "nw-config" not in {item.name for item in found}  # only a service assumes it


def test_roles_of_a_unit_are_also_in_accounts_that_join_it(northwind_material: Material) -> None:
    whole = northwind_material.evidence
    (template,) = (item for item in whole.templates if item.stack.name == "nw-iam-roles")
    units = next(item for item in template.stack.deployments if item.ous)
    stack = replace(template.stack, deployments=(replace(units, ous=("Workloads",)),))
    plan = replace(whole.plan, waves=((stack,),))
    evidence = replace(whole, plan=plan, templates=(replace(template, stack=stack),))
    places = {item.accounts for item in baseline_roles(evidence) if item.name == "nw-break-glass"}
    assert places == {"`web-prod`, `web-dev`, `data-prod` and new accounts in Workloads"}


def test_roles_of_functions_are_apart_and_an_open_trust_policy_is_named(northwind_material: Material) -> None:
    """Also without IAM Identity Center."""
    whole = northwind_material.evidence
    (template,) = (item for item in whole.templates if item.stack.name == "nw-iam-roles")
    plan = replace(whole.plan, waves=((template.stack,),))
    evidence = replace(whole, plan=plan, templates=(replace(template, text=_ROLES),))
    material = replace(northwind_material, evidence=evidence)
    context = access_section(material).context
    assert [(row[0], row[3]) for row in context["roles"]] == [
        ("`open`", "every principal of security that its own policies allow it")
    ]
    assert [(row[0], row[3]) for row in context["function_roles"]] == [
        ("`reader`", "roles `digest-eu-west-1` of the same account")
    ]
    text = format_report(material, "workload-team")
    assert "assigns no permission sets" in text
    assert text.index("Roles of the baseline") < text.index("Roles that functions of the baseline assume")


def test_access_matrix_has_the_roles_after_the_assignments(northwind_material: Material) -> None:
    written = dict(northwind_material.plan.documents)["report/access-matrix.md"]
    text = capability_documents(northwind_material.evidence)["report/access-matrix.md"].decode()
    assert text.startswith(f"{written}\n## Roles of the baseline\n")
    assert "| `management` | IAM users `break-glass/*` of the same account | with MFA; from this organization |" in text
