"""GuardDuty's protection plans on a detector, and their availability by Region."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from baseline.aws.guardduty import has_feature
from baseline.capabilities.detect.guardduty.settings import Feature, GuardDutySettings
from baseline.capabilities.landscape import Landscape
from baseline.findings import Problem
from baseline.frozen import frozen

AGENTS: Mapping[str, tuple[str, str]] = {
    "eks": ("EKS_ADDON_MANAGEMENT", "eks_addon_management"),
    "ecs_fargate": ("ECS_FARGATE_AGENT_MANAGEMENT", "ecs_fargate_agent_management"),
    "ec2": ("EC2_AGENT_MANAGEMENT", "ec2_agent_management"),
}
"""Setting → its name in a detector and in a policy (schema of the type; AWS Organizations user guide, GuardDuty policy
syntax)."""


@frozen
class RegionPlans:
    """A Region without some plans, and the condition that is true there."""

    condition: str
    region: str


def detector_plans(
    landscape: Landscape, settings: GuardDutySettings
) -> tuple[tuple[Mapping[str, Any], ...], tuple[RegionPlans, ...]]:
    """The plans of a detector, each enabled or disabled, and the Regions without some of them.

    A plan that a Region does not support is left out there, as creation would fail with it.
    """
    lacking: dict[str, RegionPlans] = {}
    stated: list[Mapping[str, Any]] = []
    for feature in get_args(Feature):
        missing = [region for region in landscape.regions if has_feature(feature, region) is False]
        if len(missing) == len(landscape.regions):
            continue
        entry = _feature(settings, feature)
        for region in missing:
            name = "".join(part.capitalize() for part in region.split("-"))
            lacking[region] = RegionPlans(condition=f"In{name}", region=region)
            entry = {"Fn::If": [lacking[region].condition, {"Ref": "AWS::NoValue"}, entry]}
        stated.append(entry)
    return tuple(stated), tuple(lacking.values())


def _feature(settings: GuardDutySettings, feature: str) -> Mapping[str, Any]:
    def state(*, on: bool) -> str:
        return "ENABLED" if on else "DISABLED"

    on = feature in settings.features
    entry: dict[str, Any] = {"Name": feature.upper(), "Status": state(on=on)}
    if feature == "runtime_monitoring":
        entry["AdditionalConfiguration"] = [
            {"Name": name, "Status": state(on=on and agent in settings.runtime_agents)}
            for agent, (name, _) in AGENTS.items()
        ]
    return entry


def missing_plans(landscape: Landscape, settings: GuardDutySettings) -> Iterator[Problem]:
    """Enabled plans that a governed Region does not have, or may not have.

    An organization policy has no effect on plans that a Region lacks (AWS Organizations user guide, GuardDuty policy
    syntax), so unknown availability does no harm there.
    """
    for feature in settings.features:
        missing = [region for region in landscape.regions if has_feature(feature, region) is False]
        unknown = [region for region in landscape.regions if has_feature(feature, region) is None]
        if missing:
            everywhere = len(missing) == len(landscape.regions)
            yield Problem(
                path=("features",),
                message=f"GuardDuty has no {feature} in {', '.join(missing)}",
                fix="leave it out: it would have no effect" if everywhere else "it applies in the other Regions",
            )
        if unknown and landscape.standalone:
            yield Problem(
                path=("features",),
                message=f"it is unknown whether GuardDuty has {feature} in {', '.join(unknown)}",
                fix="if this prevents the creation of the detector, leave it out",
            )
