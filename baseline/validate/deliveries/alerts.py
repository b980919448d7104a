"""Deliveries to topics and buses, and use of the keys that encrypt topics."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.policy.document import Path
from baseline.validate.deliveries.expectation import (
    PROBE,
    Delivery,
    Expectation,
    Guarded,
    Held,
    by_role,
)
from baseline.validate.estate import FOREIGN, FOREIGN_ORGANIZATION, MEMBER, Estate, Owned
from baseline.validate.look import values_at

_POLICY: Path = ("Properties", "PolicyDocument")
_KEY_POLICY: Path = ("Properties", "KeyPolicy")
_SNS_KEY = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
_ALARMS = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"
_EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"
_BUS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html"
_QUEUE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"
_BUDGETS = "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"
_ANOMALIES = "https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html"
_PUBLISHERS = {
    "AWS::CloudWatch::Alarm": "cloudwatch",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch",
    "AWS::Events::Rule": "events",
    "AWS::Budgets::Budget": "budgets",
    "AWS::CE::AnomalySubscription": "costalerts",
}
"""Resource type → the service that publishes for it."""
_SOURCES = {"cloudwatch": _ALARMS, "events": _EVENTS, "budgets": _BUDGETS, "costalerts": _ANOMALIES}
_NEEDED = ("kms:GenerateDataKey", "kms:Decrypt")


def alert_expectations(estate: Estate) -> Iterator[Expectation]:
    """Every delivery of an alarm, rule, budget or cost anomaly subscription to its topic or bus."""
    policies = _topic_policies(estate)
    asked: set[tuple[str, str]] = set()
    for kind, service in _PUBLISHERS.items():
        for sender in estate.owned.get(kind, ()):
            for target in _targets(estate, sender):
                topic = estate.by_arn.get(target)
                if topic and topic.resource.type == "AWS::SNS::Topic" and (target, service) not in asked:
                    asked.add((target, service))
                    yield from _publishes(estate, policies, topic, sender, service)
    for topic in estate.owned.get("AWS::SNS::Topic", ()):
        yield from _denied_to_all(estate, policies, topic)
    for policy in estate.owned.get("AWS::Events::EventBusPolicy", ()):
        yield from _bus(estate, policy)
    for sender in (*estate.owned.get("AWS::Events::Rule", ()), *estate.owned.get("AWS::Scheduler::Schedule", ())):
        yield from _forwarded(estate, sender)
    yield from _undelivered(estate)


def _targets(estate: Estate, sender: Owned) -> Iterator[str]:
    properties = sender.resource.properties
    for name in ("AlarmActions", "OKActions"):
        yield from (estate.text(item, sender) for item in properties.get(name, ()))
    for path in ("NotificationsWithSubscribers/*/Subscribers/*/Address", "Subscribers/*/Address"):
        yield from (estate.text(item, sender) for _, item in values_at(properties, path))
    yield from (
        estate.text(item.get("Arn"), sender) for item in properties.get("Targets", ()) if isinstance(item, Mapping)
    )


def _topic_policies(estate: Estate) -> dict[str, Owned]:
    return {
        estate.text(topic, policy): policy
        for policy in estate.owned.get("AWS::SNS::TopicPolicy", ())
        for topic in policy.resource.properties.get("Topics", ())
    }


def _publishes(
    estate: Estate, policies: Mapping[str, Owned], topic: Owned, sender: Owned, service: str
) -> Iterator[Expectation]:
    account = estate.account(sender.place.account)
    sent = {} if service == "events" else {"aws:SourceArn": sender.arn, "aws:SourceAccount": account}
    values: dict[str, Any] = {"service": f"{service}.amazonaws.com", "sent": sent, "extra": {}}
    owner = policies.get(topic.arn, topic)
    publish = Delivery(
        to=owner,
        path=(*owner.resource.path, *_POLICY),
        policy=estate.policy(owner.resource.properties.get("PolicyDocument"), owner),
        what=f"{sender.resource.logical_id} publishes to {topic.arn.rpartition(':')[2]}",
        actions=("sns:Publish",),
        resource=topic.arn,
        source=_SOURCES[service],
        **values,
    )
    yield from publish.expectations()
    yield from publish.without_grants("sns:Subscribe", "sns:SetTopicAttributes")
    key = estate.by_arn.get(estate.text(topic.resource.properties.get("KmsMasterKeyId"), topic))
    at = key or topic
    encrypt = Delivery(
        to=at,
        path=(*at.resource.path, *(_KEY_POLICY if key else ("Properties", "KmsMasterKeyId"))),
        policy=estate.policy(at.resource.properties.get("KeyPolicy"), at),
        what=f"{service} encrypts what it publishes",
        actions=_NEEDED,
        resource=key.arn if key else f"arn:aws:kms:{topic.place.region}:{account}:key/aws-managed",
        source=_SNS_KEY,
        **values,
    )
    yield from encrypt.expectations()
    yield from encrypt.without_grants("kms:CreateGrant", "kms:Encrypt")


def _undelivered(estate: Estate) -> Iterator[Expectation]:
    """EventBridge puts events that rules cannot deliver into their dead-letter queue."""
    policies = {
        (policy.place.region, estate.text(queue, policy)): policy
        for policy in estate.owned.get("AWS::SQS::QueuePolicy", ())
        for queue in policy.resource.properties.get("Queues", ())
    }
    asked: set[tuple[str, str]] = set()
    for rule in estate.owned.get("AWS::Events::Rule", ()):
        for target in rule.resource.properties.get("Targets", ()):
            arn = estate.text(target.get("DeadLetterConfig", {}).get("Arn"), rule)
            queue = estate.by_arn.get(arn)
            if queue is None or (arn, rule.place.account) in asked:
                continue
            asked.add((arn, rule.place.account))
            owner = policies.get((queue.place.region, arn.rpartition(":")[2]), queue)
            failed = Delivery(
                to=owner,
                path=(*owner.resource.path, *_POLICY),
                policy=estate.policy(owner.resource.properties.get("PolicyDocument"), owner),
                what=f"{rule.resource.logical_id} keeps events that it cannot deliver",
                service="events.amazonaws.com",
                actions=("sqs:SendMessage",),
                resource=arn,
                sent={"aws:SourceArn": rule.arn},
                extra={},
                source=_QUEUE,
            )
            yield from failed.succeeds()
            yield from failed.without_grants("sqs:ReceiveMessage")
            yield from failed.from_elsewhere(
                {"aws:SourceArn": f"{rule.arn.partition(':rule/')[0]}:rule/{PROBE}"}, "of another rule"
            )


def _denied_to_all(estate: Estate, policies: Mapping[str, Owned], topic: Owned) -> Iterator[Expectation]:
    policy = policies.get(topic.arn)
    if policy is None:
        return
    document = estate.policy(policy.resource.properties.get("PolicyDocument"), policy)
    at: Path = (*policy.resource.path, *_POLICY)
    own = f"arn:aws:iam::{topic.arn.split(':')[4]}:role/{PROBE}"
    request = by_role("sns:Publish", topic.arn, own, extra={"aws:SecureTransport": "false"})
    yield Guarded(policy, at, document).expects("an administrator publishes without TLS", request, allowed=False)
    for account, who in ((FOREIGN, "a foreign account"), (MEMBER, "another account")):
        for action in ("sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"):
            request = by_role(action, topic.arn, f"arn:aws:iam::{account}:role/{PROBE}")
            what = f"an administrator of {who} calls {action}"
            yield Guarded(policy, at, document).expects(what, request, allowed=False)


def _bus(estate: Estate, policy: Owned) -> Iterator[Expectation]:
    """The bus policy allows the forwarding roles of this organization, and no others."""
    statement = policy.resource.properties.get("Statement")
    document = estate.policy({"Statement": [statement]}, policy)
    at: Path = (*policy.resource.path, "Properties", "Statement")
    name = estate.text(policy.resource.properties.get("EventBusName"), policy)
    buses = (item for item in estate.owned.get("AWS::Events::EventBus", ()) if item.arn.endswith(f"/{name}"))
    for bus in buses:
        for rule in estate.owned.get("AWS::Events::Rule", ()):
            for role in _forwarders(estate, rule, bus.arn):
                number = estate.account(rule.place.account)
                yield from _admits(policy, at, bus, document, role.replace(number, MEMBER))


def _admits(policy: Owned, at: Path, bus: Owned, document: Any, role: str) -> Iterator[Expectation]:  # noqa: ANN401
    member = by_role("events:PutEvents", bus.arn, role)
    yield Guarded(policy, at, document).expects(f"{role} puts events", member, allowed=True, source=_BUS)
    foreign = by_role("events:PutEvents", bus.arn, role.replace(MEMBER, FOREIGN), organization=FOREIGN_ORGANIZATION)
    yield Guarded(policy, at, document).expects(
        "a forwarding role of a foreign account puts events", foreign, allowed=False
    )
    probe = by_role("events:PutEvents", bus.arn, f"arn:aws:iam::{MEMBER}:role/{PROBE}")
    yield Guarded(policy, at, document).expects("an administrator puts events", probe, allowed=False)
    other = by_role("events:PutRule", bus.arn, role)
    yield Guarded(policy, at, document).expects(f"{role} changes the bus", other, allowed=False)


def _forwarders(estate: Estate, rule: Owned, bus: str) -> Iterator[str]:
    for target in rule.resource.properties.get("Targets", ()):
        if isinstance(target, Mapping) and estate.text(target.get("Arn"), rule) == bus and target.get("RoleArn"):
            yield estate.text(target["RoleArn"], rule)


def _forwarded(estate: Estate, sender: Owned) -> Iterator[Expectation]:
    """The role of a rule or schedule may reach the bus or state machine that it names, and nothing else."""
    properties = sender.resource.properties
    for target in properties.get("Targets", (properties.get("Target", {}),)):
        reached = estate.text(target.get("Arn"), sender)
        role = estate.by_arn.get(estate.text(target.get("RoleArn"), sender)) if target.get("RoleArn") else None
        if role is None:
            continue
        own = tuple(
            estate.policy(item.get("PolicyDocument"), role)
            for item in role.resource.properties.get("Policies", ())
            if isinstance(item, Mapping)
        )
        at: Path = (*role.resource.path, "Properties", "Policies")
        for action, resource, allowed in _calls_of_target(reached):
            what = f"{role.resource.logical_id} calls {action} on {resource.rpartition(':')[2]}"
            yield Held(role, at, own).expects(what, by_role(action, resource, role.arn), allowed=allowed)


def _calls_of_target(target: str) -> tuple[tuple[str, str, bool], ...]:
    """Calls with a rule's role: action, resource, and whether it is allowed."""
    if ":stateMachine:" in target:
        other = f"{target.rpartition(':')[0]}:{PROBE}"
        return (
            ("states:StartExecution", target, True),
            ("states:StartExecution", other, False),
            ("states:UpdateStateMachine", target, False),
        )
    if ":api-destination/" in target:
        other = f"{target.partition('/')[0]}/{PROBE}/0123"
        return (
            ("events:InvokeApiDestination", target, True),
            ("events:InvokeApiDestination", other, False),
            ("events:UpdateApiDestination", target, False),
        )
    other = f"{target.rpartition('/')[0]}/{PROBE if target.endswith('/default') else 'default'}"
    return (("events:PutEvents", target, True), ("events:PutEvents", other, False), ("events:PutRule", target, False))
