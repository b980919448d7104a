"""Problems of guardrail settings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from baseline.aws.iam_actions import matching_actions, nearest_action
from baseline.aws.quotas import QUOTAS, quota
from baseline.aws.regions import REGIONS
from baseline.capabilities.capability import ROOT
from baseline.capabilities.detect.guardduty.settings import GuardDutySettings
from baseline.capabilities.landscape import ACCOUNT_PARAMETERS, Landscape
from baseline.capabilities.organization.account_settings.settings import AccountSettings
from baseline.capabilities.organization.guardrails.levels import budgets
from baseline.capabilities.organization.guardrails.lock_out import lock_outs
from baseline.capabilities.organization.guardrails.own_policies import OWN_PARAMETERS, own_key, own_name
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.organization.guardrails.policies import (
    GuardrailPolicy,
    active,
    missing_needs,
    places_of,
    policies_of,
    resolved,
    settings_of,
)
from baseline.capabilities.organization.guardrails.prefixes import prefix_problems
from baseline.capabilities.organization.guardrails.settings import QUOTA_PREFIX, GuardrailsSettings, OwnPolicy
from baseline.capabilities.organization.guardrails.statements import exempt_of
from baseline.controls.guardrail import NAME_PROTECTORS, guardrails
from baseline.findings import KeyPath, Problem, Severity
from baseline.policy.check import policy_mistakes
from baseline.policy.kinds import KINDS
from baseline.text.nearest import nearest

_SUBJECTS = "<limited_issuer_subjects>"
_SCANS, _BACKUPS = "backup-malware-scans", "daily-backups"

_WORDS: Mapping[str, tuple[str, ...]] = {
    **{
        name: (f"<{name}>",)
        for name in (
            *("bedrock_guardrail", "bedrock_models", "blocked_users", "global_actions", "image_providers"),
            *(
                "inference_profiles",
                "instance_types",
                "networks",
                "protected_tags",
                "trusted_accounts",
                "trusted_organizations",
                "vpcs",
            ),
            "web_identity_providers",
        )
    },
    "allowed_regions": ("<regions>",),
    "allowed_services": ("<services>",),
    "web_identity_subjects": ("<github_subjects>", "<gitlab_subjects>"),
}
"""Setting → the `<word>`s of the catalog that its value replaces."""


def guardrails_problems(landscape: Landscape) -> tuple[Problem, ...]:
    """Settings that conflict with each other. Problems across policies are reported only if each policy is valid."""
    settings = settings_of(landscape)
    found = [
        *_rule_problems(landscape, settings),
        *_unit_problems(landscape, settings),
        *_exemption_problems(settings),
        *_region_problems(settings),
        *_limit_problems(settings),
    ]
    if landscape.standalone:
        return tuple(found)
    found += [*_unused_words(landscape, settings), *prefix_problems(landscape), *_scan_problems(landscape)]
    for number, item in enumerate(settings.policies):
        found += _own_problems(landscape, number, item)
    if not _errors(found):
        found += _protection_problems(landscape)
    if not _errors(found) and landscape.accounts.keys() >= ACCOUNT_PARAMETERS.keys():
        policies = policies_of(landscape)
        found += [
            *_set_twice(landscape, policies),
            *_too_many(landscape, policies),
            *_too_long(landscape, policies),
            *_locked_out(landscape, policies),
        ]
    return tuple(found)


def _scan_problems(landscape: Landscape) -> Iterator[Problem]:
    """Scans of backups without the backups, or without the role that scans them."""
    on = {guardrail.id for guardrail, _ in active(landscape)}
    if _SCANS not in on:
        return
    if _BACKUPS not in on:
        yield Problem(
            path=("rules", _SCANS),
            message=f"{_SCANS} extends the backup plan of {_BACKUPS}, which is off",
            fix=f"turn on guardrails.rules.{_BACKUPS}",
            severity=Severity.WARNING,
        )
    guardduty = landscape.settings("guardduty", GuardDutySettings) if landscape.is_on("guardduty") else None
    if guardduty is None or ROOT not in guardduty.backup_scanner_in:
        yield Problem(
            path=("rules", _SCANS),
            message="not every account has the role that scans backups: AWS Backup would start no scan there",
            fix="write guardduty.backup_scanner_in: [root]",
            fallback=(("capabilities", "guardduty"),),
            severity=Severity.WARNING,
        )


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity in (None, Severity.ERROR)]


def _unit_problems(landscape: Landscape, settings: GuardrailsSettings) -> Iterator[Problem]:
    for setting, units in (("sandbox_units", settings.sandbox_units), ("quarantine_units", settings.quarantine_units)):
        for index, unit in enumerate(units):
            if unit not in landscape.ous:
                yield _unknown((setting, index), unit, (*landscape.ous,))
    if settings.stage == "sandbox" and not settings.sandbox_units:
        yield Problem(
            path=("stage",),
            message="the stage sandbox has no units to try the policies in",
            fix="name them under sandbox_units",
        )


def _exemption_problems(settings: GuardrailsSettings) -> Iterator[Problem]:
    exempt: dict[KeyPath, list[str]] = {(): settings.exempt_roles}
    exempt |= {("rules", name): item.exempt_roles for name, item in settings.rules.items()}
    for setting, roles in exempt.items():
        for index, role in enumerate(roles):
            if not role.strip("*"):
                yield Problem(
                    path=(*setting, "exempt_roles", index),
                    message=f"{role} exempts every role, so the guardrail denies nothing",
                    fix="name the roles, or turn the rule off with a reason",
                )


def _protection_problems(landscape: Landscape) -> Iterator[Problem]:
    """Exemptions apply by name, so the names must be protected wherever a guardrail exempts them."""
    found = {item.id: (item, change) for item, change in active(landscape)}
    settings = settings_of(landscape)
    exempting: dict[str, set[str]] = {}
    for item, change in found.values():
        if exempt_of(landscape, settings, item, change):
            for place in places_of(landscape, item, change):
                exempting.setdefault(place, set()).add(item.id)
    for name in NAME_PROTECTORS:
        held = places_of(landscape, *found[name]) if name in found else ()
        open_to = {
            place: ids - {name} for place, ids in exempting.items() if not {*held} & {*path_of(landscape, place)}
        }
        others = sorted({item for ids in open_to.values() for item in ids})
        if others:
            key = "to" if name in found else "enabled"
            yield Problem(
                path=("rules", name, key),
                message=f"{name} does not apply in {', '.join(sorted(open_to))}, where {_some(others)} exempt roles "
                "by name: anyone there can act as an exempt role",
                fix=f"keep {name} on and at the root, or narrow or disable these guardrails as well",
            )


def _some(names: Sequence[str]) -> str:
    rest = f" and {len(names) - 3} more guardrails" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{rest}"


def _region_problems(settings: GuardrailsSettings) -> Iterator[Problem]:
    for index, region in enumerate(settings.allowed_regions):
        if region not in REGIONS:
            yield _unknown(("allowed_regions", index), region, tuple(REGIONS))
    for name in ("global_actions", "allowed_services"):
        for index, action in enumerate(getattr(settings, name)):
            if not matching_actions(action):
                nearest = nearest_action(action)
                yield Problem(
                    path=(name, index),
                    message=f"unknown action {action}",
                    fix=f"did you mean {nearest}?" if nearest else "look it up in the service authorization reference",
                )


def _unused_words(landscape: Landscape, settings: GuardrailsSettings) -> Iterator[Problem]:
    """Notes on values that no guardrail of this profile uses."""
    given = [name for name in _WORDS if getattr(settings, name)]
    texts = [str((item.statements, item.document)) for item, _ in active(landscape)] if given else []
    for name in given:
        if not any(word in text for word in _WORDS[name] for text in texts):
            users = [
                item.id
                for item in guardrails().values()
                if any(word in str((item.statements, item.document)) for word in _WORDS[name])
            ]
            yield Problem(
                path=(name,),
                message=f"{name} has no effect: no enabled guardrail uses it",
                fix=f"turn on {' or '.join(users)} under rules, or remove it",
                severity=Severity.INFO,
            )


def _limit_problems(settings: GuardrailsSettings) -> Iterator[Problem]:
    known = tuple(name.removeprefix(QUOTA_PREFIX) for name in QUOTAS if name.startswith(QUOTA_PREFIX))
    for name in settings.limits:
        if name not in known:
            yield _unknown(("limits", name), name, known)


def _rule_problems(landscape: Landscape, settings: GuardrailsSettings) -> Iterator[Problem]:
    for name, change in settings.rules.items():
        if name not in guardrails():
            yield _unknown(("rules", name), name, tuple(guardrails()))
            continue
        guardrail = guardrails()[name]
        if change.enabled is False and guardrail.is_default(landscape.tier, landscape.release) and not change.reason:
            yield Problem(
                path=("rules", name, "enabled"),
                message=f"{name} is off, but the tier {landscape.tier} enables it",
                fix="set a reason, or leave it on",
            )
        missing = missing_needs(guardrail, settings) if change.enabled else ()
        if missing:
            yield Problem(
                path=("rules", name, "enabled"),
                message=f"{name} has no effect without {', '.join(missing)}",
                fix=f"set {', '.join(missing)} under capabilities.guardrails",
            )
        yield from _place_problems(("rules", name), guardrail.type, change.to)


def _place_problems(setting: KeyPath, kind: str, places: Sequence[str]) -> Iterator[Problem]:
    for index, place in enumerate(places):
        if place == "management" and KINDS[kind].has_statements:
            yield Problem(
                path=(*setting, "to", index),
                message=f"a {KINDS[kind].title} does not apply to the management account",
                fix="remove it, and run no workloads there",
            )


_MADE_BY_CALL = {
    "serial_console_access": "block_serial_console",
    "image_block_public_access": "block_public_images",
    "snapshot_block_public_access": "block_public_snapshots",
    "instance_metadata_defaults": "instance_metadata_v2",
}
"""Attribute of a declarative policy for EC2 → the equivalent setting of `account_settings`."""


def _set_twice(landscape: Landscape, policies: Sequence[GuardrailPolicy]) -> Iterator[Problem]:
    """Settings of a policy, which accounts cannot change. Source: Amazon EC2 user guide, Declarative policies."""
    if not landscape.is_on("account_settings"):
        return
    account = landscape.settings("account_settings", AccountSettings)
    for policy in policies:
        attributes = policy.content.get("ec2_attributes") if policy.kind == "DECLARATIVE_POLICY_EC2" else None
        for name in attributes if isinstance(attributes, Mapping) else ():
            if name in _MADE_BY_CALL and getattr(account, _MADE_BY_CALL[name]):
                yield Problem(
                    path=("rules",) if policy.own is None else ("policies", policy.own, "file"),
                    message=f"{name} is set by a policy, and account_settings.{_MADE_BY_CALL[name]} sets it with an "
                    "API call, which AWS then rejects",
                    fix=f"turn account_settings.{_MADE_BY_CALL[name]} off, and name the policy as the reason",
                )


def _own_problems(landscape: Landscape, number: int, item: OwnPolicy) -> Iterator[Problem]:
    setting = ("policies", number)
    yield from _place_problems(setting, item.type, item.to)
    policies = settings_of(landscape).policies
    names, keys = [own_name(landscape, own) for own in policies], [own_key(own) for own in policies]
    if names.index(names[number]) < number:
        yield Problem(
            path=(*setting, "name") if item.name else (*setting, "file"),
            message=f"two policies are named {names[number]}",
            fix="give one of them another name",
        )
    if keys.index(keys[number]) < number:
        yield Problem(
            path=(*setting, "key") if item.key else (*setting, "file"),
            message=f"two policies would share the stack {landscape.prefix}-guardrails-own-{keys[number]}",
            fix="use one entry for each file, with several places under `to`, or give one of them another key",
        )
    for key, text, most in (
        ("name", names[number], quota("organizations.policy_name_characters")),
        ("description", item.description, quota("organizations.policy_description_characters")),
    ):
        if len(text) > most:
            yield Problem(
                path=(*setting, key),
                message=f"{key} has {len(text):,} characters: AWS Organizations allows {most:,}",
                fix="shorten it",
            )
    content = landscape.documents.get(item.file)
    if content is not None:
        for mistake in policy_mistakes(item.type, content, settings_of(landscape).quotas, OWN_PARAMETERS):
            yield Problem(
                path=(*setting, "file"),
                message=mistake.message,
                fix=mistake.fix,
                id=mistake.id,
                file=item.file,
                place=mistake.path,
                severity=mistake.severity,
            )


def _too_many(landscape: Landscape, policies: Sequence[GuardrailPolicy]) -> Iterator[Problem]:
    own = Counter(place for item in policies if item.own is not None for place in item.places)
    for budget in budgets(landscape, policies):
        if budget.free < 0:
            title = KINDS[budget.kind].title.replace("policy", "policies")
            reserved = settings_of(landscape).reserved_slots
            slots = max(budget.ours + budget.free, 0)
            yield Problem(
                path=("reserved_slots",) if reserved else ("policies",) if own[budget.place] else ("rules",),
                message=f"too many policies: {budget.place} needs {budget.ours} {title}, and "
                f"{slots} slots are free ({budget.others - reserved} of AWS, {reserved} reserved)",
                fix="merge policies, attach some to other places, or turn guardrails off there"
                f"{', or lower reserved_slots' if reserved else ''}",
                id="policy-count",
            )


def _too_long(landscape: Landscape, policies: Sequence[GuardrailPolicy]) -> Iterator[Problem]:
    """Statements with so many values of the profile that they fit into no policy."""
    for policy in policies:
        kind = KINDS[policy.kind]
        count, most = len(resolved(landscape, policy.content)), kind.most_characters(policy.quotas)
        if policy.own is not None or count <= most:
            continue
        owners = dict.fromkeys(name for names in policy.owners.values() for name in names)
        for name in owners:
            words = str(guardrails()[name].statements)
            settings = [key for key, parts in _WORDS.items() if any(part in words for part in parts)]
            others = ", or name issuers of identity_hygiene.oidc_providers in web_identity_providers, which allows all "
            yield Problem(
                path=("rules", name),
                message=f"{name} needs a policy of {count:,} characters: AWS allows {most:,}",
                fix=f"name fewer values in {' and '.join(settings) or 'exempt_roles'}"
                + (f"{others}their subjects" if _SUBJECTS in words else ""),
                id="policy-size",
            )


def _locked_out(landscape: Landscape, policies: Sequence[GuardrailPolicy]) -> Iterator[Problem]:
    by_name = {item.name: item for item in policies}
    for found in lock_outs(landscape, policies):
        policy = by_name[found.verdict.policy]
        request = found.need.request
        owners = policy.owners.get(found.verdict.statement, ())
        own = settings_of(landscape).policies[policy.own] if policy.own is not None else None
        yield Problem(
            path=("policies", policy.own, "file")
            if policy.own is not None
            else ("rules", owners[0])
            if owners
            else ("rules",),
            message=f"{found.verdict.statement or 'a statement'} of {policy.name} locks out {found.need.who}: "
            f"it denies {request.action} in {found.place}{'' if found.attached else ', once it is attached there'}",
            fix="exempt them with ArnNotLike on aws:PrincipalArn, or narrow the statement",
            id="policy-lock-out",
            file=own.file if own else "",
            place=found.verdict.path if own else (),
            severity=None if found.attached and found.need.certain else Severity.WARNING,
        )


def _unknown(setting: KeyPath, name: str, known: tuple[str, ...]) -> Problem:
    close = nearest(name, known)
    fix = f"did you mean {close}?" if close else f"known: {', '.join(known)}"
    return Problem(path=setting, message=f"there is no {name}", fix=fix)
