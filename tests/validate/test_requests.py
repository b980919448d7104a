"""Requests that deliveries are evaluated with."""

from baseline.validate.deliveries.expectation import by_role


def test_request_of_what_is_no_role_has_no_account() -> None:
    request = by_role("events:PutEvents", "arn:aws:events:eu-west-1:111111111111:event-bus/b", "no role")
    assert request.context["aws:principalaccount"] == ("",)
    assert request.context["aws:resourceaccount"] == ("111111111111",)
