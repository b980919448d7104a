"""One setting without a CloudFormation type, as one custom resource."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from baseline.frozen import frozen


@frozen
class CustomSetting:
    """One setting, as one custom resource.

    Attributes:
        logical_id: Logical id of the resource; never changes for the same setting.
        setting: Key of the function's table.
        purpose: One sentence.
        arguments: Arguments of the API call: text, numbers, booleans and `Reference`s.
        regions: Its Regions, for Regional settings; empty for the Region of the stack.
        control: The control that it proves, if any.
        depends_on: Logical ids of the settings that must be made first.
        optional: Whether a rejection is not a failure, because the partition may lack the feature.
    """

    logical_id: str
    setting: str
    purpose: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    control: str = ""
    depends_on: tuple[str, ...] = ()
    optional: bool = False


def linked_role(service: str) -> CustomSetting:
    """Return the setting that creates the service-linked role of a service.

    Args:
        service: A service principal, such as `guardduty.amazonaws.com`.
    """
    return CustomSetting(
        logical_id=f"LinkedRole{service_id(service)}",
        setting="service-linked-role",
        purpose=f"Creates the service-linked role of {service}.",
        arguments={"AWSServiceName": service},
    )


def service_id(service: str) -> str:
    """Return a service principal as part of a logical id: `config.amazonaws.com` becomes `Config`."""
    words = service.removesuffix(".amazonaws.com").replace(".", "-").split("-")
    return "".join(word[:1].upper() + word[1:] for word in words)
