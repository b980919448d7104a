"""Hostile plans, evidence, scans, policies, lock files and profiles: a documented exit code, and nothing written.

`make fuzz` runs many more, with new ones each time.
"""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baseline.cli.main import baseline
from baseline.errors import BaselineError
from baseline.evidence.written import EVIDENCE_FILE
from baseline.pipeline import Options, generate
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions

NORTHWIND = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")
SCANS = Path(__file__).parent / "evidence" / "scans"
POLICY = '{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}'
LOCK = '{"format": 1, "organization": "Northwind", "assigned": {"LogArchiveAccountId": "222222222222"}}'

EXAMPLES = int(os.environ.get("BASELINE_FUZZ_EXAMPLES", "0"))
fuzz = settings(
    max_examples=EXAMPLES or 12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not EXAMPLES,
    database=None,
)

TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "\x1b[2K",
        "\n::error::x",
        "../x",
        "/etc/passwd",
        "${AWS::Region}",
        "{{resolve:ssm:a}}",
        "\u202e",
        "\ud800",
        "-x",
        "",
        "\0",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON document except its top; for long lists the first items."""
    items = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))[:3]
        if isinstance(value, list)
        else []
    )
    return [place for key, item in items[:60] for place in ((*path, key), *places(item, (*path, key)))]


@st.composite
def changed(draw: st.DrawFn, text: str) -> bytes:
    """A JSON document with one to three replaced or removed places, or with replaced bytes."""
    if draw(st.integers(0, 4)) == 0:
        content = bytearray(text.encode())
        start = draw(st.integers(0, len(content) - 1))
        content[start : start + draw(st.integers(0, 40))] = draw(st.binary(max_size=20))
        return bytes(content)
    document = json.loads(text)
    for _ in range(draw(st.integers(1, 3))):
        some = places(document)
        if not some:
            break
        *path, last = draw(st.sampled_from(some))
        parent = document
        for step in path:
            parent = parent[step]
        if draw(st.booleans()):
            parent[last] = draw(VALUES)
        else:
            del parent[last]
    return json.dumps(document).encode()


def check(*words: str | Path, allowed: tuple[int, ...]) -> None:
    result = CliRunner().invoke(baseline, [str(word) for word in words])
    error = result.exception
    if isinstance(error, BaselineError):
        assert error.exit_code in allowed, error
        assert str(error)
    elif error is not None and not isinstance(error, SystemExit):
        raise error
    else:
        assert result.exit_code in allowed, result.output
    assert "\x1b" not in result.output


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("fuzz") / "out"
    generate(profiles_directory() / "starter.yaml", directory, Options(validation=ValidateOptions(lint=False)))
    return directory


@pytest.fixture
def output(written: Path, tmp_path: Path) -> Path:
    copytree(written, tmp_path / "out")
    return tmp_path / "out"


def around(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*")}


def test_any_plan_is_read_or_refused(output: Path) -> None:
    text = (output / "plan.json").read_text(encoding="utf-8")
    before = around(output.parent)

    @fuzz
    @given(changed(text))
    def run(content: bytes) -> None:
        (output / "plan.json").write_bytes(content)
        check("verify", output, allowed=(0, 5))
        check("explain", "--in", output, allowed=(0, 5))

    run()
    assert around(output.parent) == before


def test_any_evidence_is_read_or_refused(output: Path) -> None:
    text = (output / EVIDENCE_FILE).read_text(encoding="utf-8")
    plan = (output / "plan.json").read_text(encoding="utf-8")
    digest = sha256(text.encode()).hexdigest()

    @fuzz
    @given(changed(text))
    def run(content: bytes) -> None:
        (output / EVIDENCE_FILE).write_bytes(content)
        (output / "plan.json").write_text(plan.replace(digest, sha256(content).hexdigest()), encoding="utf-8")
        check("explain", "--in", output, allowed=(0, 5))
        check("explain", "cis-7.0", "--in", output, allowed=(0, 2, 5))
        check("explain", "cloudtrail", "--in", output, allowed=(0, 2, 5))
        check("evidence", "reconcile", output, "--prowler", SCANS / "prowler.csv", allowed=(0, 5))

    run()


SCAN_OPTIONS = {"prowler.ocsf.json": "--prowler", "securityhub.json": "--securityhub"} | {
    path.name: "--config" for path in SCANS.glob("config_*.json")
}


@pytest.mark.parametrize("name", sorted(SCAN_OPTIONS))
def test_any_scan_is_read_or_refused(name: str, output: Path, tmp_path: Path) -> None:
    @fuzz
    @given(changed((SCANS / name).read_text(encoding="utf-8")))
    def run(content: bytes) -> None:
        (tmp_path / "scan.json").write_bytes(content)
        check("evidence", "reconcile", output, SCAN_OPTIONS[name], tmp_path / "scan.json", allowed=(0, 2, 5))

    run()


@pytest.mark.parametrize("option", ["--identity-policy", "--resource-policy", "--boundary", "--session-policy"])
def test_any_policy_is_read_or_refused(option: str, tmp_path: Path) -> None:
    @settings(fuzz, max_examples=EXAMPLES or 3)
    @given(changed(POLICY))
    def run(content: bytes) -> None:
        (tmp_path / "policy.json").write_bytes(content)
        words = ("policy", "explain", profiles_directory() / "starter.yaml", "--account", "management")
        check(*words, "--action", "s3:GetObject", option, tmp_path / "policy.json", allowed=(0, 1, 2, 3))

    run()


def _lock(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.yaml").write_text(NORTHWIND, encoding="utf-8")
    (tmp_path / "p.lock.json").write_bytes(content)


def _own_policy(tmp_path: Path, content: bytes) -> None:
    own = "\n  guardrails:\n    policies: [{file: own.json, type: SERVICE_CONTROL_POLICY, to: [Workloads]}]\n"
    text = NORTHWIND.replace("\n  guardrails:\n", own, 1) if "\n  guardrails:\n" in NORTHWIND else NORTHWIND + own
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "own.json").write_bytes(content)


@pytest.mark.parametrize(("lay", "text"), [(_lock, LOCK), (_own_policy, POLICY)], ids=["lock file", "own policy"])
def test_any_file_beside_a_profile_is_read_or_refused(
    lay: Callable[[Path, bytes], None], text: str, tmp_path: Path
) -> None:
    @settings(fuzz, max_examples=EXAMPLES or 3)
    @given(changed(text))
    def run(content: bytes) -> None:
        lay(tmp_path, content)
        check("plan", tmp_path / "p.yaml", allowed=(0, 3, 4))

    run()


def test_any_profile_is_read_or_refused(tmp_path: Path) -> None:
    import yaml

    text = json.dumps(yaml.safe_load(NORTHWIND))  # JSON is YAML

    @settings(fuzz, max_examples=EXAMPLES or 6)
    @given(changed(text))
    def run(content: bytes) -> None:
        (tmp_path / "p.yaml").write_bytes(content)
        check("plan", tmp_path / "p.yaml", allowed=(0, 3, 4))

    run()
    assert around(tmp_path) == {"p.yaml"}
