"""Every playbook, in the order of its documentation."""

from collections.abc import Mapping

from baseline.capabilities.respond.response.compute_playbooks import COMPUTE_PLAYBOOKS, PROFILE_GRANTS
from baseline.capabilities.respond.response.data_playbooks import DATA_PLAYBOOKS
from baseline.capabilities.respond.response.identity_playbooks import IDENTITY_PLAYBOOKS
from baseline.capabilities.respond.response.kinds import Grant, PlaybookKind
from baseline.capabilities.respond.response.settings import Playbook, PlaybookName
from baseline.capabilities.respond.response.triggers import Trigger

PLAYBOOKS: Mapping[PlaybookName, PlaybookKind] = {**IDENTITY_PLAYBOOKS, **DATA_PLAYBOOKS, **COMPUTE_PLAYBOOKS}


def triggers_of(name: PlaybookName, playbook: Playbook) -> tuple[Trigger, ...]:
    """The findings that start the playbook, including findings of the services that its settings name."""
    kind = PLAYBOOKS[name]
    return (*kind.triggers, *(item for item in kind.further if item.service in playbook.also_from))


def grants_of(name: PlaybookName, playbook: Playbook) -> tuple[Grant, ...]:
    """The calls that the playbook's roles may make, including calls that its settings add."""
    detaches = playbook.detach_profile and name == "isolate-instance"
    return (*PLAYBOOKS[name].grants, *(PROFILE_GRANTS if detaches else ()))
