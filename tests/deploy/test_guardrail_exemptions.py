"""Functions whose calls the deployed guardrails deny, because those that exempt them are deployed last."""

from pathlib import Path
from unittest.mock import patch

from tests.deploy.conftest import Aws, reduced, write

GUARDRAILS = ("--only", "nw-guardrails-*")
LOST = "nw-log-retention-settings-function is no longer in the plan"
RETENTION = "  monitoring: {log_retention: [{name: app, prefixes: [/app/], days: 90}]}\n"


def _deploy(aws: Aws, directory: Path, *words: str) -> None:
    with patch("baseline.deploy.preflight.preflight", lambda *_: ()):
        result = aws.run("deploy", directory, *words, "--yes")
    assert result.exit_code == 0, result.output


def _outputs(directory: Path) -> tuple[Path, Path]:
    """An output without the function, and one with it; both have guardrails."""
    profile = reduced(directory, but="guardrails")
    without = write(profile, directory / "without")
    profile.write_text(profile.read_text(encoding="utf-8") + RETENTION, encoding="utf-8")
    return without, write(profile, directory / "with")


def test_guardrails_that_exempt_a_new_function_are_deployed_first(settled: Aws, tmp_path: Path) -> None:
    before, after = _outputs(tmp_path)
    _deploy(settled, before)
    stopped = settled.run("preflight", after).output
    assert "nw-log-retention-settings-function: the deployed guardrails deny logs:DeleteAccountPolicy, " in stopped
    assert "deploy the guardrails first: baseline deploy DIR --only 'nw-guardrails-*'" in stopped
    assert "the deployed guardrails deny" not in settled.run("preflight", after, *GUARDRAILS).output
    _deploy(settled, after, *GUARDRAILS)
    assert "the deployed guardrails deny" not in settled.run("preflight", after).output
    _deploy(settled, after)
    _function_goes_before_its_exemption(settled, before)


def _function_goes_before_its_exemption(aws: Aws, after: Path) -> None:
    prune = ("--only", "nw-log-retention-settings-*", "--prune")
    for words in ((), GUARDRAILS):
        stopped = aws.run("preflight", after, *words).output
        assert LOST in stopped
        assert "the plan's guardrails deny logs:DeleteAccountPolicy, logs:DeleteRetentionPolicy" in stopped
        assert f"baseline deploy DIR --only '{prune[1]}' --prune" in stopped
    assert LOST not in aws.run("preflight", after, *prune[:2]).output
    _deploy(aws, after, "--only", "nw-log-retention-settings-policy-*", "--prune")
    assert LOST not in aws.run("preflight", after).output  # there is nothing to undo
    _deploy(aws, after, *prune)
    assert LOST not in aws.run("preflight", after).output
