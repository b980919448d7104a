"""IAM Access Analyzer: external access, unused access, and internal access to critical resources."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from baseline.aws.quotas import quota
from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, one_account
from baseline.capabilities.custom_setting import linked_role
from baseline.capabilities.delegation import linked_role_by_hand, trusted_by_hand
from baseline.capabilities.landscape import Landscape, portable
from baseline.capabilities.parameters import ParameterDeclaration, account_parameter
from baseline.capabilities.place import Accounts
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section
from baseline.findings import KeyPath, Problem
from baseline.frozen import frozen

_SERVICE = "access-analyzer.amazonaws.com"

Analysis = Literal["external", "unused", "internal"]

InternalType = Literal[
    "AWS::S3::Bucket",
    "AWS::S3Express::DirectoryBucket",
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::Stream",
    "AWS::RDS::DBSnapshot",
    "AWS::RDS::DBClusterSnapshot",
]
"""Resource types that an internal access analyzer supports (IAM user guide, resource types for internal access)."""

FilterKey = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z]+(\.[\w:/=+@-]+)?$")]

_KEYS = frozenset(
    {
        *("resource", "resourceType", "resourceOwnerAccount", "isPublic", "findingType", "status", "error", "id"),
        *("resourceControlPolicyRestriction", "serviceControlPolicyRestriction", "sources"),
        *("principal.AWS", "principal.Federated", "principal.CanonicalUser", "principalOwnerAccount", "principalType"),
        *("accessType", "sharedVia", "vpcs"),
    }
)
"""Filter keys without a variable part (IAM user guide, IAM Access Analyzer filter keys)."""


class Criterion(Section):
    """One condition on findings; exactly one comparison."""

    key: FilterKey = Field(description="A filter key of IAM Access Analyzer.", examples=["principal.AWS"])
    eq: list[str] = Field(default=[], description="The value is one of these.", examples=[["444444444444"]])
    neq: list[str] = Field(default=[], description="The value is none of these.")
    contains: list[str] = Field(default=[], description="The value contains one of these.")
    exists: bool | None = Field(default=None, description="Whether the finding has the key.")


class ArchiveRule(Section):
    """Expected findings: archived on arrival, with a reason."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,254}$")] = Field(
        description="Unique within its analyzer.", examples=["partner-access"]
    )
    analysis: Analysis = Field(
        default="external", description="Analyzer that reports the findings: external, unused or internal."
    )
    reason: Reason = Field(description="Why these findings are expected.")
    criteria: list[Criterion] = Field(min_length=1, description="Criteria; a finding must meet all of them.")


class InternalAccess(Section):
    """Resources that are analyzed for access from inside the organization."""

    region: str = Field(description="A governed Region.", examples=["eu-west-1"])
    accounts: Accounts = Field(
        default=[], description="Accounts, or groups of accounts, that own the resources; every account if empty."
    )
    resource_types: list[InternalType] = Field(
        min_length=1, description="Kinds of resources.", examples=[["AWS::S3::Bucket"]]
    )


class AccessAnalyzerSettings(Settings):
    """Settings of `access_analyzer`."""

    external_access: bool = tiered(
        "Whether every governed Region has an analyzer for access by principals outside the organization. Free.",
        True,
        stronger="true",
        control="access-analyzer-external",
    )
    unused_access: bool = tiered(
        "An analyzer in the home Region for unused roles, keys, passwords and permissions. Billed per IAM "
        "role and user.",
        False,
        regulated=True,
        stronger="true",
        control="access-analyzer-unused",
    )
    unused_access_days: int = tiered(
        "Days without use after which access counts as unused.",
        90,
        stronger="lower",
        control="access-analyzer-unused",
        ge=1,
        le=365,
    )
    internal_access: list[InternalAccess] = tiered(
        "Resources to analyze for access from inside the organization, one entry per Region. Billed per resource.",
        [],
        examples=[[{"region": "eu-west-1", "resource_types": ["AWS::S3::Bucket"]}]],
    )
    archive_rules: list[ArchiveRule] = tiered("Rules for expected findings, each with a reason.", [])


@frozen
class FindingFilter:
    """An archive rule in CloudFormation's format, and its reason."""

    name: str
    reason: str
    criteria: tuple[Mapping[str, Any], ...]


@frozen
class AccessAnalyzerContext:
    """Context of `access_analyzer`: one analyzer. `accounts` are names of parameters."""

    prefix: str
    analysis: str
    type: str
    purpose: str
    unused_access_days: int
    accounts: tuple[str, ...]
    resource_types: tuple[str, ...]
    archive_rules: tuple[FindingFilter, ...]


_TYPES = {
    "external": ("ACCOUNT", "Reports what a principal outside can reach."),
    "unused": ("ACCOUNT_UNUSED_ACCESS", "Reports unused roles, keys, passwords and permissions."),
    "internal": ("ACCOUNT_INTERNAL_ACCESS", "Reports who inside can reach the resources that the profile names."),
}


def _type(landscape: Landscape, analysis: Analysis) -> str:
    """The API's name for the type (IAM Access Analyzer API reference, CreateAnalyzer)."""
    name = _TYPES[analysis][0]
    return name if landscape.standalone else name.replace("ACCOUNT", "ORGANIZATION")


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("access_analyzer", AccessAnalyzerSettings)
    account = landscape.role("access_analyzer")
    specs = []
    if settings.external_access:
        specs.append(_analyzer(landscape, settings, "external", one_account(account, Regions.GOVERNED)))
    if settings.unused_access:
        specs.append(_analyzer(landscape, settings, "unused", one_account(account)))
    for item in settings.internal_access:
        target = Target(accounts=(account,), regions=Regions.GOVERNED, only=(item.region,))
        specs.append(_analyzer(landscape, settings, "internal", target, item))
    return tuple(specs)


def _analyzer(
    landscape: Landscape,
    settings: AccessAnalyzerSettings,
    analysis: Analysis,
    target: Target,
    inside: InternalAccess | None = None,
) -> StackSpec:
    accounts: tuple[ParameterDeclaration, ...] = ()
    if inside and not landscape.standalone:
        accounts = tuple(account_parameter(landscape, key) for key in dict.fromkeys(inside.accounts))
    name = {"external": "access-analyzer", "unused": "access-analyzer-unused"}.get(analysis)
    return StackSpec(
        name=name or f"access-analyzer-internal-{target.only[0]}",
        template="detect/access_analyzer/access_analyzer",
        description=f"IAM Access Analyzer for {analysis} access, of the "
        f"{'account' if landscape.standalone else 'organization'}.",
        target=target,
        context=AccessAnalyzerContext(
            prefix=landscape.prefix,
            analysis=analysis,
            type=_type(landscape, analysis),
            purpose=_TYPES[analysis][1],
            unused_access_days=settings.unused_access_days if analysis == "unused" else 0,
            accounts=tuple(item.name for item in accounts),
            resource_types=tuple(dict.fromkeys(inside.resource_types)) if inside else (),
            archive_rules=tuple(_filter(rule) for rule in settings.archive_rules if rule.analysis == analysis),
        ),
        parameters=accounts,
        prerequisites=(
            *trusted_by_hand(landscape, _SERVICE, "Organization analyzers"),
            *linked_role_by_hand(landscape, _SERVICE),
        ),
    )


def _filter(rule: ArchiveRule) -> FindingFilter:
    names = {"eq": "Eq", "neq": "Neq", "contains": "Contains"}
    criteria = []
    for item in rule.criteria:
        comparisons: dict[str, Any] = {names[key]: getattr(item, key) for key in names if getattr(item, key)}
        if item.exists is not None:
            comparisons["Exists"] = item.exists
        criteria.append(portable({"Property": item.key, **comparisons}))
    return FindingFilter(name=rule.name, reason=rule.reason, criteria=tuple(criteria))


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("access_analyzer", AccessAnalyzerSettings)
    return (*_internal_problems(landscape, settings), *_rule_problems(settings))


def _internal_problems(landscape: Landscape, settings: AccessAnalyzerSettings) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, item in enumerate(settings.internal_access):
        if item.region not in landscape.regions or item.region in seen:
            again = item.region in seen
            yield Problem(
                path=("internal_access", index, "region"),
                message=f"{item.region} {'is named twice' if again else 'is not governed'}: an organization has one "
                "internal access analyzer per governed Region",
                fix="put both into one entry" if again else f"one of {', '.join(landscape.regions)}",
            )
        seen.add(item.region)


def _rule_problems(settings: AccessAnalyzerSettings) -> Iterator[Problem]:
    names = Counter((rule.analysis, rule.name) for rule in settings.archive_rules)
    counts = Counter(rule.analysis for rule in settings.archive_rules)
    for index, rule in enumerate(settings.archive_rules):
        place = ("archive_rules", index)
        if names[rule.analysis, rule.name] > 1:
            yield Problem(
                path=(*place, "name"),
                message=f"{rule.name} is the name of two rules of the {rule.analysis} analyzer",
                fix="give each a unique name",
            )
        for number, criterion in enumerate(rule.criteria):
            yield from _criterion_problems(criterion, (*place, "criteria", number))
    most = quota("access_analyzer.archive_rules")
    for analysis, count in counts.items():
        if count > most:
            yield Problem(
                path=("archive_rules",),
                message=f"{count} archive rules for {analysis} access: an analyzer allows {most}",
                fix="merge rules: a criterion accepts several values",
            )


def _criterion_problems(criterion: Criterion, place: KeyPath) -> Iterator[Problem]:
    given = [name for name in ("eq", "neq", "contains") if getattr(criterion, name)]
    given += ["exists"] if criterion.exists is not None else []
    if len(given) != 1:
        yield Problem(
            path=place,
            message=f"{criterion.key} has {' and '.join(given) or 'no comparison'}",
            fix="give exactly one of eq, neq, contains and exists",
        )
    if criterion.key not in _KEYS and not criterion.key.startswith("condition."):
        yield Problem(
            path=(*place, "key"),
            message=f"{criterion.key} is not a filter key of IAM Access Analyzer",
            fix=f"write one of {', '.join(sorted(_KEYS))}, or condition.<key>",
        )
    most = quota("access_analyzer.values_per_criterion")
    for name in ("eq", "neq", "contains"):
        if len(getattr(criterion, name)) > most:
            yield Problem(
                path=(*place, name),
                message=f"{len(getattr(criterion, name))} values: a criterion accepts {most}",
                fix="spread them over several rules",
            )


CAPABILITY = Capability(
    name="access_analyzer",
    title="IAM Access Analyzer",
    summary="Analyzers for external access, unused access, and internal access to critical resources.",
    settings=AccessAnalyzerSettings,
    stacks=_stacks,
    problems=_problems,
    trusted_access=(_SERVICE,),
    delegated_administration=(_SERVICE,),
    has_role=True,
    # An analyzer of the organization is refused without it: "Access Analyzer Service Linked Role is not in the
    # organizational management account". Trusted access and delegation create it in the administrator's account only
    # (github.com/aws-samples/aws-security-reference-architecture-examples, pull requests 47 and 56).
    management_settings=lambda _: (linked_role(_SERVICE),),
)
