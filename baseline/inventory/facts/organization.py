"""AWS Organizations: units, accounts, policies, and the services that use the organization."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import Field, field_validator, model_validator

from baseline.cloud.reader import Reader
from baseline.inventory.facts.part import Part, Unknown, known_or_unknown
from baseline.policy.kinds import KINDS

_NO_TYPE = "PolicyTypeNotEnabledException"


class Identity(Part):
    """The organization itself."""

    id: str
    management_account: str
    all_features: bool


class Unit(Part):
    """An organizational unit."""

    id: str
    name: str
    path: str = Field(description="Names from the root, joined by `/`.")


class Account(Part):
    """An account of the organization. Its tags are left out."""

    id: str
    name: str
    email: str
    state: str = Field(description="AWS's value, such as `ACTIVE` or `SUSPENDED`.")
    unit: str = Field(description="Path of its unit, or empty for the root.")


class Tree(Part):
    """The root, with all units, accounts and policies below."""

    root: str
    policy_types: tuple[str, ...] = Field(description="Policy types that are enabled in the root.")
    units: tuple[Unit, ...]
    accounts: tuple[Account, ...]


class Policy(Part):
    """An organization policy."""

    id: str
    name: str
    type: str = Field(json_schema_extra={"enum": list(KINDS)})
    aws_managed: bool
    content: str = Field(description="JSON text; empty for policies that AWS manages.")
    targets: tuple[str, ...] = Field(description="Ids of the root, units and accounts to which it is attached.")

    @field_validator("type")
    @classmethod
    def _is_a_kind(cls, value: str) -> str:
        if value not in KINDS:
            raise ValueError("not a policy type of this version")
        return value

    @model_validator(mode="after")
    def _has_content(self) -> Self:
        if not self.aws_managed and not _is_object(self.content):
            raise ValueError("the content of the policy is not a JSON object")
        return self


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


class Policies(Part):
    """The policies of every type, and the free slots."""

    policies: tuple[Policy, ...]
    unknown_types: dict[str, str] = Field(description="Policy types that could not be listed → the reason.")
    free_slots: dict[str, dict[str, int]] = Field(
        description="Id of a target → policy type → number of policies that can still be attached; targets without "
        "policies have all of them."
    )

    def free(self, target: str, type_: str) -> int:
        """The number of policies of a type that can still be attached to a target."""
        return self.free_slots.get(target, {}).get(type_, KINDS[type_].most_per_target())


class Administrator(Part):
    """A delegated administrator."""

    account: str
    services: tuple[str, ...] = Field(description="Service principals.")


def identity(reader: Reader) -> Identity:
    """The organization of the caller's account."""
    found = reader.get("organizations.DescribeOrganization")["Organization"]
    return Identity(
        id=found["Id"], management_account=found["MasterAccountId"], all_features=found.get("FeatureSet") == "ALL"
    )


def tree(reader: Reader) -> Tree:
    """Units and accounts, one list of each per unit."""
    root = reader.get("organizations.ListRoots")["Roots"][0]
    units = tuple(_units(reader, root["Id"], ""))
    places = [(root["Id"], ""), *((unit.id, unit.path) for unit in units)]
    accounts = [account for parent, path in places for account in _accounts(reader, parent, path)]
    on = (item["Type"] for item in root.get("PolicyTypes", ()) if item.get("Status") == "ENABLED")
    return Tree(
        root=root["Id"],
        policy_types=tuple(sorted(on)),
        units=tuple(sorted(units, key=lambda unit: unit.path)),
        accounts=tuple(sorted(accounts, key=lambda account: account.id)),
    )


def policies(reader: Reader) -> Policies:
    """The policies of every type with their targets."""
    found: list[Policy] = []
    unknown: dict[str, str] = {}
    for type_ in KINDS:
        some = known_or_unknown(lambda type_=type_: tuple(_policies(reader, type_)))  # type: ignore[misc]
        if isinstance(some, Unknown):
            if _NO_TYPE not in some.unknown:
                unknown[type_] = some.unknown
        else:
            found += some
    return Policies(policies=tuple(found), unknown_types=unknown, free_slots=_free_slots(found))


def trusted_services(reader: Reader) -> tuple[str, ...]:
    """Service principals with trusted access."""
    found = reader.items("organizations.ListAWSServiceAccessForOrganization", "EnabledServicePrincipals")
    return tuple(sorted(item["ServicePrincipal"] for item in found))


def delegated_administrators(reader: Reader) -> tuple[Administrator, ...]:
    """Accounts that administer services for the organization."""
    found = reader.items("organizations.ListDelegatedAdministrators", "DelegatedAdministrators")
    return tuple(
        Administrator(account=account, services=tuple(sorted(_services(reader, account))))
        for account in sorted(item["Id"] for item in found)
    )


def has_delegation_policy(reader: Reader) -> bool:
    """Whether the organization has a resource policy; there can be only one."""
    return reader.find("organizations.DescribeResourcePolicy", "ResourcePolicyNotFoundException") is not None


def root_features(reader: Reader) -> tuple[str, ...]:
    """Features of central root access that are on, such as `RootCredentialsManagement`."""
    off = "ServiceAccessNotEnabledException"
    found = reader.find("iam.ListOrganizationsFeatures", off)
    return tuple(sorted(found.get("EnabledFeatures", ()))) if found else ()


def _units(reader: Reader, parent: str, above: str) -> Iterator[Unit]:
    call, key = "organizations.ListOrganizationalUnitsForParent", "OrganizationalUnits"
    for item in reader.items(call, key, ParentId=parent):
        path = f"{above}/{item['Name']}" if above else item["Name"]
        yield Unit(id=item["Id"], name=item["Name"], path=path)
        yield from _units(reader, item["Id"], path)


def _accounts(reader: Reader, parent: str, path: str) -> Iterator[Account]:
    """`State` replaces `Status`, which AWS retired on 2026-09-09 but some partitions may still use."""
    for item in reader.items("organizations.ListAccountsForParent", "Accounts", ParentId=parent):
        state = item.get("State") or item.get("Status") or "UNKNOWN"
        yield Account(
            id=item["Id"], name=item.get("Name", ""), email=item.get("Email", ""), state=str(state), unit=path
        )


def _policies(reader: Reader, type_: str) -> Iterator[Policy]:
    for item in reader.items("organizations.ListPolicies", "Policies", Filter=type_):
        own = not item.get("AwsManaged")
        content = reader.get("organizations.DescribePolicy", PolicyId=item["Id"])["Policy"]["Content"] if own else ""
        targets = reader.items("organizations.ListTargetsForPolicy", "Targets", PolicyId=item["Id"])
        yield Policy(
            id=item["Id"],
            name=item["Name"],
            type=type_,
            aws_managed=not own,
            content=content,
            targets=tuple(sorted(target["TargetId"] for target in targets)),
        )


def _free_slots(found: list[Policy]) -> dict[str, dict[str, int]]:
    taken = Counter((target, policy.type) for policy in found for target in policy.targets)
    free: dict[str, dict[str, int]] = {}
    for (target, type_), count in sorted(taken.items()):
        free.setdefault(target, {})[type_] = KINDS[type_].most_per_target() - count
    return free


def _services(reader: Reader, account: str) -> Iterator[str]:
    found: Iterator[Mapping[str, str]] = reader.items(
        "organizations.ListDelegatedServicesForAccount", "DelegatedServices", AccountId=account
    )
    return (item["ServicePrincipal"] for item in found)
