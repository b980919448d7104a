"""Any valid profile renders, reads back as the same values, and passes every check."""

import re
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baseline.capabilities.respond.notifications.settings import SEVERITIES
from baseline.findings import Finding, Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Template
from baseline.policy.document import text_of
from baseline.profile.load import load_profile_text
from baseline.render.render import render_plan
from baseline.validate.checks.run import check_subjects
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject, read_template
from baseline.validate.validate import ValidateOptions, linted

AWKWARD = [
    '"',
    "'",
    "#",
    ":",
    "${AWS::Region}",
    "!Ref",
    "on",
    "007",
    "🔐",
    "%",
    "{{",
    "}}",
    "{%",
    "\\",
    " ",
    "é",
]
TEXT = st.lists(st.sampled_from(AWKWARD) | st.text(alphabet="abcXYZ 019-_/.,&<>*", min_size=1), min_size=1, max_size=8)
DESCRIPTION = TEXT.map("".join).map(str.strip).filter(lambda text: 1 <= len(text) <= 64)
UNIT = DESCRIPTION.map(lambda text: str(text).replace("/", "-"))
PARTITIONS = [
    ["eu-west-1", "us-east-1", "ap-southeast-1"],
    ["us-gov-west-1", "us-gov-east-1"],
    ["cn-north-1", "cn-northwest-1"],
]
REGION = re.compile("|".join(name for names in PARTITIONS for name in names))
NAME = st.from_regex(r"[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,8})?", fullmatch=True)
ALARM = st.fixed_dictionaries(
    {
        "name": NAME,
        "description": DESCRIPTION,
        "pattern": st.sampled_from(
            ['{ $.eventName = "A*" }', "[ip, user, status=4*]", "?ERROR ?WARN", "{ $.x NOT EXISTS }"]
        ),
        "severity": st.sampled_from(SEVERITIES),
        "threshold": st.integers(1, 1_000_000),
    }
)
DEPLOYMENT = st.fixed_dictionaries(
    {
        "name": NAME,
        "provider": st.just("github"),
        "repository": st.sampled_from(["o/r", "Acme-1/.github", "a@1/b_c.d@22"]),
        "environment": st.sampled_from(["on", "007", "a # b", "null", "prod-eu/1 @2", "e+1"]),
        "accounts": st.just(["management"]),
        "account_policies": st.sampled_from([["007"], ["teams/on", "a+b=c@d"]]),
    }
) | st.fixed_dictionaries(
    {
        "name": NAME,
        "provider": st.just("gitlab"),
        "url": st.sampled_from(["https://gitlab.com", "https://git.x.example/a/_b"]),
        "repository": st.sampled_from(["g/s/p", "007/on"]),
        "branch": st.sampled_from(["main", "on", "007", "release/1.x#2", "null"]),
        "accounts": st.just(["management"]),
        "managed_policies": st.just(["job-function/ViewOnlyAccess"]),
    }
)
SUBSCRIPTION = st.fixed_dictionaries(
    {
        "protocol": st.just("https"),
        "endpoint": st.sampled_from(
            ["https://a.example/x?y=1&z=%20#f", "https://b.example/${x}", "https://c.example/'\""]
        ),
        "severities": st.lists(st.sampled_from(SEVERITIES), min_size=1, unique=True),
    }
)


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    governed = draw(
        st.sampled_from(PARTITIONS).flatmap(lambda names: st.lists(st.sampled_from(names), min_size=1, unique=True))
    )
    standalone = draw(st.booleans())
    keys = ["management"] if standalone else ["management", "log_archive", "security"]
    alarms = draw(st.lists(ALARM, max_size=3, unique_by=lambda alarm: str(alarm["name"]).replace("-", "")))
    units = draw(st.lists(UNIT, max_size=3, unique_by=lambda unit: unit.casefold()))
    profile: dict[str, Any] = {
        "version": 1,
        "organization": {
            "name": draw(DESCRIPTION),
            "prefix": draw(st.sampled_from(["nw", "a1", "fourteen-chars", "x-y"])),
            "standalone": standalone,
            "home_region": governed[0],
            "regions": governed,
            "alerts": draw(st.sampled_from([[], ["a+b@x.example"], ["o'neil@x.example", "two@x.example"]])),
            "tags": draw(
                st.dictionaries(st.sampled_from(["Owner", "cost-center"]), st.sampled_from(["a b", "x=y", "007"]))
            ),
        },
        "accounts": {
            key: {"email": f"{key}@x.example", "id": f"00000000000{n}"} for n, key in enumerate(keys, start=1)
        },
        "tier": draw(st.sampled_from(["starter", "standard", "regulated"])),
        "capabilities": {
            "alarms": {"custom": alarms},
            "notifications": {"subscriptions": draw(st.lists(SUBSCRIPTION, max_size=2))},
            "iam_roles": {
                "deployment_roles": draw(st.lists(DEPLOYMENT, max_size=3, unique_by=lambda role: role["name"]))
            },
        },
    }
    if not standalone:
        profile["organizational_units"] = ["Security", *(unit for unit in units if unit.casefold() != "security")]
    return profile


def subjects(templates: tuple[Template, ...]) -> list[Subject]:
    found = [read_template(template) for template in templates]
    assert all(subject is not None for subject in found)
    return [subject for subject in found if subject is not None]


def properties(read: list[Subject], kind: str) -> list[Any]:
    return [resource.properties for subject in read for resource in subject.of_type(kind)]


def assert_same_values(profile: dict[str, Any], read: list[Subject]) -> None:
    alarms = {item["AlarmName"]: item for item in properties(read, "AWS::CloudWatch::Alarm")}
    filters = {item["FilterName"]: item for item in properties(read, "AWS::Logs::MetricFilter")}
    for alarm in profile["capabilities"]["alarms"]["custom"]:
        name = f"{profile['organization']['prefix']}-custom-{alarm['name']}"
        assert text_of(alarms[name]["AlarmDescription"]) == alarm["description"]
        assert alarms[name]["Threshold"] == alarm["threshold"]
        assert text_of(filters[name]["FilterPattern"]) == alarm["pattern"]
    pinned = {
        role["RoleName"].rpartition("-deployment-")[2]: str(role["AssumeRolePolicyDocument"])
        for role in properties(read, "AWS::IAM::Role")
        if "-deployment-" in role["RoleName"]
    }
    roles = profile["capabilities"]["iam_roles"]["deployment_roles"]
    assert len(pinned) == len(roles)
    for role in roles:
        where = f":environment:{role['environment']}'" if "environment" in role else f":ref:{role['branch']}'"
        assert f":{role['repository']}:" in pinned[role["name"]]
        assert where in pinned[role["name"]]
    wanted = {item["endpoint"] for item in profile["capabilities"]["notifications"]["subscriptions"]}
    found = {text_of(item["Endpoint"]) for item in properties(read, "AWS::SNS::Subscription")}
    assert found == wanted | set(profile["organization"]["alerts"])


def of_concern(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity > Severity.INFO]


def test_any_valid_profile_renders_to_its_own_values_and_lints_clean() -> None:
    seen: dict[str, dict[str, list[Template]]] = {}

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(profiles())
    def check(profile: dict[str, Any]) -> None:
        landscape = load_profile_text(yaml.safe_dump(profile, allow_unicode=True)).landscape
        plan = build_plan(landscape)
        templates = render_plan(plan)
        read = subjects(templates)
        planned = Planned(landscape=landscape, plan=plan)
        assert of_concern(tuple(check_subjects(tuple(read), planned=planned))) == []
        assert_same_values(profile, read)
        for template in templates:
            plain = REGION.sub("<region>", template.text.replace(landscape.prefix, "<prefix>"))
            seen.setdefault(landscape.partition, {}).setdefault(plain, []).append(template)

    check()
    assert set(seen) == {"aws", "aws-us-gov", "aws-cn"}
    for partition, alike in seen.items():
        # Of templates that differ in their prefix and Regions only, the longest: names have limits.
        longest = tuple(max(templates, key=lambda item: len(item.text)) for templates in alike.values())
        with linted(longest, partition=partition, options=ValidateOptions()) as said:
            assert of_concern(tuple(said)) == []
