import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from baseline.capabilities.registry import CAPABILITIES
from baseline.cli.main import baseline
from baseline.errors import OutputError, ProfileError
from baseline.plan.build import build_plan
from baseline.profile.load import load_profile_text
from baseline.profile.scaffold import prefix_from
from baseline.profile.schema import profile_schema
from tests.ready import client

OWN = ("--email", "aws@acme.com", "--management-id", "123412341234")


def init(*options: str) -> str:
    result = CliRunner().invoke(baseline, ["init", "--defaults", "-o", "-", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def findings(text: str) -> list[str]:
    return [f"{finding.path}: {finding.id}" for finding in load_profile_text(text).findings if finding.severity > 1]


@contextmanager
def terminal(answers: str, *options: str) -> Iterator[subprocess.CompletedProcess[str]]:
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    os.write(leader, answers.encode())
    yield client.run("init", *options, stdin=follower)
    os.close(leader)
    os.close(follower)


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("form", ["--standalone", "--organization"])
def test_init_writes_a_profile_that_validates_and_matches_the_schema(form: str, tier: str) -> None:
    text = init("--tier", tier, form, "--name", 'Ünï "quoted": #1', "--prefix", "lab", *OWN)
    assert findings(text) == []
    jsonschema.Draft202012Validator(profile_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("form", ["--standalone", "--organization"])
def test_each_commented_setting_can_be_uncommented_by_itself_and_changes_nothing(
    form: str, tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = init("--tier", tier, form, *OWN)
    lines = text.splitlines()
    commented = [number for number, line in enumerate(lines) if line.startswith("    # ")]
    assert len(commented) > 40
    plain = load_profile_text(text).profile.capabilities
    monkeypatch.setattr("baseline.profile.load._check", lambda *_: ())  # equal settings break equal rules
    for number in commented:
        changed = "\n".join([*lines[:number], "    " + lines[number][6:], *lines[number + 1 :]])
        assert load_profile_text(changed).profile.capabilities == plain, lines[number]


def test_placeholders_are_reported_until_they_are_replaced() -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile_text(init())
    assert [f"{problem.path} {problem.id}" for problem in caught.value.problems] == [
        "accounts.log_archive.email profile-placeholder",
        "accounts.security.email profile-placeholder",
    ]
    existing = init("--log-archive-id", "222233334444", "--security-id", "333344445555")
    assert findings(existing)[0] == "organization.alerts[0]: profile-placeholder"
    assert "accounts.management.id: profile-placeholder" in findings(existing)
    assert findings(init(*OWN)) == []


def test_init_writes_the_schema_that_the_first_line_names(tmp_path: Path) -> None:
    run = CliRunner().invoke(baseline, ["init", "--defaults", "-o", str(tmp_path / "profile.yaml")])
    assert run.exit_code == 0
    named = (tmp_path / "profile.yaml").read_text().splitlines()[0].partition("$schema=")[2]
    assert yaml.safe_load((tmp_path / named).read_text()) == profile_schema()


def test_init_leaves_a_foreign_file_in_the_place_of_the_schema(tmp_path: Path) -> None:
    (tmp_path / "profile.schema.json").write_text("{}")
    CliRunner().invoke(baseline, ["init", "--defaults", "-o", str(tmp_path / "profile.yaml")])
    assert (tmp_path / "profile.schema.json").read_text() == "{}"


def test_init_does_not_replace_a_file_unasked(tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text("mine", encoding="utf-8")
    assert CliRunner().invoke(baseline, ["init", "-o", str(profile)]).exit_code == 2
    assert profile.read_text(encoding="utf-8") == "mine"
    assert CliRunner().invoke(baseline, ["init", "--force", "-o", str(profile)]).exit_code == 0


@pytest.mark.parametrize("output", ["missing/profile.yaml", "."])
def test_init_reports_where_it_cannot_write(output: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(baseline, ["init", "--defaults", "--force", "-o", str(tmp_path / output)])
    assert isinstance(result.exception, OutputError)


def test_init_takes_the_ids_of_what_exists() -> None:
    ids = ("--organization-id", "o-a1b2c3d4e5", "--log-archive-id", "222233334444", "--security-id", "333344445555")
    document = yaml.safe_load(init(*OWN, *ids, "--identity-center-region", "us-east-1"))
    assert document["organization"]["id"] == "o-a1b2c3d4e5"
    assert document["accounts"]["security"]["id"] == "333344445555"
    assert document["capabilities"]["identity_center"] == {"region": "us-east-1"}


def test_init_assumes_prices_of_a_near_region_where_none_are_known() -> None:
    text = init("--home-region", "eu-central-1", "--region", "us-east-1,ap-southeast-2", *OWN)
    assert load_profile_text(text).profile.cost.price_as == {"eu-central-1": "eu-west-1"}
    assert "knows no prices of ap-southeast-2: give them with --prices" in text
    assert "cost" not in yaml.safe_load(init("--home-region", "eu-west-1", *OWN))


@pytest.mark.parametrize("home", ["us-gov-west-1", "cn-north-1"])
def test_init_writes_profiles_of_other_partitions(home: str) -> None:
    ids = ("--log-archive-id", "222233334444", "--security-id", "333344445555")
    assert load_profile_text(init("--home-region", home, *OWN, *ids)).landscape.home_region == home


def test_governed_regions_may_be_separated_by_commas() -> None:
    assert yaml.safe_load(init("--region", "eu-west-1,us-east-1", *OWN))["organization"]["regions"] == [
        "eu-west-1",
        "us-east-1",
    ]


def test_wrong_options_are_problems_of_the_profile_without_a_file() -> None:
    result = CliRunner().invoke(baseline, ["init", "--defaults", "--home-region", "eu-wset-1", "-o", "-"])
    assert isinstance(result.exception, ProfileError)
    assert 'did you mean "eu-west-1"' in result.exception.problems[0].message


WRONG_THEN_RIGHT = (
    "Acme\nMüller\nacme\ny\neu-wset-1\neu-central-1\neu-central-1, eu-west-1\nStandrad\nRegulated\n"
    "y\nmine\no-a1b2c3d4e5\naws@acme\naws@acme.com\n12\n123412341234\n123412341234\n222233334444\n\n"
    "333344445555\nroot@acme.com\ny\nus-east-1\ny\n"
)


def test_each_wrong_answer_is_asked_for_again_and_the_others_are_kept() -> None:
    with terminal(WRONG_THEN_RIGHT, "-o", "-") as run:
        assert run.returncode == 0, run.stderr
    document = yaml.safe_load(run.stdout)
    assert document["organization"] == {
        "name": "Acme",
        "prefix": "acme",
        "id": "o-a1b2c3d4e5",
        "home_region": "eu-central-1",
        "regions": ["eu-central-1", "eu-west-1"],
        "alerts": ["aws@acme.com"],
    }
    assert document["tier"] == "regulated"
    assert document["accounts"]["log_archive"] == {
        "id": "222233334444",
        "email": "aws+log-archive@acme.com",
        "ou": "Security",
    }
    assert document["accounts"]["security"]["email"] == "root@acme.com"
    assert document["capabilities"]["guardrails"]["stage"] == "audit"
    assert document["capabilities"]["identity_center"] == {"region": "us-east-1"}
    for said in (
        'did you mean "eu-west-1"',
        'did you mean "standard"',
        '"12" is not an account id',
        "account id given twice",
        '"mine" is not an organization id',
        '"Müller" cannot be a prefix',
    ):
        assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_risky_prefix_is_warned_of_while_addresses_are_placeholders() -> None:
    with terminal("Acme\naws\n" + "\n" * 20, "-o", "-") as run:
        assert 'Warning: prefix "aws" is also the beginning of roles' in run.stderr


def test_in_govcloud_accounts_need_an_id() -> None:
    answers = "Acme\n\ny\nus-gov-west-1\n\n\nn\naws@acme.com\n123412341234\n\n222233334444\n\n333344445555\n\nn\nn\n"
    with terminal(answers, "-o", "-") as run:
        assert run.returncode == 0, run.stderr
    assert "cannot create accounts in AWS GovCloud" in run.stderr
    assert yaml.safe_load(run.stdout)["capabilities"]["guardrails"] == {"stage": "all"}


def test_init_ends_with_a_summary_and_the_next_command(tmp_path: Path) -> None:
    profile = tmp_path / "acme.yaml"
    result = CliRunner().invoke(baseline, ["init", "--defaults", "-o", str(profile)])
    assert "account log_archive: to be created" in result.stderr
    said = next(line for line in result.stderr.splitlines() if line.startswith("Placeholders to replace: "))
    assert [item.split(" (")[0] for item in said.removeprefix("Placeholders to replace: ").split(", ")] == [
        "organization.alerts[0]",
        *("accounts.management.id", "accounts.management.email", "accounts.log_archive.email"),
        "accounts.security.email",
    ]
    assert result.stderr.endswith(f"baseline validate {profile}\n")


def test_a_wrong_option_is_named_and_not_a_file_that_does_not_exist() -> None:
    result = CliRunner().invoke(
        baseline, ["init", "--defaults", "--prefix", "AC", "--home-region", "eu-wst-1", "-o", "y"]
    )
    assert isinstance(result.exception, ProfileError)
    found = {(finding.location.file, finding.path) for finding in result.exception.problems}
    assert found == {
        ("--prefix", "organization.prefix"),
        *(("--home-region", path) for path in ("organization.home_region", "organization.regions[0]")),
    }


def test_the_profile_says_what_deploys_nothing_until_it_is_configured() -> None:
    text = CliRunner().invoke(baseline, ["init", "--defaults", "--email", "aws@acme.com", "-o", "-"]).stdout
    stacks = build_plan(load_profile_text(text).landscape, ()).stacks
    quiet = set(re.findall(r"(?m)^  ([a-z_]+):  # .*; deploys nothing until configured$", text))
    empty = CAPABILITIES.keys() - {stack.capability for stack in stacks}
    assert quiet == empty, "`is_asked` of a CAPABILITY says whether its settings deploy anything"


def test_a_standalone_profile_has_no_settings_of_an_organization() -> None:
    text = CliRunner().invoke(baseline, ["init", "--defaults", "--standalone", "-o", "-"]).stdout
    assert CAPABILITIES.keys() - yaml.safe_load(text)["capabilities"].keys() == {
        name for name, item in CAPABILITIES.items() if item.needs_organization
    }
    changed = text.replace(
        "capabilities:", "capabilities:\n  guardrails: {stage: audit, reason: later}\n  identity_center: false"
    )
    notes = [finding.path for finding in load_profile_text(changed).findings if finding.id == "profile-no-effect"]
    assert notes == ["capabilities.guardrails.stage"]


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("Müller & Söhne: GmbH", "muellers"), ("Москва", "moskva"), ("日本", "base"), ("3M", "base"), ("Łódź", "lodz")],
)
def test_prefix_is_suggested_in_ascii_letters(name: str, prefix: str) -> None:
    assert prefix_from(name) == prefix


@pytest.mark.parametrize("name", ["dangling", "to a file", "to a directory", "to itself"])
def test_init_writes_through_no_link(name: str, tmp_path: Path) -> None:
    link, outside = tmp_path / "profile.yaml", tmp_path / "outside"
    (tmp_path / "here").mkdir()
    targets = {
        "dangling": outside,
        "to a file": tmp_path / "file",
        "to a directory": tmp_path / "here",
        "to itself": link,
    }
    (tmp_path / "file").write_text("mine")
    link.symlink_to(targets[name])
    result = CliRunner().invoke(baseline, ["init", "--defaults", "-o", str(link)])
    assert result.exit_code == 2
    assert "exists already" in result.output
    assert not outside.exists()
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["N\n::error::x", "\x1b[2J", "\u202e", "{{resolve:ssm:/x}}", 'a"\nprefix: b', "'\n- x", "a\u2028b"]
)
def test_init_refuses_a_name_that_is_more_than_text(name: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(baseline, ["init", "--defaults", "--name", name, "-o", str(tmp_path / "profile.yaml")])
    assert isinstance(result.exception, ProfileError), result.output
    assert list(tmp_path.iterdir()) == []
