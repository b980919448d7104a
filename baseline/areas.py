"""The directories of capabilities, by area: code, controls, effects and responsibilities."""

from collections.abc import Iterator
from pathlib import Path

DIRECTORIES: tuple[str, ...] = (
    "organization/organization",
    "organization/guardrails",
    "organization/account_settings",
    "logs/kms",
    "logs/log_archive",
    "logs/cloudtrail",
    "detect/config",
    "detect/conformance",
    "respond/notifications",
    "detect/alarms",
    "respond/heartbeat",
    "respond/health",
    "respond/response",
    "respond/monitoring",
    "identity/iam_roles",
    "identity/identity_center",
    "identity/identity_hygiene",
    "detect/guardduty",
    "detect/security_hub",
    "detect/access_analyzer",
    "detect/inspector",
    "detect/macie",
    "detect/detective",
    "detect/security_lake",
    "detect/network",
    "detect/certificates",
    "detect/secrets",
    "detect/audit_manager",
    "protect/waf",
    "protect/shield",
    "protect/firewall_manager",
    "protect/hooks",
    "cost/budgets",
    "operate/customizations",
)
"""`<area>/<capability>` of every capability, in the order of the documentation."""

_ROOT = Path(__file__).with_name("capabilities")


def area_of(capability: str) -> str:
    """The area that a capability belongs to.

    Raises:
        StopIteration: if the capability does not exist.
    """
    return next(area for area, _, name in map(_parts, DIRECTORIES) if name == capability)


def capability_files(name: str) -> Iterator[tuple[str, Path]]:
    """Directory and file of each capability that has a data file with this name, in reading order."""
    for directory in DIRECTORIES:
        file = _ROOT / directory / name
        if file.is_file():
            yield directory, file


def _parts(directory: str) -> tuple[str, str, str]:
    return directory.partition("/")
