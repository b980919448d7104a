"""Import of a configuration of the Landing Zone Accelerator on AWS as a profile."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.importers.keys import entries_of
from baseline.importers.located import LARGEST, SourceReader, file_below, said_at, unreadable_at
from baseline.importers.lza_customizations import ROOT, add_customizations
from baseline.importers.own_stacks import OwnStacks
from baseline.importers.source import Imported, SourceAccount, ids_note, items_of, section_of, text_of, texts_of
from baseline.profile.account_keys import account_key
from baseline.profile.scaffold import Answers, prefix_from

_FILES = ("accounts-config", "organization-config", "global-config", "security-config", "iam-config", "network-config")
_OPTIONAL = ("iam-config", "network-config", "customizations-config")
_HINT = "name a directory with the accelerator's files"
_REPLACEMENT = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_PLACEHOLDER = re.compile(r"\$\{(?!aws:|AWS::)[A-Z][^}]*\}")
_MANDATORY = {"Management": "management", "LogArchive": "log_archive", "Audit": "security"}
_INCLUDE = "include"
_OFF_REASON = "The accelerator's configuration has it off."
_POLICY_TYPES: Mapping[str, str] = {
    "serviceControlPolicies": "SERVICE_CONTROL_POLICY",
    "resourceControlPolicies": "RESOURCE_CONTROL_POLICY",
    "declarativePolicies": "DECLARATIVE_POLICY_EC2",
    "taggingPolicies": "TAG_POLICY",
    "backupPolicies": "BACKUP_POLICY",
    "chatbotPolicies": "CHATBOT_POLICY",
}


def import_lza(directory: Path, *, name: str, prefix: str = "") -> Imported:
    """The profile of a configuration directory.

    Args:
        directory: The directory with `accounts-config.yaml` and the others.
        name: The organization's name, which the configuration lacks.
        prefix: The profile's prefix; "" to derive it from the name.

    Raises:
        ImportFileError: if a required file is missing, or a file cannot be read.
    """
    documents = _documents(directory)
    accounts, ids = _accounts(documents["accounts-config"])
    listed = texts_of(documents["global-config"], "enabledRegions")
    home = str(documents["global-config"].get("homeRegion") or next(iter(listed), "us-east-1"))
    regions = tuple(dict.fromkeys((home, *listed)))
    stacks = OwnStacks(home_region=home, governed=regions)
    _add_policies(directory, documents["organization-config"], accounts, stacks)
    add_customizations(directory, documents.get("customizations-config", {}), accounts, stacks)
    unit_ids, tower = _unit_ids(documents["organization-config"]), _control_tower(documents)
    units = _units(documents["organization-config"], unit_ids)
    known = {key: ids.get(item.email.casefold()) for key, item in accounts.items()}
    answers = Answers(
        name=name,
        prefix=prefix or prefix_from(name),
        home_region=home,
        regions=regions,
        standalone=False,
        tier="standard",
        alerts=(accounts["management"].email,) if "management" in accounts else (),
        emails={key: item.email for key, item in accounts.items()},
        ids=known,
        audit=True,
        ous={key: item.unit for key, item in accounts.items()},
        names={key: item.name for key, item in accounts.items() if item.name != key},
        root_id=unit_ids.get(ROOT),
        units=units,
        found={key: dict(value) for key, value in _settings(documents)},
        control_tower=tower,
        notes={section: (note,) for section, note in _notes(known, units, tower=bool(tower))},
    )
    return Imported(
        answers=replace(answers, found=stacks.settings(answers)),
        files=stacks.files,
        entries=entries_of(documents, "lza"),
        remarks=tuple(stacks.remarks),
    )


def _documents(directory: Path) -> dict[str, Any]:
    """File without extension → its data, with replacements and includes filled in."""
    values = _replacements(directory)
    reader = SourceReader(
        directory=directory,
        hint=_HINT,
        include=_INCLUDE,
        replaced=lambda text: _REPLACEMENT.sub(lambda match: values.get(match[1], match[0]), text),
    )
    paths = {name: directory / f"{name}.yaml" for name in (*_FILES, "customizations-config")}
    return {name: reader.mapping(path) for name, path in paths.items() if path.exists() or name not in _OPTIONAL}


def _replacements(directory: Path) -> Mapping[str, str]:
    """Key → replacement text; values in Systems Manager are not known offline."""
    path = directory / "replacements-config.yaml"
    if not path.exists():
        return {}
    document = SourceReader(directory=directory, hint=_HINT, include=_INCLUDE).mapping(path)
    listed = items_of(document, "globalReplacements")
    return {text_of(item, "key"): _as_text(item["value"]) for item in listed if "value" in item}


def _as_text(value: Any) -> str:  # noqa: ANN401 - YAML data
    """A list is written as the items of a flow sequence, as `[ {{ Key }} ]` needs them."""
    return ", ".join(json.dumps(item) for item in value) if isinstance(value, list) else str(value)


def _control_tower(documents: Mapping[str, Any]) -> Mapping[str, Any]:
    """The key `organization.control_tower`; empty where the accelerator runs without Control Tower."""
    tower = section_of(documents["global-config"], "controlTower")
    zone = section_of(tower, "landingZone")
    if tower.get("enable") is not True:
        return {}
    off = {
        "centralized_logging": section_of(zone, "logging").get("organizationTrail") is False,
        "access_management": section_of(zone, "security").get("enableIdentityCenterAccess") is False,
    }
    integrations = {name: False for name, is_off in off.items() if is_off}
    version = "4.0" if str(zone.get("version", "")).startswith("4") else "3.3"
    return {"version": version, **({"integrations": integrations} if integrations else {})}


def _accounts(document: Mapping[str, Any]) -> tuple[dict[str, SourceAccount], dict[str, str]]:
    """Key in the profile → account; address in lower case → id."""
    found: dict[str, SourceAccount] = {}
    for item in (*items_of(document, "mandatoryAccounts"), *items_of(document, "workloadAccounts")):
        name, unit = text_of(item, "name"), str(item.get("organizationalUnit") or ROOT)
        key = _MANDATORY.get(name) or account_key(name, str(len(found) + 1), found)
        found[key] = SourceAccount(name=name, email=text_of(item, "email"), unit="" if unit == ROOT else unit)
    ids = {text_of(item, "email").casefold(): text_of(item, "accountId") for item in items_of(document, "accountIds")}
    return found, ids


def _unit_ids(document: Mapping[str, Any]) -> dict[str, str]:
    """Path of a unit, or `Root` → its id; without those that the configuration leaves out."""
    return {text_of(item, "name"): text_of(item, "id") for item in items_of(document, "organizationalUnitIds")}


def _units(document: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, str]:
    """Path of each unit → its id; "" if the configuration does not have it."""
    names = (text_of(item, "name") for item in items_of(document, "organizationalUnits"))
    return {name: ids.get(name, "") for name in names if name != ROOT}


def _notes(accounts: Mapping[str, str | None], units: Mapping[str, str], *, tower: bool) -> Iterator[tuple[str, str]]:
    """Section of the profile → comment about ids that the configuration does not have."""
    without = sum(not id_ for id_ in units.values())
    if note := ids_note(sum(not id_ for id_ in accounts.values()), without):
        yield "accounts", note
    if tower and without:
        yield (
            "control_tower",
            "Control Tower's units exist: the profile is valid once organizational_units has their ids.",
        )


def _add_policies(
    directory: Path, document: Mapping[str, Any], accounts: Mapping[str, SourceAccount], stacks: OwnStacks
) -> None:
    """Convert the policies, or report why not."""
    keys = {item.name: key for key, item in accounts.items()}
    for type_, item in ((type_, it) for kind, type_ in _POLICY_TYPES.items() for it in items_of(document, kind)):
        name, source = text_of(item, "name"), str(item.get("policy") or "")
        targets = section_of(item, "deploymentTargets")
        names = texts_of(targets, "accounts")
        if unknown := [name for name in names if name not in keys]:
            said = f"policy {name} leaves out {', '.join(unknown)}: accounts-config has no such account"
            stacks.remarks.append(said)
        units = ("root" if unit == ROOT else unit for unit in texts_of(targets, "organizationalUnits"))
        to = (*units, *(keys[name] for name in names if name in keys))
        managed = item.get("type") == "awsManaged"
        where = said_at(item, f"policy {name}", "policy")
        text, reason = ("", "AWS manages it") if managed else _policy(directory, where, source)
        if reason := reason or ("" if to else "it has no targets"):
            stacks.remarks.append(f"policy {name} is not imported: {reason}")
            continue
        description = str(item.get("description") or "")
        stacks.add_policy(name=name, text=text, type_=type_, description=description, to=to)


def _policy(directory: Path, where: str, source: str) -> tuple[str, str]:
    """The policy as JSON, or the reason why it cannot be written.

    Raises:
        ImportFileError: if it is outside of the directory, or not UTF-8.
    """
    path = file_below(directory, source, where)
    try:
        text = read_file(path, limit=LARGEST).decode("utf-8").replace("${PARTITION}", "aws")
        if left := sorted(set(_PLACEHOLDER.findall(text))):
            return "", f"{source} has placeholders that only the accelerator fills in: {', '.join(left)}"
        return json.dumps(parse_json(text), indent=2) + "\n", ""
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{where}: {unreadable_at(path, error)}", hint="save the file in UTF-8") from error
    except UnreadableError as error:
        return "", unreadable_at(Path(source), error)


def _settings(documents: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Capability → settings."""
    security = documents["security-config"]
    central = section_of(security, "centralSecurityServices")
    switches = {
        "guardduty": section_of(central, "guardduty"),
        "security_hub": section_of(central, "securityHub"),
        "access_analyzer": section_of(security, "accessAnalyzer"),
    }
    for name, section in switches.items():
        if section.get("enable") is False:
            yield name, {"enabled": False, "reason": _OFF_REASON}
    account = {**_passwords(section_of(security, "iamPasswordPolicy")), **_defaults(central)}
    if account:
        yield "account_settings", account
    center = section_of(documents.get("iam-config", {}), "identityCenter")
    sets = {text_of(item, "name"): _permission_set(item) for item in items_of(center, "identityCenterPermissionSets")}
    if sets:
        yield "identity_center", {"permission_sets": sets}


def _passwords(policy: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "password_minimum_length": "minimumPasswordLength",
        "password_reuse_prevention": "passwordReusePrevention",
        "password_max_age_days": "maxPasswordAge",
    }
    return {ours: policy[theirs] for ours, theirs in names.items() if theirs in policy}


def _defaults(central: Mapping[str, Any]) -> dict[str, Any]:
    names = {"ebs_encryption": "ebsDefaultVolumeEncryption", "s3_public_access_block": "s3PublicAccessBlock"}
    off = [ours for ours, theirs in names.items() if section_of(central, theirs).get("enable") is False]
    return {**dict.fromkeys(off, False), **({"reason": _OFF_REASON} if off else {})}


def _permission_set(item: Mapping[str, Any]) -> dict[str, Any]:
    policies = section_of(item, "policies")
    found: dict[str, Any] = {
        "description": str(item.get("description") or f"{item['name']} of the accelerator."),
        "managed_policies": list(texts_of(policies, "awsManaged")),
        "customer_policies": list(texts_of(policies, "customerManaged")),
    }
    if minutes := item.get("sessionDuration"):
        found["session"] = f"{minutes}m"
    return {name: value for name, value in found.items() if value}
