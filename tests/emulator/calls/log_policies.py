"""Account policies of CloudWatch Logs, which moto does not have."""

from tests.emulator.calls.state import Answer, Answers, State
from tests.emulator.protocol import Operation, RefusedError

MOST = 20
"""Retention policies in an account and Region.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
"""


def _put(state: State, operation: Operation) -> Answer:
    asked = operation.parameters
    policies = _policies(state, operation)
    key = (asked["policyType"], asked["policyName"])
    if key not in policies and len([kind for kind, _ in policies if kind == key[0]]) >= MOST:
        raise RefusedError("LimitExceededException", "You have reached the maximum number of resources.")
    policies[key] = {**asked, "scope": asked.get("scope", "ALL"), "accountId": operation.account}
    return {"accountPolicy": policies[key]}


def _describe(state: State, operation: Operation) -> Answer:
    asked = operation.parameters
    return {
        "accountPolicies": [
            policy
            for (kind, name), policy in _policies(state, operation).items()
            if kind == asked["policyType"] and name == asked.get("policyName", name)
        ]
    }


def _delete(state: State, operation: Operation) -> Answer:
    asked = operation.parameters
    if not _policies(state, operation).pop((asked["policyType"], asked["policyName"]), None):
        raise RefusedError("ResourceNotFoundException", "The specified resource does not exist.")
    return {}


def _policies(state: State, operation: Operation) -> dict[tuple[str, str], Answer]:
    return state.log_policies.setdefault((operation.account, operation.region), {})


ANSWERS: Answers = {
    "logs.DeleteAccountPolicy": _delete,
    "logs.DescribeAccountPolicies": _describe,
    "logs.PutAccountPolicy": _put,
}
