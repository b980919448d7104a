"""Security Hub's delegated administrators: Security Hub CSPM and Security Hub each have one, by the call's `Feature`.

Source: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_EnableOrganizationAdminAccount.html. It names the
error codes; their texts here are the emulator's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulator.protocol import Operation, RefusedError

Answer = dict[str, Any]
CSPM = "SecurityHub"


@dataclass(frozen=True, kw_only=True)
class HubAdministrators:
    """Feature and Region → its administrator. `management` is the only account that may call."""

    management: str
    administrators: dict[tuple[str, str], str]

    def answer(self, operation: Operation) -> Answer | None:
        """The response to a call; None for moto, which knows the administrator of Security Hub CSPM only."""
        answer = _ANSWERS.get(operation.name)
        if answer is None:
            return None
        if self.management and operation.account != self.management:
            raise RefusedError("AccessDeniedException", "Only the management account may manage administrators.")
        return answer(self, operation)


def _key(operation: Operation) -> tuple[str, str]:
    return operation.parameters.get("Feature", CSPM), operation.region


def _enable(hub: HubAdministrators, operation: Operation) -> Answer | None:
    account = operation.parameters["AdminAccountId"]
    present = hub.administrators.setdefault(_key(operation), account)
    if present != account:
        raise RefusedError("InvalidInputException", f"The organization already has the administrator {present}.")
    feature, _ = _key(operation)
    return None if feature == CSPM else {"AdminAccountId": account, "Feature": feature}


def _disable(hub: HubAdministrators, operation: Operation) -> Answer:
    if hub.administrators.get(_key(operation)) != operation.parameters["AdminAccountId"]:
        raise RefusedError("InvalidInputException", "The account is not the administrator of the organization.")
    del hub.administrators[_key(operation)]
    return {}


def _list(hub: HubAdministrators, operation: Operation) -> Answer:
    present = hub.administrators.get(_key(operation))
    feature, _ = _key(operation)
    return {"AdminAccounts": [{"AccountId": present, "Status": "ENABLED"}] if present else [], "Feature": feature}


_ANSWERS: dict[str, Callable[[HubAdministrators, Operation], Answer | None]] = {
    "DisableOrganizationAdminAccount": _disable,
    "EnableOrganizationAdminAccount": _enable,
    "ListOrganizationAdminAccounts": _list,
}
