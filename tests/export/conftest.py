"""The example's output, written anew: these tests do not depend on whether the kept one is current."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from baseline.export.places import places_in
from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.pipeline import Options, generate, landscape_of
from baseline.plan.written import read_written_plan
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions

NORTHWIND = profiles_directory() / "northwind.yaml"
UNKNOWN = {
    "DataProdAccountId": "777777777777",
    "IdentityCenterInstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef",
    "IdentityStoreId": "d-1234567890",
    "LogArchiveKeyArn": "arn:aws:kms:eu-west-1:222222222222:key/1",
    "SandboxAccountId": "666666666666",
    "SuspendedOuId": "ou-ab12-99999999",
}
TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}
"""Parts of JSON Schemas."""

MANIFEST = {
    "type": "object",
    "additionalProperties": False,
    "required": ["region", "version", "resources"],
    "properties": {
        "region": TEXT,
        "version": {},
        "resources": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "resource_file", "deployment_targets", "deploy_method"],
                "properties": {
                    **dict.fromkeys(("name", "description", "resource_file"), TEXT),
                    "deploy_method": {"enum": ["stack_set", "scp", "rcp"]},
                    "deployment_targets": {
                        "type": "object",
                        "additionalProperties": False,
                        "minProperties": 1,
                        "properties": {"accounts": TEXTS, "organizational_units": TEXTS},
                    },
                    "regions": TEXTS,
                    "parameters": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["parameter_key", "parameter_value"],
                            "properties": {"parameter_key": TEXT, "parameter_value": TEXT},
                        },
                    },
                    "export_outputs": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["name", "value"],
                            "properties": {"name": TEXT, "value": {"pattern": r"^\$\[output_\w+\]$"}},
                        },
                    },
                },
            },
        },
    },
}
"""Own words for the keys of a manifest of 2021-03-15 (docs.aws.amazon.com/controltower/…/cfct-manifest-file…).

Keys, required ones and methods are those of source/src/cfct/validation/manifest-v2.schema.yaml in
aws-solutions/aws-control-tower-customizations (read on 2026-11-30).
"""


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that `generate` wrote for northwind, without cfn-lint."""
    directory = tmp_path_factory.mktemp("output") / "northwind"
    options = Options(validation=ValidateOptions(lint=False))
    assert generate(NORTHWIND, directory, options).written
    return directory


@pytest.fixture(scope="session")
def source(output: Path) -> Source:
    """The output with what its profile says about places."""
    written = read_written_plan(output)
    return Source(
        written=written,
        **vars(places_in(landscape_of(NORTHWIND, written.plan))),
        directory="output/northwind",
        profile="profiles/northwind.yaml",
    )


@pytest.fixture(scope="session")
def complete(source: Source) -> Source:
    """The output with every value and id that AWS assigns."""
    plan = source.plan
    ids = tuple((path, number or f"ou-ab12-{index:08}") for index, (path, number) in enumerate(plan.ou_ids))
    return replace(
        source,
        written=replace(source.written, plan=replace(plan, ou_ids=ids)),
        values=UNKNOWN,
        names={"web-prod": "WebProd", "web-dev": "WebDev"},
    )


def manifest(source: Source) -> list[dict[str, Any]]:
    document = yaml.safe_load(export_files(source, "cfct")["manifest.yaml"])
    jsonschema.validate({**document, "version": str(document["version"])}, MANIFEST)
    assert document["version"] == date(2021, 3, 15)  # a date, as the schema of the solution demands
    resources: list[dict[str, Any]] = document["resources"]
    return resources
