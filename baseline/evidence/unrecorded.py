"""Detectors without results, because AWS Config does not record their resource types."""

from collections.abc import Iterator, Sequence

from baseline.aws.config_rules import config_rule
from baseline.aws.security_hub import control_ids
from baseline.controls.control import controls
from baseline.policy.document import text_of
from baseline.validate.look import values_at
from baseline.validate.subject import Resource, Subject

_EXCLUDED = "RecordingGroup/ExclusionByResourceTypes/ResourceTypes"
_SERVICES = {
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elb",
    "elasticsearch": "es",
    "certificatemanager": "acm",
    "amazonmq": "mq",
}
"""Service in a resource type → service in the ids of Security Hub's controls, where they differ in more than case."""


def unrecorded_types(subjects: Sequence[Subject]) -> frozenset[str]:
    """Resource types that some recorder excludes in every Region.

    IAM types are recorded in one Region; types that only the other Regions exclude are recorded.
    """
    recorders = (item for subject in subjects for item in subject.of_type("AWS::Config::ConfigurationRecorder"))
    return frozenset(name for recorder in recorders for name in _excluded(recorder))


def _excluded(recorder: Resource) -> frozenset[str]:
    lists = [frozenset(map(text_of, value)) for _, value in values_at(recorder.properties, _EXCLUDED)]
    return frozenset.intersection(*lists) if lists else frozenset()


def silent_controls(types: frozenset[str]) -> frozenset[str]:
    """Ids of controls whose AWS Config rules evaluate a resource type that is not recorded."""
    return frozenset(
        item.id
        for item in controls().values()
        if item.detectors.config and item.id.startswith("config-rule-") and _is_silent(item.detectors.config, types)
    )


def silent_hub_controls(types: frozenset[str]) -> frozenset[str]:
    """Ids of Security Hub controls that cannot evaluate a type that is not recorded.

    If the Config rule of a control is known, its resource types decide. Otherwise every control of the type's service
    is included, as nothing proves that it is evaluated.
    """
    services = {_service(name) for name in types}
    known = dict(_rules_by_hub_control())
    return frozenset(
        name
        for name in control_ids()
        if (_is_silent(known[name], types) if name in known else name.partition(".")[0].casefold() in services)
    )


def _service(resource_type: str) -> str:
    name = resource_type.split("::")[1].casefold()
    return _SERVICES.get(name, name)


def _rules_by_hub_control() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Security Hub control → equivalent managed rules, from the controls that name both."""
    for item in controls().values():
        if item.id.startswith("config-rule-") and item.detectors.config:
            yield from ((name, item.detectors.config) for name in item.detectors.security_hub)


def _is_silent(rules: tuple[str, ...], types: frozenset[str]) -> bool:
    found = [config_rule(name) for name in rules]
    return any(rule is not None and not types.isdisjoint(rule.resource_types) for rule in found)
