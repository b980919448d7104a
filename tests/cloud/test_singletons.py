"""Resources of which an account has one, read from AWS's responses."""

from typing import Any, cast

import boto3
import pytest
from botocore.stub import Stubber

from baseline.cloud.account import SINGLETONS, audit_manager_status
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session, SessionOptions

SINK = "arn:aws:oam:eu-west-1:111111111111:sink/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
HUB = "arn:aws:securityhub:eu-west-1:111111111111:hubv2/0a1b"
AGGREGATOR = "arn:aws:securityhub:eu-west-1:111111111111:aggregatorv2/0a1b"
CASES: list[tuple[str, str, str, dict[str, Any], list[str]]] = [
    ("AWS::Oam::Sink", "oam", "list_sinks", {"Items": [{"Arn": SINK}]}, [SINK]),
    *(
        (
            f"AWS::Logs::AccountPolicy/{kind}",
            "logs",
            "describe_account_policies",
            {"accountPolicies": [{"policyName": "theirs", "policyType": kind}]},
            ["theirs"],
        )
        for kind in ("DATA_PROTECTION_POLICY", "SUBSCRIPTION_FILTER_POLICY")
    ),
    ("AWS::SecurityHub::HubV2", "securityhub", "describe_security_hub_v2", {"HubV2Arn": HUB}, [HUB]),
    (
        "AWS::SecurityHub::AggregatorV2",
        "securityhub",
        "list_aggregators_v2",
        {"AggregatorsV2": [{"AggregatorV2Arn": AGGREGATOR}]},
        [AGGREGATOR],
    ),
]
IDS = [type_ for type_, *_ in CASES]


class Answered(Session):
    """A session whose only client gives one response."""

    def __init__(self, client: object) -> None:
        super().__init__(home_region="eu-west-1", options=SessionOptions())
        self.only = client

    def untyped_client(self, service: str, region: str = "") -> Any:
        del service, region
        return self.only


def _client(service: str) -> Any:
    credentials = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client(cast("Any", service), region_name="eu-west-1", **credentials)


@pytest.mark.parametrize(("type_", "service", "operation", "response", "found"), CASES, ids=IDS)
def test_existing_resources_are_named(
    type_: str, service: str, operation: str, response: dict[str, Any], found: list[str]
) -> None:
    client = _client(service)
    with Stubber(client) as stub:
        kind = type_.partition("/")[2]
        stub.add_response(operation, response, {"policyType": kind} if kind else None)
        assert SINGLETONS[type_](Answered(client), "eu-west-1") == found
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "is_absent"), [("ResourceNotFoundException", True), ("AccessDeniedException", False)])
def test_security_hub_that_is_off_has_no_hub_and_no_aggregator(code: str, is_absent: bool) -> None:
    class Off:
        def refuse(self, **_: object) -> None:
            raise Refusal("no", operation="X", code=code, message="no")

        describe_security_hub_v2 = paginate = refuse

        def get_paginator(self, _: str) -> "Off":
            return self

    for type_ in ("AWS::SecurityHub::HubV2", "AWS::SecurityHub::AggregatorV2"):
        if is_absent:
            assert SINGLETONS[type_](Answered(Off()), "eu-west-1") == []
        else:
            with pytest.raises(Refusal):
                SINGLETONS[type_](Answered(Off()), "eu-west-1")


@pytest.mark.parametrize(
    ("message", "status"),
    [("", "INACTIVE"), ("Please complete AWS Audit Manager setup from home page.", ""), ("not authorized", None)],
    ids=["inactive", "not set up", "denied"],
)
def test_status_of_audit_manager_is_told_from_a_denial(message: str, status: str | None) -> None:
    class Client:
        def get_account_status(self) -> dict[str, str]:
            if message:
                raise Refusal("no", operation="GetAccountStatus", code="AccessDeniedException", message=message)
            return {"status": "INACTIVE"}

    if status is None:
        with pytest.raises(Refusal):
            audit_manager_status(Answered(Client()), "eu-west-1")
    else:
        assert audit_manager_status(Answered(Client()), "eu-west-1") == status


@pytest.mark.parametrize(
    ("type_", "operation", "response"),
    [
        ("AWS::GuardDuty::IPSet", "list_ip_sets", {"IpSetIds": ["theirs"]}),
        ("AWS::GuardDuty::TrustedEntitySet", "list_trusted_entity_sets", {"TrustedEntitySetIds": ["theirs"]}),
    ],
    ids=["addresses", "entities"],
)
def test_trusted_lists_of_the_detector_are_named(
    monkeypatch: pytest.MonkeyPatch, type_: str, operation: str, response: dict[str, Any]
) -> None:
    client = _client("guardduty")
    session = Session(home_region="eu-west-1", options=SessionOptions())
    monkeypatch.setattr(session, "client", lambda *_: client)
    with Stubber(client) as stub:
        stub.add_response("list_detectors", {"DetectorIds": ["d"]})
        stub.add_response(operation, response, {"DetectorId": "d"})
        assert SINGLETONS[type_](session, "eu-west-1") == ["theirs"]
        stub.assert_no_pending_responses()
