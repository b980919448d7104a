"""Hostile texts in a profile: each is rejected at its line, or folded into one line."""

import json
from pathlib import Path

import pytest
import yaml

from baseline.errors import LockFileError, ProfileError
from baseline.findings import Finding
from baseline.pipeline import plan_profile
from baseline.profile.load import load_profile, load_profile_text

PROFILE = """\
version: 1
defaults: "2026.12"
organization:
  name: {name}
  prefix: {prefix}
  id: {organization_id}
  root_id: {root_id}
  home_region: {region}
  regions: [eu-west-1]
  alerts: [{alert}]
  contacts:
    security: {{name: {contact}, title: {title}, email: {contact_email}, phone: {phone}}}
  tags: {{{tag_key}: {tag_value}}}
accounts:
  management: {{id: {account_id}, email: {email}, name: {account_name}}}
  log_archive: {{id: "222222222222", email: logs@northwind.example, ou: {account_ou}}}
  security: {{id: "333333333333", email: security@northwind.example, ou: Security}}
  {account_key}: {{id: "444444444444", email: web@northwind.example}}
organizational_units: [Security, {ou}, {{path: B, id: {ou_id}}}]
exceptions:
  {requirement}: {{reason: {reason}, owner: {owner}, approver: {approver}, expires: {expires}}}
attestations:
  cis-7.0/2.1.1: {{statement: {statement}, owner: a, approver: b, expires: "2099-01-01"}}
capabilities:
  alarms:
    custom:
      - {{name: {alarm}, description: {description}, pattern: {pattern}}}
"""
VALUES = {
    "name": "Northwind",
    "prefix": "nw",
    "organization_id": "o-a1b2c3d4e5",
    "root_id": "r-ab12",
    "region": "eu-west-1",
    "alert": "a@northwind.example",
    "contact": "Sam Rivera",
    "title": "CISO",
    "contact_email": "sam@northwind.example",
    "phone": "+44 20 7946 0000",
    "tag_key": "Owner",
    "tag_value": "platform",
    "account_id": "111111111111",
    "email": "aws@northwind.example",
    "account_name": "Northwind main",
    "account_ou": "Security",
    "account_key": "web",
    "ou": "Workloads/Prod",
    "ou_id": "ou-ab12-1a2b3c4d",
    "requirement": "cis-7.0/2.1.3",
    "reason": "No keys",
    "owner": "Platform team",
    "approver": "CISO",
    "expires": "2099-01-01",
    "statement": "Reviewed",
    "alarm": "own-alarm",
    "description": "Something",
    "pattern": "{ $.eventName = Own }",
}
SENTENCES = {"reason", "statement", "description", "pattern"}
NAMES = sorted(VALUES.keys() - SENTENCES)
BREAKS = {"at the end": "{}\n", "inside": "{:.1}\r\n{}", "before": "\n{}", "line separator": "{:.1}\u2028{}"}


def quoted(text: str) -> str:
    """Double-quoted for YAML; JSON would write two escapes for characters beyond U+FFFF."""
    return (
        '"' + "".join(json.dumps(mark)[1:-1] if ord(mark) < 0x10000 else f"\\U{ord(mark):08X}" for mark in text) + '"'
    )


def profile(**changes: str) -> str:
    return PROFILE.format(**{key: quoted(value) for key, value in {**VALUES, **changes}.items()})


def problems_of(text: str) -> tuple[Finding, ...]:
    with pytest.raises(ProfileError) as caught:
        load_profile_text(text)
    return caught.value.problems


def line_of(key: str) -> int:
    marker = "{" + key + "}"
    return next(number for number, line in enumerate(PROFILE.splitlines(), start=1) if marker in line)


def test_plain_profile_of_these_tests_is_valid() -> None:
    assert load_profile_text(profile()).profile.organization.name == "Northwind"


def lines_with(text: str, *kinds: str) -> set[int]:
    return {problem.location.line for problem in problems_of(text) if problem.id in kinds}


@pytest.mark.parametrize("form", BREAKS.values(), ids=BREAKS)
def test_each_name_with_a_line_break_is_refused_at_its_line(form: str) -> None:
    text = profile(**{key: form.format(VALUES[key], VALUES[key]) for key in NAMES})
    assert lines_with(text, "profile-text", "profile-characters") == {line_of(key) for key in NAMES}


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u2066", "\u200f", "\u061c", "\x85", "\u2029", "\r", "\x1b", "\x9b", "\x00"]
)
def test_control_or_bidirectional_character_is_refused_in_every_text(mark: str) -> None:
    text = profile(**dict.fromkeys(VALUES, f"abc{mark}def"))
    assert lines_with(text, "profile-characters") == {line_of(key) for key in VALUES}


@pytest.mark.parametrize("mark", ["\u200b", "\u2060", "\u00ad", "\u3164", "\U000e0041"])
def test_name_with_an_invisible_character_is_refused(mark: str) -> None:
    keys = ("name", "ou", "account_name", "owner", "approver", "contact")
    text = profile(**dict.fromkeys(keys, f"abc{mark}def"))
    assert lines_with(text, "profile-text") == {line_of(key) for key in keys}


@pytest.mark.parametrize("broken", ["a\nb", "a \r\n  b", "\na\n\nb\n"])
def test_sentence_with_line_breaks_becomes_one_line(broken: str) -> None:
    loaded = load_profile_text(profile(reason=f"Why {broken}", statement=broken, description=broken)).profile
    assert loaded.exceptions["cis-7.0/2.1.3"].reason in ("Why a b", "Why  a b")
    assert loaded.attestations["cis-7.0/2.1.1"].statement == "a b"


@pytest.mark.parametrize(
    "text",
    ["a: 1 # x\u2028b: 2\n", "a: 1 # x\x85b: 2\n", "# x\rversion: 1\n", "# \u202e\n", "a: \u2066x\n", "# \u2029\n"],
)
def test_character_that_hides_a_line_is_refused_in_comments_too(text: str) -> None:
    assert [problem.id for problem in problems_of(text)] == ["profile-characters"]


REFERENCES = [
    "{{resolve:ssm:/team}}",
    "{{resolve:ssm-secure:/team:1}}",
    "{{resolve:secretsmanager:prod:SecretString:password}}",
    "before {{resolve:ssm:/team}} after",
    "{{RESOLVE:ssm:/team}}",
    "{{ resolve:ssm:/team }}",
    "{{\tresolve :ssm:/team}}",
    "{{resolve:ssm:${AWS::Region}}}",
    "{{{resolve:ssm:/team}}}",
    "{{{{resolve:ssm:/a}}}}",
    "{{resolve:",
    "{{resolve:new-service:x}}",
    "$${{resolve:ssm:/team}}",
    "{{\nresolve:ssm:/team}}",
]


@pytest.mark.parametrize("reference", REFERENCES)
def test_dynamic_reference_is_refused_at_its_line(reference: str) -> None:
    problems = problems_of(profile(description=reference))
    assert problems[0].id == "profile-dynamic-reference"
    assert problems[0].location.line == line_of("description")


def test_dynamic_reference_is_refused_in_every_text() -> None:
    text = profile(**dict.fromkeys(VALUES, REFERENCES[0]))
    assert lines_with(text, "profile-dynamic-reference") == {line_of(key) for key in VALUES}


def test_dynamic_reference_that_a_layer_hides_is_refused_in_the_layer(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(profile(description=REFERENCES[2]))
    (tmp_path / "top.yaml").write_text("extends: base.yaml\norganization: {name: Top}\n")
    with pytest.raises(ProfileError) as caught:
        load_profile(tmp_path / "top.yaml")
    assert [(Path(found.location.file).name, found.id) for found in caught.value.problems] == [
        ("base.yaml", "profile-dynamic-reference")
    ]


@pytest.mark.parametrize("text", ["{{resolve:ssm:/x}}", "\\u007b\\u007bresolve:ssm:/x}}", "{\\u007bResolve:ssm:/x}}"])
def test_dynamic_reference_in_a_policy_file_is_refused(text: str, tmp_path: Path) -> None:
    statement = f'{{"Sid": "A", "Effect": "Deny", "Action": "s3:*", "Resource": "{text}"}}'
    policy = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    (tmp_path / "own.json").write_text(policy)
    own = "capabilities: {guardrails: {policies: [{file: own.json, type: SERVICE_CONTROL_POLICY, to: [/]}]}}"
    document = {**yaml.safe_load(profile()), **yaml.safe_load(own)}
    (tmp_path / "profile.yaml").write_text(yaml.safe_dump(document))
    with pytest.raises(ProfileError) as caught:
        load_profile(tmp_path / "profile.yaml")
    assert "profile-dynamic-reference" in {found.id for found in caught.value.problems}


@pytest.mark.parametrize(
    "value", ["{{resolve:ssm:/x}}", "$(id)", "333333333333\\n", "33333333333\\u202e3", "`id`", "'; id; '", "\\u001b[2J"]
)
def test_lock_value_that_is_more_than_an_id_is_refused(value: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(profile().replace('{id: "333333333333", ', "{"))
    (tmp_path / "p.lock.json").write_text(
        f'{{"format": 1, "organization": "Northwind", "assigned": {{"SecurityAccountId": "{value}"}}}}'
    )
    with pytest.raises(LockFileError) as caught:
        plan_profile(tmp_path / "p.yaml")
    assert caught.value.problems[0].location.line == 1
