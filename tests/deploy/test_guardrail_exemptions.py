"""Functions whose calls the deployed guardrails deny, because those that exempt them are deployed last."""

from pathlib import Path
from unittest.mock import patch

from tests.deploy.conftest import Aws, reduced, write

GUARDRAILS = ("--only", "nw-guardrails-*")
RETENTION = "  monitoring: {log_retention: [{name: app, prefixes: [/app/], days: 90}]}\n"


def _deploy(aws: Aws, directory: Path, *words: str) -> None:
    with patch("baseline.deploy.preflight.preflight", lambda *_: ()):
        result = aws.run("deploy", directory, *words, "--yes")
    assert result.exit_code == 0, result.output


def test_guardrails_that_exempt_a_new_function_are_deployed_first(settled: Aws, tmp_path: Path) -> None:
    profile = reduced(tmp_path, but="guardrails")
    before = write(profile, tmp_path / "before")
    profile.write_text(profile.read_text(encoding="utf-8") + RETENTION, encoding="utf-8")
    after = write(profile, tmp_path / "after")
    _deploy(settled, before)
    stopped = settled.run("preflight", after).output
    assert "nw-log-retention-settings-function: the deployed guardrails deny logs:DeleteAccountPolicy, " in stopped
    assert "deploy the guardrails first: baseline deploy DIR --only 'nw-guardrails-*'" in stopped
    assert "preflight-guardrail-exemptions" not in settled.run("preflight", after, *GUARDRAILS).output
    _deploy(settled, after, *GUARDRAILS)
    assert "preflight-guardrail-exemptions" not in settled.run("preflight", after).output
