"""Retention of log groups, set by account policies of CloudWatch Logs whose name begins with the baseline's prefix.

Lambda's boto3 may be older than `RETENTION_POLICY`: the calls have no newer parameters, so no preview (`dryRun`). The
client does not check values of `policyType`. The words of the document and the criteria are those of the API
reference: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
"""

import json
import re
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from templates.functions.settings.core import SETTINGS, Arguments, Calls, Setting, SettingError

TYPE = "RETENTION_POLICY"
FOREVER = "NEVER_EXPIRE"
BUSY = "OperationAbortedException"  # while another policy of the account is written
READS = 6  # of a policy that was written a moment ago


def keep_log_groups(calls: Calls, arguments: Arguments) -> str:
    """Set the policy and read it back; one that is in place stays, as each write delays it by a day.

    Raises:
        SettingError: without prefixes, which would mean every log group of the account; for another policy of that
            name before this stack has made one; and for a policy that is not read back as it was written.
    """
    name, wanted = arguments["PolicyName"], _wanted(arguments)
    if not wanted["prefixes"]:
        raise SettingError(f"{name} names no prefix of log groups: it would be for all of them")
    present = _present(calls, name)
    if present == wanted:
        return "was so already"
    if present and not calls.former:
        raise SettingError(f"the account has another policy {name}: delete it, or choose another name")
    days = wanted["days"]
    document = {"retentionInDays": days if days == FOREVER else int(days), "enforcementMode": wanted["mode"]}
    _write(
        calls,
        "put_account_policy",
        {
            "policyName": name,
            "policyType": TYPE,
            "policyDocument": json.dumps(document),
            "selectionCriteria": f"LogGroupNamePrefix IN {json.dumps(wanted['prefixes'])}",
        },
    )
    for attempt in range(READS):
        if _present(calls, name) == wanted:
            return "done"
        if not calls.pause(2**attempt):
            break
    raise SettingError(f"CloudWatch Logs does not show {name} as it was written: look at it, and deploy again")


def release_log_groups(calls: Calls, arguments: Arguments) -> str:
    """Delete the policy that the stack has set: log groups then have the retention that their owners set."""
    name = arguments["PolicyName"]
    present = _present(calls, name)
    if not present:
        return "was so already"
    if present != _wanted(arguments):
        return "left as it is: the policy is not the one that was set"
    _write(calls, "delete_account_policy", {"policyName": name, "policyType": TYPE})
    return "done"


def _write(calls: Calls, operation: str, arguments: Arguments) -> None:
    for attempt in count():
        try:
            calls(operation, arguments, ("ResourceNotFoundException",))
        except ClientError as error:
            if error.response["Error"]["Code"] != BUSY or not calls.pause(2**attempt):
                raise
        else:
            return


def _wanted(arguments: Arguments) -> dict[str, Any]:
    days, mode = str(arguments["RetentionInDays"]), arguments["EnforcementMode"]
    return {"days": days, "mode": mode, "prefixes": sorted(arguments.get("Prefixes") or [])}


def _present(calls: Calls, name: str) -> dict[str, Any] | None:
    """The policy of that name as it is, in the form of `_wanted`."""
    asked = {"policyName": name, "policyType": TYPE}
    found = calls("describe_account_policies", asked, ("ResourceNotFoundException",))
    for policy in found.get("accountPolicies", []):
        if policy.get("policyName") == name:
            document = json.loads(policy.get("policyDocument") or "{}")
            prefixes = re.findall(r'"([^"]*)"', policy.get("selectionCriteria") or "")
            days = str(document.get("retentionInDays"))
            return {"days": days, "mode": document.get("enforcementMode"), "prefixes": sorted(prefixes)}
    return None


SETTINGS.update(
    {
        "log-retention": Setting("logs", keep_log_groups, release_log_groups),
    }
)
