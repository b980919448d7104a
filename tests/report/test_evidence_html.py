"""The page is complete, loads nothing, and escapes all text."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

import pytest

from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import settings_of_tier, tier_defaults
from baseline.controls.control import controls
from baseline.controls.responsibility import responsibility
from baseline.evidence.assess import State, assess
from baseline.evidence.control_settings import way_to_enable
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Circumstances
from baseline.output.runbook import describe_deployment
from baseline.pipeline import evidence_of
from baseline.plan.build import build_plan
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.render.render import render_plan
from baseline.report.evidence_html import format_evidence_html
from baseline.report.evidence_json import format_evidence_json
from baseline.resources import profiles_directory
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape

NAME = '<script>alert("x")</script> & "Sons"'


class Page(HTMLParser):
    """The tags of a page with their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    plan = replace(build_plan(make_landscape()), organization=NAME)
    templates = render_plan(plan)
    assessments = assess(tuple(map(read_template, templates)))
    return Evidence(plan=plan, templates=templates, assessments=assessments, frameworks=("cis-7.0", "fsbp"))


@pytest.fixture(scope="module")
def page(evidence: Evidence) -> Page:
    return Page(format_evidence_html(evidence))


def test_every_requirement_and_control_is_on_the_page_with_its_state(evidence: Evidence, page: Page) -> None:
    document = json.loads(format_evidence_json(evidence))
    rows = [attributes for tag, attributes in page.tags if tag == "tr" and "data-state" in attributes]
    wanted = [(item["id"], asked["state"]) for item in document["frameworks"] for asked in item["requirements"]]
    assert [(row["data-framework"], row["data-state"]) for row in rows] == wanted
    assert len(rows) > 400
    ids = {attributes["id"] for tag, attributes in page.tags if tag == "tr" and "id" in attributes}
    requirements = {
        f"{framework['id']}/{item['id']}" for framework in document["frameworks"] for item in framework["requirements"]
    }
    linked = {control["id"] for control in document["controls"]} | {f"stack-{name}" for name in document["stacks"]}
    assert ids == linked | requirements


def test_a_browser_takes_the_style_and_the_script_of_the_page_and_no_other(evidence: Evidence) -> None:
    text = format_evidence_html(evidence)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        (element,) = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        digest = b64encode(sha256(element.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}';" in policy
    assert "style=" not in text


def test_links_lead_to_controls_of_the_page_and_to_templates_beside_it(evidence: Evidence, page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    files = {PurePosixPath(template.stack.file).name for template in evidence.templates}
    links = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert len(links) > 500
    for link in set(links) - {"responsibility.md"}:
        file, _, line = link.removeprefix("../templates/").partition("#L")
        assert link.removeprefix("#") in ids or (file in files and (line.isdigit() or not line))


def test_each_stack_has_its_digest_and_where_it_goes_and_each_capability_who_does_what(
    evidence: Evidence, page: Page
) -> None:
    text = "".join(page.texts)
    for template in evidence.templates:
        assert template.sha256 in text
        assert describe_deployment(template.stack.deployments[0]) in text
    for name in {template.stack.capability for template in evidence.templates}:
        assert responsibility().capabilities[name].customer in text


def test_what_the_profile_excepts_and_what_aws_lacks_is_on_the_page(evidence: Evidence) -> None:
    signed: dict[str, Any] = {"owner": "Platform team", "approver": "CISO", "expires": "2027-06-30"}
    circumstances = Circumstances(
        exceptions={"cis-7.0/4.2": RequirementException(reason=NAME, **signed)},
        attestations={"cis-7.0/2.2": Attestation(statement="Reviewed each January.", **signed)},
        unsupported=frozenset({item.control.id for item in evidence.assessments if item.state is State.ABSENT}),
    )
    page = Page(format_evidence_html(replace(evidence, circumstances=circumstances)))
    text = "".join(page.texts)
    assert f"Exception: {NAME} (Platform team, approved by CISO, until 2027-06-30)" in text
    assert "Attestation: Reviewed each January." in text
    assert "AWS does not offer it in any governed Region" in text
    assert sum(tag == "script" for tag, _ in page.tags) == 1


def test_what_sticks_while_requirements_are_read_does_not_cover_the_controls_that_links_lead_to(
    evidence: Evidence,
) -> None:
    _, begun, rest = format_evidence_html(evidence).partition('<section id="requirements"')
    section, ended, after = rest.partition("</section>")
    assert begun
    assert ended
    assert "<form>" in section
    assert 'id="requirement-rows"' in section
    assert '<tr id="kms-key-rotation">' in after
    assert "<form>" not in after


def test_every_table_but_those_that_break_their_words_scrolls_by_itself(evidence: Evidence) -> None:
    text = format_evidence_html(evidence)
    assert text.count("<table>") == 7
    assert text.count('<div class="wide" tabindex="0" role="region" aria-label="') == 5
    assert "code, details { overflow-wrap: anywhere; }" in text


def test_marks_that_turn_the_direction_of_text_turn_none_but_their_own(evidence: Evidence) -> None:
    signed: dict[str, Any] = {"owner": "\u202eowner", "approver": "\u202eapprover", "expires": "2027-06-30"}
    circumstances = Circumstances(exceptions={"cis-7.0/4.2": RequirementException(reason="\u202ereason", **signed)})
    text = format_evidence_html(replace(evidence, circumstances=circumstances))
    assert all(f"<bdi>\u202e{word}</bdi>" in text for word in ("reason", "owner", "approver"))


def test_the_page_fetches_nothing(page: Page) -> None:
    assert not [tag for tag, attributes in page.tags if "src" in attributes or tag in {"link", "img", "iframe"}]
    (policy,) = (str(attributes["content"]) for _, attributes in page.tags if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none';")


def test_no_text_of_the_profile_becomes_markup(page: Page) -> None:
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert f"Evidence: {NAME}" in "".join(page.texts)


def test_each_gap_names_the_setting_that_closes_it() -> None:
    text = format_evidence_html(evidence_of(profiles_directory() / "northwind.yaml")[1])
    steps = [re.sub("<.*?>", "", step) for step in re.findall(r"In the profile, .*?\.(?=</p>)", text)]
    assert set(steps) == {
        "In the profile, set capabilities.cloudtrail.s3_data_events to all to enable cloudtrail-s3-read-events.",
        (
            "In the profile, set capabilities.organization.policy_delegation to true to enable policy-delegation; "
            "and change capabilities.organization.policy_roles to enable policy-administrators."
        ),
    }
    assert text.count("To close the gap") == text.count('data-state="gap"') == 2


@pytest.mark.parametrize(
    ("control", "change"),
    [
        ("guardrail-regions", "set capabilities.guardrails.rules.regions.enabled to `true`"),
        ("config-rule-access-keys-rotated", "remove `access-keys-rotated` from capabilities.config.exclude_rules"),
        ("config-rule-trail-encrypted", "set tier to `standard`"),
        (
            "password-policy",
            (
                "set capabilities.account_settings.password_minimum_length to `14` or more and "
                "set capabilities.account_settings.password_reuse_prevention to `24` or more"
            ),
        ),
        ("root-mfa-rule", "set capabilities.alarms.root_mfa to `any`"),
        ("config-recorder", "empty capabilities.config.exclude_types"),
        ("guardduty-organization", "set capabilities.guardduty.enabled to `true`"),
        ("cloudtrail-s3-read-events", "set capabilities.cloudtrail.s3_data_events to `all`"),
        ("alarm-root-usage", "add `root-usage` to capabilities.alarms.cis"),
        ("inspector-ec2", "add `ec2` to capabilities.inspector.policies.*.enable"),
        ("policy-delegation", "set capabilities.organization.policy_delegation to `true`"),
        ("policy-administrators", "change capabilities.organization.policy_roles"),
    ],
)
def test_change_that_enables_a_control(control: str, change: str) -> None:
    assert way_to_enable(controls()[control], "starter") == change


def test_values_that_enable_controls_are_values_of_their_settings() -> None:
    for control in controls().values():
        for name, value in control.enabled_by.items():
            model = CAPABILITIES[control.capability].settings
            setting, _, key = name.partition(".")
            assert setting in tier_defaults(model), control.id
            if "*" in name or not value:
                continue
            given = [value] if isinstance(tier_defaults(model)[setting].values["standard"], list) else value
            model.model_validate({**settings_of_tier(model, "standard"), setting: {key: given} if key else given})
