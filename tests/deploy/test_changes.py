"""Differences between two versions of a template, and the replacements by CloudFormation."""

import json
from pathlib import Path
from typing import Any

import pytest

from baseline.deploy.changes import Change, Version, differences, filled_in, losses, refusals
from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import assert_done, edited


def version(*, parameters: dict[str, str] | None = None, **resources: dict[str, Any]) -> Version:
    return Version(text=json.dumps({"Resources": resources}), parameters=parameters or {})


def resource(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


def replaced(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [change.replaced for change in differences(version(It=before), version(It=after))]


BUCKET, KEY, ACCOUNT = "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Organizations::Account"
SPLIT, LIST = ({"Fn::Join": ["", it]} for it in ({"Fn::Split": ["/", "a/b"]}, {"Ref": "Names"}))
REF, SUB, IF = {"Ref": "Other"}, {"Fn::Sub": "logs-${AWS::AccountId}"}, {"Fn::If": ["Here", "a", "b"]}


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        pytest.param(resource(BUCKET), resource(BUCKET), [], id="the same"),
        pytest.param(resource(BUCKET, BucketName="a"), resource(BUCKET, BucketName="b"), ["yes"], id="create-only"),
        pytest.param(resource(BUCKET, BucketName=SUB), resource(BUCKET, BucketName="b"), ["yes"], id="known variable"),
        pytest.param(resource(BUCKET, BucketName=IF), resource(BUCKET, BucketName="b"), ["maybe"], id="a condition"),
        pytest.param(resource(BUCKET, BucketName=REF), resource(BUCKET, BucketName="b"), ["maybe"], id="a reference"),
        pytest.param(resource(BUCKET, BucketName=SPLIT), resource(BUCKET, BucketName="c"), ["maybe"], id="a split"),
        pytest.param(resource(BUCKET, BucketName=LIST), resource(BUCKET, BucketName="Ref"), ["maybe"], id="a list"),
        pytest.param(resource(BUCKET), resource(BUCKET, Tags=[]), ["no"], id="mutable"),
        pytest.param(
            resource(BUCKET), {**resource(BUCKET), "DeletionPolicy": "Retain"}, ["no"], id="an attribute alone"
        ),
        pytest.param(resource(KEY, KeySpec="RSA_2048"), resource(KEY), ["blocked"], id="a key's kind"),
        pytest.param(resource(KEY), resource(KEY, KeySpec="SYMMETRIC_DEFAULT"), ["no"], id="a default spelled out"),
        pytest.param(resource(KEY), resource(KEY, MultiRegion=IF), ["maybe"], id="fixed, by a condition"),
        pytest.param(resource(ACCOUNT, Email="a@x"), resource(ACCOUNT, Email="b@x"), ["blocked"], id="an address"),
        pytest.param(resource(ACCOUNT, ParentIds=["ou-1"]), resource(ACCOUNT, ParentIds=["ou-2"]), ["no"], id="a move"),
        pytest.param(resource(BUCKET), resource(KEY), ["blocked"], id="another type"),
        pytest.param(
            resource("AWS::Lambda::Permission", Action="a"),
            resource("AWS::Lambda::Permission", Action="b"),
            ["yes"],
            id="a type without updates",
        ),
        pytest.param(
            resource("Custom::Setting", A="1"), resource("Custom::Setting", A="2"), ["unknown"], id="nobody says"
        ),
        pytest.param(
            resource("AWS::AccessAnalyzer::Analyzer", AnalyzerConfiguration={"a": 1}),
            resource("AWS::AccessAnalyzer::Analyzer", AnalyzerConfiguration={"a": 2}),
            ["maybe"],
            id="replaced by some changes",
        ),
    ],
)
def test_whether_a_change_replaces(before: dict[str, Any], after: dict[str, Any], answer: list[str]) -> None:
    assert replaced(before, after) == answer


def test_a_parameter_counts_by_its_value() -> None:
    named = resource(BUCKET, BucketName={"Fn::Sub": "${Prefix}-logs"})
    before, same, other = (version(parameters={"Prefix": value}, It=named) for value in ("a", "a", "b"))
    assert differences(before, same) == ()
    assert [change.replaced for change in differences(before, other)] == ["yes"]


def test_whoever_is_bound_to_a_replaced_resource_may_be_replaced_with_it() -> None:
    policy = resource("AWS::S3::BucketPolicy", Bucket={"Ref": "It"}, PolicyDocument={})
    trail = resource("AWS::CloudTrail::Trail", S3BucketName={"Ref": "It"}, IsLogging=True)
    one, two = (version(It=resource(BUCKET, BucketName=name), Policy=policy, Trail=trail) for name in "ab")
    found = {change.logical_id: change.replaced for change in differences(one, two)}
    assert found == {"It": "yes", "Policy": "maybe", "Trail": "no"}


def test_what_comes_and_goes_is_named() -> None:
    one, two = version(A=resource(BUCKET)), version(B=resource(KEY))
    changes = differences(one, two)
    assert [(change.logical_id, change.action) for change in changes] == [("B", "add"), ("A", "remove")]
    assert losses(changes) == ("A (AWS::S3::Bucket) holds data and would be removed",)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ({"AWS::Partition": "aws-cn"}, "arn:aws-cn:iam::$account:role/nw-backup-scanner"),
        ({}, {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::$account:role/nw-backup-scanner"]]}),
    ],
    ids=["known", "unknown"],
)
def test_joined_text_is_filled_in_once_every_part_is_known(known: dict[str, str], text: object) -> None:
    joined = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::$account:role/nw-backup-scanner"]]}
    assert filled_in({"Role": joined}, known) == {"Role": text}


def test_a_refusal_names_what_is_fixed() -> None:
    (said,) = refusals((Change(logical_id="Key", type=KEY, action="modify", replaced="blocked"),))
    assert "KeySpec, KeyUsage, Origin, MultiRegion" in said


def test_a_stack_set_replaces_data_only_when_that_is_allowed(deployed: Aws, existing: Path, tmp_path: Path) -> None:
    changed = edited(existing, tmp_path / "out", "nw-log-archive", "-cloudtrail-logs-", "-trail-logs-")
    refused = deployed.run("deploy", changed, "--yes", "--only", "nw-log-archive")
    assert refused.exit_code == 7
    assert "holds data and would be replaced" in refused.stderr
    assert "(AWS::S3::Bucket) REPLACED" in refused.output
    assert deployed.calls("UpdateStackSet") == []
    words = ("deploy", changed, "--yes", "--allow-replacement")
    allowed = deployed.run(*words, "--only", "nw-log-archive")
    assert allowed.exit_code == 0, allowed.stderr
    assert_done(deployed, changed)


@pytest.mark.parametrize("stack", ["nw-kms-logs", "nw-kms-log-archive"], ids=["a stack", "a StackSet"])
def test_what_aws_refuses_to_change_is_reported_and_not_tried(
    deployed: Aws, existing: Path, tmp_path: Path, stack: str
) -> None:
    changed = edited(existing, tmp_path / "out", stack, "KeySpec: SYMMETRIC_DEFAULT", "KeySpec: RSA_2048")
    deployed.emulator.calls.clear()
    result = deployed.run("deploy", changed, "--yes", "--allow-replacement", "--only", stack)
    assert result.exit_code == 7
    assert "(AWS::KMS::Key) REFUSED by AWS" in result.output
    assert "an immutable property: KeySpec, KeyUsage, Origin, MultiRegion" in result.stderr
    assert deployed.calls("ExecuteChangeSet", "UpdateStackSet") == []


def test_what_changes_in_a_stack_is_compared_where_a_value_is_not_known_yet(
    deployed: Aws, existing: Path, tmp_path: Path
) -> None:
    changed = edited(existing, tmp_path / "out", "nw-cloudtrail", "RetentionInDays: 731", "RetentionInDays: 1096")
    path = changed / "plan.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    (trail,) = [stack for wave in plan["waves"] for stack in wave if stack["name"] == "nw-cloudtrail"]
    trail["parameters"][0] |= {"name": "Later", "value": None, "output_of": None}
    path.write_text(json.dumps(plan), encoding="utf-8")
    result = deployed.run("deploy", changed, "--dry-run", "--only", "nw-cloudtrail")
    assert result.exit_code == 0, result.stderr
    assert "update nw-cloudtrail (management in eu-west-1): 1 to modify\n" in result.output
    assert " to add" not in result.output
