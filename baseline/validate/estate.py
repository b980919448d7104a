"""A plan's resources with concrete names, and placeholders for ids that are not known yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any

from baseline.policy.decide import AttachedPolicy
from baseline.policy.document import read_statements, text_of
from baseline.validate.places import MEMBERS, Place, places_of, reaches, text_in_place
from baseline.validate.subject import Resource, Subject

ORGANIZATION, FOREIGN_ORGANIZATION = "o-baseline0000", "o-foreign00000"
FOREIGN, MEMBER = "999999999999", "100000000009"
"""An account outside the organization, and a member account that no stack targets."""
_ACCOUNTS = {"management": "100000000001", "log_archive": "100000000002", "security": "100000000003"}
_PARAMETERS = {"OrganizationId": ORGANIZATION, "OrganizationRootId": "r-base"}

_NAMES: Mapping[str, tuple[str, str]] = {
    "AWS::Budgets::Budget": ("", "arn:aws:budgets::{account}:budget/{name}"),
    "AWS::CE::AnomalySubscription": ("", "arn:aws:ce::{account}:anomalysubscription/{name}"),
    "AWS::CloudTrail::Trail": ("TrailName", "arn:aws:cloudtrail:{region}:{account}:trail/{name}"),
    "AWS::CloudWatch::Alarm": ("AlarmName", "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
    "AWS::CloudWatch::CompositeAlarm": ("AlarmName", "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
    # The ARN of a destination ends with an id that AWS assigns.
    "AWS::Events::ApiDestination": ("Name", "arn:aws:events:{region}:{account}:api-destination/{name}/0123"),
    "AWS::Events::EventBus": ("Name", "arn:aws:events:{region}:{account}:event-bus/{name}"),
    "AWS::Events::Rule": ("Name", "arn:aws:events:{region}:{account}:rule/{name}"),
    "AWS::IAM::Role": ("RoleName", "arn:aws:iam::{account}:role/{name}"),
    "AWS::KMS::Key": ("", "arn:aws:kms:{region}:{account}:key/{name}"),
    "AWS::Lambda::Function": ("FunctionName", "arn:aws:lambda:{region}:{account}:function:{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "arn:aws:logs:{region}:{account}:log-group:{name}"),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::{name}"),
    # A schedule assumes its role in the name of its group.
    "AWS::Scheduler::Schedule": ("Name", "arn:aws:scheduler:{region}:{account}:schedule-group/default"),
    "AWS::SQS::Queue": ("QueueName", "arn:aws:sqs:{region}:{account}:{name}"),
    "AWS::SNS::Topic": ("TopicName", "arn:aws:sns:{region}:{account}:{name}"),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "arn:aws:states:{region}:{account}:stateMachine:{name}"),
}
"""Resource type → property with its name (its logical id if there is none) and form of its ARN.

Source: Service Authorization Reference, resource types of each service.
"""
_REF_IS_ARN = frozenset({"AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"})


@dataclass(frozen=True)
class Owned:
    """A resource in one account: `account` is its id; `arn` is empty for types that policies do not name."""

    subject: Subject
    resource: Resource
    place: Place
    account: str
    arn: str


class Estate:
    """Every resource of a plan, in the first Region of each account that its stack targets."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = subjects
        self._numbers = count(100000000010)
        self._accounts = dict(_ACCOUNTS)
        self._texts: dict[tuple[int, Place, str], str] = {}

    def account(self, key: str) -> str:
        """A 12-digit placeholder for an account of the profile; `members` is one of them."""
        if key not in self._accounts:
            self._accounts[key] = str(next(self._numbers))
        return self._accounts[key]

    @cached_property
    def is_organization(self) -> bool:
        """Whether the plan is for an organization, not for one account."""
        return any(place.account != "management" for subject in self.subjects for place in places_of_few(subject))

    @cached_property
    def owned(self) -> Mapping[str, list[Owned]]:
        """Resource type → its resources."""
        found: dict[str, list[Owned]] = {}
        for subject in self.subjects:
            for place in places_of_few(subject):
                for resource in subject.resources:
                    arn = self._arn(resource, subject, place) if resource.type in _NAMES else ""
                    found.setdefault(resource.type, []).append(
                        Owned(subject, resource, place, self.account(place.account), arn)
                    )
        return found

    @cached_property
    def by_arn(self) -> Mapping[str, Owned]:
        """ARN → resource; an alias stands for its key."""
        found = {item.arn: item for items in self.owned.values() for item in items if item.arn}
        for alias in self.owned.get("AWS::KMS::Alias", ()):
            key = found.get(self.text(alias.resource.properties.get("TargetKeyId"), alias))
            name = self.text(alias.resource.properties.get("AliasName"), alias)
            if key:
                account = self.account(alias.place.account)
                found[f"arn:aws:kms:{alias.place.region}:{account}:{name}"] = key
        return found

    def named(self, value: Any, at: Owned) -> Owned | None:  # noqa: ANN401 - template data
        """The resource with this ARN or alias; those of all member accounts are looked up in the account of `at`."""
        arn = self.text(value, at)
        found = self.by_arn.get(arn)
        if found is None and reaches(MEMBERS, at.place.account):
            everywhere = arn.replace(f":{at.account}:", f":{self.account(MEMBERS)}:")
            found = self.by_arn.get(everywhere)
            return found and replace(found, place=at.place, account=at.account, arn=arn)
        return found

    @cached_property
    def _exports(self) -> Mapping[tuple[str, str], tuple[Subject, Any]]:
        """(account, name) → the template and the value that it exports."""
        return {
            (place.account, text_of(output["Export"].get("Name"))): (subject, output.get("Value"))
            for subject in self.subjects
            for output in (subject.document.get("Outputs") or {}).values()
            if isinstance(output, Mapping) and isinstance(output.get("Export"), Mapping)
            for place in places_of_few(subject)
        }

    def text(self, value: Any, at: Owned) -> str:  # noqa: ANN401 - template data
        """The text that CloudFormation would produce from the value."""
        return self._filled(text_of(value), at.subject, at.place)

    def document(self, value: Any, at: Owned) -> Any:  # noqa: ANN401 - template data
        """The structure with every value as CloudFormation would produce it."""
        if isinstance(value, dict):
            name = next(iter(value)) if len(value) == 1 else ""
            if name == "Ref" or (name.startswith("Fn::") and name != "Fn::If"):
                return self.text(value, at)
            return {key: self.document(item, at) for key, item in value.items()}
        if isinstance(value, list):
            return [self.document(item, at) for item in value]
        return self._filled(value, at.subject, at.place) if isinstance(value, str) else value

    def policy(self, document: Any, at: Owned) -> AttachedPolicy:  # noqa: ANN401 - template data
        """A policy document with concrete values, for the decision engine."""
        filled = self.document(document, at)
        return AttachedPolicy(
            name=at.resource.logical_id, statements=read_statements(filled if isinstance(filled, Mapping) else {})
        )

    def _filled(self, text: str, subject: Subject, place: Place) -> str:
        if "${" not in text and "{" not in text:
            return text
        key = (id(subject), place, text)
        found = self._texts.get(key)
        if found is None:
            self._texts[key] = text  # a circle of imports ends here
            found = self._texts[key] = self._fill(text, subject, place)
        return found

    def _fill(self, text: str, subject: Subject, place: Place) -> str:
        text = text_in_place(text, subject, place)
        for name in _accounts_in(text):
            text = text.replace(f"{{{name}}}", self.account(name))
        for name in _references(text):
            value = self._reference(name, subject, place)
            if value is not None:
                text = text.replace(f"${{{name}}}", value)
        return text

    def _reference(self, name: str, subject: Subject, place: Place) -> str | None:
        if name in _PARAMETERS:
            return _PARAMETERS[name]
        if name.startswith("import "):
            return self._imported(name.removeprefix("import "), place)
        logical_id, _, attribute = name.partition(".")
        resource = next((item for item in subject.resources if item.logical_id == logical_id), None)
        if resource is not None and resource.type in _NAMES:
            arn = self._arn(resource, subject, place)
            if attribute or resource.type in _REF_IS_ARN or resource.type == "AWS::KMS::Key":
                return arn
            return self._name(resource, subject, place)
        return self._parameter(name, subject, place)

    def _imported(self, name: str, place: Place) -> str | None:
        for account in (place.account, MEMBERS):
            found = self._exports.get((account, name))
            if found:
                return self._filled(text_of(found[1]), found[0], place)
        return None

    def _parameter(self, name: str, subject: Subject, at: Place) -> str | None:
        """The value that another stack of the plan provides, or that the plan knows."""
        stack = subject.template.stack
        found = next((item for item in stack.parameters if item.name == name), None)
        if found is None:
            return None
        if found.key_alias:
            return self._filled(f"arn:aws:{found.key_alias.split(':', 2)[2]}", subject, at)
        source = next((item for item in self.subjects if item.template.stack.name == found.output_of), None)
        if source is None:
            return found.value
        output = (source.document.get("Outputs") or {}).get(name)
        place = next(iter(places_of_few(source)), None)
        return self._filled(text_of(output.get("Value")), source, place) if output and place else None

    def _name(self, resource: Resource, subject: Subject, place: Place) -> str:
        name = _NAMES[resource.type][0]
        given = text_of(resource.properties.get(name)) if name else ""
        return self._filled(given, subject, place) or resource.logical_id

    def _arn(self, resource: Resource, subject: Subject, place: Place) -> str:
        name = self._name(resource, subject, place)
        if resource.type == "AWS::Events::Rule" and "EventBusName" in resource.properties:
            # docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html, resource types
            name = f"{self._filled(text_of(resource.properties['EventBusName']), subject, place)}/{name}"
        form = _NAMES[resource.type][1]
        return form.format(region=place.region, account=self.account(place.account), name=name)


def places_of_few(subject: Subject) -> Iterator[Place]:
    """The first Region of each target account of the stack: policies are the same in its other Regions."""
    seen: set[str] = set()
    for place in places_of(subject.template.stack):
        if place.account not in seen:
            seen.add(place.account)
            yield place


def _references(text: str) -> Iterator[str]:
    start = text.find("${")
    while start >= 0:
        end = text.find("}", start)
        if end < 0:
            return
        yield text[start + 2 : end]
        start = text.find("${", end)


def _accounts_in(text: str) -> Iterator[str]:
    for part in text.split("{")[1:]:
        name, closed, _ = part.partition("}")
        if closed and name.replace("-", "").replace("_", "").isalnum() and f"${{{name}}}" not in text:
            yield name
