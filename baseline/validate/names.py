"""The names that a plan's templates create and use, by kind, account and Region."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from baseline.frozen import frozen
from baseline.policy.document import Path, text_of
from baseline.validate.places import Place, places_of, reaches, text_in_place
from baseline.validate.subject import Resource, Subject

_GIVEN: Mapping[str, tuple[str, str]] = {
    "AWS::CloudTrail::Trail": ("trail", "TrailName"),
    "AWS::Events::EventBus": ("event-bus", "Name"),
    "AWS::Events::Rule": ("rule", "Name"),
    "AWS::IAM::InstanceProfile": ("instance-profile", "InstanceProfileName"),
    "AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"),
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::KMS::Alias": ("alias", "AliasName"),
    "AWS::Lambda::Function": ("function", "FunctionName"),
    "AWS::Logs::LogGroup": ("log-group", "LogGroupName"),
    "AWS::S3::Bucket": ("bucket", "BucketName"),
    "AWS::SNS::Topic": ("topic", "TopicName"),
}
"""Resource type → kind of name, and the property that gives it."""
GLOBAL = frozenset({"bucket", "instance-profile", "policy", "role"})
"""Kinds whose names hold in every Region. Source: the ARN formats of the Service Authorization Reference."""

_METRIC = "metric"
_ROLE_IN_PATTERN = re.compile(r"(?:role/|userName ?= ?\")(?P<name>[\w+=,.@-]+)\"")
"""A role in the pattern of a metric filter: by its ARN, or as issuer of a session."""

_USED: Mapping[tuple[str, str], str] = {
    ("AWS::CloudTrail::Trail", "S3BucketName"): "bucket",
    ("AWS::Config::DeliveryChannel", "S3BucketName"): "bucket",
    ("AWS::Logs::MetricFilter", "LogGroupName"): "log-group",
    ("AWS::S3::Bucket", "LoggingConfiguration/DestinationBucketName"): "bucket",
    ("Custom::Setting", "Arguments/KmsKeyId"): "alias",
}
"""(resource type, path of a property) → kind of the name that is the whole property."""

_ARN = re.compile(
    r"arn:[^:\s]*:(?P<service>s3|logs|iam|kms|cloudtrail|events|sns|lambda|cloudformation):"
    r"(?P<region>[^:\s]*):(?P<account>[^:\s]*):(?P<rest>[^\s\"',)]+)"
)
_RESOURCES: Mapping[str, re.Pattern[str]] = {
    "cloudformation": re.compile(r"(?P<kind>stack)/(?P<name>[^/]+)"),
    "cloudtrail": re.compile(r"(?P<kind>trail)/(?P<name>.+)"),
    "events": re.compile(r"(?P<kind>event-bus|rule)/(?:[^/]+/)?(?P<name>[^/]+)"),
    "iam": re.compile(r"(?P<kind>role|policy|instance-profile)/(?P<name>.+)"),
    "kms": re.compile(r"(?P<name>(?P<kind>alias)/.+)"),
    "lambda": re.compile(r"(?P<kind>function):(?P<name>[^:]+)"),
    "logs": re.compile(r"(?P<kind>log-group):(?P<name>[^:]+)"),
    "s3": re.compile(r"(?P<kind>)(?P<name>[^/]+)"),
    "sns": re.compile(r"(?P<kind>)(?P<name>[^:]+)"),
}
_PLAIN_KIND = {"s3": "bucket", "sns": "topic"}


@frozen
class Use:
    """A name that a template uses. `account` is `{key}`, digits, `*` or empty; so is `region`.

    `alone` says whether the name is the whole property: AWS looks up the named resource during creation.
    """

    subject: Subject
    path: Path
    place: Place
    kind: str
    name: str
    account: str
    region: str
    alone: bool = False


@dataclass(frozen=True)
class Names:
    """Every name that the plan creates.

    Attributes:
        given: Kind → name → place, template and path of each creator.
        templates: The names of the templates that the plan renders.
    """

    given: Mapping[str, Mapping[str, list[tuple[Place, Subject, Path]]]]
    templates: frozenset[str]

    def creators(self, use: Use) -> list[tuple[Place, Subject, Path]]:
        """The creators of the name in the place of use; for a pattern, of any matching name."""
        named = self.given.get(use.kind, {})
        pattern = f"{use.name}*" if use.name.endswith("-") else use.name
        if "*" in pattern or "?" in pattern:
            found = [item for name, items in named.items() if fnmatchcase(name, pattern) for item in items]
        else:
            found = list(named.get(use.name, ()))
        return [item for item in found if _is_there(item[0], use)]


def _is_there(creator: Place, use: Use) -> bool:
    account = use.account.strip("{}") or ("*" if use.kind in GLOBAL else use.place.account)
    regional = use.kind not in GLOBAL and use.region not in ("", "*")
    return reaches(creator.account, account) and (not regional or creator.region == use.region)


def names_of(subjects: Sequence[Subject]) -> Names:
    """Every name that the templates create."""
    given: dict[str, dict[str, list[tuple[Place, Subject, Path]]]] = {}
    for subject in subjects:
        places = places_of(subject.template.stack)
        stack = given.setdefault("stack", {}).setdefault(subject.template.stack.name, [])
        stack.extend((place, subject, ()) for place in places)
        for kind, text, path in _given(subject):
            for place in places:
                name = text_in_place(text, subject, place)
                given.setdefault(kind, {}).setdefault(name, []).append((place, subject, path))
    return Names(given=given, templates=frozenset(subject.template.stack.template for subject in subjects))


def _given(subject: Subject) -> Iterator[tuple[str, str, Path]]:
    for resource in subject.resources:
        found = _GIVEN.get(resource.type)
        if found and found[1] in resource.properties:
            kind, name = found
            text = text_of(resource.properties[name])
            path = text_of(resource.properties.get("Path", "/")) if kind in ("role", "policy") else "/"
            yield kind, f"{path.lstrip('/')}{text}", (*resource.path, "Properties", name)
        elif resource.type == "AWS::Logs::MetricFilter":
            for index, item in enumerate(resource.properties.get("MetricTransformations", ())):
                yield _METRIC, _metric(item), (*resource.path, "Properties", "MetricTransformations", index)
    for key, output in (subject.document.get("Outputs") or {}).items():
        export = output.get("Export") if isinstance(output, Mapping) else None
        if isinstance(export, Mapping):
            yield "export", text_of(export.get("Name")), ("Outputs", key, "Export", "Name")


def exports_of(subject: Subject) -> Iterator[str]:
    """The names that the template exports."""
    return (text for kind, text, _ in _given(subject) if kind == "export")


def imports_of(subject: Subject) -> Iterator[tuple[Path, str]]:
    """The path and name of each import in the template."""
    found = (item for resource in subject.resources for item in _texts(resource))
    return ((path, text) for path, kind, text in found if kind == "export")


def _metric(item: Mapping[str, Any]) -> str:
    namespace = item.get("MetricNamespace", item.get("Namespace"))
    return f"{text_of(namespace)}/{text_of(item.get('MetricName'))}"


def uses_of(subject: Subject) -> Iterator[Use]:
    """Every name that the template uses, once per target."""
    found = tuple(dict.fromkeys(item for resource in subject.resources for item in _texts(resource)))
    for place in places_of(subject.template.stack):
        for path, kind, text in found:
            filled = text_in_place(text, subject, place)
            if kind:
                yield Use(
                    subject=subject,
                    path=path,
                    place=place,
                    kind=kind,
                    name=filled,
                    account="" if kind in GLOBAL else f"{{{place.account}}}",
                    region=place.region,
                    alone=kind not in (_METRIC, "role"),
                )
            else:
                yield from _arns(subject, path, place, filled)


def _arns(subject: Subject, path: Path, place: Place, text: str) -> Iterator[Use]:
    for match in _ARN.finditer(text):
        found = _RESOURCES[match["service"]].match(match["rest"])
        if found and "${" not in found["name"]:
            yield Use(
                subject=subject,
                path=path,
                place=place,
                kind=found["kind"] or _PLAIN_KIND[match["service"]],
                name=found["name"],
                account=match["account"],
                region=match["region"],
            )


def _metrics_of_alarm(resource: Resource) -> Iterator[tuple[Path, str, str]]:
    """The alarm's metric, or the metrics of its expressions."""
    at: Path = (*resource.path, "Properties")
    if "MetricName" in resource.properties or "Metrics" not in resource.properties:
        yield (*at, "MetricName"), _METRIC, _metric(resource.properties)
    for index, item in enumerate(resource.properties.get("Metrics", ())):
        if "MetricStat" in item:
            yield (*at, "Metrics", index, "MetricStat", "Metric"), _METRIC, _metric(item["MetricStat"]["Metric"])


def _texts(resource: Resource) -> Iterator[tuple[Path, str, str]]:
    """Path, kind and text of properties that hold only a name, of imports, and of texts with ARNs in them."""
    if resource.type == "AWS::CloudWatch::Alarm":
        yield from _metrics_of_alarm(resource)
    if resource.type == "AWS::Logs::MetricFilter":
        for match in _ROLE_IN_PATTERN.finditer(text_of(resource.properties.get("FilterPattern"))):
            yield (*resource.path, "Properties", "FilterPattern"), "role", match["name"]
    for path, text in _leaves(resource.properties, ()):
        kind = _USED.get((resource.type, "/".join(map(str, path))), "")
        where = (*resource.path, "Properties", *path)
        if text.startswith("${import "):
            yield where, "export", text.removeprefix("${import ").removesuffix("}")
        elif kind and not text.startswith(("${", "arn:")):
            yield where, kind, text
        elif "arn:" in text:
            yield where, "", text


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - template data
    if isinstance(value, dict):
        name = next(iter(value)) if len(value) == 1 else ""
        if name in ("Ref", "Fn::GetAtt"):
            return
        if name in ("Fn::Sub", "Fn::Join", "Fn::ImportValue"):
            yield path, text_of(value)
            return
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif isinstance(value, str):
        yield path, value
