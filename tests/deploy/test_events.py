"""Forwarded events in AWS: rules, bus and schedule are deployed, and an event takes the whole way to its topic."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventsBackend, Rule, events_backends

from tests.deploy.conftest import Aws, reduced, write

NAMES = ("nw-heartbeat*", "nw-secrets*", "nw-notifications*", "nw-kms-notifications")
ONLY = tuple(part for name in NAMES for part in ("--only", name))
EVENTS = """\
  heartbeat: {watch: [log-archive], sign_of_life: weekly}
  secrets: {watch: [deletions]}
"""
MANAGEMENT, LOG_ARCHIVE, SECURITY = "111111111111", "222222222222", "333333333333"
CALL = "AWS API Call via CloudTrail"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The reduced profile with every capability that forwards events."""
    path = reduced(tmp_path, but="notifications")
    path.write_text(path.read_text(encoding="utf-8") + EVENTS, encoding="utf-8")
    return path


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Topics that rules notify: moto delivers to buses, and not to topics."""
    found: list[str] = []
    deliver = Rule.send_to_targets

    def send(rule: Rule, event: Any, *, transform_input: bool = True) -> None:
        if not rule.event_pattern.matches_event(event):
            return
        topics = [target["Arn"] for target in rule.targets if ":sns:" in target["Arn"]]
        found.extend(topics)
        if not topics:
            deliver(rule, event, transform_input=transform_input)

    monkeypatch.setattr(Rule, "send_to_targets", send)
    return found


def put(source: str, kind: str, detail: Mapping[str, Any]) -> None:
    """An event on the default bus of the log archive account."""
    backend: EventsBackend = events_backends[LOG_ARCHIVE]["eu-west-1"]
    backend.put_events([{"Source": source, "DetailType": kind, "Detail": json.dumps(detail)}])


def test_event_takes_the_whole_way_to_its_topic(settled: Aws, own: Path, published: list[str], tmp_path: Path) -> None:
    settled.emulator.run_services()
    out = write(own, tmp_path / "out")
    first = settled.run("deploy", out, "--yes", *ONLY)
    assert first.exit_code == 0, first.stderr
    put("aws.kms", CALL, {"eventSource": "kms.amazonaws.com", "eventName": "ScheduleKeyDeletion"})
    put("aws.kms", CALL, {"eventSource": "kms.amazonaws.com", "eventName": "CreateKey"})
    put("aws.secretsmanager", CALL, {"eventSource": "secretsmanager.amazonaws.com", "eventName": "DeleteSecret"})
    topics = [f"arn:aws:sns:eu-west-1:{SECURITY}:nw-alerts-{name}" for name in ("critical", "medium")]
    assert published == topics
    for account, bus, name in (
        (MANAGEMENT, "default", "nw-heartbeat-sign-of-life"),
        (SECURITY, "nw-events", "nw-heartbeat-sign-of-life-notice"),
    ):  # the template names the account by a parameter; moto forwards events as the receiving account's own
        rule = events_backends[account]["eu-west-1"].event_buses[bus].rules[name]
        assert json.loads(str(rule.event_pattern.dump()))["account"] == [MANAGEMENT]
    assert settled.run("drift", out, *ONLY).exit_code == 0
