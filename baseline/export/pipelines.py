"""Pipelines that run `baseline` itself: reviews of changes, deployment of main, and nightly drift detection.

Credentials come from OpenID Connect without third-party actions or images: botocore reads AWS_ROLE_ARN and
AWS_WEB_IDENTITY_TOKEN_FILE (boto3 guide, "Assume role with web identity provider"). GitHub provides the token at
ACTIONS_ID_TOKEN_REQUEST_URL (docs.github.com, "OpenID Connect reference"), GitLab in a variable of `id_tokens`
(docs.gitlab.com/ci/secrets/id_token_authentication). A job of an environment with reviewers waits for them, also at
night (docs.github.com, "Reviewing deployments"; docs.gitlab.com/ci/environments/deployment_approvals): drift has its
own. AWS sees the subject of a token, which names GitHub's environment, but only GitLab's branch. GitHub's subject has
ids as well in repositories made or renamed since 15 July 2026 (github.blog/changelog, 2026-04-23, "Immutable subject
claims for GitHub Actions OIDC tokens"). botocore asks for a session of an hour, the default of
AssumeRoleWithWebIdentity, and reads the same token to renew it; GitHub's token lasts five minutes (example in "OpenID
Connect reference"). In China the audience has the domain of that partition (README of aws-actions/
configure-aws-credentials).
"""

from pathlib import PurePosixPath
from typing import Any

from baseline.errors import ExportError
from baseline.export.source import Export, Source
from baseline.export.yaml_text import yaml_text
from baseline.text.markdown import markdown_code
from baseline.text.shell import shell_word

ACTION = "OWNER/baseline@REVISION"
_CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"  # v7.0.1
_IDENTITY = "/tmp/baseline-identity"  # noqa: S108 - on the machine of one job
_NIGHT = "17 3 * * *"

LOSSES = ("Nothing: the pipeline runs `baseline` on the committed output.",)


def export_github(source: Source) -> Export:
    """A workflow for GitHub Actions.

    Raises:
        ExportError: without the profile's path.
    """
    profile, directory = _paths(source)
    workflow = {
        "name": "baseline",
        "on": {"pull_request": {}, "push": {"branches": ["main"]}, "schedule": [{"cron": _NIGHT}]},
        "permissions": {"contents": "read"},
        "jobs": {
            "review": {
                "if": "github.event_name == 'pull_request'",
                "runs-on": "ubuntu-latest",
                "permissions": {"contents": "read", "pull-requests": "write"},
                "steps": [
                    _checkout(),
                    {"id": "baseline", **_action(profile, directory, "git:origin/${{ github.base_ref }}")},
                    {
                        "if": "always() && steps.baseline.outputs.changes != ''",
                        "run": 'gh pr comment "$NUMBER" --edit-last --create-if-none --body-file "$FILE"',
                        "env": {
                            "GH_TOKEN": "${{ github.token }}",
                            "NUMBER": "${{ github.event.number }}",
                            "FILE": "${{ steps.baseline.outputs.changes }}",
                        },
                    },
                ],
            },
            "deploy": _github_job(source, "push", "production", f"baseline deploy {_given(directory)} --yes"),
            "drift": _github_job(source, "schedule", "drift", f"baseline drift {_given(directory)}"),
        },
    }
    return Export(
        files={".github/workflows/baseline.yml": yaml_text(workflow).encode("utf-8")},
        losses=LOSSES,
        steps=(
            f"Replace `{ACTION}` by your copy of this project and a commit of it.",
            *_review(directory, "repository"),
            (
                "Create the environment `production` with reviewers, and `drift` without them; both only for the main "
                "branch."
            ),
            *_roles(source, "repo:OWNER/REPOSITORY:environment:ENVIRONMENT", "its own environment in"),
            (
                "If the repository was made or renamed since 15 July 2026, the subject has ids, "
                "`repo:OWNER@OWNER-ID/REPOSITORY@REPOSITORY-ID:environment:ENVIRONMENT`, and AWS refuses the form "
                "without them. `gh api repos/OWNER/REPOSITORY --jq '.owner.id, .id'` prints both ids."
            ),
            (
                "The credentials of a job last an hour. A deployment that takes longer, as a first one can, stops: run "
                "the job again, and it resumes."
            ),
        ),
    )


def export_gitlab(source: Source) -> Export:
    """A pipeline for GitLab.

    Raises:
        ExportError: without the profile's path.
    """
    profile, directory = _paths(source)
    component = {
        "component": "$CI_SERVER_FQDN/OWNER/baseline/baseline@REVISION",
        "inputs": {
            "image": "$BASELINE_IMAGE",
            "profiles": profile,
            "output": directory,
            "against": "git:origin/main",
            "fail_on_change": "weaker irreversible",
        },
    }
    pipeline = {
        "stages": ["test", "deploy"],
        "include": [component],
        "baseline-deploy": _gitlab_job(
            source,
            '$CI_COMMIT_BRANCH == "main" && $CI_PIPELINE_SOURCE == "push"',
            "production",
            f"baseline deploy {_given(directory)} --yes",
        ),
        "baseline-drift": _gitlab_job(
            source, '$CI_PIPELINE_SOURCE == "schedule"', "drift", f"baseline drift {_given(directory)}"
        ),
    }
    return Export(
        files={".gitlab-ci.yml": yaml_text(pipeline).encode("utf-8")},
        losses=LOSSES,
        steps=(
            "Replace `OWNER/baseline/baseline@REVISION` by your copy of this project and a commit of it.",
            *_review(directory, "project"),
            (
                "Create the protected environment `production`, the environment `drift` without approvals, and a "
                "schedule for the main branch."
            ),
            *_roles(source, "project_path:GROUP/PROJECT:ref_type:branch:ref:main", "the main branch in"),
            (
                "GitLab's subject names no environment, so every job on the main branch can assume the role of "
                "`production` without an approval. Let only people merge into the main branch who may approve a "
                "deployment, and no push to it without a merge request."
            ),
            "`BASELINE_IMAGE` is an image by its digest, built from this project's `Containerfile`.",
        ),
    )


def _paths(source: Source) -> tuple[str, str]:
    if not source.profile:
        raise ExportError("a pipeline needs the profile's path in the repository", hint="name it with --profile")
    for path in (source.profile, source.directory):
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise ExportError(f"{path} is not below the repository", hint="run this in the repository's top directory")
    return source.profile, source.directory


def _review(directory: str, owner: str) -> tuple[str, str]:
    return (
        "Commit the profile and the generated directory, and protect the main branch.",
        (
            f"At each review, write the digest that {markdown_code(f'baseline verify {shell_word(directory)}')} prints "
            f"into the variable `BASELINE_PLAN_SHA256` of the {owner}, which both environments read."
        ),
    )


def _roles(source: Source, subject: str, accepted: str) -> tuple[str, str]:
    policies = f"baseline preflight {shell_word(source.directory)} --print-policy"
    return (
        (
            f"Create a role for each environment. Its trust policy accepts only {accepted} the subject (`sub`), "
            f"{markdown_code(subject)}, and only the audience (`aud`) {markdown_code(_audience(source))}. "
            f"{markdown_code(policies)} prints the permissions for `production`; `drift` needs only their statements "
            "`Look`."
        ),
        "Write the role's ARN into the variable `BASELINE_ROLE_ARN` of its environment.",
    )


def _audience(source: Source) -> str:
    return "sts.amazonaws.com.cn" if source.plan.partition == "aws-cn" else "sts.amazonaws.com"


def _given(directory: str) -> str:
    return f'{shell_word(directory)} --plan-sha256 "$BASELINE_PLAN_SHA256"'


def _checkout() -> dict[str, Any]:
    return {"uses": _CHECKOUT, "with": {"fetch-depth": 0, "persist-credentials": False}}


def _action(profile: str, directory: str, against: str) -> dict[str, Any]:
    return {"uses": ACTION, "with": {"profiles": profile, "output": directory, "against": against}}


def _github_job(source: Source, event: str, environment: str, command: str) -> dict[str, Any]:
    profile, directory = _paths(source)
    ask = (
        'curl --fail --silent --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" '
        f'"$ACTIONS_ID_TOKEN_REQUEST_URL&audience={_audience(source)}" | jq --raw-output .value > {_IDENTITY}'
    )
    return {
        "if": f"github.event_name == '{event}'",
        "runs-on": "ubuntu-latest",
        "environment": environment,
        "concurrency": f"baseline-{environment}",
        "permissions": {"contents": "read", "id-token": "write"},
        "env": {**_environment(source), "BASELINE_PLAN_SHA256": "${{ vars.BASELINE_PLAN_SHA256 }}"}
        | {"AWS_ROLE_ARN": "${{ vars.BASELINE_ROLE_ARN }}"},
        "steps": [_checkout(), _action(profile, directory, ""), {"shell": "bash", "run": ask}, {"run": command}],
    }


def _gitlab_job(source: Source, rule: str, environment: str, command: str) -> dict[str, Any]:
    return {
        "stage": "deploy",
        "image": {"name": "$BASELINE_IMAGE", "entrypoint": [""]},
        "environment": environment,
        "resource_group": f"baseline-{environment}",
        "rules": [{"if": rule}],
        "id_tokens": {"BASELINE_TOKEN": {"aud": _audience(source)}},
        "variables": {**_environment(source), "AWS_ROLE_ARN": "$BASELINE_ROLE_ARN"},
        "script": [f'printf %s "$BASELINE_TOKEN" > {_IDENTITY}', command],
    }


def _environment(source: Source) -> dict[str, str]:
    return {"AWS_REGION": source.plan.home_region, "AWS_WEB_IDENTITY_TOKEN_FILE": _IDENTITY}
