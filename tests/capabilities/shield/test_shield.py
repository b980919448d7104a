"""AWS Shield Advanced: where protections are, what needs the profile's statement, and what a profile may not say."""

from typing import Any

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.protect.shield.settings import Protection
from baseline.capabilities.protect.shield.shield import CAPABILITY
from baseline.capabilities.settings import Tier
from baseline.findings import Severity
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered

SITE = {"account": "security", "resource": "arn:aws:cloudfront::333333333333:distribution/E1EXAMPLE"}
BALANCER = {
    "account": "security",
    "resource": "arn:aws:elasticloadbalancing:eu-west-1:333333333333:loadbalancer/app/shop/50dc6c495c0c9188",
}
ZONE = {"account": "security", "resource": "arn:aws:route53:::hostedzone/Z0123456789"}
CHECK = "1234abcd-12ab-34cd-56ef-1234567890ab"


def landscape(tier: Tier = "standard", *, subscribed: bool = True, **settings: Any) -> Landscape:
    changes = settings.pop("changes", {})
    return make_landscape(tier, {"shield": {"subscribed": subscribed, **settings}}, **changes)


def problems(here: Landscape) -> list[tuple[str, str]]:
    found = CAPABILITY.problems(here)
    return [(".".join(map(str, item.path)), item.message) for item in found if item.severity != Severity.INFO]


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
def test_no_tier_protects_anything_that_needs_a_subscription(tier: Tier) -> None:
    here = make_landscape(tier)
    assert CAPABILITY.stacks(here) == ()
    assert CAPABILITY.problems(here) == ()


def test_nothing_is_deployed_and_the_commitment_is_named_without_the_statement() -> None:
    here = landscape(subscribed=False, protections={"site": SITE})
    assert CAPABILITY.stacks(here) == ()
    ((path, message),) = problems(here)
    assert path == "subscribed"
    assert "lasts a year, renews itself" in message
    assert "$3,000" in message
    (found,) = CAPABILITY.problems(landscape(protections={"site": SITE}))
    assert (found.path, found.severity) == (("subscribed",), Severity.INFO)


def test_protections_are_where_their_resources_are_and_groups_come_after_them() -> None:
    here = landscape(
        protections={"site": SITE, "balancer": BALANCER, "zone": {**ZONE, "account": "management"}},
        groups={"shop": {"account": "security", "members": ["site", "balancer"]}},
    )
    stacks = {stack.name: stack for stack in build_plan(here).stacks if stack.capability == "shield"}
    assert {name: stack.regions for name, stack in stacks.items()} == {
        "nw-shield-security-global": ("us-east-1",),
        "nw-shield-security-eu-west-1": ("eu-west-1",),
        "nw-shield-management-global": ("us-east-1",),
        "nw-shield-groups-security": ("us-east-1",),
    }
    assert set(stacks["nw-shield-groups-security"].depends_on) >= {
        "nw-shield-security-global",
        "nw-shield-security-eu-west-1",
    }
    (group,) = properties(rendered("shield", here)["shield-groups-security"], "AWS::Shield::ProtectionGroup").values()
    assert (group["Pattern"], len(group["Members"])) == ("ARBITRARY", 2)


def test_groups_wait_for_the_protections_of_their_own_account_alone() -> None:
    here = landscape(
        protections={"site": SITE, "zone": {**ZONE, "account": "security-lab"}},
        groups={"shop": {"account": "security", "members": ["site"]}},
    )
    (groups,) = (spec for spec in CAPABILITY.stacks(here) if spec.name == "shield-groups-security")
    assert groups.depends_on == ("shield-security-global",)


@pytest.mark.parametrize(
    ("group", "pattern"),
    [({}, "ALL"), ({"resource_type": "elastic_ip_allocation"}, "BY_RESOURCE_TYPE")],
    ids=["every protection", "one type"],
)
def test_group_without_members_has_a_pattern(group: dict[str, Any], pattern: str) -> None:
    here = landscape(groups={"all": {"account": "security", **group}})
    (found,) = properties(rendered("shield", here)["shield-groups-security"], "AWS::Shield::ProtectionGroup").values()
    assert found["Pattern"] == pattern
    assert ("ResourceType" in found) == (pattern == "BY_RESOURCE_TYPE")


@pytest.mark.parametrize(
    ("settings", "path", "words"),
    [
        ({"protections": {"a": {**SITE, "account": "nobody"}}}, "protections.a.account", "there is no account"),
        ({"protections": {"a": {**SITE, "account": "management"}}}, "protections.a.resource", "333333333333"),
        (
            {"protections": {"a": {**BALANCER, "resource": BALANCER["resource"].replace("eu-west-1", "us-west-2")}}},
            "protections.a.resource",
            "us-west-2 is not a governed Region",
        ),
        ({"protections": {"a": {**ZONE, "application_layer": "count"}}}, "protections.a.application_layer", "web ACL"),
        ({"protections": {"a": {**ZONE, "health_check": CHECK}}}, "protections.a.health_check", "hosted zone"),
        ({"groups": {"a": {"account": "security", "members": ["b"]}}}, "groups.a.members.0", "no protection"),
        ({"response_team": {"to": ["root"], "access": False}}, "response_team", "grants nothing"),
        (
            {
                "protections": {"a": {**SITE, "health_check": CHECK}},
                "response_team": {"to": ["root"], "contacts": [{"email": "a@northwind.example"}]},
            },
            "response_team.contacts",
            "phone",
        ),
        (
            {"response_team": {"to": ["root"], "contacts": [{"email": "a@northwind.example", "phone": "+12"}]}},
            "response_team.contacts",
            "no protection has one",
        ),
    ],
)
def test_what_aws_would_refuse_is_reported_at_its_key(settings: dict[str, Any], path: str, words: str) -> None:
    ((where, message),) = problems(landscape(**settings))
    assert where == path
    assert words in message


def test_resource_type_follows_from_the_arn() -> None:
    def kind(resource: str) -> str:
        return Protection.model_validate({"account": "web", "resource": resource}).resource_type

    start = "arn:aws:elasticloadbalancing:eu-west-1:333333333333:loadbalancer"
    assert kind(BALANCER["resource"]) == "application_load_balancer"
    assert kind(f"{start}/shop") == "classic_load_balancer"
    with pytest.raises(ValueError, match="resource"):
        kind(f"{start}/net/shop/50dc6c495c0c9188")


def test_partitions_without_shield_advanced_leave_it_out_and_say_so() -> None:
    changes = {"partition": "aws-us-gov", "home_region": "us-gov-west-1", "regions": ("us-gov-west-1",)}
    here = landscape(protections={"zone": ZONE}, changes=changes)
    assert CAPABILITY.stacks(here) == ()
    assert [item.path for item in CAPABILITY.unsupported(here)] == [("subscribed",)]


def test_what_has_to_be_there_before_and_what_must_not_is_named() -> None:
    team = {"to": ["security"], "contacts": [{"email": "a@northwind.example", "phone": "+442079460000"}]}
    here = landscape(
        protections={"balancer": {**BALANCER, "application_layer": "count"}, "site": SITE}, response_team=team
    )
    needed = {stack.name: " ".join(stack.prerequisites) for stack in build_plan(here).stacks}
    assert f"{BALANCER['resource']} has a web ACL" in needed["nw-shield-security-eu-west-1"]
    assert "web ACL" not in needed["nw-shield-security-global"]
    assert "describe-drt-access" in needed["nw-shield-response"]
    assert "describe-emergency-contact-settings" in needed["nw-shield-response"]
