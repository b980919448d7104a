"""Checks before the first change, by calls that change nothing. Entry points: `preflight` and `require_caller`."""

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
