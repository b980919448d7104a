"""Preflight results as JSON."""

import json
from collections.abc import Sequence

from baseline.deploy.preflight.check import PreflightResult
from baseline.findings import Severity


def preflight_json(results: Sequence[PreflightResult]) -> str:
    """A list of checks: `id`, `title`, `source`, `state`, `skipped`; `issues` with `message`, `fix` and `blocks`."""
    found = [
        {
            "id": result.check.id,
            "title": result.check.title,
            "source": result.check.source,
            "state": result.state,
            "skipped": result.skipped,
            "issues": [
                {"message": issue.message, "fix": issue.fix, "blocks": issue.severity is not Severity.WARNING}
                for issue in result.issues
            ],
        }
        for result in results
    ]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
