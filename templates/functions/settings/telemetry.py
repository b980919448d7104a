"""CloudWatch's look at the logs of the organization, made in its management account."""

from templates.functions.settings.core import LONGEST_PAUSE, SETTINGS, Arguments, Calls, Setting, SettingError, call


def start_evaluation(calls: Calls, _: Arguments) -> str:
    """Let CloudWatch look at the logs of every account in this Region, and wait until it does."""
    status = _status(calls)
    if status == "RUNNING":
        return "was so already"
    if status != "STARTING":
        calls("start_telemetry_evaluation_for_organization", {})
        status = _status(calls)
    while status != "RUNNING":
        if status == "FAILED_START" or not calls.pause(LONGEST_PAUSE):
            raise SettingError(
                f"CloudWatch does not look at the organization's logs yet ({status}): deploy again later"
            )
        status = _status(calls)
    return "done"


def _status(calls: Calls) -> str:
    return str(calls("get_telemetry_evaluation_status_for_organization", {}).get("Status"))


SETTINGS.update(
    {
        "telemetry-evaluation": Setting(
            "observabilityadmin", start_evaluation, call("stop_telemetry_evaluation_for_organization")
        ),
    }
)
