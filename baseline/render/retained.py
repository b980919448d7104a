"""Deletion policies of adopted resources, which must outlive the baseline."""

import re
from collections.abc import Collection

from baseline.documents.template import read_data
from baseline.plan.adoption import PlannedAdoption, adopted_in
from baseline.plan.model import Stack

_POLICIES = "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n"


def retained(text: str, stack: Stack, adoptions: tuple[PlannedAdoption, ...]) -> str:
    """The template with a deletion policy for every resource that the profile adopts."""
    if not adoptions:
        return text
    document, _ = read_data(text)
    resources = document["Resources"]
    regions = stack.regions or ("",)
    adopted = {name for region in regions for name in adopted_in(resources, adoptions, "", region)}
    return _with_policies(text, {name for name in adopted if "DeletionPolicy" not in resources[name]})


def _with_policies(text: str, logical_ids: Collection[str]) -> str:
    for logical_id in sorted(logical_ids):
        head = re.compile(rf"^  {logical_id}:[^\n]*\n(?:\s*\n)*    Type: [^\n]+\n", re.MULTILINE)
        text = head.sub(lambda found: found[0] + _POLICIES, text, count=1)
    return text
