import pytest

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.control import controls
from baseline.controls.framework import framework_ids, frameworks
from baseline.deploy.preflight import LOOKS
from baseline.errors import UnknownTopicError
from baseline.profile.problem_ids import PROBLEMS
from baseline.report.explain import explain, topics
from baseline.validate.checks.registry import CHECKS

NAMES = [
    *(f"preflight-{name}" for name in LOOKS),
    *CAPABILITIES,
    *controls(),
    *framework_ids(),
    *PROBLEMS,
    *(check.id for check in CHECKS),
]


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_has_a_name_is_explained_and_listed(name: str) -> None:
    assert name in explain(name)
    assert name in topics()


def test_names_of_all_kinds_are_distinct() -> None:
    assert len({name.lower() for name in NAMES}) == len(NAMES)


def test_upper_and_lower_case_are_the_same() -> None:
    assert explain("bl101") == explain("BL101")


def test_a_misspelt_topic_has_a_nearest_one() -> None:
    with pytest.raises(UnknownTopicError) as caught:
        explain("clodtrail")
    assert "cloudtrail" in caught.value.hint


def test_a_capability_is_explained_with_its_settings_by_tier_and_its_controls() -> None:
    text = explain("log_archive")
    assert "object_lock_days: 90 / 365 / 2190" in text
    assert "log-archive-object-lock" in text


def test_a_requirement_is_explained_by_what_counts_for_it_what_is_left_and_what_aws_does() -> None:
    text = explain("CIS-7.0/4.2")
    assert "cloudtrail-log-file-validation satisfies: " in text
    assert "Left to people (" in explain("cis-7.0/6.6")
    assert "Asks for the same as cis-7.0/4.2" in explain("cis-6.0/4.2")
    key, inherited = next(
        (item.key, item.inherited)
        for item in frameworks()["nist-800-53-r5"].requirements.values()
        if item.inherited is not None
    )
    assert f"Done by AWS ({inherited.report})" in explain(key)


def test_a_control_is_explained_with_what_would_see_it_broken() -> None:
    text = explain("cloudtrail-log-file-validation")
    assert "Seen live by AWS Config: CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED" in text
    assert "Seen live by Security Hub: CloudTrail.4" in text
