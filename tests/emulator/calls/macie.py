"""Amazon Macie in one account and Region, as far as moto does not have it.

Source: Amazon Macie API reference (docs.aws.amazon.com/macie/latest/APIReference/).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.emulator.protocol import Operation

Answer = dict[str, Any]
_numbers = count(1)


@dataclass
class MacieAccount:
    """Members with their relationship, identifiers by kind, names of excluded buckets, and what else was given."""

    members: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    identifiers: dict[str, str] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)
    includes: dict[str, Any] = field(default_factory=dict)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)


def answer_macie(account: MacieAccount, operation: Operation) -> Answer | None:
    """The response to a call that moto does not have; None if it does."""
    if operation.name in _KEPT:
        account.given[operation.name] = operation.parameters
        return {}
    answer = _ANSWERS.get(operation.name)
    return answer(account, operation.parameters) if answer else None


def _create_member(account: MacieAccount, given: Answer) -> Answer:
    account.members[given["account"]["accountId"]] = "Enabled"
    return {"arn": "arn:aws:macie2:::member"}


def _list_members(account: MacieAccount, _: Answer) -> Answer:
    found = [{"accountId": key, "relationshipStatus": status} for key, status in account.members.items()]
    return {"members": found}


def _update_member(account: MacieAccount, given: Answer) -> Answer:
    account.members[given["id"]] = "Paused" if given["status"] == "PAUSED" else "Enabled"
    return {}


def _discovery_of_members(account: MacieAccount, given: Answer) -> Answer:
    """Only members that are on can be changed (AutomatedDiscoveryAccountUpdateError)."""
    account.given["BatchUpdateAutomatedDiscoveryAccounts"] = given
    codes = {"Paused": "ACCOUNT_PAUSED", "Enabled": ""}
    found = {item["accountId"]: account.members.get(item["accountId"], "") for item in given["accounts"]}
    refused = {key: codes.get(status, "ACCOUNT_NOT_FOUND") for key, status in found.items()}
    return {"errors": [{"accountId": key, "errorCode": code} for key, code in refused.items() if code]}


def _scopes(_: MacieAccount, __: Answer) -> Answer:
    return {"classificationScopes": [{"id": "scope", "name": "automated-sensitive-data-discovery"}]}


def _scope(account: MacieAccount, _: Answer) -> Answer:
    return {"id": "scope", "s3": {"excludes": {"bucketNames": list(account.excluded)}}}


def _update_scope(account: MacieAccount, given: Answer) -> Answer:
    change = given["s3"]["excludes"]
    kept = [name for name in account.excluded if name not in change["bucketNames"]]
    account.excluded = [*kept, *(change["bucketNames"] if change["operation"] == "ADD" else [])]
    return {}


def _templates(_: MacieAccount, __: Answer) -> Answer:
    return {"sensitivityInspectionTemplates": [{"id": "template", "name": "automated-sensitive-data-discovery"}]}


def _template(account: MacieAccount, _: Answer) -> Answer:
    return {"sensitivityInspectionTemplateId": "template", "includes": account.includes}


def _update_template(account: MacieAccount, given: Answer) -> Answer:
    account.includes = given["includes"]
    return {}


def _create_list(account: MacieAccount, given: Answer) -> Answer:
    account.lists[f"list-{next(_numbers)}"] = given["name"]
    return {"id": list(account.lists)[-1], "arn": "arn:aws:macie2:::allow-list"}


def _delete_list(account: MacieAccount, given: Answer) -> Answer:
    account.lists.pop(given["id"])
    return {}


def _lists(account: MacieAccount, _: Answer) -> Answer:
    return {"allowLists": [{"id": key, "name": name} for key, name in account.lists.items()]}


def _create_identifier(account: MacieAccount, given: Answer) -> Answer:
    account.identifiers[f"identifier-{next(_numbers)}"] = given["name"]
    return {"customDataIdentifierId": list(account.identifiers)[-1]}


def _delete_identifier(account: MacieAccount, given: Answer) -> Answer:
    account.identifiers.pop(given["id"])
    return {}


def _identifiers(account: MacieAccount, _: Answer) -> Answer:
    return {"items": [{"id": key, "name": name} for key, name in account.identifiers.items()]}


_KEPT = frozenset(
    {
        *("PutClassificationExportConfiguration", "PutFindingsPublicationConfiguration"),
        *("UpdateAutomatedDiscoveryConfiguration", "UpdateOrganizationConfiguration"),
    }
)
_ANSWERS: dict[str, Callable[[MacieAccount, Answer], Answer]] = {
    "CreateMember": _create_member,
    "ListMembers": _list_members,
    "UpdateMemberSession": _update_member,
    "BatchUpdateAutomatedDiscoveryAccounts": _discovery_of_members,
    "ListClassificationScopes": _scopes,
    "GetClassificationScope": _scope,
    "UpdateClassificationScope": _update_scope,
    "ListSensitivityInspectionTemplates": _templates,
    "GetSensitivityInspectionTemplate": _template,
    "UpdateSensitivityInspectionTemplate": _update_template,
    "CreateAllowList": _create_list,
    "DeleteAllowList": _delete_list,
    "ListAllowLists": _lists,
    "CreateCustomDataIdentifier": _create_identifier,
    "DeleteCustomDataIdentifier": _delete_identifier,
    "ListCustomDataIdentifiers": _identifiers,
}
