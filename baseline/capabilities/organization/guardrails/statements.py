"""Statements of guardrails for this organization: placeholders filled in, merged if their scope is equal."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache, reduce
from typing import Any, NamedTuple, TypeAlias

from baseline.aws.global_actions import global_actions
from baseline.capabilities.control_tower import EXECUTION_ROLE
from baseline.capabilities.detect.guardduty.settings import backup_scanner_places
from baseline.capabilities.function_permissions import HOOKS_FUNCTION, LISTS_FUNCTION, RETENTION_FUNCTION
from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity.identity_center.settings import region_of_instance
from baseline.capabilities.landscape import Landscape, Reference, once_per_landscape, portable
from baseline.capabilities.member_functions import member_functions, sets_log_retention, stores_lists
from baseline.capabilities.organization.guardrails.rule_groups import rule_group_actions
from baseline.capabilities.organization.guardrails.settings import GuardrailChange, GuardrailsSettings
from baseline.capabilities.organization.guardrails.web_identities import web_identities
from baseline.capabilities.organization.organization.settings import OrganizationSettings
from baseline.capabilities.parameters import PARAMETERS, logical_names
from baseline.capabilities.protect.hooks.problems import uses_hooks
from baseline.capabilities.protect.hooks.settings import HooksSettings
from baseline.capabilities.respond.health.settings import digest_roles, reader_roles
from baseline.capabilities.respond.monitoring.settings import subscription_roles
from baseline.capabilities.web_acl_logs import WEB_ACL_LOGS, archives_web_acl_logs, has_web_acl_log_groups
from baseline.controls.guardrail import Guardrail, guardrails
from baseline.frozen import frozen

Word: TypeAlias = str | list[str] | Mapping[str, list[str]]
Words = Mapping[str, Word]
_Typed: TypeAlias = tuple[type, Any]
_WORD = re.compile("<[a-z_]+>")
_INFERENCE = ("bedrock:CreateModelInvocationJob", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
"""Actions of cross-Region inference in other Regions. Source: Amazon Bedrock user guide, Cross-Region inference."""
_DIRECTORY = ("identity-sync:*", "identitystore-auth:*", "identitystore:*", "sso-directory:*", "sso-oauth:*")
"""Services of IAM Identity Center besides `sso` (service authorization reference)."""
_QUARANTINE = "quarantine"
_NETWORKS = "expected-networks"
_SERVICES = "allowed-services"
_REGIONS = "regions"
_POLICY_MANAGEMENT = "organization-changes"
_ARCHIVE_ACCESS = "log-object-access"
_LIMITED = (HOOKS_FUNCTION, LISTS_FUNCTION, RETENTION_FUNCTION)
"""Functions that few guardrails limit: for files (only `log-object-access` limits these) and for retention."""
_RETENTION = ("log-groups", _SERVICES, _NETWORKS, _QUARANTINE)
"""Guardrails that deny calls of the function that sets the retention of log groups."""
_ORDER = ("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition")


class Scoped(NamedTuple):
    """A statement, and its scope as text: the statement without Sid and actions."""

    statement: Mapping[str, Any]
    scope: str


@frozen
class GuardrailStatement:
    """A statement, and the guardrails that require it."""

    guardrails: tuple[str, ...]
    statement: Mapping[str, Any]


def words_of(landscape: Landscape, settings: GuardrailsSettings) -> Words:
    """The value of each `<word>` of the catalog: a text, the items of a list, or keys of a condition with values."""
    return {
        "<prefix>": landscape.prefix,
        "<organization>": PARAMETERS["OrganizationId"].reference,
        "<management>": landscape.account_reference("management"),
        "<log_archive>": landscape.account_reference("log_archive"),
        "<security>": landscape.account_reference("security"),
        "<regions>": list(dict.fromkeys((*landscape.regions, *settings.allowed_regions))),
        "<global_actions>": list(
            dict.fromkeys((*global_actions(), *_directory_actions(landscape, settings), *settings.global_actions))
        ),
        "<services>": settings.allowed_services,
        "<instance_types>": settings.instance_types,
        "<bedrock_models>": settings.bedrock_models,
        "<inference_actions>": list(_INFERENCE) if settings.inference_profiles else [],
        "<inference_profiles>": [
            f"arn:aws:bedrock:*:*:inference-profile/{name}" for name in settings.inference_profiles
        ],
        "<bedrock_guardrail>": settings.bedrock_guardrail or "",
        "<home_region>": landscape.home_region,
        "<image_providers>": settings.image_providers,
        "<trusted_accounts>": settings.trusted_accounts,
        "<trusted_organizations>": settings.trusted_organizations,
        "<networks>": settings.networks,
        "<vpcs>": settings.vpcs,
        "<protected_tags>": settings.protected_tags,
        "<blocked_users>": settings.blocked_users,
        "<exempt_roles>": [f"arn:aws:iam::*:role/{name}" for name in _creatable_exempt_roles(landscape, settings)],
        "<break_glass_users>": _break_glass_users(landscape),
        **_backup_scans(landscape),
        **web_identities(landscape, settings),
        **_web_acl_records(landscape),
        "<rule_group_actions>": rule_group_actions(landscape),
    }


def _backup_scans(landscape: Landscape) -> Mapping[str, list[str]]:
    """The role that scans backups and shares their snapshots, and the service to which AWS Backup passes it.

    Sources: managed policies AWSBackupGuardDutyRolePolicyForScans and AWSBackupServiceRolePolicyForScans.
    """
    scans = bool(backup_scanner_places(landscape))
    return {
        "<scanner_roles>": [f"arn:aws:iam::*:role/{landscape.prefix}-backup-scanner"] if scans else [],
        "<scanning_services>": ["malware-protection.guardduty.amazonaws.com"] if scans else [],
    }


def _web_acl_records(landscape: Landscape) -> Mapping[str, list[str]]:
    """Buckets and log groups of web ACLs: AWS WAF requires names that do not begin with the prefix."""
    names = f"{WEB_ACL_LOGS}{landscape.prefix}-*"
    bucket = [f"arn:aws:s3:::{names}"] if archives_web_acl_logs(landscape) else []
    return {
        "<web_acl_log_buckets>": bucket,
        "<web_acl_log_objects>": [f"{arn}/*" for arn in bucket],
        "<web_acl_log_groups>": [f"arn:aws:logs:*:*:log-group:{names}"] if has_web_acl_log_groups(landscape) else [],
    }


def _directory_actions(landscape: Landscape, settings: GuardrailsSettings) -> tuple[str, ...]:
    """Actions on users and groups if the Region of IAM Identity Center is denied; actions of `sso` are global.

    An organization has one instance, so they have no effect in other Regions.
    """
    region = region_of_instance(landscape)
    return () if region in (*landscape.regions, *settings.allowed_regions) else _DIRECTORY


def _creatable_exempt_roles(landscape: Landscape, settings: GuardrailsSettings) -> tuple[str, ...]:
    """Every role that the profile exempts from a guardrail or a hook, except under AWS's reserved paths.

    Source: IAM user guide, Service-linked roles; IAM Identity Center user guide, Referencing permission sets in
    resource policies: accounts can neither create nor change roles under these paths.
    """
    named = (
        *settings.exempt_roles,
        *(name for item in settings.rules.values() for name in item.exempt_roles),
        *_policy_roles(landscape),
        *_reporting_roles(landscape),
        *_unhooked_roles(landscape),
        *(landscape.control_tower.changing_roles if landscape.control_tower else ()),
    )
    own = ("aws-reserved/", "aws-service-role/")
    return tuple(dict.fromkeys(name for name in named if not name.startswith(own)))


def _break_glass_users(landscape: Landscape) -> list[str]:
    """ARNs of the security account's users that may assume the break-glass roles of `iam_roles`."""
    on = landscape.is_on("iam_roles")
    users = landscape.settings("iam_roles", IamRolesSettings).break_glass_users if on else ["break-glass/*"]
    account = landscape.account_reference("security")
    return [Reference(f"arn:${{AWS::Partition}}:iam::{account}:user/{user}") for user in users]


@once_per_landscape
def deployers(landscape: Landscape) -> tuple[str, ...]:
    """ARNs of the principals that deploy the baseline to member accounts, and of the break-glass roles.

    Sources: CloudFormation user guide, StackSets and service-linked roles (`stacksets-exec-…`); AWS Control Tower user
    guide, How AWS Control Tower works with roles. Its other roles only record and report, and a name with a wildcard
    would exempt everybody who creates such a role in an account that is not enrolled.
    """
    names = (
        *(landscape.control_tower.changing_roles if landscape.control_tower else (EXECUTION_ROLE,)),
        "stacksets-exec-*",
        f"{landscape.prefix}-account-settings",
        *(f"{landscape.prefix}-{name}" for name in member_functions(landscape) if name not in _LIMITED),
        f"{landscape.prefix}-break-glass",
    )
    return tuple(f"arn:aws:iam::*:role/{name}" for name in names)


def exempt_of(
    landscape: Landscape, settings: GuardrailsSettings, guardrail: Guardrail, change: GuardrailChange
) -> tuple[str, ...]:
    """ARNs of the principals that are exempt from the guardrail."""
    own = (f"arn:aws:iam::*:role/{name}" for name in change.exempt_roles)
    if not guardrail.exempt:
        return tuple(own)
    names = (
        *settings.exempt_roles,
        *(_policy_roles(landscape) if guardrail.id == _POLICY_MANAGEMENT else ()),
        *((*_reporting_roles(landscape), *reader_roles(landscape)) if guardrail.id == _QUARANTINE else ()),
        *(_list_writers(landscape) if guardrail.id == _ARCHIVE_ACCESS else ()),
        *(_retention_roles(landscape) if guardrail.id in _RETENTION else ()),
        *(digest_roles(landscape) if guardrail.id == _REGIONS else ()),
        *(subscription_roles(landscape) if guardrail.id in (_SERVICES, _NETWORKS, _QUARANTINE) else ()),
    )
    shared = (f"arn:aws:iam::*:role/{name}" for name in names)
    return tuple(dict.fromkeys((*deployers(landscape), *shared, *own)))


def _reporting_roles(landscape: Landscape) -> tuple[str, ...]:
    """Roles of Control Tower and of hooks that keep working in quarantine OUs, like the baseline's own roles."""
    return (
        *(landscape.control_tower.reporting_roles if landscape.control_tower else ()),
        *((f"{landscape.prefix}-hooks",) if uses_hooks(landscape) else ()),
    )


def _list_writers(landscape: Landscape) -> tuple[str, ...]:
    """The role that stores GuardDuty's lists in the log archive; the bucket's policy denies every other role."""
    return (f"{landscape.prefix}-{LISTS_FUNCTION}",) if stores_lists(landscape) else ()


def _retention_roles(landscape: Landscape) -> tuple[str, ...]:
    """The role that sets the retention of log groups."""
    return (f"{landscape.prefix}-{RETENTION_FUNCTION}",) if sets_log_retention(landscape) else ()


def _unhooked_roles(landscape: Landscape) -> tuple[str, ...]:
    """Roles whose stacks are exempt from hooks: a principal that creates or passes one could deploy anything."""
    return tuple(landscape.settings("hooks", HooksSettings).exempt_roles) if uses_hooks(landscape) else ()


def _policy_roles(landscape: Landscape) -> tuple[str, ...]:
    """Roles with delegated policy management, which AWS only allows in the security account."""
    if landscape.standalone or not landscape.is_on("organization"):
        return ()
    return tuple(landscape.settings("organization", OrganizationSettings).policy_roles)


def statements_of(guardrail: Guardrail, words: Words, exempt: Sequence[str]) -> tuple[Scoped, ...]:
    """The guardrail's statements with every `<word>` filled in, and with the exempt principals excluded.

    Args:
        guardrail: A guardrail of the catalog.
        words: The result of `words_of`.
        exempt: ARNs of principals; none if no principal is exempt.
    """
    used = tuple((word, _typed(words[word])) for word in _words_in(guardrail) if word in words)
    return _statements(guardrail, used, tuple(exempt))


@cache
def _words_in(guardrail: Guardrail) -> tuple[str, ...]:
    return tuple(sorted(set(_WORD.findall(json.dumps(guardrail.statements)))))


def _typed(word: Word) -> _Typed:
    """The word in a hashable form that keeps its type: a reference differs from the same text."""
    if isinstance(word, Mapping):
        return (dict, tuple((key, _typed(item)) for key, item in word.items()))
    return (type(word), tuple(map(_typed, word)) if isinstance(word, list) else word)


def _untyped(typed: _Typed) -> Any:  # noqa: ANN401 - a word
    kind, word = typed
    if kind is dict:
        return {key: _untyped(item) for key, item in word}
    return [_untyped(item) for item in word] if kind is list else word


@lru_cache(maxsize=4096)  # organizations mostly differ in few words
def _statements(
    guardrail: Guardrail, used: tuple[tuple[str, _Typed], ...], exempt: tuple[str, ...]
) -> tuple[Scoped, ...]:
    words: Words = {word: _untyped(typed) for word, typed in used}
    name = logical_names([guardrail.id])[guardrail.id]
    found = []
    for number, item in enumerate(guardrail.statements, start=1):
        condition = dict(item.get("Condition", {}))
        if exempt:
            own = condition.get("ArnNotLike", {})
            arns = {"aws:PrincipalArn": [*own.get("aws:PrincipalArn", []), *exempt]}
            condition["ArnNotLike"] = {**own, **arns}
        plain = {
            "Sid": name if len(guardrail.statements) == 1 else f"{name}{number}",
            "Effect": "Deny",
            **({"Principal": "*"} if guardrail.type == "RESOURCE_CONTROL_POLICY" else {}),
            **({} if "Resource" in item or "NotResource" in item else {"Resource": "*"}),
            **{key: value for key, value in item.items() if key != "Condition"},
            **({"Condition": condition} if condition else {}),
        }
        made = {key: portable(filled(plain[key], words)) for key in _ORDER if key in plain}
        if made.get("Action") != []:  # actions that a setting names, and the profile does not have it
            compared = _compared(made.pop("Condition", {}))
            found.append({**made, "Condition": compared} if compared else made)
    return tuple(Scoped(statement, _scope_of(statement)) for statement in found)


def _compared(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The conditions with a value to compare: a list of the profile may be empty."""
    kept = {
        operator: {key: value for key, value in keys.items() if value != []} for operator, keys in condition.items()
    }
    return {operator: keys for operator, keys in kept.items() if keys}


def merged_statements(
    group: str, members: Iterable[tuple[Guardrail, tuple[Scoped, ...]]], shared: Mapping[str, int]
) -> tuple[GuardrailStatement, ...]:
    """The statements of a group's guardrails; statements that differ only in their actions are merged.

    Args:
        group: The group's name, the prefix of merged Sids.
        members: Guardrails with their statements, in order.
        shared: Scope → number, for scopes that several statements of the whole catalog share, so that a Sid does not
            depend on the enabled guardrails.
    """
    title = logical_names([group])[group]
    together: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for guardrail, statements in members:
        for statement, scope in statements:
            key = scope if scope in shared else f"{scope}{statement['Sid']}"
            together.setdefault(key, []).append((guardrail.id, statement))
    found = []
    for key, items in together.items():
        first = items[0][1]
        if key in shared:
            actions = sorted({action for _, item in items for action in item["Action"]}, key=str.lower)
            first = {**first, "Sid": f"{title}{shared[key]}", "Action": actions}
        found.append(GuardrailStatement(guardrails=tuple(dict.fromkeys(name for name, _ in items)), statement=first))
    return tuple(found)


@once_per_landscape
def unchanged_statements(landscape: Landscape) -> Mapping[str, tuple[Scoped, ...]]:
    """Guardrail's id → its statements, for the whole catalog, without the profile's changes of single guardrails."""
    settings = landscape.settings("guardrails", GuardrailsSettings)
    words, unchanged = words_of(landscape, settings), GuardrailChange()
    return {
        guardrail.id: statements_of(guardrail, words, exempt_of(landscape, settings, guardrail, unchanged))
        for guardrail in guardrails().values()
    }


@once_per_landscape
def shared_scopes(landscape: Landscape) -> Mapping[str, Mapping[str, int]]:
    """Group → the scopes that several of its statements share if all are enabled, numbered in order."""
    counts: dict[str, Counter[str]] = {}
    for name, statements in unchanged_statements(landscape).items():
        for statement, scope in statements:
            if "Action" in statement:
                counts.setdefault(guardrails()[name].group, Counter())[scope] += 1
    return {
        group: {scope: number for number, scope in enumerate((s for s, n in found.items() if n > 1), start=1)}
        for group, found in counts.items()
    }


def _scope_of(statement: Mapping[str, Any]) -> str:
    return json.dumps({key: value for key, value in statement.items() if key not in ("Sid", "Action")}, sort_keys=True)


def document_of_guardrails(members: Iterable[Guardrail], words: Words) -> Mapping[str, Any]:
    """The combined document of the guardrails of a kind without statements."""
    return reduce(_over, (filled(item.document, words) for item in members), {})


def _over(below: Any, above: Any) -> Any:  # noqa: ANN401 - plain data of the catalogue
    """Merge two values: mappings key by key, lists by concatenation; any other value replaces the earlier one."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {**below, **{key: _over(below[key], item) if key in below else item for key, item in above.items()}}
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *above]
    return above


def filled(value: Any, words: Words) -> Any:  # noqa: ANN401 - plain data of the catalogue
    """The data with every `<word>` filled in; a word for a list is replaced by its items."""
    if isinstance(value, str):
        return _filled_text(value, words) if "<" in value else value
    if isinstance(value, list | tuple):
        return [text for item in value for text in _items(filled(item, words))]
    if isinstance(value, Mapping):
        return {name: filled(item, words) for key, item in value.items() for name in _keys(key, words)}
    return value


def _filled_text(value: str, words: Words) -> Any:  # noqa: ANN401 - a word may be a list
    if value in words:
        return words[value]
    named = {word: text for word, text in words.items() if isinstance(text, str) and word in value}
    references = any(isinstance(text, Reference) for text in named.values())
    if references:  # policy variables are IAM's, not CloudFormation's
        value = value.replace("${", "${!").replace("arn:aws:", "arn:${AWS::Partition}:", 1)
    for word, text in named.items():
        value = value.replace(word, text)
    return Reference(value) if references else value


def _keys(key: str, words: Words) -> list[str]:
    """The key filled in; one per item if it names a list."""
    if "<" not in key:
        return [key]
    lists = [(word, items) for word, items in words.items() if isinstance(items, list) and word in key]
    return [key.replace(word, item) for word, items in lists for item in items] if lists else [filled(key, words)]


def _items(value: Any) -> list[Any]:  # noqa: ANN401 - one or many
    return value if isinstance(value, list) else [value]
