"""AWS WAF: where web ACLs are, what their rules do, where records go, and what a profile may not say."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.protect.waf.groups import managed_groups
from baseline.capabilities.protect.waf.rules import capacity_of
from baseline.capabilities.protect.waf.settings import WafSettings
from baseline.capabilities.protect.waf.waf import CAPABILITY
from baseline.capabilities.settings import Tier
from baseline.findings import Severity
from baseline.pipeline import Options, prove
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.document import text_of
from baseline.validate.validate import ValidateOptions
from tests.landscapes import make_landscape, properties, rendered
from tests.profile.test_places import PROFILE as START

ACL = "AWS::WAFv2::WebACL"
LOGGING = "AWS::WAFv2::LoggingConfiguration"
HERE: dict[str, Any] = {"to": ["root"]}


def landscape(acl: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    settings = {} if acl is None else {"web_acls": {"apps": {**HERE, **acl}}}
    return make_landscape(tier, {"waf": settings, **changes.pop("more", {})}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {stack.name.removeprefix("nw-"): stack for stack in build_plan(here).stacks if stack.capability == "waf"}


def web_acl(acl: dict[str, Any], **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = next(iter(properties(rendered("waf", landscape(acl, **changes))["waf-apps"], ACL).values()))
    return found


def rules(acl: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["Name"]: item for item in web_acl(acl)["Rules"]}


def logging(acl: dict[str, Any], **changes: Any) -> dict[str, Any]:
    template = rendered("waf", landscape(acl, **changes))["waf-apps"]
    found: dict[str, Any] = next(iter(properties(template, LOGGING).values()))
    return found


def problems(acl: dict[str, Any], **changes: Any) -> list[tuple[str, str, Severity | None]]:
    found = CAPABILITY.problems(landscape(acl, **changes))
    return [(".".join(map(str, item.path)), item.message, item.severity) for item in found]


# ── on and off, and where ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
def test_no_tier_has_a_web_acl_that_is_billed(tier: Tier) -> None:
    assert stacks(landscape(tier=tier)) == {}


def test_regional_web_acl_is_in_the_governed_regions_of_its_places() -> None:
    found = stacks(landscape({}))["waf-apps"]
    assert [(item.account, item.ous) for item in found.deployments] == [("management", ()), ("", ("/",))]
    assert found.regions == ("eu-west-1", "eu-central-1")
    found = stacks(landscape({"to": ["Workloads"], "regions": ["eu-central-1"]}))["waf-apps"]
    assert [(item.account, item.ous) for item in found.deployments] == [("", ("Workloads",))]
    assert found.regions == ("eu-central-1",)


def test_web_acl_of_distributions_is_in_the_one_region_that_has_them() -> None:
    found = stacks(landscape({"scope": "cloudfront", "to": ["security"]}))["waf-apps"]
    assert found.regions == ("us-east-1",)
    assert web_acl({"scope": "cloudfront"})["Scope"] == "CLOUDFRONT"


def test_standalone_account_has_its_web_acl() -> None:
    found = stacks(landscape({"logging": {"to": "s3"}}, standalone=True))["waf-apps"]
    assert [item.account for item in found.deployments] == ["management"]
    assert found.parameters == ()


def test_china_has_no_web_acl_of_distributions_and_says_so() -> None:
    china: dict[str, Any] = {"partition": "aws-cn", "home_region": "cn-north-1", "regions": ("cn-north-1",)}
    here = landscape({"scope": "cloudfront"}, sign_in_region="cn-north-1", **china)
    assert stacks(here) == {}
    (found,) = CAPABILITY.unsupported(here)
    assert found.path == ("web_acls", "apps", "scope")


# ── what rules do ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rules_count_until_the_profile_says_block() -> None:
    acl = {"blocked_networks": ["198.51.100.0/24"], "rate_limits": [{"name": "a", "limit": 10, "action": "captcha"}]}
    counting, acting = rules(acl), rules({**acl, "stage": "block"})
    assert counting["core"]["OverrideAction"] == counting["blocked-networks"]["Action"] == {"Count": {}}
    assert counting["rate-a"]["Action"] == {"Count": {}}
    assert acting["core"]["OverrideAction"] == {"None": {}}
    assert acting["blocked-networks"]["Action"] == {"Block": {}}
    assert acting["rate-a"]["Action"] == {"Captcha": {}}


def test_requests_meet_cheap_and_certain_rules_first() -> None:
    acl = {
        "allowed_networks": [{"network": "203.0.113.0/24", "reason": "Ours."}],
        "blocked_networks": ["198.51.100.0/24"],
        "blocked_countries": ["KP"],
        "rate_limits": [{"name": "all", "limit": 1000}],
        "bot_control": "common",
    }
    found = web_acl(acl)["Rules"]
    assert [item["Name"] for item in found] == [
        *("allowed-networks", "blocked-networks", "blocked-countries", "rate-all"),
        *("ip-reputation", "core", "known-bad-inputs", "bot-control"),
    ]
    assert [item["Priority"] for item in found] == list(range(len(found)))
    assert found[0]["Action"] == {"Allow": {}}


def test_networks_of_both_ip_versions_are_two_sets_of_one_rule() -> None:
    networks = ["198.51.100.0/24", "2001:db8::/32"]
    sets = properties(rendered("waf", landscape({"blocked_networks": networks}))["waf-apps"], "AWS::WAFv2::IPSet")
    assert {name: item["Addresses"] for name, item in sets.items()} == {
        "BlockedNetworksV4": networks[:1],
        "BlockedNetworksV6": networks[1:],
    }
    statement = rules({"blocked_networks": networks})["blocked-networks"]["Statement"]
    assert len(statement["OrStatement"]["Statements"]) == 2


def test_exception_for_a_path_still_blocks_elsewhere_by_the_label() -> None:
    exception = {"rule": "SizeRestrictions_BODY", "path": "/uploads/", "reason": "Large files."}
    found = rules({"stage": "block", "groups": [{"group": "core", "exceptions": [exception]}]})
    overrides = found["core"]["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    assert overrides == [{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}]
    label, outside = found["core-SizeRestrictions_BODY"]["Statement"]["AndStatement"]["Statements"]
    assert label["LabelMatchStatement"]["Key"] == "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"
    path = outside["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert path["SearchString"] == "/uploads/"
    assert [item["Type"] for item in path["TextTransformations"]] == ["URL_DECODE", "NORMALIZE_PATH"]
    assert found["core-SizeRestrictions_BODY"]["Action"] == {"Block": {}}


def test_exceptions_of_one_rule_are_one_rule_that_exempts_all_their_paths() -> None:
    size, agent = "SizeRestrictions_BODY", "NoUserAgent_HEADER"
    pairs = [(size, "/uploads/"), (size, "/import/"), (agent, "/probe"), (agent, None)]
    exceptions = [{"rule": rule, "path": path, "reason": "Files."} for rule, path in pairs]
    acl = {"stage": "block", "groups": [{"group": "core", "exceptions": exceptions}]}
    found = web_acl(acl)["Rules"]
    assert [item["Name"] for item in found] == ["core", f"core-{size}"]
    overrides = found[0]["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    assert [item["Name"] for item in overrides] == [size, agent]
    _, outside = found[1]["Statement"]["AndStatement"]["Statements"]
    exempt = outside["NotStatement"]["Statement"]["OrStatement"]["Statements"]
    assert [item["ByteMatchStatement"]["SearchString"] for item in exempt] == ["/uploads/", "/import/"]
    parsed = WafSettings.model_validate({"enabled": True, "web_acls": {"a": {**HERE, **acl}}}).web_acls["a"]
    assert capacity_of(parsed) == 700 + 1 + 2 * 22


def test_exception_everywhere_only_counts() -> None:
    exception = {"rule": "NoUserAgent_HEADER", "reason": "Probes."}
    assert "core-NoUserAgent_HEADER" not in rules({"groups": [{"group": "core", "exceptions": [exception]}]})


def test_version_is_pinned_only_where_the_profile_names_it() -> None:
    group = {"group": "core", "version": "Version_1.0"}
    assert rules({"groups": [group]})["core"]["Statement"]["ManagedRuleGroupStatement"]["Version"] == "Version_1.0"
    assert "Version" not in rules({})["core"]["Statement"]["ManagedRuleGroupStatement"]


def test_paid_groups_are_there_only_when_asked_for() -> None:
    assert not {"bot-control", "account-takeover"} & rules({}).keys()
    page = {"path": "/login", "payload": "JSON", "user_field": "user", "password_field": "/pw"}
    found = rules({"bot_control": "targeted", "account_takeover": page})
    (bots,) = found["bot-control"]["Statement"]["ManagedRuleGroupStatement"]["ManagedRuleGroupConfigs"]
    assert bots == {"AWSManagedRulesBotControlRuleSet": {"InspectionLevel": "TARGETED"}}
    (login,) = found["account-takeover"]["Statement"]["ManagedRuleGroupStatement"]["ManagedRuleGroupConfigs"]
    assert login["AWSManagedRulesATPRuleSet"]["RequestInspection"]["UsernameField"] == {"Identifier": "/user"}


def test_countries_outside_a_list_are_found_by_negation() -> None:
    statement = rules({"allowed_countries": ["DE", "FR", "DE"]})["other-countries"]["Statement"]
    assert statement == {"NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": ["DE", "FR"]}}}}


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_records_go_to_a_log_group_with_the_name_that_aws_wants() -> None:
    found = rendered("waf", landscape({}))["waf-apps"]
    (group,) = properties(found, "AWS::Logs::LogGroup").values()
    assert group == {"LogGroupName": "aws-waf-logs-nw-apps", "RetentionInDays": 90}
    (target,) = logging({})["LogDestinationConfigs"]
    assert target["Fn::Sub"].endswith(":log-group:aws-waf-logs-nw-apps")


def test_no_record_shows_headers_with_credentials() -> None:
    names = [item["SingleHeader"]["Name"] for item in logging({})["RedactedFields"]]
    assert names == ["authorization", "cookie"]
    (protected,) = web_acl({})["DataProtectionConfig"]["DataProtections"]
    assert protected["Field"] == {"FieldType": "SINGLE_HEADER", "FieldKeys": names}


def test_samples_show_no_credentials_where_nothing_is_recorded() -> None:
    (protected,) = web_acl({"logging": None})["DataProtectionConfig"]["DataProtections"]
    assert protected["Field"]["FieldKeys"] == ["authorization", "cookie"]


def test_filter_keeps_only_the_actions_that_the_profile_names() -> None:
    assert "LoggingFilter" not in logging({})
    found = logging({"logging": {"keep": ["block", "count"]}})["LoggingFilter"]
    assert found["DefaultBehavior"] == "DROP"
    actions = [item["ActionCondition"]["Action"] for item in found["Filters"][0]["Conditions"]]
    assert actions == ["BLOCK", "COUNT"]


def test_log_archive_has_the_bucket_only_when_records_go_there() -> None:
    def buckets(acl: dict[str, Any]) -> list[str]:
        template = rendered("log_archive", landscape(acl))["log-archive"]
        return [str(item["BucketName"]) for item in properties(template, "AWS::S3::Bucket").values()]

    assert not any("waf" in name for name in buckets({}))
    assert any("aws-waf-logs-nw-${AWS::AccountId}-eu-west-1" in name for name in buckets({"logging": {"to": "s3"}}))
    (target,) = logging({"logging": {"to": "s3"}})["LogDestinationConfigs"]
    assert target["Fn::Sub"] == "arn:${AWS::Partition}:s3:::aws-waf-logs-nw-${LogArchiveAccountId}-eu-west-1"
    assert "nw-log-archive" in stacks(landscape({"logging": {"to": "s3"}}))["waf-apps"].depends_on


def test_services_write_nothing_but_records_of_web_acls_to_their_bucket() -> None:
    template = rendered("log_archive", landscape({"logging": {"to": "s3"}}))["log-archive"]
    written = {
        text_of(statement["Resource"])
        for policy in properties(template, "AWS::S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Sid"] == "VendedLogsWrite"
    }
    assert {arn.partition(":::")[2].replace("-${AWS::AccountId}-eu-west-1", "") for arn in written} == {
        "aws-waf-logs-nw/AWSLogs/*/WAFLogs/*",
        "nw-vended-logs/*",
    }


def test_web_acl_without_records_has_no_configuration() -> None:
    assert properties(rendered("waf", landscape({"logging": None}))["waf-apps"], LOGGING) == {}


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("acl", "path", "words", "severity"),
    [
        ({"regions": ["us-west-2"]}, "regions.0", "not a governed Region", None),
        ({"scope": "cloudfront", "regions": ["eu-west-1"]}, "regions.0", "only in us-east-1", None),
        ({"groups": [{"group": "core"}, {"group": "core"}]}, "groups.0.group", "named twice", None),
        (
            {"groups": [{"group": "core", "exceptions": [{"rule": "NoUserAgent", "path": "/a", "reason": "Yes."}]}]},
            "groups.0.exceptions.0.rule",
            'did you mean "NoUserAgent_HEADER"',
            None,
        ),
        (
            {"groups": [{"group": "core", "exceptions": [{"rule": "NewRule_BODY", "reason": "Yes."}]}]},
            "groups.0.exceptions.0.rule",
            "AWS WAF ignores",
            Severity.WARNING,
        ),
        ({"rate_limits": [{"name": "a", "limit": 10}] * 2}, "rate_limits.0.name", "two rate limits", None),
        ({"blocked_countries": ["KP"], "allowed_countries": ["DE"]}, "blocked_countries", "blocked already", None),
        ({"default": "block"}, "default", "although the stage is count", Severity.WARNING),
    ],
    ids=lambda value: str(value)[:50],
)
def test_web_acl_that_contradicts_itself_is_a_problem(
    acl: dict[str, Any], path: str, words: str, severity: Severity | None
) -> None:
    found = problems(acl)
    assert (found[0][0], found[0][2]) == (f"web_acls.apps.{path}", severity)
    assert words in found[0][1]


def test_rules_beyond_the_capacity_of_a_web_acl_are_a_problem() -> None:
    every = [{"group": name} for name in managed_groups()]
    ((path, message, severity),) = problems({"groups": every})
    assert (path, severity) == ("web_acls.apps", Severity.WARNING)
    assert "1,975 capacity units" in message
    limits = [{"name": f"r{number}", "limit": 10, "path": "/a"} for number in range(10)]
    acl = WafSettings.model_validate(
        {"enabled": True, "web_acls": {"a": {"to": ["root"], "groups": every, "rate_limits": limits}}}
    ).web_acls["a"]
    assert capacity_of(acl) == 1_975 + 10 * 24


def test_records_in_a_log_archive_that_is_off_are_a_problem() -> None:
    here = dict(landscape({"logging": {"to": "s3"}}).capabilities)
    del here["log_archive"]
    found = problems({"logging": {"to": "s3"}}, capabilities=here)
    assert [path for path, _, _ in found] == ["web_acls.apps.logging.to"]


@pytest.mark.parametrize(
    "acl",
    [
        {"to": []},
        {"stage": "audit"},
        {"groups": [{"group": "everything"}]},
        {"blocked_networks": ["198.51.100.7/24"]},
        {"blocked_networks": ["0.0.0.0/0"]},
        {"blocked_countries": ["kp"]},
        {"rate_limits": [{"name": "a", "limit": 9}]},
        {"rate_limits": [{"name": "a", "limit": 10, "path": "/${x}"}]},
        {"allowed_networks": [{"network": "203.0.113.0/24"}]},
        {"logging": {"redact": ["Cookie"]}},
    ],
    ids=lambda value: str(value)[:60],
)
def test_value_that_aws_would_reject_is_rejected(acl: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(acl)


# ── the whole way ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("acl", "states"),
    [
        ("stage: block, logging: {to: s3}", ("deployed", "deployed", "deployed")),
        ("stage: count", ("deployed", "absent", "deployed")),
        ("stage: count, groups: [{group: core}]", ("absent", "absent", "deployed")),
        ("stage: block, groups: [{group: sql}], logging: {redact: []}", ("absent", "deployed", "absent")),
        ("stage: block, groups: [], logging: {redact: [cookie]}", ("absent", "absent", "absent")),
    ],
)
def test_checks_hold_and_a_web_acl_meets_only_the_controls_that_it_earns(
    tmp_path: Path, acl: str, states: tuple[str, ...]
) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(f"{START}  waf: {{web_acls: {{apps: {{to: [root], {acl}}}}}}}\n", encoding="utf-8")
    found = prove(path, Options(validation=ValidateOptions(lint=False), fail_on=None))
    assert [item for item in found.findings if item.id.startswith("BL")] == []
    known = {item.control.id: str(item.state.value) for item in found.evidence.assessments}
    assert tuple(known[name] for name in ("waf-rules", "waf-blocking", "waf-logging")) == states
