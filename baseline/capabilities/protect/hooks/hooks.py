"""CloudFormation hooks: they report or reject resources that violate a rule, before the resources exist."""

from collections.abc import Iterator

from baseline.capabilities.capability import ROOT, Capability, Regions, StackSpec, Target, one_account, target_places
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import member_setting_stacks
from baseline.capabilities.function_permissions import HOOKS_FUNCTION
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.organization.guardrails.policies import active
from baseline.capabilities.parameters import logical_names, organization_only
from baseline.capabilities.protect.hooks.problems import hook_regions, hooks_problems, unsupported_here, uses_hooks
from baseline.capabilities.protect.hooks.rules import HookRule, file_name, hook_rules, rule_file
from baseline.capabilities.protect.hooks.settings import Hook, HooksSettings
from baseline.findings import Problem, Severity
from baseline.frozen import frozen

_DEPLOYERS = ("AWSControlTowerExecution", "stacksets-exec-*")
"""Roles that deploy the baseline to member accounts (sources: `deployers` of the guardrails)."""
_PROTECTING = "extension-types"
"""The guardrail that denies `DeactivateType` and `SetTypeConfiguration`, which turn a hook off."""


@frozen
class RulesContext:
    """Context of `rules`."""

    prefix: str
    standalone: bool
    bucket: Reference


@frozen
class RoleContext:
    """Context of `role`. `whole` is true if every account has the role."""

    prefix: str
    bucket: Reference
    whole: bool


@frozen
class HookContext:
    """Context of `hook`.

    Attributes:
        prefix: First part of names.
        alias: Its name in CloudFormation's registry.
        refuses: Whether it stops noncompliant operations.
        location: URI of its rules.
        types: The resource types that its rules evaluate.
        exempt: ARNs of roles whose stacks it ignores.
        whole: Whether every account has it.
    """

    prefix: str
    alias: str
    refuses: bool
    location: Reference
    types: tuple[str, ...]
    exempt: tuple[Reference, ...]
    whole: bool


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("hooks", HooksSettings)
    if not uses_hooks(landscape):
        return ()
    places = _places(settings)
    bucket = _bucket(landscape, THIS_ACCOUNT)
    return (
        StackSpec(
            name="hooks-rules",
            template="protect/hooks/rules",
            description="Bucket with the rules of hooks.",
            target=one_account(landscape.role("security")),
            context=RulesContext(prefix=landscape.prefix, standalone=landscape.standalone, bucket=bucket),
            parameters=organization_only(landscape, "OrganizationId"),
        ),
        *_files(landscape, settings, bucket),
        StackSpec(
            name="hooks-role",
            template="protect/hooks/role",
            description="Role that hooks use to read their rules.",
            target=Target(accounts=(), regions=Regions.HOME, places=places),
            context=RoleContext(
                prefix=landscape.prefix,
                bucket=_bucket(landscape, landscape.account_reference("security")),
                whole=not places,
            ),
            parameters=organization_only(landscape, "SecurityAccountId"),
            depends_on=("hooks-rules",),
        ),
        *_hooks(landscape, settings),
    )


def _places(settings: HooksSettings) -> tuple[str, ...]:
    return target_places(place for hook in settings.hooks.values() for place in hook.to)


def _bucket(landscape: Landscape, account: Reference) -> Reference:
    return Reference(f"{landscape.prefix}-hook-rules-{account}-{landscape.home_region}")


def _rules(hook: Hook) -> tuple[HookRule, ...]:
    known = hook_rules()
    return tuple(known[name] for name in sorted(set(hook.rules))) if hook.rules else tuple(known.values())


def _files(landscape: Landscape, settings: HooksSettings, bucket: Reference) -> tuple[StackSpec, StackSpec]:
    """The function that stores the rules, because CloudFormation cannot write objects."""
    names = logical_names(sorted(settings.hooks))
    texts = {key: rule_file(_rules(hook)) for key, hook in settings.hooks.items()}
    made = tuple(
        CustomSetting(
            logical_id=f"{names[key]}Rules",
            setting="stored-file",
            purpose="Stores the rules of a hook.",
            arguments={"Bucket": bucket, "Key": file_name(key, text), "Body": text},
            control="hooks-active",
        )
        for key, text in texts.items()
    )
    return member_setting_stacks(
        landscape,
        name=HOOKS_FUNCTION,
        function="Function that stores the rules of hooks.",
        description="Rules of hooks, one file for each hook.",
        target=one_account(landscape.role("security")),
        settings=made,
        revert=False,
        after=("hooks-rules",),
    )


def _hooks(landscape: Landscape, settings: HooksSettings) -> Iterator[StackSpec]:
    regions = hook_regions(landscape)
    prefix = logical_names((landscape.prefix,))[landscape.prefix]
    names = logical_names(sorted(settings.hooks))
    exempt = tuple(
        Reference(f"arn:${{AWS::Partition}}:iam::*:role/{name}")
        for name in dict.fromkeys((*_DEPLOYERS, *settings.exempt_roles))
    )
    for key, hook in settings.hooks.items():
        rules = _rules(hook)
        bucket = _bucket(landscape, landscape.account_reference("security"))
        yield StackSpec(
            name=f"hooks-{key}",
            template="protect/hooks/hook",
            description="CloudFormation hook that checks resources before they are created or updated.",
            target=Target(
                accounts=(),
                regions=Regions.GOVERNED,
                only=() if regions == landscape.regions else regions,
                places=target_places(hook.to),
            ),
            context=HookContext(
                prefix=landscape.prefix,
                alias=f"Baseline::{prefix}::{names[key]}",
                refuses=hook.mode == "fail",
                location=Reference(f"s3://{bucket}/{file_name(key, rule_file(rules))}"),
                types=tuple(sorted({name for rule in rules for name in rule.types})),
                exempt=exempt,
                whole=ROOT in hook.to,
            ),
            parameters=organization_only(landscape, "SecurityAccountId"),
            depends_on=("hooks-role", HOOKS_FUNCTION),
            tagged=False,
        )


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("hooks", HooksSettings)
    yield from hooks_problems(landscape, settings)
    if landscape.standalone or not uses_hooks(landscape):
        return
    on = {item.id for item, _ in active(landscape)} if landscape.is_on("guardrails") else set()
    if _PROTECTING not in on:
        yield Problem(
            path=("hooks",),
            message=f"the guardrail {_PROTECTING} is off: administrators of an account can turn its hooks off",
            fix=f"turn on guardrails.rules.{_PROTECTING}",
            severity=Severity.WARNING,
        )


CAPABILITY = Capability(
    name="hooks",
    title="CloudFormation hooks",
    summary="Checks of resources against rules before CloudFormation creates or updates them.",
    settings=HooksSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    unsupported=lambda landscape: tuple(unsupported_here(landscape, landscape.settings("hooks", HooksSettings))),
    is_asked=lambda settings: isinstance(settings, HooksSettings) and bool(settings.hooks),
    since="2026.12",
)
