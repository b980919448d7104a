"""Errors of a client's calls become our own exceptions with AWS's words, also for paginated lists."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError
from botocore.parsers import ResponseParserError

from baseline.cloud.organizations import accounts_in, accounts_of
from baseline.cloud.refusals import NoAnswer, Refusal, translated
from baseline.cloud.session import Session, SessionOptions

Answering = Callable[[int, str], Session]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """A session with this response to calls of AWS Organizations."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    def session_of(status: int, body: str) -> Session:
        session = Session(home_region="eu-west-1", options=SessionOptions(poll_seconds=0))

        def answer(request: Any, **_: object) -> AWSResponse:
            fields: Any = {"Content-Type": "application/x-amz-json-1.1"}
            raw: Any = BytesIO(body.encode())
            raw.stream = lambda *_, **__: iter([body.encode()])
            return AWSResponse(request.url, status, fields, raw)

        events: Any = session.client("organizations").meta.events
        events.register("before-send", answer)
        return session

    return session_of


def test_an_error_code_that_is_an_answer_is_one(answering: Answering) -> None:
    assert accounts_in(answering(400, '{"__type": "ParentNotFoundException"}'), "ou-ab12-11111111") is None


def test_any_other_error_keeps_the_words_of_aws(answering: Answering) -> None:
    session = answering(400, '{"__type": "AccessDeniedException", "message": "not authorized"}')
    with pytest.raises(Refusal) as refused:
        accounts_of(session)
    error = refused.value
    assert (error.operation, error.code, error.message) == ("ListAccounts", "AccessDeniedException", "not authorized")
    assert "ListAccounts" in str(error)


def test_state_of_an_account_is_read_under_its_former_name_too(answering: Answering) -> None:
    session = answering(200, '{"Accounts": [{"Id": "1", "Status": "SUSPENDED"}, {"Id": "2", "State": "ACTIVE"}]}')
    assert [(it.id, it.state, it.is_active) for it in accounts_of(session)] == [
        ("1", "SUSPENDED", False),
        ("2", "ACTIVE", True),
    ]


@pytest.mark.parametrize(
    ("error", "is_page", "is_absent"),
    [
        (ResponseParserError("a page in HTML: <html>"), True, False),
        (EndpointConnectionError(endpoint_url="https://x"), False, True),
        (ConnectTimeoutError(endpoint_url="https://x"), False, False),
        (NoCredentialsError(), False, False),
    ],
)
def test_missing_answers_are_distinguished(error: Exception, *, is_page: bool, is_absent: bool) -> None:
    with pytest.raises(NoAnswer) as missing, translated():
        raise error
    assert (missing.value.is_page, missing.value.is_absent) == (is_page, is_absent)
    assert str(missing.value) == str(error)
    assert missing.value.raised[0] == type(error).__name__


def test_credentials_that_are_missing_are_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    session = Session(home_region="eu-west-1", options=SessionOptions(poll_seconds=0))
    with pytest.raises(NoAnswer):
        session.client("sts").get_caller_identity()
    with pytest.raises(NoAnswer):
        session.member("arn:aws:iam::111111111111:role/x")
