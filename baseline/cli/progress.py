"""A progress bar on standard error, if that is a terminal."""

import sys
from collections.abc import Callable


def terminal_progress(subject: str = "cfn-lint") -> Callable[[int, int], None] | None:
    """Return a callback that takes (done, total) of `subject`; None if stderr is not a terminal."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    progress = Progress(
        TextColumn(subject),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task(subject, total=None)

    def show(done: int, total: int) -> None:
        if not progress.live.is_started:
            progress.start()
        progress.update(task, completed=done, total=total)
        if done >= total:
            progress.stop()

    return show
