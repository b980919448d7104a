"""AWS's errors by class: every error of every call is classified, and each class has advice."""

import io
import os
import sys
from collections.abc import Iterator

import botocore.exceptions
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from baseline.cloud.aws_errors import Answer, aws_errors, class_of, error_classes
from baseline.cloud.calls import CALLS
from baseline.cloud.session import Session, SessionOptions
from baseline.errors import AwsError


def _modelled() -> Iterator[tuple[str, str]]:
    session = botocore.session.get_session()
    for call in CALLS:
        service, _, operation = call.partition(".")
        for shape in session.get_service_model(service).operation_model(operation).error_shapes:
            yield call, shape.metadata.get("error", {}).get("code", shape.name)


def test_every_error_that_botocore_models_for_a_call_is_classified() -> None:
    found = list(_modelled())
    assert len(found) > 100
    assert [(call, code) for call, code in found if class_of(code) is None] == []


def test_error_classes_are_disjoint_and_say_what_to_do() -> None:
    classes = error_classes()
    codes = [code for item in classes.values() for code in (*item.codes, *item.raised)]
    assert len(codes) == len(set(codes))
    assert all(item.meaning.endswith(".") and item.fix and not item.fix.endswith(".") for item in classes.values())
    assert all(hasattr(botocore.exceptions, name) for item in classes.values() for name in item.raised - _ELSEWHERE)


_ELSEWHERE = {"ResponseParserError"}


def test_errors_that_no_repetition_heals_do_not_ask_for_one() -> None:
    """The advice begins with a fix, or does not contain `run the same command again`."""
    for item in error_classes().values():
        if item.action is Answer.REFUSE:
            assert not item.fix.startswith("run the same command again"), item.name


def _refused(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


HINTS = [
    (botocore.exceptions.UnauthorizedSSOTokenError(), "aws sso login --profile dev"),
    (botocore.exceptions.SSOTokenLoadError(error_msg="gone"), "aws sso login --profile dev"),
    (botocore.exceptions.TokenRetrievalError(provider="sso", error_msg="gone"), "aws sso login --profile dev"),
    (botocore.exceptions.LoginRefreshRequired(), "aws login --profile dev"),
    (botocore.exceptions.LoginTokenLoadError(error_msg="gone"), "aws login --profile dev"),
    (botocore.exceptions.MissingDependencyException(msg="crt"), "pip install 'botocore[crt]'"),
    (botocore.exceptions.NoCredentialsError(), "--profile"),
    (botocore.exceptions.ReadTimeoutError(endpoint_url="https://x"), "proxy"),
    (ResponseParserError("Unable to parse response: <html>"), "proxy"),
    (_refused("SignatureDoesNotMatch", "Signature expired: 2026 is now earlier than 2027"), "clock"),
    (_refused("InvalidSignatureException", "Signature not yet current: 2027 is still later than"), "clock"),
    (_refused("RequestTimeTooSkewed"), "clock"),
    (_refused("RequestExpired"), "clock"),
    (_refused("SignatureDoesNotMatch", "The request signature we calculated does not match"), "--profile"),
    (_refused("ExpiredToken"), "renew the credentials"),
    (_refused("LimitExceededException"), "quota"),
    (_refused("OptInRequired"), "wait until the account is ready"),
    (
        _refused("AccessDenied", "User: x is not authorized: with an explicit deny in a service control policy"),
        "policy",
    ),
    (
        _refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code"),
        "get-session-token",
    ),
    (_refused("AccessDenied", "not authorized"), "--print-policy"),
    (_refused("ValidationError", "Template format error: Unrecognized resource types: [AWS::X::Y]"), "report"),
    (_refused("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]"), "report"),
    (_refused("RegionDisabledException"), "enable the Region"),
    (_refused("AccountNotFoundException"), "reopen"),
    (_refused("ValidationError", "Stack:x is in UPDATE_IN_PROGRESS state and can not be updated"), "another run"),
    (_refused("Unheard"), "look the error up"),
]


@pytest.mark.parametrize(("error", "hint"), HINTS, ids=lambda item: item if isinstance(item, str) else repr(item)[:60])
def test_error_hint_fits_its_class(error: Exception, hint: str) -> None:
    with pytest.raises(AwsError) as raised, aws_errors("dev"):
        raise error
    assert hint in raised.value.hint


def test_answer_of_a_proxy_is_not_mistaken_for_awss() -> None:
    with pytest.raises(AwsError, match="the response is not from AWS") as raised, aws_errors():
        raise ResponseParserError("Unable to parse response " + "x" * 5000)
    assert len(str(raised.value)) < 300


def test_mfa_profile_without_terminal_says_how_to_get_a_session(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = tmp_path_factory.mktemp("aws") / "config"
    config.write_text(
        "[profile mfa]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::111111111111:mfa/me\n[profile base]\n"
        "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    session = Session(home_region="eu-west-1", options=SessionOptions(profile="mfa"))
    with pytest.raises(AwsError, match="no terminal") as raised, aws_errors():
        session.client("sts").get_caller_identity()
    assert "get-session-token" in raised.value.hint
