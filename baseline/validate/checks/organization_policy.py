"""BL122: a policy that AWS Organizations rejects."""

from collections.abc import Iterator, Mapping

from baseline.aws.quotas import QUOTAS
from baseline.capabilities.organization.guardrails.guardrails import GuardrailsContext
from baseline.findings import Problem, Severity
from baseline.policy.check import policy_mistakes
from baseline.policy.document import text_of
from baseline.policy.kinds import KINDS
from baseline.validate.checks.check import Check
from baseline.validate.checks.unknown_action import is_own_policy
from baseline.validate.subject import Resource, Subject

_TYPE = "AWS::Organizations::Policy"
_TEXTS = {
    "Name": "organizations.policy_name_characters",
    "Description": "organizations.policy_description_characters",
}


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    context = subject.template.stack.context
    quotas = context.policy.quotas if isinstance(context, GuardrailsContext) else None
    for resource in subject.resources:
        if resource.type == _TYPE:
            yield from _measured(resource)
            kind, content = text_of(resource.properties.get("Type")), resource.properties.get("Content")
            if kind in KINDS and isinstance(content, Mapping):
                for item in policy_mistakes(kind, content, quotas):
                    if item.id == "policy-action" or (item.severity is Severity.WARNING and is_own_policy(subject)):
                        continue  # BL105 reports unknown actions, and the file of an own policy has its warnings
                    path = (*resource.path, "Properties", "Content", *item.path)
                    yield Problem(path=path, message=item.message, fix=item.fix, severity=item.severity)


def _measured(resource: Resource) -> Iterator[Problem]:
    for key, name in _TEXTS.items():
        count, most = len(text_of(resource.properties.get(key))), QUOTAS[name].value
        if count > most:
            path = (*resource.path, "Properties", key)
            yield Problem(path=path, message=f"{key} has {count:,} characters: AWS allows {most:,}")


CHECK = Check(
    id="BL122",
    title="organization policy that AWS refuses, or that allows more than it names",
    severity=Severity.ERROR,
    explanation="AWS Organizations checks a policy when it is created, after everything before it was deployed: size, "
    "grammar, names. AWS does not report a policy that it accepts but that has no effect.",
    fix="correct the statement, or split the policy",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html",
    find=_find,
)
