"""Customizations in AWS: deployed, compared, updated and removed like the baseline's own stacks."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Aws, reduced, write
from tests.deploy.test_deploy import everything

TEMPLATE = """\
Parameters:
  Name: {Type: String}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Ref Name, KmsMasterKeyId: alias/aws/sns}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The reduced profile with a topic in the management account and in every account of Workloads."""
    reduced(tmp_path)
    (tmp_path / "topic.yaml").write_text(TEMPLATE, encoding="utf-8")
    path = tmp_path / "northwind.yaml"
    stack = "{file: topic.yaml, to: [management, Workloads], parameters: {Name: ours}}"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}  customizations: {{stacks: {{topic: {stack}}}}}\n", encoding="utf-8")
    return path


def stacks(aws: Aws) -> list[str]:
    return sorted(str(name) for name in everything(aws) if "custom-topic" in str(name))


def test_a_customization_is_deployed_compared_updated_and_removed(settled: Aws, own: Path, tmp_path: Path) -> None:
    out = write(own, tmp_path / "out")
    only = ("--only", "nw-custom-*")
    assert settled.run("deploy", out, "--yes", "--wave", "1").exit_code == 0
    first = settled.run("deploy", out, "--yes", *only)
    assert first.exit_code == 0, first.stderr
    assert len(stacks(settled)) == 3  # management, web-prod, web-dev
    assert settled.run("drift", out, *only).exit_code == 0
    settled.emulator.calls.clear()
    assert settled.run("deploy", out, "--yes", *only).exit_code == 0
    assert not settled.calls("CreateChangeSet", "CreateStackInstances", "UpdateStackSet")
    own.with_name("topic.yaml").write_text(TEMPLATE.replace("alias/aws/sns", "alias/aws/other"), encoding="utf-8")
    changed = settled.run("deploy", write(own, tmp_path / "out"), "--yes", *only)
    assert changed.exit_code == 0, changed.stderr
    assert "nw-custom-topic" in changed.output
    assert settled.calls("UpdateStackSet")
    removed = settled.run("destroy", out, "--confirm", "Northwind")
    assert removed.exit_code == 0, removed.stderr
    assert stacks(settled) == []
