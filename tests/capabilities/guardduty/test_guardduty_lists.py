"""GuardDuty's lists: where the profile's own are stored, who reads them, and what a profile may not say."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from baseline.capabilities.detect.guardduty.guardduty import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import settings_of
from baseline.capabilities.organization.guardrails.settings import GuardrailChange
from baseline.capabilities.organization.guardrails.statements import deployers, exempt_of
from baseline.controls.assertion import assertions
from baseline.controls.guardrail import guardrails
from baseline.plan.build import build_plan
from baseline.plan.model import Template
from baseline.render.render import render_stack
from baseline.validate.deliveries.buckets import Buckets
from baseline.validate.deliveries.files import file_expectations
from baseline.validate.estate import Estate
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape, properties, rendered

LISTS: dict[str, Any] = {
    "lists": [{"name": "known", "kind": "threat_entities", "entries": ["198.51.100.7", "*.evil.example"]}]
}


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    return make_landscape("standard", {"guardduty": settings or {}}, **changes)


def threat_list(here: Landscape) -> dict[str, Any]:
    (found,) = properties(rendered("guardduty", here)["guardduty"], "AWS::GuardDuty::ThreatEntitySet").values()
    return dict(found)


@cache
def templates_of_lists() -> tuple[Template, ...]:
    return tuple(
        render_stack(stack)
        for stack in build_plan(landscape(LISTS)).stacks
        if stack.name.startswith("nw-guardduty-lists") or stack.name == "nw-guardduty"
    )


def problems(settings: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings))]


def test_entries_are_stored_in_the_log_archive_before_a_list_names_them() -> None:
    here = landscape(LISTS)
    plan = build_plan(here)
    waves = {stack.name: number for number, wave in enumerate(plan.waves) for stack in wave}
    assert waves["nw-guardduty-lists"] < waves["nw-guardduty-lists-settings"] < waves["nw-guardduty"]
    assert {item.target.accounts for item in CAPABILITY.stacks(here) if "lists" in item.name} == {("log_archive",)}
    (setting,) = properties(rendered("guardduty", here)["guardduty-lists-settings"], "Custom::Setting").values()
    stored, entry = setting["Arguments"], threat_list(here)
    assert stored["Body"] == "198.51.100.7\n*.evil.example\n"
    assert entry["Location"]["Fn::Sub"] == f"s3://nw-guardduty-lists-${{LogArchiveAccountId}}-eu-west-1/{stored['Key']}"
    assert entry["ExpectedBucketOwner"]["Fn::Sub"] == "${LogArchiveAccountId}"


@pytest.mark.parametrize(
    ("fault", "unmet"),
    [
        (("", ""), set()),
        (("Sid: ReadByGuardDuty\n            Effect: Allow", "Sid: Off\n            Effect: Deny"), {"stacksets-exec"}),
        (("role/stacksets-exec-*", "role/*"), {"an administrator"}),
        (("${SecurityAccountId}:root", "999999999999:root"), {"stacksets-exec"}),
        (("ArnNotEquals", "ArnEquals"), {"nw-guardduty-lists-settings", "baseline-probe"}),
        (("s3:ReplicateObject", "s3:PutObjectTagging"), {"baseline-probe replaces by replication"}),
        (("s3:ReplicateDelete", "s3:DeleteObjectTagging"), {"baseline-probe deletes by replication"}),
    ],
    ids=[
        *("as rendered", "not read", "read by everybody", "read by strangers", "written by others"),
        *("replaced by replication", "deleted by replication"),
    ],
)
def test_only_guardduty_reads_stored_lists_and_only_the_function_writes_them(
    fault: tuple[str, str], unmet: set[str]
) -> None:
    templates = [
        replace(item, text=item.text.replace(*fault)) if "Sid: ReadByGuardDuty" in item.text else item
        for item in templates_of_lists()
    ]
    assert any(fault[0] in item.text for item in templates_of_lists())
    subjects = [read_template(item) for item in templates]
    found = list(file_expectations(Buckets(Estate(subjects))))
    assert len(found) == 12
    wrong = [item.what for item in found if not item.is_met()]
    assert all(any(what.startswith(name) for what in wrong) for name in unmet), wrong
    assert bool(wrong) == bool(unmet), wrong


def test_roles_of_other_deployers_read_stored_lists() -> None:
    def readers(exempt: list[str]) -> set[str]:
        here = make_landscape("standard", {"guardduty": LISTS, "guardrails": {"exempt_roles": exempt}})
        (policy,) = properties(rendered("guardduty", here)["guardduty-lists"], "AWS::S3::BucketPolicy").values()
        (read,) = (item for item in policy["PolicyDocument"]["Statement"] if item["Sid"] == "ReadByGuardDuty")
        return {item["Fn::Sub"].partition(":role/")[2] for item in read["Condition"]["ArnLike"]["aws:PrincipalArn"]}

    assert readers(["terraform/Deployer"]) - readers([]) == {"terraform/Deployer"}
    assert "stacksets-exec-*" in readers([])


def test_changed_entries_have_another_file_so_that_guardduty_reads_them() -> None:
    changed = {"lists": [{**LISTS["lists"][0], "entries": ["198.51.100.8"]}]}
    first, second = (threat_list(landscape(item))["Location"] for item in (LISTS, changed))
    assert first != second


def test_list_that_gives_a_location_needs_no_bucket() -> None:
    here = landscape({"lists": [{"name": "a", "kind": "threat_ips", "location": "s3://lists/a.txt"}]})
    assert not any("lists" in item.name for item in CAPABILITY.stacks(here))


def test_role_that_stores_lists_is_exempt_from_the_guardrail_of_the_archive_only() -> None:
    here = landscape(LISTS)
    settings = settings_of(here)
    role = "arn:aws:iam::*:role/nw-guardduty-lists-settings"
    exempt = {
        name: role in exempt_of(here, settings, guardrails()[name], GuardrailChange())
        for name in ("log-object-access", "log-buckets")
    }
    assert exempt == {"log-object-access": True, "log-buckets": False}
    assert role not in deployers(here)
    assert role not in exempt_of(landscape(), settings, guardrails()["log-object-access"], GuardrailChange())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"entries": []}, "no entries and no location"),
        ({"location": "s3://lists/a.txt"}, "both entries and a location"),
        ({"format": "STIX"}, "stores entries as TXT"),
        ({"bucket_owner": "222222222222"}, "are stored in the log archive"),
        ({"entries": ["10.1.2.3"]}, "is private"),
        ({"entries": ["198.51.100.7/24"]}, "has host bits set"),
        ({"entries": ["300.1.2.3"]}, "300.1.2.3: "),
        ({"entries": ["localhost"]}, "neither an address nor a domain"),
        ({"kind": "threat_ips", "entries": ["evil.example"]}, "IP lists accept only addresses"),
        ({"entries": [f"{n:04}{'a' * 58}.evil.example" for n in range(600)]}, "one template stores them"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_entries_that_guardduty_would_not_use_are_problems(change: dict[str, Any], message: str) -> None:
    ((_, found),) = problems({"lists": [{**LISTS["lists"][0], **change}]})
    assert message in found


def test_second_trusted_list_is_a_problem() -> None:
    lists = [{"name": name, "kind": "trusted_entities", "location": f"s3://lists/{name}.txt"} for name in "ab"]
    assert problems({"lists": lists}) == [("lists", "2 lists of kind trusted_entities: GuardDuty allows 1 per Region")]


def test_controls_tell_the_bucket_of_lists_from_that_of_hooks() -> None:
    """Both assert who may write, about bucket policies that they find by this statement."""
    found = [
        {text for item in assertions()[name] for text in item.where}
        for name in ("guardduty-lists-protected", "hooks-rules-protected")
    ]
    assert all(found)
    assert {text for text in found[0] if "Sid=" in text}.isdisjoint(found[1])
