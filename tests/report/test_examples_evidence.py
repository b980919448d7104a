"""Every example writes evidence for every framework, valid against the schema and consistent in all files."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import jsonschema
import pytest

from baseline.controls.framework import frameworks
from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.evidence.shape import SCHEMA_FILE
from baseline.evidence.states import Met
from baseline.plan.writing import plan_document


def test_every_requirement_of_every_framework_is_in_the_files(files: Mapping[str, str]) -> None:
    document = json.loads(files["report/evidence.json"])
    known = {(name, asked) for name, framework in frameworks().items() for asked in framework.requirements}
    states = {
        (framework["id"], item["id"]): item["state"]
        for framework in document["frameworks"]
        for item in framework["requirements"]
    }
    assert states.keys() == known
    table = csv.DictReader(io.StringIO(files["report/requirements.csv"], newline=""))
    assert {(row["framework"], row["requirement"]): row["state"] for row in table} == states
    headings = (f"## {framework.title}\n\n{framework.covers or '|'}" for framework in frameworks().values())
    assert all(heading in files["report/evidence.md"] for heading in headings)


@pytest.mark.parametrize("example", ["meridian-health", "govcloud"], indirect=True)  # it takes seconds
def test_evidence_fits_its_schema(files: Mapping[str, str]) -> None:
    document = json.loads(files["report/evidence.json"])
    jsonschema.validate(document, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


States = dict[tuple[str, str], str]
"""Framework and requirement → state."""


def _of_page(text: str) -> States:
    """The requirements of the page: framework and id, and the displayed state, which is the last of its labels."""
    found = {}
    for framework, row in re.findall(r'<tr[^>]* data-framework="([^"]+)"[^>]*>(.*?)</tr>', text, re.DOTALL):
        id_ = re.search(r"<strong[^>]*>\s*([^<]*?)\s*<", row)
        assert id_
        labels = [label.strip() for label in re.findall(r"<span[^>]*>([^<]*)", row)]
        found[framework, unescape(id_[1])] = next(label for label in reversed(labels) if label)
    return found


def _of_markdown(text: str) -> States:
    ids = {framework.title: name for name, framework in frameworks().items()}
    sections = {ids[part.partition("\n")[0]]: part for part in text.split("\n## ") if part.partition("\n")[0] in ids}
    return {
        (framework, row[1]): row[2]
        for framework, part in sections.items()
        for row in re.finditer(r"^\| (\S.*?): .*? (?<!\\)\| (\w+) \| ", part, re.MULTILINE)
    }


def test_every_file_says_the_same_of_every_requirement(files: Mapping[str, str]) -> None:
    states = {
        (framework["id"], item["id"]): item["state"]
        for framework in json.loads(files["report/evidence.json"])["frameworks"]
        for item in framework["requirements"]
    }
    assert len(states) > 1000
    assert _of_page(files["report/index.html"]) == states
    assert _of_markdown(files["report/evidence.md"]) == states


def test_every_line_is_that_of_the_value(example: Evidence) -> None:
    lines = {template.stack.name: template.text.splitlines() for template in example.templates}
    looked = [seen for item in example.assessments for seen in item.observations]
    for seen in looked:
        names = [name.replace("~1", "/") for name in seen.pointer.split("/") if not name.isdigit()]
        text = lines[seen.stack][seen.line - 1]
        written = names[-1].replace("Fn::", "!")
        assert written in text or str(seen.value) in text or text.lstrip().startswith("- "), seen
    assert len(looked) > 200


def test_every_stack_has_the_digest_and_the_places_of_the_plan(example: Evidence, files: Mapping[str, str]) -> None:
    document: dict[str, Any] = json.loads(files["report/evidence.json"])
    planned = {stack["name"]: stack for wave in plan_document(example.plan)["waves"] for stack in wave}
    texts = {template.stack.name: template.text for template in example.templates}
    assert document["stacks"].keys() == planned.keys() == texts.keys()
    for name, stack in document["stacks"].items():
        assert stack["sha256"] == hashlib.sha256(texts[name].encode()).hexdigest()
        fields = ("account", "account_id", "organizational_units", "regions")
        assert [[target[field] for field in fields] for target in stack["targets"]] == [
            [deployment[field] for field in fields] for deployment in planned[name]["deployments"]
        ]


TWINS = {
    "nist-800-53-r5/au-3": "pci-dss-4.0.1/10.2.2",
    "nist-800-53-r5/au-9.2": "pci-dss-4.0.1/10.3.3",
    "nist-800-53-r5/au-9": "pci-dss-4.0.1/10.3.2",
    "nist-800-53-r5/au-11": "pci-dss-4.0.1/10.5.1",
    "nist-800-53-r5/ac-6.9": "pci-dss-4.0.1/10.2.1.2",
    "nist-800-53-r5/ac-2.4": "pci-dss-4.0.1/10.2.1.5",
    "nist-800-53-r5/cm-8": "nist-800-53-r5/cm-8.2",
    "nist-800-53-r5/mp-6": "hipaa/164.310(d)(2)(i)",
    "nist-csf-2.0/DE.AE-06": "pci-dss-4.0.1/12.10.5",
    "iso-27001-2022/A.8.17": "pci-dss-4.0.1/10.6.1",
}
"""Requirements of two frameworks about one fact."""


def test_one_fact_has_one_state_in_every_framework(example: Evidence) -> None:
    judged = {item.requirement.key: item for items in example.judgements.values() for item in items}
    differing = {key for key, twin in TWINS.items() if judged[key].implemented is not judged[twin].implemented}
    assert differing == set()


def test_no_control_hides_behind_manual_and_no_remainder_behind_deployed_or_detected(example: Evidence) -> None:
    for items in example.judgements.values():
        for item in items:
            counted = (state for mapping, state in item.controls if mapping.relation != "supports")
            there = [state for state in counted if state in (State.DEPLOYED, State.PARTIAL)]
            if item.met in (Met.MANUAL, Met.SHARED, Met.INHERITED):
                assert not there, item.requirement.key
            if item.met in (Met.DEPLOYED, Met.PREVENTED, Met.DETECTED):
                assert not item.requirement.narrows, item.requirement.key
