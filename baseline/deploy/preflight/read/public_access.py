"""Facts about VPC Block Public Access in the accounts in which new stacks create exclusions."""

from collections.abc import Iterable, Iterator

from baseline.cloud.public_access import owned_networks, public_access_block
from baseline.cloud.session import Session
from baseline.deploy.preflight.decide.public_access import EXCLUSION, NewExclusions
from baseline.deploy.preflight.read.names import new_instances
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import Resource, resources_of


def exclusions(survey: Survey) -> Iterator[NewExclusions]:
    """The exclusions of the management account, and with a member role those of member accounts."""
    session, account = survey.context.session, survey.identity.account
    new = tuple(survey.resources(EXCLUSION))
    for stack, region in sorted({(found.stack, found.region) for found in new}):
        here = (found.item for found in new if (found.stack, found.region) == (stack, region))
        yield _new_exclusions(session, stack, account, region, here)
    role = f"arn:{survey.context.plan.partition}:iam::{{}}:role/{survey.member_role}"
    for place in new_instances(survey) if survey.member_role else ():
        if items := [item for item in resources_of(place.task.text) if item.type == EXCLUSION]:
            member = session.member(role.format(place.account))
            yield _new_exclusions(member, place.task.name, place.account, place.region, items)


def _new_exclusions(
    session: Session, stack: str, account: str, region: str, items: Iterable[Resource]
) -> NewExclusions:
    networks = {}
    for item in items:
        properties = item.body["Properties"]
        networks[properties.get("VpcId") or properties["SubnetId"]] = properties["InternetGatewayExclusionMode"]
    return NewExclusions(
        stack=stack,
        account=account,
        region=region,
        networks=networks,
        missing=frozenset(networks) - owned_networks(session, region, account, networks),
        block=public_access_block(session, region),
    )
