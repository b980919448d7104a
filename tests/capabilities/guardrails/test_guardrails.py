"""Guardrails: each denies exactly what it documents, and none locks out the deployers."""

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from baseline.aws.global_actions import global_actions
from baseline.aws.iam_actions import matching_actions
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.guardrails import CAPABILITY
from baseline.capabilities.organization.guardrails.levels import budgets
from baseline.capabilities.organization.guardrails.policies import policies_of, resolved, settings_of
from baseline.capabilities.organization.guardrails.statements import deployers, statements_of, words_of
from baseline.capabilities.settings import TIERS, Tier
from baseline.controls.guardrail import Guardrail, guardrails
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.check import policy_mistakes
from baseline.policy.document import Statement, read_statements
from baseline.policy.evaluate import applies
from baseline.policy.kinds import KINDS
from baseline.policy.pack import packed
from baseline.policy.request import Request
from baseline.policy.text import document_of, minified
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.each import hold_for_each
from tests.landscapes import make_landscape

NAMED: dict[str, Any] = {
    "allowed_services": ["s3:*", "ec2:*"],
    "instance_types": ["t3.*"],
    "bedrock_models": ["arn:aws:bedrock:*::foundation-model/amazon.nova-*"],
    "bedrock_guardrail": "arn:aws:bedrock:eu-west-1:111111111111:guardrail/hu1dlsv9wy1d:1",
    "image_providers": ["amazon"],
    "trusted_accounts": ["888888888888"],
    "networks": ["203.0.113.0/24"],
    "vpcs": ["vpc-0123456789abcdef0"],
    "protected_tags": ["Backup"],
    "blocked_users": ["90671234-1234-1234-1234-123456789012"],
    "web_identity_providers": ["token.actions.githubusercontent.com", "gitlab.com"],
    "web_identity_subjects": ["repo:northwind/*", "project_path:northwind/*"],
}
"""What the guardrails need to be told."""
CASE = re.compile(r"(?P<action>\S+)(?P<rest>(?: (?:by|on|if) \S+)*)\Z")
DEVELOPER = "arn:aws:iam::444444444444:role/Developer"
_WHO = {"aws:principalarn": (DEVELOPER,)}
Case = tuple[Guardrail, str]
DENIES = [(item, case) for item in guardrails().values() for case in item.denies]
ALLOWS = [(item, case) for item in guardrails().values() for case in item.allows]


def name_of(value: Any) -> str:
    return value.id if isinstance(value, Guardrail) else str(value).partition(" ")[0]


def request_of(case: str, principal: str = DEVELOPER) -> Request:
    """`action [by root|role/…] [on ARN] [if key=value …]`."""
    found = CASE.match(case.replace("<prefix>", "nw"))
    assert found, case
    words = found["rest"].split()
    parts = list(zip(words[::2], words[1::2], strict=True))
    context = {key.lower(): (value,) for word, text in parts if word == "if" for key, value in [text.split("=", 1)]}
    who = next((text for word, text in parts if word == "by"), "")
    return Request(
        action=found["action"],
        resource=next((text for word, text in parts if word == "on"), "*"),
        context={**context, "aws:principalarn": (f"arn:aws:iam::444444444444:{who}" if who else principal,)},
        complete=True,
    )


@cache
def statements_by_id(name: str) -> tuple[Statement, ...]:
    guardrail = guardrails()[name]
    here = landscape(NAMED)
    exempt = deployers(here) if guardrail.exempt else ()
    made = tuple(item.statement for item in statements_of(guardrail, words_of(here, settings_of(here)), exempt))
    return read_statements(json.loads(resolved(here, document_of(made))))


def statements(guardrail: Guardrail) -> tuple[Statement, ...]:
    return statements_by_id(guardrail.id)


def denied(guardrail: Guardrail, request: Request) -> bool:
    verdicts = [applies(item, request) for item in statements(guardrail)]
    assert None not in verdicts
    return True in verdicts


# ── the catalogue ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_guardrail_denies_what_it_says() -> None:
    hold_for_each(DENIES, is_denied)


def is_denied(of: Case) -> None:
    guardrail, case = of
    assert matching_actions(request_of(case).action)
    assert denied(guardrail, request_of(case))


def test_a_guardrail_leaves_the_rest_alone() -> None:
    hold_for_each(ALLOWS, is_left_alone)


def is_left_alone(of: Case) -> None:
    guardrail, case = of
    assert matching_actions(request_of(case).action)
    assert not denied(guardrail, request_of(case))


def test_the_deployers_may_do_it_all_the_same() -> None:
    hold_for_each([i for i in DENIES if i[0].exempt and " by role/" not in i[1]], deployers_may)


def deployers_may(of: Case) -> None:
    guardrail, case = of
    for pattern in deployers(make_landscape()):
        principal = pattern.replace("::*:", "::444444444444:").replace("*", "0123")
        assert not denied(guardrail, request_of(case, principal))
    assert denied(guardrail, request_of(case, "arn:aws:iam::444444444444:role/not-stacksets-exec-0"))


@pytest.mark.parametrize("guardrail", guardrails().values(), ids=name_of)
def test_every_pattern_is_about_some_action(guardrail: Guardrail) -> None:
    for item in statements(guardrail):
        assert item.effect == "Deny"
        for pattern in (*item.actions, *item.not_actions):
            assert matching_actions(pattern), pattern


@pytest.mark.parametrize("guardrail", guardrails().values(), ids=name_of)
def test_every_guardrail_explains_itself(guardrail: Guardrail) -> None:
    assert guardrail.intent.endswith(".")
    assert guardrail.breaks.endswith(".")
    assert guardrail.why.endswith(".")
    assert guardrail.severity in {"low", "medium", "high", "critical"}
    assert guardrail.allows or guardrail.document or guardrail.to == "suspended"
    assert bool(guardrail.denies) == bool(guardrail.statements) != bool(guardrail.document)
    order = [tier for tier in TIERS if tier in guardrail.tiers]
    assert order == list(TIERS)[len(TIERS) - len(order) :], "a stronger tier has what a weaker one has"


def test_the_catalogue_is_complete() -> None:
    kinds = Counter(item.type for item in guardrails().values())
    assert len(guardrails()) >= 115
    assert kinds["SERVICE_CONTROL_POLICY"] >= 95
    assert kinds["RESOURCE_CONTROL_POLICY"] >= 14
    elsewhere = {"S3_POLICY", "GUARDDUTY_POLICY"}
    assert set(kinds) == set(KINDS) - elsewhere, "those two are capabilities of their own"


@pytest.mark.parametrize("tier", TIERS)
def test_every_policy_of_the_whole_catalogue_is_right(tier: Tier) -> None:
    whole = {name: {"enabled": True} for name in guardrails()}
    here = landscape({**NAMED, "rules": whole, "quarantine_units": ["Workloads"]}, tier)
    found = policies_of(here)
    assert {name for item in found for name in item.guardrails} >= set(guardrails()) - {"suspended"}
    for item in found:
        assert policy_mistakes(item.kind, item.content) == ()
        assert policy_mistakes(item.kind, json.loads(resolved(here, item.content))) == ()


def test_global_actions_exist_and_are_listed_once() -> None:
    assert len(set(global_actions())) == len(global_actions()) > 70
    assert all(matching_actions(pattern) for pattern in global_actions())
    assert not {"kms:*", "acm:*", "config:*", "access-analyzer:*"} & set(global_actions())


# ── what is rendered ─────────────────────────────────────────────────────────────────────────────────────────────────


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"guardrails": settings or {}}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {s.name.removeprefix("nw-"): s for s in build_plan(here).stacks if s.capability == "guardrails"}


def policies(here: Landscape) -> dict[str, dict[str, Any]]:
    found = (
        read_template(render_stack(stack)).of_type("AWS::Organizations::Policy") for stack in stacks(here).values()
    )
    return {r.properties["Name"].removeprefix("nw-guardrails-"): dict(r.properties) for group in found for r in group}


def denied_actions(here: Landscape, name: str = "") -> set[str]:
    """The actions in the service control policies, optionally of one policy."""
    return {
        action
        for key, policy in policies(here).items()
        if policy["Type"] == "SERVICE_CONTROL_POLICY" and name in ("", key)
        for item in policy["Content"]["Statement"]
        for action in item.get("Action", ())
    }


def statement_with(here: Landscape, action: str, key: str = "Action") -> dict[str, Any]:
    found = [
        item
        for policy in policies(here).values()
        for item in policy["Content"].get("Statement", ())
        if action in item.get(key, ())
    ]
    assert found, action
    statement: dict[str, Any] = found[0]
    return statement


def targets(here: Landscape) -> dict[str, list[str]]:
    return {name: [item["Ref"] for item in p.get("TargetIds", [])] for name, p in policies(here).items()}


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings, **changes))
    ]


@pytest.mark.parametrize("tier", TIERS)
def test_every_policy_fits_and_so_does_their_number(tier: Tier) -> None:
    here = landscape(tier=tier)
    found = policies_of(here)
    assert found
    for item in found:
        assert len(resolved(here, item.content)) <= KINDS[item.kind].most_characters()
    assert all(budget.free >= 0 for budget in budgets(here))


def test_stacks_come_one_after_the_other_in_the_management_account() -> None:
    found = stacks(landscape())
    assert len(found) > 2
    assert {d.account for s in found.values() for d in s.deployments} == {"management"}
    waves = {s.name: n for n, wave in enumerate(build_plan(landscape()).waves) for s in wave}
    order = [waves[s.name] for s in found.values()]
    assert order == sorted(set(order))


def test_a_standalone_account_has_none() -> None:
    assert not stacks(landscape(standalone=True))
    assert not CAPABILITY.documents(landscape(standalone=True))


def test_each_policy_is_where_it_belongs() -> None:
    ous = {"Security": "ou-ab12-11111111", "Waiting": None, "Suspended": None, "Suspended/Old": None}
    here = landscape(
        {"quarantine_units": ["Waiting"], "rules": {"default-vpcs": {"to": ["Waiting", "security"]}}},
        ous=ous,
        suspended=frozenset({"Suspended", "Suspended/Old"}),
    )
    found = targets(here)
    assert found["scp-quarantine"] == ["WaitingOuId"]
    assert found["scp-suspended"] == ["SuspendedOuId"]
    assert ["WaitingOuId", "SecurityAccountId"] in found.values()
    assert ["SecurityOuId"] in found.values()
    assert found["scp-identity"] == ["OrganizationRootId"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"stage": "audit"}, set()),
        ({"stage": "sandbox", "sandbox_units": ["Workloads"]}, {"WorkloadsOuId"}),
        ({}, {"OrganizationRootId", "SecurityOuId"}),
    ],
)
def test_the_stage_says_where_anything_is_attached(settings: dict[str, Any], expected: set[str]) -> None:
    assert {name for where in targets(landscape(settings)).values() for name in where} == expected


def test_the_stage_sandbox_tries_nothing_that_stops_all_work() -> None:
    ous = {"Security": "ou-ab12-11111111", "Sandbox": None, "Waiting": None, "Suspended": None}
    settings = {"stage": "sandbox", "sandbox_units": ["Sandbox"], "quarantine_units": ["Waiting"]}
    found = targets(landscape(settings, ous=ous, suspended=frozenset({"Suspended"})))
    assert found["scp-identity"] == ["SandboxOuId"]
    assert found["scp-suspended"] == found["scp-quarantine"] == []


@pytest.mark.parametrize("tier", ["standard", "regulated"])
def test_what_a_tier_has_at_the_root_fits_into_five_policies(tier: Tier) -> None:
    found = [item for item in policies_of(landscape(tier=tier)) if item.kind == "SERVICE_CONTROL_POLICY"]
    at_root = [item.key.removeprefix("guardrails-scp-") for item in found if item.places == ("root",)]
    assert at_root == ["identity", "record", "detection", "data", "network"]


def test_guardrails_go_and_come_as_the_profile_says() -> None:
    here = landscape({"rules": {"macie": {"enabled": False, "reason": "Not used."}, "iam-users": {"enabled": True}}})
    assert "macie2:DisableMacie" not in denied_actions(here)
    assert "iam:CreateUser" in denied_actions(here)
    assert "macie2:DisableMacie" in denied_actions(landscape())
    assert "iam:CreateUser" not in denied_actions(landscape())


def test_statements_that_differ_in_their_actions_only_are_one() -> None:
    found = statement_with(landscape(), "macie2:DisableMacie")
    assert {"guardduty:DeleteDetector", "securityhub:DisableSecurityHub"} <= set(found["Action"])
    (policy,) = [item for item in policies_of(landscape()) if found["Sid"] in item.owners]
    assert {"guardduty", "macie", "security-hub"} <= set(policy.owners[found["Sid"]])


def test_the_name_of_a_merged_statement_does_not_hang_on_which_guardrails_are_on() -> None:
    off = {"guardduty": {"enabled": False, "reason": "Not used."}, "security-hub": {"enabled": False, "reason": "No."}}
    fewer = statement_with(landscape({"rules": off}), "macie2:DisableMacie")
    assert fewer["Sid"] == statement_with(landscape(), "macie2:DisableMacie")["Sid"]
    assert "guardduty:DeleteDetector" not in fewer["Action"]


def test_roles_are_exempt_everywhere_or_from_one_guardrail() -> None:
    here = landscape({"exempt_roles": ["Platform"], "rules": {"regions": {"exempt_roles": ["NetworkAdmin"]}}})
    regions = statement_with(here, "iam:*", "NotAction")
    exempt = [item["Fn::Sub"] for item in regions["Condition"]["ArnNotLike"]["aws:PrincipalArn"]]
    assert exempt[-2:] == [
        "arn:${AWS::Partition}:iam::*:role/Platform",
        "arn:${AWS::Partition}:iam::*:role/NetworkAdmin",
    ]
    assert "ArnNotLike" not in json.dumps(statement_with(here, "iam:CreateAccessKey"))


def test_regions_are_the_governed_ones_and_those_that_the_profile_adds() -> None:
    here = landscape({"allowed_regions": ["ap-south-1"], "global_actions": ["tnb:*"]})
    item = statement_with(here, "iam:*", "NotAction")
    assert item["Condition"]["StringNotEquals"]["aws:RequestedRegion"] == ["eu-west-1", "eu-central-1", "ap-south-1"]
    assert item["NotAction"][-1] == "tnb:*"


def test_inference_profiles_reach_other_regions_only_where_the_profile_names_them() -> None:
    regions, others = guardrails()["regions"], {"aws:requestedregion": ("eu-north-1",)}
    profile = {"bedrock:inferenceprofilearn": ("arn:aws:bedrock:eu-west-1:444444444444:inference-profile/eu.nova",)}
    for settings, context, expected in (
        ({}, {**others, **profile}, True),
        ({"inference_profiles": ["eu.*"]}, {**others, **profile}, False),
        ({"inference_profiles": ["us.*"]}, {**others, **profile}, True),
        ({"inference_profiles": ["eu.*"]}, others, True),
    ):
        here = landscape(settings)
        made = tuple(
            item.statement for item in statements_of(regions, words_of(here, settings_of(here)), deployers(here))
        )
        request = Request(action="bedrock:InvokeModel", context={**context, **_WHO}, complete=True)
        read = read_statements(json.loads(resolved(here, document_of(made))))
        assert (True in [applies(item, request) for item in read]) is expected, settings


def test_web_identities_are_those_of_the_deployment_roles_and_of_the_profile() -> None:
    def role(name: str, provider: str, repository: str, **more: str) -> dict[str, Any]:
        pinned = {"branch": "main", "accounts": ["security"], "managed_policies": ["ReadOnlyAccess"]}
        return {"name": name, "provider": provider, "repository": repository, **pinned, **more}

    own = role("own", "gitlab", "web/site", url="https://gitlab.northwind.example")
    roles = [role("one", "github", "northwind@1/platform@2"), role("two", "gitlab", "web/site"), own]
    here = make_landscape(
        settings={"iam_roles": {"deployment_roles": roles}, "guardrails": {"web_identity_providers": ["auth.example"]}}
    )
    made = tuple(
        item.statement for item in statements_of(guardrails()["web-identities"], words_of(here, settings_of(here)), ())
    )
    hosts = ["token.actions.githubusercontent.com", "gitlab.com", "gitlab.northwind.example", "auth.example"]
    assert made[0]["Condition"]["Null"] == {f"{host}:sub": "true" for host in hosts}
    assert made[1]["Condition"]["StringNotLike"] == {f"{hosts[0]}:sub": ["repo:northwind@1/*"]}
    assert made[2]["Condition"]["StringNotLike"] == {f"{hosts[1]}:sub": ["project_path:web/*"]}


def test_web_identities_denies_every_token_where_the_profile_names_no_provider() -> None:
    here = landscape({})
    first = statements_of(guardrails()["web-identities"], words_of(here, settings_of(here)), ())[0].statement
    assert "Condition" not in first


def test_policies_can_be_read_beside_what_is_deployed() -> None:
    texts = CAPABILITY.documents(landscape())
    readable = {name for name in texts if not name.endswith(".min.json")}
    assert len(readable) >= 3
    for name in readable:
        assert json.loads(texts[name]) == json.loads(texts[name.replace(".json", ".min.json")])
        assert "${" not in texts[name]


def test_what_is_not_known_yet_stays_a_parameter() -> None:
    accounts = make_landscape().accounts
    unknown = {**accounts, "log_archive": replace(accounts["log_archive"], id=None)}
    texts = CAPABILITY.documents(landscape(accounts=unknown))
    assert "${LogArchiveAccountId}" in texts["policies/nw-guardrails-scp-record.incomplete.json"]
    assert "policies/nw-guardrails-scp-record.min.json" not in texts
    (stack,) = [s for s in stacks(landscape()).values() if s.name == "nw-guardrails-scp-record"]
    assert {p.name for p in stack.parameters} == {"OrganizationRootId", "LogArchiveAccountId", "SecurityAccountId"}


@pytest.mark.parametrize(
    ("settings", "setting", "said"),
    [
        ({"rules": {"cloudtrial": {}}}, "rules.cloudtrial", "no cloudtrial"),
        ({"rules": {"cloudtrail": {"enabled": False}}}, "rules.cloudtrail.enabled", "but the tier"),
        ({"rules": {"macie": {"to": ["management"]}}}, "rules.macie.to.0", "management account"),
        ({"stage": "sandbox"}, "stage", "no units"),
        ({"exempt_roles": ["Admin", "*"]}, "exempt_roles.1", "exempts every role"),
        ({"rules": {"regions": {"exempt_roles": ["**"]}}}, "rules.regions.exempt_roles.0", "exempts every role"),
        ({"sandbox_units": ["Sandbux"]}, "sandbox_units.0", "no Sandbux"),
        ({"quarantine_units": ["Nowhere"]}, "quarantine_units.0", "no Nowhere"),
        ({"allowed_regions": ["eu-west-9"]}, "allowed_regions.0", "no eu-west-9"),
        ({"global_actions": ["iamm:*"]}, "global_actions.0", "unknown action"),
        ({"reserved_slots": 9}, "reserved_slots", "root needs 5 service control policies, and 0 slots are free"),
    ],
)
def test_what_cannot_work_is_reported(settings: dict[str, Any], setting: str, said: str) -> None:
    assert any(place == setting and said in message for place, message in problems(settings))


def test_nothing_is_wrong_with_the_tiers() -> None:
    assert [CAPABILITY.problems(landscape(tier=tier)) for tier in TIERS] == [(), (), ()]


# ── packing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_statements_are_cut_only_where_they_must_be() -> None:
    items = [{"Sid": f"S{n}", "Action": "x" * 50} for n in range(10)]
    one = len(minified(document_of(items[:1])))
    assert packed(items, 100_000) == (tuple(items),)
    assert [len(part) for part in packed(items, one)] == [1] * 10
    cut = packed(items, one * 3)
    assert [item for part in cut for item in part] == items
    assert all(len(minified(document_of(part))) <= one * 3 for part in cut)


def test_a_unit_of_the_log_archive_that_is_the_root_is_the_root() -> None:
    at_root = Account(key="log_archive", name="log_archive", email="l@northwind.example", id="222222222222")
    accounts = {**make_landscape().accounts, "log_archive": at_root}
    assert ["OrganizationRootId", "SecurityOuId"] in targets(landscape(accounts=accounts)).values()


# ── records of web ACLs ──────────────────────────────────────────────────────────────────────────────────────────────

WEB_ACL_BUCKET = "arn:aws:s3:::aws-waf-logs-nw-222222222222-eu-west-1"
ARCHIVE = "if aws:ResourceAccount=222222222222"


@pytest.mark.parametrize(
    ("name", "case", "destination"),
    [
        ("log-buckets", f"s3:DeleteBucket on {WEB_ACL_BUCKET} {ARCHIVE}", "s3"),
        ("log-objects", f"s3:DeleteObject on {WEB_ACL_BUCKET}/x {ARCHIVE}", "s3"),
        ("log-object-access", f"s3:GetObject on {WEB_ACL_BUCKET}/x {ARCHIVE}", "s3"),
        ("log-archive-objects", f"s3:DeleteObject on {WEB_ACL_BUCKET}/x {ARCHIVE}", "s3"),
        (
            "log-groups",
            "logs:DeleteLogGroup on arn:aws:logs:eu-west-1:444444444444:log-group:aws-waf-logs-nw-a",
            "logs",
        ),
    ],
)
def test_records_of_web_acls_are_protected_where_they_are(name: str, case: str, destination: str) -> None:
    def denies(to: str) -> bool:
        web_acls = {"web_acls": {"a": {"to": ["root"], "logging": {"to": to}}}} if to else {}
        here = make_landscape(settings={"waf": web_acls})
        made = tuple(
            item.statement for item in statements_of(guardrails()[name], words_of(here, settings_of(here)), ())
        )
        found = read_statements(json.loads(resolved(here, document_of(made))))
        return any(applies(item, request_of(case)) for item in found)

    assert [to for to in ("", "logs", "s3") if denies(to)] == [destination]
