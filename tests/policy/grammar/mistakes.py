"""For each kind of policy: a change of the complete document, and the expected problem and place.

Each has the changed place, its new value (`GONE` removes it), the id, the rest of the problem's place, and words of the
message or the fix.
"""

from typing import Any

from tests.policy.grammar.documents import ROLE, is_

GONE = object()

VALUE, GRAMMAR, OPERATOR = "policy-value", "policy-grammar", "policy-operator"
_IMAGES = "ec2_attributes/allowed_images_settings/image_criteria"
_SCAN = "inspector/enablement/ec2_scanning"
_NETWORK = "network_security_director/enablement/network_security_scan"
_GUARDRAIL = "bedrock/guardrail_inference/eu-west-1/config_1"
_NIGHT = "plans/Daily/rules/Night"
_SLACK = "chatbot/platforms/slack"

_REGION_LISTS: list[tuple[str, Any, str, str, str]] = [
    ("enable_in_regions", is_(["eu-wset-1"]), VALUE, "/@@assign/0", "did you mean 'eu-west-1'?"),
    ("enable_in_regions", is_("eu-west-1"), GRAMMAR, "/@@assign", "'eu-west-1' is not a list"),
    ("enable_in_regions", ["eu-west-1"], GRAMMAR, "", 'write {"@@assign": …}'),
    ("enable_in_regions", {}, OPERATOR, "", "write one of @@assign, @@append, @@remove"),
    ("disable_in_regions", {"@@apend": []}, OPERATOR, "/@@apend", "did you mean '@@append'?"),
    ("disable_in_regions", GONE, GRAMMAR, "", "'disable_in_regions' is missing"),
    ("disable_in_region", is_([]), GRAMMAR, "", "did you mean 'disable_in_regions'?"),
]


def _below(place: str) -> list[tuple[str, Any, str, str, str]]:
    return [(f"{place}/{row[0]}", *row[1:]) for row in _REGION_LISTS]


MISTAKES: dict[str, list[tuple[str, Any, str, str, str]]] = {
    "DECLARATIVE_POLICY_EC2": [
        ("ec2_attributes/serial_console_access/status", is_("disabld"), VALUE, "/@@assign", "did you mean 'disabled'?"),
        ("ec2_attributes/serial_consol", {}, GRAMMAR, "", "did you mean 'serial_console_access'?"),
        ("ec2_attributes/serial_console_access/status", GONE, GRAMMAR, "", "'status' is missing"),
        ("ec2_attributes/serial_console_access", None, VALUE, "", "null is not a value"),
        ("ec2_attributes/exception_message", is_(""), VALUE, "/@@assign", "at least 1"),
        (
            "ec2_attributes/image_block_public_access/state",
            {"@@asign": "unblocked"},
            OPERATOR,
            "/@@asign",
            "'@@assign'?",
        ),
        (
            "ec2_attributes/image_block_public_access/state",
            {"@@append": []},
            OPERATOR,
            "/@@append",
            "known here: @@assign",
        ),
        ("ec2_attributes/vpc_encryption_control/mode", is_("enforce"), VALUE, "/@@assign", "'attempt_enforce'?"),
        (
            "ec2_attributes/vpc_encryption_control/exclusions",
            is_(["nat"]),
            VALUE,
            "/@@assign/0",
            "'nat' is not allowed",
        ),
        (
            "ec2_attributes/instance_metadata_defaults/http_put_response_hop_limit",
            is_(65),
            VALUE,
            "/@@assign",
            "1 to 64",
        ),
        (f"{_IMAGES}/criteria_11", {}, VALUE, "", "criteria_1 to criteria_10"),
        (
            f"{_IMAGES}/criteria_1/allowed_image_providers",
            is_(["amazn"]),
            VALUE,
            "/@@assign/0",
            "'amazn' is not amazon,",
        ),
        (f"{_IMAGES}/criteria_10/image_names", is_(["a"] * 51), VALUE, "/@@assign", "51 values: AWS allows 50"),
        (f"{_IMAGES}/criteria_10/image_names", is_(["a" * 129]), VALUE, "/@@assign/0", "at most 128"),
    ],
    "S3_POLICY": [
        (
            "s3_attributes/public_access_block_configuration",
            is_("some"),
            VALUE,
            "/@@assign",
            "AWS accepts 'all' or 'none'",
        ),
        ("s3_attributes/public_access_block_configuration", is_(["all"]), VALUE, "/@@assign", "['all'] is not allowed"),
        ("s3_attributes/public_access_block_configuration", "all", GRAMMAR, "", 'write {"@@assign": …}'),
        ("s3_attributes/public_access_block_configuration", {"@@remove": ["all"]}, OPERATOR, "/@@remove", "@@assign"),
        ("s3_attributes/public_access_block_configuration", GONE, GRAMMAR, "", "is missing"),
        (
            "s3_attributes/public_access_block",
            is_("all"),
            GRAMMAR,
            "",
            "did you mean 'public_access_block_configuration'?",
        ),
        ("s3_attributes", [], GRAMMAR, "", "[] is not a mapping"),
        ("s3_atributes", {}, GRAMMAR, "", "did you mean 's3_attributes'?"),
    ],
    "GUARDDUTY_POLICY": [
        ("guardduty/enablement/default/foundational", GONE, VALUE, "", "not enabled, while s3_data_events,"),
        ("guardduty/enablement/eu-wset-1", {}, VALUE, "", "did you mean 'eu-west-1'?"),
        ("guardduty/enablement/defaults", {}, VALUE, "", "did you mean 'default'?"),
        ("guardduty/enablement/default/s3_events", {}, GRAMMAR, "", "did you mean 's3_data_events'?"),
        ("guardduty/enablement/default/foundational/status", is_("on"), VALUE, "/@@assign", "'enabled' or 'disabled'"),
        ("guardduty/enablement/default/runtime_monitoring/status", "enabled", GRAMMAR, "", 'write {"@@assign": …}'),
        ("guardduty/enablement", {}, GRAMMAR, "", "0 entries: AWS allows at least 1"),
    ],
    "INSPECTOR_POLICY": [*_below(_SCAN), ("inspector/enablement/ec2", {}, GRAMMAR, "", "did you mean 'ec2_scanning'?")],
    "SECURITYHUB_POLICY": _below("securityhub"),
    "NETWORK_SECURITY_DIRECTOR_POLICY": [
        *_below(_NETWORK),
        ("network_security_director/enablement", {}, GRAMMAR, "/network_security_scan", "is missing"),
    ],
    "BEDROCK_POLICY": [
        (
            f"{_GUARDRAIL}/identifier",
            is_("arn:aws:bedrock:eu-west-1:111111111111:guardrail/a1:DRAFT"),
            VALUE,
            "/@@assign",
            "the number of a version",
        ),
        (
            f"{_GUARDRAIL}/identifier",
            is_("arn:aws:bedrock:us-east-1:111111111111:guardrail/a1:1"),
            VALUE,
            "/@@assign",
            "name a guardrail of eu-west-1",
        ),
        (f"{_GUARDRAIL}/identifier", GONE, GRAMMAR, "", "'identifier' is missing"),
        (f"{_GUARDRAIL}/model_enforcement/excluded_models", GONE, GRAMMAR, "", "'excluded_models' is missing"),
        (f"{_GUARDRAIL}/selective_content_guarding/system", is_("all"), VALUE, "/@@assign", "'selective' or"),
        (f"{_GUARDRAIL}/input_tags", is_("honor"), GRAMMAR, "", "unknown key 'input_tags'"),
        ("bedrock/guardrail_inference/ALL_SUPPORTED", {}, VALUE, "", "'ALL_SUPPORTED' is no Region"),
    ],
    "TAG_POLICY": [
        ("tags/costcenter/tag_key", is_("CostCentre"), VALUE, "/@@assign", "in more than case"),
        ("tags/costcenter/tag_key", {"@@append": ["CostCenter"]}, OPERATOR, "/@@append", "known here: @@assign"),
        ("tags/costcenter/tag_value", is_(["*@*.com"]), VALUE, "/@@assign/0", "one wildcard at most"),
        ("tags/costcenter/tag_value", is_(["a", None]), VALUE, "/@@assign/1", "null is not a value"),
        ("tags/costcenter/enforced_for", is_(["ec2"]), VALUE, "/@@assign/0", "as ec2:ALL_SUPPORTED"),
        ("tags/costcenter/enforced_for", is_(["*"]), VALUE, "/@@assign/0", "as ec2:ALL_SUPPORTED"),
        ("tags/costcenter/report_required_tag_for", is_(["instance"]), VALUE, "/@@assign/0", "'instance' is not"),
        ("tags/costcenter/tag_values", is_(["a"]), GRAMMAR, "", "did you mean 'tag_value'?"),
        (
            "tags/@@operators_allowed_for_child_policy",
            ["@@none"],
            OPERATOR,
            "",
            "'@@operators_allowed_for_child_policies'?",
        ),
        ("tags/@@assign", {}, OPERATOR, "", "does not begin with @@"),
        ("tags", {}, GRAMMAR, "", "at least 1"),
    ],
    "BACKUP_POLICY": [
        (f"{_NIGHT}/lifecycle/delete_after_days", is_("60"), VALUE, "/@@assign", "write 120 or more"),
        (f"{_NIGHT}/lifecycle/delete_after_days", is_("soon"), VALUE, "/@@assign", "'soon' is not a whole number"),
        ("plans/Hourly/rules/Logs/lifecycle/delete_after_days", is_(36), VALUE, "/@@assign", "write 35 or less"),
        (f"{_NIGHT}/lifecycle/delete_after_days", is_("9" * 5000), VALUE, "/@@assign", "16 digits at most"),
        (f"{_NIGHT}/start_backup_window_minutes", is_("60\n"), VALUE, "/@@assign", "60 at least"),
        (f"{_NIGHT}/start_backup_window_minutes", is_("30"), VALUE, "/@@assign", "60 at least"),
        (f"{_NIGHT}/complete_backup_window_minutes", is_(60.5), GRAMMAR, "/@@assign", "60.5 is not text"),
        (f"{_NIGHT}/schedule_expression", is_("daily"), VALUE, "/@@assign", "as cron(0 5 ? * * *)"),
        *(
            (f"{_NIGHT}/schedule_expression", is_(text), VALUE, "/@@assign", "with ? for one day")
            for text in (
                *("cron(0 5 * * * *)", "cron(0 5 ? * ? *)", "cron(0 5 ? * *)", "cron(0 24 ? * * *)"),
                *("cron(61 5 ? * * *)", "cron(0 5 ? * MO *)", "cron(0 5 ? * * *", "rate(2 day)", "rate(0 days)"),
                *("cron(0 5 ? ? * *)", "cron(0 5 32 * ? *)", "cron(0 5 0 * ? *)", "cron(0 5 ? 13 * *)"),
                *("cron(0 5 ? * 8 *)", "cron(0 5 ? * * 2200)", "cron(60 5 ? * * *)"),
            )
        ),
        (f"{_NIGHT}/enable_continuous_backup", is_("yes"), VALUE, "/@@assign", "'true' or 'false'"),
        (
            f"{_NIGHT}/target_logically_air_gapped_backup_vault_arn",
            is_("arn:aws:backup:eu-west-1:$account:backup-vault:apart"),
            VALUE,
            "/@@assign",
            "arn:aws:backup:$region:$account:",
        ),
        (
            f"{_NIGHT}/copy_actions/second",
            {"target_backup_vault_arn": is_("second")},
            VALUE,
            "/target_backup_vault_arn/@@assign",
            "a vault's ARN",
        ),
        (f"{_NIGHT}/copy_actions/second", {}, GRAMMAR, "/target_backup_vault_arn", "is missing"),
        (f"{_NIGHT}/scan_actions/MACIE", {}, VALUE, "", "AWS accepts 'GUARDDUTY'"),
        ("plans/Daily/selections/resources", {"x": {"iam_role_arn": ROLE}}, VALUE, "", "remove one of them"),
        ("plans/Daily/selections/tags/all/iam_role_arn", is_("Backup"), VALUE, "/@@assign", "a role's ARN"),
        ("plans/Daily/regions", is_(["ALL_SUPPORTED"]), VALUE, "/@@assign/0", "'ALL_SUPPORTED' is no Region"),
        ("plans/Daily/region", is_(["eu-west-1"]), GRAMMAR, "", "did you mean 'regions'?"),
        ("plans", {}, GRAMMAR, "", "at least 1"),
    ],
    "AISERVICES_OPT_OUT_POLICY": [
        ("services/default/opt_out_policy", is_("optout"), VALUE, "/@@assign", "did you mean 'optOut'?"),
        ("services/default/opt_out_policy", is_(True), VALUE, "/@@assign", "True is not allowed"),
        ("services/default/opt_out_policy", "optOut", GRAMMAR, "", 'write {"@@assign": …}'),
        ("services/default/opt_out", is_("optOut"), GRAMMAR, "", "did you mean 'opt_out_policy'?"),
        ("services/default", {}, GRAMMAR, "/opt_out_policy", "is missing"),
        ("services/Rekognition", {"opt_out_policy": is_("optOut")}, VALUE, "", "did you mean 'rekognition'?"),
        ("services", {}, GRAMMAR, "", "at least 1"),
        ("services", is_({}), OPERATOR, "/@@assign", "'@@assign' is no AI service"),
    ],
    "CHATBOT_POLICY": [
        (f"{_SLACK}/client", is_("on"), VALUE, "/@@assign", "'enabled' or 'disabled'"),
        ("chatbot/platforms/slak", {}, GRAMMAR, "", "did you mean 'slack'?"),
        (f"{_SLACK}/default/supported_channel_types", is_(["secret"]), VALUE, "/@@assign/0", "'public' or 'private'"),
        (f"{_SLACK}/workspaces", is_("T0123456789"), GRAMMAR, "/@@assign", "is not a list"),
        (f"{_SLACK}/workspaces", is_([str(number) for number in range(256)]), VALUE, "/@@assign", "AWS allows 255"),
        ("chatbot/platforms/chime/client", GONE, GRAMMAR, "", "'client' is missing"),
        ("chatbot/platforms/microsoft_teams/default/supported_channel_types", is_([]), GRAMMAR, "", "unknown key"),
        ("chatbot/platforms/microsoft_teams/tenants/tenant", ["*"], GRAMMAR, "", 'write {"@@assign": …}'),
        ("chatbot/platforms/microsoft_teams/tenants", {str(n): is_([]) for n in range(37)}, GRAMMAR, "", "at most 36"),
    ],
    "UPGRADE_ROLLOUT_POLICY": [
        ("upgrade_rollout/default/patch_order", is_("third"), VALUE, "/@@assign", "'first', 'second' or 'last'"),
        ("upgrade_rollout/default/patch_order", is_("frist"), VALUE, "/@@assign", "did you mean 'first'?"),
        ("upgrade_rollout/default/patch_order", GONE, GRAMMAR, "", "'patch_order' is missing"),
        ("upgrade_rollout/default", "last", GRAMMAR, "", "write a mapping of patch_order"),
        ("upgrade_rollout/tag", {}, GRAMMAR, "", "did you mean 'tags'?"),
        ("upgrade_rollout/tags/stage/tag_values", {}, GRAMMAR, "", "at least 1"),
        ("upgrade_rollout/tags/stage", {}, GRAMMAR, "/tag_values", "is missing"),
    ],
}
