import json
import re
import subprocess
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import ProfileError
from baseline.evidence.changes import CLASSES, Changes
from baseline.evidence.resource_changes import ResourceChange
from baseline.evidence.risks import Risk
from baseline.report.changes_markdown import MOST_CHARACTERS, format_changes_markdown
from baseline.resources import profiles_directory

NORTHWIND = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")
REGULATED = re.sub(r"(?m)^tier: standard", "tier: regulated", NORTHWIND)
WITHOUT_ANALYZER = NORTHWIND.replace(
    "\ncapabilities:", "\ncapabilities:\n  access_analyzer: {enabled: false, reason: Another product does it.}"
)


def plan(*words: str) -> Result:
    result = CliRunner().invoke(baseline, ["plan", "profile.yaml", *words], standalone_mode=False)
    if isinstance(result.return_value, int):
        result.exit_code = result.return_value
    return result


def git(*words: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@northwind.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("layers").mkdir()
    Path("layers/house.yaml").write_text("version: 1\ncapabilities: {kms: {rotation_period_days: 365}}\n")
    Path("profile.yaml").write_text(f"extends: layers/house.yaml\n{NORTHWIND}", encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    return tmp_path


@pytest.mark.usefixtures("repository")
def test_profile_is_compared_with_a_revision_and_its_layers() -> None:
    assert "nothing changes" in plan("--against", "git:main").output
    Path("layers/house.yaml").write_text("version: 1\ncapabilities: {kms: {rotation_period_days: 180}}\n")
    done = plan("--against", "git:HEAD", "--fail-on", "any")
    assert done.exit_code == 5
    assert "RotationPeriodInDays: 365 → 180" in done.output
    assert plan("--against", "git:HEAD", "--fail-on", "remove").exit_code == 0


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("against", "said"),
    [
        ("main", "For a revision write git:main."),
        ("git:nowhere", "no revision 'nowhere'"),
        ("git:--output=x", "no revision '--output=x'"),
        ("git:HEAD:missing.yaml", "has no missing.yaml"),
        ("git:HEAD:missing.yaml", "git:HEAD:OLDPATH"),
        ("git:HEAD:house.yaml", "git:HEAD:layers/house.yaml"),
        ("git:HEAD:../outside", "has no"),
        ("missing.yaml", "does not exist"),
    ],
)
def test_what_is_not_there_is_wrong_usage(against: str, said: str) -> None:
    result = CliRunner().invoke(baseline, ["plan", "profile.yaml", "--against", against])
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert not Path("x").exists()


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("against")
    for name, text in (("profile", NORTHWIND), ("regulated", REGULATED), ("without", WITHOUT_ANALYZER)):
        (directory / f"{name}.yaml").write_text(text, encoding="utf-8")
    return directory


@pytest.mark.parametrize(
    ("before", "after", "classes"),
    [
        ("profile", "profile", set()),
        ("profile", "regulated", {"irreversible", "lock-out", "cost", "any"}),
        ("profile", "without", {"weaker", "remove", "cost", "any"}),
    ],
)
def test_each_class_of_change_has_an_exit_code(
    before: str, after: str, classes: set[str], profiles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(profiles)
    Path("profile.yaml").write_text((profiles / f"{after}.yaml").read_text() if after != "profile" else NORTHWIND)
    Path("before.yaml").write_text(NORTHWIND)
    assert before == "profile"
    done = plan("--against", "before.yaml", *(word for name in CLASSES for word in ("--fail-on", name)))
    assert set(re.findall(r"(?m)^--fail-on (\S+): \S", done.stderr)) == classes
    assert done.exit_code == (5 if classes else 0)


def test_role_that_guardrails_newly_exempt_weakens_them(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(profiles)
    Path("profile.yaml").write_text(NORTHWIND.replace("\ncapabilities:", "\ncapabilities:\n  macie: {mode: monitor}"))
    Path("before.yaml").write_text(NORTHWIND)
    done = plan("--against", "before.yaml", "--fail-on", "weaker")
    assert done.exit_code == 5
    assert "nw-guardrails-scp-identity/Policy" in done.stderr
    risks, _, details = done.output.partition("\nstacks: ")
    assert "denies less than before: exempts nw-macie-settings\n" in risks
    assert "denies more" not in risks
    assert "nw-guardrails-scp-identity: binds every member account\n" in details
    assert "nw-guardrails-scp-security: binds Security\n" in details
    assert details.count("nw-macie-settings)") == 1


def test_every_format_names_risk_property_and_reach(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(profiles)
    Path("profile.yaml").write_text(REGULATED)
    Path("before.yaml").write_text(NORTHWIND)
    words = ("--against", "before.yaml", "--as-of", "2026-11-30")
    text = plan(*words).output
    assert "stays until 2032-11-28" in text
    assert 'Mode: "GOVERNANCE" → "COMPLIANCE"' in text
    assert "nw-kms-ebs: 7 accounts in 3 Regions (21 in all), and new accounts" in text
    document = json.loads(plan(*words, "--format", "json").output)
    bucket = next(item for item in document["resources"] if item["logical_id"] == "CloudTrailLogsBucket")
    assert {"kind", "why"} == bucket["risks"][0].keys()
    assert {"path": "ObjectLockConfiguration.Rule.DefaultRetention.Days", "before": 365, "after": 2190} in bucket[
        "properties"
    ]
    assert document["reaches"]["nw-kms-ebs"]["places"] == 21
    digests = [document["origin"][side][0]["sha256"] for side in ("before", "after")]
    assert digests == [sha256(text.encode()).hexdigest() for text in (NORTHWIND, REGULATED)]
    for format_ in ("markdown", "html"):
        page = plan(*words, "--format", format_).output
        for origin in ("2026-11-30", "before.yaml", *digests, document["origin"]["plan_sha256"]):
            assert origin in page
        assert "stays until 2032-11-28" in page
        assert "irreversible" in page


def test_page_is_whole_escaped_and_fetches_nothing(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(profiles)
    Path("profile.yaml").write_text(REGULATED.replace("Another", "<script>alert(1)</script>"))
    Path("before.yaml").write_text(NORTHWIND)
    page = plan("--against", "before.yaml", "--format", "html").output
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=", page)
    parser = HTMLParser()
    parser.feed(page)
    assert page.count("<details") == page.count("</details>")


def changes_of(count: int) -> Changes:
    risk = Risk(kind="data loss", why="it holds data, and is deleted")
    resources = tuple(
        ResourceChange(
            stack=f"nw-{number % 40}",
            logical_id=f"Bucket{number}",
            type="AWS::S3::Bucket",
            change="removed",
            risks=(risk,),
        )
        for number in range(count)
    )
    return Changes(
        stacks=(),
        frameworks_added=(),
        frameworks_removed=(),
        requirements=(),
        controls=(),
        counts={},
        statements=(),
        resources=resources,
    )


@pytest.mark.parametrize("count", [1, 500, 5_000])
def test_markdown_fits_into_a_comment_with_every_fold_closed(count: int) -> None:
    text = format_changes_markdown(changes_of(count))
    assert len(text) < 65_536
    assert MOST_CHARACTERS < 65_536
    assert text.count("<details>") == text.count("</details>")
    assert f"{count} removed" in text
    assert ("is left out here" in text) is (count == 5_000)


def test_layer_alone_is_no_profile_to_plan() -> None:
    result = CliRunner().invoke(baseline, ["plan", str(profiles_directory() / "house-baseline.yaml")])
    assert isinstance(result.exception, ProfileError)
    assert "name the profile that `extends` it" in result.exception.hint


def test_options_about_changes_need_something_to_compare_with(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(profiles)
    for words in (["--fail-on", "any"], ["--format", "html"]):
        result = CliRunner().invoke(baseline, ["plan", "profile.yaml", *words])
        assert result.exit_code == 2
        assert f"Error: {' '.join(words).removesuffix(' any')} is about changes" in result.stderr
