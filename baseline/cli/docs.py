"""`baseline docs`."""

from collections.abc import Mapping
from pathlib import Path

import click

from baseline.cli.terminal import say


@click.command("docs", short_help="Print a page of the documentation.")
@click.argument("topic", required=False)
def docs_command(topic: str | None) -> None:
    """Print the page of the documentation about TOPIC, as Markdown; without TOPIC, list the pages.

    Capabilities are topics by their name. For single controls, checks and findings there is `baseline explain`.

    \b
    Examples:
      baseline docs
      baseline docs deploy | less
      baseline docs cloudtrail

    Exit codes: 0 printed, 2 no such page.
    """
    from baseline.errors import UnknownTopicError
    from baseline.text.nearest import nearest

    pages = _pages()
    if topic is None:
        width = max(map(len, pages))
        for name, path in pages.items():
            say(f"{name:<{width}}  {_title(path)}")
        return
    name = topic.lower().removesuffix(".md").removeprefix("docs/").removeprefix("capabilities/").replace("-", "_")
    found = {known.replace("-", "_"): path for known, path in pages.items()}.get(name)
    if found is None:
        close = nearest(topic, pages)
        hint = f"did you mean {close}? " if close else ""
        raise UnknownTopicError(f"no page {topic!r}", hint=f"{hint}`baseline docs` lists the pages")
    say(found.read_text(encoding="utf-8"), nl=False)


def _pages() -> Mapping[str, Path]:
    """Name → page: general pages first, then one per capability."""
    from baseline.resources import docs_directory

    root = docs_directory()
    general = [path for path in sorted(root.glob("*.md")) if path.name != "README.md"]
    return {path.stem: path for path in (*general, *sorted((root / "capabilities").glob("*.md")))}


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().removeprefix("#").strip()
