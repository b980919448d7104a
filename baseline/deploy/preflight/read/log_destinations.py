"""Facts about the destinations of CloudWatch Logs that new subscription filter policies name."""

import json
from collections.abc import Iterator

from baseline.cloud.account import LOG_POLICY, log_destination_exists
from baseline.deploy.preflight.decide.log_destinations import LogDestination
from baseline.deploy.preflight.read.names import new_instances
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import Resource


def destinations(survey: Survey) -> Iterator[LogDestination]:
    """The destinations in the caller's account, and with a member role those in accounts of the organization."""
    own = survey.identity.account
    places: dict[tuple[str, str, str], str] = {}
    for found in survey.resources(LOG_POLICY):
        for place in _named(found.item):
            places.setdefault(place, found.stack)
    for instance in new_instances(survey) if survey.member_role else ():
        for item in instance.resources(survey):
            for place in _named(item):
                places.setdefault(place, instance.task.name)
    readable = {own, *(account.id for account in survey.accounts)} if survey.member_role and places else {own}
    role = f"arn:{survey.context.plan.partition}:iam::{{}}:role/{survey.member_role}"
    for (region, account, name), stack in sorted(places.items()):
        session = survey.context.session
        if account in readable:
            there = session if account == own else session.member(role.format(account))
            exists = log_destination_exists(there, region, name)
            yield LogDestination(stack=stack, account=account, region=region, name=name, exists=exists)


def _named(item: Resource) -> Iterator[tuple[str, str, str]]:
    """Region, account and name of the destination of a subscription filter policy whose values are known."""
    properties = item.body.get("Properties") or {}
    document = properties.get("PolicyDocument")
    if properties.get("PolicyType") == "SUBSCRIPTION_FILTER_POLICY" and isinstance(document, str):
        arn = json.loads(document)["DestinationArn"]
        _, _, _, region, account, _, name = arn.split(":", 6)
        yield region, account, name
