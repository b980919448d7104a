"""Records of automated response: whether the log archive keeps them, their bucket, and their writer."""

from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.respond.response.settings import ResponseSettings


def keeps_records(landscape: Landscape) -> bool:
    """Whether playbooks run whose records the log archive keeps."""
    return (
        landscape.is_on("response")
        and landscape.is_on("log_archive")
        and landscape.is_on("notifications")
        and landscape.settings("response", ResponseSettings).forwards
    )


def recorder_name(landscape: Landscape) -> str:
    """Name of the state machine that writes the records, and of its role."""
    return f"{landscape.prefix}-response-record"


def records_bucket(landscape: Landscape, account: str) -> Reference:
    """Name of the bucket, for use inside `Fn::Sub`; `account` is the log archive's id."""
    return Reference(f"{landscape.prefix}-response-logs-{account}-{landscape.home_region}")
