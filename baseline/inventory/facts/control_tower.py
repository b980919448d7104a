"""AWS Control Tower: its landing zone, baselines and controls."""

from typing import Any

from pydantic import Field

from baseline.cloud.reader import Reader
from baseline.inventory.facts.part import Part, Unknown, in_each_region, known_or_unknown


class EnabledBaseline(Part):
    """A baseline of a unit or account."""

    arn: str = ""
    name: str
    version: str
    target: str = Field(description="ARN of the unit or account.")
    status: str


class EnabledControl(Part):
    """A control of a unit or account."""

    control: str = Field(description="ARN of the control.")
    target: str = Field(description="ARN of the unit or account.")
    status: str


class LandingZone(Part):
    """The landing zone."""

    arn: str
    region: str = Field(description="Its home Region.")
    version: str
    latest_version: str
    status: str
    drift: str
    governed_regions: tuple[str, ...]
    integrations: dict[str, bool] = Field(
        description="Section of the manifest → whether it is on; sections without a switch are on."
    )
    accounts: dict[str, str] = Field(description="Section of the manifest → id of its account.")
    units: dict[str, str] = Field(
        default_factory=dict,
        description="Names of the OUs that a landing zone before 4.0 creates: `security` and, if any, `sandbox`.",
    )
    baselines: tuple[EnabledBaseline, ...]
    controls: tuple[EnabledControl, ...]
    catalog: dict[str, str] | Unknown = Field(
        default_factory=dict, description="Public name of each control of AWS Control Catalog → its ARN."
    )


def control_tower(readers: tuple[Reader, ...]) -> LandingZone | None:
    """The landing zone in the first Region that returns one; None if none of them does."""
    listed = in_each_region(readers, lambda reader: reader.get("controltower.ListLandingZones"))
    for reader, response in listed:
        found = response.get("landingZones", ())
        if found:
            return _landing_zone(reader, found[0]["arn"])
    return None


def _landing_zone(reader: Reader, arn: str) -> LandingZone:
    found = reader.get("controltower.GetLandingZone", landingZoneIdentifier=arn)["landingZone"]
    manifest = found.get("manifest") or {}
    sections = {name: part for name, part in sorted(manifest.items()) if isinstance(part, dict)}
    structure = sections.pop("organizationStructure", {})
    return LandingZone(
        arn=arn,
        region=arn.split(":")[3] or reader.region,
        version=found.get("version", ""),
        latest_version=found.get("latestAvailableVersion", ""),
        status=found.get("status", ""),
        drift=found.get("driftStatus", {}).get("status", ""),
        governed_regions=tuple(manifest.get("governedRegions") or ()),
        integrations={name: bool(part.get("enabled", True)) for name, part in sections.items()},
        accounts={name: str(part["accountId"]) for name, part in sections.items() if part.get("accountId")},
        units={name: str(part["name"]) for name, part in structure.items() if part.get("name")},
        baselines=_baselines(reader),
        controls=_controls(reader),
        catalog=known_or_unknown(lambda: _catalog(reader)),
    )


def _baselines(reader: Reader) -> tuple[EnabledBaseline, ...]:
    names = {item["arn"]: item["name"] for item in reader.items("controltower.ListBaselines", "baselines")}
    found = reader.items("controltower.ListEnabledBaselines", "enabledBaselines")
    return tuple(
        EnabledBaseline(
            arn=item["arn"],
            name=names.get(item["baselineIdentifier"], item["baselineIdentifier"]),
            version=item.get("baselineVersion", ""),
            target=item["targetIdentifier"],
            status=_status(item),
        )
        for item in found
    )


def _controls(reader: Reader) -> tuple[EnabledControl, ...]:
    found = reader.items("controltower.ListEnabledControls", "enabledControls")
    return tuple(
        EnabledControl(control=item["controlIdentifier"], target=item["targetIdentifier"], status=_status(item))
        for item in found
    )


def _catalog(reader: Reader) -> dict[str, str]:
    """Source: AWS Control Catalog API, ListControls: older controls have several public names."""
    found = reader.items("controlcatalog.ListControls", "Controls")
    return {alias: item["Arn"] for item in found for alias in item.get("Aliases") or ()}


def _status(item: dict[str, Any]) -> str:
    return str(item.get("statusSummary", {}).get("status", ""))
