"""Every playbook, in the order of its documentation."""

from collections.abc import Mapping

from baseline.capabilities.respond.response.compute_playbooks import COMPUTE_PLAYBOOKS
from baseline.capabilities.respond.response.data_playbooks import DATA_PLAYBOOKS
from baseline.capabilities.respond.response.identity_playbooks import IDENTITY_PLAYBOOKS
from baseline.capabilities.respond.response.kinds import PlaybookKind
from baseline.capabilities.respond.response.settings import PlaybookName

PLAYBOOKS: Mapping[PlaybookName, PlaybookKind] = {**IDENTITY_PLAYBOOKS, **DATA_PLAYBOOKS, **COMPUTE_PLAYBOOKS}
