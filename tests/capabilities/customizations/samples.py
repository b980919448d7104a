"""Sample settings of `customizations`; `tests/samples.py` says what they are for."""

from typing import Any

VALUES: dict[str, list[Any]] = {
    "stacks.*.to": [["Workloads"], ["security"], ["root"], ["management"]],
    "stacks.*.regions": [[], ["governed"], ["eu-central-1"]],
    "stacks.*.parameters": [{"Days": "90"}, {"Days": "30"}],
    "stacks.*.depends_on": [[], ["kms-logs"]],
}
WITHOUT_EFFECT = {
    "stacks.*.accept": "goes into the findings",
    "stacks.*.file": "a test of its own, since files are read with the profile",
    "stacks.*.controls": "goes into the evidence",
    "stacks.*.values": "a test of its own, since files are rendered with the profile",
}
