"""Customizations: the user's own templates among the baseline's stacks."""

import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
import yaml

from baseline.errors import ProfileError
from baseline.evidence.assess import State
from baseline.findings import Finding, Severity
from baseline.pipeline import Options, Proof, prove
from baseline.plan.model import Deployment, Stack
from baseline.validate.validate import ValidateOptions
from tests.profile.test_places import PROFILE as START

PROFILE = START.replace("capabilities:\n", "") + "capabilities:\n"
TOPIC = """\
# A topic of ours.
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Days: {Type: String}
  OrganizationId: {Type: String}
  Color: {Type: String, Default: blue}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      KmsMasterKeyId: alias/aws/sns
      DisplayName: !Sub "${Days} ${OrganizationId} ${Color}"
"""
WITHOUT_LINT = Options(validation=ValidateOptions(lint=False), fail_on=None)


def profile(directory: Path, stack: str, files: dict[str, str] | None = None) -> Path:
    for name, text in {"topic.yaml": TOPIC, **(files or {})}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")
    path = directory / "profile.yaml"
    path.write_text(
        f"tier: starter{PROFILE}  customizations:\n    stacks:\n      topic: {{{stack}}}\n", encoding="utf-8"
    )
    return path


def proof(directory: Path, stack: str, files: dict[str, str] | None = None) -> Proof:
    return prove(profile(directory, stack, files), WITHOUT_LINT)


def unchecked(directory: Path, stack: str, files: dict[str, str] | None = None) -> Proof:
    """The same without checks, which take longer than all else."""
    with patch("baseline.pipeline.check_subjects", return_value=()):
        return proof(directory, stack, files)


def stack_of(found: Proof, name: str = "nw-custom-topic") -> Stack:
    return next(stack for stack in found.plan.stacks if stack.name == name)


def text_of(found: Proof, name: str = "nw-custom-topic") -> str:
    return next(item.text for item in found.evidence.templates if item.stack.name == name)


def problems(directory: Path, stack: str, files: dict[str, str] | None = None) -> tuple[Finding, ...]:
    with pytest.raises(ProfileError) as caught:
        prove(profile(directory, stack, files), WITHOUT_LINT)
    return tuple(caught.value.problems)


def targets(deployments: tuple[Deployment, ...]) -> list[str]:
    return [item.account or ", ".join(item.ous) for item in deployments]


def test_the_template_is_written_as_it_is_with_a_mark(tmp_path: Path) -> None:
    text = text_of(unchecked(tmp_path, 'file: topic.yaml, to: [Workloads], parameters: {Days: "90"}'))
    assert text.startswith(TOPIC)
    document = yaml.safe_load(text.replace("!Sub", ""))
    assert document["Metadata"]["Baseline"] == {
        "Capability": "customizations",
        "Generator": "baseline",
        "Version": document["Metadata"]["Baseline"]["Version"],
    }


def test_metadata_of_the_template_stays(tmp_path: Path) -> None:
    own = TOPIC.replace(
        "Parameters:", "Metadata:\n    AWS::CloudFormation::Interface: {}\n    Other: 1\nParameters:", 1
    )
    text = text_of(unchecked(tmp_path, 'file: o.yaml, to: [web], parameters: {Days: "1"}', {"o.yaml": own}))
    assert list(yaml.safe_load(text.replace("!Sub", ""))["Metadata"]) == [
        "Baseline",
        "AWS::CloudFormation::Interface",
        "Other",
    ]
    assert [line for line in text.splitlines() if "Baseline" not in line] == own.splitlines()


def test_json_keeps_its_content(tmp_path: Path) -> None:
    own = {"Metadata": {"A": 1}, "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    document = json.loads(text_of(unchecked(tmp_path, "file: t.json, to: [web]", {"t.json": json.dumps(own)})))
    assert document["Metadata"].pop("Baseline")["Generator"] == "baseline"
    assert document == own


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("[Workloads]", ["Workloads"]),
        ("[web, Workloads]", ["Workloads"]),
        ("[card-data]", ["web", "security"]),
        ("[management, Security]", ["Security", "management"]),
        ("[root]", ["Security, Workloads", "free"]),
        ("[root, free, management, web]", ["Security, Workloads", "free", "management"]),
    ],
)
def test_places_become_targets(tmp_path: Path, to: str, expected: list[str]) -> None:
    found = unchecked(tmp_path, f'file: topic.yaml, to: {to}, parameters: {{Days: "90"}}')
    assert sorted(targets(stack_of(found).deployments)) == sorted(expected)


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ("[]", ("eu-west-1",)),
        ("[governed]", ("eu-west-1", "eu-central-1")),
        ("[eu-central-1]", ("eu-central-1",)),
    ],
)
def test_regions_are_the_home_region_all_or_those_named(
    tmp_path: Path, regions: str, expected: tuple[str, ...]
) -> None:
    found = unchecked(tmp_path, f'file: topic.yaml, to: [web], regions: {regions}, parameters: {{Days: "90"}}')
    assert stack_of(found).regions == expected


def test_parameters_come_from_the_profile_the_organization_and_the_template(tmp_path: Path) -> None:
    found = proof(tmp_path, 'file: topic.yaml, to: [web], parameters: {Days: "90"}')
    assert {item.name: item.value for item in stack_of(found).parameters} == {"Days": "90", "OrganizationId": None}
    assert not [item for item in found.findings if item.severity is Severity.ERROR]


def test_two_stacks_may_give_a_parameter_different_values(tmp_path: Path) -> None:
    path = profile(tmp_path, 'file: topic.yaml, to: [web], parameters: {Days: "90"}')
    other = '      other: {file: topic.yaml, to: [security], parameters: {Days: "30"}}\n'
    path.write_text(path.read_text(encoding="utf-8") + other, encoding="utf-8")
    assert not [item for item in prove(path, WITHOUT_LINT).findings if item.severity is Severity.ERROR]


def test_it_waits_for_the_stacks_that_it_names_and_guardrails_wait_for_it(tmp_path: Path) -> None:
    found = unchecked(tmp_path, 'file: topic.yaml, to: [web], depends_on: [log-archive], parameters: {Days: "90"}')
    waves = {stack.name: number for number, wave in enumerate(found.plan.waves) for stack in wave}
    assert waves["nw-custom-topic"] > waves["nw-log-archive"]
    assert all(waves[name] > waves["nw-custom-topic"] for name in waves if name.startswith("nw-guardrails"))


def test_evidence_does_not_look_at_it(tmp_path: Path) -> None:
    key = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {EnableKeyRotation: false}\n"
    found = proof(tmp_path, "file: k.yaml, to: [web]", {"k.yaml": key})
    states = {item.control.id: item.state for item in found.evidence.assessments}
    assert states["kms-key-rotation"] is State.DEPLOYED
    assert not [item for item in found.findings if item.id == "BL130"]


BUCKET = "Resources:\n  Data:\n    Type: AWS::S3::Bucket\n"


def test_checks_look_at_it_and_findings_are_accepted_with_a_reason(tmp_path: Path) -> None:
    found = [
        item for item in proof(tmp_path, "file: b.yaml, to: [web]", {"b.yaml": BUCKET}).findings if item.id == "BL107"
    ]
    assert found
    assert all(item.accepted is None and item.severity is Severity.ERROR for item in found)
    accept = "file: b.yaml, to: [web], accept: {BL107: A cache.}"
    again = proof(tmp_path, accept, {"b.yaml": BUCKET})
    assert [item for item in again.findings if item.id == "BL107"] == [
        replace(item, accepted="A cache.") for item in found
    ]


def test_partition_of_the_user_is_a_warning(tmp_path: Path) -> None:
    text = (
        BUCKET
        + "  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      KmsMasterKeyId: arn:aws:kms:eu-west-1:1:key/x\n"
    )
    found = [
        item for item in proof(tmp_path, "file: b.yaml, to: [web]", {"b.yaml": text}).findings if item.id == "BL101"
    ]
    assert [item.severity for item in found] == [Severity.WARNING]


POLICY = "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/%s'"


@pytest.mark.parametrize(("to", "clashes"), [("security", True), ("web", False)])
def test_second_detector_of_an_account_is_found_where_a_capability_makes_one(
    tmp_path: Path, to: str, *, clashes: bool
) -> None:
    detector = "Resources:\n  Own: {Type: AWS::GuardDuty::Detector, Properties: {Enable: true}}\n"
    found = proof(tmp_path, f"file: r.yaml, to: [{to}]", {"r.yaml": detector})
    where = {item.logical_id for item in found.findings if item.id == "BL125"}
    assert where == ({"Own", "Detector"} if clashes else set())


@pytest.mark.parametrize(
    ("resource", "is_missing"),
    [
        (f"{{Type: AWS::IAM::Role, Properties: {{ManagedPolicyArns: [{POLICY % 'ours'}]}}}}", False),
        (f"{{Type: AWS::IAM::Role, Properties: {{ManagedPolicyArns: [{POLICY % 'nw-x'}]}}}}", True),
        ("{Type: AWS::SNS::Topic, Properties: {TopicName: !ImportValue ours}}", False),
        ("{Type: AWS::SNS::Topic, Properties: {TopicName: !ImportValue nw-nothing}}", True),
    ],
)
def test_names_of_the_baseline_need_a_creator_and_others_do_not(
    tmp_path: Path, resource: str, *, is_missing: bool
) -> None:
    found = proof(tmp_path, "file: r.yaml, to: [web]", {"r.yaml": f"Resources:\n  It: {resource}\n"})
    assert any(item.id == "BL131" for item in found.findings) is is_missing


def test_a_log_group_under_the_key_of_the_baseline_needs_a_name_that_the_key_admits(tmp_path: Path) -> None:
    text = (
        "Resources:\n  Logs:\n    Type: AWS::Logs::LogGroup\n"
        "    Properties: {LogGroupName: %s, KmsKeyId: !ImportValue nw-logs-key-arn}\n"
    )
    for name, expected in (("/nw/ours", set()), ("/ours", {"BL132"})):
        depends = "depends_on: [kms-logs, kms-logs-accounts]"
        found = proof(tmp_path, f"file: l.yaml, to: [web], {depends}", {"l.yaml": text % name})
        assert {item.id for item in found.findings} & {"BL131", "BL132"} == expected


def test_buckets_and_keys_of_the_user_may_be_open_to_their_account(tmp_path: Path) -> None:
    own = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Access:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: shared-builds
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {AWS: "444444444444"}, Action: "s3:GetObject", Resource: "*"}
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {AWS: "444444444444"}, Action: "kms:*", Resource: "*"}
"""
    found = proof(tmp_path, "file: topic.yaml, to: [web]", {"topic.yaml": own})
    assert [item.message for item in found.failures if item.id == "BL132"] == []
    assert [item for item in found.findings if item.id == "BL132"] == []


def test_a_dynamic_reference_is_an_error(tmp_path: Path) -> None:
    text = "Resources:\n  T: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:ssm:/x}}'}}\n"
    found = proof(tmp_path, "file: r.yaml, to: [web]", {"r.yaml": text})
    assert [item.severity for item in found.findings if item.id == "BL124"] == [Severity.ERROR]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- 1\n", (1, 1), "not a template"),
        ("Resources: []\n", (1, 1), "not a template"),
        ("", (1, 1), "not a template"),
        ("A: 1\nTransform: AWS::Serverless-2016-10-31\nResources: {A: {}}\nB: 1\n", (2, 1), "not support transforms"),
        ("Resources:\n  A: &a {Type: x}\n  B: *a\n", (3, 6), "does not support YAML aliases"),
        ("Resources:\n  A: {}\n---\nB: 1\n", (3, 1), "a second document"),
        ("Resources:\n  A: {}\n...\n", (3, 1), "a second document"),
        ("Resources:\n  A: {\n", (3, 1), "not YAML"),
        ("Resources:\n  A: {}\nMetadata: {A: 1}\n", (3, 1), "not a block mapping"),
        ("Resources:\n  A: {}\nMetadata:\n  Baseline: 1\n", (3, 1), "reserved for baseline"),
        ("{Resources: {A: {}}}", (1, 1), "neither block-style YAML nor JSON"),
        ("Resources:\n  A: " + "[" * 80 + "]" * 80 + "\n", (2, 64), "more than 60 levels"),
        ("Resources:\n  A: \u202e\n", (2, 6), "U+202E"),
        ('{"Resources": {"A": {"Type": "x"},\n  "A": {"Type": "y"}}}', (2, 3), "key given twice: A"),
        ('{"Resources": {"A": {"L": [{"k": 1, "k": 2}]}}}', (1, 37), "key given twice: k"),
        ("Resources:\n  A: {}\nResources: {}\n", (3, 1), "key given twice: Resources"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_at_its_line(
    tmp_path: Path, text: str, place: tuple[int, int], message: str
) -> None:
    (found,) = problems(tmp_path, "file: bad.yaml, to: [web]", {"bad.yaml": text})
    assert found.id == "custom-template"
    assert found.location.file.endswith("bad.yaml")
    assert (found.location.line, found.location.column) == place
    assert message in found.message


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        ("file: nowhere.yaml, to: [web]", "nowhere.yaml: cannot be read"),
        ("file: ../topic.yaml, to: [web]", "a path that leaves the profile's directory"),
        ("file: /etc/hosts.yaml, to: [web]", "a path that leaves the profile's directory"),
        ("file: topic.txt, to: [web]", "value not allowed"),
        ('file: topic.yaml, to: [web], parameters: {Days: "1", Dais: "2"}', "has no parameter Dais"),
        ("file: topic.yaml, to: [web]", "Days of topic.yaml has no value and no default"),
        ('file: topic.yaml, to: [web], regions: [us-east-1], parameters: {Days: "1"}', "not a governed Region"),
        ('file: topic.yaml, to: [web], values: {a: 1}, parameters: {Days: "1"}', "nothing reads `values`"),
        ("file: topic.json.j2, to: [web]", "value not allowed"),
        ('file: topic.yaml, to: [Suspended], parameters: {Days: "1"}', "Suspended is a suspended unit"),
        ('file: topic.yaml, to: [old], parameters: {Days: "1"}', "old is suspended"),
        ('file: topic.yaml, to: [nowhere], parameters: {Days: "1"}', 'unknown unit, account or group "nowhere"'),
        ('file: topic.yaml, to: [], parameters: {Days: "1"}', "at least 1 needed"),
        ('file: topic.yaml, to: [web], accept: {BL107: ""}', "3 characters"),
        ('file: topic.yaml, to: [web], parameters: {Days: "1"}, accept: {BL124: ours}', "BL124 cannot be accepted"),
    ],
)
def test_what_cannot_work_is_reported(tmp_path: Path, stack: str, message: str) -> None:
    assert any(message in item.message or message in item.fix for item in problems(tmp_path, stack))


def test_a_link_out_of_the_directory_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(TOPIC, encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (found,) = problems(inner, "file: link.yaml, to: [web]")
    assert "a link that leaves the profile's directory" in found.message


def test_each_layer_has_its_own_file_of_a_name(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    house = tmp_path / "house"
    house.mkdir()
    profile(house, 'file: topic.yaml, to: [web], parameters: {Days: "1"}')
    (tmp_path / "topic.yaml").write_text(BUCKET, encoding="utf-8")
    client = tmp_path / "client.yaml"
    client.write_text(
        "version: 1\nextends: house/profile.yaml\n"
        "capabilities: {customizations: {stacks: {other: {file: topic.yaml, to: [web]}}}}\n",
        encoding="utf-8",
    )
    found = prove(client, WITHOUT_LINT)
    assert text_of(found).startswith(TOPIC)
    assert text_of(found, "nw-custom-other").startswith(BUCKET)


RULES = """\
Resources:
{% for port in values.ports %}
  Rule{{ port | token }}:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      Description: {{ values.why | scalar }}
      GroupId: !ImportValue {{ org.prefix | token }}-service-group
      IpProtocol: tcp
      FromPort: {{ port | scalar }}
      ToPort: {{ port | scalar }}
      CidrIp: 10.0.0.0/8
{% endfor %}
"""


def test_a_template_in_jinja_is_rendered_with_the_values_of_its_stack(tmp_path: Path) -> None:
    path = profile(
        tmp_path, "file: r.yaml.j2, to: [web], values: {ports: [443, 8443], why: 'a: b'}", {"r.yaml.j2": RULES}
    )
    other = "      other: {file: r.yaml.j2, to: [web], values: {ports: [22], why: ssh}}\n"
    path.write_text(path.read_text(encoding="utf-8") + other, encoding="utf-8")
    found = prove(path, WITHOUT_LINT)
    resources = yaml.safe_load(text_of(found).replace("!ImportValue", ""))["Resources"]
    assert [(name, item["Properties"]["ToPort"]) for name, item in resources.items()] == [
        ("Rule443", 443),
        ("Rule8443", 8443),
    ]
    assert resources["Rule443"]["Properties"]["Description"] == "a: b"
    assert resources["Rule443"]["Properties"]["GroupId"] == "nw-service-group"
    assert "Rule22:" in text_of(found, "nw-custom-other")


def test_a_template_in_jinja_knows_the_organization(tmp_path: Path) -> None:
    text = (
        "Resources:\n  Topic: {Type: AWS::SNS::Topic}\nDescription: {{ org.home_region | scalar }}\n"
        "Mappings:\n  All:\n    All:\n      Regions: {{ org.regions | block(8) }}\n"
        "{% if not org.standalone and 'web' in org.accounts and 'Workloads' in org.units %}\n"
        "      Partition: {{ org.partition | token }}\n{% endif %}\n"
    ).replace("Regions: {{", "Regions:\n        {{")
    found = text_of(unchecked(tmp_path, "file: t.yaml.j2, to: [web]", {"t.yaml.j2": text}))
    document = yaml.safe_load(found)
    assert document["Description"] == "eu-west-1"
    assert document["Mappings"]["All"]["All"] == {"Regions": ["eu-west-1", "eu-central-1"], "Partition": "aws"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Resources:\n  {{ values.name }}: 1\n", 2, "without the scalar, block or token filter"),
        ("Resources:\n\n  {{ values.names | token }}: 1\n", 3, "has no attribute 'names'"),
        ("Resources:\n  {{ values.name | upper }}: 1\n", 2, "No filter named 'upper'"),
        ("A: {{ values.name.upper() | scalar }}\n", 1, "a call is not available"),
        ("A: 1\nB: {{ (values.name * 1000) | scalar }}\n", 2, "`mul` is not available"),
        ("A: 1\n{% set x = 1 %}\n", 2, "`set` is not available"),
        ("A: 1\n{% include 'parts/header.yaml.j2' %}\n", 2, "`include` is not available"),
        (
            "A: 1\n{% for a in [1] %}{% for b in [1] %}{% for c in [1] %}{% endfor %}{% endfor %}{% endfor %}",
            2,
            "loops",
        ),
        ("A: 1\nB: {{ values.name.__class__ | scalar }}\n", 2, "unsafe"),
        ("A: 1\nB: {{resolve:ssm:secret}}\n", 2, "expected token"),
        ("A: 1\n{% for", 2, "unexpected 'end of template'"),
        ("A: 1\nB: {{ " + "(" * 3000 + "1" + ")" * 3000 + " | scalar }}\n", 1, "nested too deeply"),
        ("A: 1\nB: {{ 'a b' | token }}\n", 2, "token got 'a b'"),
        ("Resources:\n  {{ values.name | token }}: [\n", 1, "after rendering, in line 3: not YAML"),
        ("Outputs: {}\n", 1, "after rendering, in line 1: not a template"),
    ],
)
def test_jinja_that_does_not_render_is_refused_at_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    (found,) = problems(tmp_path, "file: bad.yaml.j2, to: [web], values: {name: A}", {"bad.yaml.j2": text})
    assert found.location.file.endswith("bad.yaml.j2")
    assert (found.location.line, message in found.message) == (line, True), found.message


def test_a_template_in_jinja_does_not_print_without_end(tmp_path: Path) -> None:
    text = "{% for a in values.many %}{% for b in values.many %}# {{ values.long | token }}\n{% endfor %}{% endfor %}"
    values = f"values: {{many: {list(range(1000))}, long: {'x' * 100}}}"
    (found,) = problems(tmp_path, f"file: l.yaml.j2, to: [web], {values}", {"l.yaml.j2": text})
    assert "more than 1,000,000 characters" in found.message


def test_a_stack_that_is_not_there_is_named(tmp_path: Path) -> None:
    from baseline.errors import RenderError

    with pytest.raises(RenderError, match="nw-custom-topic depends on nw-log-arcive"):
        proof(tmp_path, 'file: topic.yaml, to: [web], depends_on: [log-arcive], parameters: {Days: "1"}')


def test_without_stacks_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE + "  customizations: {}\n", encoding="utf-8")
    assert not [stack for stack in prove(path, WITHOUT_LINT).plan.stacks if stack.is_custom]


def test_in_standalone_mode_it_goes_to_the_account(tmp_path: Path) -> None:
    (tmp_path / "topic.yaml").write_text(TOPIC.replace("  OrganizationId: {Type: String}\n", ""), encoding="utf-8")
    path = tmp_path / "profile.yaml"
    path.write_text(
        "version: 1\norganization: {name: N, prefix: nw, home_region: eu-west-1, regions: [eu-west-1], "
        "standalone: true, alerts: [a@northwind.example]}\naccounts: {management: {}}\ntier: starter\ncapabilities:\n"
        '  customizations: {stacks: {topic: {file: topic.yaml, to: [management], parameters: {Days: "1"}}}}\n',
        encoding="utf-8",
    )
    assert targets(stack_of(prove(path, WITHOUT_LINT)).deployments) == ["management"]
