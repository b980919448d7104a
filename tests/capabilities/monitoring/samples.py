"""Sample settings of `monitoring`; `tests/samples.py` says what they are for."""

from typing import Any, get_args

from baseline.capabilities.respond.monitoring.settings import ReadyMade

FULL: dict[str, Any] = {
    "ready_made": list(get_args(ReadyMade)),
    "thresholds": {"estimated-charges": 10_000},
    "alarms": {
        "throttles": {
            "description": "Functions are throttled.",
            "namespace": "AWS/Lambda",
            "metric": "Throttles",
            "dimensions": {"FunctionName": "web"},
            "threshold": 10,
            "severity": "high",
            "to": ["Workloads"],
        },
        "queue-age": {
            "description": "Work waits.",
            "namespace": "AWS/SQS",
            "metric": "ApproximateAgeOfOldestMessage",
            "dimensions": {"QueueName": "work"},
            "statistic": "Maximum",
            "threshold": 600,
        },
    },
    "log_alarms": {
        "fatal": {"description": "It stops.", "log_group": "/app/web", "pattern": '{ $.level = "FATAL" }'},
    },
    "composites": {
        "outage": {
            "description": "Work waits and it stops.",
            "all_of": ["queue-age", "fatal"],
            "any_of": ["throttles"],
            "to": ["Workloads"],
        },
        "stop": {"description": "Work waits and it stops.", "all_of": ["queue-age", "fatal"]},
    },
    "log_protection": {"identifiers": ["AwsSecretKey", "CreditCardNumber"]},
    "log_copies": {
        "account": "log_archive",
        "prefixes": ["/app/", "/team/"],
        "key": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        "backup_region": "eu-central-1",
        "backup_key": "1a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    },
    "log_retention": [
        {"name": "on", "prefixes": ["/app/", "#007"], "days": 90},
        {
            "name": "a-007",
            "prefixes": ["/aws/lambda/"],
            "days": 3653,
            "mode": "retroactive",
            "reason": 'Ours: "on" # ${x}',
            "to": ["Workloads"],
        },
        {"name": "null", "prefixes": ["/audit/"], "days": "never", "to": ["security"]},
    ],
    "dashboard": True,
    "observability": {
        "to": ["root"],
        "sinks": dict.fromkeys(("eu-west-1", "eu-central-1", "eu-south-1"), "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"),
    },
}
VALUES: dict[str, list[Any]] = {
    "log_protection": [None, {}],
    "log_protection.identifiers": [["AwsSecretKey"], ["EmailAddress"]],
    "log_protection.to": [["root"], ["Workloads"]],
    "log_copies": [None, {"account": "log_archive", "prefixes": ["/app/"]}],
    "log_copies.account": ["log_archive", "security"],
    "log_copies.prefixes": [["/app/"], ["/other/"]],
    "log_copies.regions": [[], ["eu-west-1"]],
    "log_copies.region": [None, "us-east-1"],
    "log_copies.key": ["0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "2a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"],
    "log_copies.backup_region": ["eu-central-1", "us-east-1"],
    "log_copies.backup_key": ["0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "2a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"],
    "log_retention": [[], [{"name": "app", "prefixes": ["/app/"], "days": 90}]],
    "log_retention.*.name": ["one", "two"],
    "log_retention.*.prefixes": [["/app/"], ["/other/"]],
    "log_retention.*.days": [30, "never"],
    "log_retention.*.to": [["root"], ["Workloads"]],
    "observability": [None, {"share": ["logs"]}],
    "observability.account": [None, "log_archive"],
    "observability.to": [["root"], ["Workloads"]],
    "observability.sinks": [{}, {"eu-west-1": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"}],
    "alarms.*.threshold": [1, 20],
    "alarms.*.to": [["root"], ["Workloads"], ["security"]],
    "thresholds": [{"estimated-charges": 10}, {"estimated-charges": 10, "nat-traffic": 20}],
    "thresholds.*": [1, 20],
    "log_alarms.*.threshold": [1, 20],
    "log_alarms.*.to": [["root"], ["Workloads"], ["security"]],
    "log_alarms.*.regions": [[], ["eu-west-1"]],
    "log_alarms.*.pattern": ["{ $.a = 1 }", "{ $.a = 2 }"],
    "composites": [{}, {"two": {"description": "Both.", "all_of": ["queue-age", "fatal"]}}],
    "composites.*.all_of": [["queue-age", "fatal"], ["fatal"]],
    "composites.*.any_of": [[], ["throttles"]],
    "composites.*.to": [["root"], ["Workloads"], ["security"]],
}
WITHOUT_EFFECT = {"log_retention.*.reason": "goes into the finding that it accepts"}
