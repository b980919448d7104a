"""A snapshot of AWS to return to, faster than a new deployment."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from moto.organizations.models import organizations_backends

from tests.emulator.server import Emulator


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The state of CloudFormation, AWS Organizations and `Gaps`; other services of moto keep theirs."""

    _held: Any

    @classmethod
    def of(cls, emulator: Emulator) -> "Snapshot":
        return cls(_held=_copy(emulator, _parts(emulator)))

    def restore(self, emulator: Emulator) -> None:
        """Restore the state, any number of times; resets interruptions, faults and calls."""
        emulator.cut = None
        emulator.faults.clear()
        emulator.calls.clear()
        emulator.cloudformation, emulator.gaps, organization, owners = _copy(emulator, self._held)
        for place, values in (
            (vars(emulator.cloudformation.organization.backend), organization),
            (organizations_backends.master_accounts, owners),
        ):
            place.clear()
            place.update(values)


def _parts(emulator: Emulator) -> tuple[Any, ...]:
    organization = vars(emulator.cloudformation.organization.backend)
    return emulator.cloudformation, emulator.gaps, organization, organizations_backends.master_accounts


def _copy(emulator: Emulator, parts: Any) -> Any:
    """A deep copy that keeps moto's back end, which accounts and OUs refer to."""
    backend = emulator.cloudformation.organization.backend
    return deepcopy(parts, {id(backend): backend})
