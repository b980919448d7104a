"""Organization policies that limit all accounts, checked for lock-outs before they are written."""

import json
from collections.abc import Iterator, Mapping

from baseline.aws.partitions import Presence, presence
from baseline.capabilities.capability import Capability, StackSpec, one_account
from baseline.capabilities.delegation import policy_type_by_hand
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import (
    GuardrailPolicy,
    active,
    declaration_of,
    policies_of,
    resolved,
    settings_of,
    wanted,
)
from baseline.capabilities.organization.guardrails.problems import guardrails_problems
from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings
from baseline.capabilities.parameters import PARAMETERS, ParameterDeclaration
from baseline.findings import KeyPath, Problem
from baseline.frozen import frozen
from baseline.policy.check import plain
from baseline.policy.kinds import KINDS
from baseline.policy.text import minified


@frozen
class GuardrailsContext:
    """Context of `guardrails`."""

    policy: GuardrailPolicy


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    """One stack per policy, deployed one after another, after all other stacks.

    After that, no denied action is needed to repair a stack. AWS Organizations accepts two changes per second, and
    CloudFormation fails if policies are created at once
    (github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2245). Kinds that the partition may lack come
    last: if AWS rejects one, everything else is already deployed.
    """
    found: list[StackSpec] = []
    for policy in sorted(policies_of(landscape), key=lambda item: _is_unknown(landscape, item)):
        found.append(
            StackSpec(
                name=policy.key,
                template="organization/guardrails/guardrails",
                description=policy.description,
                target=one_account("management"),
                context=GuardrailsContext(policy=policy),
                parameters=_parameters(landscape, policy),
                depends_on=(found[-1].name,) if found else (),
                after_all=True,
                uncertain=_is_unknown(landscape, policy),
                prerequisites=policy_type_by_hand(landscape, policy.kind),
            )
        )
    return tuple(found)


def _is_unknown(landscape: Landscape, policy: GuardrailPolicy) -> bool:
    return presence(policy.kind, landscape.partition) is Presence.UNKNOWN


def _parameters(landscape: Landscape, policy: GuardrailPolicy) -> tuple[ParameterDeclaration, ...]:
    """The parameters with the ids of the policy's targets, and the parameters that its content names."""
    text = minified(plain(policy.content))
    named = (item for name, item in PARAMETERS.items() if f"${{{name}}}" in text)
    found = (*(declaration_of(landscape, place) for place in policy.places), *named)
    return tuple({item.name: item for item in found}.values())


def _documents(landscape: Landscape) -> Mapping[str, str]:
    """Every policy in a readable form, and in the form that AWS Organizations receives.

    If an id is unknown, there is only `<policy>.incomplete.json`: IAM would read its `${Name}` as a policy variable,
    so it must not be pasted into a console.
    """
    texts: dict[str, str] = {}
    for item in policies_of(landscape):
        text = resolved(landscape, item.content)
        file = f"policies/{landscape.prefix}-{item.key}"
        readable = f"{json.dumps(json.loads(text), indent=2, ensure_ascii=False)}\n"
        if any(f"${{{name}}}" in text for name in PARAMETERS):
            texts[f"{file}.incomplete.json"] = readable
        else:
            texts |= {f"{file}.json": readable, f"{file}.min.json": text}
    return texts


def _policy_types(landscape: Landscape) -> tuple[str, ...]:
    """The policy types that the enabled guardrails and the profile's own policies need."""
    if landscape.standalone:
        return ()
    own = (item.type for item in settings_of(landscape).policies)
    used = {guardrail.type for guardrail, _ in active(landscape)} | set(own)
    return tuple(kind for kind in KINDS if kind in used)


def _absent_types(landscape: Landscape) -> Iterator[Problem]:
    """Guardrails and policies that are left out because the partition does not have their policy type."""
    if landscape.standalone:
        return
    named: list[tuple[KeyPath, str, str]] = [
        *((("rules", item.id), item.type, item.id) for item, _ in wanted(landscape)),
        *((("policies", i, "type"), own.type, own.file) for i, own in enumerate(settings_of(landscape).policies)),
    ]
    for setting, kind, name in named:
        if presence(kind, landscape.partition) is Presence.ABSENT:
            yield Problem(
                path=setting,
                message=f"{name} is left out: {landscape.partition} has no policies of the type {kind}",
                fix="switch it off for this profile with a reason, or remove it",
            )


def _unsupported(landscape: Landscape) -> Iterator[Problem]:
    """Features that the partition lacks, and single-Region services in a Region that the Region deny covers."""
    yield from _absent_types(landscape)
    allowed = (*landscape.regions, *settings_of(landscape).allowed_regions)
    denied = not landscape.standalone and any(item.id == "regions" for item, _ in active(landscape))
    if denied and landscape.partition == "aws" and "us-east-1" not in allowed:
        yield Problem(
            path=("allowed_regions",),
            message="the guardrail regions denies us-east-1, the only Region for certificates and standard logs of "
            "CloudFront, for Lambda@Edge, and for metrics of CloudFront, Route 53 and billing",
            fix="add us-east-1 to allowed_regions if an account uses them",
        )


CAPABILITY = Capability(
    name="guardrails",
    title="Guardrails",
    summary="Organization policies: what no account can do, whatever its own policies allow.",
    settings=GuardrailsSettings,
    needs_organization=True,
    stacks=_stacks,
    problems=guardrails_problems,
    unsupported=lambda landscape: tuple(_unsupported(landscape)),
    policy_types=_policy_types,
    documents=_documents,
)
