"""The last line of a deployment counts each stack once, by how far it came."""

import pytest

from baseline.cli.aws import ending
from baseline.deploy.task import Action, Outcome

DONE = Outcome(task="nw-a", where="management in eu-west-1", action=Action.UPDATE)
SAME = Outcome(task="nw-b", where="management in eu-west-1", action=Action.NONE)
STOPPED = Outcome(task="nw-c", where="management in eu-west-1", action=Action.UPDATE, interrupted=True)
FAILED = Outcome(task="nw-d", where="management in eu-west-1", action=Action.UPDATE, failures=("denied",))


@pytest.mark.parametrize(
    ("outcomes", "code", "line"),
    [
        ((DONE, SAME), 0, "1 changed, 1 unchanged, 0 failed."),
        ((DONE, SAME, STOPPED), 1, "Stopped: 1 changed, 1 unchanged, 0 failed, 1 not finished."),
        ((DONE, STOPPED, FAILED), 7, "1 changed, 0 unchanged, 1 failed, 1 not finished."),
    ],
)
def test_last_line_counts_each_stack_once(
    outcomes: tuple[Outcome, ...], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending(outcomes, len(outcomes), quiet=False) == code
    assert capsys.readouterr().err.startswith(line)
