"""Facts about VPC Block Public Access in the accounts in which new stacks create exclusions."""

from collections import defaultdict
from collections.abc import Iterator

from baseline.cloud.public_access import owned_networks, public_access_block
from baseline.deploy.preflight.decide.public_access import EXCLUSION, Exclusion, NewExclusions
from baseline.deploy.preflight.read.names import new_instances
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import Resource


def exclusions(survey: Survey) -> Iterator[NewExclusions]:
    """The exclusions of the management account, and with a member role those of member accounts."""
    own = survey.identity.account
    places: dict[tuple[str, str], list[Exclusion]] = defaultdict(list)
    for found in survey.resources(EXCLUSION):
        places[own, found.region] += _known(found.stack, found.item)
    for instance in new_instances(survey) if survey.member_role else ():
        for item in instance.resources(survey):
            if item.type == EXCLUSION:
                places[instance.account, instance.region] += _known(instance.task.name, item)
    role = f"arn:{survey.context.plan.partition}:iam::{{}}:role/{survey.member_role}"
    for (account, region), items in sorted(places.items()):
        session = survey.context.session
        if items:
            there = session if account == own else session.member(role.format(account))
            networks = frozenset(item.network for item in items)
            yield NewExclusions(
                account=account,
                region=region,
                exclusions=tuple(items),
                missing=networks - owned_networks(there, region, account, networks),
                block=public_access_block(there, region),
            )


def _known(stack: str, item: Resource) -> Iterator[Exclusion]:
    """The exclusion, unless its network or mode is known only later: an id of the same stack, or an import."""
    properties = item.body.get("Properties") or {}
    network = properties.get("VpcId") or properties.get("SubnetId")
    mode = properties.get("InternetGatewayExclusionMode")
    if isinstance(network, str) and isinstance(mode, str):
        yield Exclusion(stack=stack, network=network, mode=mode)
