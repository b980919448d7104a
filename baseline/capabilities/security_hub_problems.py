"""What a profile may not say about Security Hub."""

from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.aws.security_hub import control_ids, nearest_control, standards
from baseline.capabilities.capability import SettingProblem
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.security_hub_settings import SecurityHubSettings

_KINDS = frozenset({"Boolean", "Double", "Enum", "EnumList", "Integer", "IntegerList", "String", "StringList"})
OWN_RULES = 1
"""Automation rules that the baseline brings itself."""


def security_hub_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[SettingProblem]:
    """Everything that is wrong beside another value."""
    yield from _control_problems(settings)
    yield from _parameter_problems(settings)
    yield from _policy_problems(landscape, settings)
    yield from _count_problems(settings)


def missing_standards(landscape: Landscape, chosen: tuple[str, ...]) -> Iterator[SettingProblem]:
    """Standards that a governed Region lacks."""
    for name in chosen:
        missing = [region for region in landscape.regions if region in standards()[name].missing]
        if missing:
            yield SettingProblem(
                setting="standards",
                message=f"{standards()[name].title} does not exist in {', '.join(missing)}",
                fix="it applies in the other Regions",
            )


def _control_problems(settings: SecurityHubSettings) -> Iterator[SettingProblem]:
    named = [(f"disabled_controls.{n}.control", item.control) for n, item in enumerate(settings.disabled_controls)]
    named += [(f"parameters.{n}.control", item.control) for n, item in enumerate(settings.parameters)]
    for n, policy in enumerate(settings.policies):
        named += [
            (f"policies.{n}.disabled_controls.{m}.control", item.control)
            for m, item in enumerate(policy.disabled_controls)
        ]
    for n, rule in enumerate(settings.accepted_findings):
        named += [(f"accepted_findings.{n}.controls.{m}", control) for m, control in enumerate(rule.controls)]
    for place, control in named:
        if control not in control_ids():
            nearest = nearest_control(control)
            yield SettingProblem(
                setting=place,
                message=f"Security Hub has no control {control}",
                fix=f"did you mean {nearest}?" if nearest else "look it up in the control reference of its user guide",
            )


def _parameter_problems(settings: SecurityHubSettings) -> Iterator[SettingProblem]:
    for index, item in enumerate(settings.parameters):
        for name, value in item.parameters.items():
            if len(value) != 1 or not set(value) <= _KINDS:
                yield SettingProblem(
                    setting=f"parameters.{index}.parameters.{name}",
                    message=f"its value has the kinds {', '.join(value) or 'none'}",
                    fix=f"give one of {', '.join(sorted(_KINDS))}",
                )


def _policy_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[SettingProblem]:
    if settings.policies and not is_central(landscape):
        yield SettingProblem(
            setting="policies",
            message="there is no central configuration: it needs an organization, a second governed Region, and a home "
            "Region that nobody opts in to",
            fix="remove them, or change the Regions",
        )
    seen: set[str] = set()
    for index, policy in enumerate(settings.policies):
        for number, target in enumerate(policy.to):
            place = f"policies.{index}.to.{number}"
            if target not in landscape.ous and target not in landscape.accounts:
                yield SettingProblem(
                    setting=place,
                    message=f"there is no unit or account {target}",
                    fix=f"known: {', '.join((*landscape.ous, *landscape.accounts))}",
                )
            if target in seen:
                yield SettingProblem(
                    setting=place, message=f"{target} has two policies", fix="a unit or account takes one"
                )
            seen.add(target)


def _count_problems(settings: SecurityHubSettings) -> Iterator[SettingProblem]:
    for setting, names in (
        ("policies", [item.name for item in settings.policies]),
        ("accepted_findings", [item.name for item in settings.accepted_findings]),
    ):
        for index, name in enumerate(names):
            if names.count(name) > 1:
                yield SettingProblem(
                    setting=f"{setting}.{index}.name", message=f"{name} is given twice", fix="choose another"
                )
    for setting, count, most in (
        ("policies", len(settings.policies) + 1, quota("security_hub.configuration_policies")),
        ("accepted_findings", len(settings.accepted_findings) + OWN_RULES, quota("security_hub.automation_rules")),
    ):
        if count > most:
            yield SettingProblem(setting=setting, message=f"{count} with ours: AWS takes {most}", fix="join some")


def is_central(landscape: Landscape) -> bool:
    """Whether one account configures all others.

    Source: Security Hub CSPM user guide, Enabling central configuration: the home Region cannot be one to opt in to.
    Without a linked Region CloudFormation's finding aggregator has no mode that fits.
    """
    return (
        not landscape.standalone
        and len(landscape.regions) > 1
        and landscape.home_region not in landscape.opt_in_regions
    )
