"""Sample settings of `audit_manager`; `tests/samples.py` says what they are for."""

from typing import Any

_ID = "a1b2c3d4-5678-90ab-cdef-1234567890ab"

FULL: dict[str, Any] = {
    "existing_customer": True,
    "assessments": {
        "pci": {"framework_id": _ID, "accounts": ["security", "log_archive"], "owners": ["teams/auditors"]},
        "soc": {"framework_id": _ID, "accounts": ["management"], "owners": ["nw-security-audit"]},
    },
}
VALUES: dict[str, list[Any]] = {
    "assessments": [{}, {"pci": {"framework_id": _ID, "accounts": ["security"], "owners": ["auditors"]}}],
    "assessments.*.framework_id": [_ID, "b1b2c3d4-5678-90ab-cdef-1234567890ab"],
    "assessments.*.accounts": [["security"], ["log_archive"]],
    "assessments.*.owners": [["auditors"], ["auditors-2"]],
}
