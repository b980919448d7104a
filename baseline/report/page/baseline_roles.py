"""The baseline's own roles that people, pipelines, programs or other accounts assume, by their trust policies."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from baseline.evidence.evidence import Evidence
from baseline.frozen import frozen
from baseline.languages.catalog import Say
from baseline.plan.model import Stack
from baseline.policy.document import Condition, Principal, Statement, read_statements, text_of
from baseline.validate.subject import Resource, Subject, read_template

_HERE = "AWS::AccountId"
_ROLE = "AWS::IAM::Role"
_ANYWHERE = "rolesanywhere.amazonaws.com"
"""The only service principal that lets workloads outside AWS assume a role (IAM Roles Anywhere, trust model)."""
_PRINCIPAL_ARN = "aws:PrincipalArn"
_MFA = "aws:MultiFactorAuthPresent"
_ORGANIZATION = "aws:PrincipalOrgID"
_MOST = 6
_FILLED_IN = r"\$\{[^}]*\}"
_ATTRIBUTE = re.compile(r"\$\{(\w+)\.\w+\}")
_ARN = re.compile(rf"arn:(?:{_FILLED_IN}|[^:])+:iam::(?P<account>{_FILLED_IN}|[^:]*):(?P<resource>.+)")
_PERMISSION_SET = re.compile(r"aws-reserved/sso\.amazonaws\.com/.*AWSReservedSSO_(?P<name>.+)")
"""Role of a permission set: `AWSReservedSSO_<name>_<random>` (IAM Identity Center user guide, referencing sets)."""


@frozen
class BaselineRole:
    """A role in accounts where the same principals can assume it.

    Attributes:
        name: Its name.
        purpose: Its purpose in the template.
        accounts: The accounts, in words.
        who: The principals, in words.
        conditions: The other conditions of its trust policy, in words.
        for_functions: Whether only the baseline's own functions assume it.
    """

    name: str
    purpose: str
    accounts: str
    who: str
    conditions: str
    for_functions: bool

    @property
    def row(self) -> tuple[str, ...]:
        """Cells of a table."""
        return f"`{self.name}`", self.purpose, self.accounts, self.who, self.conditions


def baseline_roles(evidence: Evidence, say: Say = str) -> Sequence[BaselineRole]:
    """The roles in the order of the plan; a role with other principals in some accounts has a row for each group.

    Roles that only AWS services assume are left out, and so are templates of the user.
    """
    templates = [item for item in evidence.templates if _ROLE in item.text and not item.stack.is_custom]
    found = [(subject, role) for subject in map(read_template, templates) for role in subject.of_type(_ROLE)]
    of_services = [_pattern(_name(role)) for _, role in found if not _is_assumed(_trust(role))]
    return [
        row
        for subject, role in found
        if _is_assumed(_trust(role))
        for row in _rows(evidence, subject, role, of_services, say)
    ]


def _rows(
    evidence: Evidence, subject: Subject, role: Resource, of_services: Sequence[re.Pattern[str]], say: Say
) -> Iterator[BaselineRole]:
    stack = subject.template.stack
    accounts: dict[tuple[tuple[str, bool], ...], list[str]] = {}
    for account in evidence.reached(stack) or ("",):
        accounts.setdefault(tuple(_outcomes(subject, stack, account)), []).append(account)
    owners = {f"${{{item.name}}}": item.account for item in stack.parameters if item.account}
    owners |= {number: key for key, number in evidence.accounts.items() if number}
    owners["${AWS::AccountId}"] = say("the same account")
    groups: dict[tuple[str, str, bool], list[str]] = {}
    for outcomes, there in accounts.items():
        trust = [it for it in _trust(role, dict(outcomes)) if it.effect == "Allow" and any(map(_lends, it.principals))]
        names = [value.rpartition(":role/")[2] for item in trust for value in _principal_arns(item)]
        key = (
            "; ".join(dict.fromkeys(words for item in trust for words in _who(item, owners, say))),
            "; ".join(dict.fromkeys(words for item in trust for words in _conditions(item, say))),
            bool(names) and all(any(known.fullmatch(name) for known in of_services) for name in names),
        )
        groups.setdefault(key, []).extend(there)
    metadata = role.body.get("Metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for (who, conditions, for_functions), there in groups.items():
        yield BaselineRole(
            name=_name(role),
            purpose=text_of(metadata.get("Purpose") or role.properties.get("Description")),
            accounts=_places(evidence, stack, there, say),
            who=_with_names(who, subject, evidence.plan.partition),
            conditions=_with_names(conditions, subject, evidence.plan.partition),
            for_functions=for_functions,
        )


def _with_names(words: str, subject: Subject, partition: str) -> str:
    """The words with the names of resources instead of their attributes, and the partition's domain."""

    def name(found: re.Match[str]) -> str:
        resource = subject.by_id.get(found[1])
        return (text_of(resource.properties.get("Name")) if resource else "") or found[1]

    domain = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return _ATTRIBUTE.sub(name, words).replace("${AWS::URLSuffix}", domain)


def _trust(role: Resource, outcomes: Mapping[str, bool] | None = None) -> tuple[Statement, ...]:
    document = _chosen(role.properties.get("AssumeRolePolicyDocument"), outcomes or {})
    return read_statements(document) if isinstance(document, dict) else ()


def _chosen(value: Any, outcomes: Mapping[str, bool]) -> Any:  # noqa: ANN401 - plain data
    """The value with the branch of each `Fn::If` whose condition is known."""
    if isinstance(value, list):
        return [_chosen(item, outcomes) for item in value]
    if not isinstance(value, dict):
        return value
    choice = value.get("Fn::If")
    if isinstance(choice, list) and len(choice) == 3 and str(choice[0]) in outcomes:
        return _chosen(choice[1 if outcomes[str(choice[0])] else 2], outcomes)
    return {key: _chosen(item, outcomes) for key, item in value.items()}


def _outcomes(subject: Subject, stack: Stack, account: str) -> Iterator[tuple[str, bool]]:
    """The conditions that compare the account with one of the profile, with their outcome there."""
    known = {_HERE: account, **{item.name: item.account for item in stack.parameters if item.account}}
    for name, condition in (subject.document.get("Conditions") or {}).items():
        sides = condition.get("Fn::Equals", []) if isinstance(condition, dict) else []
        keys = [str(side.get("Ref")) for side in sides if isinstance(side, dict)]
        if len(keys) == len(sides) == 2 and all(key in known for key in keys):
            yield name, known[keys[0]] == known[keys[1]]


def _name(role: Resource) -> str:
    return text_of(role.properties.get("RoleName")) or role.logical_id


def _pattern(name: str) -> re.Pattern[str]:
    """A pattern for the name, in which each variable part, such as the Region, matches any text."""
    return re.compile(".+".join(map(re.escape, re.split(_FILLED_IN, name))))


def _is_assumed(statements: Sequence[Statement]) -> bool:
    return any(_lends(principal) for item in statements for principal in item.principals)


def _lends(principal: Principal) -> bool:
    return principal.kind != "Service" or principal.value == _ANYWHERE


def _places(evidence: Evidence, stack: Stack, accounts: Sequence[str], say: Say) -> str:
    if not any(accounts):
        units = sorted({item.unit for item in evidence.plan.reach(stack).destinations})
        return say("none yet; new accounts in {units}").format(units=", ".join(units)) if units else say("none")
    if len(accounts) == len(evidence.accounts) > 1:
        return say("every account")
    joining = [path for item in stack.deployments if not item.account for path in item.ous]
    if joining and {*accounts, "management"} == evidence.accounts.keys():
        return say("every member account")
    more = len(accounts) - _MOST
    parts = [", ".join(f"`{key}`" for key in accounts[:_MOST])]
    if more > 0:
        parts.append(say("and {count} more").format(count=f"{more:,}"))
    if joining and "management" not in accounts:
        parts.append(say("and new accounts in {units}").format(units=", ".join(joining)))
    return " ".join(parts)


def _principal_arns(statement: Statement) -> list[str]:
    found = (item.values for item in statement.conditions if item.key == _PRINCIPAL_ARN and item.restricts)
    return [value for values in found for value in values]


def _who(statement: Statement, owners: Mapping[str, str], say: Say) -> Iterator[str]:
    """The principals that the trust policy names, or only the ARNs in its condition on the principal's ARN."""
    for principal in statement.principals:
        if principal.kind == "Federated":
            issuer = re.split(":(?:oidc|saml)-provider/", principal.value)[-1]
            yield say("tokens of the identity provider {name}").format(name=f"`{issuer}`")
        elif principal.value == _ANYWHERE:
            yield say("programs with a certificate, by IAM Roles Anywhere")
        elif principal.kind != "Service" and not _principal_arns(statement):
            yield _principal(principal.value, owners, say)
    yield from (_principal(value, owners, say) for value in _principal_arns(statement))


def _principal(arn: str, owners: Mapping[str, str], say: Say) -> str:
    found = _ARN.fullmatch(arn)
    if not found:
        return f"`{arn}`"
    account = owners.get(found["account"], found["account"])
    kind, _, name = found["resource"].partition("/")
    if kind == "user":
        return say("IAM users {name} of {account}").format(name=f"`{name}`", account=account)
    if kind != "role":
        return say("every principal of {account} that its own policies allow it").format(account=account)
    in_identity_center = _PERMISSION_SET.fullmatch(name)
    if in_identity_center:
        shown = f"`{in_identity_center['name']}`"
        return say("permission sets {name} in {account}").format(name=shown, account=account)
    return say("roles {name} of {account}").format(name=f"`{name}`", account=account)


def _conditions(statement: Statement, say: Say) -> Iterator[str]:
    for item in statement.conditions:
        if item.key == _MFA and item.operator == "Bool" and item.values == ("true",):
            yield say("with MFA")
        elif item.key == _ORGANIZATION and item.restricts:
            yield say("from this organization")
        elif item.key != _PRINCIPAL_ARN or not item.restricts:
            yield _plain(item)


def _plain(condition: Condition) -> str:
    """Key and values, with the operator unless it only compares for equality."""
    values = ", ".join(f"`{value}`" for value in condition.values)
    operator = "" if condition.operator in ("StringEquals", "ArnEquals") else f"`{condition.operator}` "
    return f"{operator}`{condition.key}`: {values}"
