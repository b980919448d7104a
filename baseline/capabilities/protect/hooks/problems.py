"""Validation of hooks, also against what AWS supports."""

from collections.abc import Iterator

from baseline.aws.availability import regions_with
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.protect.hooks.settings import HooksSettings
from baseline.findings import Problem, Severity

MOST_EXEMPT = 40
"""A hook's filter accepts 50 roles, including ours (CloudFormation's schema of `AWS::CloudFormation::GuardHook`)."""


def hook_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions in which CloudFormation has hooks, or may have them."""
    return regions_with(landscape.regions, "AWS::CloudFormation::GuardHook")


def uses_hooks(landscape: Landscape) -> bool:
    """Whether the profile names a hook in a Region that has hooks: their function needs a key."""
    if not landscape.is_on("hooks") or not landscape.is_on("kms"):
        return False
    settings = landscape.settings("hooks", HooksSettings)
    return bool(settings.hooks) and bool(hook_regions(landscape))


def hooks_problems(landscape: Landscape, settings: HooksSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    if settings.exempt_roles and not settings.hooks:
        yield Problem(
            path=("exempt_roles",),
            message="this setting has no effect without hooks",
            fix="add hooks, or remove this setting",
        )
    if settings.hooks and not landscape.is_on("kms"):
        yield Problem(
            path=("hooks",),
            message="kms is disabled, but the log of the function that stores the rules needs a key",
            fix="turn kms on",
            fallback=(("capabilities", "kms"),),
        )
    if len(settings.exempt_roles) > MOST_EXEMPT:
        yield Problem(
            path=("exempt_roles",),
            message=f"{len(settings.exempt_roles)} roles: a hook accepts {MOST_EXEMPT}",
            fix="use wildcards",
        )
    for index, name in enumerate(settings.exempt_roles):
        if not name.strip("*?"):
            yield Problem(
                path=("exempt_roles", index),
                message=f"{name} exempts every role",
                fix="start the pattern with part of a role name",
            )
    for key, hook in settings.hooks.items():
        if hook.mode == "fail":
            yield Problem(
                path=("hooks", key, "mode"),
                message=f"CloudFormation stops all operations in {', '.join(hook.to)} that violate a rule, including "
                "those of other teams",
                fix="review the warnings of `mode: warn` first",
                severity=Severity.INFO,
            )


def unsupported_here(landscape: Landscape, settings: HooksSettings) -> Iterator[Problem]:
    """Requested hooks that the partition or a Region lacks."""
    if not settings.hooks:
        return
    here = hook_regions(landscape)
    missing = [name for name in landscape.regions if name not in here]
    if missing:
        yield Problem(
            path=("hooks",),
            message=f"CloudFormation has no hooks in {', '.join(missing)}: no rule is checked there",
            fix="rely on guardrails and on the rules of conformance packs there",
        )
