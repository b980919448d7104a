"""Every fixed text of the pages has a translation in every language, and no translation is left over."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from baseline import report
from baseline.controls.guardrail import GROUPS
from baseline.errors import ProfileError
from baseline.evidence.assess import State
from baseline.evidence.states import Checked, Implemented, Met
from baseline.languages.catalog import catalog, languages
from baseline.profile.acceptance import ExceptionKind
from baseline.profile.cover import Cover
from baseline.profile.load import load_profile_text
from baseline.report.figures import flows
from baseline.report.page.report import format_report
from baseline.report.report_xlsx import SHEETS
from baseline.reporting import ReportOptions, report_material
from baseline.resources import profiles_directory
from tests.report.conftest import DAY

HERE = Path(report.__file__).parent
STARTER = profiles_directory() / "starter.yaml"


def spoken(source: str) -> set[str]:
    """The texts that a module translates by `say("…")`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found |= {str(node.args[0].value)} if name == "say" else set()
    return found


def fixed_texts() -> set[str]:
    """Texts in templates and figures, headings of sections, and the values of closed lists."""
    found = set()
    for path in HERE.rglob("*.j2"):
        found |= set(re.findall(r'_\("([^"]*)"\)', path.read_text(encoding="utf-8")))
    found |= spoken((HERE / "cost_words.py").read_text(encoding="utf-8"))
    for path in (HERE / "figures", HERE / "page"):
        for module in path.glob("*.py"):
            text = module.read_text(encoding="utf-8")
            found |= spoken(text)
            found |= set(re.findall(r'Section\([^)]*?title="([^"]+)"', text)) | set(
                re.findall(r'else "([A-Z]\w+)"', text)
            )
            found |= set(re.findall(r'yield [^"]*, "([^"]+)"', text)) if module.stem == "summary_section" else set()
    for values in (Met, State, Implemented, Checked):
        found |= {item.value for item in values}
    found |= {what for _, _, what, _ in (*flows._LOGS, *flows._FINDINGS)}
    found |= {"every account", "the account", "notifications", "subscribers"}
    found |= {*GROUPS.values(), *get_args(ExceptionKind), "implemented", "checked", "AWS", "Customer", "Both"}
    found |= {text for title, headings in SHEETS.items() for text in (title, *headings)}
    found |= {"draft", "review", "final", "critical", "high", "medium", "low"}
    return found


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_catalog_has_every_fixed_text_and_no_other_and_keeps_placeholders(code: str) -> None:
    texts = catalog(code).texts
    wanted = fixed_texts()
    assert len(wanted) > 200
    assert sorted(wanted - texts.keys()) == []
    assert sorted(texts.keys() - wanted) == []
    for text, translated in texts.items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", translated)
        assert translated.endswith((".", ":")) == text.endswith((".", ":")), text


def test_report_is_in_the_language_of_the_catalog() -> None:
    text = format_report(report_material(STARTER, ReportOptions(day=DAY)), "client", catalog("de"))
    assert '<html lang="de">' in text
    text = re.sub(r'<div lang="en">.*?</div>', "", text, flags=re.DOTALL)  # paragraphs of the documentation
    assert "Executive summary" not in text
    assert " a month" not in text
    assert re.search(r"\d,\d\d bis \d+,\d\d<", text)
    for words in (
        "Zusammenfassung für die Leitung",
        "Heimatregion",
        "Nach Fähigkeit",
        " USD im Monat",
        "Listenpreise vom ",
    ):
        assert words in text


def test_language_without_catalog_is_an_error() -> None:
    assert Cover(language="de").language == "de"
    with pytest.raises(ProfileError) as caught:
        load_profile_text(f"{STARTER.read_text(encoding='utf-8')}\ndocument: {{language: tlh}}\n")
    assert 'no texts in the language "tlh": known are en, de' in caught.value.problems[0].message
