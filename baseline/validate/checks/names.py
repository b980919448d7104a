"""BL131: a name that a stack uses and that no stack creates in the same place."""

import re
from collections.abc import Iterator

from baseline.capabilities.parameters import PARAMETERS
from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.names import GLOBAL, Names, Use, names_of, uses_of
from baseline.validate.places import MEMBERS, Place
from baseline.validate.stated import texts_stated_for
from baseline.validate.subject import Subject

_MADE_ELSEWHERE = re.compile(
    r"""
      AWSControlTowerExecution | AWSCloudFormationStackSet(Administration|Execution)Role   # Control Tower, StackSets
    | stacksets-exec-\* | StackSet-\*                          # roles and stacks of service-managed StackSets
    | OrganizationAccountAccessRole | Administrator            # access to accounts from before the baseline
    | aws-reserved/sso\.amazonaws\.com/\S*                     # roles of IAM Identity Center
    | aws-service-role/\S* | service-role/\S*                  # service-linked roles, and those of consoles
    | DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*       # the rule of a malware protection plan
    | aws-security-data-lake-\S*                               # buckets of Amazon Security Lake
    """,
    re.VERBOSE,
)
"""Names that AWS or people give, and no stack of the baseline."""
_GRANTED = {("role", "config-recorder"): "config_role"}
"""Kind and name after the prefix → the template that creates it, for names that other capabilities always allow."""
_OPTIONAL = frozenset({("role", "break-glass")})
"""Kind and name after the prefix of resources that a setting can turn off; BL134 requires them if it is on."""
_ALWAYS_OURS = frozenset({"alias", "event-bus", "export", "metric", "trail"})
"""Kinds that profiles do not name; an alias is named by an inline policy, and is ours if it begins with the prefix."""
_OF_AWS = "aws"
_WHERE = {MEMBERS: "the member accounts"}


def _find(subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    names = names_of(subjects)
    before = _before(subjects)
    seen: set[tuple[str, tuple[str | int, ...], str]] = set()
    for subject in subjects:
        for use in uses_of(subject):
            problem = _problem(use, names, before)
            key = (subject.template.stack.name, use.path, problem)
            if problem and key not in seen:
                seen.add(key)
                yield subject, Problem(path=use.path, message=problem)
    yield from _given_twice(names)
    yield from _parameters(subjects)


def _problem(use: Use, names: Names, before: dict[str, frozenset[str]]) -> str:
    if use.subject.template.stack.template == "organization/guardrails/guardrails" or use.account == _OF_AWS:
        return ""  # BL134 compares guardrails with what was proved; BL105 and cfn-lint know policies of AWS
    creators = names.creators(use)
    own = use.subject.template.stack.name
    if not creators:
        if _is_made_elsewhere(use) or _is_family(use) or _is_switched_off(use, names) or _is_foreign(use):
            return ""
        return f"no stack creates the {use.kind} {use.name} {_where(use)}, where {own} uses it"
    stacks = [item[1].template.stack.name for item in creators]
    if use.alone and not any(stack == own or stack in before[own] for stack in stacks):
        verbs = ("imports", "exports") if use.kind == "export" else ("uses", "creates")
        return f"{own} {verbs[0]} {use.name}, but does not wait for {stacks[0]}, which {verbs[1]} it"
    return ""


def _is_family(use: Use) -> bool:
    """Whether the name is a pattern with the prefix, which may match nothing in a plan with few capabilities."""
    prefix = getattr(use.subject.template.stack.context, "prefix", "")
    return use.name in (f"{prefix}-*", f"/{prefix}/*")


def _is_foreign(use: Use) -> bool:
    """Whether a custom template uses a name that none of our stacks would create."""
    stack = use.subject.template.stack
    prefix = getattr(stack.context, "prefix", "")
    return stack.is_custom and not re.match(rf"(alias/|/)?{re.escape(prefix)}[-/]", use.name)


def _is_switched_off(use: Use, names: Names) -> bool:
    """Whether the capability that creates it is disabled: a grant to a missing role has no effect."""
    suffix = use.name.removeprefix(f"{getattr(use.subject.template.stack.context, 'prefix', '')}-")
    creator = _GRANTED.get((use.kind, suffix), "")
    if (use.kind, suffix) in _OPTIONAL and use.name not in names.given.get(use.kind, {}):
        return True
    return bool(creator) and creator not in names.templates


def _is_made_elsewhere(use: Use) -> bool:
    """Whether AWS or people create the resource: its name is in `_MADE_ELSEWHERE`, or in the profile."""
    if _MADE_ELSEWHERE.fullmatch(use.name) or _is_of_service(use):
        return True
    stack = use.subject.template.stack
    prefix = getattr(stack.context, "prefix", "")
    ours = use.name.startswith((f"{prefix}-", f"/{prefix}/", f"alias/{prefix}-"))
    if (use.kind in _ALWAYS_OURS and use.kind != "alias") or (use.kind not in GLOBAL and ours):
        return False
    named = re.compile(rf"(?:^|[:/]){re.escape(use.name)}(?:\Z|[:/*])")
    return any(use.name in text and named.search(text) for text in texts_stated_for(stack))


def _is_of_service(use: Use) -> bool:
    """Whether AWS provides it in every account and Region: a metric of a service, or the default event bus."""
    if use.kind == "metric":
        return use.name.startswith("AWS/")
    here = use.account.strip("{}") in ("", use.place.account) and use.region in ("", "*", use.place.region)
    return use.kind == "event-bus" and use.name == "default" and here


def _where(use: Use) -> str:
    account = use.account.strip("{}") or use.place.account
    accounts = "any account" if account == "*" else _WHERE.get(account, f"the account {account}")
    if use.kind in GLOBAL or use.region in ("", "*"):
        return f"in {accounts}"
    return f"in {accounts} and {use.region}"


def _before(subjects: tuple[Subject, ...]) -> dict[str, frozenset[str]]:
    """Stack → every stack that is deployed before it; plans list stacks after their dependencies."""
    found: dict[str, frozenset[str]] = {}
    for subject in subjects:
        stack = subject.template.stack
        found[stack.name] = frozenset(stack.depends_on).union(*(found.get(name, ()) for name in stack.depends_on))
    return found


def _given_twice(names: Names) -> Iterator[tuple[Subject, Problem]]:
    for kind, named in names.given.items():
        if kind == "metric":
            continue  # two filters may count into one metric
        for name, creators in named.items():
            first: dict[Place, str] = {}
            for place, subject, path in creators:
                at = Place(place.account, "") if kind in GLOBAL and kind != "bucket" else place
                stack = subject.template.stack.name
                if first.setdefault(at, stack) != stack:
                    yield subject, Problem(path=path, message=f"{first[at]} creates the {kind} {name} there already")


def _parameters(subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    """Parameters that are only in the plan or only in the template, or that have two values.

    Custom templates may have defaults, and may use the same name for different values.
    """
    first: dict[str, tuple[str, str]] = {}
    for subject in subjects:
        stack = subject.template.stack
        declared, given = subject.document.get("Parameters") or {}, {item.name for item in stack.parameters}
        optional = {name for name in declared if stack.is_custom and "Default" in declared[name]}
        for name in sorted((declared.keys() ^ given) - optional | (given - declared.keys())):
            lacks = "the template does not declare" if name in given else "the plan does not give"
            yield subject, Problem(path=("Parameters", name), message=f"{lacks} the parameter {name}")
        for item in stack.parameters:
            if item.value is not None and (item.name in PARAMETERS or not stack.is_custom):
                value, other = first.setdefault(item.name, (item.value, stack.name))
                if value != item.value:
                    message = f"{item.name} is {item.value} here and {value} in {other}"
                    yield subject, Problem(path=("Parameters", item.name), message=message)


CHECK = Check(
    id="BL131",
    title="name that no stack creates, or two do",
    severity=Severity.ERROR,
    explanation="Stacks of different accounts refer to each other by name: a bucket, role, trail, bus, alias, log "
    "group, topic or "
    "export that is spelled differently on one side fails the deployment, or loses deliveries silently. "
    "Every name that a template uses has one creator, in the account and Region where it is used; an import also waits "
    "for its exporter, and so does a property that is a name. A parameter has one value in every stack.",
    fix="use the name that the creating stack gives, or create it in that account and Region first",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html",
    find_in_plan=_find,
)
