"""Facts about the destinations of CloudWatch Logs that new subscription filter policies name."""

import json
from collections.abc import Iterator

from baseline.cloud.account import LOG_POLICY, log_destination_exists
from baseline.deploy.preflight.decide.log_destinations import LogDestination
from baseline.deploy.preflight.read.names import new_instances
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import Resource

_Place = tuple[str, str, str]
"""Region, account and name of a destination."""


def destinations(survey: Survey) -> Iterator[LogDestination]:
    """Destinations in accounts that get a policy themselves, and those that the caller can look for.

    These are in the caller's account, and with a member role in other accounts of the organization.
    """
    own = survey.identity.account
    places: dict[_Place, dict[str, str]] = {}
    for place, sender, stack in _named_by_new_policies(survey):
        places.setdefault(place, {}).setdefault(sender, stack)
    readable = {own, *(account.id for account in survey.accounts)} if survey.member_role and places else {own}
    role = f"arn:{survey.context.plan.partition}:iam::{{}}:role/{survey.member_role}"
    for (region, account, name), senders in sorted(places.items()):
        session = survey.context.session
        if account in senders:
            yield LogDestination(stack=senders[account], account=account, region=region, name=name, sends=True)
        elif account in readable:
            there = session if account == own else session.member(role.format(account))
            exists = log_destination_exists(there, region, name)
            stack = next(iter(senders.values()))
            yield LogDestination(stack=stack, account=account, region=region, name=name, exists=exists)


def _named_by_new_policies(survey: Survey) -> Iterator[tuple[_Place, str, str]]:
    """The destination that a new policy names, the account that sends, and the stack or StackSet with the policy."""
    for found in survey.resources(LOG_POLICY):
        for place in _named(found.item):
            yield place, survey.identity.account, found.stack
    for instance in new_instances(survey, LOG_POLICY):
        for item in instance.resources(survey):
            for place in _named(item):
                yield place, instance.account, instance.task.name


def _named(item: Resource) -> Iterator[_Place]:
    """The destination of a subscription filter policy whose values are known."""
    properties = item.body.get("Properties") or {}
    document = properties.get("PolicyDocument")
    if properties.get("PolicyType") == "SUBSCRIPTION_FILTER_POLICY" and isinstance(document, str):
        arn = json.loads(document)["DestinationArn"]
        _, _, _, region, account, _, name = arn.split(":", 6)
        yield region, account, name
