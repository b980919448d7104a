"""The lock file: written by a deployment, read by the next `generate`, and rejected by all commands if wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.deploy.lock import write_lock
from baseline.errors import LockFileError, OutputError
from baseline.pipeline import plan_profile
from baseline.report.findings_text import format_finding
from tests.deploy.conftest import Aws, write
from tests.deploy.test_deploy import WRITES
from tests.deploy.test_killed import tiny_profile


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    text = tiny_profile().replace("  id: o-a1b2c3d4e5\n  root_id: r-ab12\n", "").replace('id: "222222222222", ', "")
    path.write_text(text, encoding="utf-8")
    return path


def lock(profile: Path, assigned: object = None, **document: Any) -> Path:
    path = profile.with_name("tiny.lock.json")
    found = {"format": 1, "organization": "Tiny", "assigned": {} if assigned is None else assigned, **document}
    path.write_text(json.dumps(found, indent=2), encoding="utf-8")
    return path


def unknown(plan: Any) -> set[str]:
    parameters = [parameter for stack in plan.stacks for parameter in stack.parameters]
    accounts = [deployment.account_id for stack in plan.stacks for deployment in stack.deployments]
    names = {item.name for item in (*parameters, *accounts) if item and item.value is None}
    return names | {path for path, value in plan.ou_ids if value is None}


def test_a_deployment_writes_what_the_next_generate_reads_and_nothing_is_deployed_twice(
    aws: Aws, profile: Path
) -> None:
    backend = aws.emulator.cloudformation.organization.backend
    backend.accounts = [account for account in backend.accounts if account.name != "log_archive"]
    text = profile.read_text(encoding="utf-8")
    with_ids = text.replace("\naccounts:", "\n  id: o-a1b2c3d4e5\n  root_id: r-ab12\naccounts:")
    profile.write_text(with_ids, encoding="utf-8")
    beside = profile.with_name("tiny.lock.json")
    assert unknown(plan_profile(profile)[1]) == {"LogArchiveAccountId"}
    first = aws.run("deploy", write(profile, profile.parent / "out"), "--yes", "--lock", beside)
    assert first.exit_code == 0, first.stderr
    kept = beside.read_bytes()
    created = next(account.id for account in backend.accounts if account.name == "log_archive")
    assert json.loads(kept)["assigned"]["LogArchiveAccountId"] == created
    loaded, plan = plan_profile(profile)
    assert unknown(plan) == set()
    assert beside in loaded.files
    again = write(profile, profile.parent / "again")
    aws.emulator.calls.clear()
    second = aws.run("deploy", again, "--yes", "--lock", beside)
    assert second.exit_code == 0, second.stderr
    assert aws.calls(*WRITES) == []
    assert beside.read_bytes() == kept
    templates = [(again.parent / name / "templates/ty-organization.yaml").read_bytes() for name in ("out", "again")]
    assert templates[0] == templates[1]


def test_another_file_may_be_named(profile: Path, tmp_path: Path) -> None:
    lock(profile, {"OrganizationId": "o-1111111111"})
    (tmp_path / "elsewhere").mkdir()
    other = lock(tmp_path / "elsewhere/tiny.yaml", {"OrganizationId": "o-2222222222"})
    assert "o-1111111111" in repr(plan_profile(profile)[1])
    assert "o-2222222222" in repr(plan_profile(profile, lock=other)[1])


def test_it_is_utf_8_wherever_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    begin = "import sys; from pathlib import Path; from baseline.deploy.lock import write_lock"
    code = f"{begin}; write_lock(Path(sys.argv[1]), 'Z\\xfcrich', {{}})"
    elsewhere = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run([sys.executable, "-c", code, str(path)], env={**os.environ, **elsewhere}, check=True)
    assert json.loads(path.read_text(encoding="utf-8"))["organization"] == "Zürich"


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "lock.json"
    taken.mkdir()
    with pytest.raises(OutputError, match="not written"):
        write_lock(taken, "Tiny", {})
    assert list(tmp_path.iterdir()) == [taken]


@pytest.mark.parametrize("text", ["", "[]", '"x"'])
def test_what_is_no_mapping_is_called_no_profile(profile: Path, text: str) -> None:
    profile.with_name("tiny.lock.json").write_text(text, encoding="utf-8")
    with pytest.raises(LockFileError) as caught:
        plan_profile(profile)
    (finding,) = caught.value.problems
    assert finding.id == "lock-shape"
    assert "profile" not in finding.message + str(finding.fix)


def test_what_the_profile_says_itself_stays(profile: Path) -> None:
    lock(profile, {"SecurityAccountId": "333333333333"})
    assert "SecurityAccountId" not in unknown(plan_profile(profile)[1])


def test_an_entry_that_is_not_needed_is_a_note(profile: Path) -> None:
    lock(profile, {"GoneAccountId": "999999999999"})
    (note,) = [item for item in plan_profile(profile)[0].findings if item.id == "lock-unused"]
    assert str(note.location).endswith("tiny.lock.json:5:22")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"assigned": {"OrganizationId": "o-1"}}, "5:23: lock-value not such an id: OrganizationId is 'o-1'"),
        ({"assigned": {"OrganizationId": "o-aaaaaaaaaa\n"}}, "5:23: lock-value not such an id"),
        ({"assigned": {"LogArchiveAccountId": 222222222222}}, "5:28: lock-shape not a text: LogArchiveAccountId"),
        ({"assigned": {"ManagementAccountId": "999999999999"}}, "5:28: lock-conflict two ids for ManagementAcc"),
        ({"assigned": {"organizational_units/Workloads": "x"}}, "5:39: lock-value not such an id"),
        ({"assigned": []}, "4:15: lock-shape not a mapping"),
        ({"organization": "Other"}, "3:19: lock-organization another organization"),
        ({"organization": 7}, "3:19: lock-shape not a text"),
        ({"format": 2}, "2:13: lock-shape format 2: this program reads 1"),
        ({"format": True}, "2:13: lock-shape format true: this program reads 1"),
        ({"format": 1.0}, "2:13: lock-shape format 1.0: this program reads 1"),
        ({"more": 1}, "5:3: lock-shape unknown key: more"),
    ],
)
def test_a_wrong_lock_file_is_refused_where_it_is_wrong(profile: Path, document: dict[str, Any], said: str) -> None:
    path = lock(profile, **document)
    with pytest.raises(LockFileError) as caught:
        plan_profile(profile)
    place, _, words = said.partition(" ")
    kind, _, message = words.partition(" ")
    (found,) = caught.value.problems
    assert str(found.location) == f"{path}:{place.rstrip(':')}"
    assert found.id == kind
    assert found.message.startswith(message)
    assert found.fix
    assert str(path) in format_finding(found)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "\ufeff{}"], ids=repr)
def test_what_is_no_lock_file_at_all_has_a_place_too(profile: Path, text: str) -> None:
    path = profile.with_name("tiny.lock.json")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LockFileError) as caught:
        plan_profile(profile)
    assert all(str(found.location).startswith(f"{path}:") for found in caught.value.problems)


def test_generate_names_the_lock_file_and_exits_3(profile: Path) -> None:
    missing = profile.with_name("nowhere.json")
    result = CliRunner().invoke(baseline, ["generate", str(profile), "--lock", str(missing), "--no-lint"])
    assert isinstance(result.exception, LockFileError)
    assert str(result.exception.problems[0].location).startswith(str(missing))


def test_a_changed_new_or_vanished_lock_file_is_another_run(profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(profile.parent)

    def written() -> str:
        words = ["generate", "tiny.yaml", "-o", "out", "--no-lint"]
        result = CliRunner().invoke(baseline, words, standalone_mode=False)
        assert result.return_value == 0, result.output
        return (profile.parent / "out/plan.json").read_text(encoding="utf-8")

    without = written()
    lock(profile, {"OrganizationId": "o-1111111111"})
    first = written()
    lock(profile, {"OrganizationId": "o-2222222222"})
    second = written()
    assert "o-1111111111" not in without
    assert "o-1111111111" in first
    assert "o-2222222222" in second
    copy(lock(profile), profile.with_name("kept.json"))
    profile.with_name("tiny.lock.json").unlink()
    assert written() == without


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "\ufeff{}", '{"format": true, "organization": "Tiny", "assigned": {}}'),
        '{"format": 1, "organization": "Other", "assigned": {}}',
        '{"format": 1, "organization": "Tiny", "assigned": {"LogArchiveAccountId": 222222222222}}',
        '{"format": 1, "organization": "Tiny", "assigned": {"ManagementAccountId": "999999999999"}}',
        '{"format": 1, "organization": "Tiny", "assigned": {"organizational_units/Security": "x"}}',
    ],
    ids=repr,
)
def test_deploy_says_of_a_wrong_lock_file_what_generate_says(aws: Aws, profile: Path, text: str) -> None:
    directory = write(profile, profile.parent / "out")
    path = profile.with_name("tiny.lock.json")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LockFileError) as caught:
        plan_profile(profile)
    result = aws.run("deploy", directory, "--yes", "--lock", path)
    assert result.exit_code == 3
    assert isinstance(result.exception, LockFileError)
    assert result.exception.problems == caught.value.problems
    assert str(result.exception).startswith("lock file invalid: ")
    assert aws.emulator.calls == []
    assert path.read_text(encoding="utf-8") == text


def test_an_id_that_the_plan_has_already_is_not_outdone_by_another_in_the_lock_file(aws: Aws, profile: Path) -> None:
    lock(profile, {"OrganizationId": "o-1111111111"})
    directory = write(profile, profile.parent / "out")
    other = lock(profile, {"OrganizationId": "o-2222222222"})
    result = aws.run("deploy", directory, "--yes", "--lock", other)
    assert isinstance(result.exception, LockFileError)
    (found,) = result.exception.problems
    assert found.message == "two ids for OrganizationId: o-2222222222 here, o-1111111111 in the profile"


def test_a_lock_file_that_cannot_be_written_is_reported_before_anything_is_deployed(aws: Aws, starter: Path) -> None:
    path = starter / "nowhere/tiny.lock.json"
    result = aws.run("deploy", starter, "--yes", "--lock", path)
    assert result.exit_code == 6
    assert f"{path} could not be written: {path.parent} is no directory" in result.stderr
    assert aws.emulator.calls == []
