"""Scan settings for instances and images, applied by the administrator: CloudFormation has no type for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import StackSpec, one_account
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import member_setting_stacks
from baseline.capabilities.detect.inspector.problems import regions_with_inspector
from baseline.capabilities.detect.inspector.settings import InspectorSettings
from baseline.capabilities.function_permissions import INSPECTOR_FUNCTION
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.member_functions import configures_inspector

_MODES = {"agent": "EC2_SSM_AGENT_BASED", "hybrid": "EC2_HYBRID"}
_USES = {"pulled": "LAST_PULL_DATE", "running": "LAST_IN_USE_AT"}


def configuration_stacks(landscape: Landscape, settings: InspectorSettings) -> Iterator[StackSpec]:
    """The function and its stack in the administrator's account; members inherit the values."""
    if not configures_inspector(landscape):
        return
    made = (
        CustomSetting(
            logical_id="Configuration",
            setting="inspector-configuration",
            purpose="Sets how Amazon Inspector scans instances, and how long it rescans images.",
            arguments=_arguments(settings),
            regions=regions_with_inspector(landscape),
            control="inspector-configuration",
        ),
    )
    yield from member_setting_stacks(
        landscape,
        name=INSPECTOR_FUNCTION,
        function="Function that applies Amazon Inspector settings for which CloudFormation has no resource type.",
        description="Amazon Inspector's scan mode for instances, and how long it rescans images.",
        target=one_account(landscape.role("inspector")),
        settings=made,
        revert=False,
    )


def _arguments(settings: InspectorSettings) -> Mapping[str, Any]:
    """The request of UpdateConfiguration (Amazon Inspector API reference, as botocore 1.44.5 has it)."""
    again = settings.image_rescans
    images: dict[str, str] = {}
    if again:
        images["rescanDuration"] = _duration(again.after_push)
        if again.after_use:
            images |= {"pullDateRescanDuration": _duration(again.after_use), "pullDateRescanMode": _USES[again.use]}
    return {
        **({"ec2Configuration": {"scanMode": _MODES[settings.scan_mode]}} if settings.scan_mode else {}),
        **({"ecrConfiguration": images} if images else {}),
    }


def _duration(days: int | str) -> str:
    return "LIFETIME" if days == "lifetime" else f"DAYS_{days}"
