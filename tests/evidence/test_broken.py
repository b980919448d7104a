"""A control that a template violates and that the profile does not weaken is an error."""

from dataclasses import replace
from pathlib import Path

import pytest

from baseline import pipeline
from baseline.errors import RenderError
from baseline.evidence.assess import assess
from baseline.evidence.broken import broken_controls
from baseline.findings import Finding, Location, Severity
from baseline.pipeline import Options, generate
from baseline.plan.build import build_plan
from baseline.plan.model import Plan, Template
from baseline.render.render import render_plan
from baseline.resources import profiles_directory
from baseline.validate.subject import read_template
from baseline.validate.validate import ValidateOptions
from tests.landscapes import make_landscape


def templates_with(stack: str, old: str, new: str) -> tuple[Template, ...]:
    """The templates of the standard tier, with one text replaced in one of them."""
    rendered = render_plan(build_plan(make_landscape()))
    changed = tuple(
        replace(item, text=item.text.replace(old, new)) if item.stack.name == stack else item for item in rendered
    )
    if changed == rendered:
        raise RenderError(f"{old!r} is not in {stack}")
    return changed


def broken(templates: tuple[Template, ...], *noted: Finding) -> list[Finding]:
    return list(broken_controls(assess(tuple(map(read_template, templates))), templates, noted))


def weakened(control: str) -> Finding:
    return Finding(
        id="profile-weakened", severity=Severity.WARNING, message="weaker", location=Location(file=""), control=control
    )


def test_a_broken_control_is_an_error_with_control_place_value_and_expectation() -> None:
    (finding,) = broken(templates_with("nw-cloudtrail", "IsLogging: true", "IsLogging: false"))[:1]
    assert finding.id == "BL130"
    assert finding.severity is Severity.ERROR
    assert finding.control == "cloudtrail-enabled"
    assert finding.location.file == "templates/nw-cloudtrail.yaml"
    assert finding.location.line > 1
    assert "False; expected: is true" in finding.message


def test_a_control_that_a_template_names_and_does_not_meet_is_an_error() -> None:
    templates = templates_with("nw-cloudtrail", "- InsightType:", "- Other:")
    assert {item.control for item in broken(templates)} == {"cloudtrail-insights"}


def test_a_control_that_the_profile_weakens_is_no_error() -> None:
    templates = templates_with("nw-cloudtrail", "EnableLogFileValidation: true", "EnableLogFileValidation: false")
    assert broken(templates)
    assert broken(templates, weakened("cloudtrail-log-file-validation")) == []


def test_a_severity_without_recipients_is_no_error() -> None:
    subscription = {"protocol": "https", "endpoint": "https://a.example/x", "severities": ["high"]}
    landscape = make_landscape(settings={"notifications": {"subscriptions": [subscription]}}, alerts=())
    assert broken(render_plan(build_plan(landscape))) == []


def test_nothing_is_written_when_a_control_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rendered(plan: Plan) -> tuple[Template, ...]:
        return tuple(
            replace(item, text=item.text.replace("IsMultiRegionTrail: true", "IsMultiRegionTrail: false"))
            for item in render_plan(plan)
        )

    monkeypatch.setattr(pipeline, "render_plan", rendered)
    done = generate(
        profiles_directory() / "starter.yaml", tmp_path / "out", Options(validation=ValidateOptions(lint=False))
    )
    assert "BL130" in {item.id for item in done.failures}
    assert not done.written
    assert not (tmp_path / "out").exists()
