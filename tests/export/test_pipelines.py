"""Pipelines of GitHub and GitLab: reviews, deployment of the reviewed plan, and drift."""

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

from baseline.errors import ExportError
from baseline.export.source import Source
from baseline.export.write import export_files

CHECKOUT = Path(__file__).parents[2]


def test_workflow_reviews_deploys_the_reviewed_plan_and_looks_for_drift(source: Source) -> None:
    files = export_files(source, "github")
    workflow = yaml.safe_load(files[".github/workflows/baseline.yml"])
    assert set(workflow[True]) == {"pull_request", "push", "schedule"}  # YAML 1.1 reads `on` as true
    jobs = workflow["jobs"]
    assert workflow["permissions"] == {"contents": "read"}
    assert "id-token" not in jobs["review"]["permissions"]
    for name in ("deploy", "drift"):
        job = jobs[name]
        assert job["environment"] == ("production" if name == "deploy" else "drift")  # reviewers sleep at night
        assert job["steps"][-1]["run"].startswith(f"baseline {name} output/northwind --plan-sha256 ")
        assert job["env"]["AWS_REGION"] == "eu-west-1"
        assert job["env"]["AWS_WEB_IDENTITY_TOKEN_FILE"] in job["steps"][-2]["run"]
        assert job["steps"][-2]["shell"] == "bash"  # which ends the job if the request for the token fails
    used = {step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step}
    assert all(re.search("@([0-9a-f]{40}|REVISION)$", name) for name in used)
    assert "Replace `OWNER/baseline@REVISION`" in files["README.md"].decode()
    page = files["README.md"].decode()
    assert "only its own environment in the subject" in page
    for repository in ("OWNER/REPOSITORY", "OWNER@OWNER-ID/REPOSITORY@REPOSITORY-ID"):
        assert f"`repo:{repository}:environment:ENVIRONMENT`" in page  # older repositories, and those with ids


def test_pipeline_of_gitlab_does_the_same(source: Source) -> None:
    files = export_files(source, "gitlab")
    assert "every job on the main branch can assume the role of `production`" in files["README.md"].decode()
    pipeline = yaml.safe_load(files[".gitlab-ci.yml"])
    inputs = yaml.safe_load((CHECKOUT / "templates" / "baseline.yml").read_text().partition("---")[0])
    assert set(pipeline["include"][0]["inputs"]) <= set(inputs["spec"]["inputs"])
    for name in ("deploy", "drift"):
        job = pipeline[f"baseline-{name}"]
        assert job["environment"] == ("production" if name == "deploy" else "drift")
        assert job["stage"] in pipeline["stages"]
        assert job["script"][-1].startswith(f"baseline {name} output/northwind --plan-sha256 ")
        assert job["variables"]["AWS_WEB_IDENTITY_TOKEN_FILE"] in job["script"][0]
        assert job["id_tokens"]["BASELINE_TOKEN"] == {"aud": "sts.amazonaws.com"}


@pytest.mark.parametrize(("target", "owner"), [("github", "repository"), ("gitlab", "project")])
def test_page_names_the_directory_and_the_audience_of_the_partition(source: Source, target: str, owner: str) -> None:
    page = export_files(source, target)["README.md"].decode()
    assert "`baseline verify output/northwind`" in page
    assert f"`BASELINE_PLAN_SHA256` of the {owner}" in page
    plan = replace(source.plan, partition="aws-cn")
    china = export_files(replace(source, written=replace(source.written, plan=plan)), target)
    for content in china.values():
        assert set(re.findall(rb"sts\.amazonaws\.com(?:\.cn)?", content)) == {b"sts.amazonaws.com.cn"}


@pytest.mark.parametrize("target", ["github", "gitlab"])
def test_pipeline_needs_the_path_of_the_profile(source: Source, target: str) -> None:
    with pytest.raises(ExportError, match="the profile's path"):
        export_files(Source(written=source.written, directory="output/northwind"), target)
    for path in ("/home/northwind/output", "../output"):
        with pytest.raises(ExportError, match="is not below the repository"):
            export_files(Source(written=source.written, directory=path, profile="profile.yaml"), target)


@pytest.mark.parametrize(
    ("target", "path", "schema"),
    [
        ("github", ".github/workflows/baseline.yml", "github-workflows"),
        ("gitlab", ".gitlab-ci.yml", "gitlab-ci"),
    ],
)
def test_pipeline_is_valid_by_the_published_schema(source: Source, target: str, path: str, schema: str) -> None:
    """Copies of json.schemastore.org/github-workflow and of GitLab's ci.json, from the package check-jsonschema."""
    text = files("check_jsonschema.builtin_schemas.vendor").joinpath(f"{schema}.json").read_text(encoding="utf-8")
    validator = jsonschema.validators.validator_for(json.loads(text))(json.loads(text))
    pipeline = {str(key): value for key, value in yaml.safe_load(export_files(source, target)[path]).items()}
    if target == "github":
        pipeline["on"] = pipeline.pop("True")  # YAML 1.1 reads `on` as true
    jobs = pipeline["jobs"] if target == "github" else pipeline
    assert [error.message for error in validator.iter_errors(pipeline)] == []
    for job in (value for name, value in jobs.items() if "deploy" in name):
        job["rnus-on"] = job.pop("runs-on", "") or job.pop("script")
    assert [*validator.iter_errors(pipeline)]
