"""How Amazon Inspector scans instances and images, set by the account that administers it."""

from templates.functions.settings.core import LONGEST_PAUSE, SETTINGS, Arguments, Calls, Setting, SettingError


def configure(calls: Calls, arguments: Arguments) -> str:
    """Set the configuration of the account and its members, and wait until no part of it is pending."""
    calls("update_configuration", arguments)
    while status := _unsettled(calls, arguments):
        if status == "FAILED" or not calls.pause(LONGEST_PAUSE):
            raise SettingError(f"Amazon Inspector has not applied the configuration ({status}): deploy again later")
    return "done"


def _unsettled(calls: Calls, arguments: Arguments) -> str:
    """The first status other than success of what was set."""
    found = calls("get_configuration", {})
    states = {
        "ecrConfiguration": found.get("ecrConfiguration", {}).get("rescanDurationState", {}).get("status"),
        "ec2Configuration": found.get("ec2Configuration", {}).get("scanModeState", {}).get("scanModeStatus"),
    }
    return next((str(states[key]) for key in states if key in arguments and states[key] not in (None, "SUCCESS")), "")


SETTINGS.update(
    {
        "inspector-configuration": Setting("inspector2", configure),
    }
)
