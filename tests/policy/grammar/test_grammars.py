"""Policies that are no statements: what each kind takes, and what is said, and where, of what it does not."""

from typing import Any

import pytest

from baseline.policy.check import policy_mistakes
from baseline.policy.grammar.check import GRAMMARS, grammar_mistakes
from baseline.policy.kinds import KINDS

NONE = {"@@operators_allowed_for_child_policies": ["@@none"]}


def is_(value: Any) -> dict[str, Any]:
    return {"@@assign": value}


REGIONS = {"enable_in_regions": is_(["eu-west-1", "ALL_SUPPORTED"]), "disable_in_regions": is_([])}
ON = {"status": is_("enabled")}
ROLE = is_("arn:aws:iam::$account:role/Backup")
LIFECYCLE = {
    "move_to_cold_storage_after_days": is_("30"),
    "delete_after_days": is_("120"),
    "opt_in_to_archive_for_supported_resources": is_("false"),
}
PAIR = {"tag_key": is_("Stage"), "tag_value": is_("prod")}
CONDITIONS = {"string_equals": {"a": {"condition_key": is_("aws:ResourceTag/a"), "condition_value": is_("b")}}}
VAULT = "arn:aws:backup:eu-west-1:$account:backup-vault:second"

FULL: dict[str, dict[str, Any]] = {
    "DECLARATIVE_POLICY_EC2": {
        "ec2_attributes": {
            "exception_message": is_("Ask the platform team."),
            "vpc_block_public_access": {
                "internet_gateway_block": {"mode": is_("block_ingress"), "exclusions_allowed": is_("enabled")}
            },
            "serial_console_access": {"status": {**is_("disabled"), **NONE}},
            "image_block_public_access": {"state": is_("block_new_sharing")},
            "snapshot_block_public_access": {"state": is_("block_all_sharing")},
            "allowed_images_settings": {
                "state": is_("audit_mode"),
                "image_criteria": {
                    "criteria_1": {"allowed_image_providers": {"@@append": ["amazon", "123456789012"]}},
                    "criteria_10": {
                        "image_names": is_(["golden-*"]),
                        "marketplace_product_codes": is_(["abc123"]),
                        "creation_date_condition": {"maximum_days_since_created": is_(300)},
                        "deprecation_time_condition": {"maximum_days_since_deprecated": is_("0")},
                    },
                },
            },
            "instance_metadata_defaults": {
                "http_tokens": is_("required"),
                "http_tokens_enforced": is_("enabled"),
                "http_put_response_hop_limit": is_("-1"),
                "http_endpoint": is_("no_preference"),
                "instance_metadata_tags": is_("disabled"),
            },
        }
    },
    "S3_POLICY": {"s3_attributes": {"public_access_block_configuration": is_("all")}},
    "GUARDDUTY_POLICY": {
        "guardduty": {
            "enablement": {
                "default": {
                    "foundational": ON,
                    "s3_data_events": ON,
                    "eks_audit_logs": ON,
                    "ebs_malware_protection": ON,
                    "rds_login_events": ON,
                    "lambda_network_logs": ON,
                    "ai_protection": ON,
                    "runtime_monitoring": {
                        **ON,
                        "additional_configuration": {
                            "eks_addon_management": ON,
                            "ec2_agent_management": ON,
                            "ecs_fargate_agent_management": ON,
                        },
                    },
                },
                "us-east-1": {"foundational": {"status": is_("disabled")}},
            }
        }
    },
    "INSPECTOR_POLICY": {
        "inspector": {
            "enablement": {
                "ec2_scanning": REGIONS,
                "ecr_scanning": REGIONS,
                "lambda_standard_scanning": {**REGIONS, "lambda_code_scanning": REGIONS},
                "code_repository_scanning": REGIONS,
            }
        }
    },
    "SECURITYHUB_POLICY": {"securityhub": REGIONS},
    "NETWORK_SECURITY_DIRECTOR_POLICY": {
        "network_security_director": {"enablement": {"network_security_scan": REGIONS}}
    },
    "BEDROCK_POLICY": {
        "bedrock": {
            "guardrail_inference": {
                "eu-west-1": {
                    "config_1": {
                        "identifier": is_("arn:aws:bedrock:eu-west-1:111111111111:guardrail/hu1dlsv9wy1d:1"),
                        "selective_content_guarding": {
                            "system": is_("selective"),
                            "messages": is_("comprehensive"),
                        },
                        "model_enforcement": {"included_models": is_(["ALL"]), "excluded_models": is_([])},
                    }
                }
            }
        }
    },
    "TAG_POLICY": {
        "tags": {
            **NONE,
            "costcenter": {
                "tag_key": {**is_("CostCenter"), **NONE},
                "tag_value": is_(["100", "200*"]),
                "enforced_for": is_(["ec2:instance", "secretsmanager:ALL_SUPPORTED"]),
                "report_required_tag_for": is_(["ec2:instance"]),
            },
        }
    },
    "BACKUP_POLICY": {
        "plans": {
            "Daily": {
                "regions": {"@@append": ["eu-west-1"], "@@remove": ["us-east-1"]},
                "rules": {
                    "Night": {
                        "schedule_expression": is_("cron(0 5 ? * * *)"),
                        "target_backup_vault_name": is_("Default"),
                        "target_logically_air_gapped_backup_vault_arn": is_(VAULT),
                        "start_backup_window_minutes": is_("60"),
                        "complete_backup_window_minutes": is_("600"),
                        "enable_continuous_backup": is_("true"),
                        "lifecycle": LIFECYCLE,
                        "copy_actions": {VAULT: {"target_backup_vault_arn": is_(VAULT), "lifecycle": LIFECYCLE}},
                        "recovery_point_tags": {"stage": PAIR},
                        "index_actions": {"resource_types": is_(["EBS", "S3"])},
                        "scan_actions": {"GUARDDUTY": {"scan_mode": is_("FULL_SCAN")}},
                    }
                },
                "selections": {
                    "tags": {
                        "all": {
                            "iam_role_arn": ROLE,
                            "tag_key": is_("backup"),
                            "tag_value": is_(["daily"]),
                            "conditions": CONDITIONS,
                        }
                    }
                },
                "advanced_backup_settings": {
                    "ec2": {"windows_vss": is_("enabled")},
                    "s3": {"backup_acls": is_("disabled"), "backup_object_tags": is_("enabled")},
                },
                "backup_plan_tags": {"stage": PAIR},
                "scan_settings": {"GUARDDUTY": {"resource_types": is_(["ALL"]), "scanner_role_arn": ROLE}},
            },
            "Volumes": {
                "selections": {
                    "resources": {
                        "volumes": {
                            "iam_role_arn": ROLE,
                            "resource_types": is_(["arn:aws:ec2:*:*:volume/*"]),
                            "not_resource_types": is_(["arn:aws:s3:::*"]),
                        }
                    }
                }
            },
        }
    },
    "AISERVICES_OPT_OUT_POLICY": {
        "services": {
            **NONE,
            "default": {**NONE, "opt_out_policy": {**is_("optOut"), **NONE}},
            "lex": {"opt_out_policy": is_("optIn")},
        }
    },
    "CHATBOT_POLICY": {
        "chatbot": {
            "platforms": {
                "slack": {
                    "client": is_("enabled"),
                    "workspaces": is_(["T0123456789"]),
                    "default": {
                        "supported_channel_types": is_(["private"]),
                        "supported_role_settings": is_(["user_role"]),
                    },
                    "overrides": {"T0123456789": {"supported_channel_types": is_(["public"])}},
                },
                "microsoft_teams": {
                    "client": is_("disabled"),
                    "tenants": {"tenant": is_(["*"])},
                    "default": {"supported_role_settings": is_(["channel_role"])},
                    "overrides": {"tenant": {"team": {"supported_role_settings": is_(["user_role"])}}},
                },
                "chime": {"client": is_("disabled")},
            },
            "default": {"client": is_("disabled")},
        }
    },
    "UPGRADE_ROLLOUT_POLICY": {
        "upgrade_rollout": {
            "default": {"patch_order": is_("last")},
            "tags": {"stage": {"tag_values": {"dev": {"patch_order": is_("first")}}}},
        }
    },
}


def test_every_kind_without_statements_has_a_grammar() -> None:
    assert set(GRAMMARS) == {kind for kind, item in KINDS.items() if not item.has_statements} == set(FULL)


@pytest.mark.parametrize("kind", GRAMMARS)
def test_everything_that_a_kind_has_is_taken(kind: str) -> None:
    assert policy_mistakes(kind, FULL[kind]) == ()


@pytest.mark.parametrize("kind", GRAMMARS)
def test_another_top_is_refused(kind: str) -> None:
    (first, *_) = grammar_mistakes(kind, {"Version": "2012-10-17", "Statement": []})
    assert first.id == "policy-grammar"


def _with(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at the path; None takes it away."""
    if not path:
        return value
    changed = dict(document)
    if len(path) == 1 and value is None:
        del changed[path[0]]
    else:
        changed[path[0]] = _with(document.get(path[0], {}), path[1:], value)
    return changed


EC2, TAG, PLAN = ("ec2_attributes",), ("tags", "costcenter"), ("plans", "Daily")
NIGHT = (*PLAN, "rules", "Night")


@pytest.mark.parametrize(
    ("kind", "path", "value", "expected", "said"),
    [
        (
            "DECLARATIVE_POLICY_EC2",
            (*EC2, "serial_console_access", "status"),
            is_("disabld"),
            "policy-value",
            "disabled",
        ),
        ("DECLARATIVE_POLICY_EC2", (*EC2, "serial_consol"), {}, "policy-grammar", "serial_console_access"),
        ("DECLARATIVE_POLICY_EC2", (*EC2, "serial_console_access"), {}, "policy-grammar", "status"),
        (
            "DECLARATIVE_POLICY_EC2",
            (*EC2, "image_block_public_access", "state"),
            {"@@asign": "unblocked"},
            "policy-operator",
            "@@assign",
        ),
        (
            "DECLARATIVE_POLICY_EC2",
            (*EC2, "instance_metadata_defaults", "http_put_response_hop_limit"),
            is_("65"),
            "policy-value",
            "'65'",
        ),
        (
            "DECLARATIVE_POLICY_EC2",
            (*EC2, "allowed_images_settings", "image_criteria", "criteria_11"),
            {},
            "policy-value",
            "criteria_11",
        ),
        (
            "DECLARATIVE_POLICY_EC2",
            (*EC2, "allowed_images_settings", "image_criteria", "criteria_1", "allowed_image_providers"),
            is_(["amazn"]),
            "policy-value",
            "amazn",
        ),
        ("S3_POLICY", ("s3_attributes", "public_access_block_configuration"), is_("some"), "policy-value", "'some'"),
        ("S3_POLICY", ("s3_attributes", "public_access_block_configuration"), "all", "policy-grammar", "'all'"),
        (
            "GUARDDUTY_POLICY",
            ("guardduty", "enablement", "default", "foundational"),
            None,
            "policy-value",
            "foundational has to be enabled",
        ),
        ("GUARDDUTY_POLICY", ("guardduty", "enablement", "eu-west-9"), {}, "policy-value", "eu-west-9"),
        (
            "GUARDDUTY_POLICY",
            ("guardduty", "enablement", "default", "s3_events"),
            ON,
            "policy-grammar",
            "s3_data_events",
        ),
        (
            "INSPECTOR_POLICY",
            ("inspector", "enablement", "ec2_scanning", "disable_in_regions"),
            None,
            "policy-grammar",
            "disable_in_regions",
        ),
        (
            "INSPECTOR_POLICY",
            ("inspector", "enablement", "ec2_scanning", "enable_in_regions"),
            is_(["eu-wset-1"]),
            "policy-value",
            "eu-wset-1",
        ),
        ("SECURITYHUB_POLICY", ("securityhub", "enable_in_regions"), is_("eu-west-1"), "policy-grammar", "list"),
        (
            "NETWORK_SECURITY_DIRECTOR_POLICY",
            ("network_security_director", "enablement"),
            {},
            "policy-grammar",
            "network_security_scan",
        ),
        (
            "BEDROCK_POLICY",
            ("bedrock", "guardrail_inference", "eu-west-1", "config_1", "identifier"),
            is_("arn:aws:bedrock:eu-west-1:111111111111:guardrail/hu1dlsv9wy1d:DRAFT"),
            "policy-value",
            "hu1dlsv",
        ),
        (
            "BEDROCK_POLICY",
            ("bedrock", "guardrail_inference", "eu-west-1", "config_1", "model_enforcement", "excluded_models"),
            None,
            "policy-grammar",
            "excluded_models",
        ),
        ("TAG_POLICY", (*TAG, "tag_key"), is_("Costcentre"), "policy-value", "differ"),
        ("TAG_POLICY", (*TAG, "tag_value"), is_(["*@*.com"]), "policy-value", "wildcard"),
        ("TAG_POLICY", (*TAG, "enforced_for"), is_(["ec2"]), "policy-value", "'ec2'"),
        ("TAG_POLICY", (*TAG, "tag_values"), is_(["a"]), "policy-grammar", "tag_value"),
        (
            "TAG_POLICY",
            (*TAG, "tag_key"),
            {**is_("CostCenter"), "@@operators_allowed_for_child_policies": ["@@nothing"]},
            "policy-operator",
            "@@nothing",
        ),
        ("BACKUP_POLICY", (*NIGHT, "lifecycle", "delete_after_days"), is_("60"), "policy-value", "120"),
        ("BACKUP_POLICY", (*NIGHT, "start_backup_window_minutes"), is_("30"), "policy-value", "60"),
        ("BACKUP_POLICY", (*NIGHT, "schedule_expression"), is_("daily"), "policy-value", "daily"),
        ("BACKUP_POLICY", (*PLAN, "selections", "resources"), {"x": {}}, "policy-value", "exclude"),
        (
            "BACKUP_POLICY",
            (*PLAN, "selections", "tags", "all", "iam_role_arn"),
            is_("Backup"),
            "policy-value",
            "Backup",
        ),
        ("BACKUP_POLICY", (*PLAN, "region"), is_(["eu-west-1"]), "policy-grammar", "regions"),
        (
            "AISERVICES_OPT_OUT_POLICY",
            ("services", "default", "opt_out_policy"),
            is_("optout"),
            "policy-value",
            "optOut",
        ),
        ("AISERVICES_OPT_OUT_POLICY", ("services",), {}, "policy-grammar", "at least 1"),
        ("CHATBOT_POLICY", ("chatbot", "platforms", "slack", "client"), is_("on"), "policy-value", "enabled"),
        ("CHATBOT_POLICY", ("chatbot", "platforms", "slak"), {}, "policy-grammar", "slack"),
        (
            "CHATBOT_POLICY",
            ("chatbot", "platforms", "slack", "default", "supported_channel_types"),
            is_(["secret"]),
            "policy-value",
            "secret",
        ),
        (
            "UPGRADE_ROLLOUT_POLICY",
            ("upgrade_rollout", "default", "patch_order"),
            is_("third"),
            "policy-value",
            "third",
        ),
        ("UPGRADE_ROLLOUT_POLICY", ("upgrade_rollout", "tag"), {}, "policy-grammar", "tags"),
    ],
)
def test_a_mistake_is_said_where_it_is(kind: str, path: tuple[Any, ...], value: Any, expected: str, said: str) -> None:
    found = grammar_mistakes(kind, _with(FULL[kind], path, value))
    assert expected in {item.id for item in found}
    first = next(item for item in found if item.id == expected)
    assert said in f"{first.message} {first.fix}"
    shorter = min(len(first.path), len(path))
    assert first.path[: shorter - 1] == path[: shorter - 1]


def test_every_mistake_is_said_at_once() -> None:
    document = _with(FULL["S3_POLICY"], ("s3_attributes", "other"), {})
    document = _with(document, ("s3_attributes", "public_access_block_configuration"), is_("some"))
    assert [item.id for item in grammar_mistakes("S3_POLICY", document)] == ["policy-value", "policy-grammar"]


def test_what_cloudformation_fills_in_is_taken() -> None:
    path = ("bedrock", "guardrail_inference", "eu-west-1", "config_1", "identifier")
    assert policy_mistakes("BEDROCK_POLICY", _with(FULL["BEDROCK_POLICY"], path, is_({"Ref": "Guardrail"}))) == ()
