"""BL122: a policy that AWS Organizations refuses."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.quotas import QUOTAS
from baseline.findings import Severity
from baseline.policy.document import Path, Statement, read_statements, text_of
from baseline.policy.pack import minified
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Resource, Subject

_TYPE = "AWS::Organizations::Policy"
_CONTROL = {
    "SERVICE_CONTROL_POLICY": "organizations.scp_characters",
    "RESOURCE_CONTROL_POLICY": "organizations.rcp_characters",
}
_OTHER = {"AISERVICES_OPT_OUT_POLICY": "organizations.ai_opt_out_policy_characters"}


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Hit]:
    for resource in subject.resources:
        if resource.type == _TYPE:
            yield from _measured(resource)
            content = resource.properties.get("Content")
            kind = text_of(resource.properties.get("Type"))
            if kind in _CONTROL and isinstance(content, Mapping):
                yield from _grammar(kind, content, (*resource.path, "Properties", "Content"))


def _measured(resource: Resource) -> Iterator[Hit]:
    properties = resource.properties
    kind = text_of(properties.get("Type"))
    size = _CONTROL.get(kind) or _OTHER.get(kind, "organizations.other_policy_characters")
    for key, text, name in (
        ("Name", text_of(properties.get("Name")), "organizations.policy_name_characters"),
        ("Description", text_of(properties.get("Description")), "organizations.policy_description_characters"),
        ("Content", minified(_plain(properties.get("Content", {}))), size),
    ):
        most = QUOTAS[name].value
        if len(text) > most:
            path = (*resource.path, "Properties", key)
            yield Hit(path=path, message=f"{key} has {len(text):,} characters: AWS takes {most:,}")


def _plain(value: Any) -> Any:  # noqa: ANN401 - plain data with CloudFormation functions in it
    """The data with every function as the text that it stands for."""
    if isinstance(value, Mapping):
        only = next(iter(value)) if len(value) == 1 else ""
        if only == "Ref" or only.startswith("Fn::"):
            return text_of(value)
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _grammar(kind: str, content: Mapping[str, Any], path: Path) -> Iterator[Hit]:
    statements = read_statements(content)
    if not statements:
        yield Hit(path=path, message="no statement: it denies nothing")
    sids = Counter(item.sid for item in statements if item.sid)
    for item in statements:
        for message in _mistakes(kind, item):
            yield Hit(path=(*path, *item.path), message=message)
        if sids[item.sid] > 1:
            yield Hit(path=(*path, *item.path), message=f"two statements have the Sid {item.sid}")


def _mistakes(kind: str, item: Statement) -> Iterator[str]:
    if not item.resources and not item.not_resources:
        yield "no Resource: a statement of an organization policy needs one"
    if not item.actions and not item.not_actions:
        yield "no Action: it is about no request"
    if kind == "SERVICE_CONTROL_POLICY" and (item.principals or item.not_principals):
        yield "a Principal: a service control policy is about every principal of its accounts"
    if kind == "SERVICE_CONTROL_POLICY" and item.effect == "Allow" and item.not_actions:
        yield "an Allow with NotAction: it allows every action that AWS will ever add"
    if kind == "RESOURCE_CONTROL_POLICY":
        yield from _resource_control_mistakes(item)


def _resource_control_mistakes(item: Statement) -> Iterator[str]:
    if item.effect != "Deny":
        yield "an Allow: resource control policies only deny"
    if [principal.value for principal in item.principals] != ["*"]:
        yield "a Principal that is not *: a resource control policy names others in conditions"
    if item.not_actions:
        yield "NotAction: resource control policies do not have it"


CHECK = Check(
    id="BL122",
    title="organization policy that AWS refuses, or that allows what nobody named",
    severity=Severity.ERROR,
    explanation="AWS Organizations checks a policy when it is created, after everything before it was deployed: size, "
    "grammar, names. What it takes and does not mean, nobody tells.",
    fix="correct the statement, or cut the policy in two",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html",
    find=_find,
)
