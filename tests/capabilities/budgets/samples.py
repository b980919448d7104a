"""Sample settings of `budgets`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "budgets": {
        "on": {
            "amount": 1,
            "period": "annually",
            "accounts": ["management"],
            "alerts": [{"threshold": 99, "kind": "forecasted", "severity": "high"}],
        },
        "a-007": {"amount": 5000},
    },
    "anomalies": {"minimum_impact": 100, "severity": "medium"},
}
VALUES: dict[str, list[Any]] = {
    "budgets": [{}, {"web": {"amount": 5}}],
    "budgets.*.accounts": [[], ["Workloads"], ["security"]],
    "budgets.*.alerts": [[{"threshold": 50}], [{"threshold": 50}, {"threshold": 90}]],
    "anomalies": [None, {"minimum_impact": 5}],
    "anomalies.monitor_arn": [
        None,
        *(f"arn:aws:ce::111111111111:anomalymonitor/{n}2345678-1234-1234-1234-123456789012" for n in "12"),
    ],
}
