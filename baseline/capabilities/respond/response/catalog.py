"""Every playbook, in the order of its documentation."""

from collections.abc import Mapping

from baseline.capabilities.respond.response.compute_playbooks import COMPUTE_PLAYBOOKS, PROFILE_GRANTS
from baseline.capabilities.respond.response.data_playbooks import DATA_PLAYBOOKS
from baseline.capabilities.respond.response.identity_playbooks import IDENTITY_PLAYBOOKS
from baseline.capabilities.respond.response.kinds import Grant, PlaybookKind
from baseline.capabilities.respond.response.settings import Playbook, PlaybookName

PLAYBOOKS: Mapping[PlaybookName, PlaybookKind] = {**IDENTITY_PLAYBOOKS, **DATA_PLAYBOOKS, **COMPUTE_PLAYBOOKS}


def grants_of(name: PlaybookName, playbook: Playbook) -> tuple[Grant, ...]:
    """The calls that the playbook's roles may make, with those that its settings add."""
    detaches = playbook.detach_profile and name == "isolate-instance"
    return (*PLAYBOOKS[name].grants, *(PROFILE_GRANTS if detaches else ()))
