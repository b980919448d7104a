"""Every file of an output directory, as a mapping of relative path → bytes."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from baseline.output.runbook import runbook
from baseline.plan.document import PLAN_FILE, SUMS_FILE, sums_of
from baseline.plan.model import Plan, Template
from baseline.plan.writing import written_document


def output_files(
    plan: Plan, templates: Sequence[Template], reports: Mapping[str, bytes] | None = None, origin: str = ""
) -> Mapping[str, bytes]:
    """The output directory's files; `plan.json` lists the others with their digests, `SHA256SUMS` lists all.

    Args:
        plan: The plan.
        templates: Its templates.
        reports: Relative path → content of the reports.
        origin: A line in Markdown for the run book: date, version and profile.
    """
    files = {template.stack.file: template.text.encode("utf-8") for template in templates}
    files |= reports or {}
    files["README.md"] = runbook(plan, origin).encode("utf-8")
    digests = {path: sha256(content).hexdigest() for path, content in sorted(files.items())}
    document = written_document(plan, {template.stack.name: template for template in templates}, digests)
    files[PLAN_FILE] = (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
    files[SUMS_FILE] = sums_of(digests, sha256(files[PLAN_FILE]).hexdigest())
    return files
