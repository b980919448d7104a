"""The pages in an installed Chromium: axe-core finds nothing, the console stays empty, and keys are enough.

axe-core comes from the development dependency axe-playwright-python. All its rules look at the page of the engineer,
which has every section; of parts that are alike only the first one stays, since the rule about contrast takes
milliseconds for each element.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from baseline.cli.browser import BROWSERS
from baseline.report.page.material import Material
from baseline.report.page.report import AUDIENCES, Audience, format_report
from tests.report.browser import Tab, opened

PROGRAM = next((found for name in BROWSERS if (found := shutil.which(name))), "")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="NO BROWSER: pages are not tested with axe-core and keys here")

THIN = """(() => {
  const thin = (node) => {
    const seen = new Set();
    for (const child of [...node.children]) {
      const form = thin(child);
      if (seen.has(form) && !child.matches("input, select")) child.remove(); else seen.add(form);
    }
    return `${node.tagName} ${node.getAttributeNames()} ${node.className} (${[...seen].sort()})`;
  };
  document.querySelectorAll("details").forEach((item) => { item.open = true; });
  thin(document.querySelector("main"));
})()"""
AXE = """axe.run({resultTypes: ["violations"], selectors: false, preload: false, RULES}).then((found) =>
  found.violations.map((item) => `${item.id}: ${item.nodes[0].html} ${item.nodes[0].failureSummary}`))"""
UNIQUE = 'runOnly: ["landmark-unique", "duplicate-id-aria", "heading-order", "empty-heading", "empty-table-header"]'
WIDTH_OPEN = """(() => {
  document.querySelectorAll("section").forEach((item) => { item.style.contentVisibility = "visible"; });
  const all = [...document.querySelectorAll("details:not([open])")];
  all.forEach((item) => { item.open = true; });
  const width = document.scrollingElement.scrollWidth;
  all.forEach((item) => { item.open = false; });
  return width;
})()"""
COLORS = 'runOnly: ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]'


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with opened(PROGRAM, tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="module")
def pages(northwind_material: Material, tmp_path_factory: pytest.TempPathFactory) -> dict[Audience, Path]:
    """The page for each audience, with the requirements of one framework."""
    evidence = replace(northwind_material.evidence, frameworks=("cis-7.0",))
    directory = tmp_path_factory.mktemp("pages")
    found = {}
    for audience in AUDIENCES:
        found[audience] = directory / f"{audience}.html"
        found[audience].write_text(format_report(replace(northwind_material, evidence=evidence), audience))
    return found


def script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8") + ";0"


def violations(tab: Tab, rules: str) -> list[str]:
    found: list[str] = tab.run(AXE.replace("RULES", rules))
    return found


def tab_to(tab: Tab, reached: str) -> None:
    """Press the Tab key until an expression is true."""
    for _ in range(20):
        if tab.run(reached):
            return
        tab.press("Tab")
    pytest.fail(f"not reached by 20 keys: {reached}")


def test_pages_have_no_violation_of_axe_no_complaint_and_no_sideways_scrolling(
    tab: Tab, pages: dict[Audience, Path]
) -> None:
    for audience, page in pages.items():
        tab.look("light", 390)
        tab.open(page)
        assert tab.run(WIDTH_OPEN) <= tab.run("document.scrollingElement.clientWidth"), audience
        tab.run(script())
        assert violations(tab, UNIQUE) == [], audience
        if audience == "engineer":
            no_content_violates_axe(tab)
        assert tab.complaints() == [], audience


def no_content_violates_axe(tab: Tab) -> None:
    tab.run(THIN)
    for scheme, width, rules in (("light", 1300, ""), ("dark", 390, COLORS)):
        tab.look(scheme, width)
        assert violations(tab, rules) == [], scheme


def test_sections_are_laid_out_when_they_are_seen_found_or_printed(tab: Tab, pages: dict[Audience, Path]) -> None:
    tab.open(pages["engineer"])
    modes = "[...document.querySelectorAll('main > section')].map((item) => getComputedStyle(item).contentVisibility)"
    assert set(tab.run(modes)) == {"auto"}
    assert tab.run("find('guest operating systems') && scrollY > innerHeight")
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert set(tab.run(modes)) == {"visible"}
    tab.call("Emulation.setEmulatedMedia", media="")


def test_account_keeps_what_is_deployed_there_and_what_binds_it(tab: Tab, pages: dict[Audience, Path]) -> None:
    tab.open(pages["auditor"])
    shown = "[...document.querySelectorAll('#requirement-rows tr:not([hidden])')].map((row) => row.id)"
    choose = "document.getElementById('account').value = ACCOUNT; form.dispatchEvent(new Event('input'));"
    found = {key: set(tab.run(choose.replace("ACCOUNT", repr(key)) + shown)) for key in ("security", "sandbox")}
    aggregator, root_keys, nobody = "cis-7.0/2.1.3", "cis-7.0/2.1.1", "cis-7.0/2.1.5"
    assert tab.run("location.hash") == "#?account=sandbox"
    assert {aggregator, root_keys} <= found["security"]
    assert root_keys in found["sandbox"]
    assert aggregator not in found["sandbox"]
    assert nobody not in found["security"] | found["sandbox"]


def test_keys_are_enough_to_search_and_to_open_a_requirement(tab: Tab, pages: dict[Audience, Path]) -> None:
    tab.open(pages["auditor"])
    shown = "[...document.querySelectorAll('#requirement-rows tr:not([hidden])')].map((row) => row.id)"
    every = len(tab.run(shown))
    tab.run("document.querySelector('nav a[href=\"#requirements\"]').focus()")
    tab.press("Enter", "\r")
    tab_to(tab, "document.activeElement.id === 'search'")
    for letter in "2.1.5":
        tab.press(letter, letter)
    assert json.loads(tab.run(f"JSON.stringify({shown})")) == ["cis-7.0/2.1.5"]
    assert tab.run("document.getElementById('shown').textContent") == f"1 / {every}"
    assert tab.run("location.hash") == "#?search=2.1.5"
    tab_to(tab, "document.activeElement.tagName === 'SUMMARY'")
    tab.press("Enter", "\r")
    assert tab.run("document.activeElement.parentElement.open")
