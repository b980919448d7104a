"""AWS at one moment, to return to: cheaper than a deployment that leads there again."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from moto.organizations.models import organizations_backends

from tests.emulator.server import Emulator


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What CloudFormation, AWS Organizations and `Gaps` hold; other services of moto keep what they have."""

    _held: Any

    @classmethod
    def of(cls, emulator: Emulator) -> "Snapshot":
        return cls(_held=_copy(emulator, _parts(emulator)))

    def restore(self, emulator: Emulator) -> None:
        """Put everything back, as often as wanted; nothing is cut or failing afterwards, and no call was made."""
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
    """A deep copy that keeps moto's backend, to which accounts and units refer."""
    backend = emulator.cloudformation.organization.backend
    return deepcopy(parts, {id(backend): backend})
