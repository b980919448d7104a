"""VPC Block Public Access, read from AWS's responses."""

from typing import Any

import pytest

from baseline.cloud.public_access import owned_networks, public_access_block
from baseline.cloud.session import Session, SessionOptions

ACCOUNT, OTHER = "111111111111", "222222222222"
VPC, SUBNET = "vpc-0123456789abcdef0", "subnet-0123456789abcdef0"
ARN = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/{VPC}"


class Client:
    """EC2 with one VPC, a subnet that another account shares, and an exclusion in some state."""

    def __init__(self, state: str = "create-complete", allowed: str = "allowed") -> None:
        self.exclusion = {"ResourceArn": ARN, "ExclusionId": "vpcbpa-exclude-1", "State": state}
        self.options = {"InternetGatewayBlockMode": "block-ingress", "ExclusionsAllowed": allowed}

    def describe_vpc_block_public_access_options(self) -> dict[str, Any]:
        return {"VpcBlockPublicAccessOptions": self.options}

    def describe_vpc_block_public_access_exclusions(self, NextToken: str = "") -> dict[str, Any]:  # noqa: N803
        return {"VpcBlockPublicAccessExclusions": [self.exclusion]} if NextToken else {"NextToken": "more"}

    def get_paginator(self, operation: str) -> Any:
        vpcs: dict[str, Any] = {"Vpcs": [{"VpcId": VPC, "OwnerId": ACCOUNT}]}
        subnets: dict[str, Any] = {"Subnets": [{"SubnetId": SUBNET, "OwnerId": OTHER}]}
        return Pages({"describe_vpcs": vpcs, "describe_subnets": subnets}[operation])


class Pages:
    def __init__(self, page: dict[str, Any]) -> None:
        self.page = page

    def paginate(self, Filters: list[dict[str, Any]]) -> list[dict[str, Any]]:  # noqa: N803
        wanted = {value for item in Filters for value in item["Values"]}
        return [{key: [it for it in items if wanted & set(it.values())] for key, items in self.page.items()}]


class Answered(Session):
    def __init__(self, client: object) -> None:
        super().__init__(home_region="eu-west-1", options=SessionOptions())
        self.only = client

    def untyped_client(self, service: str, region: str = "") -> Any:
        assert (service, region) == ("ec2", "eu-west-1")
        return self.only


@pytest.mark.parametrize(("state", "counts"), [("create-complete", True), ("delete-complete", False)])
def test_exclusions_of_every_page_count_until_they_are_deleted(state: str, counts: bool) -> None:
    found = public_access_block(Answered(Client(state)), "eu-west-1")
    assert (found.mode, found.allows_exclusions) == ("block-ingress", True)
    assert found.excluded == ({ARN: "vpcbpa-exclude-1"} if counts else {})


def test_a_policy_without_exclusions_is_noticed() -> None:
    assert not public_access_block(Answered(Client(allowed="not-allowed")), "eu-west-1").allows_exclusions


def test_a_shared_subnet_is_not_owned() -> None:
    assert owned_networks(Answered(Client()), "eu-west-1", ACCOUNT, [VPC, SUBNET]) == {VPC}
    assert owned_networks(Answered(Client()), "eu-west-1", ACCOUNT, ["vpc-0fedcba9876543210"]) == frozenset()
