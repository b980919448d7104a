"""Retention of log groups, set by account policies of CloudWatch Logs whose name begins with the baseline's prefix.

Lambda's boto3 may be older than `RETENTION_POLICY`: the calls have no newer parameters, so no preview (`dryRun`). The
client does not check values of `policyType`. The words of the document and the criteria are those of the API
reference: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
"""

import json
import os
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
        SettingError: for a policy of another name than the baseline's ones, and for its own log groups; without
            prefixes, which would mean every log group of the account; for another policy of that name in a Region where
            this stack has made none; and for a policy that is not read back as it was written.
    """
    name, wanted = arguments["PolicyName"], _wanted(arguments)
    _refuse_others(name, wanted["prefixes"])
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


def _refuse_others(name: str, prefixes: list[str]) -> None:
    """The baseline's prefix is the beginning of this function's name.

    Lambda sets the variable: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    baseline = os.environ["AWS_LAMBDA_FUNCTION_NAME"].removesuffix("-log-retention-settings")
    if not name.startswith(f"{baseline}-log-retention-"):
        raise SettingError(f"{name} is not a policy of the baseline {baseline}")
    own = (f"/{baseline}/", f"/aws/vendedlogs/states/{baseline}-", f"aws-waf-logs-{baseline}-")
    for prefix in prefixes:
        if any(prefix.startswith(item) or item.startswith(prefix) for item in own):
            raise SettingError(f"{prefix} is also for log groups of the baseline, whose retention the policy replaces")


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
            document = _read(policy.get("policyDocument"))
            prefixes = re.findall(r'"([^"]*)"', policy.get("selectionCriteria") or "")
            days = str(document.get("retentionInDays"))
            return {"days": days, "mode": document.get("enforcementMode"), "prefixes": sorted(prefixes)}
    return None


def _read(document: str | None) -> dict[str, Any]:
    """The document of a policy; empty for one that is no JSON object, which is then another policy."""
    try:
        found = json.loads(document or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


SETTINGS.update(
    {
        "log-retention": Setting("logs", keep_log_groups, release_log_groups),
    }
)
