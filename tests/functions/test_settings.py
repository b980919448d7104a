"""The settings function against an emulated AWS over HTTP, called like CloudFormation calls it."""

import inspect
import json
import re
import textwrap
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import boto3
import botocore
import botocore.session
import pytest

from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import CustomSettingsContext, FunctionContext, permissions
from baseline.capabilities.organization.organization.organization import OrganizationSettingsContext
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from baseline.templating.environment import template_environment
from templates.functions.settings import (
    account,
    administrators,
    detective,
    inspector,
    listing,
    log_retention,
    macie,
    organization,
    regional,
    security_lake,
    storage,
    telemetry,
)
from templates.functions.settings import core as function
from tests.emulator.cloudformation.functions import answer_url, answering
from tests.emulator.server import Emulator, Fault
from tests.landscapes import MANAGEMENT, make_landscape
from tests.render.test_templates import NEW, NEW_ACCOUNTS
from tests.samples import FULL

PARTS = (
    function,
    account,
    administrators,
    listing,
    detective,
    inspector,
    log_retention,
    macie,
    organization,
    regional,
    security_lake,
    storage,
    telemetry,
)
ACCOUNT = "123456789012"
SECURITY = "333333333333"
STACK = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/nw-account-settings/1"
VALUES = {
    "${AWS::AccountId}": ACCOUNT,
    "${SecurityAccountId}": SECURITY,
    "${OrganizationRootId}": "r-ab12",
    "nw-${AWS::AccountId}": f"nw-{ACCOUNT}",
    **{
        f"nw-{kind}-${{AWS::AccountId}}-eu-west-1": f"nw-{kind}-{ACCOUNT}-eu-west-1"
        for kind in ("guardduty-lists", "hook-rules")
    },
}
IAM_ACTIONS = {
    "emr:PutBlockPublicAccessConfiguration": "elasticmapreduce:PutBlockPublicAccessConfiguration",
    "s3:CopyObject": "s3:PutObject",  # the emulator does not tell these apart: a header does
    "s3control:PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "s3control:DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
}


@dataclass
class Context:
    """Lambda's context, as far as the function uses it."""

    seconds: float = 900
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:nw-account-settings"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


class Clock:
    """Replaces the function's `time`: waiting takes no time, and only waiting advances the clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def aws(server: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    server.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "nw-log-retention-settings")
    monkeypatch.setattr(function, "time", Clock())
    monkeypatch.setattr(function, "urlopen", answering(server.url))
    client("organizations").create_organization(FeatureSet="ALL")
    server.cloudformation.organization.management = ACCOUNT
    server.cloudformation.organization.delegated[ACCOUNT] = {"detective.amazonaws.com"}
    server.calls.clear()
    return server


def client(service: str, region: str = "us-east-1") -> Any:
    return boto3.client(service, region_name=region)


def ask(
    aws: Emulator,
    setting: str,
    arguments: dict[str, Any] | None = None,
    *,
    request: str = "Create",
    context: Context | None = None,
    changes: dict[str, Any] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """The function's response to one request of CloudFormation."""
    event: dict[str, Any] = {
        "RequestType": request,
        "ResponseURL": answer_url("us-east-1", "1"),
        "StackId": STACK,
        "RequestId": "unique",
        "LogicalResourceId": "Thing",
        "ResourceProperties": {"ServiceToken": "arn", "Setting": setting, **properties},
    }
    if arguments is not None:
        event["ResourceProperties"]["Arguments"] = arguments
    if request != "Create":
        event["PhysicalResourceId"] = "Thing"
    event |= changes or {}
    before = len(aws.answers)
    function.handler(event, context or Context())
    assert len(aws.answers) == before + 1
    return aws.answers[-1]


def as_sent(value: Any) -> Any:
    """The value as CloudFormation sends it: every scalar as text."""
    if isinstance(value, dict):
        return {key: as_sent(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_sent(item) for item in value]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return VALUES.get(text, text)


def of_capabilities() -> tuple[CustomSetting, ...]:
    """Settings of the management account that capabilities need before their stacks."""
    landscape = make_landscape(settings=FULL)
    return tuple(it for item in CAPABILITIES.values() for it in item.management_settings(landscape))


def every_custom_setting() -> list[CustomSetting]:
    """All settings that capabilities can request, in an organization and in one account."""
    landscapes = [
        make_landscape(settings=FULL, **{**NEW, "accounts": NEW_ACCOUNTS, "management_settings": of_capabilities()}),
        make_landscape(settings=FULL, standalone=True, accounts={"management": MANAGEMENT}),
    ]
    return [
        setting
        for landscape in landscapes
        for stack in build_plan(landscape).stacks
        if isinstance(stack.context, CustomSettingsContext | OrganizationSettingsContext)
        for setting in stack.context.settings
    ]


ALL = {(item.setting, item.logical_id): item for item in every_custom_setting()}.values()


def test_the_capabilities_ask_for_every_setting_that_the_function_has() -> None:
    assert {item.setting for item in ALL} == set(function.SETTINGS)


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.logical_id)
@pytest.mark.parametrize("revert", [False, True], ids=["kept", "reverted"])
def test_a_setting_is_made_made_again_and_left_or_undone_with_no_more_than_its_permissions(
    aws: Emulator, item: CustomSetting, revert: bool
) -> None:
    regions: dict[str, Any] = {"Regions": list(item.regions)} if item.regions else {}
    arguments = as_sent(item.arguments) or None
    if item.setting == "macie-identifiers":
        _create_identifiers(item)
        aws.calls.clear()
    if item.setting == "stored-file":
        client("s3").create_bucket(Bucket=as_sent(item.arguments["Bucket"]))
        aws.calls.clear()
    for request in ("Create", "Update", "Create"):
        answer = ask(aws, item.setting, arguments, request=request, Revert=as_sent(revert), **regions)
        assert (answer["Status"], answer.get("Reason")) == ("SUCCESS", None)
        assert answer["PhysicalResourceId"] == "Thing"
        assert answer["Data"]["Outcome"]
    assert aws.calls
    made = len(aws.calls)
    answer = ask(aws, item.setting, arguments, request="Delete", Revert=as_sent(revert), **regions)
    assert answer["Status"] == "SUCCESS", answer
    undone = function.SETTINGS[item.setting].revert is not None and revert
    assert (len(aws.calls) > made) == undone
    regional = {call.region for call in aws.calls if call.service != "organizations"}
    assert regional <= {*(item.regions or ("us-east-1",))}
    needed = {f"{call.service}:{call.operation}" for call in aws.calls}
    allowed = permissions([item], revert=revert)
    linked = {"iam:CreateServiceLinkedRole"} if allowed.linked else set()
    calls = (
        *allowed.stores,
        *allowed.actions,
        *allowed.regional,
        *allowed.forwarded,
        *allowed.trusted_access,
        *allowed.delegation,
    )
    granted = {*calls, *linked}
    assert {IAM_ACTIONS.get(action, action) for action in needed} <= granted


def _create_identifiers(item: CustomSetting) -> None:
    for region in item.regions:
        macie2 = client("macie2", region)
        for name in item.arguments["AllowLists"]:
            macie2.create_allow_list(clientToken="x", name=name, criteria={"regex": "x"})
        for name in item.arguments["CustomDataIdentifiers"]:
            macie2.create_custom_data_identifier(name=name, regex="x")


def test_an_update_takes_effect(aws: Emulator) -> None:
    ask(aws, "password-policy", {"MinimumPasswordLength": "14", "RequireSymbols": "true"})
    ask(aws, "password-policy", {"MinimumPasswordLength": "20", "RequireSymbols": "false"}, request="Update")
    policy = client("iam").get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["RequireSymbols"]) == (20, False)


def test_enforcement_of_the_metadata_service_ends_with_its_argument_or_its_stack(aws: Emulator) -> None:
    def enforced() -> str | None:
        return (aws.gaps.told("metadata") or {}).get("HttpTokensEnforced")

    plain = {"HttpTokens": "required", "HttpPutResponseHopLimit": "2"}
    strict = {**plain, "HttpTokensEnforced": "enabled"}
    ask(aws, "instance-metadata", plain)
    assert enforced() is None
    ask(aws, "instance-metadata", strict, request="Update", changes={"OldResourceProperties": {"Arguments": plain}})
    assert enforced() == "enabled"
    ask(aws, "instance-metadata", plain, request="Update", changes={"OldResourceProperties": {"Arguments": strict}})
    assert enforced() == "no-preference"
    ask(aws, "instance-metadata", strict, request="Delete", Revert="true")
    assert enforced() == "no-preference"


def test_deleting_leaves_the_setting_unless_it_is_to_be_reverted(aws: Emulator) -> None:
    ask(aws, "password-policy", {"MinimumPasswordLength": "14"})
    kept = ask(aws, "password-policy", {"MinimumPasswordLength": "14"}, request="Delete", Revert="false")
    assert kept["Data"]["Outcome"] == "left as it is"
    assert client("iam").get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"] == 14
    ask(aws, "password-policy", {"MinimumPasswordLength": "14"}, request="Delete", Revert="true")
    with pytest.raises(client("iam").exceptions.NoSuchEntityException):
        client("iam").get_account_password_policy()


def test_what_the_account_has_is_really_changed(aws: Emulator) -> None:
    ask(aws, "ebs-encryption", {"KmsKeyId": "alias/nw-ebs"}, Regions=["us-east-1", "eu-west-1"])
    for region in ("us-east-1", "eu-west-1"):
        assert client("ec2", region).get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True
        assert (aws.gaps.told("ebs-key", region) or {})["KmsKeyId"] == "alias/nw-ebs"
    blocks = dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), "true"
    )
    ask(aws, "s3-public-access", {"AccountId": ACCOUNT, "PublicAccessBlockConfiguration": blocks})
    block = client("s3control").get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(blocks, True)
    ask(aws, "trusted-access", {"ServicePrincipal": "config.amazonaws.com"})
    enabled = client("organizations").list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [item["ServicePrincipal"] for item in enabled] == ["config.amazonaws.com"]


def test_an_alias_takes_the_place_of_the_old_one_once(aws: Emulator) -> None:
    assert ask(aws, "account-alias", {"AccountAlias": "nw-1"})["Data"]["Outcome"] == "done (us-east-1)"
    assert ask(aws, "account-alias", {"AccountAlias": "nw-1"})["Data"]["Outcome"] == "was so already (us-east-1)"
    assert aws.called().count("iam.CreateAccountAlias") == 1


def test_a_service_linked_role_is_created_once_and_one_that_exists_is_no_failure(aws: Emulator) -> None:
    service = {"AWSServiceName": "access-analyzer.amazonaws.com"}
    assert ask(aws, "service-linked-role", service)["Data"]["Outcome"] == "done (us-east-1)"
    assert aws.called() == ["iam.CreateServiceLinkedRole"]
    taken = "Service role name AWSServiceRoleForAccessAnalyzer has been taken in this account, try another suffix."
    aws.faults = [Fault(on="iam.CreateServiceLinkedRole", code="InvalidInput", message=taken)]
    assert ask(aws, "service-linked-role", service)["Data"]["Outcome"] == "was so already (us-east-1)"
    aws.faults = [Fault(on="iam.CreateServiceLinkedRole", code="InvalidInput", message="no such service")]
    assert "no such service" in ask(aws, "service-linked-role", service)["Reason"]
    kept = ask(aws, "service-linked-role", service, request="Delete", Revert="true")
    assert kept["Data"]["Outcome"] == "left as it is"


@pytest.mark.parametrize(
    "code",
    [
        *("Throttling", "TooManyRequestsException", "ConcurrentModificationException", "RequestLimitExceeded"),
        *("FinalizingOrganizationException", "AccessDeniedException"),
    ],
)
def test_errors_that_pass_are_retried(aws: Emulator, code: str) -> None:
    aws.faults = [Fault(on="organizations.EnableAWSServiceAccess", code=code, times=3)]
    assert ask(aws, "trusted-access", {"ServicePrincipal": "config.amazonaws.com"})["Status"] == "SUCCESS"
    assert aws.called() == ["organizations.EnableAWSServiceAccess"] * 4


@pytest.mark.parametrize("fault", [{"code": "InternalFailure", "status": 500}, {"drop": True}], ids=["500", "drop"])
def test_a_broken_service_or_connection_is_tried_again(aws: Emulator, fault: dict[str, Any]) -> None:
    aws.faults = [Fault(on="iam.UpdateAccountPasswordPolicy", times=2, **fault)]
    assert ask(aws, "password-policy", {"MinimumPasswordLength": "14"})["Status"] == "SUCCESS"
    assert aws.called() == ["iam.UpdateAccountPasswordPolicy"] * 3


def test_a_refusal_is_final_and_says_why(aws: Emulator) -> None:
    aws.faults = [Fault(on="iam.UpdateAccountPasswordPolicy", code="LimitExceeded", status=409, message="not you")]
    answer = ask(aws, "password-policy", {"MinimumPasswordLength": "14"})
    assert answer["Status"] == "FAILED"
    assert "LimitExceeded" in answer["Reason"]
    assert "not you" in answer["Reason"]
    assert len(aws.calls) == 1


def test_a_refusal_that_may_settle_is_final_after_two_minutes(aws: Emulator) -> None:
    aws.faults = [Fault(on="*", code="ServiceAccessNotEnabledException")]
    answer = ask(aws, "root-sessions")
    assert "ServiceAccessNotEnabledException" in answer["Reason"]
    waited = vars(function)["time"].monotonic()
    assert function.SETTLE / 2 < waited < function.SETTLE + function.LONGEST_PAUSE


def test_time_that_runs_out_is_a_failure_and_an_answer(aws: Emulator) -> None:
    aws.faults = [Fault(on="*", code="Throttling")]
    answer = ask(aws, "password-policy", {}, context=Context(seconds=300))
    assert answer["Status"] == "FAILED"
    assert "Throttling" in answer["Reason"]
    assert len(aws.calls) > 5
    assert vars(function)["time"].monotonic() <= 300 - function.RESERVE


def test_without_time_nothing_is_called(aws: Emulator) -> None:
    answer = ask(aws, "password-policy", {}, context=Context(seconds=function.RESERVE - 1))
    assert "no time was left for update_account_password_policy" in answer["Reason"]
    assert aws.calls == []


def test_one_region_that_fails_is_named_and_the_others_are_made(aws: Emulator) -> None:
    aws.faults = [Fault(on="ec2.EnableEbsEncryptionByDefault", code="AccessDenied", region="eu-west-1")]
    answer = ask(aws, "ebs-encryption", Regions=["eu-west-1", "us-east-1"])
    assert answer["Reason"].startswith("SettingError: eu-west-1: ")
    assert client("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True


@pytest.mark.parametrize(
    ("setting", "arguments", "reason"),
    [
        ("no-such-setting", {}, "there is no setting no-such-setting"),
        ("password-policy", {"Minimum": "14"}, "UpdateAccountPasswordPolicyRequest has no Minimum"),
        ("password-policy", {"MinimumPasswordLength": "many"}, "ValueError"),
    ],
)
def test_a_request_that_makes_no_sense_fails_with_an_answer(
    aws: Emulator, setting: str, arguments: dict[str, str], reason: str
) -> None:
    answer = ask(aws, setting, arguments)
    assert answer["Status"] == "FAILED"
    assert reason in answer["Reason"]
    assert aws.calls == []


@pytest.mark.parametrize("message", ["x" * 20_000, "é" * 20_000])
def test_an_answer_never_exceeds_what_cloudformation_accepts(aws: Emulator, message: str) -> None:
    aws.faults = [Fault(on="*", code="AccessDenied", message=message)]
    answer = ask(aws, "password-policy", {})
    assert 1000 < answer["bytes"] <= function.LONGEST_ANSWER
    assert answer["Reason"].startswith("SettingError: us-east-1: ")
    assert not answer["type"], "CloudFormation's signed address takes no content type"


def test_an_answer_that_is_lost_is_sent_again(aws: Emulator) -> None:
    aws.lost_answers = function.ATTEMPTS - 1
    assert ask(aws, "password-policy", {})["Status"] == "SUCCESS"


def test_nothing_of_a_call_is_logged(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    contact = {
        "AlternateContactType": "SECURITY",
        "Name": "Sam Rivera",
        "Title": "CISO",
        "EmailAddress": "sam@northwind.example",
        "PhoneNumber": "+44 20 7946 0000",
    }
    ask(aws, "alternate-contact", contact)
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert logged == [{"LogicalResourceId": "Thing", "Status": "SUCCESS"}]


@pytest.mark.parametrize(
    "url",
    [
        "http://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/1?X-Amz-Signature=secret",
        "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com.evil.example/1?X-Amz-Signature=secret",
        "https://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com@evil.example/1?secret",
        "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/1?X-Amz-Signature=secret",
        *("https://evil.example/secret", "file:///etc/secret", "https://[::1", ""),
    ],
)
def test_a_request_with_another_address_is_neither_carried_out_nor_answered(
    aws: Emulator, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    event = {"RequestType": "Create", "ResponseURL": url, "StackId": STACK, "LogicalResourceId": "Thing"}
    function.handler({**event, "ResourceProperties": {"Setting": "password-policy"}}, Context())
    assert (aws.calls, aws.answers) == ([], [])
    assert "secret" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "us-east-1", "useast1.s3.amazonaws.com"),
        ("aws", "eu-west-1", "euwest1.s3-eu-west-1.amazonaws.com"),
        ("aws", "eu-south-1", "eusouth1.s3.eu-south-1.amazonaws.com"),
        ("aws-cn", "cn-north-1", "cnnorth1.s3.cn-north-1.amazonaws.com.cn"),
        ("aws-us-gov", "us-gov-west-1", "usgovwest1.s3.us-gov-west-1.amazonaws.com"),
    ],
)
def test_addresses_of_cloudformation_are_accepted(partition: str, region: str, host: str) -> None:
    url = f"https://cloudformation-custom-resource-response-{host}/arn%3Aaws?X-Amz-Signature=1"
    assert function.is_cloudformation(url, partition, region)
    assert not function.is_cloudformation(url, partition, "us-west-2")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aws:cloudformation", "aws-cn:cloudformation"),
        ("us-east-1", "eu-west-1"),
        (ACCOUNT, "999999999999"),
        ("nw-account-settings", "evil"),
        ("nw-account-settings", "nw-account-settingsevil"),
        ("nw-account-settings/1", "nw-account-settings/1/2"),
    ],
)
def test_a_stack_of_another_user_is_refused(aws: Emulator, old: str, new: str) -> None:
    answer = ask(aws, "password-policy", {}, changes={"StackId": STACK.replace(old, new)})
    assert (answer["Status"], aws.calls) == ("FAILED", [])
    assert "stacks named nw-account-settings only" in answer["Reason"]


@pytest.mark.parametrize(
    "name",
    [
        "StackSet-nw-account-settings-5f1c2f1e-1c5e-4a55-9d0e-5cf0c9f4a2b1",
        "nw-account-regions",
        "StackSet-nw-account-regions-5f1c2f1e-1c5e-4a55-9d0e-5cf0c9f4a2b1",
    ],
)
def test_own_stacks_and_their_instances_are_served(aws: Emulator, name: str) -> None:
    changes = {"StackId": STACK.replace("nw-account-settings", name)}
    assert ask(aws, "password-policy", {}, changes=changes)["Status"] == "SUCCESS"


@pytest.mark.parametrize("key", ["ResourceProperties", "RequestType", "StackId", "RequestId", "LogicalResourceId"])
def test_a_request_without_a_key_is_answered(aws: Emulator, key: str) -> None:
    event = {
        "RequestType": "Create",
        "ResponseURL": answer_url("us-east-1", "1"),
        "StackId": STACK,
        "RequestId": "unique",
        "LogicalResourceId": "Thing",
        "ResourceProperties": {"Setting": "no-such-setting"},
    }
    function.handler({name: value for name, value in event.items() if name != key}, Context())
    assert [answer["Status"] for answer in aws.answers] == ["FAILED"]


ODD_VALUES = [None, "", [], {}, 0, ["x"] * 9, {"a": 1}, "\ud800", "\x1b\n::error::x", "x" * 10_000]


@pytest.mark.parametrize("value", ODD_VALUES, ids=lambda value: repr(value)[:12])
def test_request_with_an_odd_value_is_answered_once(
    aws: Emulator, value: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("RequestType", "StackId", "RequestId", "LogicalResourceId", "ResourceProperties"):
        answer = ask(aws, "no-such-setting", changes={name: value})
        assert answer["Status"] in {"SUCCESS", "FAILED"}
        assert 0 < answer["bytes"] <= function.LONGEST_ANSWER
    for name in ("Setting", "Arguments", "Revert", "Optional", *(() if isinstance(value, str) else ("Regions",))):
        properties = {"Setting": "password-policy", "Arguments": {"Unknown": "1"}, name: value}
        assert ask(aws, "", changes={"ResourceProperties": properties})["PhysicalResourceId"] == "Thing"
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(line) == {"LogicalResourceId", "Status"} for line in logged)


def test_long_identifiers_leave_the_answer_within_the_limit(aws: Emulator) -> None:
    aws.faults = [Fault(on="*", code="LimitExceeded", message='"' * 5000)]
    long = dict.fromkeys(("RequestId", "LogicalResourceId", "PhysicalResourceId"), 'é"' * 2500)
    answer = ask(aws, "password-policy", {}, changes=long)
    assert answer["bytes"] <= function.LONGEST_ANSWER
    assert answer["Reason"]


def test_an_answer_that_cannot_be_sent_leaves_no_address_in_the_log(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: Any, timeout: float) -> None:
        raise ValueError(f"bad {request.full_url} {timeout}")

    monkeypatch.setattr(function, "urlopen", fail)
    with pytest.raises(function.SettingError) as error:
        function.send(answer_url("us-east-1", "1"), {"Status": "SUCCESS"})
    assert "Signature" not in "".join(traceback.format_exception(error.value))
    assert aws.answers == []


def test_deleting_a_setting_of_an_earlier_version_leaves_it(aws: Emulator) -> None:
    answer = ask(aws, "no-such-setting", {}, request="Delete", Revert="true")
    assert (answer["Status"], answer["Data"]["Outcome"]) == ("SUCCESS", "left as it is")


@pytest.mark.parametrize(
    ("setting", "operation", "code"),
    [
        ("policy-type", "organizations.EnablePolicyType", "PolicyTypeNotAvailableForOrganizationException"),
        ("policy-type", "organizations.EnablePolicyType", "InvalidInputException"),
        ("root-sessions", "iam.EnableOrganizationsRootSessions", "InvalidAction"),
    ],
)
def test_an_optional_setting_that_a_partition_lacks_is_an_outcome(
    aws: Emulator, setting: str, operation: str, code: str
) -> None:
    aws.faults = [Fault(on=operation, code=code)]
    arguments = {"RootId": "r-ab12", "PolicyType": "TAG_POLICY"} if setting == "policy-type" else {}
    answer = ask(aws, setting, arguments, Optional="true")
    assert answer["Data"]["Outcome"] == f"not available here: {code} (us-east-1)"
    assert ask(aws, setting, arguments)["Status"] == "FAILED"


@pytest.mark.parametrize("setting", ["delegated-administrator", "cloudtrail-administrator"])
def test_a_former_administrator_has_to_be_removed_first(aws: Emulator, setting: str) -> None:
    key = "AccountId" if setting == "delegated-administrator" else "MemberAccountId"
    service = "config.amazonaws.com" if setting == "delegated-administrator" else "cloudtrail.amazonaws.com"
    named = {"ServicePrincipal": service} if setting == "delegated-administrator" else {}
    organization = aws.cloudformation.organization
    organization.management = ACCOUNT
    organization.delegated["888888888888"] = {service}
    old = {"OldResourceProperties": {"Arguments": {key: "888888888888", **named}}}
    answer = ask(aws, setting, {key: SECURITY, **named}, request="Update", changes=old)
    assert f"--account-id 888888888888 --service-principal {service}" in answer["Reason"]
    assert [name for name in aws.called() if "Register" in name] == []
    organization.delegated.clear()
    assert ask(aws, setting, {key: SECURITY, **named}, request="Update", changes=old)["Status"] == "SUCCESS"


class Script:
    """Replaces `Calls`: successive responses to the list call; the last one repeats."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers, self.pauses = list(answers), 5
        self.calls: list[tuple[str, Any]] = []

    def __call__(self, operation: str, arguments: Any = None, fine: tuple[str, ...] = ()) -> dict[str, Any]:
        del fine
        if operation.startswith(("list", "get")):
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.calls.append((operation, arguments))
        return {}

    def pause(self, _: float) -> bool:
        self.pauses -= 1
        return self.pauses >= 0


def guardduty(account: str, status: str) -> dict[str, Any]:
    return {"AdminAccounts": [{"AdminAccountId": account, "AdminStatus": status}]}


def hub_v2(account: str, status: str) -> dict[str, Any]:
    return {"AdminAccounts": [{"AccountId": account, "Status": status}]}


DELEGATIONS = {
    "guardduty-administrator": (guardduty, {"AdminAccountId": SECURITY}),
    "security-hub-v2-administrator": (hub_v2, {"AdminAccountId": SECURITY, "Feature": "SecurityHubV2"}),
}


@pytest.mark.parametrize("name", DELEGATIONS)
def test_an_administrator_that_is_leaving_is_waited_for(name: str) -> None:
    setting, (listed, arguments) = function.SETTINGS[name], DELEGATIONS[name]
    calls: Any = Script(listed(SECURITY, "DISABLE_IN_PROGRESS"), {"AdminAccounts": []})
    assert setting.apply(calls, {"AccountId": SECURITY}) == "done"
    assert calls.calls == [("enable_organization_admin_account", arguments)]
    calls = Script(listed(SECURITY, "DISABLE_IN_PROGRESS"))
    with pytest.raises(function.SettingError, match="still being removed"):
        setting.apply(calls, {"AccountId": SECURITY})


@pytest.mark.parametrize("name", DELEGATIONS)
def test_only_the_own_administrator_is_removed(name: str) -> None:
    setting, (listed, arguments) = function.SETTINGS[name], DELEGATIONS[name]
    assert setting.revert
    for answer in (listed("999999999999", "ENABLED"), listed(SECURITY, "DISABLE_IN_PROGRESS")):
        calls: Any = Script(answer)
        assert setting.revert(calls, {"AccountId": SECURITY}) == "was so already"
        assert calls.calls == []
    calls = Script(listed(SECURITY, "ENABLED"))
    assert setting.revert(calls, {"AccountId": SECURITY}) == "done"
    assert calls.calls == [("disable_organization_admin_account", arguments)]


def test_macie_is_enabled_where_its_administrator_is_named(aws: Emulator) -> None:
    ask(aws, "macie-administrator", {"AccountId": SECURITY}, Regions=["us-east-1"])
    assert aws.called()[0] == "macie2.EnableMacie"


REFUSED = {
    "wrong or unknown input, an organization or account that is not fit for it": {
        *("AWSOrganizationsNotInUseException", "AccountNotFoundException", "BadRequestException"),
        *("AccountNotManagementOrDelegatedAdministratorException", "CallerIsNotManagementAccountException"),
        *("CannotDelegateManagementAccountException", "ConstraintViolationException", "EntityAlreadyExists"),
        *("InvalidInputException", "InvalidOperationException", "InvalidParameterException"),
        *("InvalidParameterValueException", "MalformedPolicyDocument", "NotOrganizationManagementAccountException"),
        *("EncryptionTypeMismatch", "InvalidRequest", "InvalidRequestException", "InvalidWriteOffset", "TooManyParts"),
        *("OperationNotFoundException", "OperationNotPermittedException", "OrganizationNotFoundException"),
        *("OrganizationNotInAllFeaturesModeException", "OrganizationsNotInUseException", "RootNotFoundException"),
        *("PolicyTypeNotAvailableForOrganizationException", "UnsupportedAPIEndpointException"),
        *("UnsupportedOperationException", "ValidationException", "InvalidInput", "InvalidAccessException"),
    },
    "a limit": {
        *("DelegatedAdminAccountLimitExceededException", "LimitExceeded", "LimitExceededException"),
        *("MaxNumberOfRetentionConfigurationsExceededException", "ServiceQuotaExceededException"),
    },
    "done or absent already, where the call says so": {
        *("AccountAlreadyRegisteredException", "AccountNotRegisteredException", "AccountRegisteredException"),
        *("NoSuchEntity", "NoSuchRetentionConfigurationException", "PolicyTypeAlreadyEnabledException"),
        *("PolicyTypeNotEnabledException", "ResourceConflictException", "ResourceNotFoundException"),
    },
}
"""Errors that no repetition heals, by the reason."""

STATUSES = {"InternalServerException": 500, "ServiceUnavailableException": 500}
"""Statuses that a model leaves out; the API references name them for every operation: Amazon EMR, CloudWatch Logs."""


def test_every_error_of_the_functions_calls_is_classified() -> None:
    words = set(re.findall(r'"([a-z0-9_]+)"', "".join(map(inspect.getsource, PARTS))))
    session = botocore.session.get_session()
    known = function.AGAIN | function.SETTLING | {log_retention.BUSY} | set().union(*REFUSED.values())
    unknown = set()
    for service in {setting.service for setting in function.SETTINGS.values()}:
        model = session.get_service_model(service)
        for operation in [name for name in model.operation_names if botocore.xform_name(name) in words]:
            shapes: list[Any] = list(model.operation_model(operation).error_shapes)
            for error in shapes:
                status = error.metadata.get("error", {}).get("httpStatusCode") or STATUSES.get(error.error_code, 0)
                is_broken = status >= function.SERVER_ERROR
                if error.error_code not in known and not is_broken:
                    unknown.add(f"{service}.{operation}: {error.error_code}")
    assert not unknown


def test_no_error_has_two_classes() -> None:
    assert not function.AGAIN & function.SETTLING
    assert not (function.AGAIN | function.SETTLING) & set().union(*REFUSED.values())


def test_another_administrator_is_never_replaced(aws: Emulator) -> None:
    client("guardduty").enable_organization_admin_account(AdminAccountId="999999999999")
    answer = ask(aws, "guardduty-administrator", {"AccountId": SECURITY}, Regions=["us-east-1"])
    assert "account 999999999999 is the delegated administrator" in answer["Reason"]
    admins = client("guardduty").list_organization_admin_accounts()["AdminAccounts"]
    assert [item["AdminAccountId"] for item in admins] == ["999999999999"]


def test_regions_are_enabled_six_at_a_time_and_waited_for(aws: Emulator) -> None:
    names = [
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ca-west-1",
        "eu-south-1",
        "eu-south-2",
        "me-south-1",
    ]
    aws.gaps.region_polls = 3
    assert ask(aws, "enabled-regions", {"RegionNames": names})["Status"] == "SUCCESS"
    order = aws.called()
    assert order.count("account.EnableRegion") == len(names)
    first = order[: order.index("account.EnableRegion") + 7]
    assert first.count("account.EnableRegion") == 6


def test_a_region_that_takes_too_long_is_a_failure_that_says_when_to_try_again(aws: Emulator) -> None:
    aws.gaps.region_polls = 10**9
    answer = ask(aws, "enabled-regions", {"RegionNames": ["ap-east-1"]}, context=Context(300))
    assert "ap-east-1 will take a while" in answer["Reason"]


def default_vpc() -> dict[str, Any]:
    (vpc,) = client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    found: dict[str, Any] = vpc
    return found


def test_an_empty_default_vpc_goes_with_all_that_came_with_it(aws: Emulator) -> None:
    vpc_id = default_vpc()["VpcId"]
    assert ask(aws, "default-vpc", Regions=["us-east-1"])["Data"]["Outcome"] == "removed (us-east-1)"
    assert vpc_id not in {vpc["VpcId"] for vpc in client("ec2").describe_vpcs()["Vpcs"]}
    assert ask(aws, "default-vpc", Regions=["us-east-1"])["Data"]["Outcome"] == "there is none (us-east-1)"


@pytest.mark.parametrize("resident", ["interface", "group", "endpoint"])
def test_a_default_vpc_in_use_stays_whole(aws: Emulator, resident: str) -> None:
    ec2 = client("ec2")
    vpc_id = default_vpc()["VpcId"]
    here = [{"Name": "vpc-id", "Values": [vpc_id]}]
    subnets = {item["SubnetId"] for item in ec2.describe_subnets(Filters=here)["Subnets"]}
    if resident == "interface":
        ec2.create_network_interface(SubnetId=min(subnets))
    elif resident == "group":
        ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc_id)
    else:
        ec2.create_vpc_endpoint(VpcId=vpc_id, ServiceName="com.amazonaws.us-east-1.s3")
    answer = ask(aws, "default-vpc", Regions=["us-east-1"])
    assert f"the default VPC {vpc_id} is in use" in answer["Reason"]
    assert {item["SubnetId"] for item in ec2.describe_subnets(Filters=here)["Subnets"]} == subnets
    assert not [name for name in aws.called() if name.startswith(("ec2.Delete", "ec2.Detach"))]


def test_default_security_groups_lose_their_rules_unless_something_uses_them(aws: Emulator) -> None:
    ec2 = client("ec2")
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    (used,) = ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["default"]}, {"Name": "vpc-id", "Values": [default_vpc()["VpcId"]]}]
    )["SecurityGroups"]
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [used["VpcId"]]}])["Subnets"][0]["SubnetId"]
    ec2.create_network_interface(SubnetId=subnet, Groups=[used["GroupId"]])
    answer = ask(aws, "default-security-groups", Regions=["us-east-1"])
    assert answer["Data"]["Outcome"] == f"left open, in use: {used['GroupId']} (us-east-1)"
    groups = {
        group["VpcId"]: group["IpPermissions"] + group["IpPermissionsEgress"]
        for group in ec2.describe_security_groups()["SecurityGroups"]
    }
    assert groups[other] == []
    assert groups[used["VpcId"]] != []


KEPT: dict[str, Any] = {
    "PolicyName": "nw-log-retention-app",
    "RetentionInDays": "90",
    "EnforcementMode": "NEW_ONLY",
    "Prefixes": ["/team/", "/app/"],
}


def retention_policies(region: str = "us-east-1") -> dict[str, tuple[Any, str]]:
    """Name → document and criteria of the account's policies."""
    found = client("logs", region).describe_account_policies(policyType="RETENTION_POLICY")["accountPolicies"]
    return {item["policyName"]: (json.loads(item["policyDocument"]), item["selectionCriteria"]) for item in found}


def keep_by_hand(name: str, days: int) -> None:
    document = json.dumps({"retentionInDays": days, "enforcementMode": "NEW_ONLY"})
    criteria = 'LogGroupNamePrefix IN ["/app/"]'
    client("logs").put_account_policy(
        policyName=name, policyType="RETENTION_POLICY", policyDocument=document, selectionCriteria=criteria
    )


def test_retention_is_set_in_each_region_and_once(aws: Emulator) -> None:
    regions = ["us-east-1", "eu-west-1"]
    assert ask(aws, "log-retention", KEPT, Regions=regions)["Data"]["Outcome"] == "done (us-east-1, eu-west-1)"
    again = ask(aws, "log-retention", KEPT, Regions=regions)
    assert again["Data"]["Outcome"] == "was so already (us-east-1, eu-west-1)"
    assert aws.called().count("logs.PutAccountPolicy") == 2
    document = {"retentionInDays": 90, "enforcementMode": "NEW_ONLY"}
    wanted = {KEPT["PolicyName"]: (document, 'LogGroupNamePrefix IN ["/app/", "/team/"]')}
    assert [retention_policies(region) for region in regions] == [wanted, wanted]


@pytest.mark.parametrize(
    ("change", "document", "criteria"),
    [
        ({"RetentionInDays": "NEVER_EXPIRE"}, ("NEVER_EXPIRE", "NEW_ONLY"), '["/app/", "/team/"]'),
        ({"EnforcementMode": "RETROACTIVE"}, (90, "RETROACTIVE"), '["/app/", "/team/"]'),
        ({"Prefixes": ["/app/"]}, (90, "NEW_ONLY"), '["/app/"]'),
    ],
    ids=["days", "mode", "prefixes"],
)
def test_retention_changes_with_its_arguments(
    aws: Emulator, change: dict[str, Any], document: tuple[Any, str], criteria: str
) -> None:
    ask(aws, "log-retention", KEPT)
    old = {"OldResourceProperties": {"Arguments": KEPT}}
    assert ask(aws, "log-retention", {**KEPT, **change}, request="Update", changes=old)["Status"] == "SUCCESS"
    days, mode = document
    found = {"retentionInDays": days, "enforcementMode": mode}
    assert retention_policies() == {KEPT["PolicyName"]: (found, f"LogGroupNamePrefix IN {criteria}")}


def test_retention_by_others_is_neither_replaced_nor_deleted(aws: Emulator) -> None:
    keep_by_hand(KEPT["PolicyName"], 400)
    keep_by_hand("theirs", 400)
    before = retention_policies()
    answer = ask(aws, "log-retention", KEPT, Revert="true")
    assert "the account has another policy nw-log-retention-app" in answer["Reason"]
    answer = ask(aws, "log-retention", KEPT, request="Delete", Revert="true")
    assert "left as it is" in answer["Data"]["Outcome"]
    assert retention_policies() == before


def test_retention_ends_with_its_stack(aws: Emulator) -> None:
    keep_by_hand("theirs", 400)
    ask(aws, "log-retention", KEPT, Revert="true")
    assert ask(aws, "log-retention", KEPT, request="Delete", Revert="true")["Data"]["Outcome"] == "done (us-east-1)"
    assert set(retention_policies()) == {"theirs"}
    again = ask(aws, "log-retention", KEPT, request="Delete", Revert="true")
    assert again["Data"]["Outcome"] == "was so already (us-east-1)"


def test_retention_without_prefixes_is_refused_before_any_call(aws: Emulator) -> None:
    answer = ask(aws, "log-retention", {**KEPT, "Prefixes": []})
    assert "names no prefix of log groups: it would be for all of them" in answer["Reason"]
    assert aws.calls == []


def test_retention_waits_for_other_policies_and_says_that_there_are_too_many(aws: Emulator) -> None:
    aws.faults = [Fault(on="logs.PutAccountPolicy", code="OperationAbortedException", times=3)]
    assert ask(aws, "log-retention", KEPT)["Status"] == "SUCCESS"
    assert aws.called().count("logs.PutAccountPolicy") == 4
    for number in range(19):
        keep_by_hand(f"theirs-{number}", 30)
    answer = ask(aws, "log-retention", {**KEPT, "PolicyName": "nw-log-retention-b"})
    assert "LimitExceededException" in answer["Reason"]


def test_retention_that_is_not_read_back_as_it_was_written_is_an_error(aws: Emulator) -> None:
    whole = {"policyName": KEPT["PolicyName"], "policyType": "RETENTION_POLICY", "policyDocument": "{}"}
    aws.gaps.given["logs.DescribeAccountPolicies"] = {"accountPolicies": [whole]}
    old = {"OldResourceProperties": {"Arguments": KEPT}}
    answer = ask(aws, "log-retention", KEPT, request="Update", changes=old)
    assert "does not show nw-log-retention-app as it was written" in answer["Reason"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"PolicyName": "other"}, "other is not a policy of the baseline nw"),
        *(
            ({"Prefixes": ["/app/", prefix]}, f"{prefix} is also for log groups of the baseline")
            for prefix in ("/nw/", "/nw/cloudtrail", "/", "/aws/vendedlogs/", "aws-waf-logs-nw-x")
        ),
    ],
)
def test_retention_of_the_baseline_itself_is_refused_before_any_call(
    aws: Emulator, change: dict[str, Any], reason: str
) -> None:
    assert reason in ask(aws, "log-retention", {**KEPT, **change})["Reason"]
    assert aws.calls == []


def test_retention_by_others_is_not_replaced_in_a_region_that_is_new(aws: Emulator) -> None:
    ask(aws, "log-retention", KEPT, Regions=["eu-west-1"])
    keep_by_hand(KEPT["PolicyName"], 400)  # in us-east-1
    before = retention_policies()
    old = {"OldResourceProperties": {"Arguments": KEPT, "Regions": ["eu-west-1"]}}
    wanted, regions = {**KEPT, "RetentionInDays": "60"}, ["eu-west-1", "us-east-1"]
    answer = ask(aws, "log-retention", wanted, request="Update", changes=old, Regions=regions)
    assert answer["Reason"].startswith("SettingError: us-east-1: the account has another policy nw-log-retention-app")
    assert retention_policies() == before
    (kept,) = retention_policies("eu-west-1").values()
    assert kept[0]["retentionInDays"] == 60


@pytest.mark.parametrize("document", ["[]", "no JSON"])
def test_policy_whose_document_is_no_object_is_another_one(aws: Emulator, document: str) -> None:
    client("logs").put_account_policy(
        policyName=KEPT["PolicyName"], policyType="RETENTION_POLICY", policyDocument=document
    )
    aws.faults = [Fault(on="logs.PutAccountPolicy", code="LimitExceededException", times=1)]
    answer = ask(aws, "log-retention", KEPT, Regions=["eu-west-1", "us-east-1"])
    assert "eu-west-1: An error occurred (LimitExceededException)" in answer["Reason"]
    assert "us-east-1: the account has another policy" in answer["Reason"]


def test_each_function_has_the_parts_that_its_stacks_need_and_no_other() -> None:
    contexts: list[Any] = [stack.context for stack in build_plan(make_landscape(settings=FULL)).stacks]
    for context in (item for item in contexts if isinstance(item, FunctionContext)):
        text = template_environment().get_template("functions/settings_function.yaml.j2").render(vars(context))
        source = textwrap.dedent(text.partition("ZipFile: |\n")[2].partition("\nOutputs:")[0])
        assert "templates.functions" not in source
        module: dict[str, Any] = {"__name__": "index"}
        exec(compile(source, "index.py", "exec"), module)  # noqa: S102 - as Lambda does
        asked = {
            item.setting
            for other in contexts
            if getattr(other, "function", None) == context.name
            for item in other.settings
        }
        assert asked
        assert asked <= module["SETTINGS"].keys()
        reverts = any(getattr(other, "function", None) == context.name and other.revert for other in contexts)
        own = {
            "macie-settings": {macie},
            "detective-settings": {detective},
            "inspector-settings": {inspector},
            "security-lake-settings": {security_lake},
            "hooks-settings": {storage},
            "log-retention-settings": {log_retention},
        }
        owned = {listing}.union(*own.values())
        undone = own.get(context.name, {*PARTS[1:]} - owned)
        parts = {
            part.__name__.rpartition(".")[2]
            for part in PARTS[1:]
            if (reverts and part in undone) or asked & set(_settings_of(part))
        }
        assert set(context.parts) == parts | ({"listing"} if parts & {"detective", "macie"} else set())
        assert "listing" not in context.parts or context.parts[0] == "listing"
        assert module["handler"].__code__.co_argcount == 2


def _settings_of(part: ModuleType) -> list[str]:
    return re.findall(r'^        "([a-z0-9-]+)": Setting\(', inspect.getsource(part), re.MULTILINE)
