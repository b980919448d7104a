"""Settings that CloudFormation has no resource type for: one custom resource, and one table.

What follows this part in a function depends on the settings that its stacks ask for: each part adds them to the table.

A resource has the properties `Setting`, a key of the table; `Arguments`, those of the API call; `Regions`, where each
Region has a setting of its own; `Revert`, "true" when deleting the resource shall undo the setting; and `Optional`,
"true" when a partition may lack it. Every setting may be applied again and again. Nothing that a call carries or
answers is logged, nor the address that CloudFormation is answered at.
"""

import json
import os
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

RESERVE = 40  # seconds kept for a call that hangs and for the answer
LONGEST_ANSWER = 4096  # bytes, CloudFormation's limit
LONGEST_PAUSE = 20  # seconds
SETTLE = 120  # seconds in which what was changed just now is seen everywhere
ATTEMPTS = 4  # to answer
SERVER_ERROR = 500

# Errors that pass by themselves: repeated until time runs out.
AGAIN = frozenset(
    {
        *("ConcurrentModification", "ConcurrentModificationException", "FinalizingOrganizationException"),
        *("InternalErrorException", "PolicyChangesInProgressException", "RequestLimitExceeded", "ServiceException"),
        *("ServiceUnavailable", "SlowDown", "Throttling", "ThrottlingException", "ThrottledException"),
        "TooManyRequestsException",
    }
)
# Errors that a change of a moment ago explains, and a mistake does too: of trusted access, roles, accounts and Regions.
SETTLING = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AuthFailure", "CloudTrailAccessNotEnabledException"),
        *("ConflictException", "DependencyViolation", "InsufficientDependencyServiceAccessPermissionException"),
        *("InsufficientIAMAccessPermissionException", "InvalidClientTokenId", "OptInRequired"),
        *("ServiceAccessNotEnabledException", "SubscriptionRequiredException", "UnauthorizedOperation"),
        "UnrecognizedClientException",
    }
)
# Refusals of an organization or a partition that does not have what an optional setting asks for.
UNAVAILABLE = frozenset(
    {
        *("InvalidAction", "InvalidInputException", "PolicyTypeNotAvailableForOrganizationException"),
        *("UnknownOperationException", "UnsupportedAPIEndpointException", "UnsupportedOperation"),
    }
)
# What an answer repeats of its request → the most characters of it. Together they leave room for a reason.
REPEATED = {"StackId": 400, "RequestId": 128, "LogicalResourceId": 255, "PhysicalResourceId": 512}

Arguments = Mapping[str, Any]


class SettingError(Exception):
    """Why a setting is not as it was asked for."""


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Carry out one request of CloudFormation, and always answer it; another address than CloudFormation's gets none.

    Raises:
        SettingError: when CloudFormation cannot be reached; Lambda then runs the function again.
    """
    own = context.invoked_function_arn.split(":")
    url = str(event.get("ResponseURL"))
    if not is_cloudformation(url, partition=own[1], region=own[3]):
        print(json.dumps({"Refused": "a request that is not to be answered at CloudFormation"}))
        return
    answer = {key: _repeated(event.get(key), longest) for key, longest in REPEATED.items()}
    # The logical id never changes, so an update never replaces anything.
    answer["PhysicalResourceId"] = answer["PhysicalResourceId"] or answer["LogicalResourceId"] or "none"
    reply: dict[str, Any] = {**answer, "Status": "SUCCESS"}
    try:
        refuse_strangers(str(event.get("StackId")), own)
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE
        reply["Data"] = {"Outcome": carry_out(event, deadline)}
    except Exception as error:
        reply |= {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"}
    print(json.dumps({key: reply[key] for key in ("LogicalResourceId", "Status")}))
    send(url, reply)


def is_cloudformation(url: str, partition: str, region: str) -> bool:
    """Whether the address is in CloudFormation's own bucket for answers of that Region, under HTTPS.

    The bucket's name: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
    Its host is seen with the global, the dotted and the dashed name of Amazon S3's endpoint.
    """
    bucket = f"cloudformation-custom-resource-response-{region.replace('-', '')}"
    domain = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    middles = ("", f".{region}", f"-{region}", f".dualstack.{region}")
    return url.startswith(tuple(f"https://{bucket}.s3{middle}.{domain}/" for middle in middles))


def refuse_strangers(stack_id: str, own: list[str]) -> None:
    """Let pass the stacks of this account and Region that are named after this function, StackSets' ones among them.

    The function for accounts serves the stack that enables Regions as well. `own` is the function's ARN in parts.

    Raises:
        SettingError: for any other stack.
    """
    _, partition, _, region, account, _, name = own[:7]
    place = f"arn:{partition}:cloudformation:{region}:{account}:stack"
    names = "|".join({re.escape(name), re.escape(name.replace("-account-settings", "-account-regions"))})
    if not re.fullmatch(rf"{place}/(StackSet-)?({names})(-[A-Za-z0-9-]+)?/[A-Za-z0-9-]+", stack_id):
        raise SettingError(f"this function makes the settings of stacks named {name} only")


def _repeated(value: Any, longest: int) -> str:
    """The text as it came, which is short and printable; of anything else no more than fits into an answer."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in str(value or ""))[:longest]


def carry_out(event: Mapping[str, Any], deadline: float) -> str:
    """Apply or revert the setting in every Region; says what came of it.

    Raises:
        SettingError: with what went wrong in each Region where something did.
    """
    properties = event["ResourceProperties"]
    setting = SETTINGS.get(properties.get("Setting", ""))
    if event["RequestType"] == "Delete":
        # A setting that this version does not have any more came from an earlier one: it stays too.
        if properties.get("Revert") != "true" or setting is None or setting.revert is None:
            return "left as it is"
        run = setting.revert
    elif setting is None:
        raise SettingError(f"there is no setting {_repeated(properties.get('Setting'), 60)}")
    else:
        run = setting.apply
    old, home = event.get("OldResourceProperties") or {}, [os.environ["AWS_REGION"]]
    held = old.get("Regions") or home
    outcomes: dict[str, list[str]] = {}
    problems = []
    for region in properties.get("Regions") or home:
        former = (old.get("Arguments") or {}) if region in held else {}
        calls = Calls(setting.service, region, deadline, former)
        try:
            outcome = run(calls, properties.get("Arguments") or {})
        except (BotoCoreError, ClientError, SettingError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
            if properties.get("Optional") != "true" or code not in UNAVAILABLE:
                problems.append(f"{region}: {error}")
                continue
            outcome = f"not available here: {code}"
        outcomes.setdefault(outcome, []).append(region)
    if problems:
        raise SettingError("; ".join(problems))
    return "; ".join(f"{outcome} ({', '.join(regions)})" for outcome, regions in outcomes.items())


def send(url: str, answer: dict[str, Any]) -> None:
    """Answer CloudFormation, with its reasons and outcomes cut to what it takes.

    Raises:
        SettingError: when it cannot be reached, without the address, which holds a signature.
    """
    texts = [(answer, "Reason"), (answer.get("Data", {}), "Outcome")]
    while len(body := json.dumps(answer).encode()) > LONGEST_ANSWER and any(holder.get(key) for holder, key in texts):
        for holder, key in texts:
            if key in holder:
                holder[key] = holder[key][: len(holder[key]) * 3 // 4]
    for _ in range(ATTEMPTS):
        try:
            # CloudFormation's signed address takes no content type.
            request = Request(url, data=body, method="PUT", headers={"Content-Type": ""})
            urlopen(request, timeout=5).close()
        except Exception:
            time.sleep(random.uniform(0, 1))
        else:
            return
    raise SettingError("CloudFormation did not take the answer")


class Calls:
    """Calls of one service in one Region, tried again with growing, random pauses until the deadline."""

    def __init__(self, service: str, region: str, deadline: float, former: Arguments) -> None:
        """`deadline` is a moment of `time.monotonic()`, `former` an update's arguments before, in this Region."""
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
        self._client = boto3.client(service, region_name=region, config=config)
        self._region, self._deadline, self.former = region, deadline, former

    def to(self, service: str) -> "Calls":
        """Calls of another service in the same Region, until the same deadline."""
        return Calls(service, self._region, self._deadline, self.former)

    def __call__(self, operation: str, arguments: Arguments | None = None, fine: tuple[str, ...] = ()) -> Any:
        """Call `operation`; an error code in `fine` counts as an empty answer."""
        model = self._client.meta.service_model.operation_model(self._client.meta.method_to_api_mapping[operation])
        typed = _typed(model.input_shape, dict(arguments or {}))
        settled = time.monotonic() + SETTLE
        for attempt in count():
            if time.monotonic() > self._deadline:
                raise SettingError(f"no time was left for {operation}")
            try:
                return getattr(self._client, operation)(**typed)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in fine:
                    return {}
                broken = error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR
                settling = code in SETTLING and time.monotonic() < settled
                if not (broken or settling or code in AGAIN) or not self.pause(2**attempt):
                    raise
            except HTTPClientError:
                if not self.pause(2**attempt):
                    raise
        return None

    def all(self, operation: str, key: str, filters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Every item under `key` of every page, by Amazon EC2's filters."""
        arguments: dict[str, Any] = {"Filters": [{"Name": name, "Values": [value]} for name, value in filters.items()]}
        items = []
        while True:
            page = self(operation, arguments)
            items += page[key]
            if not page.get("NextToken"):
                return items
            arguments["NextToken"] = page["NextToken"]

    def pause(self, longest: float) -> bool:
        """Wait for a random time, unless the deadline comes first; says whether it waited."""
        seconds = random.uniform(0, min(LONGEST_PAUSE, longest))
        if time.monotonic() + seconds > self._deadline:
            return False
        time.sleep(seconds)
        return True


def _typed(shape: Any, value: Any) -> Any:
    """The value as the API's own model wants it: CloudFormation sends numbers and switches as text."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        unknown = value.keys() - shape.members.keys()
        if unknown:
            raise SettingError(f"{shape.name} has no {', '.join(sorted(unknown))}")
        return {key: _typed(shape.members[key], item) for key, item in value.items()}
    if shape.type_name == "list":
        return [_typed(shape.member, item) for item in value]
    if shape.type_name == "boolean":
        return str(value).lower() == "true"
    return int(value) if shape.type_name in {"integer", "long"} else value


Run = Callable[[Calls, Arguments], str]


@dataclass(frozen=True)
class Setting:
    """How a setting is made and undone, if it can be undone."""

    service: str
    apply: Run
    revert: Run | None = None


def call(operation: str, *fine: str, takes: tuple[str, ...] | None = None, **fixed: str) -> Run:
    """One API call with the resource's arguments, or those that it `takes`, and with `fixed` ones."""

    def run(calls: Calls, arguments: Arguments) -> str:
        chosen = {key: value for key, value in arguments.items() if takes is None or key in takes}
        calls(operation, {**chosen, **fixed}, fine)
        return "done"

    return run


SETTINGS: dict[str, Setting] = {}
