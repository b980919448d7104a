"""The plan as plain data: what `plan.json` holds and what `baseline plan --format json` prints."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from baseline import __version__
from baseline.plan.model import Deployment, ParameterValue, Plan, Stack, Template

PLAN_FILE = "plan.json"
FORMAT = 2
"""Raised whenever a reader of `plan.json` would have to change; the schema is `baseline.plan.schema`."""

GENERATOR = "baseline"
"""First word of `generator`, before the version."""

SUMS_FILE = "SHA256SUMS"
"""Every other file of an output with its digest, as `sha256sum -c` reads it. It follows from `plan.json`."""

LARGEST_PLAN = 16 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024
"""In bytes, of any other file of an output. The report of an organization with 100 accounts has about 1 MB."""

_DIRECTORIES = frozenset({"policies", "report", "templates"})
_FILES = frozenset({"README.md"})
_PART = re.compile(r"[^./\\\s\x00-\x1f\x7f-\x9f][^/\\\x00-\x1f\x7f-\x9f]*")


def is_output_path(path: str) -> bool:
    """Whether baseline writes files at such a path of an output directory, `plan.json` aside.

    A `plan.json` that lists anything else (`.git/config`, `thesis.docx`, `../x`) is not one that baseline wrote.
    """
    parts = path.split("/")
    return path in _FILES or (
        len(parts) > 1 and parts[0] in _DIRECTORIES and all(_PART.fullmatch(part) for part in parts)
    )


def sums_of(files: Mapping[str, str], plan: str) -> bytes:
    """The content of `SHA256SUMS`.

    Args:
        files: Path → SHA-256 of the files that the plan lists.
        plan: SHA-256 of `plan.json` itself.
    """
    return "".join(f"{digest}  {path}\n" for path, digest in sorted({**files, PLAN_FILE: plan}.items())).encode()


def plan_document(plan: Plan, templates: Mapping[str, Template] | None = None) -> dict[str, Any]:
    """The plan as JSON data, in deployment order.

    Args:
        plan: The plan.
        templates: Stack name → rendered template; adds each stack's controls and the template's SHA-256.
    """
    return {
        "format": FORMAT,
        "generator": f"{GENERATOR} {__version__}",
        "organization": plan.organization,
        "prefix": plan.prefix,
        "partition": plan.partition,
        "home_region": plan.home_region,
        "standalone": plan.standalone,
        "tier": plan.tier,
        "organizational_units": [{"path": path, "id": ou_id} for path, ou_id in plan.ou_ids],
        "tags": dict(plan.tags),
        "operation_preferences": asdict(plan.preferences),
        "accepted": [
            {"path": f.path, "control": f.control, "message": f.message, "reason": f.accepted} for f in plan.accepted
        ],
        "waves": [[_stack(stack, templates) for stack in wave] for wave in plan.waves],
    }


def _stack(stack: Stack, templates: Mapping[str, Template] | None) -> dict[str, Any]:
    rendered = templates[stack.name] if templates else None
    return {
        "name": stack.name,
        "capability": stack.capability,
        "description": stack.description,
        "template": stack.file,
        **({"sha256": rendered.sha256, "controls": list(rendered.controls)} if rendered else {}),
        "parameters": [_parameter(parameter) for parameter in stack.parameters],
        "deployments": [_deployment(deployment) for deployment in stack.deployments],
        "depends_on": list(stack.depends_on),
        "prerequisites": list(stack.prerequisites),
        **({} if stack.tagged else {"tagged": False}),
        **({"family": stack.family} if stack.family else {}),
    }


def _parameter(parameter: ParameterValue) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "value": parameter.value,
        "how": parameter.how,
        "output_of": parameter.output_of or None,
        **({"key_alias": parameter.key_alias} if parameter.key_alias else {}),
    }


def _deployment(deployment: Deployment) -> dict[str, Any]:
    return {
        "method": deployment.method.value,
        "account": deployment.account or None,
        "account_id": deployment.account_id.value if deployment.account_id else None,
        "account_parameter": _parameter(deployment.account_id) if deployment.account_id else None,
        "organizational_units": list(deployment.ous),
        "regions": list(deployment.regions),
    }
