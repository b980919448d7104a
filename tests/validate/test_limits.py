import json
from collections.abc import Callable
from typing import Any

import pytest

from baseline.validate.checks import limits
from baseline.validate.checks.run import run_checks
from tests.validate.subjects import template_of

RULE: dict[str, Any] = {"Type": "AWS::Events::Rule"}
DOCUMENT: dict[str, Any] = {"Resources": {"Rule": RULE}}


def messages(document: dict[str, Any], *, name: str = "nw-test", padding: int = 0) -> list[str]:
    text = json.dumps(document).ljust(padding)
    return [finding.message for finding in run_checks([template_of(text, name=name)], [limits.CHECK])]


def many(section: str, count: int) -> dict[str, Any]:
    values: dict[str, dict[str, Any]] = {
        "Resources": RULE,
        "Parameters": {"Type": "String"},
        "Outputs": {"Value": "1"},
        "Mappings": {"a": {"b": "c"}},
    }
    return {**DOCUMENT, section: {f"Item{number}": values[section] for number in range(count)}}


@pytest.mark.parametrize(
    ("section", "limit"), [("Resources", 500), ("Parameters", 200), ("Outputs", 200), ("Mappings", 200)]
)
def test_a_section_takes_so_many_and_not_one_more(section: str, limit: int) -> None:
    assert messages(many(section, limit)) == []
    assert messages(many(section, limit + 1)) == [
        f"the template has {limit + 1} {section.lower()}: AWS allows {limit}",
    ]


def test_a_template_takes_51200_bytes() -> None:
    assert messages(DOCUMENT, padding=51_200) == []
    assert messages(DOCUMENT, padding=51_201) == ["the template has 51,201 bytes: AWS allows 51,200"]


def test_a_mapping_takes_200_keys() -> None:
    mapping = {f"key{number}": {"a": "b"} for number in range(201)}
    assert messages({**DOCUMENT, "Mappings": {"Sizes": mapping}}) == [
        "the mapping Sizes has 201 attributes: AWS allows 200"
    ]


def test_a_stack_name_takes_128_characters() -> None:
    assert messages(DOCUMENT, name="n" * 128) == []
    assert messages(DOCUMENT, name="n" * 129) == [f"the stack name {'n' * 129} has 129 characters: AWS allows 128"]


def key_with(policy: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}


def bucket_policy_with(policy: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "logs", "PolicyDocument": policy}}


@pytest.mark.parametrize(("resource", "limit"), [(key_with, 32_768), (bucket_policy_with, 20_480)])
def test_a_resource_policy_takes_so_many_bytes(resource: Callable[[dict[str, Any]], Any], limit: int) -> None:
    policy = {"Statement": [{"Effect": "Allow", "Sid": ""}]}
    sid = "s" * (limit - len(json.dumps(policy, separators=(",", ":"))))
    for extra, expected in (("", []), ("s", [f"the policy has {limit + 1:,} bytes: AWS allows {limit:,}"])):
        policy["Statement"][0]["Sid"] = sid + extra
        assert messages({"Resources": {"Guarded": resource(policy)}}) == expected


def role_with(**properties: Any) -> dict[str, Any]:
    return {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}}


def statements(characters: int) -> dict[str, Any]:
    """A policy of this size in characters; IAM does not count the white space."""
    frame = len('{"Statement":""}')
    return {"Statement": "x" * (characters - frame) + "   "}


def test_a_managed_policy_takes_6144_characters_without_white_space() -> None:
    def managed(size: int) -> dict[str, Any]:
        return {
            "Resources": {
                "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": statements(size)}}
            }
        }

    assert messages(managed(6_144)) == []
    assert messages(managed(6_145)) == ["the policy has 6,145 characters: AWS allows 6,144"]


def test_a_roles_trust_takes_2048_characters_with_functions_filled_in() -> None:
    assert messages(role_with(AssumeRolePolicyDocument=statements(2_048))) == []
    assert messages(role_with(AssumeRolePolicyDocument=statements(2_049))) == [
        "the policy has 2,049 characters: AWS allows 2,048"
    ]
    filled_in = {"Statement": {"Fn::If": ["A", {"Fn::Sub": "x" * 2_040}, "short"]}}
    assert messages(role_with(AssumeRolePolicyDocument=filled_in)) == [
        "the policy has 2,056 characters: AWS allows 2,048"
    ]


def test_a_roles_inline_policies_take_10240_characters_together() -> None:
    policies = [{"PolicyName": name, "PolicyDocument": statements(5_121)} for name in ("a", "b")]
    assert messages(role_with(Policies=policies)) == [
        "the sum of the role's inline policies has 10,242 characters: AWS allows 10,240"
    ]


def test_a_role_takes_20_managed_policies() -> None:
    assert messages(role_with(ManagedPolicyArns=["arn"] * 20)) == []
    assert messages(role_with(ManagedPolicyArns=["arn"] * 21)) == ["the role has 21 policies: AWS allows 20"]
