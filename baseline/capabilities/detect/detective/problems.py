"""Validation of Amazon Detective settings, also against what AWS supports."""

from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.capabilities.detect.detective.settings import DetectiveSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.member_functions import detective_regions
from baseline.findings import Problem, Severity


def detective_problems(landscape: Landscape, settings: DetectiveSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    if not settings.graph:
        for name in ("packages", "excluded_accounts"):
            if getattr(settings, name):
                yield Problem(path=(name,), message="it has no effect without a graph", fix="set graph, or remove it")
        return
    if not landscape.is_on("kms"):
        yield Problem(
            path=("graph",),
            message="kms is off: the function that applies settings of Amazon Detective needs a key for its log",
            fix="turn kms on",
            fallback=(("capabilities", "kms"),),
        )
    if not landscape.is_on("guardduty"):
        yield Problem(
            path=("graph",),
            message="guardduty is off: the graph has no findings to investigate",
            fix="turn guardduty on",
            fallback=(("capabilities", "guardduty"),),
            severity=Severity.WARNING,
        )
    yield from _account_problems(landscape, settings)


def _account_problems(landscape: Landscape, settings: DetectiveSettings) -> Iterator[Problem]:
    administrator, most = landscape.role("detective"), quota("detective.accounts")
    if settings.excluded_accounts and landscape.standalone:
        yield Problem(path=("excluded_accounts",), message="there is only one account", fix="remove it")
    elif administrator in settings.excluded_accounts:
        yield Problem(
            path=("excluded_accounts",),
            message=f"{administrator} administers Amazon Detective, so it cannot be excluded",
            fix="remove it, or name another account in roles.detective",
        )
    members = len(landscape.accounts) - len(settings.excluded_accounts) - 1
    if members > most:
        yield Problem(
            path=("graph",),
            message=f"{members} accounts: a graph has at most {most} members",
            fix="exclude some with excluded_accounts",
        )


def unsupported_here(landscape: Landscape, settings: DetectiveSettings) -> Iterator[Problem]:
    """Requested features that the partition or a Region lacks."""
    if not settings.graph:
        return
    here = detective_regions(landscape)
    missing = [name for name in landscape.regions if name not in here]
    if missing:
        yield Problem(
            path=("graph",),
            message=f"Amazon Detective is not available in {', '.join(missing)}: there is no graph there",
            fix="keep the logs of these Regions at hand for investigations",
        )
