"""What no account can do, whatever its own policies allow: service control policies."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from baseline.aws.global_actions import global_actions
from baseline.aws.quotas import quota
from baseline.capabilities.capability import Capability, SettingProblem, StackSpec, one_account
from baseline.capabilities.delegation import policy_type_by_hand
from baseline.capabilities.guardrails_problems import guardrails_problems
from baseline.capabilities.guardrails_settings import GuardrailChange, GuardrailsSettings
from baseline.capabilities.guardrails_statements import statements_of
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import PARAMETERS, ParameterDeclaration, account_parameter, ou_parameter
from baseline.controls.guardrail import GROUPS, Guardrail, guardrails
from baseline.policy.pack import packed
from baseline.policy.text import document_of, minified

_TYPE = "SERVICE_CONTROL_POLICY"


@dataclass(frozen=True, kw_only=True)
class GuardrailPolicy:
    """One policy. `guardrails` are those that it has, `places` where it is attached: `root`, units and accounts.

    `targets` are the parameters that carry the ids of its places.
    """

    logical_id: str
    name: str
    description: str
    guardrails: tuple[str, ...]
    places: tuple[str, ...]
    targets: tuple[str, ...]
    content: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class GuardrailsContext:
    """Context of `guardrails`."""

    policies: tuple[GuardrailPolicy, ...]


def deployers(landscape: Landscape) -> tuple[str, ...]:
    """ARNs of who deploys the baseline into member accounts, and of who comes when nothing else works.

    Sources: CloudFormation user guide, StackSets and service-linked roles (`stacksets-exec-…`); AWS Control Tower user
    guide, How AWS Control Tower works with roles.
    """
    names = (
        "AWSControlTowerExecution",
        "stacksets-exec-*",
        f"{landscape.prefix}-account-settings*",
        f"{landscape.prefix}-break-glass",
    )
    return tuple(f"arn:aws:iam::*:role/{name}" for name in names)


def active(landscape: Landscape, settings: GuardrailsSettings) -> Iterator[tuple[Guardrail, GuardrailChange]]:
    """The guardrails that are on, each with what the profile changes about it."""
    for guardrail in guardrails().values():
        change = settings.rules.get(guardrail.id, GuardrailChange())
        on = landscape.tier in guardrail.tiers if change.enabled is None else change.enabled
        if on and targets_of(landscape, settings, guardrail, change):
            yield guardrail, change


def targets_of(
    landscape: Landscape, settings: GuardrailsSettings, guardrail: Guardrail, change: GuardrailChange
) -> tuple[str, ...]:
    """Where it belongs: `root`, paths of units and keys of accounts."""
    if change.to:
        return tuple(dict.fromkeys(change.to))
    if guardrail.to == "security":
        units = (landscape.accounts[key].ou for key in ("log_archive", "security") if key in landscape.accounts)
        return tuple(dict.fromkeys(unit if unit and unit in landscape.ous else "root" for unit in units))
    if guardrail.to == "quarantine":
        return tuple(settings.quarantine_units)
    if guardrail.to == "suspended":
        return tuple(path for path in sorted(landscape.suspended) if path.rpartition("/")[0] not in landscape.suspended)
    return ("root",)


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    """A stack for each group, one after the other: AWS Organizations takes two changes a second."""
    if landscape.standalone:
        return ()
    settings = landscape.settings("guardrails", GuardrailsSettings)
    declared = _declarations(landscape, settings)
    found: list[StackSpec] = []
    for group, policies in _by_group(landscape, settings).items():
        parameters = {name: None for policy in policies for name in (*policy.targets, *_named(policy))}
        found.append(
            StackSpec(
                name=f"guardrails-{group}",
                template="guardrails",
                description=GROUPS[group],
                target=one_account("management"),
                context=GuardrailsContext(policies=policies),
                parameters=tuple(declared[name] for name in parameters),
                depends_on=(found[-1].name,) if found else (),
                prerequisites=policy_type_by_hand(landscape, _TYPE),
            )
        )
    return tuple(found)


def _named(policy: GuardrailPolicy) -> tuple[str, ...]:
    """The parameters that its content names."""
    return tuple(name for name in PARAMETERS if f"${{{name}}}" in minified(policy.content))


def resolved(landscape: Landscape, policy: GuardrailPolicy) -> str:
    """Its document as AWS Organizations gets it; a parameter whose value nobody knows yet stays `${Name}`."""
    text = minified(policy.content).replace("${AWS::Partition}", landscape.partition)
    for name in _named(policy):
        text = text.replace(f"${{{name}}}", PARAMETERS[name].value(landscape) or f"${{{name}}}")
    return text


def policies_of(landscape: Landscape) -> tuple[GuardrailPolicy, ...]:
    """Every policy, in the order of deployment; none where the capability is off or there is no organization."""
    if landscape.standalone or not landscape.is_on("guardrails"):
        return ()
    groups = _by_group(landscape, landscape.settings("guardrails", GuardrailsSettings))
    return tuple(policy for policies in groups.values() for policy in policies)


def _by_group(landscape: Landscape, settings: GuardrailsSettings) -> Mapping[str, tuple[GuardrailPolicy, ...]]:
    together: dict[str, dict[tuple[str, ...], list[tuple[Guardrail, tuple[Mapping[str, Any], ...]]]]] = {}
    for guardrail, change in active(landscape, settings):
        targets = targets_of(landscape, settings, guardrail, change)
        statements = statements_of(
            guardrail, _words(landscape, settings), _exempt(landscape, settings, guardrail, change)
        )
        together.setdefault(guardrail.group, {}).setdefault(targets, []).append((guardrail, statements))
    return {
        group: tuple(_policies(landscape, settings, group, together[group])) for group in GROUPS if group in together
    }


def _policies(
    landscape: Landscape,
    settings: GuardrailsSettings,
    group: str,
    by_target: Mapping[tuple[str, ...], list[tuple[Guardrail, tuple[Mapping[str, Any], ...]]]],
) -> Iterator[GuardrailPolicy]:
    number = 0
    for targets, members in by_target.items():
        places = {"audit": (), "sandbox": tuple(settings.sandbox_units), "all": targets}[settings.stage]
        owners = {item["Sid"]: guardrail.id for guardrail, statements in members for item in statements}
        every = [item for _, statements in members for item in statements]
        for statements in packed(every, quota("organizations.scp_characters")):
            number += 1
            suffix = "" if number == 1 else f"-{number}"
            yield GuardrailPolicy(
                logical_id=f"Policy{number}",
                name=f"{landscape.prefix}-guardrails-{group}{suffix}",
                description=GROUPS[group],
                guardrails=tuple(dict.fromkeys(owners[item["Sid"]] for item in statements)),
                places=places,
                targets=tuple(_declaration(landscape, place).name for place in places),
                content=document_of(statements),
            )


def _documents(landscape: Landscape) -> Mapping[str, str]:
    """Every policy as one reads it, and as AWS Organizations gets it."""
    texts: dict[str, str] = {}
    for item in policies_of(landscape):
        minified_text = resolved(landscape, item)
        readable = json.dumps(json.loads(minified_text), indent=2, ensure_ascii=False)
        texts[f"policies/{item.name}.json"] = f"{readable}\n"
        texts[f"policies/{item.name}.min.json"] = minified_text
    return texts


def _declaration(landscape: Landscape, target: str) -> ParameterDeclaration:
    if target == "root":
        return PARAMETERS["OrganizationRootId"]
    return account_parameter(landscape, target) if target in landscape.accounts else ou_parameter(landscape, target)


def _declarations(landscape: Landscape, settings: GuardrailsSettings) -> Mapping[str, ParameterDeclaration]:
    """The parameters of every place that anything may be attached to."""
    places = {target for pair in active(landscape, settings) for target in targets_of(landscape, settings, *pair)}
    found = (_declaration(landscape, target) for target in {*places, *settings.sandbox_units, "log_archive"})
    return {item.name: item for item in found}


def _words(landscape: Landscape, settings: GuardrailsSettings) -> Mapping[str, str | list[str]]:
    return {
        "<prefix>": landscape.prefix,
        "<log_archive>": landscape.account_reference("log_archive"),
        "<regions>": list(dict.fromkeys((*landscape.regions, *settings.allowed_regions))),
        "<global_actions>": list(dict.fromkeys((*global_actions(), *settings.global_actions))),
    }


def _exempt(
    landscape: Landscape, settings: GuardrailsSettings, guardrail: Guardrail, change: GuardrailChange
) -> tuple[str, ...]:
    own = (f"arn:aws:iam::*:role/{name}" for name in (*settings.exempt_roles, *change.exempt_roles))
    if not guardrail.exempt:
        return tuple(f"arn:aws:iam::*:role/{name}" for name in change.exempt_roles)
    return tuple(dict.fromkeys((*deployers(landscape), *own)))


def _problems(landscape: Landscape) -> tuple[SettingProblem, ...]:
    settings = landscape.settings("guardrails", GuardrailsSettings)
    found = list(guardrails_problems(landscape, settings))
    if found or landscape.standalone:
        return tuple(found)
    attached = Counter(place for item in policies_of(landscape) for place in item.places)
    free = quota("organizations.scps_per_target") - 1 - settings.reserved_slots
    return tuple(
        SettingProblem(
            setting="rules",
            message=f"{count} policies for {name}: {free} fit beside FullAWSAccess and others",
            fix="turn guardrails off there, or have fewer different `to`",
        )
        for name, count in attached.items()
        if count > free
    )


CAPABILITY = Capability(
    name="guardrails",
    title="Guardrails",
    summary="Service control policies: what no account can do, whatever its own policies allow.",
    settings=GuardrailsSettings,
    stacks=_stacks,
    problems=_problems,
    policy_types=(_TYPE,),
    documents=_documents,
)
