"""Conformance packs and web ACLs in AWS: after recorders and roles, updated in place, and removed."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Aws, reduced, write

ONLY = tuple(
    word
    for name in ("conformance-*", "waf-*", "config-r*", "kms-log-archive", "log-archive*")
    for word in ("--only", f"nw-{name}")
)
CONFORMANCE = "{packs: {own: {rules: [backup-plans], remediate: {key-rotation: {}}}}}"
WAF = "{web_acls: {apps: {to: [root], logging: {to: s3}}, sites: {scope: cloudfront, to: [root]}}}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = reduced(tmp_path, but="config")
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}  conformance: {CONFORMANCE}\n  waf: {WAF}\n", encoding="utf-8")
    return path


def test_packs_and_web_acls_are_deployed_changed_and_removed(settled: Aws, own: Path, tmp_path: Path) -> None:
    out = write(own, tmp_path / "out")
    first = settled.run("deploy", out, "--yes", *ONLY)
    assert first.exit_code == 0, first.stderr
    engine = settled.emulator.cloudformation.engine
    for region in ("eu-west-1", "us-east-1"):
        made = engine.of("222222222222", region)
        assert any("waf-" in name for name in made), sorted(made)
    own.write_text(
        own.read_text(encoding="utf-8").replace("key-rotation: {}", "key-rotation: {mode: automatic}"), "utf-8"
    )
    out = write(own, tmp_path / "out")
    second = settled.run("deploy", out, "--yes", *ONLY)
    assert second.exit_code == 0, second.stderr
    assert "nw-conformance-own" in second.output + second.stderr
    assert settled.run("drift", out, *ONLY).exit_code == 0
    assert settled.run("destroy", out, "--confirm", "Northwind").exit_code == 0
