"""Statements that AWS accepts although they do not do what they seem to do."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from baseline.findings import Problem, Severity
from baseline.policy.conditions import names_action
from baseline.policy.document import Condition, Path, Statement, read_statements
from baseline.policy.globs import overlap

_SESSION = re.compile(r"arn:[^:]*:sts::[^:]*:assumed-role/.*")
_IDENTITY_CENTER = re.compile(r"arn:[^:]*:iam::[^:]*:role/AWSReservedSSO_.*")
_ORGANIZATION_PATH = re.compile(r"o-[a-z0-9]+/r-[a-z0-9]+(?:/ou-[a-z0-9-]+)*")
_PATHS = ("aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths")
_OF_INSTANCES = frozenset(
    f"ec2:{name}"
    for name in (
        *("cpuoptionsamdsevsnp", "ebsoptimized", "instanceautorecovery", "instancebandwidthweighting", "instanceid"),
        *("instancemarkettype", "instancemetadatatags", "instanceprofile", "instancetype", "metadatahttpendpoint"),
        *("metadatahttpputresponsehoplimit", "metadatahttptokens", "tenancy", "volumetype", "volumesize", "encrypted"),
        *("associatepublicipaddress", "owner", "public", "imageid"),
    )
)
"""Keys of some resources of a launch only. Source: service authorization reference, Amazon EC2, RunInstances."""


def trap_mistakes(kind: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Every trap; each check names its source."""
    for statement in read_statements(document):
        for check in _CHECKS:
            yield from check(kind, statement)


def _principals(_: str, statement: Statement) -> Iterator[Problem]:
    """Source: IAM user guide, aws:PrincipalArn: a role's ARN with its path, never that of a session."""
    for condition in statement.conditions:
        if condition.key.lower() != "aws:principalarn":
            continue
        for index, value in enumerate(condition.values):
            if _SESSION.fullmatch(value):
                mistake = _mistake(
                    statement,
                    condition,
                    f"{value!r} is the ARN of a session, and aws:PrincipalArn has that of the role: it never matches",
                    "write the role, as arn:aws:iam::*:role/Name",
                    index=index,
                )
            elif _IDENTITY_CENTER.fullmatch(value):
                mistake = _mistake(
                    statement,
                    condition,
                    f"{value!r} leaves out the path of Identity Center's roles, so that it never matches",
                    "write arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_…",
                    index=index,
                )
            else:
                continue
            harmless = _is_named_by_another(value, condition.values)
            yield replace(mistake, severity=Severity.WARNING) if harmless else mistake


def _is_named_by_another(value: str, values: Sequence[str]) -> bool:
    """Whether another value of the list names the role that the ineffective value intends."""
    role = value.split("/")[1]
    live = (item for item in values if not _SESSION.fullmatch(item) and not _IDENTITY_CENTER.fullmatch(item))
    return any(":role/" in item and overlap(item.rpartition("/")[2].lstrip("*"), role) for item in live)


def _wildcards(_: str, statement: Statement) -> Iterator[Problem]:
    """Source: IAM Access Analyzer policy check reference, Wildcard without like operator."""
    for condition in statement.conditions:
        name = condition.operator.rpartition(":")[2]
        for index, value in enumerate(condition.values if name.startswith(("StringEquals", "StringNotEquals")) else ()):
            alone = not value.strip("*")
            if "*" in value.replace("${*}", "") and (not alone or _is_tag(condition.key)):
                like = condition.operator.replace("Equals", "Like").replace("IgnoreCase", "")
                mistake = _mistake(
                    statement,
                    condition,
                    f"{value!r} has a wildcard, which {condition.operator} treats literally",
                    f"write {like}",
                    index=index,
                )
                yield replace(mistake, severity=Severity.WARNING) if alone else mistake


def _launches(_: str, statement: Statement) -> Iterator[Problem]:
    """Denials of ec2:RunInstances that its other resources, such as subnets, also match.

    RunInstances is authorized on each resource of the launch. Source: Amazon EC2 user guide, Example policies.
    """
    everywhere = "*" in statement.resources or bool(statement.not_resources)
    if statement.effect != "Deny" or not everywhere or not names_action(statement.actions, "ec2:RunInstances"):
        return
    for condition in statement.conditions:
        absent_denies = "Not" in condition.operator and not condition.operator.startswith("ForAnyValue:")
        null = condition.operator == "Null" and "true" in condition.values
        if condition.key.lower() in _OF_INSTANCES and (absent_denies or null):
            yield _mistake(
                statement,
                condition,
                f"{condition.key} exists for some of the resources that ec2:RunInstances checks: the statement denies "
                "every launch, because the other resources do not have the key",
                'name the resource that has it, as "Resource": "arn:aws:ec2:*:*:instance/*"',
            )


def _conditional_allow(kind: str, statement: Statement) -> Iterator[Problem]:
    """Source: AWS Organizations user guide, SCP evaluation: FullAWSAccess allows everything beside it."""
    if kind == "SERVICE_CONTROL_POLICY" and statement.effect == "Allow" and statement.conditions:
        yield Problem(
            id="policy-allow",
            path=(*statement.path, "Effect"),
            message="an Allow with a condition restricts nothing while FullAWSAccess is also attached",
            fix="write a Deny of the opposite",
            severity=Severity.WARNING,
        )


def _mfa(_: str, statement: Statement) -> Iterator[Problem]:
    """Source: IAM user guide, aws:MultiFactorAuthPresent: calls with access keys do not carry it."""
    for condition in statement.conditions:
        exact = condition.operator == "Bool" and [value.lower() for value in condition.values] == ["false"]
        if statement.effect == "Deny" and exact and condition.key.lower() == "aws:multifactorauthpresent":
            yield _mistake(
                statement,
                condition,
                "calls with long-term access keys do not carry aws:MultiFactorAuthPresent, and are not denied",
                "write BoolIfExists",
            )


def _addresses(_: str, statement: Statement) -> Iterator[Problem]:
    """Source: IAM user guide, aws:SourceIp; calls of a service for a principal have other addresses."""
    keys = {item.key.lower() for item in statement.conditions}
    for condition in statement.conditions:
        if condition.key.lower() != "aws:sourceip":
            continue
        for index, value in enumerate(condition.values):
            if _is_private(value):
                yield _mistake(
                    statement,
                    condition,
                    f"{value!r} is a private range: aws:SourceIp is a public address, and absent behind VPC endpoints",
                    "compare aws:VpcSourceIp together with aws:SourceVpc",
                    index=index,
                )
        denies = statement.effect == "Deny" and condition.operator.startswith("NotIpAddress")
        if denies and not keys & {"aws:viaawsservice", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast"}:
            yield _mistake(
                statement,
                condition,
                "calls that an AWS service makes for a principal come from other addresses, and are denied too",
                'add "Bool": {"aws:ViaAWSService": "false"}',
            )


def _is_private(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.version == 4 and any(network.subnet_of(ipaddress.IPv4Network(text)) for text in _PRIVATE)


_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")


def _paths(_: str, statement: Statement) -> Iterator[Problem]:
    """Source: IAM user guide, aws:PrincipalOrgPaths: a path ends in a slash."""
    for condition in statement.conditions:
        for index, value in enumerate(condition.values if condition.key.lower() in _PATHS else ()):
            if _ORGANIZATION_PATH.fullmatch(value.removesuffix("*")) and not value.endswith("/*"):
                yield _mistake(
                    statement,
                    condition,
                    f"{value!r} has no slash at its end: it matches no path, or every unit whose id begins with it",
                    f"write {value.removesuffix('*')}/*",
                    index=index,
                )


def _is_tag(key: str) -> bool:
    """Whether the key has a tag's value, which is rarely an asterisk; a principal of AWS Lambda may be."""
    return key.partition("/")[0].lower().endswith("tag")


def _tag_keys(_: str, statement: Statement) -> Iterator[Problem]:
    """Source: IAM user guide, Rules for tagging in IAM and STS: a tag key contains neither `*` nor `?`."""
    for condition in statement.conditions:
        name, _slash, tag = condition.key.partition("/")
        if name.lower().endswith("tag") and ("*" in tag or "?" in tag):
            yield replace(
                _mistake(
                    statement,
                    condition,
                    f"{condition.key!r} is a tag whose key is {tag!r}: keys of conditions have no wildcards, so no "
                    "request carries it",
                    "name one tag, or compare aws:TagKeys with a set operator",
                ),
                severity=Severity.ERROR,
            )


def _mistake(statement: Statement, condition: Condition, message: str, fix: str, index: int | None = None) -> Problem:
    place: Path = (*statement.path, "Condition", condition.operator, condition.key)
    return Problem(
        id="policy-condition",
        path=place if index is None else (*place, index),
        message=message,
        fix=fix,
        severity=Severity.WARNING if index is None else Severity.ERROR,
    )


_CHECKS: tuple[Callable[[str, Statement], Iterator[Problem]], ...] = (
    _principals,
    _wildcards,
    _launches,
    _conditional_allow,
    _mfa,
    _addresses,
    _paths,
    _tag_keys,
)
