"""Custom resources: the deployed function's code, run in process with credentials of its account."""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from itertools import count
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any
from urllib.request import Request, urlopen

import boto3

from tests.emulator.cloudformation.stacks import Deployed, Engine, FailedError, Stack
from tests.emulator.services.place import role_credentials

_numbers = count(1)


class Functions:
    """Runs functions like Lambda; `url` is the emulator, `answers` are the functions' responses."""

    def __init__(self, url: str, answers: list[dict[str, Any]]) -> None:
        self.url, self.answers = url, answers
        self._keys: dict[str, Mapping[str, str]] = {}

    def call(self, engine: Engine, stack: Stack, resource: Deployed, request: str, old: Deployed | None) -> None:
        """Call the function that the resource names.

        Raises:
            FailedError: if it reports a failure or does not exist.
        """
        number = f"request-{next(_numbers)}"
        event = {
            "RequestType": request,
            "ResponseURL": answer_url(stack.region, number),
            "StackId": stack.id,
            "RequestId": number,
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.physical,
            "ResourceType": resource.type,
            "ResourceProperties": _as_sent(resource.properties),
            **({"OldResourceProperties": _as_sent(old.properties)} if old else {}),
        }
        function = _function(engine, resource)
        name = f"arn:aws:lambda:{stack.region}:{stack.account}:function:{function.properties['FunctionName']}"
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: 900_000, invoked_function_arn=name)
        self._handler(stack, function)(event, context)
        answer = next((item for item in self.answers if item["RequestId"] == number), None)
        if answer is None:
            raise FailedError(
                resource.logical_id, "CloudFormation did not receive a response from your custom resource"
            )
        if answer["Status"] != "SUCCESS":
            raise FailedError(resource.logical_id, str(answer.get("Reason")))

    def _handler(self, stack: Stack, function: Deployed) -> Callable[[Any, Any], None]:
        module = ModuleType(f"emulated_function_{next(_numbers)}")
        sys.modules[module.__name__] = module  # its dataclasses look themselves up there
        exec(_compiled(function.properties["Code"]["ZipFile"]), module.__dict__)  # noqa: S102
        now = SimpleNamespace(seconds=0.0)
        session = boto3.Session(region_name=stack.region, **self._key(stack.account))
        replaced: dict[str, Any] = {
            "boto3": session,
            "urlopen": answering(self.url),
            "os": SimpleNamespace(
                environ={
                    "AWS_REGION": stack.region,
                    "AWS_LAMBDA_FUNCTION_NAME": function.properties["FunctionName"],
                }
            ),
            "time": SimpleNamespace(
                monotonic=lambda: now.seconds, sleep=lambda some: setattr(now, "seconds", now.seconds + some)
            ),
        }
        module.__dict__.update(replaced)
        handler: Callable[[Any, Any], None] = module.__dict__["handler"]
        return handler

    def _key(self, account: str) -> Mapping[str, str]:
        if account not in self._keys:
            self._keys[account] = role_credentials(account)
        return self._keys[account]


def _function(engine: Engine, resource: Deployed) -> Deployed:
    token = resource.properties["ServiceToken"]
    found = [item for item in engine.existing.values() if item.type == "AWS::Lambda::Function" and item.arn == token]
    if not found:
        raise FailedError(resource.logical_id, f"Lambda function {token} does not exist")
    return found[0]


@cache
def _compiled(source: str) -> CodeType:
    return compile(source, "index.py", "exec")


def answer_url(region: str, number: str) -> str:
    """The signed URL for responses to CloudFormation in a Region."""
    bucket = f"cloudformation-custom-resource-response-{region.replace('-', '')}"
    return f"https://{bucket}.s3.{region}.amazonaws.com/answers/{number}?X-Amz-Signature=0123456789abcdef"


def answering(url: str) -> Callable[..., Any]:
    """Replaces the function's `urlopen`, and sends requests for CloudFormation's bucket to the emulator."""

    def send(request: Request, timeout: float) -> Any:
        there = f"{url}/answers{request.full_url.partition('/answers')[2]}"
        request.full_url = there  # the emulator on loopback
        return urlopen(request, timeout=timeout)  # noqa: S310

    return send


def _as_sent(value: Any) -> Any:
    """The value as CloudFormation sends it: every scalar as text."""
    if isinstance(value, dict):
        return {key: _as_sent(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_sent(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
