"""Topics, their policies and subscriptions."""

import json

from tests.emulator.services.place import Handler, Made, Place, Properties, names

_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")


def _create_topic(place: Place, properties: Properties) -> Made:
    name = properties.get("TopicName", properties[""])
    given = {key: str(properties[key]) for key in _ATTRIBUTES if key in properties}
    arn = place.client("sns").create_topic(Name=name, Attributes=given)["TopicArn"]
    return Made(physical=arn, attributes={"TopicArn": arn, "TopicName": name})


def _update_topic(place: Place, arn: str, properties: Properties) -> None:
    for key in _ATTRIBUTES:
        value = str(properties.get(key, ""))
        place.client("sns").set_topic_attributes(TopicArn=arn, AttributeName=key, AttributeValue=value)


def _delete_topic(place: Place, arn: str, _: Properties) -> None:
    place.client("sns").delete_topic(TopicArn=arn)


def _create_policy(place: Place, properties: Properties) -> Made:
    _put_policy(place, "", properties)
    return Made(physical=properties[""])


def _put_policy(place: Place, _: str, properties: Properties) -> None:
    text = json.dumps(properties["PolicyDocument"])
    for arn in properties["Topics"]:
        place.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text)


def _delete_policy(place: Place, _: str, properties: Properties) -> None:
    owner = {"AWS:SourceOwner": place.account}
    for arn in properties["Topics"]:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "SNS:Publish",
            "Resource": arn,
            "Condition": {"StringEquals": owner},
        }
        text = json.dumps({"Version": "2008-10-17", "Statement": [statement]})
        place.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text)


def _subscribe(place: Place, properties: Properties) -> Made:
    arn = place.client("sns").subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return Made(physical=arn, attributes={"Arn": arn})


def _stay(_: Place, __: str, ___: Properties) -> None:
    """Do nothing: every property of a subscription causes a replacement."""


def _unsubscribe(place: Place, arn: str, _: Properties) -> None:
    place.client("sns").unsubscribe(SubscriptionArn=arn)


HANDLERS = {
    "AWS::SNS::Topic": Handler(
        create=_create_topic,
        update=_update_topic,
        delete=_delete_topic,
        passed=names("TopicName DisplayName KmsMasterKeyId SignatureVersion TracingConfig"),
    ),
    "AWS::SNS::TopicPolicy": Handler(
        create=_create_policy, update=_put_policy, delete=_delete_policy, passed=names("PolicyDocument Topics")
    ),
    "AWS::SNS::Subscription": Handler(
        create=_subscribe, update=_stay, delete=_unsubscribe, passed=names("TopicArn Protocol Endpoint")
    ),
}
