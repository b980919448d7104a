"""Amazon Detective, which moto does not have: behavior graphs, their members and the delegated administrator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulator.protocol import Operation

Answer = dict[str, Any]
SERVICE = "detective.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class Detective:
    """Graph → its members, except its own account; account → the services that it administers."""

    graphs: dict[str, list[str]]
    delegated: dict[str, set[str]]

    def answer(self, operation: Operation) -> Answer | None:
        """The response to a call; None for calls that are only kept."""
        answer = _ANSWERS.get(operation.name)
        return answer(self, operation) if answer else None


def _graph_of(operation: Operation) -> str:
    return f"arn:aws:detective:{operation.region}:{operation.account}:graph:0123456789abcdef0123456789abcdef"


def _graphs(detective: Detective, operation: Operation) -> Answer:
    """The graph of the delegated administrator, or one that the account has created."""
    graph = _graph_of(operation)
    found = SERVICE in detective.delegated.get(operation.account, ()) or graph in detective.graphs
    return {"GraphList": [{"Arn": graph}] if found else []}


def _create(detective: Detective, operation: Operation) -> Answer:
    detective.graphs.setdefault(_graph_of(operation), [])
    return {"GraphArn": _graph_of(operation)}


def _delete(detective: Detective, operation: Operation) -> Answer:
    del detective.graphs[operation.parameters["GraphArn"]]
    return {}


def _administer(detective: Detective, operation: Operation) -> Answer:
    """AWS also registers the delegated administrator (API_EnableOrganizationAdminAccount)."""
    detective.delegated.setdefault(operation.parameters["AccountId"], set()).add(SERVICE)
    return {}


def _members(detective: Detective, operation: Operation) -> list[dict[str, str]]:
    return [{"AccountId": account} for account in detective.graphs.get(_graph_of(operation), [])]


def _join(detective: Detective, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/detective/latest/APIReference/API_CreateMembers.html."""
    members = detective.graphs.setdefault(_graph_of(operation), [])
    members += [item["AccountId"] for item in operation.parameters["Accounts"]]
    return {"Members": _members(detective, operation), "UnprocessedAccounts": []}


def _leave(detective: Detective, operation: Operation) -> Answer:
    left = operation.parameters["AccountIds"]
    members = detective.graphs.get(_graph_of(operation), [])
    detective.graphs[_graph_of(operation)] = [account for account in members if account not in left]
    return {"AccountIds": left, "UnprocessedAccounts": []}


_ANSWERS: dict[str, Callable[[Detective, Operation], Answer]] = {
    "CreateGraph": _create,
    "CreateMembers": _join,
    "DeleteGraph": _delete,
    "DeleteMembers": _leave,
    "DisableOrganizationAdminAccount": lambda _, __: {},
    "EnableOrganizationAdminAccount": _administer,
    "ListGraphs": _graphs,
    "ListMembers": lambda detective, operation: {"MemberDetails": _members(detective, operation)},
}
