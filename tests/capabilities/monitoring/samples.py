"""Sample settings of `monitoring`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "ready_made": ["ec2-launch-spike", "vcpu-quota"],
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
}
VALUES: dict[str, list[Any]] = {
    "alarms.*.threshold": [1, 20],
    "alarms.*.to": [["root"], ["Workloads"], ["security"]],
}
