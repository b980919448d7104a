"""Facts about exclusions from VPC Block Public Access, read from templates of the baseline and of anybody else."""

from types import SimpleNamespace
from typing import Any

import pytest

from baseline.cloud.public_access import PublicAccessBlock
from baseline.deploy.preflight.decide.public_access import Exclusion, NewExclusions
from baseline.deploy.preflight.read import public_access
from baseline.deploy.preflight.read.names import NewInstance
from baseline.deploy.preflight.survey import PlannedResource, filled
from baseline.deploy.template import resources_of

OWN, MEMBER, REGION = "111111111111", "222222222222", "eu-west-1"
BLOCK = PublicAccessBlock(mode="block-ingress", allows_exclusions=True, excluded={})
KNOWN = {"Subnet": "subnet-1", "Mode": "allow-egress"}
TEXT = """
Resources:
  Named: {Type: AWS::EC2::VPCBlockPublicAccessExclusion, Properties: {VpcId: vpc-1, InternetGatewayExclusionMode: allow-bidirectional}}
  Given: {Type: AWS::EC2::VPCBlockPublicAccessExclusion, Properties: {SubnetId: !Ref Subnet, InternetGatewayExclusionMode: !Ref Mode}}
  Made: {Type: AWS::EC2::VPCBlockPublicAccessExclusion, Properties: {VpcId: !Ref Vpc, InternetGatewayExclusionMode: allow-egress}}
  Imported: {Type: AWS::EC2::VPCBlockPublicAccessExclusion, Properties: {VpcId: !ImportValue vpc, InternetGatewayExclusionMode: allow-egress}}
  Chosen: {Type: AWS::EC2::VPCBlockPublicAccessExclusion, Properties: {VpcId: vpc-2, InternetGatewayExclusionMode: !ImportValue mode}}
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
"""  # noqa: E501
FOUND = {("vpc-1", "allow-bidirectional"), ("subnet-1", "allow-egress")}


class Planned:
    """What a survey says of stacks in the management account and of one StackSet, with the same template."""

    member_role = "Reader"
    identity = SimpleNamespace(account=OWN)

    def __init__(self, *stacks: str) -> None:
        session = SimpleNamespace(member=lambda role: role)
        self.context = SimpleNamespace(session=session, plan=SimpleNamespace(partition="aws"))
        self.stacks = stacks

    def resources(self, type_: str) -> list[PlannedResource]:
        items = [filled(item, KNOWN) for item in resources_of(TEXT) if item.type == type_]
        return [PlannedResource(stack=stack, region=REGION, item=item) for stack in self.stacks for item in items]

    def known(self, *_: str) -> dict[str, str]:
        return KNOWN


def facts(monkeypatch: pytest.MonkeyPatch, *stacks: str, member: bool = False) -> list[NewExclusions]:
    task: Any = SimpleNamespace(text=TEXT, name="nw-set", stack="nw-set")
    instances = [NewInstance(task=task, account=MEMBER, region=REGION)] if member else []
    monkeypatch.setattr(public_access, "new_instances", lambda _: instances)
    monkeypatch.setattr(public_access, "owned_networks", lambda *_: frozenset({"vpc-1"}))
    monkeypatch.setattr(public_access, "public_access_block", lambda *_: BLOCK)
    survey: Any = Planned(*stacks)
    return list(public_access.exclusions(survey))


@pytest.mark.parametrize("member", [False, True])
def test_networks_and_modes_that_no_one_knows_yet_are_left_out(monkeypatch: pytest.MonkeyPatch, member: bool) -> None:
    (fact,) = facts(monkeypatch, member=True) if member else facts(monkeypatch, "nw-own")
    assert fact.account == (MEMBER if member else OWN)
    assert {(item.network, item.mode) for item in fact.exclusions} == FOUND
    assert fact.missing == {"subnet-1"}


def test_new_stacks_of_one_account_and_region_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    (fact,) = facts(monkeypatch, "nw-one", "nw-two")
    assert [item.stack for item in fact.exclusions] == ["nw-one", "nw-one", "nw-two", "nw-two"]
    assert fact.exclusions[0] == Exclusion(stack="nw-one", network="vpc-1", mode="allow-bidirectional")
