"""GuardDuty, Security Hub, IAM Access Analyzer, Macie, Detective and Inspector in one Region."""

from pydantic import Field

from baseline.cloud.reader import Reader
from baseline.cloud.refusals import Refusal
from baseline.inventory.facts.part import Part


class Detector(Part):
    """A GuardDuty detector."""

    id: str
    enabled: bool
    features: tuple[str, ...] = Field(description="Features that are enabled, as the API names them.")


class Hub(Part):
    """Security Hub in one Region."""

    arn: str
    standards: tuple[str, ...] = Field(description="ARNs of the enabled standards.")


class Analyzer(Part):
    """An analyzer of IAM Access Analyzer."""

    name: str
    type: str
    status: str


def detectors(reader: Reader) -> tuple[Detector, ...]:
    """The detectors; an account has at most one per Region."""
    found = []
    for detector in reader.items("guardduty.ListDetectors", "DetectorIds"):
        item = reader.get("guardduty.GetDetector", DetectorId=detector)
        on = (feature["Name"] for feature in item.get("Features", ()) if feature.get("Status") == "ENABLED")
        found.append(Detector(id=detector, enabled=item.get("Status") == "ENABLED", features=tuple(sorted(on))))
    return tuple(found)


def hub(reader: Reader) -> Hub | None:
    """Security Hub; None if it is off.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
    """
    off = ("InvalidAccessException", "ResourceNotFoundException")
    found = reader.find("securityhub.DescribeHub", *off)
    if found is None:
        return None
    standards = reader.items("securityhub.GetEnabledStandards", "StandardsSubscriptions")
    return Hub(arn=found.get("HubArn", ""), standards=tuple(sorted(item["StandardsArn"] for item in standards)))


def analyzers(reader: Reader) -> tuple[Analyzer, ...]:
    """The analyzers."""
    found = reader.items("accessanalyzer.ListAnalyzers", "analyzers")
    return tuple(Analyzer(name=item["name"], type=item["type"], status=item.get("status", "")) for item in found)


def macie(reader: Reader) -> str:
    """Status of Macie: `ENABLED`, `PAUSED`, or `DISABLED`.

    Macie returns AccessDeniedException with this message if it is off
    (docs.aws.amazon.com/macie/latest/APIReference/macie.html).
    """
    off = ("AccessDeniedException: Macie is not enabled", "ResourceNotFoundException")
    found = reader.find("macie2.GetMacieSession", *off)
    return str(found.get("status", "")) if found else "DISABLED"


def graphs(reader: Reader) -> tuple[str, ...]:
    """ARNs of the Amazon Detective behavior graphs that the account administers."""
    return tuple(item["Arn"] for item in reader.items("detective.ListGraphs", "GraphList"))


def inspector(reader: Reader) -> dict[str, str]:
    """Type of resource, such as `ec2`, → status of Amazon Inspector, such as `ENABLED`.

    Raises:
        Refusal: also if AWS returns an error for the account inside of a response.
    """
    found = reader.get("inspector2.BatchGetAccountStatus", accountIds=[reader.account])
    for failed in found.get("failedAccounts", ()):
        code, message = str(failed.get("errorCode", "")), str(failed.get("errorMessage", ""))
        raise Refusal(message, operation="BatchGetAccountStatus", code=code, message=message)
    states = {item["accountId"]: item.get("resourceState", {}) for item in found.get("accounts", ())}
    own = states.get(reader.account, {})
    return {kind: str(state.get("status", "")) for kind, state in sorted(own.items())}
