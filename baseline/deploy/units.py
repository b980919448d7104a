"""Organizational units and their accounts, according to AWS Organizations."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from baseline.cloud.organizations import accounts_in, described, root_of, units_in
from baseline.cloud.session import Session
from baseline.errors import AwsError
from baseline.plan.units import ROOT


@dataclass(kw_only=True)
class Units:
    """OUs by path, and accounts by OU; results are cached.

    Attributes:
        session: The calling identity.
        known: Path → id, from the plan and the lock file.
        found: Path → id, looked up in AWS.
    """

    session: Session
    known: Mapping[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    _members: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _management: str = ""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def id_of(self, path: str) -> str:
        """The id of the OU at `path`.

        Raises:
            AwsError: if there is none.
        """
        with self._lock:
            known = self.known.get(path) or self.found.get(path)
            if known is None:
                known = root_of(self.session) if path == ROOT else self._child(path)
                self.found[path] = known
            return known

    def members(self, unit: str) -> frozenset[str]:
        """Ids of the active accounts in the OU and below, without the management account.

        Empty if the organization does not have the OU.
        """
        with self._lock:
            return (self._members_of(unit) or frozenset()) - {self.management()}

    def has(self, unit: str) -> bool:
        """Whether the organization has an OU with this id."""
        with self._lock:
            return self._members_of(unit) is not None

    def around(self, unit: str, account: str) -> str:
        """The OU's id if the account is in it; else the id of the root, which contains every account."""
        return unit if unit and account in self.members(unit) else self.id_of(ROOT)

    def management(self) -> str:
        """The management account's id."""
        with self._lock:
            if not self._management:
                self._management = described(self.session).management
            return self._management

    def forget_members(self) -> None:
        """Drop the cached accounts: a stack may have created some."""
        with self._lock:
            self._members.clear()

    def _members_of(self, unit: str) -> frozenset[str] | None:
        """Ids of the active accounts in the OU and below; None if the OU does not exist."""
        if unit not in self._members:
            accounts = accounts_in(self.session, unit)
            if accounts is None:
                self._members[unit] = None
                return None
            found = {account.id for account in accounts if account.is_active}
            for child in units_in(self.session, unit):
                found |= self._members_of(child.id) or frozenset()
            self._members[unit] = frozenset(found)
        return self._members[unit]

    def _child(self, path: str) -> str:
        parent, _, name = path.rpartition("/")
        for unit in units_in(self.session, self.id_of(parent or ROOT)):
            if unit.name == name:
                return unit.id
        raise AwsError(f"the organization has no unit {path}", hint="deploy the organization stack first")
