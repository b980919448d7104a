"""Parameters of NIST catalogs are answered by settings and controls that exist and count for the requirement."""

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.framework import frameworks
from baseline.controls.parameter import FRAMEWORKS, parameters


def test_each_parameter_belongs_to_a_requirement_that_its_control_does_a_part_of() -> None:
    for item in parameters():
        for name in item.frameworks:
            asked = frameworks()[name].requirements[item.requirement]
            relations = {one.control: one.relation for one in asked.controls}
            assert relations[item.control] in ("satisfies", "contributes"), item.id
    assert {name for item in parameters() for name in item.frameworks} == {*FRAMEWORKS, "nist-800-171-r3"}


def test_ids_of_parameters_begin_as_nist_writes_the_requirement() -> None:
    for item in parameters():
        family, _, number = item.requirement.partition("-")
        assert item.id.startswith(f"{family}-" if number else f"A.{item.requirement}.ODP."), item.id


def test_each_setting_is_a_key_of_the_profile() -> None:
    for item in parameters():
        _, capability, setting = item.setting.split(".")
        assert setting in CAPABILITIES[capability].settings.model_fields, item.setting
