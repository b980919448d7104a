"""The pages as a site and as a command: all exist, and every link resolves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from baseline.capabilities.registry import CAPABILITIES
from baseline.cli.main import baseline
from tests.conftest import CHECKOUT

DOCS = CHECKOUT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?:|mailto:)([^)\s]+)\)")


def files_in(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from files_in(item)


def test_the_site_lists_every_page_once() -> None:
    site = yaml.safe_load((CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = list(files_in(site["nav"]))
    assert sorted(listed) == [str(path.relative_to(DOCS)) for path in PAGES]


def test_switch_of_the_site_between_light_and_dark_finds_its_elements_without_a_network() -> None:
    theme = yaml.safe_load((CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8"))["theme"]
    assert theme["highlightjs"] is False  # its style sheets come from a network, and the switch looks for them by id
    text = (CHECKOUT / theme["custom_dir"] / "main.html").read_text(encoding="utf-8")
    assert re.findall(r'id="(hljs-\w+)"', text) == ["hljs-light", "hljs-dark"]


def test_the_overview_names_every_general_page_by_its_title() -> None:
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    for path in DOCS.glob("*.md"):
        if path.name != "README.md":
            title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
            assert f"| [{title}]({path.name}) |" in text


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub and mkdocs generate for headings."""
    text = re.sub(r"(?s)^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    titles = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_every_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    text = re.sub(r"(?s)^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for target in _LINK.findall(text):
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), target
        assert not anchor or file.suffix != ".md" or anchor in anchors(file), target


@pytest.mark.parametrize(
    "topic", ["deploy", "first-hour", "docs/deploy.md", "Cloudtrail", "account-settings", *CAPABILITIES]
)
def test_docs_prints_the_page_of_a_topic(topic: str) -> None:
    done = CliRunner().invoke(baseline, ["docs", topic])
    assert done.exit_code == 0
    assert done.stdout.startswith("# ")


def test_docs_lists_every_page_with_its_title() -> None:
    listed = CliRunner().invoke(baseline, ["docs"]).stdout.splitlines()
    assert len(listed) == len(PAGES) - 1
    assert any(re.fullmatch(r"troubleshooting +Troubleshooting", line) for line in listed)


def test_unknown_page_is_answered_with_the_nearest() -> None:
    done = CliRunner().invoke(baseline, ["docs", "deploi"], standalone_mode=False)
    assert "did you mean deploy" in getattr(done.exception, "hint", "")


@pytest.mark.parametrize("path", sorted((CHECKOUT / "baseline").rglob("*.py")), ids=lambda path: path.name)
def test_messages_name_no_file_that_an_installed_program_lacks(path: Path) -> None:
    texts = re.findall(
        r"(?<![\w/.])docs/[\w/-]+\.md", re.sub(r'(?s)""".*?"""|#[^\n]*', "", path.read_text(encoding="utf-8"))
    )
    assert texts == []
