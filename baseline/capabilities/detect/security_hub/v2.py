"""Security Hub as AWS has offered it since 2025 (`HubV2`): policies by place, aggregation, rules, connectors, notices.

The administrator's hub comes first, because aggregation and rules need a hub before a policy takes effect.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from baseline.aws.availability import is_available, regions_with
from baseline.capabilities.account_names import adds_account_names
from baseline.capabilities.capability import Regions, StackSpec, Target, every_account, one_account
from baseline.capabilities.custom_setting import CustomSetting, linked_role, service_id
from baseline.capabilities.delegation import linked_role_by_hand, policy_type_by_hand
from baseline.capabilities.detect.security_hub.notices import named_notices, names_dependency
from baseline.capabilities.detect.security_hub.settings import SecurityHubSettings
from baseline.capabilities.detect.security_hub.v2_settings import AcceptedFinding, Connector, SecurityHubV2
from baseline.capabilities.event_forwarding import dead_letter_queue, queue_stacks
from baseline.capabilities.expiry import until
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference, portable
from baseline.capabilities.organization.guardrails.policies import active, declaration_of
from baseline.capabilities.parameters import PARAMETERS, logical_names
from baseline.capabilities.service_policies import ServicePoliciesContext, ServicePolicy
from baseline.findings import Problem, Severity
from baseline.frozen import frozen

POLICY_TYPE = "SECURITYHUB_POLICY"
_SAME_POLICY = "security-hub-everywhere"
_SERVICE, _ROLE_OF = "securityhub.amazonaws.com", "securityhubv2.amazonaws.com"
_SEVERITIES = {"critical": 5, "high": 4}
"""Severity → `severity_id` of OCSF; a finding is new with the `status_id` 1 and suppressed with 3."""
_SUPPRESSED = 3


@frozen
class HubV2Context:
    """Context of `hub_v2`: whether the findings of its Regions are aggregated."""

    aggregated: bool


@frozen
class V2Rule:
    """An automation rule: its rank, its conditions, and its effect."""

    logical_id: str
    name: str
    order: int
    reason: str
    criteria: Mapping[str, Any]
    actions: tuple[Mapping[str, Any], ...]


@frozen
class V2Connector:
    """A connector and its provider."""

    logical_id: str
    name: str
    provider: Mapping[str, Any]


@frozen
class V2Notice:
    """An event rule for one severity."""

    logical_id: str
    severity: str
    severity_id: int


@frozen
class V2ConfigurationContext:
    """Context of `configuration_v2`."""

    prefix: str
    linked_regions: tuple[str, ...]
    connectors: tuple[V2Connector, ...]
    rules: tuple[V2Rule, ...]
    notices: tuple[V2Notice, ...]
    named: bool
    queue: Reference | None


def v2_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions in which CloudFormation supports the hub, or may support it."""
    return regions_with(landscape.regions, "AWS::SecurityHub::HubV2")


def v2_of(landscape: Landscape) -> SecurityHubV2 | None:
    """The settings of `v2`, if the profile accepts the price and the home Region supports the service."""
    found = landscape.settings("security_hub", SecurityHubSettings).v2
    asked = found is not None and found.accepts_billing and landscape.home_region in v2_regions(landscape)
    return found if asked else None


def notifies_by_v2(landscape: Landscape) -> bool:
    """Whether Security Hub sends the notices, so that Security Hub CSPM sends none."""
    found = v2_of(landscape)
    return found is not None and found.notify


def v2_policy_types(landscape: Landscape) -> tuple[str, ...]:
    """The policy type that the plan needs."""
    return (POLICY_TYPE,) if v2_of(landscape) and not landscape.standalone else ()


def v2_stacks(landscape: Landscape, after: str) -> tuple[StackSpec, ...]:
    """The stacks, after the stack of Security Hub CSPM."""
    settings = v2_of(landscape)
    if settings is None:
        return ()
    regions = v2_regions(landscape)
    only = () if regions == landscape.regions else regions
    accounts = () if landscape.standalone else ("security",)
    hub = StackSpec(
        name="security-hub-v2",
        template="detect/security_hub/hub_v2",
        description="Security Hub in its administrator account.",
        target=Target(accounts=accounts, regions=Regions.GOVERNED, only=only),
        context=HubV2Context(aggregated=bool(_linked_regions(landscape))),
        depends_on=(after,),
    )
    policies = () if landscape.standalone else (_policies(landscape, settings),)
    return (hub, *policies, *_configuration(landscape, settings))


def _policies(landscape: Landscape, settings: SecurityHubV2) -> StackSpec:
    """Dependencies that deploy policies one after another: AWS Organizations accepts two policy changes a second."""
    regions = list(v2_regions(landscape))
    on = {"enable_in_regions": {"@@assign": regions}, "disable_in_regions": {"@@assign": []}}
    off = {"enable_in_regions": {"@@assign": []}, "disable_in_regions": {"@@assign": regions}}
    features = {"features": {"network_scanning": on}} if settings.network_scanning else {}
    wanted = [("On", "on", settings.to, {**on, **features}), ("Off", "off", settings.off_in, off)]
    places = dict.fromkeys((*settings.to, *settings.off_in))
    parameters = {place: declaration_of(landscape, place) for place in places}
    found: list[ServicePolicy] = []
    for logical_id, word, to, content in wanted:
        if to:
            found.append(
                ServicePolicy(
                    logical_id=f"{logical_id}Policy",
                    name=f"{landscape.prefix}-security-hub-{word}",
                    after=found[-1].logical_id if found else "",
                    targets=tuple(parameters[place].name for place in dict.fromkeys(to)),
                    controls=("security-hub-v2",) if word == "on" and "root" in to else (),
                    content={"securityhub": content},
                )
            )
    return StackSpec(
        name="security-hub-v2-policies",
        template="policies/service",
        description="Organization policies: where Security Hub is on.",
        target=one_account("management"),
        context=ServicePoliciesContext(
            type=POLICY_TYPE,
            syntax="security_hub",
            description="Enables or disables Security Hub in its targets.",
            purpose="Enables or disables Security Hub in every account below its targets, new ones included.",
            policies=tuple(found),
        ),
        parameters=tuple({item.name: item for item in parameters.values()}.values()),
        depends_on=("security-hub-v2",),
        prerequisites=(*policy_type_by_hand(landscape, POLICY_TYPE), *linked_role_by_hand(landscape, _ROLE_OF)),
    )


def _configuration(landscape: Landscape, settings: SecurityHubV2) -> Iterator[StackSpec]:
    linked = _linked_regions(landscape)
    notify = settings.notify and landscape.is_on("notifications")
    where = every_account(Regions.HOME) if landscape.standalone else one_account("security")
    context = V2ConfigurationContext(
        prefix=landscape.prefix,
        linked_regions=linked,
        connectors=tuple(_connectors(landscape, settings)) if linked else (),
        rules=tuple(_rules(landscape, settings)) if linked else (),
        notices=tuple(
            V2Notice(logical_id=f"{name.capitalize()}Findings", severity=name, severity_id=number)
            for name, number in (_SEVERITIES.items() if notify else ())
        ),
        named=adds_account_names(landscape),
        queue=dead_letter_queue(landscape, THIS_ACCOUNT) if notify else None,
    )
    if context.linked_regions or context.notices:
        yield StackSpec(
            name="security-hub-v2-configuration",
            template="detect/security_hub/configuration_v2",
            description="Security Hub's aggregation, rules, connectors and notifications.",
            target=where,
            context=context,
            depends_on=(
                "security-hub-v2",
                *(("notifications", *queue_stacks(landscape, where), *names_dependency(landscape)) if notify else ()),
            ),
        )
        if notify:
            yield from named_notices(landscape)


def _linked_regions(landscape: Landscape) -> tuple[str, ...]:
    """The Regions whose findings are sent to the home Region.

    Without a linked Region there is no aggregator, as CloudFormation's `LinkedRegions` requires one; without an
    aggregator AWS creates neither rules nor connectors (Terraform's aws_securityhub_automation_rule_v2).
    """
    kind = "AWS::SecurityHub::AggregatorV2"
    if is_available(kind, landscape.home_region) is False:
        return ()
    others = (name for name in v2_regions(landscape) if name != landscape.home_region)
    return regions_with(others, kind)


def _connectors(landscape: Landscape, settings: SecurityHubV2) -> Iterator[V2Connector]:
    names = logical_names(sorted(settings.connectors))
    for key, item in settings.connectors.items():
        yield V2Connector(
            logical_id=f"{names[key]}Connector", name=f"{landscape.prefix}-{key}", provider=_provider(item)
        )


def _provider(item: Connector) -> Mapping[str, Any]:
    if item.jira_project:
        return {"JiraCloud": {"ProjectKey": item.jira_project}}
    return {"ServiceNow": {"InstanceName": item.servicenow_instance, "SecretArn": item.secret}}


def _rules(landscape: Landscape, settings: SecurityHubV2) -> Iterator[V2Rule]:
    """The rules, suppressions first, so that accepted findings do not become tickets."""
    names, connectors = logical_names(sorted(settings.accepted_findings)), logical_names(sorted(settings.connectors))
    order = 0
    for order, (key, item) in enumerate(settings.accepted_findings.items(), start=1):
        yield V2Rule(
            logical_id=f"Accept{names[key]}",
            name=f"{landscape.prefix}-{key}",
            order=order,
            reason=item.reason,
            criteria=_criteria(item),
            actions=(
                {
                    "Type": "FINDING_FIELDS_UPDATE",
                    "FindingFieldsUpdate": {"StatusId": _SUPPRESSED, "Comment": item.reason},
                },
            ),
        )
    tickets = [(key, name) for key, item in settings.connectors.items() for name in dict.fromkeys(item.tickets_for)]
    for rank, (key, severity) in enumerate(tickets, start=order + 1):
        number = {"Eq": _SEVERITIES[severity]}
        yield V2Rule(
            logical_id=f"{connectors[key]}{severity.capitalize()}Tickets",
            name=f"{landscape.prefix}-{key}-{severity}",
            order=rank,
            reason=f"Findings of the severity {severity} become tickets in {key}.",
            criteria=_all_of([{"Operator": "AND", "NumberFilters": [_of("vendor_attributes.severity_id", number)]}]),
            actions=(
                {
                    "Type": "EXTERNAL_INTEGRATION",
                    "ExternalIntegrationConfiguration": {
                        "ConnectorArn": {"Fn::GetAtt": [f"{connectors[key]}Connector", "ConnectorArn"]}
                    },
                },
            ),
        )


def _criteria(item: AcceptedFinding) -> Mapping[str, Any]:
    """Values of one condition are alternatives; every condition and the last day must be met."""
    filters: list[Mapping[str, Any]] = []
    for condition in item.conditions:
        texts = [
            _of(condition.field, {"Comparison": comparison, "Value": portable(value)})
            for comparison, values in (("EQUALS", condition.equals), ("PREFIX", condition.prefix))
            for value in values
        ]
        filters.append({"Operator": "OR", "StringFilters": texts})
    if item.expires:
        modified = _of("finding_info.modified_time_dt", until(item.expires))
        filters.append({"Operator": "AND", "DateFilters": [modified]})
    return _all_of(filters)


def _of(field: str, condition: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"FieldName": field, "Filter": condition}


def _all_of(filters: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"OcsfFindingCriteria": {"CompositeOperator": "AND", "CompositeFilters": list(filters)}}


def v2_management_settings(landscape: Landscape) -> tuple[CustomSetting, ...]:
    """The administrator, after trusted access and the service-linked role that a policy of this type needs."""
    if v2_of(landscape) is None or landscape.standalone:
        return ()
    return (
        CustomSetting(
            logical_id="AdministratorSecurityHubV2",
            setting="security-hub-v2-administrator",
            purpose="Lets the security account administer Security Hub for every account.",
            arguments={"AccountId": PARAMETERS["SecurityAccountId"].reference},
            regions=v2_regions(landscape),
            depends_on=(f"TrustedAccess{service_id(_SERVICE)}", linked_role(_ROLE_OF).logical_id),
        ),
    )


def v2_off(settings: SecurityHubSettings) -> tuple[Problem, ...]:
    """Places where a policy turns Security Hub off."""
    places = settings.v2.off_in if settings.v2 else []
    message = f"Security Hub is off in {', '.join(places)}"
    return (Problem(path=("v2", "off_in"), control="security-hub-v2", message=message),) if places else ()


def v2_problems(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[Problem]:
    """Settings that conflict with another value, or that AWS does not support."""
    found = settings.v2
    if found is None:
        return
    if not found.accepts_billing:
        yield Problem(
            path=("v2", "accepts_billing"),
            message="Security Hub bills by resource in every account where it is on, instead of the prices of "
            "Security Hub CSPM, Amazon Inspector and part of Amazon GuardDuty",
            fix="compare both in the AWS Pricing Calculator, then write accepts_billing: true, or remove v2",
        )
    if landscape.home_region not in v2_regions(landscape):
        yield Problem(
            path=("v2",),
            message=f"CloudFormation does not support Security Hub (HubV2) in {landscape.home_region}",
            fix="remove it",
        )
    if landscape.standalone and (found.to != ["root"] or found.off_in):
        yield Problem(path=("v2", "to"), message="there is only one account", fix="remove to and off_in")
    guards = () if landscape.standalone or not landscape.is_on("guardrails") else active(landscape)
    if any(guardrail.id == _SAME_POLICY for guardrail, _ in guards):
        yield Problem(
            path=("v2",),
            message=f"the guardrail {_SAME_POLICY} is on: it is a policy for the same service",
            fix=f"remove guardrails.rules.{_SAME_POLICY}",
            fallback=(("capabilities", "guardrails"),),
        )
    if found.network_scanning and landscape.partition != "aws":
        yield Problem(
            path=("v2", "network_scanning"), message=f"{landscape.partition} has no network scanning", fix="remove it"
        )
    yield from _aggregator_problems(landscape, found)
    yield from _item_problems(landscape, found)


def _aggregator_problems(landscape: Landscape, found: SecurityHubV2) -> Iterator[Problem]:
    for name in ("accepted_findings", "connectors") if not _linked_regions(landscape) else ():
        if getattr(found, name):
            yield Problem(
                path=("v2", name),
                message="AWS accepts them only where an aggregator exists, and that needs a second governed Region "
                "with Security Hub",
                fix="add a Region to organization.regions, or remove them",
            )


def _item_problems(landscape: Landscape, found: SecurityHubV2) -> Iterator[Problem]:
    for key, accepted in found.accepted_findings.items():
        for index, condition in enumerate(accepted.conditions):
            if not 1 <= len(condition.equals) + len(condition.prefix) <= 20:
                yield Problem(
                    path=("v2", "accepted_findings", key, "conditions", index),
                    message=f"{condition.field} needs 1 to 20 values",
                    fix="set equals or prefix, and split many values between several entries",
                )
    for key, item in found.connectors.items():
        service_now = bool(item.servicenow_instance)
        if bool(item.jira_project) == service_now or service_now != bool(item.secret):
            yield Problem(
                path=("v2", "connectors", key),
                message="a connector needs either a Jira project, or a ServiceNow instance and its secret",
                fix="write jira_project, or servicenow_instance and secret",
            )
    if found.connectors and is_available("AWS::SecurityHub::ConnectorV2", landscape.home_region) is False:
        yield Problem(
            path=("v2", "connectors"),
            message=f"CloudFormation does not support connectors in {landscape.home_region}",
            fix="remove them",
        )
    if found.notify and not landscape.is_on("notifications"):
        yield Problem(
            path=("v2", "notify"),
            message="notifications is off: there is no topic",
            fix="turn notifications on, or remove notify",
            fallback=(("capabilities", "notifications"),),
            severity=Severity.WARNING,
        )
