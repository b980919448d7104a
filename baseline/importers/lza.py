"""Import of a configuration of the Landing Zone Accelerator on AWS as a profile."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from baseline.documents.template import NotATemplateError, read_data
from baseline.errors import ImportFileError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.importers.keys import Entry, entries_of
from baseline.profile.account_keys import account_key
from baseline.profile.scaffold import Answers, prefix_from
from baseline.text.slug import slug

_FILES = ("accounts-config", "organization-config", "global-config", "security-config", "iam-config", "network-config")
_OPTIONAL = ("iam-config", "network-config", "customizations-config")
_LIMIT = 4 * 1024 * 1024
_REPLACEMENT = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_PLACEHOLDER = re.compile(r"\$\{(?!aws:|AWS::)[A-Z][^}]*\}")
_MANDATORY = {"Management": "management", "LogArchive": "log_archive", "Audit": "security"}
_INCLUDE = "Fn::include"
_OFF_REASON = "The accelerator's configuration has it off."
_SCP = "SERVICE_CONTROL_POLICY"
_DEEPEST_INCLUDE = 10


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A profile's answers, its policy files by path, every key of the source, and remarks."""

    answers: Answers
    files: Mapping[str, str]
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]


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
    regions = _texts(documents["global-config"], "enabledRegions")
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
            found[name] = _mapping(_included(_read(path, values), directory, values), path)
    return found


def _replacements(directory: Path) -> Mapping[str, str]:
    """Key → replacement text; values in Systems Manager are not known offline."""
    path = directory / "replacements-config.yaml"
    if not path.exists():
        return {}
    listed = _items(_mapping(_read(path, {}), path), "globalReplacements")
    return {_text(item, "key"): _as_text(item["value"]) for item in listed if "value" in item}


def _as_text(value: Any) -> str:  # noqa: ANN401 - YAML data
    """A list is written as the items of a flow sequence, as `[ {{ Key }} ]` needs them."""
    return ", ".join(json.dumps(item) for item in value) if isinstance(value, list) else str(value)


def _read(path: Path, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - YAML data
    try:
        text = read_file(path, limit=_LIMIT).decode("utf-8", "replace")
        data, _ = read_data(_REPLACEMENT.sub(lambda match: values.get(match[1], match[0]), text))
    except (UnreadableError, NotATemplateError) as error:
        raise ImportFileError(f"{path}: {error}", hint="name a directory with the accelerator's files") from error
    return data


def _mapping(data: Any, path: Path) -> dict[str, Any]:  # noqa: ANN401 - YAML data
    if not isinstance(data, dict):
        raise ImportFileError(f"{path}: not a mapping of keys", hint="name a directory with the accelerator's files")
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
            path = _below(directory, str(value[_INCLUDE]), "`!include`")
            if path in chain or len(chain) == _DEEPEST_INCLUDE:
                raise ImportFileError(
                    f"{path}: `!include` is circular, or nested too deeply", hint="include each file once"
                )
            return _included(_read(path, values), directory, values, (*chain, path))
        return {name: _included(inner, directory, values, chain) for name, inner in value.items()}
    return [_included(inner, directory, values, chain) for inner in value] if isinstance(value, list) else value


def _below(directory: Path, source: str, what: str) -> Path:
    """The path of a file that the configuration names.

    Raises:
        ImportFileError: if it is outside of the directory, directly or by a link.
    """
    try:
        path = (directory / source).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        said = f"{what}: {json.dumps(source)} is not a valid path: it has a null character, or links in a circle"
        raise ImportFileError(said, hint="correct the path") from error
    if not path.is_relative_to(directory.resolve()):
        raise ImportFileError(f"{what}: {source} is outside {directory}", hint="copy the file into that directory")
    return path


def _accounts(document: Mapping[str, Any]) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Key in the profile → name, address and unit; address in lower case → id."""
    found: dict[str, dict[str, str]] = {}
    for item in (*_items(document, "mandatoryAccounts"), *_items(document, "workloadAccounts")):
        name, unit = _text(item, "name"), str(item.get("organizationalUnit") or "Root")
        key = _MANDATORY.get(name) or account_key(name, str(len(found) + 1), found)
        found[key] = {"name": name, "email": _text(item, "email"), "unit": "" if unit == "Root" else unit}
    ids = {_text(item, "email").casefold(): _text(item, "accountId") for item in _items(document, "accountIds")}
    return found, ids


def _units(document: Mapping[str, Any]) -> Iterator[str]:
    names = (_text(item, "name") for item in _items(document, "organizationalUnits"))
    return (name for name in names if name != "Root")


def _policies(
    directory: Path, document: Mapping[str, Any], accounts: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, str], tuple[str, ...]]:
    """Own policies of the profile, their files, and remarks about those that cannot be written."""
    found: list[dict[str, Any]] = []
    files: dict[str, str] = {}
    remarks: list[str] = []
    for item in _items(document, "serviceControlPolicies"):
        name, source = _text(item, "name"), str(item.get("policy") or "")
        targets = _section(item, "deploymentTargets")
        keys, unknown = _keys(_texts(targets, "accounts"), accounts)
        if unknown:
            remarks.append(f"policy {name} leaves out {', '.join(unknown)}: accounts-config has no such account")
        to = [*map(_unit, _texts(targets, "organizationalUnits")), *keys]
        managed = item.get("type") == "awsManaged"
        text, reason = ("", "AWS manages it") if managed else _policy(directory, name, source)
        if not to:
            reason = reason or "it has no targets"
        if reason:
            remarks.append(f"policy {name} is not taken over: {reason}")
            continue
        path = next(path for path in _policy_files(name) if path not in files)
        files[path] = text
        found.append({"file": path, "type": _SCP, "name": name, "description": item.get("description") or "", "to": to})
    return found, files, tuple(remarks)


def _unit(name: str) -> str:
    return "root" if name == "Root" else name


def _policy_files(name: str) -> Iterator[str]:
    """Possible paths for a policy: the first unused one becomes its path."""
    stem = slug(name) or "policy"
    yield f"policies/{stem}.json"
    yield from (f"policies/{stem}-{number}.json" for number in count(2))


def _keys(names: tuple[str, ...], accounts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The keys of accounts with these names, and the names that no account has."""
    keys = {item["name"]: key for key, item in accounts.items()}
    return [keys[name] for name in names if name in keys], [name for name in names if name not in keys]


def _policy(directory: Path, name: str, source: str) -> tuple[str, str]:
    """The policy as JSON, or the reason why it cannot be written."""
    path = _below(directory, source, f"organization-config: policy {name}")
    try:
        text = read_file(path, limit=_LIMIT).decode("utf-8", "replace").replace("${PARTITION}", "aws")
        if left := sorted(set(_PLACEHOLDER.findall(text))):
            return "", f"{source} has placeholders that only the accelerator fills in: {', '.join(left)}"
        return json.dumps(parse_json(text), indent=2) + "\n", ""
    except UnreadableError as error:
        return "", f"{source}: {error}"


def _settings(documents: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Capability → settings."""
    security = documents["security-config"]
    central = _section(security, "centralSecurityServices")
    switches = {
        "guardduty": _section(central, "guardduty"),
        "security_hub": _section(central, "securityHub"),
        "access_analyzer": _section(security, "accessAnalyzer"),
    }
    for name, section in switches.items():
        if section.get("enable") is False:
            yield name, {"enabled": False, "reason": _OFF_REASON}
    account = {**_passwords(_section(security, "iamPasswordPolicy")), **_defaults(central)}
    if account:
        yield "account_settings", account
    center = _section(documents.get("iam-config", {}), "identityCenter")
    sets = {_text(item, "name"): _permission_set(item) for item in _items(center, "identityCenterPermissionSets")}
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
    off = [ours for ours, theirs in names.items() if _section(central, theirs).get("enable") is False]
    return {**dict.fromkeys(off, False), **({"reason": _OFF_REASON} if off else {})}


def _permission_set(item: Mapping[str, Any]) -> dict[str, Any]:
    policies = _section(item, "policies")
    found: dict[str, Any] = {
        "description": str(item.get("description") or f"{item['name']} of the accelerator."),
        "managed_policies": list(_texts(policies, "awsManaged")),
        "customer_policies": list(_texts(policies, "customerManaged")),
    }
    if minutes := item.get("sessionDuration"):
        found["session"] = f"{minutes}m"
    return {name: value for name, value in found.items() if value}


def _section(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The mapping below a key; empty if there is none."""
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _items(parent: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The mappings in a list below a key."""
    found = parent.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _texts(parent: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The values of a list below a key as texts."""
    found = parent.get(name)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _text(item: Mapping[str, Any], name: str) -> str:
    """A required value.

    Raises:
        ImportFileError: if it is missing.
    """
    if name not in item:
        shown = ", ".join(f"{key}: {json.dumps(value, default=str)}" for key, value in list(item.items())[:3])
        raise ImportFileError(f"{{{shown}}} has no {name}", hint="correct the accelerator's configuration")
    return str(item[name])
