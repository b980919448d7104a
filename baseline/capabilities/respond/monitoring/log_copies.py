"""Centralization rules: CloudWatch copies new log events of the organization to one account and Region."""

from collections.abc import Iterator

from baseline.aws.availability import is_available
from baseline.capabilities.capability import Regions, StackSpec, one_account
from baseline.capabilities.custom_setting import CustomSetting, linked_role
from baseline.capabilities.delegation import linked_role_by_hand, trusted_by_hand
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import account_parameter, distinct
from baseline.capabilities.respond.monitoring.settings import LogCopies, MonitoringSettings
from baseline.findings import Problem
from baseline.frozen import frozen
from baseline.text.choice import one_of

SERVICE = "observabilityadmin.amazonaws.com"
_COPIER = "logs-centralization.observabilityadmin.amazonaws.com"
"""The service of the role that writes the copies. Source: CloudWatch user guide, Using service-linked roles
(docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-service-linked-roles.html)."""
TYPE = "AWS::ObservabilityAdmin::OrganizationCentralizationRule"
_MAX_SELECTION = 2000
"""Source: LogsFilterString in botocore's model of observabilityadmin."""


@frozen
class Copy:
    """A Region that receives copies; `key` is the ARN of its KMS key, None for a key that AWS owns."""

    region: str
    key: Reference | None


@frozen
class LogCopiesContext:
    """Context of `log_copies`; `backed_up` says whether there is a second copy."""

    prefix: str
    regions: tuple[str, ...]
    scope: Reference
    selection: str
    encrypted: str
    account: Reference
    main: Copy
    backed_up: bool
    backup: Copy | None


def log_copies_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """The rule, in the account that administers CloudWatch's rules for the organization.

    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs_Centralization.html.
    """
    wanted = settings.log_copies
    if wanted is None or not _has_rules(landscape, wanted):
        return
    parameter = account_parameter(landscape, wanted.account)
    yield StackSpec(
        name="monitoring-log-copies",
        template="respond/monitoring/log_copies",
        description="Rule that copies new log events of the organization to one account.",
        target=one_account(landscape.administrator(SERVICE), Regions.HOME),
        context=LogCopiesContext(
            prefix=landscape.prefix,
            regions=tuple(region for region in _sources(landscape, wanted) if _has_type(region)),
            # As in the documentation of Terraform's resource for the same rule; AWS's own pages name no operands.
            scope=Reference("OrganizationId = '${OrganizationId}'"),
            selection=_selection(wanted),
            encrypted="ALLOW" if wanted.key else "SKIP",
            account=parameter.reference,
            main=_copy(parameter.reference, wanted.region or landscape.home_region, wanted.key),
            backed_up=wanted.backup_region is not None,
            backup=_copy(parameter.reference, wanted.backup_region, wanted.backup_key)
            if wanted.backup_region
            else None,
        ),
        parameters=distinct("OrganizationId", parameter),
        prerequisites=_by_hand(landscape, wanted),
    )


def log_copies_settings(landscape: Landscape) -> tuple[CustomSetting, ...]:
    """The management account's service-linked roles, with which CloudWatch reads the organization and copies."""
    wanted = landscape.settings("monitoring", MonitoringSettings).log_copies
    if wanted is None or not _has_rules(landscape, wanted):
        return ()
    return linked_role(SERVICE), linked_role(_COPIER)


def log_copies_services(settings: MonitoringSettings) -> tuple[str, ...]:
    """The service that needs a delegated administrator if the profile defines a rule."""
    return (SERVICE,) if settings.log_copies else ()


def log_copies_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    """Problems of `log_copies`."""
    wanted = settings.log_copies
    if wanted is None:
        return
    if landscape.standalone:
        yield Problem(
            path=("log_copies",),
            message="a standalone account has no organization whose log events could be copied",
            fix="remove log_copies",
        )
        return
    if wanted.account not in landscape.accounts:
        yield Problem(
            path=("log_copies", "account"),
            message=f"{wanted.account} is not an account of the profile",
            fix=f"write {one_of(landscape.accounts)}",
        )
    if (length := len(_selection(wanted))) > _MAX_SELECTION:
        yield Problem(
            path=("log_copies", "prefixes"),
            message=f"the filter of these prefixes has {length} characters, and AWS allows {_MAX_SELECTION}",
            fix="write shorter prefixes, or fewer",
        )
    yield from _region_problems(landscape, wanted)
    if wanted.backup_key and not wanted.backup_region:
        yield Problem(
            path=("log_copies", "backup_key"),
            message="backup_key has no effect without backup_region",
            fix="add backup_region, or remove backup_key",
        )
    elif wanted.backup_key and not wanted.key:
        yield Problem(
            path=("log_copies", "backup_key"),
            message="without key, log groups that a customer's key encrypts are copied to neither Region",
            fix="add key, or remove backup_key",
        )
    elif wanted.key and wanted.backup_region and not wanted.backup_key:
        yield Problem(
            path=("log_copies", "backup_region"),
            message="backup_region has no KMS key: a KMS key encrypts only in its own Region",
            fix="add backup_key",
        )


def unsupported_log_copies(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    """Regions where CloudFormation lacks the type; we could not read AWS's list of sources and destinations."""
    wanted = settings.log_copies
    if wanted is None or landscape.standalone:
        return
    for path, region in _needed(landscape, wanted):
        if not _has_type(region):
            yield Problem(
                path=("log_copies", *path),
                message=f"{region} has no {TYPE}: the rule is left out",
                fix="write another Region, or remove log_copies" if path else "remove log_copies",
            )
    for region in _sources(landscape, wanted):
        if not _has_type(region) and region != landscape.home_region:
            yield Problem(
                path=("log_copies", "regions") if wanted.regions else ("log_copies",),
                message=f"{region} has no {TYPE}: its log groups are left out",
                fix="write the other Regions in log_copies.regions",
            )


def _has_type(region: str) -> bool:
    return is_available(TYPE, region) is not False


def _has_rules(landscape: Landscape, wanted: LogCopies) -> bool:
    needed = all(_has_type(region) for _, region in _needed(landscape, wanted))
    return not landscape.standalone and needed and any(map(_has_type, _sources(landscape, wanted)))


def _needed(landscape: Landscape, wanted: LogCopies) -> Iterator[tuple[tuple[str, ...], str]]:
    """The Regions that the rule requires, with the keys that name them."""
    yield (), landscape.home_region
    for key in ("region", "backup_region"):
        if (region := getattr(wanted, key)) and region != landscape.home_region:
            yield (key,), region


def _sources(landscape: Landscape, wanted: LogCopies) -> tuple[str, ...]:
    return tuple(dict.fromkeys(wanted.regions)) or landscape.regions


def _region_problems(landscape: Landscape, wanted: LogCopies) -> Iterator[Problem]:
    named = [
        *((("regions", index), region) for index, region in enumerate(wanted.regions)),
        *(((key,), region) for key in ("region", "backup_region") if (region := getattr(wanted, key))),
    ]
    for path, region in named:
        if region not in landscape.regions:
            yield Problem(
                path=("log_copies", *path),
                message=f"{region} is not governed",
                fix=f"write {one_of(landscape.regions)}",
            )
    if wanted.backup_region and wanted.backup_region == (wanted.region or landscape.home_region):
        yield Problem(
            path=("log_copies", "backup_region"),
            message=f"{wanted.backup_region} already receives the copies",
            fix="write another Region, or remove backup_region",
        )


def _selection(wanted: LogCopies) -> str:
    """The filter of log groups, in the format of links; the settings limit its operands.

    Source: docs.aws.amazon.com/OAM/latest/APIReference/API_LogGroupConfiguration.html.
    """
    return " OR ".join(f"LogGroupName LIKE '{prefix}%'" for prefix in dict.fromkeys(wanted.prefixes))


def _copy(account: Reference, region: str, key: str | None) -> Copy:
    arn = Reference(f"arn:${{AWS::Partition}}:kms:{region}:{account}:key/{key}") if key else None
    return Copy(region=region, key=arn)


def _by_hand(landscape: Landscape, wanted: LogCopies) -> tuple[str, ...]:
    """Steps outside CloudFormation: the role in the account with the copies, and its permission to use the keys."""
    create = f"aws iam create-service-linked-role --aws-service-name {_COPIER}"
    keys = (
        (
            f"The policies of the KMS keys in the account {wanted.account} let CloudWatch Logs and "
            "AWSServiceRoleForObservabilityAdmin_LogsCentralization encrypt and decrypt."
        ),
    )
    return (
        *trusted_by_hand(landscape, SERVICE, "Rules about logs"),
        *linked_role_by_hand(landscape, SERVICE),
        *linked_role_by_hand(landscape, _COPIER),
        f"The account {wanted.account} has the service-linked role that writes the copies: `{create}`.",
        *(keys if wanted.key else ()),
    )
