"""SOC 2: the right number of Trust Services Criteria in each category."""

from collections import Counter

from baseline.controls.framework import frameworks


def test_each_category_has_all_of_its_criteria() -> None:
    found = Counter(item.level for item in frameworks()["soc-2"].requirements.values())
    assert found == {
        ("common criteria",): 33,
        ("availability",): 3,
        ("confidentiality",): 2,
        ("processing integrity",): 5,
        ("privacy",): 18,
    }


def test_no_setting_or_rule_settles_a_criterion() -> None:
    """An auditor evaluates an organization's controls over months; a setting is evidence of one."""
    found = {mapping.relation for item in frameworks()["soc-2"].requirements.values() for mapping in item.controls}
    assert found == {"contributes", "checks", "supports"}
