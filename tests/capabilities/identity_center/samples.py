"""Sample settings of `identity_center`; `tests/samples.py` says what they are for."""

from typing import Any

_CONDITION = {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}}
_APPLICATION = "arn:aws:sso::333333333333:application/ssoins-1234567890abcdef/apl-1234567890abcdef"
FULL: dict[str, Any] = {
    "permission_sets": {
        "Exports-1": {
            "description": 'Reads "on" # exports: ${x}',
            "session": "12h",
            "customer_policies": ["teams/data", "plain"],
            "inline_policy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "s3:GetObject",
                        "Resource": ["arn:aws:s3:::exports/*", "arn:aws:s3:::home/${aws:username}/*"],
                        "Condition": _CONDITION,
                    }
                ],
            },
            "boundary": "bounds/people",
            "relay_state": "https://console.aws.amazon.com/billing/home#/",
            "tags": {"on": "007"},
        },
    },
    "groups": {
        "on": {},
        "no 007": {"id": "906712345a-12345678-1234-1234-1234-123456789012", "description": 'The "others"'},
        "managers": {},
    },
    "assignments": [
        {"group": "on", "permission_set": "Exports-1", "to": ["Security"]},
        {"group": "no 007", "permission_set": "ReadOnly", "to": ["Security", "management"]},
        {"group": "managers", "permission_set": "Administrator", "to": ["management"]},
    ],
    "applications": {"dashboards": {"arn": _APPLICATION, "groups": ["on", "no 007"]}},
    "attributes": {"CostCenter": "${path:enterprise.costCenter}"},
}

_ASSIGNMENTS = FULL["assignments"]
_SET = FULL["permission_sets"]["Exports-1"]
_IDS = [f"906712345{n}-12345678-1234-1234-1234-12345678901{n}" for n in (1, 2)]
VALUES: dict[str, list[Any]] = {
    "instance_arn": [f"arn:aws:sso:::instance/ssoins-{n}223456789abcdef" for n in "12"],
    "identity_store_id": ["d-0123456789", "d-1123456789"],
    "permission_sets.*.session": ["1h", "12h"],
    "permission_sets.*.stack": [1, 2],
    "permission_sets": [{"Exports-1": _SET}, {"Exports-1": _SET, "Exports-2": _SET}],
    "groups": [
        FULL["groups"],
        {**FULL["groups"], "others": {}},
    ],
    "groups.*.description": ["One.", "Two."],
    "permission_sets.*.inline_policy": [_SET["inline_policy"], None],
    "assignments": [_ASSIGNMENTS, _ASSIGNMENTS[:1], []],
    "assignments.*.group": ["on", "managers"],
    "assignments.*.user": ["jane", "john"],
    "applications": [{}, {"one": {"arn": _APPLICATION, "groups": ["on"]}}],
    "applications.*.arn": [_APPLICATION, _APPLICATION.replace("apl-1", "apl-2")],
    "applications.*.groups": [["on"], ["on", "no 007"]],
    "users": [{name: {"id": _IDS[n]} for name in ("jane", "john")} for n in (0, 1)],
    "users.*.id": _IDS,
    "assignments.*.permission_set": ["Exports-1", "ReadOnly"],
    "assignments.*.to": [["Workloads"], ["Sandbox"], ["management"]],
}
