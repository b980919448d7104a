"""A written output directory, read back: the plan and its templates, proved by the plan's digests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from baseline.capabilities.landscape import OperationPreferences
from baseline.errors import TamperedError
from baseline.plan.document import FORMAT, PLAN_FILE
from baseline.plan.model import Deployment, Method, ParameterValue, Plan, Stack


@dataclass(frozen=True, kw_only=True)
class WrittenPlan:
    """What an output directory holds.

    Attributes:
        plan: The plan; its stacks carry no rendering context.
        texts: Stack name → template, as its bytes were when they were proved.
        sha256: Digest of `plan.json` itself.
        files: How many files the plan lists.
    """

    plan: Plan
    texts: Mapping[str, str]
    sha256: str
    files: int


def read_written_plan(directory: Path, expected: str = "") -> WrittenPlan:
    """Read a directory that `generate` wrote, each file once, so that what was proved is what is used.

    Args:
        directory: The output directory.
        expected: The digest that `plan.json` has to have; "" for any.

    Raises:
        TamperedError: with every file that is not what the plan says, or when there is no plan to read.
    """
    text = _plan_text(directory)
    digest = sha256(text).hexdigest()
    try:
        document = json.loads(text)
        listed: Mapping[str, str] = document["files"]
        if document["format"] != FORMAT:
            raise TamperedError(
                f"{directory / PLAN_FILE} has format {document['format']}; this program reads {FORMAT}",
                hint="generate the directory again with this version",
            )
        plan = _plan(document)
        digests = {stack["name"]: stack["sha256"] for wave in document["waves"] for stack in wave}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TamperedError(
            f"{directory / PLAN_FILE} is not a plan that baseline wrote: {type(error).__name__} {error}",
            hint="generate the directory again",
        ) from error
    contents, differences = _contents(directory, listed)
    differences += [
        f"{stack.file}: the plan gives two digests for it"
        for stack in plan.stacks
        if digests[stack.name] != listed.get(stack.file)
    ]
    if expected and expected != digest:
        differences.append(f"{PLAN_FILE}: SHA-256 is {digest}, not {expected}")
    if differences:
        listing = "".join(f"\n  {line}" for line in differences)
        raise TamperedError(
            f"{directory} is not what baseline wrote:{listing}",
            hint="generate it again, and look who changed it",
        )
    texts = {stack.name: contents[stack.file].decode("utf-8") for stack in plan.stacks}
    return WrittenPlan(plan=plan, texts=texts, sha256=digest, files=len(listed))


def _plan_text(directory: Path) -> bytes:
    try:
        return (directory / PLAN_FILE).read_bytes()
    except OSError as error:
        raise TamperedError(
            f"{directory / PLAN_FILE} cannot be read: {error.strerror or error}",
            hint="name a directory that `baseline generate` wrote",
        ) from error


def _contents(directory: Path, listed: Mapping[str, str]) -> tuple[Mapping[str, bytes], list[str]]:
    contents: dict[str, bytes] = {}
    differences = []
    for path, digest in listed.items():
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            differences.append(f"{path}: lies outside the directory")
            continue
        try:
            contents[path] = (directory / path).read_bytes()
        except OSError as error:
            differences.append(f"{path}: {error.strerror or error}")
            continue
        found = sha256(contents[path]).hexdigest()
        if found != digest:
            differences.append(f"{path}: changed since it was written (SHA-256 {found[:12]}…, not {digest[:12]}…)")
    return contents, differences


def _plan(document: Mapping[str, Any]) -> Plan:
    preferences = document["operation_preferences"]
    return Plan(
        organization=document["organization"],
        prefix=document["prefix"],
        partition=document["partition"],
        home_region=document["home_region"],
        standalone=document["standalone"],
        tier=document["tier"],
        ou_ids=tuple((item["path"], item["id"]) for item in document["organizational_units"]),
        tags=tuple(sorted(document["tags"].items())),
        waves=tuple(tuple(_stack(item) for item in wave) for wave in document["waves"]),
        preferences=OperationPreferences(**{**preferences, "region_order": tuple(preferences["region_order"])}),
    )


def _stack(item: Mapping[str, Any]) -> Stack:
    return Stack(
        name=item["name"],
        capability=item["capability"],
        template=item["template"],
        description=item["description"],
        context=None,
        parameters=tuple(_parameter(parameter) for parameter in item["parameters"]),
        deployments=tuple(_deployment(deployment) for deployment in item["deployments"]),
        depends_on=tuple(item["depends_on"]),
        prerequisites=tuple(item["prerequisites"]),
    )


def _parameter(item: Mapping[str, Any]) -> ParameterValue:
    return ParameterValue(name=item["name"], value=item["value"], how=item["how"], output_of=item["output_of"] or "")


def _deployment(item: Mapping[str, Any]) -> Deployment:
    account = item["account_parameter"]
    return Deployment(
        method=Method(item["method"]),
        account=item["account"] or "",
        account_id=_parameter(account) if account else None,
        ous=tuple(item["organizational_units"]),
        regions=tuple(item["regions"]),
    )
