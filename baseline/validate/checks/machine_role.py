"""BL137: a role that does not fit the calls of the state machine that uses it."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from baseline.findings import Problem, Severity
from baseline.policy.document import Path, branches, text_of
from baseline.validate.checks.check import Check
from baseline.validate.identities import Identity, Part, roles_with_policies
from baseline.validate.machine_calls import RoleUse, actions_beside, role_uses
from baseline.validate.subject import Subject


def _find_in_plan(subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    roles = [Part(subject, resource) for subject in subjects for resource in subject.of_type("AWS::IAM::Role")]
    used: dict[int, tuple[Part, list[RoleUse]]] = {}
    for subject in subjects:
        doubts: dict[Path, list[str]] = {}
        for use in role_uses(subject):
            found = [role for role in roles if _is(role, use)]
            if use.is_compared:
                doubts.setdefault(use.resource.path, []).extend(_doubts(use, found))
            for role in found:
                used.setdefault(id(role.resource), (role, []))[1].append(use)
        yield from ((subject, _unknown(path, reasons)) for path, reasons in doubts.items() if reasons)
    compared = {key: (role, by) for key, (role, by) in used.items() if any(use.is_compared for use in by)}
    for identity in roles_with_policies(subjects, [role for role, _ in compared.values()]):
        yield from _compared(identity, compared[id(identity.own.resource)][1])


def _is(role: Part, use: RoleUse) -> bool:
    if role.subject is use.subject and use.role in role.references:
        return True
    name = use.role.partition(":role/")[2]
    return bool(name) and name in role.names


def _doubts(use: RoleUse, roles: list[Part]) -> Iterator[str]:
    """What this check cannot see of a use."""
    yield from use.unknown
    if not roles:
        yield f"the role {use.role.rpartition('/')[2] or '(none)'}, which is in no template of the plan"


def _unknown(path: Path, reasons: list[str]) -> Problem:
    return Problem(
        path=path,
        message=f"not compared with its role: this check does not know {', or '.join(dict.fromkeys(reasons))}",
        fix="compare the role's actions with the calls yourself",
        severity=Severity.WARNING,
    )


def _compared(identity: Identity, uses: list[RoleUse]) -> Iterator[tuple[Subject, Problem]]:
    role = identity.own
    needed = frozenset(action for use in uses for action in use.needed)
    beside = actions_beside(needed) | {action for use in uses for action in use.beside}
    machines = ", ".join(dict.fromkeys(use.resource.logical_id for use in uses))
    places = [
        (subject, (*policy.path, *statement.path), statement)
        for subject, policy in identity.policies
        for statement in policy.statements
    ]
    allows = [item for item in places if item[2].effect == "Allow"]
    is_known = not any(use.unknown for use in uses)
    given: set[str] = set()
    for subject, path, statement in allows:
        if statement.not_actions:
            given |= {item for item in needed if not any(_covers(action, item) for action in statement.not_actions)}
            yield subject, _problem(subject, path, f"allows all but {_list(set(statement.not_actions))} (NotAction)")
        for action in statement.actions:
            covered = {item for item in needed | beside if _covers(action, item)}
            given |= covered
            if message := _excess(action, covered, is_known=is_known):
                yield subject, _problem(subject, path, f"{message}; {machines} needs {_list(needed)}")
    attached = [text_of(item) for _, item in branches(role.resource.properties.get("ManagedPolicyArns"))]
    for arn in (item for item in attached if ":iam::aws:" in item):
        text = f"has {arn.rpartition('/')[2]} of AWS, which allows more than one state machine calls"
        yield role.subject, _problem(role.subject, (*role.resource.path, "Properties", "ManagedPolicyArns"), text)
    denied = {
        action
        for _, _, statement in places
        if statement.effect == "Deny" and not statement.conditions and "*" in statement.resources
        for action in needed
        if any(_covers(pattern, action) for pattern in statement.actions)
    }
    in_plan = sum(part.resource.type == "AWS::IAM::ManagedPolicy" for part in identity.parts)
    missing = (needed - given if len(attached) <= in_plan else frozenset()) | denied
    if missing:
        message = f"does not allow {_list(missing)}, which {machines} calls"
        fix = "allow it, remove the call, or check whether the policy of a resource allows it"
        yield role.subject, _problem(role.subject, role.resource.path, message, fix)


def _excess(action: str, covered: set[str], *, is_known: bool) -> str:
    """What is wrong with an action that a role allows; empty if nothing is."""
    if "*" in action or "?" in action:
        return f"allows {action}: a wildcard"
    if not covered and is_known:
        return f"allows {action}, which nothing that uses the role calls"
    return ""


def _problem(subject: Subject, path: Path, message: str, fix: str = "") -> Problem:
    """A warning in templates of the user: policies that no template has may allow more, or deny it."""
    severity = Severity.WARNING if subject.template.stack.is_custom else None
    return Problem(path=path, message=message, fix=fix, severity=severity)


def _covers(pattern: str, action: str) -> bool:
    parts = pattern.lower()
    if parts == action.lower() or parts == "*":
        return True
    return ("*" in parts or "?" in parts) and fnmatchcase(action.lower(), parts)


def _list(actions: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(actions)) or "no action"


CHECK = Check(
    id="BL137",
    title="role that does not fit the calls of its state machine",
    severity=Severity.ERROR,
    explanation="A state machine fails in the middle if its role lacks an action, and an intruder who changes it has "
    "every action that the role has besides. The calls of its definition, also those with a role of another account, "
    "are compared with what the role allows; so are the calls of schedules, and the roles of rules that start it.",
    fix="allow exactly the actions of the calls, by name",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/security_iam_service-with-iam.html",
    find_in_plan=_find_in_plan,
)
