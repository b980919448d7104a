"""Differences between two outputs: stacks and evidence, weakened states first."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from baseline.comparison import CompareOptions, changes_against
from baseline.errors import TamperedError
from baseline.evidence.changes import Changes
from baseline.pipeline import Options, generate
from baseline.report.changes_json import format_changes_json
from baseline.report.changes_markdown import format_changes_markdown
from baseline.report.changes_text import format_changes_text
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions

NORTHWIND = profiles_directory() / "northwind.yaml"
UNLINTED = Options(validation=ValidateOptions(lint=False))
REASON = "reason: Another product does it."


@pytest.fixture(scope="module")
def written(northwind_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(northwind_output, tmp_path_factory.mktemp("against") / "out"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same organization without access_analyzer, with one Region less and another framework."""
    text = NORTHWIND.read_text(encoding="utf-8")
    text = text.replace("\ncapabilities:", f"\ncapabilities:\n  access_analyzer: {{enabled: false, {REASON}}}")
    text = text.replace("regions: [eu-west-1, eu-central-1, us-east-1]", "regions: [eu-west-1, us-east-1]")
    text = text.replace("compliance: [cis-7.0, fsbp,", "compliance: [cis-7.0, gdpr,")
    path = tmp_path_factory.mktemp("changed") / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def changes(changed: Path, written: Path) -> Changes:
    return changes_against(changed, written)[1]


def test_nothing_changes_where_nothing_did(written: Path) -> None:
    _, same = changes_against(NORTHWIND, written, CompareOptions(digest=True))
    assert "nothing changes" in format_changes_text(same)
    assert "Nothing changes." in format_changes_markdown(same)
    document = json.loads(format_changes_json(same))
    origin = document.pop("origin")
    assert origin["plan_sha256"] == origin["before"][0]["sha256"]
    assert not any(document.values())


def test_a_directory_and_the_profile_that_it_came_from_are_the_same(changed: Path, changes: Changes) -> None:
    """Except the cost: a directory does not list the accounts of the organization."""
    assert replace(changes_against(changed, NORTHWIND)[1], cost=None) == replace(changes, cost=None)


def test_stacks_are_gone_or_go_elsewhere(changes: Changes) -> None:
    found = {item.name: item for item in changes.stacks}
    assert found["nw-access-analyzer"].what == "removed"
    assert not found["nw-access-analyzer"].after
    recorder = found["nw-config-recorder"]
    assert recorder.what == "changed"
    assert any("eu-central-1" in place for place in recorder.before)
    assert not any("eu-central-1" in place for place in recorder.after)
    assert "nw-kms-log-archive" not in found


def test_statements_of_organization_policies_are_named(changes: Changes) -> None:
    found = {(item.change, item.statement.sid) for item in changes.policies}
    assert ("changed", "Regions1") in found or ("changed", "Regions") in found
    for item in changes.policies:
        assert item.statement.policy.startswith("nw-guardrails-")
        assert item.statement.targets
    _, _, listed = format_changes_text(changes).partition("policy statements: ")
    line = next(line for line in listed.splitlines() if "Regions" in line)
    assert line.split()[0] == "changed"
    assert line.endswith("(root), content: denies more (no longer exempts eu-central-1 (aws:RequestedRegion))")


def test_what_became_weaker_comes_first(changes: Changes) -> None:
    assert [(item.name, item.before, item.after) for item in changes.controls if item.weaker] == [
        ("access-analyzer-external", "deployed", "absent")
    ]
    weaker = [item for item in changes.requirements if item.weaker]
    assert ("cis-7.0/2.18", "partial", "gap") in [(item.name, item.before, item.after) for item in weaker]
    assert list(changes.requirements[: len(weaker)]) == weaker
    before, after = changes.counts["cis-7.0"]["gap"]
    assert after == before + 1


def test_another_account_of_the_same_name_is_another_place(written: Path, tmp_path: Path) -> None:
    text = NORTHWIND.read_text(encoding="utf-8")
    path = tmp_path / "profile.yaml"
    path.write_text(text.replace("333333333333", "999999999999"), encoding="utf-8")
    changes = changes_against(path, written)[1]
    found = {item.name: item for item in changes.stacks}
    assert found["nw-access-analyzer"].before == ("security (333333333333) in eu-west-1, eu-central-1, us-east-1",)
    assert found["nw-access-analyzer"].after == ("security (999999999999) in eu-west-1, eu-central-1, us-east-1",)
    assert not found["nw-access-analyzer"].template
    assert "nw-kms-logs" not in found
    assert "security (333333333333) in" in format_changes_text(changes)
    path.write_text(text.replace('id: "333333333333", ', ""), encoding="utf-8")
    unknown = {item.name: item for item in changes_against(path, written)[1].stacks}
    assert "nw-access-analyzer" not in unknown


def test_who_excepts_and_attests_what_is_a_change_whatever_the_state(written: Path, tmp_path: Path) -> None:
    def profile(name: str, *, until: str, attested: str) -> Path:
        path = tmp_path / name
        signed = f'owner: Team, approver: CISO, expires: "{until}"'
        path.write_text(
            f"{NORTHWIND.read_text(encoding='utf-8')}\n"
            f"exceptions:\n  cis-7.0/4.2: {{reason: Another | product., {signed}}}\n"
            f"attestations:\n  {attested}: {{statement: Reviewed., {signed}}}\n",
            encoding="utf-8",
        )
        return path

    first = profile("first.yaml", until="2027-06-30", attested="cis-7.0/2.2")
    added = changes_against(first, written)[1]
    assert [(item.name, item.kind, item.before) for item in added.statements] == [
        ("cis-7.0/2.2", "attestation", None),
        ("cis-7.0/4.2", "exception", None),
    ]
    changes = changes_against(profile("second.yaml", until="2027-07-31", attested="cis-7.0/2.19"), first)[1]
    assert not changes.requirements
    document = json.loads(format_changes_json(changes))["statements"]
    assert [(item["id"], item["kind"], bool(item["before"]), bool(item["after"])) for item in document] == [
        ("cis-7.0/2.2", "attestation", True, False),
        ("cis-7.0/2.19", "attestation", False, True),
        ("cis-7.0/4.2", "exception", True, True),
    ]
    text, markdown = format_changes_text(changes), format_changes_markdown(changes)
    was, now = (f"Another | product. (Team, approved by CISO, until {day})" for day in ("2027-06-30", "2027-07-31"))
    assert f"  exception cis-7.0/4.2: {was} → {now}\n" in text
    assert "  attestation cis-7.0/2.19: none → Reviewed. (Team, approved by CISO, until 2027-07-31)\n" in text
    assert f"| `cis-7.0/4.2` | exception | {was} | {now} |".replace("her |", "her \\|") in markdown


def test_a_framework_on_one_side_only_is_one_line(changes: Changes) -> None:
    assert (changes.frameworks_added, changes.frameworks_removed) == (("gdpr",), ("fsbp",))
    assert not any(item.name.startswith(("gdpr/", "fsbp/")) for item in changes.requirements)


def test_every_format_says_the_same(changes: Changes) -> None:
    document = json.loads(format_changes_json(changes))
    text, markdown = format_changes_text(changes), format_changes_markdown(changes)
    for item in (*document["requirements"], *document["controls"]):
        assert f"{item['id']}: {item['before']} → {item['after']}" in text
        assert f"| `{item['id']}` | {item['before']} | {item['after']} |" in markdown
    for stack in document["stacks"]:
        assert f"{stack['what']:<7} {stack['name']}" in text
        assert f"| `{stack['name']}` | {stack['what']} |" in markdown
    assert "fsbp: no longer reported" in text


def test_a_directory_that_was_changed_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "out"
    generate(profiles_directory() / "starter.yaml", directory, UNLINTED)
    report = directory / "report" / "evidence.json"
    report.write_text(report.read_text(encoding="utf-8").replace('"deployed"', '"absent"', 1), encoding="utf-8")
    with pytest.raises(TamperedError, match="changed since it was written"):
        changes_against(profiles_directory() / "starter.yaml", directory)
