"""Claims and live scans: agreement, contradiction or no results; unknown files are reported."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from baseline.comparison import reconcile_scans
from baseline.errors import ScanError, TamperedError
from baseline.evidence.reconcile import Comparison, Reconciliation
from baseline.evidence.scans.config import read_config, rule_identifier
from baseline.evidence.scans.prowler import read_prowler
from baseline.evidence.scans.security_hub import read_security_hub
from baseline.pipeline import Options, generate
from baseline.report.reconciliation_json import format_reconciliation_json
from baseline.report.reconciliation_text import format_reconciliation_text
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions

SCANS = Path(__file__).with_name("scans")
CONFIG = sorted(SCANS.glob("config_*.json"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of northwind without Insights."""
    text = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")
    profile = tmp_path_factory.mktemp("profile") / "northwind.yaml"
    profile.write_text(
        text.replace("  cloudtrail:\n", "  cloudtrail:\n    insights: []\n    reason: Another product watches.\n"),
        encoding="utf-8",
    )
    directory = tmp_path_factory.mktemp("reconcile") / "out"
    generate(profile, directory, Options(validation=ValidateOptions(lint=False)))
    return directory


@pytest.fixture(scope="module")
def found(written: Path) -> Reconciliation:
    return reconcile_scans(
        written, prowler=[SCANS / "prowler.csv"], config=CONFIG, security_hub=[SCANS / "securityhub.json"]
    )


def of(found: Reconciliation, control: str) -> Comparison:
    return next(item for item in found.comparisons if item.control == control)


def prowler(tmp_path: Path, check: str, status: str) -> list[Path]:
    path = tmp_path / "ocsf.json"
    path.write_text(json.dumps([{"metadata": {"event_code": check}, "status_code": status}]), encoding="utf-8")
    return [path]


@pytest.mark.parametrize(
    ("control", "verdict", "breaks"),
    [
        ("cloudtrail-cloudwatch-logs", "agree", False),
        ("cloudtrail-encryption", "disagree", True),
        ("cloudtrail-log-file-validation", "disagree", True),
        ("ebs-default-encryption", "disagree", True),
        ("guardduty-enabled", "disagree", True),
        ("account-s3-public-access", "agree", False),
        ("password-policy", "agree", False),
        ("security-contact", "not scanned", False),
        ("cloudtrail-insights", "not scanned", False),
    ],
)
def test_a_control_is_compared_with_what_its_detectors_say(
    found: Reconciliation, control: str, verdict: str, *, breaks: bool
) -> None:
    item = of(found, control)
    assert (item.verdict, item.breaks_claim) == (verdict, breaks), item.why


def test_a_rule_that_finds_something_does_what_it_is_for(found: Reconciliation) -> None:
    assert of(found, "config-rule-root-access-key").verdict == "agree"
    assert "1 of 1 results are violations" in of(found, "config-rule-root-access-key").why
    assert of(found, "config-rule-vpc-flow-logs").results[0].region == "eu-central-1"
    assert of(found, "config-rule-load-balancer-logs").verdict == "not scanned"


def test_a_failing_result_that_was_accepted_is_shown_and_does_not_count(found: Reconciliation) -> None:
    muted = [item for item in of(found, "account-s3-public-access").results if item.outcome == "muted"]
    assert [item.account for item in muted] == ["444444444444"]
    assert of(found, "ebs-default-encryption").why == "deployed, and 1 of 2 results fail"


def test_what_is_not_claimed_is_reported_but_breaks_nothing(written: Path, tmp_path: Path) -> None:
    passing = reconcile_scans(written, prowler=prowler(tmp_path, "cloudtrail_insights_exist", "PASS"))
    assert (of(passing, "cloudtrail-insights").verdict, of(passing, "cloudtrail-insights").breaks_claim) == (
        "disagree",
        False,
    )
    failing = reconcile_scans(written, prowler=prowler(tmp_path, "cloudtrail_insights_exist", "FAIL"))
    assert of(failing, "cloudtrail-insights").verdict == "agree"


def test_both_formats_of_prowler_say_the_same() -> None:
    assert read_prowler(SCANS / "prowler.csv") == read_prowler(SCANS / "prowler.ocsf.json")
    assert len(read_prowler(SCANS / "prowler.csv")) == 8


@pytest.mark.parametrize("between", ["", "\n", "\r\n \n"], ids=["nothing", "a line end", "an empty line"])
def test_pages_and_findings_one_after_the_other_are_read_like_one_answer(between: str, tmp_path: Path) -> None:
    path = tmp_path / "pages"
    findings = json.loads((SCANS / "prowler.ocsf.json").read_text(encoding="utf-8"))
    path.write_text(between.join(map(json.dumps, [findings[:2], *findings[2:]])), encoding="utf-8-sig", newline="")
    assert read_prowler(path) == read_prowler(SCANS / "prowler.ocsf.json")
    found = json.loads((SCANS / "securityhub.json").read_text(encoding="utf-8"))["Findings"]
    pages = [{"Findings": found[:1], "NextToken": "x"}, found[1:2], *found[2:]]
    path.write_text(between.join(map(json.dumps, pages)) + between, encoding="utf-8", newline="")
    assert len(read_security_hub(path)) > 3
    assert read_security_hub(path) == read_security_hub(SCANS / "securityhub.json")
    path.write_text(between.join(file.read_text(encoding="utf-8") for file in CONFIG), encoding="utf-8", newline="")
    results, names = read_config(path)
    assert list(results) == [item for file in CONFIG for item in read_config(file)[0]]
    assert names == {name: rule for file in CONFIG for name, rule in read_config(file)[1].items()}


def test_results_of_other_detectors_are_counted_by_name(found: Reconciliation) -> None:
    assert {tool: sum(detectors.values()) for tool, detectors in found.unmatched.items()} == {"prowler": 1, "config": 1}
    text, document = format_reconciliation_text(found), json.loads(format_reconciliation_json(found))
    for tool, detectors in found.unmatched.items():
        assert document["unmatched"][tool] == detectors
        assert all(f"  {name} (1)" in text for name in detectors)


def test_controls_without_a_result_take_few_lines(found: Reconciliation) -> None:
    section = format_reconciliation_text(found).split("not scanned: ")[1].splitlines()
    unscanned = [item.control for item in found.comparisons if item.verdict == "not scanned"]
    assert len(section) < len(unscanned) / 2
    assert all(any(control in line for line in section) for control in unscanned)


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("root-access-key", "IAM_ROOT_ACCESS_KEY_CHECK"),
        ("root-access-key-conformance-pack-a1b2c3d4e", "IAM_ROOT_ACCESS_KEY_CHECK"),
        ("nw-root-mfa-enabled", "ROOT_ACCOUNT_MFA_ENABLED"),
        ("securityhub-cloud-trail-encryption-enabled-1a2b3c", "CLOUD_TRAIL_ENCRYPTION_ENABLED"),
        ("cloudtrail-enabled", "CLOUD_TRAIL_ENABLED"),
        ("securityhub-1a2b3c", ""),
        ("the-teams-own-rule", ""),
    ],
)
def test_rules_are_known_by_their_names(name: str, identifier: str) -> None:
    assert rule_identifier(name, "nw") == identifier


def test_what_aws_config_says_of_its_rules_comes_before_their_names(found: Reconciliation) -> None:
    results = of(found, "cloudtrail-log-file-validation").results
    assert [item.resource for item in results if item.tool == "config"] == ["old", "nw-organization-trail"]


def test_the_formats_list_every_verdict_and_the_requirements_at_stake(found: Reconciliation) -> None:
    text = format_reconciliation_text(found)
    document = json.loads(format_reconciliation_json(found))
    assert sum(document["counts"].values()) == len(found.comparisons) == len(document["controls"]) > 100
    for verdict, count in document["counts"].items():
        assert f"{verdict}: {count} controls" in text
    assert "counts for cis-7.0/4.5, fsbp/CloudTrail.2" in text
    assert "Prowler cloudtrail_kms_encryption_enabled: 444444444444 in eu-west-1: arn:aws:cloudtrail" in text
    assert "whose detector no control names: 1" in text


def test_hundreds_of_failing_results_are_cut_short(written: Path, tmp_path: Path) -> None:
    (path,) = prowler(tmp_path, "ec2_ebs_default_encryption", "FAIL")
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) * 12), encoding="utf-8")
    text = format_reconciliation_text(reconcile_scans(written, prowler=[path]))
    assert "and 2 more" in text


HEAD = (SCANS / "prowler.csv").read_text(encoding="utf-8").partition("\n")[0]


@pytest.mark.parametrize(
    ("reader", "text", "says"),
    [
        (read_prowler, b"", ":1: not Prowler's CSV: no column CHECK_ID"),
        (read_prowler, b"CHECK_ID;STATUS\n", ":1: not Prowler's CSV: no column MUTED, RESOURCE_UID"),
        (read_prowler, f"{HEAD}\na;b\n".encode(), ":2: this row has fewer or more columns"),
        (read_prowler, f'{HEAD}\n"a"b;c\n'.encode(), ":2: not Prowler's CSV"),
        (read_prowler, b'[{"status_code": "PASS"}]', "finding 0 has no metadata.event_code"),
        (read_prowler, b"{}", "finding 0 has no metadata.event_code"),
        (read_prowler, b"[1,\n 2", ":2:3: not JSON"),
        (read_prowler, b"[]\n[]\n [1", ":3:4: not JSON"),
        (read_prowler, b'{"status_code": "PASS"}', "finding 0 has no metadata.event_code"),
        (read_prowler, gzip.compress(b"[]", mtime=0), "compressed"),
        (read_config, b'{"ConfigRules": []}\n7', "one of ComplianceByConfigRules"),
        (read_prowler, b"\xff\xfe", "not UTF-8"),
        (read_config, b"[" * 100_000, "nested too deeply"),
        (read_config, b"[" + b"9" * 5000 + b"]", "not a scan's results: Exceeds the limit"),
        (read_config, b"[]", "one of ComplianceByConfigRules"),
        (read_config, b'{"EvaluationResults": [{}]}', "an item of EvaluationResults has no ConfigRuleName"),
        (read_config, b'{"ComplianceByConfigRules": ["x"]}', "an item of ComplianceByConfigRules has no"),
        (read_security_hub, b'{"Findings": {}}', "Findings must be a list of findings"),
        (read_security_hub, b'{"Findings": [{"Id": 1}]}', "each with a GeneratorId"),
        (read_security_hub, b'[]\n{"Findings": 1}', "each with a GeneratorId"),
        (read_security_hub, b'{"Findings": [], "NextToken": "x"}', "its NextToken says that more results follow"),
        (read_config, b'{"ConfigRules": [], "NextToken": "x"}\n{"ConfigRules": [], "NextToken": "y"}', "more results"),
        (read_security_hub, b"nonsense", ":1:1: not JSON"),
    ],
)
def test_a_file_that_is_something_else_says_where_and_what(
    reader: object, text: bytes, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "scan"
    path.write_bytes(text)
    assert callable(reader)
    with pytest.raises(ScanError) as caught:
        reader(path)
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_a_file_that_is_not_there_and_a_directory_that_is_no_output_are_refused(written: Path, tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="cannot be read"):
        reconcile_scans(written, prowler=[tmp_path / "nothing.csv"])
    with pytest.raises(TamperedError):
        reconcile_scans(tmp_path, prowler=[SCANS / "prowler.csv"])


def test_half_a_character_is_none_that_could_not_be_printed(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "hub.json"
    control = {"SecurityControlId": "IAM.6", "Status": "FAILED"}
    hub = {"GeneratorId": "security-control/IAM.6", "Compliance": control, "Resources": [{"Id": "\ud800é"}]}
    path.write_text(json.dumps([hub]), encoding="utf-8")
    said = format_reconciliation_json(reconcile_scans(written, security_hub=[path]))
    assert '"?é"' in said
    said.encode("utf-8")


def test_an_empty_list_is_a_scan_that_checked_nothing(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    path.write_text("[]", encoding="utf-8")
    empty: Sequence[Path] = [path]
    found = reconcile_scans(written, prowler=empty)
    assert {item.verdict for item in found.comparisons} == {"not scanned"}
    assert found.is_empty
    assert format_reconciliation_text(found).startswith("no result belongs to any control")


def guardduty_results(path: Path, *places: tuple[str, str]) -> list[Path]:
    results = [
        {
            "metadata": {"event_code": "guardduty_is_enabled"},
            "status_code": "PASS",
            "cloud": {"account": {"uid": account}, "region": region},
        }
        for account, region in places
    ]
    path.write_text(json.dumps(results), encoding="utf-8")
    return [path]


def test_agreement_is_reported_by_account_and_region(written: Path, tmp_path: Path) -> None:
    scan = guardduty_results(tmp_path / "ocsf.json", ("444444444444", "eu-west-1"), ("444444444444", "eu-north-1"))
    item = of(reconcile_scans(written, prowler=scan), "guardduty-organization")
    assert (item.verdict, item.accounts, item.regions) == ("agree", (1, 7), (1, 3))
    assert item.extent == "in 1 of 7 accounts, 1 of 3 Regions"
    assert f"{item.control}: in 1 of 7 accounts" in format_reconciliation_text(reconcile_scans(written, prowler=scan))


def test_results_of_unknown_accounts_are_set_aside_and_listed(written: Path, tmp_path: Path) -> None:
    places = [("999999999999", "eu-west-1"), ("111111111111", "eu-west-1")]
    found = reconcile_scans(written, prowler=guardduty_results(tmp_path / "ocsf.json", *places))
    assert found.unknown == {"999999999999": 1}
    assert of(found, "guardduty-organization").accounts == (1, 7)
    assert "set aside: 1 result of the account 999999999999" in format_reconciliation_text(found)
    assert json.loads(format_reconciliation_json(found))["unknown_accounts"] == {"999999999999": 1}


def test_an_alarm_of_the_organization_is_missed_in_other_accounts(written: Path, tmp_path: Path) -> None:
    def scan(*failing: str) -> Comparison:
        path = tmp_path / "ocsf.json"
        results = [
            {
                "metadata": {"event_code": "cloudwatch_log_metric_filter_root_usage"},
                "status_code": "FAIL" if account in failing else "PASS",
                "cloud": {"account": {"uid": account}},
            }
            for account in ("111111111111", "444444444444")
        ]
        path.write_text(json.dumps(results), encoding="utf-8")
        return of(reconcile_scans(written, prowler=[path]), "alarm-root-usage")

    elsewhere = scan("444444444444")
    assert elsewhere.verdict == "agree"
    assert elsewhere.why == "deployed, and none of 1 results fails; 1 fail in accounts that the claim does not cover"
    assert scan("111111111111").verdict == "disagree"


def test_what_holds_everywhere_is_contradicted_by_any_account(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "ocsf.json"
    failing = {"metadata": {"event_code": "guardduty_is_enabled"}, "status_code": "FAIL"}
    path.write_text(json.dumps([{**failing, "cloud": {"account": {"uid": "444444444444"}}}]), encoding="utf-8")
    assert of(reconcile_scans(written, prowler=[path]), "guardduty-organization").verdict == "disagree"
