"""How a template names what exists, and which of it a place takes over."""

import json
from dataclasses import replace
from typing import Any

import pytest

from baseline.capabilities.landscape import Adoption
from baseline.deploy.adoption.decide import Import, changed_properties, import_template, obstacles, replaced_adoptions
from baseline.deploy.changes import Change
from baseline.findings import Location
from baseline.plan.adoption import KINDS, PlannedAdoption, adopted_in, identifier_in
from baseline.plan.build import build_plan
from baseline.render.render import render_plan
from baseline.validate.adopted import idle_adoptions
from baseline.validate.subject import read_template
from tests.emulator.cloudformation.resolve import schema
from tests.landscapes import make_landscape

LOGS, HOME = "222222222222", "eu-west-1"
RESOURCES: dict[str, Any] = {
    "Key": {"Type": "AWS::KMS::Key"},
    "Other": {"Type": "AWS::KMS::Key"},
    "Alias": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/nw", "TargetKeyId": {"Ref": "Key"}}},
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "nw-${AWS::AccountId}-x"}}},
    "Policy": {"Type": "AWS::Organizations::Policy", "Properties": {"Name": "nw-policy"}},
    "Unit": {"Type": "AWS::Organizations::OrganizationalUnit", "Properties": {"Name": "Unit"}},
    "Hub": {"Type": "AWS::SecurityHub::Hub"},
}
KEY = f"arn:aws:kms:{HOME}:{LOGS}:key/1"


def adoption(kind: str, name: str, id_: str) -> PlannedAdoption:
    return PlannedAdoption(kind=kind, name=name, id=id_, label=name)


@pytest.mark.parametrize(
    ("kind", "name", "id_", "place", "found"),
    [
        ("keys", "alias/nw", KEY, (LOGS, HOME), ["Key"]),
        ("keys", "alias/nw", KEY, ("333333333333", HOME), []),
        ("keys", "alias/nw", KEY, (LOGS, "us-east-1"), []),
        ("buckets", f"nw-{LOGS}-x", "b", (LOGS, HOME), ["Bucket"]),
        ("buckets", f"nw-{LOGS}-x", "b", ("333333333333", HOME), []),
        ("buckets", f"nw-{LOGS}-x", "b", ("", HOME), ["Bucket"]),
        ("policies", "nw-policy", "p-1", (LOGS, HOME), ["Policy"]),
        ("policies", "nw-polic", "p-1", (LOGS, HOME), []),
        ("organizational_units", "Unit", "ou-1", (LOGS, HOME), ["Unit"]),
        ("hubs", HOME, f"arn:aws:securityhub:{HOME}:{LOGS}:hub/default", (LOGS, HOME), ["Hub"]),
        ("hubs", HOME, f"arn:aws:securityhub:{HOME}:{LOGS}:hub/default", (LOGS, "us-east-1"), []),
    ],
)
def test_adoption_belongs_to_one_resource_in_one_place(
    kind: str, name: str, id_: str, place: tuple[str, str], found: list[str]
) -> None:
    assert list(adopted_in(RESOURCES, (adoption(kind, name, id_),), *place)) == found


@pytest.mark.parametrize("kind", KINDS)
def test_required_properties_are_those_of_the_schema(kind: str) -> None:
    assert KINDS[kind].required == frozenset(schema("us-east-1", KINDS[kind].type).get("required", ()))


def test_identifiers_have_every_part() -> None:
    arn = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"
    instance = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
    assert identifier_in(adoption("permission_sets", "A", arn), {}) == {
        "InstanceArn": instance,
        "PermissionSetArn": arn,
    }
    assert identifier_in(adoption("groups", "A", "g"), {"IdentityStoreId": "d-1"}) == {
        "GroupId": "g",
        "IdentityStoreId": "d-1",
    }
    trail = f"arn:aws:cloudtrail:{HOME}:{LOGS}:trail/nw"
    assert identifier_in(adoption("trails", "nw", trail), {}) == {"TrailName": "nw"}


def an_import(kind: str, wanted: dict[str, Any], live: dict[str, Any] | None) -> Import:
    return Import(
        logical_id="It", adoption=adoption(kind, "name", "id"), identifier={"Id": "id"}, wanted=wanted, live=live
    )


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (an_import("policies", {"Name": "nw"}, None), "does not exist"),
        (an_import("permission_sets", {"Name": "A"}, {"Name": "B"}), "Name is 'B', not 'A'"),
        (an_import("permission_sets", {"Name": "A", "Description": "x"}, {"Name": "A"}), ""),
        (an_import("permission_sets", {"Name": "A", "InstanceArn": {"Ref": "Arn"}}, {"Name": "A"}), ""),
        (an_import("accounts", {"AccountName": "A", "Email": "a@x"}, {"AccountName": "A", "Email": "b@x"}), "Email"),
    ],
)
def test_obstacles_are_what_is_missing_or_would_be_replaced(item: Import, said: str) -> None:
    assert [said in reason for reason in obstacles((item,))] == ([True] if said else [])


def test_import_has_the_live_values_and_no_outputs() -> None:
    wanted = {"Name": "nw", "Content": {"b": 2}, "Type": "X", "Description": "ours"}
    item = an_import("policies", wanted, {"Name": "old", "Content": {"a": 1}})
    made = json.loads(import_template("Outputs: {A: {Value: 1}}\nResources: {}\n", "", (item,)))
    assert "Outputs" not in made
    assert made["Resources"]["It"] == {
        "Type": "AWS::Organizations::Policy",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"Name": "old", "Content": {"a": 1}, "Type": "X"},
    }
    assert changed_properties(item) == ("Name", "Content", "Description")
    again = json.loads(import_template("", "Outputs: {A: {Value: 1}}\nResources: {B: {Type: C}}\n", (item,)))
    assert (again["Outputs"], [*again["Resources"]]) == ({"A": {"Value": 1}}, ["B", "It"])


@pytest.mark.parametrize(("action", "replaced"), [("modify", "yes"), ("modify", "maybe"), ("remove", "no")])
def test_adopted_resource_is_never_replaced_or_removed(action: str, replaced: str) -> None:
    change = Change(logical_id="It", type="AWS::Organizations::Policy", action=action, replaced=replaced)
    assert replaced_adoptions((change,), frozenset({"It"}))
    assert not replaced_adoptions((change,), frozenset({"Other"}))
    kept = Change(logical_id="It", type="AWS::Organizations::Policy", action="modify")
    assert not replaced_adoptions((kept,), frozenset({"It"}))


def test_adopted_policy_outlives_its_stack_and_misspelled_names_are_found() -> None:
    names = ("nw-s3-public-access", "nw-s3-public-acces")
    adoptions = tuple(Adoption(kind="policies", name=name, id="p-12345678") for name in names)
    landscape = make_landscape(adoptions=adoptions)
    plan = build_plan(landscape)
    stack = next(item for item in plan.stacks if item.name == "nw-account-settings-s3-policy")
    (template,) = render_plan(replace(plan, waves=((stack,),)))
    subject = read_template(template)
    (policy,) = subject.of_type("AWS::Organizations::Policy")
    assert (policy.body["DeletionPolicy"], policy.body["UpdateReplacePolicy"]) == ("Retain", "Retain")

    places = {("policies", name): Location(file="profile.yaml", line=line) for line, name in enumerate(names, start=1)}
    (found,) = idle_adoptions((subject,), plan, landscape, places)

    assert (found.id, found.location.line, found.path) == ("profile-adopt", 2, "adopt.policies.nw-s3-public-acces")
    assert 'did you mean "nw-s3-public-access"' in found.message
