"""Every target: the reviewed templates, the same bytes each time, and what all of them refuse."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from baseline.errors import ExportError
from baseline.export.registry import TARGETS
from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.export.yaml_text import yaml_text
from tests.export.conftest import UNKNOWN


@pytest.mark.parametrize("target", ["terraform", "cdk", "stacksets", "cfct", "lza"])
def test_templates_are_the_reviewed_ones_and_the_page_names_the_plan(source: Source, target: str) -> None:
    given = Source(written=source.written, units=source.units, values=UNKNOWN)
    files = export_files(given, target)
    templates = {Path(path).stem: content for path, content in files.items() if "templates/" in path}
    assert {name: content.decode() for name, content in templates.items()} == dict(source.written.texts)
    page = files["README.md"].decode()
    assert source.written.sha256 in page
    assert "IAM Identity Center is enabled" in page
    assert files == export_files(given, target)


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_plan_gives_the_same_bytes_in_any_order_of_what_is_given(complete: Source, target: str) -> None:
    found = export_files(complete, target)
    turned = replace(
        complete,
        written=replace(complete.written, texts=_turned(complete.written.texts)),
        values=_turned(complete.values),
        names=_turned(complete.names),
    )
    assert found
    assert export_files(turned, target) == found


def _turned(items: Mapping[str, str]) -> dict[str, str]:
    return dict(reversed([*items.items()]))


@pytest.mark.parametrize("target", ["terraform", "cfct", "lza", "org-formation", "git-sync"])
def test_page_says_what_a_rollback_of_accounts_and_units_leaves(complete: Source, target: str) -> None:
    lost = "A failure in `nw-organization` is rolled back, and the accounts and units that were created remain."
    assert lost in export_files(complete, target)["README.md"].decode()
    texts = {
        name: text.replace("AWS::Organizations::", "AWS::Other::") for name, text in complete.written.texts.items()
    }
    without = replace(complete, written=replace(complete.written, texts=texts))
    assert "is rolled back" not in export_files(without, target)["README.md"].decode()


@pytest.mark.parametrize("target", ["cfct", "lza"])
def test_single_account_is_refused(source: Source, target: str) -> None:
    alone = replace(source.written, plan=replace(source.plan, standalone=True))
    with pytest.raises(ExportError, match="single account"):
        export_files(Source(written=alone, units=source.units, values=UNKNOWN), target)


@pytest.mark.parametrize(
    "value",
    [
        {"a": "x: y # z", "b": ["on", "012", "- a"], "c": [{"d": 1, "e": {"f": True}}, {"g": []}]},
        {"a": {}, "b": [], "c": "line\nbreak", "d": [["x"], "é"]},
    ],
)
def test_yaml_reads_back_as_what_it_was(value: Mapping[str, Any]) -> None:
    assert yaml.safe_load(yaml_text(value)) == value
