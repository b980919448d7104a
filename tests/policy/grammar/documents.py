"""For each kind of policy without statements: a complete and a minimal document."""

from typing import Any

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
AIR_GAPPED = "arn:aws:backup:$region:$account:backup-vault:apart"

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
            "vpc_encryption_control": {
                "mode": is_("attempt_enforce"),
                "exclusions": {"@@append": ["nat_gateway"], "@@remove": ["lambda"]},
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
                        "target_logically_air_gapped_backup_vault_arn": is_(AIR_GAPPED),
                        "start_backup_window_minutes": is_("60"),
                        "complete_backup_window_minutes": is_("600"),
                        "enable_continuous_backup": is_("false"),
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
            "Hourly": {
                "rules": {
                    "Logs": {
                        "enable_continuous_backup": is_(True),
                        "start_backup_window_minutes": is_(60),
                        "lifecycle": {"delete_after_days": is_(35)},
                    }
                }
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
            "connecthealth::operations": {"opt_out_policy": is_("optIn")},
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

MINIMAL: dict[str, dict[str, Any]] = {
    "DECLARATIVE_POLICY_EC2": {"ec2_attributes": {"serial_console_access": {"status": is_("disabled")}}},
    "S3_POLICY": {"s3_attributes": {"public_access_block_configuration": is_("none")}},
    "GUARDDUTY_POLICY": {"guardduty": {"enablement": {"eu-west-1": {"foundational": ON}}}},
    "INSPECTOR_POLICY": {"inspector": {"enablement": {"ecr_scanning": REGIONS}}},
    "SECURITYHUB_POLICY": {"securityhub": {"enable_in_regions": {"@@append": []}, "disable_in_regions": is_([])}},
    "NETWORK_SECURITY_DIRECTOR_POLICY": FULL["NETWORK_SECURITY_DIRECTOR_POLICY"],
    "BEDROCK_POLICY": {
        "bedrock": {
            "guardrail_inference": {
                "us-east-1": {"one": {"identifier": is_("arn:aws:bedrock:us-east-1:111111111111:guardrail/a1:2")}}
            }
        }
    },
    "TAG_POLICY": {"tags": {"Project": {"tag_value": is_(["A", 100])}}},
    "BACKUP_POLICY": {"plans": {"Daily": {"regions": {"@@remove": ["eu-west-1"]}}}},
    "AISERVICES_OPT_OUT_POLICY": {"services": {"default": {"opt_out_policy": is_("optOut")}}},
    "CHATBOT_POLICY": {"chatbot": {"default": {"client": is_("disabled")}}},
    "UPGRADE_ROLLOUT_POLICY": {"upgrade_rollout": {"default": {"patch_order": is_("second")}}},
}
