"""BACKUP_POLICY. Source: AWS Organizations user guide, Backup policy syntax and examples (2026-11-25).

A policy may be part of one: what AWS requires of a whole plan may come from a policy above it.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from baseline.policy.grammar.operators import Digits, Node, RegionOrAll, Text, Value, Values

Switch = Literal["enabled", "disabled"]
Truth = Literal["true", "false"]
Cron = Annotated[str, StringConstraints(pattern=r"^(?:cron|rate)\(.+\)$")]
RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:[^:]+:iam::(?:\$account|[0-9]{12}):role/.+$")]
_COLD_DAYS, _LEAST_WINDOW = 90, 60


class Lifecycle(Node):
    """When a recovery point moves to cold storage, where it stays for 90 days at least, and when it goes."""

    move_to_cold_storage_after_days: Value[Digits] | None = None
    delete_after_days: Value[Digits] | None = None
    opt_in_to_archive_for_supported_resources: Value[Truth] | None = None

    @model_validator(mode="after")
    def _cold_for_long_enough(self) -> "Lifecycle":
        move, delete = self.move_to_cold_storage_after_days, self.delete_after_days
        if move and delete and move.assign.isdecimal() and delete.assign.isdecimal():
            least = int(move.assign) + _COLD_DAYS
            if int(delete.assign) < least:
                raise ValueError(f"delete_after_days is {delete.assign}: in cold storage for 90 days means {least}")
        return self


class CopyAction(Node):
    """A copy in another vault."""

    target_backup_vault_arn: Value[Text]
    lifecycle: Lifecycle | None = None


class TagPair(Node):
    """A tag."""

    tag_key: Value[Text]
    tag_value: Value[Text]


class ResourceTypes(Node):
    """What is indexed."""

    resource_types: Values[Literal["EBS", "S3"]]


class ScanMode(Node):
    """How a scanner looks."""

    scan_mode: Value[Literal["INCREMENTAL_SCAN", "FULL_SCAN"]]


class ScanSettings(Node):
    """What a scanner looks at, and with which role."""

    resource_types: Values[Literal["EBS", "EC2", "S3", "ALL"]]
    scanner_role_arn: Value[RoleArn]


class Rule(Node):
    """When a backup is made, where it goes and how long it stays."""

    schedule_expression: Value[Cron] | None = None
    target_backup_vault_name: Value[Text] | None = None
    target_logically_air_gapped_backup_vault_arn: Value[Text] | None = None
    start_backup_window_minutes: Value[Digits] | None = None
    complete_backup_window_minutes: Value[Digits] | None = None
    enable_continuous_backup: Value[Truth | bool] | None = None
    lifecycle: Lifecycle | None = None
    copy_actions: dict[Text, CopyAction] | None = None
    recovery_point_tags: dict[Text, TagPair] | None = None
    index_actions: ResourceTypes | None = None
    scan_actions: dict[Literal["GUARDDUTY"], ScanMode] | None = None

    @model_validator(mode="after")
    def _window_is_long_enough(self) -> "Rule":
        start = self.start_backup_window_minutes
        if start and start.assign.isdecimal() and int(start.assign) < _LEAST_WINDOW:
            raise ValueError(f"start_backup_window_minutes is {start.assign}: at least {_LEAST_WINDOW} are needed")
        return self


class Condition(Node):
    """A tag that a resource must have, or not."""

    condition_key: Value[Text]
    condition_value: Value[Text]


class Conditions(Node):
    """Tags to include or exclude."""

    string_equals: dict[Text, Condition] | None = None
    string_not_equals: dict[Text, Condition] | None = None
    string_like: dict[Text, Condition] | None = None
    string_not_like: dict[Text, Condition] | None = None


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

    tags: dict[Text, TagSelection] | None = None
    resources: dict[Text, ResourceSelection] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Selections":
        if self.tags and self.resources:
            raise ValueError("tags and resources exclude each other")
        return self


class Ec2Settings(Node):
    """Windows instances."""

    windows_vss: Value[Switch]


class S3Settings(Node):
    """Buckets."""

    backup_acls: Value[Switch] | None = None
    backup_object_tags: Value[Switch] | None = None


class AdvancedSettings(Node):
    """By type of resource."""

    ec2: Ec2Settings | None = None
    s3: S3Settings | None = None


class Plan(Node):
    """A backup plan."""

    regions: Values[RegionOrAll] | None = None
    rules: dict[Text, Rule] | None = None
    selections: Selections | None = None
    advanced_backup_settings: AdvancedSettings | None = None
    backup_plan_tags: dict[Text, TagPair] | None = None
    scan_settings: dict[Literal["GUARDDUTY"], ScanSettings] | None = None


class BackupPolicy(Node):
    """A backup policy."""

    plans: dict[Text, Plan] = Field(min_length=1)
