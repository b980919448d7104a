"""BACKUP_POLICY. Source: AWS Organizations user guide, Backup policy syntax and examples (2026-11-25).

A policy may be partial: values that AWS requires for a plan may come from a policy above it.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from baseline.findings import Problem
from baseline.policy.grammar.operators import Node, Value, Values
from baseline.policy.grammar.rules import hold
from baseline.policy.grammar.scalars import FILLED_IN, AsText, Digits, Name, Region, Switch, Text, Truth, like

_FORM = "a schedule, as cron(0 5 ? * * *): minute, hour, day of month, month, day of week and year, with ? for one day"
_FIELDS: tuple[tuple[int, int, str], ...] = (
    (0, 59, ""),
    (0, 23, ""),
    (1, 31, "L W LW"),
    (1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    (1, 7, "SUN MON TUE WED THU FRI SAT L"),
    (1970, 2199, ""),
)
"""Lowest and highest number of each field of a cron expression, and its words."""


def _is_schedule(text: str) -> bool:
    """Whether the text is a schedule. Source: Amazon EventBridge user guide, Cron and rate expressions."""
    if re.fullmatch(r"rate\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9][0-9]+) (?:minutes|hours|days))\)", text):
        return True
    found = re.fullmatch(r"cron\((.+)\)", text)
    fields = found[1].split() if found else []
    if len(fields) != len(_FIELDS):
        return False
    one_day = (fields[2] == "?") != (fields[4] == "?")
    others = all("?" not in field for place, field in enumerate(fields) if place not in (2, 4))
    return one_day and others and all(map(_is_field, fields, _FIELDS))


def _is_field(text: str, limits: tuple[int, int, str]) -> bool:
    lowest, highest, words = limits
    parts = [
        re.fullmatch(r"([0-9]{0,4})([A-Z]*)", part.upper()) for part in re.split(r"[,/#-]", text) if part not in "*?"
    ]
    return all(
        part
        and part[0]
        and part[2] in ("", *words.split())
        and (not part[1] or lowest <= int(part[1]) <= highest or "/" in text)
        for part in parts
    )


def _schedule(text: str) -> str:
    if FILLED_IN in text or _is_schedule(text):
        return text
    raise PydanticCustomError("form", "not {form}", {"form": _FORM})


Cron = Annotated[str, AfterValidator(_schedule)]
Window = Annotated[str, AsText, like(r"0*(?:[6-9][0-9]|[1-9][0-9]{2,})", "a number of minutes, 60 at least")]
RoleArn = Annotated[
    str,
    like(r"arn:[^:]+:iam::(?:\$account|[0-9]{12}):role/.+", "a role's ARN, as arn:aws:iam::$account:role/Backup"),
]
VaultArn = Annotated[
    str,
    like(
        r"arn:[^:]+:backup:(?:[a-z0-9-]+|\$region):(?:\$account|[0-9]{12}):backup-vault:.+",
        "a vault's ARN, as arn:aws:backup:eu-west-1:$account:backup-vault:Copies",
    ),
]
AirGappedVaultArn = Annotated[
    str,
    like(
        r"arn:[^:]+:backup:\$region:\$account:backup-vault:.+",
        "a vault's ARN with AWS's placeholders, as arn:aws:backup:$region:$account:backup-vault:AirGapped",
    ),
]
_DAYS_IN_COLD_STORAGE, _DAYS_OF_CONTINUOUS_BACKUP, _CONDITIONS = 90, 35, 30


class Lifecycle(Node):
    """When a recovery point moves to cold storage (for at least 90 days), and when it is deleted."""

    move_to_cold_storage_after_days: Value[Digits] | None = None
    delete_after_days: Value[Digits] | None = None
    opt_in_to_archive_for_supported_resources: Value[Truth] | None = None

    @model_validator(mode="after")
    def _is_kept_for_long_enough(self) -> "Lifecycle":
        hold(self._broken())
        return self

    def _broken(self) -> Iterator[Problem]:
        move, delete = _days(self.move_to_cold_storage_after_days), _days(self.delete_after_days)
        if move is not None and delete is not None and delete < move + _DAYS_IN_COLD_STORAGE:
            yield Problem(
                path=("delete_after_days", "@@assign"),
                message=f"{delete} days: a backup that moves to cold storage after {move} days must stay there for "
                f"90, so the minimum is {move + _DAYS_IN_COLD_STORAGE}",
                fix=f"write {move + _DAYS_IN_COLD_STORAGE} or more, or move it earlier",
            )


def _days(value: Value[Digits] | None) -> int | None:
    """The number of days; None if missing, or filled in by CloudFormation."""
    return int(value.assign) if value is not None and value.assign.isdecimal() else None


class CopyAction(Node):
    """A copy in another vault."""

    target_backup_vault_arn: Value[VaultArn]
    lifecycle: Lifecycle | None = None


class TagPair(Node):
    """A tag."""

    tag_key: Value[Text]
    tag_value: Value[Text]


class ResourceTypes(Node):
    """Resource types to index."""

    resource_types: Values[Literal["EBS", "S3"]]


class ScanMode(Node):
    """Mode of a malware scan."""

    scan_mode: Value[Literal["INCREMENTAL_SCAN", "FULL_SCAN"]]


class ScanSettings(Node):
    """Resource types that the malware scanner scans, and its role."""

    resource_types: Values[Literal["EBS", "EC2", "S3", "ALL"]]
    scanner_role_arn: Value[RoleArn]


class Rule(Node):
    """Schedule, target vault and lifecycle of backups."""

    schedule_expression: Value[Cron] | None = None
    target_backup_vault_name: Value[Text] | None = None
    target_logically_air_gapped_backup_vault_arn: Value[AirGappedVaultArn] | None = None
    start_backup_window_minutes: Value[Window] | None = None
    complete_backup_window_minutes: Value[Digits] | None = None
    enable_continuous_backup: Value[Truth] | None = None
    lifecycle: Lifecycle | None = None
    copy_actions: dict[Name, CopyAction] | None = None
    recovery_point_tags: dict[Name, TagPair] | None = None
    index_actions: ResourceTypes | None = None
    scan_actions: dict[Literal["GUARDDUTY"], ScanMode] | None = None

    @model_validator(mode="after")
    def _is_continuous_for_as_long_as_it_can_be(self) -> "Rule":
        continuous = self.enable_continuous_backup is not None and self.enable_continuous_backup.assign == "true"
        kept = _days(self.lifecycle.delete_after_days) if self.lifecycle else None
        if continuous and kept is not None and kept > _DAYS_OF_CONTINUOUS_BACKUP:
            where = ("lifecycle", "delete_after_days", "@@assign")
            hold(
                [
                    Problem(
                        path=where,
                        message=f"{kept} days: a continuous backup is kept for at most 35",
                        fix="write 35 or less",
                    )
                ]
            )
        return self


class Condition(Node):
    """A tag that a resource must or must not have."""

    condition_key: Value[Text]
    condition_value: Value[Text]


class Conditions(Node):
    """Tags to include or exclude."""

    string_equals: dict[Name, Condition] | None = None
    string_not_equals: dict[Name, Condition] | None = None
    string_like: dict[Name, Condition] | None = None
    string_not_like: dict[Name, Condition] | None = None

    @model_validator(mode="after")
    def _are_few_enough(self) -> "Conditions":
        groups = (self.string_equals, self.string_not_equals, self.string_like, self.string_not_like)
        count = sum(len(group) for group in groups if group is not None)
        if count > _CONDITIONS:
            hold(
                [
                    Problem(
                        path=(),
                        message=f"{count} conditions: a selection can have at most {_CONDITIONS}",
                        fix="remove some",
                    )
                ]
            )
        return self


class TagSelection(Node):
    """Resources by tag."""

    iam_role_arn: Value[RoleArn] | None = None
    tag_key: Value[Text] | None = None
    tag_value: Values[Text] | None = None
    conditions: Conditions | None = None


class ResourceSelection(Node):
    """Resources by type."""

    iam_role_arn: Value[RoleArn] | None = None
    resource_types: Values[Text] | None = None
    not_resource_types: Values[Text] | None = None
    conditions: Conditions | None = None


class Selections(Node):
    """By tag or by type, not both."""

    tags: dict[Name, TagSelection] | None = None
    resources: dict[Name, ResourceSelection] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Selections":
        if self.tags and self.resources:
            hold(
                [
                    Problem(
                        path=("resources",),
                        message="a plan selects by tags or by resources, not by both",
                        fix="remove one of them",
                    )
                ]
            )
        return self


class Ec2Settings(Node):
    """Backup settings for Windows instances."""

    windows_vss: Value[Switch]


class S3Settings(Node):
    """Backup settings for buckets."""

    backup_acls: Value[Switch] | None = None
    backup_object_tags: Value[Switch] | None = None


class AdvancedSettings(Node):
    """Settings by resource type."""

    ec2: Ec2Settings | None = None
    s3: S3Settings | None = None


class Plan(Node):
    """A backup plan."""

    regions: Values[Region] | None = None
    rules: dict[Name, Rule] | None = None
    selections: Selections | None = None
    advanced_backup_settings: AdvancedSettings | None = None
    backup_plan_tags: dict[Name, TagPair] | None = None
    scan_settings: dict[Literal["GUARDDUTY"], ScanSettings] | None = None


class BackupPolicy(Node):
    """A backup policy."""

    plans: dict[Name, Plan] = Field(min_length=1)
