"""What a profile may not say about guardrails."""

from collections.abc import Iterator
from difflib import get_close_matches

from baseline.aws.iam_actions import matching_actions, nearest_action
from baseline.aws.regions import REGIONS
from baseline.capabilities.capability import SettingProblem
from baseline.capabilities.guardrails_settings import GuardrailsSettings
from baseline.capabilities.landscape import Landscape
from baseline.controls.guardrail import guardrails


def guardrails_problems(landscape: Landscape, settings: GuardrailsSettings) -> Iterator[SettingProblem]:
    """Everything that is wrong beside another value."""
    yield from _rule_problems(landscape, settings)
    for setting, units in (("sandbox_units", settings.sandbox_units), ("quarantine_units", settings.quarantine_units)):
        for index, unit in enumerate(units):
            if unit not in landscape.ous:
                yield _unknown(f"{setting}.{index}", unit, (*landscape.ous,))
    if settings.stage == "sandbox" and not settings.sandbox_units:
        yield SettingProblem(
            setting="stage",
            message="the stage sandbox has no units to try the policies in",
            fix="name them under sandbox_units",
        )
    yield from _region_problems(settings)


def _region_problems(settings: GuardrailsSettings) -> Iterator[SettingProblem]:
    for index, region in enumerate(settings.allowed_regions):
        if region not in REGIONS:
            yield _unknown(f"allowed_regions.{index}", region, tuple(REGIONS))
    for index, action in enumerate(settings.global_actions):
        if not matching_actions(action):
            nearest = nearest_action(action)
            yield SettingProblem(
                setting=f"global_actions.{index}",
                message=f"no action is {action}",
                fix=f"did you mean {nearest}?" if nearest else "look it up in the service authorization reference",
            )


def _rule_problems(landscape: Landscape, settings: GuardrailsSettings) -> Iterator[SettingProblem]:
    places = ("root", *landscape.ous, *landscape.accounts)
    for name, change in settings.rules.items():
        if name not in guardrails():
            yield _unknown(f"rules.{name}", name, tuple(guardrails()))
            continue
        guardrail = guardrails()[name]
        if change.enabled is False and landscape.tier in guardrail.tiers and not change.reason:
            yield SettingProblem(
                setting=f"rules.{name}.enabled",
                message=f"{name} is off although the tier {landscape.tier} has it",
                fix="say why under reason, or leave it on",
            )
        for index, target in enumerate(change.to):
            if target not in places:
                yield _unknown(f"rules.{name}.to.{index}", target, places)
            elif target == "management":
                yield SettingProblem(
                    setting=f"rules.{name}.to.{index}",
                    message="service control policies do not hold in the management account",
                    fix="remove it; have no workloads there",
                )


def _unknown(setting: str, name: str, known: tuple[str, ...]) -> SettingProblem:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    fix = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
    return SettingProblem(setting=setting, message=f"there is no {name}", fix=fix)
