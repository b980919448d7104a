"""The task register: what is left to people, in order, with days, in every format."""

import csv
import io
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from icalendar import Calendar
from openpyxl import load_workbook

from baseline.cli.main import baseline
from baseline.controls.control import controls
from baseline.controls.framework import frameworks
from baseline.errors import OutputError
from baseline.evidence.states import Met
from baseline.evidence.task import Task
from baseline.evidence.tasks import tasks_of
from baseline.pipeline import evidence_of
from baseline.report.task_rows import COLUMNS
from baseline.report.tasks_csv import format_tasks_csv
from baseline.report.tasks_ics import format_tasks_ics
from baseline.report.tasks_xlsx import format_tasks_xlsx
from tests.profile.test_acceptance import FULL

DONE = Task(
    requirements=("pci-dss-4.0.1/7.2.4", "pci-dss-4.0.1/A3.4.1"),
    state=Met.PARTIAL,
    what="=HYPERLINK(1); review, and have managers confirm.",
    owner="Identity team",
    interval="half-yearly",
    last_done=date(2026, 10, 1),
    next_due=date(2027, 4, 3),
    evidence=("Minutes", "Ticket 7"),
    signer="Sam Rivera, CISO",
    is_attested=True,
)
OPEN = Task(requirements=("cis-7.0/2.1",), state=Met.MANUAL, what="Review contacts.", owner="Cloud office")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Task, ...]:
    path = tmp_path_factory.mktemp("tasks") / "profile.yaml"
    path.write_text(FULL.replace("[cis-7.0]", "[cis-7.0, pci-dss-4.0.1]"), encoding="utf-8")
    return tasks_of(evidence_of(path)[1])


def test_an_attestation_gives_its_task_days_and_people(found: tuple[Task, ...]) -> None:
    (task,) = (item for item in found if item.requirements == ("cis-7.0/2.2",))
    assert (task.owner, task.signer, task.evidence) == ("Cloud office", "Sam Rivera, CISO", ("Minutes of October",))
    assert (task.last_done, task.next_due) == (date(2026, 10, 1), date(2027, 1, 1))
    assert (task.status(), task.status(date(2027, 1, 1)), task.status(date(2027, 1, 2))) == (
        "attested",
        "attested",
        "overdue",
    )


def test_an_exception_becomes_its_review(found: tuple[Task, ...]) -> None:
    (task,) = (item for item in found if item.requirements == ("cis-7.0/2.5",))
    assert task.what == "Review the exception: The directory is connected in autumn."
    assert (task.next_due, task.last_done, task.status()) == (date(2027, 3, 31), date(2026, 11, 30), "open")
    assert task.evidence == (f"Risk 2026-14 (SHA-256 {'a' * 64})", "Ticket SEC-114")


def test_one_gap_of_several_requirements_is_one_task_with_the_settings_that_close_it(found: tuple[Task, ...]) -> None:
    (task,) = (item for item in found if "to enable notifications-subscribers" in item.what)
    assert task.what.startswith("In the profile, change capabilities.notifications.subscriptions to enable")
    assert {"cis-7.0/5.1", "cis-7.0/5.15"} < set(task.requirements)
    assert (task.state, task.status(), task.owner) == (Met.GAP, "open", "Cloud platform team")
    assert len({(item.what, item.owner, item.interval) for item in found if not item.is_attested}) == len(found) - 1


def test_the_framework_says_how_often_work_is_due_at_least(found: tuple[Task, ...]) -> None:
    known = {key: item.interval for item in found if "aws_reports" not in item.what for key in item.requirements}
    assert known["pci-dss-4.0.1/10.4.1"] == "daily"
    assert known["pci-dss-4.0.1/7.2.4"] == "half-yearly"
    assert known["cis-7.0/2.2"] == "quarterly"
    assert sum(bool(interval) for interval in known.values()) == 55


def test_open_tasks_come_first_and_gaps_before_the_rest(found: tuple[Task, ...]) -> None:
    assert [item.is_attested for item in found] == sorted(item.is_attested for item in found)
    order = [item.state for item in found if not item.is_attested]
    assert order.index(Met.PARTIAL) < order.index(Met.DETECTED) < order.index(Met.MANUAL)
    assert len(found) > 100


def test_within_a_state_the_most_severe_controls_come_first(found: tuple[Task, ...]) -> None:
    asked = {item.key: item for framework in frameworks().values() for item in framework.requirements.values()}
    open_ones = [item for item in found if item.state is Met.PARTIAL and not item.is_attested]
    named = [{controls()[one.control].severity for one in asked[item.requirements[0]].controls} for item in open_ones]
    critical = ["critical" in severities for severities in named]
    assert critical == sorted(critical, reverse=True)
    assert any(critical)
    assert not all(critical)


def test_csv_has_a_row_for_each_task_and_calculates_nothing() -> None:
    rows = list(csv.reader(io.StringIO(format_tasks_csv((DONE, OPEN), date(2027, 4, 4)))))
    assert rows[0] == list(COLUMNS)
    assert rows[1][2:] == [
        "overdue",
        "'=HYPERLINK(1); review, and have managers confirm.",
        "Identity team",
        "half-yearly",
        "2026-10-01",
        "2027-04-03",
        "Minutes; Ticket 7",
        "Sam Rivera, CISO",
    ]
    assert rows[2] == ["cis-7.0/2.1", "manual", "open", "Review contacts.", "Cloud office", "", "", "", "", ""]


def test_a_workbook_has_days_as_days_and_no_formula() -> None:
    content = format_tasks_xlsx((DONE, OPEN))
    book = load_workbook(io.BytesIO(content))
    assert book.properties.created == book.properties.modified == datetime(1980, 1, 1)  # noqa: DTZ001 - as the file
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    what, due = sheet["D2"], sheet["H2"]
    assert (what.value, what.data_type) == (DONE.what, "s")
    assert (due.value.date(), due.is_date) == (DONE.next_due, True)
    assert sheet.auto_filter.ref == "A1:J3"


def test_a_calendar_has_the_tasks_with_a_day_at_their_interval() -> None:
    content = format_tasks_ics((DONE, OPEN))
    assert content == format_tasks_ics((DONE, OPEN))
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event.decoded("DTSTART") == DONE.next_due
    assert event["RRULE"].to_ical() == b"FREQ=MONTHLY;INTERVAL=6"
    assert event["SUMMARY"] == f"pci-dss-4.0.1/7.2.4: {DONE.what}"
    assert "pci-dss-4.0.1/A3.4.1" in str(event["DESCRIPTION"])


def test_formats_without_their_library_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for library, write in (("openpyxl", format_tasks_xlsx), ("icalendar", format_tasks_ics)):
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(OutputError, match=f"package {library}, which is missing") as caught:
            write((DONE,))
        assert f"pip install '{library}>=" in caught.value.hint


def test_the_command_writes_each_format(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(FULL, encoding="utf-8")
    shown = CliRunner().invoke(baseline, ["evidence", "tasks", str(path), "--as-of", "2027-01-02"])
    assert shown.exit_code == 0, shown.output
    assert "cis-7.0/2.2" in shown.stdout
    kept = tmp_path / "tasks.csv"
    CliRunner().invoke(baseline, ["evidence", "tasks", str(path), "--as-of", "2027-01-02", "-o", str(kept)])
    assert shown.stdout_bytes == kept.read_bytes()
    for command in (["tasks"], ["document", "--framework", "cis-7.0"], ["ssp", "--framework", "nist-800-53-r5"]):
        again = CliRunner().invoke(baseline, ["evidence", *command, str(path), "-o", str(kept)])
        assert "tasks.csv not written: it exists" in str(again.exception)
    refused = CliRunner().invoke(baseline, ["evidence", "tasks", str(path), "--format", "xlsx"])
    assert (refused.exit_code, "-o" in refused.stderr) == (2, True)
    for name in ("tasks.xlsx", "tasks.ics"):
        given = ["--format", name[6:], "-o", str(tmp_path / name), "--as-of", "2027-01-02"]
        written = CliRunner().invoke(baseline, ["evidence", "tasks", str(path), *given])
        assert written.exit_code == 0, written.output
        assert "1 of them overdue" in written.stderr
        assert (tmp_path / name).stat().st_size


def test_a_report_of_aws_that_nobody_has_read_is_a_task(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    text = FULL.replace("[cis-7.0]", "[cis-7.0, pci-dss-4.0.1, gdpr]")
    reading = "\naws_reports:\n  pci-dss: {owner: Audit, read_on: '2026-11-30', reference: {at: SEC-88}%s}\n"
    for scope, attested in (("", False), (", scope_checked: true", True)):
        path.write_text(text + reading % scope, encoding="utf-8")
        (pci,) = (item for item in tasks_of(evidence_of(path)[1]) if "aws_reports.pci-dss" in item.what)
        assert (pci.owner, pci.last_done, pci.next_due) == ("Audit", date(2026, 11, 30), date(2027, 12, 1))
        assert (pci.is_attested, pci.evidence) == (attested, ("SEC-88",))
        assert len(pci.requirements) > 20
    path.write_text(text, encoding="utf-8")
    tasks = [item for item in tasks_of(evidence_of(path)[1]) if "under aws_reports." in item.what]
    assert {item.owner for item in tasks} == {"Compliance office"}
    assert {(item.status(), item.interval) for item in tasks} == {("open", "yearly"), ("open", "")}
    assert {"aws_reports.pci-dss", "aws_reports.gdpr-dpa"} == {
        item.what.split("under ")[1].split(" in ")[0] for item in tasks
    }
