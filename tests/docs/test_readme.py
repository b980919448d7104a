"""The README's examples match the program."""

import re
from pathlib import Path

import pytest

from baseline.pipeline import Options, Proof, prove
from baseline.profile.load import load_profile_text
from baseline.report.findings_text import format_text
from baseline.report.plan_markdown import format_plan_markdown
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions
from tests.conftest import CHECKOUT

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def northwind() -> Proof:
    return prove(profiles_directory() / "northwind.yaml", Options(validation=ValidateOptions(lint=False)))


def block(after: str) -> list[str]:
    """The lines of the code block that contains `after`, from there on."""
    (found,) = re.findall(rf"^{re.escape(after)}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [line for line in str(found).splitlines() if line.strip() != "…"]


def test_the_output_of_generate_is_real(northwind: Proof) -> None:
    said = block("$ baseline generate profiles/northwind.yaml -o output/northwind")
    assert said[0] == format_text(northwind.findings).strip()
    count = len(northwind.evidence.templates)
    assert said[1] == f"{count} templates written in output/northwind. Next: read output/northwind/README.md"


def test_the_rows_of_the_plan_are_real(northwind: Proof) -> None:
    shown = block("$ baseline plan profiles/northwind.yaml --format markdown")
    real = format_plan_markdown(northwind.plan).splitlines()
    assert len(shown) > 4
    assert set(shown) <= set(real)


def test_the_template_shown_is_real(northwind: Proof) -> None:
    shown = block("```yaml\n  Trail:")
    (template,) = [item for item in northwind.evidence.templates if item.stack.name == "nw-cloudtrail"]
    assert len(shown) > 8
    assert set(shown) <= set(template.text.splitlines())


def test_the_profile_shown_is_in_order_but_for_what_it_accepts(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```yaml\n(version: 1\n.*?)^```$", README, re.DOTALL | re.MULTILINE)
    loaded = load_profile_text(text, str(tmp_path / "profile.yaml"))
    assert loaded.findings
    assert all(finding.accepted for finding in loaded.findings)
