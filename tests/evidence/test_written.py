"""Evidence that is read back is unchanged, or its problem is reported."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from baseline.errors import TamperedError
from baseline.evidence.changes import compare, snapshot
from baseline.evidence.shape import FORMAT
from baseline.evidence.written import EVIDENCE_FILE, read_written_evidence
from baseline.pipeline import Options, generate
from baseline.report.explain_output import explain_in_output
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions


@pytest.fixture
def written(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    generate(profiles_directory() / "starter.yaml", directory, Options(validation=ValidateOptions(lint=False)))
    return directory


def put(directory: Path, text: str) -> None:
    """Replace a text, and its digest in the plan."""
    (directory / EVIDENCE_FILE).write_text(text, encoding="utf-8")
    plan = json.loads((directory / "plan.json").read_text(encoding="utf-8"))
    plan["files"][EVIDENCE_FILE] = sha256(text.encode()).hexdigest()
    (directory / "plan.json").write_text(json.dumps(plan), encoding="utf-8")


def test_what_was_written_is_read(written: Path) -> None:
    assert read_written_evidence(written)["frameworks"][0]["id"] == "cis-7.0"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "not JSON: line 1, column 2"),
        ("[]", "not an object with a format"),
        ("{}", "not an object with a format"),
        (json.dumps({"format": 2}), f"has format 2; this program reads 3 and {FORMAT}"),
        (json.dumps({"format": FORMAT}), "document: generator is missing"),
    ],
)
def test_what_is_no_evidence_of_this_version_is_refused(written: Path, text: str, says: str) -> None:
    put(written, text)
    with pytest.raises(TamperedError) as caught:
        read_written_evidence(written)
    assert says in str(caught.value)
    assert "generate the directory again" in caught.value.hint


def test_evidence_of_version_0_2_is_read_and_compared_by_the_former_states(written: Path) -> None:
    document = read_written_evidence(written)
    now = snapshot(document)
    document["format"] = 3
    for item in document["frameworks"]:
        del item["implemented"], item["checked"]
        for asked in item["requirements"]:
            asked["state"] = asked.pop("former_state")
            del asked["implemented"], asked["checked"]
    for control in document["controls"]:
        del control["missing"]
    put(written, json.dumps(document))
    before = snapshot(read_written_evidence(written))
    assert before.requirements != now.requirements
    assert not compare(before, now).requirements
    assert explain_in_output("cis-7.0", document).startswith("Here: ")
