"""Landing Zone Accelerator: stacks in the order of the waves, under its own names of accounts."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import yaml

from baseline.errors import ExportError
from baseline.export.source import Source
from baseline.export.write import export_files
from tests.export.conftest import TEXT, TEXTS, UNKNOWN

ACCELERATOR = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "template", "runOrder", "terminationProtection", "regions", "deploymentTargets"],
    "properties": {
        "name": {"type": "string", "pattern": r"^\S{1,128}$"},
        "description": TEXT,
        "template": TEXT,
        "runOrder": {"type": "integer", "minimum": 1},
        "terminationProtection": {"type": "boolean"},
        "regions": TEXTS,
        "deploymentTargets": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"accounts": TEXTS, "organizationalUnits": TEXTS, "excludedAccounts": TEXTS},
        },
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "value"],
                "properties": {"name": TEXT, "value": TEXT},
            },
        },
    },
}
"""Own words for CloudFormationStackConfig (the accelerator's configuration reference, version 1.15).

Keys and required ones are those of ICloudFormationStack in config/lib/schemas/customizations-config.json of
awslabs/landing-zone-accelerator-on-aws (read on 2026-11-30).
"""


def accelerator(source: Source, **names: str) -> list[dict[str, Any]]:
    given = Source(written=source.written, units=source.units, values=UNKNOWN, names=names)
    document = yaml.safe_load(export_files(given, "lza")["customizations-config.yaml"])
    stacks: list[dict[str, Any]] = document["customizations"]["cloudFormationStacks"]
    jsonschema.validate(stacks, {"type": "array", "items": ACCELERATOR})
    return stacks


def test_accelerator_runs_waves_in_order_in_its_own_names(source: Source) -> None:
    stacks = {item["name"]: item for item in accelerator(source, **{"web-prod": "WebProd"})}
    waves = {stack.name: number for number, wave in enumerate(source.plan.waves, start=1) for stack in wave}
    assert {name: item["runOrder"] for name, item in stacks.items() if name in waves} == waves
    accounts = {name for item in stacks.values() for name in item["deploymentTargets"].get("accounts", ())}
    assert accounts == {"Management", "LogArchive", "Audit", "WebProd", "web-dev"}


def test_accelerator_has_no_order_between_accounts_and_no_hooks(source: Source) -> None:
    given = Source(written=source.written, units=source.units, values=UNKNOWN)
    assert "The order between accounts and Regions" in export_files(given, "lza")["README.md"].decode()
    filters = "TargetFilters: {TargetNames: ['AWS::S3::Bucket']}"
    for properties, is_refused in ((filters, True), ("FailureMode: WARN", False)):
        hook = f"Resources: {{Hook: {{Type: AWS::CloudFormation::GuardHook, Properties: {{{properties}}}}}}}\n"
        texts = {**source.written.texts, "nw-config-role": hook}
        with pytest.raises(ExportError) if is_refused else nullcontext() as caught:
            export_files(replace(given, written=replace(source.written, texts=texts)), "lza")
        if caught:
            assert "cannot include nw-config-role: its CDK rejects the filters of hooks" in str(caught.value)


def test_accelerator_names_every_value_that_it_needs(source: Source) -> None:
    with pytest.raises(ExportError) as caught:
        export_files(source, "lza")
    assert all(name in str(caught.value) for name in UNKNOWN)
