"""The workbook has the rows of the report's tables, with days as dates and texts that stay texts."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from baseline.evidence.changes import Changes, StateChange
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.report.page.material import Material
from baseline.report.report_xlsx import format_report_xlsx
from baseline.reporting import ReportOptions, report_material
from baseline.resources import profiles_directory
from tests.report.conftest import DAY
from tests.report.test_report import SIGNED

EXCEPTION = {"reason": "=1+1", "risk": "low", "approved_on": "2026-01-02", "expires": "2026-11-30", **SIGNED}
ATTESTATION = {"statement": "Reviewed.", "expires": "2027-01-31", "evidence": [{"at": "Minutes"}], **SIGNED}


@pytest.fixture(scope="module")
def material() -> Material:
    found = report_material(profiles_directory() / "starter.yaml", ReportOptions(day=DAY))
    exceptions = {"cis-7.0/2.5": RequirementException.model_validate(EXCEPTION)}
    attestations = {"cis-7.0/2.2": Attestation.model_validate(ATTESTATION)}
    profile = found.loaded.profile.model_copy(update={"exceptions": exceptions, "attestations": attestations})
    circumstances = replace(found.evidence.circumstances, exceptions=exceptions, attestations=attestations)
    weaker = StateChange(name="kms-key-rotation", before="deployed", after="absent")
    nothing: dict[str, Any] = dict.fromkeys(("stacks", "frameworks_added", "frameworks_removed", "requirements"), ())
    return replace(
        found,
        loaded=replace(found.loaded, profile=profile),
        evidence=replace(found.evidence, circumstances=circumstances),
        changes=Changes(**nothing, controls=(weaker,), counts={}, statements=()),
    )


@pytest.fixture(scope="module")
def book(material: Material) -> Workbook:
    return load_workbook(io.BytesIO(format_report_xlsx(material)))


def rows(book: Workbook, sheet: str) -> Iterator[dict[str, Any]]:
    head, *others = book[sheet].iter_rows(values_only=True)
    yield from (dict(zip(map(str, head), row, strict=True)) for row in others)


def test_each_sheet_has_filters_and_a_heading_that_stays(book: Workbook) -> None:
    assert book.sheetnames[-2:] == ["Changes", "About"]
    for sheet in book:
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes in ("A2", "B2")
        assert min(column.width for column in sheet.column_dimensions.values()) >= 10


def test_requirements_and_controls_have_the_states_of_the_evidence(material: Material, book: Workbook) -> None:
    wanted = [item for items in material.evidence.judgements.values() for item in items]
    found = {f"{row['Framework']}/{row['Requirement']}": row for row in rows(book, "Requirements")}
    assert {key: row["State"] for key, row in found.items()} == {
        item.requirement.key: item.met.value for item in wanted
    }
    gap = next(row for row in found.values() if row["State"] == "gap")
    assert "In the profile, " in gap["How to close it"]
    assert found["cis-7.0/2.5"]["Exception"] == datetime(2026, 11, 30)  # noqa: DTZ001 - the format has no time zone
    assert found["cis-7.0/2.2"]["Owner"] == "Platform team"
    assert sum(1 for _ in rows(book, "Mappings")) == sum(len(item.controls) for item in wanted)
    assert {row["Control"]: row["State"] for row in rows(book, "Controls")} == {
        key: state.value for key, state in material.evidence.states.items()
    }


def test_value_leads_to_its_line_of_the_template(material: Material, book: Workbook) -> None:
    lines = {template.stack.file: template.text.splitlines() for template in material.evidence.templates}
    row = next(row for row in rows(book, "Values") if row["Property"].endswith("/EnableKeyRotation"))
    assert lines[row["Template"]][row["Line"] - 1].strip().startswith("EnableKeyRotation: true")
    assert (row["Value"], row["Result"]) == ("true", "ok")


def test_exceptions_have_their_people_and_days(book: Workbook) -> None:
    exception, attestation = [row for row in rows(book, "Exceptions") if row["Owner"]]
    assert (exception["Where"], exception["Reason"], exception["Status"]) == ("cis-7.0/2.5", "=1+1", "overdue")
    assert (exception["Approver"], exception["Approved on"].date()) == ("CISO", date(2026, 1, 2))
    assert (attestation["Kind"], attestation["Done instead"], attestation["Status"]) == (
        "attestation",
        "Minutes",
        "open",
    )


def test_owners_add_up_to_the_open_tasks(book: Workbook) -> None:
    tasks = [row for row in rows(book, "Tasks") if row["Status"] != "attested"]
    owners = list(rows(book, "Owners"))
    assert sum(row["open tasks"] for row in owners) == len(tasks)
    assert sum(row["overdue"] for row in owners) == sum(row["Status"] == "overdue" for row in tasks) == 1


def test_changes_say_what_is_weaker(book: Workbook) -> None:
    (row,) = rows(book, "Changes")
    assert (row["Name"], row["After"], row["Direction"]) == ("kms-key-rotation", "absent", "weaker")
