"""A framework's own document is a table of the evidence; it judges nothing of its own."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from baseline.cli.main import baseline
from baseline.controls.control import controls
from baseline.controls.framework import framework_ids, frameworks
from baseline.evidence.assess import Assessment, State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Circumstances
from baseline.plan.build import build_plan
from baseline.profile.acceptance import Attestation, CompensatingControl, RequirementException
from baseline.report.framework_document import (
    FrameworkDocument,
    format_document_markdown,
    format_document_xlsx,
    framework_document,
)
from tests.landscapes import make_landscape
from tests.profile.test_acceptance import FULL

SIGNED: dict[str, Any] = {"owner": "Platform | team", "approver": "CISO", "expires": "2027-06-30"}
DEPLOYED = ("log-archive-object-lock", "config-rule-table-recovery", "cloudtrail-multi-region")


def excepted(kind: str, **more: Any) -> RequirementException:
    return RequirementException.model_validate({"reason": "Nothing\nis there.", "kind": kind, **SIGNED, **more})


EXCEPTIONS = {
    "iso-27001-2022/A.8.30": excepted("not-applicable"),
    "iso-27001-2022/A.8.31": excepted("risk-accepted"),
    "hipaa/164.308(a)(5)(ii)(A)": excepted(
        "alternative", compensating_controls=[CompensatingControl(what="=A quiz every month.")]
    ),
    "fedramp-moderate-r5/at-2": excepted("compensating-control"),
    "fedramp-moderate-r5/at-3": excepted("risk-accepted"),
}


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    attested = Attestation(statement="Drilled in May.", performed_on="2026-05-04", **SIGNED)
    return Evidence(
        plan=build_plan(make_landscape()),
        templates=(),
        assessments=tuple(
            Assessment(control=item, state=State.DEPLOYED if item.id in DEPLOYED else State.ABSENT, observations=())
            for item in controls().values()
        ),
        frameworks=(),
        circumstances=Circumstances(exceptions=EXCEPTIONS, attestations={"hipaa/164.308(a)(7)(ii)(D)": attested}),
    )


def document(evidence: Evidence, framework: str) -> FrameworkDocument:
    return framework_document(replace(evidence, frameworks=(framework,)))


def rows(evidence: Evidence, framework: str) -> dict[str, dict[str, str]]:
    found = document(evidence, framework)
    return {row[0]: dict(zip(found.headings, row, strict=True)) for row in found.rows}


@pytest.mark.parametrize("framework", framework_ids())
def test_a_document_has_a_row_for_each_requirement_and_says_what_its_words_mean(
    evidence: Evidence, framework: str
) -> None:
    found = document(evidence, framework)
    asked = frameworks()[framework].requirements.values()
    wanted = [item.id for item in asked if framework != "hipaa" or "addressable" in item.level]
    assert [row[0] for row in found.rows] == wanted
    assert len(wanted) >= 16
    assert len(set(found.headings)) == len(found.headings) == len(found.widths)
    assert "State" not in found.headings or any(item.startswith("State gap:") for item in found.about)


TRAIL = {
    "bsi-c5-2020": {"OPS-14": "partial", "PS-03": "shared", "HR-03": "manual"},
    "cmmc-2.0-level-2": {"AU.L2-3.3.8": "partial", "PE.L2-3.10.1": "shared", "AT.L2-3.2.1": "manual"},
    "csa-ccm-4": {"LOG-09": "partial", "DCS-07": "shared", "HRS-01": "manual"},
    "dora": {"RTS Art. 12": "partial", "RTS Art. 18": "shared", "Art. 5": "manual"},
    "ens-2022": {"op.exp.8": "partial", "mp.if.1": "shared", "org.1": "manual"},
    "essential-eight": {"ism-1815": "partial", "ism-1501": "shared", "ism-1654": "manual"},
    "nist-800-171-r3": {"03.03.08": "partial", "03.10.01": "shared", "03.02.01": "manual"},
}
"""Framework → states where a trail is recorded and locked, and nothing else is deployed."""


@pytest.mark.parametrize("framework", TRAIL)
def test_a_locked_trail_is_a_part_of_what_organizations_have_to_do(evidence: Evidence, framework: str) -> None:
    found = {key: row["State"] for key, row in rows(evidence, framework).items()}
    assert {key: found[key] for key in TRAIL[framework]} == TRAIL[framework]
    assert set(found.values()) == {"partial", "shared", "manual"}


def test_a_document_says_what_the_list_of_its_framework_leaves_out(evidence: Evidence) -> None:
    assert document(evidence, "dora").about[0] == frameworks()["dora"].covers
    assert document(evidence, "csa-ccm-4").about[0].startswith("One row for each requirement")


def test_a_statement_of_applicability_excludes_only_what_does_not_apply(evidence: Evidence) -> None:
    found = rows(evidence, "iso-27001-2022")
    assert {key for key, row in found.items() if row["Applicable"] == "no"} == {"A.8.30"}
    assert found["A.8.30"]["Why excluded"] == "Nothing\nis there."
    assert found["A.8.31"]["Applicable"] == "yes"
    assert found["A.8.31"]["Exception"].startswith("risk-accepted: Nothing")


def test_a_responsibility_matrix_says_whose_each_requirement_is(evidence: Evidence) -> None:
    found = rows(evidence, "pci-dss-4.0.1")
    assert {row["Responsible"] for row in found.values()} == {"shared", "entity"}
    assert {bool(row["Report of AWS"]) for row in found.values() if row["Responsible"] != "entity"} == {True}
    assert found["10.4.1"]["At least"] == "daily"
    assert "cloudtrail-multi-region, deployed" in found["10.2.1"]["Part of the entity, by this baseline"]
    assert "absent" not in "".join(row["Tested by"] for row in found.values())


def test_an_addressable_specification_has_its_decision_and_rationale(evidence: Evidence) -> None:
    found = rows(evidence, "hipaa")
    alternative = found["164.308(a)(5)(ii)(A)"]
    assert alternative["Decision"] == "not as it is written: alternative"
    assert (alternative["Why not as it is written"], alternative["Equivalent measure"]) == (
        "Nothing\nis there.",
        "=A quiz every month.",
    )
    assert found["164.308(a)(7)(ii)(D)"]["Decision"] == "implemented, by attestation"
    assert found["164.308(a)(3)(ii)(B)"]["Decision"] == "open"
    assert "implemented" not in {row["Decision"] for row in found.values()}


def test_fedramp_words_follow_from_what_is_implemented_and_leave_plans_to_people(evidence: Evidence) -> None:
    found = rows(evidence, "fedramp-moderate-r5")
    status, origin = "Implementation status", "Control origination"
    assert (found["pe-3"][status], found["pe-3"][origin]) == (
        "Implemented",
        "Inherited from pre-existing FedRAMP Authorization",
    )
    assert found["au-9"][origin].splitlines()[0] == "Service Provider System Specific"
    assert found["at-1"][status] == found["at-1"][origin] == ""
    assert (found["at-2"][status], found["at-3"][status]) == ("Alternative Implementation", "")


def test_markdown_has_a_line_for_each_row_and_no_markup_of_the_profile(evidence: Evidence) -> None:
    found = document(evidence, "iso-27001-2022")
    text = format_document_markdown(found)
    table = [line for line in text.splitlines() if line.startswith("| A.")]
    assert len(table) == len(found.rows)
    assert "Nothing<br>is there. Approved by CISO for Platform \\| team" in text


def test_a_workbook_has_the_table_and_a_sheet_about_it(evidence: Evidence) -> None:
    found = document(evidence, "hipaa")
    content = format_document_xlsx(found)
    assert content == format_document_xlsx(found)
    book = load_workbook(io.BytesIO(content))
    table, about = book.worksheets
    assert [cell.value for cell in table[1]] == list(found.headings)
    assert table.max_row == len(found.rows) + 1
    assert {cell.data_type for line in table.iter_rows() for cell in line if cell.value} == {"s"}
    assert about["A1"].value == found.title


def test_the_command_writes_a_document_and_names_the_nearest_framework(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(FULL, encoding="utf-8")

    def run(*words: str) -> Any:
        return CliRunner().invoke(baseline, ["evidence", "document", str(path), "--framework", *words])

    shown = run("cis-7.0", "--dated", "1767225600")
    assert shown.exit_code == 0, shown.output
    assert "- Date: 2026-01-01T00:00:00+00:00" in shown.stdout
    written = run("cis-7.0", "--format", "xlsx", "-o", str(tmp_path / "cis.xlsx"))
    assert (written.exit_code, written.stderr) == (0, f"70 rows written in {tmp_path / 'cis.xlsx'}.\n")
    refused = run("cis-7.1")
    assert refused.exit_code == 2
    assert 'did you mean "cis-7.0"?' in refused.stderr
    assert run("cis-7.0", "--format", "xlsx").exit_code == 2
