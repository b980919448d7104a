"""Parameters of NIST SP 800-53 are answered by settings and controls that exist and count for the requirement."""

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.framework import frameworks
from baseline.controls.parameter import FRAMEWORKS, parameters


def test_each_parameter_belongs_to_a_requirement_that_its_control_does_a_part_of() -> None:
    for name in FRAMEWORKS:
        for requirement, found in parameters().items():
            relations = {item.control: item.relation for item in frameworks()[name].requirements[requirement].controls}
            for item in found:
                assert relations[item.control] in ("satisfies", "contributes"), item.id
                assert item.id.startswith(requirement.split("-")[0] + "-"), item.id


def test_each_setting_is_a_key_of_the_profile() -> None:
    for item in (parameter for found in parameters().values() for parameter in found):
        _, capability, setting = item.setting.split(".")
        assert setting in CAPABILITIES[capability].settings.model_fields, item.setting
