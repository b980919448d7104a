"""Import of a configuration of the Landing Zone Accelerator on AWS as a profile."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from baseline.documents.template import NotATemplateError, read_data
from baseline.errors import ImportFileError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.importers.keys import entries_of
from baseline.importers.source import (
    LARGEST,
    Imported,
    file_below,
    items_of,
    mapping_of,
    section_of,
    text_of,
    texts_of,
    unused_path,
)
from baseline.profile.account_keys import account_key
from baseline.profile.scaffold import Answers, prefix_from

_FILES = ("accounts-config", "organization-config", "global-config", "security-config", "iam-config", "network-config")
_OPTIONAL = ("iam-config", "network-config", "customizations-config")
_HINT = "name a directory with the accelerator's files"
_REPLACEMENT = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_PLACEHOLDER = re.compile(r"\$\{(?!aws:|AWS::)[A-Z][^}]*\}")
_MANDATORY = {"Management": "management", "LogArchive": "log_archive", "Audit": "security"}
_INCLUDE = "Fn::include"
_OFF_REASON = "The accelerator's configuration has it off."
_SCP = "SERVICE_CONTROL_POLICY"
_DEEPEST_INCLUDE = 10


def import_lza(directory: Path, *, name: str, prefix: str = "") -> Imported:
    """The profile of a configuration directory.

    Args:
        directory: The directory with `accounts-config.yaml` and the others.
        name: The organization's name, which the configuration does not have.
        prefix: The profile's prefix; "" to derive it from the name.

    Raises:
        ImportFileError: if a required file is missing, or a file cannot be read.
    """
    documents = _documents(directory)
    accounts, ids = _accounts(documents["accounts-config"])
    policies, files, remarks = _policies(directory, documents["organization-config"], accounts)
    regions = texts_of(documents["global-config"], "enabledRegions")
    home = str(documents["global-config"].get("homeRegion") or next(iter(regions), "us-east-1"))
    found = {key: dict(value) for key, value in _settings(documents)}
    if policies:
        found["guardrails"] = {"policies": policies}
    missing = [key for key, item in accounts.items() if item["email"].casefold() not in ids]
    unknown = (f"{len(missing)} accounts and every unit have no id here: `validate --inventory` names the ids.",)
    return Imported(
        answers=Answers(
            name=name,
            prefix=prefix or prefix_from(name),
            home_region=home,
            regions=tuple(dict.fromkeys((home, *regions))),
            standalone=False,
            tier="standard",
            alerts=(accounts["management"]["email"],) if "management" in accounts else (),
            emails={key: item["email"] for key, item in accounts.items()},
            ids={key: ids.get(item["email"].casefold()) for key, item in accounts.items()},
            audit=True,
            ous={key: item["unit"] for key, item in accounts.items()},
            names={key: item["name"] for key, item in accounts.items() if item["name"] != key},
            units=dict.fromkeys(_units(documents["organization-config"]), ""),
            found=found,
            control_tower=_control_tower(documents),
            notes={"accounts": unknown if missing else ()},
        ),
        files=files,
        entries=entries_of(documents, "lza"),
        remarks=remarks,
    )


def _documents(directory: Path) -> dict[str, Any]:
    """File without extension → its data, with replacements and includes filled in."""
    values = _replacements(directory)
    found: dict[str, Any] = {}
    for name in (*_FILES, "customizations-config"):
        path = directory / f"{name}.yaml"
        if path.exists() or name not in _OPTIONAL:
            found[name] = mapping_of(_included(_read(path, values), directory, values), path, _HINT)
    return found


def _replacements(directory: Path) -> Mapping[str, str]:
    """Key → replacement text; values in Systems Manager are not known offline."""
    path = directory / "replacements-config.yaml"
    if not path.exists():
        return {}
    listed = items_of(mapping_of(_read(path, {}), path, _HINT), "globalReplacements")
    return {text_of(item, "key"): _as_text(item["value"]) for item in listed if "value" in item}


def _as_text(value: Any) -> str:  # noqa: ANN401 - YAML data
    """A list is written as the items of a flow sequence, as `[ {{ Key }} ]` needs them."""
    return ", ".join(json.dumps(item) for item in value) if isinstance(value, list) else str(value)


def _read(path: Path, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - YAML data
    try:
        text = read_file(path, limit=LARGEST).decode("utf-8", "replace")
        data, _ = read_data(_REPLACEMENT.sub(lambda match: values.get(match[1], match[0]), text))
    except (UnreadableError, NotATemplateError) as error:
        raise ImportFileError(f"{path}: {error}", hint=_HINT) from error
    return data


def _included(value: Any, directory: Path, values: Mapping[str, str], chain: tuple[Path, ...] = ()) -> Any:  # noqa: ANN401 - YAML data
    """The data with each `!include FILE` replaced by the data of that file, which is below the directory.

    Args:
        value: Data of a file.
        directory: The directory of the configuration.
        values: The replacements.
        chain: The included files around the data, the outermost first.
    """
    if isinstance(value, dict):
        if value.keys() == {_INCLUDE}:
            path = file_below(directory, str(value[_INCLUDE]), "`!include`")
            if path in chain or len(chain) == _DEEPEST_INCLUDE:
                raise ImportFileError(
                    f"{path}: `!include` is circular, or nested too deeply", hint="include each file once"
                )
            return _included(_read(path, values), directory, values, (*chain, path))
        return {name: _included(inner, directory, values, chain) for name, inner in value.items()}
    return [_included(inner, directory, values, chain) for inner in value] if isinstance(value, list) else value


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


def _accounts(document: Mapping[str, Any]) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Key in the profile → name, address and unit; address in lower case → id."""
    found: dict[str, dict[str, str]] = {}
    for item in (*items_of(document, "mandatoryAccounts"), *items_of(document, "workloadAccounts")):
        name, unit = text_of(item, "name"), str(item.get("organizationalUnit") or "Root")
        key = _MANDATORY.get(name) or account_key(name, str(len(found) + 1), found)
        found[key] = {"name": name, "email": text_of(item, "email"), "unit": "" if unit == "Root" else unit}
    ids = {text_of(item, "email").casefold(): text_of(item, "accountId") for item in items_of(document, "accountIds")}
    return found, ids


def _units(document: Mapping[str, Any]) -> Iterator[str]:
    names = (text_of(item, "name") for item in items_of(document, "organizationalUnits"))
    return (name for name in names if name != "Root")


def _policies(
    directory: Path, document: Mapping[str, Any], accounts: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, str], tuple[str, ...]]:
    """Own policies of the profile, their files, and remarks about those that cannot be written."""
    found: list[dict[str, Any]] = []
    files: dict[str, str] = {}
    remarks: list[str] = []
    for item in items_of(document, "serviceControlPolicies"):
        name, source = text_of(item, "name"), str(item.get("policy") or "")
        targets = section_of(item, "deploymentTargets")
        keys, unknown = _keys(texts_of(targets, "accounts"), accounts)
        if unknown:
            remarks.append(f"policy {name} leaves out {', '.join(unknown)}: accounts-config has no such account")
        to = [*map(_unit, texts_of(targets, "organizationalUnits")), *keys]
        managed = item.get("type") == "awsManaged"
        text, reason = ("", "AWS manages it") if managed else _policy(directory, name, source)
        if not to:
            reason = reason or "it has no targets"
        if reason:
            remarks.append(f"policy {name} is not imported: {reason}")
            continue
        path = unused_path("policies", name, ".json", files)
        files[path] = text
        found.append({"file": path, "type": _SCP, "name": name, "description": item.get("description") or "", "to": to})
    return found, files, tuple(remarks)


def _unit(name: str) -> str:
    return "root" if name == "Root" else name


def _keys(names: tuple[str, ...], accounts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The keys of accounts with these names, and the names that no account has."""
    keys = {item["name"]: key for key, item in accounts.items()}
    return [keys[name] for name in names if name in keys], [name for name in names if name not in keys]


def _policy(directory: Path, name: str, source: str) -> tuple[str, str]:
    """The policy as JSON, or the reason why it cannot be written."""
    path = file_below(directory, source, f"organization-config: policy {name}")
    try:
        text = read_file(path, limit=LARGEST).decode("utf-8", "replace").replace("${PARTITION}", "aws")
        if left := sorted(set(_PLACEHOLDER.findall(text))):
            return "", f"{source} has placeholders that only the accelerator fills in: {', '.join(left)}"
        return json.dumps(parse_json(text), indent=2) + "\n", ""
    except UnreadableError as error:
        return "", f"{source}: {error}"


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
