"""Evidence names its inputs by digest, its scope, and its date if the user gave one."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baseline import __version__
from baseline.cli.main import baseline
from baseline.comparison import redacted_reports

PROFILE = """\
extends: [layer.yaml]
version: 1
organization:
  name: Nordlicht
  prefix: nl
  id: o-a1b2c3d4e5
  root_id: r-ab12
  home_region: eu-west-1
  contacts: {security: {name: Sam Rivera, title: CISO, email: sam@example.com, phone: "+44 20 7946 0000"}}
  alerts: [secops@example.com]
  tags: {DataClass: internal}
accounts:
  management: {id: "111111111111", email: aws@example.com}
  log_archive: {id: "222222222222", email: logs@example.com, ou: Security}
  security: {id: "333333333333", email: security@example.com, ou: Security, data_classes: [CDE]}
  old: {id: "444444444444", email: old@example.com, ou: Suspended}
organizational_units: [{path: Security, id: ou-ab12-11111111}, {path: Suspended, id: ou-ab12-22222222, suspended: true}]
compliance: [cis-7.0]
tier: standard
defaults: "2026.12"
capabilities:
  cloudtrail: {log_retention_days: 30, reason: Kept elsewhere.}
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    (tmp_path / "layer.yaml").write_text("organization: {regions: [eu-west-1]}\n", encoding="utf-8")
    path = tmp_path / "nordlicht.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def written(profile: Path, name: str, **environment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """`evidence.json` and the OSCAL component definition."""
    out = profile.with_name(name)
    words = ["generate", str(profile), "-o", str(out), "--no-lint", "--no-cache"]
    result = CliRunner().invoke(baseline, words, standalone_mode=False, env=environment)
    assert result.return_value == 0, result.output
    report = out / "report"
    components = json.loads((report / "oscal-component-definition.json").read_text(encoding="utf-8"))
    return json.loads((report / "evidence.json").read_text(encoding="utf-8")), components["component-definition"]


def test_inputs_scope_and_accepted_values_are_named(profile: Path) -> None:
    document, _ = written(profile, "out")
    sources = {item["file"]: item["sha256"] for item in document["provenance"]["sources"]}
    names = ["nordlicht.yaml", "layer.yaml"]
    assert sources == {name: hashlib.sha256(profile.with_name(name).read_bytes()).hexdigest() for name in names}
    assert document["provenance"]["dated"] is None
    assert [item["account"] for item in document["scope"]["left_out"]] == ["old"]
    assert {item["ou"] for item in document["scope"]["accounts"]} == {None, "Security"}
    (accepted,) = document["provenance"]["accepted"]
    assert (accepted["control"], accepted["reason"]) == ("cloudtrail-log-group-retention", "Kept elsewhere.")
    text = (profile.with_name("out") / "report" / "evidence.md").read_text(encoding="utf-8")
    assert sources["layer.yaml"] in text
    for report in ("README.md", "report/responsibility.md"):
        line = (profile.with_name("out") / report).read_text(encoding="utf-8")
        assert (
            f"Not dated; made by baseline {__version__} from `nordlicht.yaml` (SHA-256 `{sources['nordlicht.yaml']}`"
            in line
        )
        assert " and 1 other file. " in line
    assert document["scope"]["tags"] == {"DataClass": "internal"}
    assert {item["account"]: item.get("data_classes") for item in document["scope"]["accounts"]}["security"] == ["CDE"]
    assert "Classes of data: security: CDE; tags of every account: DataClass=internal" in text
    assert "Accounts left out (suspended units): old (444444444444, Suspended)" in text


def test_the_date_is_the_one_that_the_user_gives(profile: Path) -> None:
    document, components = written(profile, "dated", SOURCE_DATE_EPOCH="1764460800")
    assert document["provenance"]["dated"] == "2025-11-30T00:00:00+00:00"
    assert components["metadata"]["last-modified"] == "2025-11-30T00:00:00Z"
    assert "Dated 2025-11-30" in (profile.with_name("dated") / "README.md").read_text(encoding="utf-8")
    assert written(profile, "again", SOURCE_DATE_EPOCH="1764460800")[0] == document


def test_redacted_evidence_has_no_digest_of_the_profile(profile: Path) -> None:
    _, reports = redacted_reports(profile, b"0123456789abcdef")
    assert json.loads(reports["evidence.json"])["provenance"]["sources"] == []
    digest = hashlib.sha256(profile.read_bytes()).hexdigest().encode()
    assert not any(digest in content for content in reports.values())
