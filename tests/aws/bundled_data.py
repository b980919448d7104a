"""Derives the facts that `baseline.aws` takes from installed packages: cfn-lint, botocore and moto.

`make facts` rewrites them after an update of these packages, and lists the age of facts that were read from pages.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from botocore.session import get_session
from moto.iam.aws_managed_policies import aws_managed_policies_data

from baseline.aws.facts import sources
from baseline.resources import templates_directory

DATA = Path(__file__).parents[2] / "baseline" / "aws" / "data"

UNRELIABLE = re.compile(r"^(us-iso|us-isob|us-isof|eu-isoe|eusc)-")
"""Partitions whose files in the bundled data are copies of us-east-1, and which the product does not support."""

SERVICES = [
    "AccessAnalyzer",
    "AuditManager",
    "BCMDataExports",
    "Backup",
    "Bedrock",
    "Budgets",
    "CE",
    "CertificateManager",
    "Chatbot",
    "CloudFormation",
    "CloudTrail",
    "CloudWatch",
    "Config",
    "ControlTower",
    "Detective",
    "DynamoDB",
    "EC2",
    "Events",
    "FMS",
    "GuardDuty",
    "IAM",
    "IdentityStore",
    "InspectorV2",
    "KMS",
    "Lambda",
    "Logs",
    "Macie",
    "MPA",
    "NetworkFirewall",
    "Notifications",
    "NotificationsContacts",
    "Oam",
    "ObservabilityAdmin",
    "Organizations",
    "RAM",
    "Rbin",
    "ResourceExplorer2",
    "Route53",
    "Route53Resolver",
    "S3",
    "Scheduler",
    "SecurityLake",
    "SNS",
    "SQS",
    "SSM",
    "SSMGuiConnect",
    "SSMQuickSetup",
    "SSO",
    "SecretsManager",
    "SecurityHub",
    "SecurityLake",
    "Shield",
    "StepFunctions",
    "UXC",
    "WAFv2",
]
"""Services whose resource types a baseline may use."""


LIST_TYPES = frozenset(
    f"AWS::GuardDuty::{name}" for name in ("IPSet", "ThreatEntitySet", "ThreatIntelSet", "TrustedEntitySet")
)
"""Types that a template names in parts."""


def _cfnlint_data() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("cfn-lint is not installed")
    return Path(spec.submodule_search_locations[0]) / "data"


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _providers() -> dict[str, dict[str, str]]:
    folder = _cfnlint_data() / "schemas" / "providers"
    return {
        path.stem: _load(path)
        for path in sorted(folder.glob("*.json"))
        if path.stem != "sam" and not UNRELIABLE.match(path.stem)
    }


def _schema(identifier: str) -> dict[str, Any]:
    schema: dict[str, Any] = _load(_cfnlint_data() / "schemas" / "resources" / f"{identifier}.json")
    return schema


def header() -> dict[str, str]:
    """Source and date of the data."""
    date = _load(_cfnlint_data() / "schemas" / "version.json")["schema_date"]
    return {"source": f"cfn-lint {version('cfn-lint')}", "date": date[:10]}


def spelled_actions() -> Iterable[str]:
    """Actions as spelled in handler permissions: the list of actions itself is in lower case."""
    seen = {identifier for region in _providers().values() for identifier in region.values()}
    for identifier in sorted(seen):
        for handler in _schema(identifier).get("handlers", {}).values():
            yield from handler.get("permissions", ())


def iam_actions() -> dict[str, list[str]]:
    """Service prefix → actions, in AWS's spelling if known."""
    spelling = {action.lower(): action.partition(":")[2] for action in spelled_actions() if "*" not in action}
    services = _load(_cfnlint_data() / "AdditionalSpecs" / "Policies.json")
    return {
        service: sorted(spelling.get(f"{service}:{action}", action) for action in data["Actions"])
        for service, data in sorted(services.items())
    }


def action_resources() -> dict[str, dict[str, Any]]:
    """Service prefix → ARN formats of its resource types, and the actions that each set of types authorizes.

    `*` in a format is any text, `{r}` a Region and `{a}` an account; formats start behind `arn:<partition>:`. An action
    that is not listed is authorized on `*`.
    """
    services = _load(_cfnlint_data() / "AdditionalSpecs" / "Policies.json")
    return {service: _resources_of(data) for service, data in sorted(services.items()) if data.get("Resources")}


def _resources_of(service: Mapping[str, Any]) -> dict[str, Any]:
    formats = {name: item.get("ARNFormats", ()) for name, item in service["Resources"].items()}
    actions: dict[str, list[str]] = {}
    for action, item in sorted(service["Actions"].items()):
        types = sorted({name.lower() for name in item.get("Resources", ())} & {name.lower() for name in formats})
        if types:
            actions.setdefault("|".join(types), []).append(action)
    return {
        "arns": {name.lower(): [_short(text) for text in texts] for name, texts in sorted(formats.items())},
        "actions": {types: " ".join(names) for types, names in sorted(actions.items())},
    }


def _short(arn: str) -> str:
    text = arn.removeprefix("arn:${Partition}:").replace("${Region}", "{r}").replace(".*", "*")
    return re.sub(r"\$\{[^}]*\}", "*", text.replace("${Account}", "{a}").replace("${AccountId}", "{a}"))


def resource_types() -> dict[str, dict[str, Any]]:
    """Resource type → Regions without it, and its update behavior."""
    providers = _providers()
    everywhere = {name for region in providers.values() for name in region}
    wanted = sorted(name for name in everywhere if name.split("::")[1] in SERVICES)
    return {name: _facts(name, providers) for name in wanted}


def _facts(name: str, providers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    missing = sorted(region for region, types in providers.items() if name not in types)
    schema = _schema(next(types[name] for types in providers.values() if name in types))
    facts = {
        "missing": missing,
        "create_only": _paths(schema, "createOnlyProperties"),
        "conditional_create_only": _paths(schema, "conditionalCreateOnlyProperties"),
        "strategy": schema.get("replacementStrategy", ""),
        "update": "update" in schema.get("handlers", {"update": {}}),
    }
    return {key: value for key, value in facts.items() if value not in ([], "", True)}


def _paths(schema: Mapping[str, Any], key: str) -> list[str]:
    return sorted(path.removeprefix("/properties/") for path in schema.get(key, ()))


def resource_handlers() -> dict[str, dict[str, list[str]]]:
    """Resource type that a template uses → its identifier, and the permissions of each handler."""
    providers = _providers()
    return {name: _handlers(name, providers) for name in sorted(_used_types())}


def _used_types() -> set[str]:
    templates = templates_directory().rglob("*.j2")
    texts = [path.read_text(encoding="utf-8") for path in templates]
    return {*LIST_TYPES, *(found for text in texts for found in re.findall(r"\bType: \"?(AWS::\w+::\w+)", text))}


def _handlers(name: str, providers: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    schema = _schema(next(types[name] for types in providers.values() if name in types))
    handlers = {key: sorted(value.get("permissions", ())) for key, value in schema.get("handlers", {}).items()}
    identifier = [path.removeprefix("/properties/") for path in schema.get("primaryIdentifier", ())]
    return {"identifier": identifier, **handlers}


def described_regions() -> set[str]:
    """Regions of supported partitions with a resource type list in cfn-lint."""
    return set(_providers())


def stateful_types() -> list[str]:
    """Resource types that hold data, according to cfn-lint."""
    return sorted(_load(_cfnlint_data() / "AdditionalSpecs" / "StatefulResources.json")["ResourceTypes"])


@cache
def documents() -> dict[str, str]:
    """File name → text, one entry per line for readable diffs."""
    return {
        "action_resources.json": _text(action_resources()),
        "iam_actions.json": _text(iam_actions()),
        "resource_handlers.json": _text(resource_handlers()),
        "resource_types.json": _text(resource_types()),
        "stateful_types.json": _text(dict.fromkeys(stateful_types(), True)),
    }


def _text(data: Mapping[str, Any]) -> str:
    lines = [f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in data.items()]
    return json.dumps(header())[:-1] + ', "data": {\n' + ",\n".join(lines) + "\n}}\n"


def config_resource_types() -> list[str]:
    """Resource types that AWS Config records, from the API model."""
    model = get_session().get_service_model("config")
    shape: Any = model.shape_for("ResourceType")
    return sorted(shape.enum)


def managed_policies() -> list[str]:
    """AWS managed policies that roles and permission sets can have, each with its path."""
    policies = json.loads(aws_managed_policies_data)
    names = (f"{item['Path']}{name}".removeprefix("/") for name, item in policies.items())
    return sorted(name for name in names if not name.startswith("aws-service-role/"))


LISTINGS = ("config_resource_types.json", "managed_policies.json")


@cache
def listings() -> dict[str, tuple[str, list[str], str]]:
    """File name → its source, its entries, and their key; "" if they are the whole data.

    The packages do not contain the age of their copy, so the date is that of the last change.
    """
    model = f"botocore {version('botocore')}, AWS Config service model, ResourceType"
    reference = f"AWS managed policy reference, names with their paths, as listed by moto {version('moto')}"
    return {
        LISTINGS[0]: (model, config_resource_types(), ""),
        LISTINGS[1]: (reference, managed_policies(), "names"),
    }


def _listing(source: str, entries: list[str], key: str, date: str) -> str:
    begin, end = (f"{{\n{json.dumps(key)}: [", "]\n}") if key else ("[\n", "\n]")
    lines = ",\n".join(map(json.dumps, entries))
    return f'{json.dumps({"source": source, "date": date})[:-1]}, "data": {begin}{lines}{end}}}\n'


def entries_of(document: Mapping[str, Any], key: str) -> list[str]:
    """The entries of a listing in stored form."""
    found: list[str] = document["data"][key] if key else document["data"]
    return found


def write(today: date) -> list[str]:
    """Write every file that a package provides, and keep the date of unchanged listings.

    Returns:
        The names of the files that changed.
    """
    texts = dict(documents())
    for file, (source, entries, key) in listings().items():
        stored = _load(DATA / file)
        when = stored["date"] if entries_of(stored, key) == entries else today.isoformat()
        texts[file] = _listing(source, entries, key, when)
    kept = {path.name: path.read_text(encoding="utf-8") for path in DATA.glob("*.json")}
    changed = [file for file, text in texts.items() if kept.get(file) != text]
    for file in changed:
        (DATA / file).write_text(texts[file], encoding="utf-8")
    return changed


def ages(today: date) -> Iterator[str]:
    """A line for each manually maintained file: its age in days and its source pages, oldest first."""
    kept = {name: item for name, item in sources().items() if f"{name}.json" not in {*documents(), *LISTINGS}}
    for name, (when, source) in sorted(kept.items(), key=lambda item: item[1]):
        yield f"{(today - date.fromisoformat(when)).days:>5} days  {name}: {source}"


if __name__ == "__main__":
    changed = write(date.today())  # noqa: DTZ011 - a day is enough
    written = f"Changed: {', '.join(changed) or 'nothing'}.\n\nRead from pages by hand, the oldest first:\n"
    sys.stdout.write(written + "".join(f"{line}\n" for line in ages(date.today())))  # noqa: DTZ011
