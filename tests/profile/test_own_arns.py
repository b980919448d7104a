"""ARNs in a profile's values: CloudFormation fills in their partition, and no check reports them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from baseline.pipeline import Options, Proof, prove
from baseline.resources import profiles_directory
from baseline.validate.subject import read_template
from baseline.validate.validate import ValidateOptions

POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"
REASON = f"Agreed, see {POLICY} and ${{x}}."
VALUES: dict[str, dict[str, Any]] = {
    "alarms": {"custom": [{"name": "own", "description": REASON, "pattern": f'{{ $.policyArn = "{POLICY}" }}'}]},
    "notifications": {
        "subscriptions": [
            {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:333333333333:alerts"},
            {"protocol": "https", "endpoint": "https://siem.example/?from=arn:aws:sns:x&${y}"},
        ]
    },
    "access_analyzer": {
        "archive_rules": [
            {"name": "site", "reason": REASON, "criteria": [{"key": "resource", "eq": ["arn:aws:s3:::site"]}]}
        ]
    },
    "guardduty": {
        "suppressions": [
            {
                "name": "site",
                "reason": REASON,
                "criteria": [{"field": "resource.s3BucketDetails.arn", "equals": ["arn:aws:s3:::site"]}],
            }
        ]
    },
    "security_hub": {
        "accepted_findings": [
            {"name": "site", "reason": REASON, "controls": ["S3.2"], "resources": ["arn:aws:s3:::site"]}
        ]
    },
    "config": {
        "rule_parameters": {
            "cloudshell-full-access": {"policyArns": f"arn:aws:iam::aws:policy/AWSCloudShellFullAccess,{POLICY}"}
        }
    },
    "identity_center": {
        "permission_sets": {
            "Own": {
                "description": f"See {POLICY}",
                "inline_policy": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x/*"}],
                },
            }
        }
    },
}


def proof_with(tmp_path: Path, capabilities: dict[str, Any]) -> Proof:
    data = yaml.safe_load((profiles_directory() / "northwind.yaml").read_text(encoding="utf-8"))
    for name, settings in capabilities.items():
        data["capabilities"][name] = {**data["capabilities"].get(name, {}), **settings}
    profile = tmp_path / "profile.yaml"
    profile.write_text(yaml.safe_dump(data), encoding="utf-8")
    return prove(profile, Options(validation=ValidateOptions(lint=False)))


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "Description" for text in texts(item)]
    return [text for item in value for text in texts(item)] if isinstance(value, list) else [str(value)]


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    return proof_with(tmp_path_factory.mktemp("arns"), VALUES)


def test_arns_of_the_profile_are_no_findings(proof: Proof) -> None:
    assert proof.failures == ()


def test_arns_of_the_profile_fit_every_partition(proof: Proof) -> None:
    found = [
        text for item in proof.evidence.templates for text in texts(dict(read_template(item).document["Resources"]))
    ]
    assert not [text for text in found if re.search(r"arn:aws(-cn|-us-gov)?:", text)]
    everything = "\n".join(found)
    for arn in ("sqs:eu-west-1:333333333333:alerts", "s3:::site", "iam::aws:policy/AdministratorAccess", "sns:x&${!y}"):
        assert f"arn:${{AWS::Partition}}:{arn}" in everything
