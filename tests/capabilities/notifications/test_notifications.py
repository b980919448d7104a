"""Topics by severity: subscribers, accounts, and one policy each that no update removes."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.notifications import CAPABILITY
from baseline.capabilities.respond.notifications.settings import SEVERITIES
from baseline.capabilities.settings import Tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.document import text_of
from tests.landscapes import make_landscape, properties, rendered

TOPICS = {"CriticalTopic", "HighTopic", "MediumTopic"}
TEAMS = {
    "tenant_id": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "team_id": "1a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "channel_id": "19%3a0123456789abcdef%40thread.tacv2",
}
SLACK = {"workspace_id": "T0123456789", "channel_id": "C0123456789"}


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"notifications": settings or {}}, **changes)


def stack_of(here: Landscape) -> Stack:
    (stack,) = [item for item in build_plan(here).stacks if item.capability == "notifications"]
    return stack


def resources(here: Landscape, kind: str) -> dict[str, Any]:
    return properties(rendered("notifications", here)["notifications"], kind)


def heard(here: Landscape) -> dict[str, set[str]]:
    """Endpoint → topics."""
    found: dict[str, set[str]] = {}
    for item in resources(here, "AWS::SNS::Subscription").values():
        found.setdefault(item["Endpoint"], set()).add(item["TopicArn"]["Ref"])
    return found


@pytest.fixture(scope="module")
def policies() -> Mapping[str, Any]:
    """Logical id → topic policy."""
    template = rendered("notifications", make_landscape())["notifications"]
    return {item.logical_id: item for item in template.of_type("AWS::SNS::TopicPolicy")}


def test_topic_policy_is_about_its_own_topic_only(policies: Mapping[str, Any]) -> None:
    """SNS: `Resource` must be the ARN of the policy's topic (API permissions reference)."""
    assert len(policies) == 3
    for policy in policies.values():
        (topic,) = policy.properties["Topics"]
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            assert statement["Resource"] == topic, statement["Sid"]


def test_former_policy_of_all_topics_keeps_its_name_and_is_updated_first(policies: Mapping[str, Any]) -> None:
    """Deleting it, or removing a topic from it later, would reset the new policies."""
    assert policies["TopicsPolicy"].properties["Topics"] == [{"Ref": "CriticalTopic"}]
    others = [item.body.get("DependsOn") for name, item in policies.items() if name != "TopicsPolicy"]
    assert others == ["TopicsPolicy", "TopicsPolicy"]


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_every_severity_has_an_encrypted_topic_with_an_export(tier: Tier, *, standalone: bool) -> None:
    here = landscape(tier=tier, standalone=standalone)
    topics = resources(here, "AWS::SNS::Topic")
    assert set(topics) == TOPICS
    assert {item["TopicName"] for item in topics.values()} == {f"nw-alerts-{name}" for name in SEVERITIES}
    for item in topics.values():
        assert item["KmsMasterKeyId"] == {"Fn::ImportValue": "nw-notifications-key-arn"}
    outputs = rendered("notifications", here)["notifications"].document["Outputs"].values()
    assert {item["Export"]["Name"]: item["Value"]["Ref"] for item in outputs} == {
        f"nw-alerts-{name}-arn": f"{name.capitalize()}Topic" for name in SEVERITIES
    }


def test_topics_are_where_alarms_and_the_security_team_are_after_their_key() -> None:
    stack = stack_of(landscape())
    assert [(d.account, d.regions) for d in stack.deployments] == [
        ("management", ("eu-west-1",)),
        ("security", ("eu-west-1",)),
    ]
    assert "nw-kms-notifications" in stack.depends_on
    one = stack_of(landscape(standalone=True))
    assert [(d.account, d.method.value) for d in one.deployments] == [("management", "stack")]


def test_alerts_of_the_profile_hear_every_severity_by_mail() -> None:
    here = landscape(alerts=("a@northwind.example", "b@northwind.example"))
    assert heard(here) == {"a@northwind.example": TOPICS, "b@northwind.example": TOPICS}
    assert {item["Protocol"] for item in resources(here, "AWS::SNS::Subscription").values()} == {"email"}
    assert resources(landscape(alerts=()), "AWS::SNS::Subscription") == {}


@pytest.mark.parametrize(
    ("severities", "topics"),
    [
        (["critical"], {"CriticalTopic"}),
        (["high"], {"HighTopic"}),
        (["medium", "critical"], {"CriticalTopic", "MediumTopic"}),
        (None, TOPICS),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_subscription_hears_the_severities_that_it_names(severities: list[str] | None, topics: set[str]) -> None:
    chosen = {} if severities is None else {"severities": severities}
    item = {"protocol": "https", "endpoint": "https://siem.example/sns", **chosen}
    assert heard(landscape({"subscriptions": [item]}))["https://siem.example/sns"] == topics


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("email", "a+b@x.example"),
        ("email-json", "o'neil@x.example"),
        ("https", "https://x.example/a?b=${c}&d='\"#:on"),
        ("sqs", "arn:aws:sqs:eu-west-1:333333333333:alerts"),
    ],
)
def test_subscription_keeps_protocol_and_endpoint_as_written(protocol: str, endpoint: str) -> None:
    here = landscape({"subscriptions": [{"protocol": protocol, "endpoint": endpoint}]}, alerts=())
    assert CAPABILITY.problems(here) == ()
    found = {
        (item["Protocol"], text_of(item["Endpoint"])) for item in resources(here, "AWS::SNS::Subscription").values()
    }
    assert found == {(protocol, endpoint.replace("arn:aws:", "arn:${AWS::Partition}:"))}


def test_logical_ids_of_subscriptions_stay_when_one_is_added_at_the_end() -> None:
    first = {"protocol": "https", "endpoint": "https://one.example/"}
    second = {"protocol": "https", "endpoint": "https://two.example/"}
    before = resources(landscape({"subscriptions": [first]}), "AWS::SNS::Subscription")
    after = resources(landscape({"subscriptions": [first, second]}), "AWS::SNS::Subscription")
    assert before.items() <= after.items()
    assert len(after) == len(before) + 3


def test_no_subscription_is_deleted_whatever_position_its_subscriber_has() -> None:
    """A subscriber that moves up gets the subscription that it has, which a clean-up would delete."""
    found = rendered("notifications", landscape())["notifications"].of_type("AWS::SNS::Subscription")
    assert {(item.body["DeletionPolicy"], item.body["UpdateReplacePolicy"]) for item in found} == {("Retain", "Retain")}


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("email", "https://x.example"),
        ("email-json", "nobody"),
        ("https", "http://x.example"),
        ("https", "a@x.example"),
        ("sqs", "arn:aws:sns:eu-west-1:333333333333:alerts"),
    ],
)
def test_endpoint_that_does_not_fit_its_protocol_is_a_problem(protocol: str, endpoint: str) -> None:
    right = {"protocol": "email", "endpoint": "a@x.example"}
    wrong = {"protocol": protocol, "endpoint": endpoint}
    (problem,) = CAPABILITY.problems(landscape({"subscriptions": [right, wrong]}))
    assert ".".join(map(str, problem.path)) == "subscriptions.1.endpoint"
    assert endpoint in problem.message


@pytest.mark.parametrize(
    "item",
    [
        {"protocol": "sms", "endpoint": "+441234567890"},
        {"protocol": "https", "endpoint": "https://x.example/ y"},
        {"protocol": "https", "endpoint": "https://x.example/\n"},
        {"protocol": "https", "endpoint": "https://x.example", "severities": []},
        {"protocol": "https", "endpoint": "https://x.example", "severities": ["low"]},
        {"endpoint": "https://x.example"},
    ],
    ids=str,
)
def test_subscription_that_sns_would_refuse_is_refused(item: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape({"subscriptions": [item]})


def test_slack_channel_receives_its_severities_and_can_only_look() -> None:
    here = landscape({"slack": {**SLACK, "severities": ["high", "critical"]}})
    (channel,) = resources(here, "AWS::Chatbot::SlackChannelConfiguration").values()
    assert (channel["SlackWorkspaceId"], channel["SlackChannelId"]) == ("T0123456789", "C0123456789")
    assert [item["Ref"] for item in channel["SnsTopicArns"]] == ["CriticalTopic", "HighTopic"]
    (role,) = resources(here, "AWS::IAM::Role").values()
    actions = [
        action for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"] for action in s["Action"]
    ]
    assert all(action.startswith(("cloudwatch:Describe", "cloudwatch:Get")) for action in actions)
    (guardrail,) = channel["GuardrailPolicies"]
    assert guardrail["Fn::Sub"].endswith("/CloudWatchReadOnlyAccess")


def test_teams_channel_receives_its_severities_and_can_only_look() -> None:
    here = landscape({"teams": {**TEAMS, "severities": ["critical"]}})
    (channel,) = resources(here, "AWS::Chatbot::MicrosoftTeamsChannelConfiguration").values()
    assert (channel["TeamsTenantId"], channel["TeamId"], channel["TeamsChannelId"]) == tuple(TEAMS.values())
    assert [item["Ref"] for item in channel["SnsTopicArns"]] == ["CriticalTopic"]
    assert len(resources(here, "AWS::IAM::Role")) == 1
    assert resources(here, "AWS::Chatbot::SlackChannelConfiguration") == {}
    both = landscape({"teams": TEAMS, "slack": SLACK})
    assert len(resources(both, "AWS::IAM::Role")) == 1


@pytest.mark.parametrize("change", [{"tenant_id": "northwind"}, {"channel_id": "19:abc@thread.tacv2"}])
def test_teams_channel_that_aws_would_refuse_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        landscape({"teams": {**TEAMS, **change}})


def test_without_slack_there_is_neither_channel_nor_role() -> None:
    assert resources(landscape(), "AWS::Chatbot::SlackChannelConfiguration") == {}
    assert resources(landscape(), "AWS::IAM::Role") == {}


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_chat_outside_the_aws_partition_is_a_problem(partition: str) -> None:
    chat = {"slack": SLACK, "teams": TEAMS}
    problems = CAPABILITY.problems(landscape(chat, partition=partition))
    assert [problem.path for problem in problems] == [("slack",), ("teams",)]
    assert all(partition in problem.message for problem in problems)
    assert CAPABILITY.problems(landscape(chat)) == ()


def test_topics_stand_in_both_regions_of_china_that_send_alerts() -> None:
    china = landscape(
        partition="aws-cn",
        home_region="cn-northwest-1",
        sign_in_region="cn-north-1",
        regions=("cn-northwest-1",),
    )
    assert stack_of(china).regions == china.alert_regions
    assert len(china.alert_regions) == 2


def test_capability_that_is_off_has_no_stack() -> None:
    needing = ("notifications", "alarms", "iam_roles", "security_hub")
    here = make_landscape(settings={name: {"enabled": False} for name in needing})
    assert not [stack for stack in build_plan(here).stacks if stack.capability == "notifications"]
