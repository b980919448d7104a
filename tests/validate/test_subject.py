import pytest

from baseline.policy.document import Path
from baseline.validate.subject import Subject, read_template
from tests.validate.subjects import template_of

TEXT = """\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub ${AWS::StackName}-logs
      VersioningConfiguration: {Status: Enabled}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action:
              - s3:GetObject
              - s3:PutObject
            Resource: !GetAtt Bucket.Arn
"""


def read(text: str) -> Subject:
    return read_template(template_of(text))


def test_short_functions_become_long_ones() -> None:
    properties = {resource.logical_id: resource.properties for resource in read(TEXT).resources}
    assert properties["Bucket"]["BucketName"] == {"Fn::Sub": "${AWS::StackName}-logs"}
    assert properties["Policy"]["Bucket"] == {"Ref": "Bucket"}
    statement = properties["Policy"]["PolicyDocument"]["Statement"][0]
    assert statement["Resource"] == {"Fn::GetAtt": ["Bucket", "Arn"]}


def test_values_are_what_cloudformation_reads() -> None:
    text = "Resources: {}\nA: [true, 7, 1.5, null, '007', 2012-10-17, on, !If [C, 1, !Ref B], !Condition C]\n"
    assert read(text).document["A"] == [
        *(True, 7, 1.5, None, "007", "2012-10-17", True),
        {"Fn::If": ["C", 1, {"Ref": "B"}]},
        {"Condition": "C"},
    ]


ACTION: Path = ("Resources", "Policy", "Properties", "PolicyDocument", "Statement", 0, "Action")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("Resources", "Bucket"), (2, 3)),
        (("Resources", "Bucket", "Properties", "VersioningConfiguration", "Status"), (6, 33)),
        (ACTION, (15, 13)),
        ((*ACTION, 1), (17, 17)),
        (("Resources", "Bucket", "Properties", "NotThere", "Either"), (4, 5)),
        (("Nothing",), (1, 1)),
        ((), (1, 1)),
    ],
)
def test_a_path_has_a_line_and_a_column_or_those_of_what_is_around_it(path: Path, place: tuple[int, int]) -> None:
    assert read(TEXT).place(path) == place


def test_json_is_read_like_yaml() -> None:
    subject = read('{"Resources": {"Topic":\n  {"Type": "AWS::SNS::Topic"}}}')
    assert [resource.type for resource in subject.resources] == ["AWS::SNS::Topic"]
    assert subject.place(("Resources", "Topic", "Type")) == (2, 4)


def test_policies_are_found_wherever_they_are() -> None:
    text = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: &trust
        Statement: [{Effect: Allow}]
      Policies:
        - PolicyName: a
          PolicyDocument: *trust
  Text:
    Type: AWS::Logs::ResourcePolicy
    Properties:
      PolicyDocument: !Sub '{"Statement": [{"Effect": "Allow"}]}'
      Broken: '{"Statement": ['
  WebAcl:
    Type: AWS::WAFv2::WebACL
    Properties:
      Rules: [{Statement: {GeoMatchStatement: {}}}]
"""
    assert [policy.path[1:] for policy in read(text).policies] == [
        ("Role", "Properties", "AssumeRolePolicyDocument"),
        ("Role", "Properties", "Policies", 0, "PolicyDocument"),
        ("Text", "Properties", "PolicyDocument", "Fn::Sub"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "Resources: []\n",
        "Resources: [",
        "a: b: c",
        "? [a]\n: b\n",
        "Resources: {a: 1",
        "\x00",
        "a: &a [*a]",
    ],
)
def test_what_is_no_template_is_reported_and_has_nothing_in_it(text: str) -> None:
    subject = read(text)
    assert subject.problem
    assert "\n" not in subject.problem
    assert (subject.resources, subject.policies, subject.document) == ((), (), {})
