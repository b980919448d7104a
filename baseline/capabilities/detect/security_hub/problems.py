"""Problems of Security Hub settings."""

from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.aws.security_hub import control_ids, has_control, nearest_control, standards
from baseline.capabilities.detect.security_hub.parameters import parameter_problems
from baseline.capabilities.detect.security_hub.settings import SecurityHubSettings, UnitPolicy
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.overrides import nearest_override
from baseline.findings import KeyPath, Problem, Severity

OWN_RULE = "log-archive"
"""The baseline's own automation rule."""
OWN_POLICY = "organization"
"""The baseline's own configuration policy, at the root."""


def disabled_rule(control: str) -> str:
    """The name of the rule that suppresses a disabled control's findings without central configuration."""
    return f"disabled-{control.lower().replace('.', '-')}"


def security_hub_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    yield from _control_problems(settings)
    yield from parameter_problems(settings)
    yield from _policy_problems(landscape, settings)
    yield from _administration_problems(landscape, settings)
    yield from _name_problems(landscape, settings)
    yield from _count_problems(landscape, settings)
    if not landscape.is_on("config"):
        yield Problem(
            path=("standards",),
            message="config is off: most controls evaluate resources that AWS Config records",
            fix="turn config on, with `recorder: existing` if another tool records, or make sure that another tool "
            "records",
            fallback=(("capabilities", "config"),),
            severity=Severity.WARNING,
        )


def missing_in_regions(
    landscape: Landscape, settings: SecurityHubSettings, chosen: tuple[str, ...]
) -> Iterator[Problem]:
    """Standards and controls that a governed Region lacks, and findings without notification."""
    tells = settings.notify and landscape.is_on("notifications")
    if tells and len(landscape.regions) > 1 and not can_aggregate(landscape):
        yield Problem(
            path=("notify",),
            message=f"{landscape.home_region} is an opt-in Region: findings of other Regions cannot be aggregated "
            "there",
            fix="findings of the home Region are reported; view those of other Regions in their consoles, or choose "
            "another home Region",
        )
    for name in chosen:
        missing = [region for region in landscape.regions if region in standards()[name].missing]
        if missing:
            yield Problem(
                path=("standards",),
                message=f"{standards()[name].title} does not exist in {', '.join(missing)}",
                fix="it applies in the other Regions",
            )
    yield from _missing_controls(landscape, settings)


def _missing_controls(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[Problem]:
    """Configured controls that a Region lacks.

    A configuration policy skips them there and applies the other controls (Security Hub CSPM user guide, How
    configuration policies work).
    """
    for place, control in _configured_controls(settings):
        if control not in control_ids():
            continue
        missing = [region for region in landscape.regions if not has_control(control, region)]
        if missing:
            everywhere = len(missing) == len(landscape.regions)
            yield Problem(
                path=place,
                message=f"Security Hub has no {control} in {', '.join(missing)}",
                fix="leave it out: it has no effect" if everywhere else "it applies in the other Regions",
            )


def _configured_controls(settings: SecurityHubSettings) -> list[tuple[KeyPath, str]]:
    """Place and id of each control that is disabled or has parameters."""
    named: list[tuple[KeyPath, str]] = [
        (("disabled_controls", n, "control"), item.control) for n, item in enumerate(settings.disabled_controls)
    ]
    named += [(("parameters", n, "control"), item.control) for n, item in enumerate(settings.parameters)]
    for n, policy in enumerate(settings.policies):
        named += [
            (("policies", n, "disabled_controls", m, "control"), item.control)
            for m, item in enumerate(policy.disabled_controls)
        ]
    return named


def _control_problems(settings: SecurityHubSettings) -> Iterator[Problem]:
    named = _configured_controls(settings)
    for n, rule in enumerate(settings.accepted_findings):
        named += [(("accepted_findings", n, "controls", m), control) for m, control in enumerate(rule.controls)]
    for place, control in named:
        if control not in control_ids():
            nearest = nearest_control(control)
            yield Problem(
                path=place,
                message=f"Security Hub has no control {control}",
                fix=f"did you mean {nearest}?" if nearest else "look it up in the control reference of its user guide",
            )


def _policy_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[Problem]:
    if settings.policies and not is_central(landscape):
        yield Problem(
            path=("policies",),
            message="there is no central configuration: it needs an organization, a second governed Region, and a home "
            "Region that needs no opt-in",
            fix="remove them, or change the Regions",
        )
    seen: set[str] = set()
    for index, policy in enumerate(settings.policies):
        yield from _state_problems(index, policy)
        for number, target in enumerate(policy.to):
            place = ("policies", index, "to", number)
            if target in seen:
                yield Problem(
                    path=place, message=f"{target} has two policies", fix="a unit or account has at most one policy"
                )
            seen.add(target)


def _state_problems(index: int, policy: UnitPolicy) -> Iterator[Problem]:
    """Keys that do not fit the state of a policy."""
    path, is_enabled = ("policies", index), policy.state == "enabled"
    if is_enabled and not policy.standards:
        yield Problem(
            path=(*path, "standards"),
            message=f"{policy.name} has no standards: AWS requires them in a policy that enables Security Hub",
            fix="add standards, or write `state: disabled` with a reason",
            fallback=(path,),
        )
    for name in ("reason",) if is_enabled else ("standards", "disabled_controls"):
        if getattr(policy, name):
            yield Problem(
                path=(*path, name), message=f"{name} has no effect: {policy.name} is {policy.state}", fix="remove it"
            )


def _administration_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[Problem]:
    """Policies that would turn Security Hub off where it must be on.

    Source: Security Hub API reference, DisableSecurityHub: not in an account that is the administrator. The management
    account is enabled by the settings function.
    """
    for role in ("security", "management") if settings.policies and not landscape.standalone else ():
        account = landscape.role(role)
        if account not in landscape.accounts:
            continue  # the profile lacks it, which is a problem of its own
        policy = nearest_override(landscape, settings.policies, account)
        if policy is not None and policy.state == "disabled":
            why = "it administers Security Hub" if role == "security" else "organization-settings turns it on there"
            yield Problem(
                path=("policies", settings.policies.index(policy), "to"),
                message=f"Security Hub cannot be disabled in the {role} account: {why}",
                fix=f"name places without {account}, or give it a policy with standards",
            )


def _name_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[Problem]:
    disabled = () if is_central(landscape) else (disabled_rule(item.control) for item in settings.disabled_controls)
    for setting, names, ours in (
        ("policies", [item.name for item in settings.policies], {OWN_POLICY}),
        ("accepted_findings", [item.name for item in settings.accepted_findings], {OWN_RULE, *disabled}),
    ):
        for index, name in enumerate(names):
            if name in ours or names.count(name) > 1:
                taken = "is the baseline's own" if name in ours else "is given twice"
                yield Problem(path=(setting, index, "name"), message=f"{name} {taken}", fix="choose another")


def _count_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[Problem]:
    rules = len(settings.accepted_findings) + landscape.is_on("log_archive")
    rules += 0 if is_central(landscape) else len(settings.disabled_controls)
    for setting, count, most in (
        (
            "policies",
            sum(item.state != "self_managed" for item in settings.policies) + 1,
            quota("security_hub.configuration_policies"),
        ),
        ("accepted_findings", rules, quota("security_hub.automation_rules")),
    ):
        if count > most:
            yield Problem(
                path=(setting,), message=f"{count} including the baseline's: AWS allows {most}", fix="merge some"
            )


def can_aggregate(landscape: Landscape) -> bool:
    """Whether findings of other Regions are aggregated in the home Region.

    Source: Security Hub CSPM user guide, Cross-Region aggregation: a Region that is disabled by default cannot receive
    findings. Without a linked Region, CloudFormation's finding aggregator has no suitable mode.
    """
    return len(landscape.regions) > 1 and landscape.home_region not in landscape.opt_in_regions


def is_central(landscape: Landscape) -> bool:
    """Whether one account configures all others. It needs aggregation (user guide, Enabling central configuration)."""
    return not landscape.standalone and can_aggregate(landscape)
