"""Every example writes the evidence of every framework, and it is what the published schema says."""

import csv
import io
import json

import jsonschema

from baseline.controls.framework import frameworks
from baseline.evidence.evidence import Evidence
from baseline.report.evidence_files import evidence_files
from baseline.report.evidence_json import SCHEMA_FILE


def test_every_requirement_of_every_framework_is_in_the_files(example: Evidence) -> None:
    files = {path: content.decode() for path, content in evidence_files(example).items()}
    document = json.loads(files["report/evidence.json"])
    jsonschema.validate(document, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    known = {(name, asked) for name, framework in frameworks().items() for asked in framework.requirements}
    states = {
        (framework["id"], item["id"]): item["state"]
        for framework in document["frameworks"]
        for item in framework["requirements"]
    }
    assert states.keys() == known
    table = csv.DictReader(io.StringIO(files["report/requirements.csv"], newline=""))
    assert {(row["framework"], row["requirement"]): row["state"] for row in table} == states
    assert all(f"## {framework.title}" in files["report/evidence.md"] for framework in frameworks().values())
