"""Every key of a profile has an effect: other values give other templates or another plan."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any

import pytest

from baseline.capabilities.capability import StackSpec
from baseline.capabilities.operate.customizations.template import CustomTemplate, document_key
from baseline.capabilities.organization.account_settings.settings import AccountSettingsOverride
from baseline.capabilities.overrides import Override, stacks_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Settings, settings_of_tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.plan.writing import plan_document
from baseline.profile.cost import Cost, Currency
from baseline.profile.cover import Cover, Party
from baseline.profile.landscape import build_landscape
from baseline.profile.model import Profile
from baseline.render.render import render_stack
from tests.profile.setting_values import Choice, Path, choices
from tests.samples import FULL, VALUES
from tests.samples import WITHOUT_EFFECT as SETTINGS_WITHOUT_EFFECT

POLICY = {"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
DOCUMENTS = {
    "policies/a.json": POLICY,
    "policies/b.json": {**POLICY, "Statement": []},
    "conformance/owned": "rule a { x exists }",
    document_key("topic"): CustomTemplate(
        text="Resources:\n  A: {Type: AWS::SNS::Topic}\n", parameters={"Days": False}
    ),
}
STACK = {"file": "stacks/a.yaml", "to": ["Workloads"], "parameters": {"Days": "90"}, "accept": {"BL107": "A topic."}}
CONTACT = {"name": "Sam Rivera", "title": "CISO", "email": "sam@northwind.example", "phone": "+44 20 7946 0000"}
ROLES = FULL["iam_roles"]["deployment_roles"]
OVERRIDE = {"name": "sandbox", "to": ["Workloads"], "password_minimum_length": 20}
CONFORMANCE: dict[str, Any] = {
    "packs": {
        "on": {**FULL["conformance"]["packs"]["on"], "rules": ["no-007", "owned", "cloudshell-full-access"]},
    },
    "rules": {
        **FULL["conformance"]["rules"],
        "owned": {"title": "Owned.", "guard": "rules/a.guard", "resource_types": ["AWS::S3::Bucket"]},
    },
}
EXTRA: dict[str, dict[str, Any]] = {
    "conformance": CONFORMANCE,
    "account_settings": {"overrides": [OVERRIDE]},
    "config": {"overrides": [{"name": "sandbox", "to": ["Workloads"], "recording": "DAILY"}]},
    "customizations": {"stacks": {"topic": STACK}},
    "guardrails": {
        "policies": [{"file": "policies/a.json", "type": "SERVICE_CONTROL_POLICY", "to": ["Workloads", "core"]}],
        "rules": {"regions": {"enabled": True}, "flow-logs": {"enabled": True}},
    },
    "identity_center": {
        "users": {
            name: {"id": id_}
            for name, id_ in zip(("jane", "john"), VALUES["capabilities.identity_center.users.*.id"], strict=True)
        },
        "assignments": [
            *FULL["identity_center"]["assignments"],
            {"user": "jane", "permission_set": "ReadOnly", "to": ["security"]},
        ],
    },
    "iam_roles": {"deployment_roles": [*ROLES, {**ROLES[1], "name": "tagged", "branch": None, "tag": "v1"}]},
    "security_hub": {
        "policies": [{"name": "sandbox", "to": ["Workloads"], "standards": ["fsbp"]}],
        "v2": {**FULL["security_hub"]["v2"], "notify": False},
    },
}
BASE: dict[str, Any] = {
    "version": 1,
    "organization": {
        "name": "Northwind",
        "prefix": "nw",
        "id": "o-a1b2c3d4e5",
        "root_id": "r-ab12",
        "home_region": "eu-west-1",
        "regions": ["eu-west-1", "eu-central-1", "eu-south-1"],
        "contacts": {"security": CONTACT, "operations": CONTACT, "billing": CONTACT},
        "alerts": ["alerts@northwind.example"],
        "tags": {"Owner": "platform"},
    },
    "accounts": {
        "web": {"email": "web@northwind.example", "ou": "Workloads", "name": "Web"},
        "management": {"id": "111111111111", "email": "aws@northwind.example"},
        "log_archive": {"id": "222222222222", "email": "logs@northwind.example", "ou": "Security"},
        "security": {"id": "333333333333", "email": "security@northwind.example", "ou": "Security"},
    },
    "account_groups": {"core": ["security"]},
    "organizational_units": [
        {"path": "Sandbox"},
        {"path": "Security", "id": "ou-ab12-11111111"},
        {"path": "Workloads", "id": "ou-ab12-22222222"},
    ],
    "deployment": {"region_order": ["eu-central-1", "eu-west-1", "eu-south-1"]},
    "tier": "regulated",
    "capabilities": {
        name: {**settings_of_tier(item.settings, "regulated"), **FULL.get(name, {}), **EXTRA.get(name, {})}
        for name, item in CAPABILITIES.items()
    },
}
WITHOUT_EFFECT = {
    **SETTINGS_WITHOUT_EFFECT,
    "version": "one value only",
    "defaults": "one release only",
    "compliance": "evidence is reported against it",
    "exceptions": "goes into the evidence",
    "exception_days": "a limit of checks",
    "attestations": "goes into the evidence",
    "aws_reports": "goes into the evidence",
    "accounts.*.data_classes": "goes into the evidence",
    **{f"cost{name}": "goes into the estimate" for name in ("", *(f".{key}" for key in Cost.model_fields))},
    **{f"cost.currency.{name}": "goes into the estimate" for name in Currency.model_fields},
    "document": "goes into reports",
    **{f"document.{name}": "goes into reports" for name in Cover.model_fields},
    **{
        f"document.{one}.{name}": "goes into reports" for one in ("client", "consultant") for name in Party.model_fields
    },
    **{f"capabilities.{name}.reason": "goes into the evidence" for name in CAPABILITIES},
    **{f"capabilities.{name}.enabled": "a test of its own" for name in CAPABILITIES},
}
"""Keys that no template and no plan depends on, and why."""

ACCOUNTS = BASE["accounts"]
UNITS = BASE["organizational_units"]
SAMPLES: dict[str, list[Any]] = {
    "adopt": [{}, {"detectors": {"eu-west-1": "1" * 32}}],
    "accounts": [ACCOUNTS, {**ACCOUNTS, "other": {"email": "other@northwind.example"}}],
    "roles": [{}, {"identity_center": "web"}],
    "account_groups": [{"core": ["security"]}, {"core": ["log_archive"]}],
    "account_groups.*": [["security"], ["log_archive"]],
    "accounts.*.ou": ["Sandbox", "Workloads"],
    "organizational_units": [UNITS, [*UNITS, "Workloads/Prod"]],
    "organizational_units.*.path": ["Sandbox", "Labs"],
    "organizational_units.*.suspended": [True, False],
    "organization.home_region": ["eu-west-1", "eu-central-1"],
    "organization.regions": [["eu-west-1"], ["eu-west-1", "eu-central-1"], ["eu-west-1", "eu-south-1"]],
    "capabilities.customizations.stacks": [{}, {"topic": STACK}],
    "capabilities.conformance.rules": [
        CONFORMANCE["rules"],
        {**CONFORMANCE["rules"], "owned": {**CONFORMANCE["rules"]["owned"], "title": "Other."}},
    ],
    "capabilities.account_settings.overrides": [[], [OVERRIDE]],
    **{
        f"capabilities.account_settings.overrides.*.{name}": [30, 24]
        if "int" in str(field.annotation)
        else [True, False]
        for name, field in AccountSettingsOverride.model_fields.items()
        if name not in Override.model_fields
    },
    **VALUES,
}
"""Name → values that the model does not tell: of the profile's keys, and of settings whose values depend on `EXTRA`."""
USED_BY = {
    "blocked_users": "blocked-users",
    "allowed_services": "allowed-services",
    "bedrock_guardrail": "bedrock-guardrail",
    "bedrock_models": "bedrock-models",
    "image_providers": "allowed-images",
    "instance_types": "instance-types",
    "networks": "expected-networks",
    "protected_tags": "protected-tags",
    "vpcs": "expected-networks",
    "web_identity_providers": "web-identities",
    "web_identity_subjects": "web-identities",
}
"""Setting of the guardrails → a guardrail that it is for."""
TOGETHER: dict[str, dict[str, Any]] = {
    **{
        f"capabilities.guardrails.{name}": {"capabilities.guardrails.rules": {guardrail: {"enabled": True}}}
        for name, guardrail in USED_BY.items()
    },
    "capabilities.config.overrides.*.recorder": {"capabilities.config.overrides.0.recording": None},
    "capabilities.guardduty.overrides.*.runtime_agents": {
        "capabilities.guardduty.overrides.0.features": ["runtime_monitoring"]
    },
    "capabilities.config.overrides.*.daily_types": {"capabilities.config.overrides.0.recording": "CONTINUOUS"},
    "capabilities.guardrails.stage": {"capabilities.guardrails.sandbox_units": ["Workloads"]},
    "capabilities.guardrails.sandbox_units": {"capabilities.guardrails.stage": "sandbox"},
    "capabilities.config.continuous_types": {"capabilities.config.recording": "DAILY"},
    "capabilities.security_hub.notify": {"capabilities.security_hub.v2": None},
    "capabilities.identity_center.ready_made": {"capabilities.identity_center.assignments": []},
}
"""Name → what else the profile has to say for it to have an effect."""


def every_choice() -> list[Choice]:
    """The keys of a profile."""
    found = [item for item in choices(Profile, BASE, SAMPLES) if not item.name.startswith("capabilities")]
    for name, capability in CAPABILITIES.items():
        path = ("capabilities", name)
        found += choices(capability.settings, BASE["capabilities"][name], SAMPLES, path, ".".join(path))
    return [item for item in found if item.name not in WITHOUT_EFFECT]


EVERY = {name: list(items) for name, items in groupby(sorted(every_choice(), key=lambda c: c.name), lambda c: c.name)}


def with_value(data: Any, path: Path, value: Any) -> Any:
    """A copy of the data with another value."""
    if not path:
        return value
    changed: Any = dict(data) if isinstance(data, Mapping) else list(data)
    changed[path[0]] = with_value(changed[path[0]] if len(path) > 1 else None, path[1:], value)
    return changed


def off_with(name: str) -> set[str]:
    """Disable the capability and everything that depends on it."""
    needing = [other for other, capability in CAPABILITIES.items() if name in capability.requires]
    return {name}.union(*map(off_with, needing))


@cache
def settings_of_base() -> Mapping[str, Settings]:
    return {name: CAPABILITIES[name].settings.model_validate(given) for name, given in BASE["capabilities"].items()}


def output(data: Mapping[str, Any], texts: dict[str, str], only: str = "") -> str:
    """The templates and the plan, of one capability or as a whole."""
    unchanged = BASE["capabilities"]
    settings = {
        name: settings_of_base()[name]
        if given is unchanged[name]
        else CAPABILITIES[name].settings.model_validate(given)
        for name, given in data["capabilities"].items()
    }
    landscape = build_landscape(Profile.model_validate({**data, "capabilities": settings}), DOCUMENTS)
    if only:
        specs = stacks_of(landscape, CAPABILITIES[only]) if landscape.is_on(only) else ()
        found = repr([(spec.name, {**vars(spec), "context": None}, text_of(stack_of(spec), texts)) for spec in specs])
        return re.sub(r" at 0x[0-9a-f]+", "", found)  # where a function is in memory tells nothing
    plan = build_plan(landscape)
    return json.dumps([plan_document(plan), plan.documents, [text_of(stack, texts) for stack in plan.stacks]])


def stack_of(spec: StackSpec) -> Stack:
    nothing: dict[str, Any] = dict.fromkeys(("parameters", "deployments", "depends_on", "prerequisites"), ())
    return Stack(
        name=spec.name,
        capability="",
        template=spec.template,
        description=spec.description,
        context=spec.context,
        **nothing,
    )


def text_of(stack: Stack, texts: dict[str, str]) -> str:
    key = re.sub(r" at 0x[0-9a-f]+", "", repr((stack.name, stack.context, stack.parameters)))
    if key not in texts:
        texts[key] = render_stack(stack).text
    return texts[key]


def outputs(choice: Choice, texts: dict[str, str], only: str) -> list[str]:
    data: Any = BASE
    for name, value in TOGETHER.get(choice.name, {}).items():
        path = tuple(int(part) if part.isdecimal() else part for part in name.split("."))
        data = with_value(data, path, value)
    return [output(with_value(data, choice.path, value), texts, only) for value in choice.values]


def test_capability_renders_stacks_only_when_on(texts: dict[str, str]) -> None:
    for name in CAPABILITIES:
        data: Any = BASE
        for other in off_with(name):
            data = with_value(data, ("capabilities", other, "enabled"), False)
        assert output(data, texts, name) == "[]"
        assert output(BASE, texts, name) != "[]"
        output(data, texts)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {}


def is_distinct(found: Iterable[str]) -> bool:
    found = list(found)
    return len(set(found)) == len(found) > 1


@pytest.mark.parametrize("name", EVERY)
def test_values_of_a_key_give_different_outputs(name: str, texts: dict[str, str]) -> None:
    places = [item for item in EVERY[name] if len(item.values) > 1]
    assert places, "give VALUES in the capability's samples.py, or say in its WITHOUT_EFFECT why it has none"
    only = name.split(".")[1] if name.startswith("capabilities.") else ""
    found = any(is_distinct(outputs(item, texts, each)) for each in dict.fromkeys((only, "")) for item in places)
    assert found, (
        "no value changes templates or plan: give others in VALUES of the capability's samples.py, "
        "or say in its WITHOUT_EFFECT why it has none"
    )
