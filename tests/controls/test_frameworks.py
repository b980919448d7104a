"""Every requirement exists, has a state, and refers to existing controls."""

import re
from collections import Counter
from datetime import date

import pytest

from baseline.aws.security_hub import control_ids
from baseline.controls.control import controls
from baseline.controls.framework import Framework, framework_ids, frameworks, requirements_of

COUNTS = {
    "cis-7.0": 70,
    "cis-6.0": 63,
    "cis-5.0": 63,
    "cis-3.0": 62,
    "fsbp": 367,
    "nist-800-53-r5": 370,
    "fedramp-moderate-r5": 323,
    "nis2": 49,
    "nist-800-171-r3": 97,
    "cmmc-2.0-level-2": 110,
    "bsi-c5-2020": 121,
    "essential-eight": 126,
    "csa-ccm-4": 197,
    "dora": 79,
    "ens-2022": 73,
}
"""How many each publisher lists: the benchmarks' recommendations, AWS's page of the standard, NIST SP 800-53B,
FedRAMP's OSCAL profile, the numbered sections of the annex of Implementing Regulation (EU) 2024/2690, NIST
SP 800-171 in revisions 3 and 2, the BSI's catalogue, ASD's OSCAL baselines, CSA's matrix, the paragraphs of DORA and of
its technical standards that the file's head names, and Annex II of Real Decreto 311/2022.
"""

SENTENCE = re.compile(r"[A-Z0-9'].*\.\Z")

ALL = pytest.mark.parametrize("framework", frameworks().values(), ids=lambda framework: framework.id)


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_no_requirement_is_dropped(name: str, count: int) -> None:
    assert len(frameworks()[name].requirements) == count


def test_the_standard_of_aws_consists_of_controls_of_security_hub() -> None:
    assert set(frameworks()["fsbp"].requirements) <= control_ids()


def test_nist_baselines_have_as_many_controls_as_nist_says() -> None:
    """SP 800-53B: 149, 287 and 370 controls and enhancements."""
    found = Counter(level for item in frameworks()["nist-800-53-r5"].requirements.values() for level in item.level)
    assert found == {"low": 149, "moderate": 287, "high": 370}


def test_fedramp_has_the_whole_moderate_baseline_of_nist() -> None:
    nist = frameworks()["nist-800-53-r5"].requirements.values()
    assert {item.id for item in nist if "moderate" in item.level} <= set(
        frameworks()["fedramp-moderate-r5"].requirements
    )


def test_what_fedramp_adds_to_the_moderate_baseline_of_nist() -> None:
    """36 controls: 10 from NIST's high baseline, and 26 that no NIST baseline has."""
    nist = frameworks()["nist-800-53-r5"].requirements
    moderate = {name for name, item in nist.items() if "moderate" in item.level}
    added = set(frameworks()["fedramp-moderate-r5"].requirements) - moderate
    assert added & set(nist) == {
        *("ac-2.12", "ca-8", "ca-8.1", "cm-5.1", "cm-6.1"),
        *("ia-2.5", "ma-5.1", "pe-13.2", "sc-7.18", "si-6"),
    }
    assert len(added) == 36


def test_levels_of_the_benchmark_are_its_own() -> None:
    found = Counter(item.level for item in frameworks()["cis-7.0"].requirements.values())
    assert found == {("L1",): 41, ("L2",): 29}


@ALL
def test_a_head_says_what_it_is_and_when_it_was_read(framework: Framework) -> None:
    assert framework.title
    assert framework.version
    assert framework.source.startswith("https://")
    assert date.fromisoformat(framework.as_of).year >= 2026
    assert not framework.covers or SENTENCE.match(framework.covers)


@ALL
def test_every_requirement_is_worded_and_judged(framework: Framework) -> None:
    for item in framework.requirements.values():
        assert SENTENCE.match(item.gist), item.key
        assert item.controls or item.manual or item.inherited, item.key


@ALL
def test_reasons_and_tasks_are_sentences(framework: Framework) -> None:
    for item in framework.requirements.values():
        for text in (mapping.reason for mapping in item.controls):
            assert SENTENCE.match(text), (item.key, text)
        if item.manual:
            assert SENTENCE.match(item.manual.what), item.key
            assert item.manual.owner, item.key
        if item.inherited:
            assert SENTENCE.match(item.inherited.what), item.key
            assert item.inherited.report, item.key


REPORTS = {
    "bsi-c5-2020": {"BSI C5"},
    "cmmc-2.0-level-2": {"SOC 2 Type 2"},
    "csa-ccm-4": {"CSA STAR"},
    "dora": {"SOC 2 Type 2"},
    "ens-2022": {"ENS High"},
    "essential-eight": {"IRAP"},
    "fedramp-moderate-r5": {"FIPS 140", "FedRAMP Customer Package", "SOC 2 Type 2"},
    "fips-140-3": {"FIPS 140"},
    "gdpr": {"AWS Data Processing Addendum"},
    "hipaa": {"SOC 2 Type 2", "AWS Business Associate Addendum"},
    "iso-27001-2022": {"ISO/IEC 27001"},
    "nis2": {"SOC 2 Type 2"},
    "nist-800-171-r3": {"SOC 2 Type 2"},
    "nist-800-53-r5": {"FIPS 140", "SOC 2 Type 2"},
    "nist-csf-2.0": {"SOC 2 Type 2"},
    "pci-dss-4.0.1": {"PCI DSS Attestation of Compliance"},
    "soc-2": {"SOC 2 Type 2"},
}
"""What AWS does is shown by the report that was made for the framework, where there is one."""


def test_what_aws_does_is_shown_by_a_report_for_the_framework() -> None:
    found = {
        name: {item.inherited.report for item in framework.requirements.values() if item.inherited}
        for name, framework in frameworks().items()
    }
    assert {name for name, reports in found.items() if reports} == set(REPORTS)
    for name, beginnings in REPORTS.items():
        for beginning in beginnings:
            assert any(report.startswith(beginning) for report in found[name]), (name, beginning)
        assert all(report.startswith(tuple(beginnings)) for report in found[name]), name


def test_buildings_are_inherited_where_the_system_is_judged_and_shared_where_the_organization_is() -> None:
    """An organization in AWS has no data center, but may have offices."""
    nist = frameworks()["nist-800-53-r5"].requirements
    doors = [item for name, item in nist.items() if name.startswith("pe-") and name not in {"pe-1", "pe-5", "pe-17"}]
    assert len(doors) > 20
    assert all(item.inherited and not item.manual and not item.controls for item in doors)
    for key in (
        "nist-800-53-r5/pe-5",
        "nist-800-53-r5/mp-6",
        "hipaa/164.310(a)(1)",
        "iso-27001-2022/A.7.2",
        "nist-csf-2.0/PR.AA-06",
        "soc-2/CC6.4",
    ):
        framework, _, name = key.partition("/")
        item = frameworks()[framework].requirements[name]
        assert item.inherited, key
        assert item.manual, key


@ALL
def test_every_control_that_counts_exists(framework: Framework) -> None:
    named = {(item.key, mapping.control) for item in framework.requirements.values() for mapping in item.controls}
    assert {(key, name) for key, name in named if name not in controls()} == set()


@ALL
def test_one_reason_is_not_used_for_many_controls_of_a_requirement(framework: Framework) -> None:
    for item in framework.requirements.values():
        reasons = [mapping.reason for mapping in item.controls]
        assert len(set(reasons)) == len(reasons), item.key


@ALL
def test_what_only_contributes_leaves_something_to_people(framework: Framework) -> None:
    for item in framework.requirements.values():
        relations = {mapping.relation for mapping in item.controls}
        assert not relations or relations & {"satisfies", "detects"} or item.manual, item.key


def test_ids_are_known_without_reading_the_files() -> None:
    assert tuple(frameworks()) == framework_ids()


def test_a_control_knows_the_requirements_that_it_counts_for() -> None:
    found = requirements_of("cloudtrail-log-file-validation")
    assert found["cis-7.0"]["4.2"].relation == "contributes"
    assert found["cis-3.0"]["3.2"] == found["cis-7.0"]["4.2"]
    assert "4.2" in controls()["cloudtrail-log-file-validation"].requirements["cis-7.0"]


def test_every_control_of_nist_has_its_title() -> None:
    nist, fedramp = frameworks()["nist-800-53-r5"].requirements, frameworks()["fedramp-moderate-r5"].requirements
    assert nist["sc-4"].wording.startswith("Information in Shared System Resources: ")
    assert all(item.title for item in (*nist.values(), *fedramp.values()))
    assert {key: item.title for key, item in fedramp.items() if key in nist} == {
        key: item.title for key, item in nist.items() if key in fedramp
    }
    assert not any(item.title for item in frameworks()["cis-7.0"].requirements.values())


def test_outcomes_of_csf_and_headings_of_hipaa_are_titles() -> None:
    csf, hipaa = frameworks()["nist-csf-2.0"].requirements, frameworks()["hipaa"].requirements
    assert csf["GV.OC-01"].title == "The organizational mission is understood and informs cybersecurity risk management"
    assert all(item.title for item in csf.values())
    assert hipaa["164.312(a)(2)(iv)"].title == "Encryption and decryption"
    without = {"164.308(b)(2)", *(f"164.314(b)(2)({number})" for number in ("i", "ii", "iii", "iv"))}
    assert {name for name, item in hipaa.items() if not item.title} == without
