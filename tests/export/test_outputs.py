"""Values that stacks assign: ids of units, by the templates that create them."""

from dataclasses import replace

from baseline.export.outputs import Outputs, how_to_find
from baseline.export.source import Source
from baseline.plan.model import Deployment, Method, ParameterValue, Stack

FIRST = """
Resources:
  AlphaOu:
    Type: AWS::Organizations::OrganizationalUnit
    Properties:
      Name: Alpha
      ParentId: !Ref OrganizationRootId
  AlphaBetaOu:
    Type: AWS::Organizations::OrganizationalUnit
    Properties:
      Name: Beta
      ParentId: !Ref AlphaOu
  ElsewhereOu:
    Type: AWS::Organizations::OrganizationalUnit
    Properties:
      Name: Elsewhere
      ParentId: !Ref UnknownOuId
Outputs:
  AlphaOuId:
    Value: !Ref AlphaOu
  AlphaBetaOuId:
    Value: !Ref AlphaBetaOu
  ElsewhereOuId:
    Value: !Ref ElsewhereOu
"""
SECOND = """
Resources:
  GammaOu:
    Type: AWS::Organizations::OrganizationalUnit
    Properties:
      Name: Gamma
      ParentId: !Ref AlphaBetaOuId
Outputs:
  GammaOuId:
    Value: !Ref GammaOu
"""


def organization(source: Source) -> Source:
    """Two stacks that create units; the second one those in a unit of the first."""
    first = Stack(
        name="nw-organization",
        capability="organization",
        template="",
        description="",
        context=None,
        parameters=(ParameterValue(name="UnknownOuId", value=None),),
        deployments=(Deployment(method=Method.STACK, account="management", regions=("eu-west-1",)),),
        depends_on=(),
        prerequisites=(),
    )
    parent = ParameterValue(name="AlphaBetaOuId", value=None, output_of="nw-organization")
    second = replace(first, name="nw-organization-2", parameters=(parent,), depends_on=("nw-organization",))
    plan = replace(source.plan, waves=((first,), (second,)), ou_ids=())
    texts = {"nw-organization": FIRST, "nw-organization-2": SECOND}
    return Source(written=replace(source.written, plan=plan, texts=texts))


def test_units_are_found_by_their_parents(source: Source) -> None:
    outputs = Outputs(organization(source))
    paths = ("Alpha", "Alpha/Beta", "Alpha/Beta/Gamma", "Elsewhere", "Gamma")
    found = {
        path: output and (output.piece.name, output.name, output.region)
        for path in paths
        for output in (outputs.unit(path),)
    }
    assert found == {
        "Alpha": ("nw-organization", "AlphaOuId", "eu-west-1"),
        "Alpha/Beta": ("nw-organization", "AlphaBetaOuId", "eu-west-1"),
        "Alpha/Beta/Gamma": ("nw-organization-2", "GammaOuId", "eu-west-1"),
        "Elsewhere": None,
        "Gamma": None,
    }


def test_known_values_are_no_outputs(source: Source) -> None:
    given = organization(source)
    [parameter] = given.plan.waves[1][0].parameters
    made = Outputs(given).value(parameter)
    assert made
    assert (made.piece.name, made.name) == ("nw-organization", "AlphaBetaOuId")
    assert Outputs(replace(given, values={"AlphaBetaOuId": "ou-ab12-11111111"})).value(parameter) is None
    assert Outputs(given).value(replace(parameter, output_of="")) is None


def test_page_says_how_to_find_a_key_and_an_output(source: Source) -> None:
    alias = "arn:aws:kms:eu-central-1:${LogArchiveAccountId}:alias/nw-log-archive"
    key = ParameterValue(name="LogArchiveKeyArn", value=None, how="an output", key_alias=alias)
    assert how_to_find(source, key) == (
        "aws kms describe-key --key-id arn:aws:kms:eu-central-1:222222222222:alias/nw-log-archive "
        "--query KeyMetadata.Arn --region eu-central-1"
    )
    assert how_to_find(source, replace(key, key_alias="")) == "an output"
    made = replace(key, name="SuspendedOuId", key_alias="", output_of="nw-organization")
    assert how_to_find(source, made) == "the output SuspendedOuId of the stack nw-organization"
