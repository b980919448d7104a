"""Read-only checks before the first change. Entry points: `preflight` and `require_caller`."""

from baseline.deploy.preflight.check import PreflightCheck, PreflightResult
from baseline.deploy.preflight.registry import PREFLIGHT_CHECKS
from baseline.deploy.preflight.run import findings_of, preflight, require_caller

__all__ = [
    "PREFLIGHT_CHECKS",
    "PreflightCheck",
    "PreflightResult",
    "findings_of",
    "preflight",
    "require_caller",
]
