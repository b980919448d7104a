import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from baseline.evidence.resource_changes import ResourceChange, resource_changes
from baseline.evidence.retention_places import with_other_places
from baseline.plan.model import Deployment, Method, ParameterValue, Stack, Template
from baseline.report.resource_words import describe_properties

BUCKET, ROLE, TRAIL, TOPIC = "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::CloudTrail::Trail", "AWS::SNS::Topic"


def template(name: str = "nw-x", parameters: dict[str, str] | None = None, **resources: dict[str, Any]) -> Template:
    stack = Stack(
        name=name,
        capability="",
        template="",
        description="",
        context=None,
        parameters=tuple(ParameterValue(name=key, value=value) for key, value in (parameters or {}).items()),
        deployments=(),
        depends_on=(),
        prerequisites=(),
    )
    return Template(stack=stack, text=json.dumps({"Resources": resources}))


def resource(type_: str, *, retained: bool = False, **properties: Any) -> dict[str, Any]:
    policy = {"DeletionPolicy": "Retain"} if retained else {}
    return {"Type": type_, "Properties": properties, **policy}


def one(before: dict[str, Any] | None, after: dict[str, Any] | None) -> ResourceChange:
    old, new = (template(It=it) if it else template() for it in (before, after))
    (found,) = resource_changes([old], [new], date(2026, 1, 1))
    return found


def risks(change: ResourceChange) -> set[str]:
    return {risk.kind for risk in change.risks}


def test_each_property_is_named_with_its_old_and_its_new_value() -> None:
    before = resource(TRAIL, TrailName="t", IsLogging=True, EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    after = resource(TRAIL, TrailName="t", IsLogging=True, EventSelectors=[{"ReadWriteType": "All"}])
    found = one(before, after)
    assert found.change == "changed"
    assert [(item.path, item.before, item.after) for item in found.properties] == [
        ("EventSelectors[0].ReadWriteType", '"WriteOnly"', '"All"')
    ]
    assert risks(found) == {"cost"}


def test_items_of_lists_are_distinguished_by_their_names() -> None:
    before = resource("AWS::S3::BucketPolicy", PolicyDocument={"Statement": [{"Sid": "A", "x": 1}, {"Sid": "B"}]})
    after = resource("AWS::S3::BucketPolicy", PolicyDocument={"Statement": [{"Sid": "C"}, {"Sid": "A", "x": 2}]})
    paths = {item.path: (item.before, item.after) for item in one(before, after).properties}
    assert paths == {
        "PolicyDocument.Statement[A].x": ("1", "2"),
        "PolicyDocument.Statement[B]": ('{"Sid": "B"}', None),
        "PolicyDocument.Statement[C]": (None, '{"Sid": "C"}'),
    }


def test_entry_of_a_list_of_texts_is_one_change_wherever_it_stands() -> None:
    def deny(*roles: str) -> dict[str, Any]:
        arns = [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::*:role/{role}"} for role in roles]
        statements = [{"Sid": sid, "Condition": {"ArnNotLike": {"aws:PrincipalArn": arns}}} for sid in ("A", "B")]
        return resource("AWS::Organizations::Policy", Type="SERVICE_CONTROL_POLICY", Content={"Statement": statements})

    role, path = "arn:${AWS::Partition}:iam::*:role/b", "Condition.ArnNotLike.aws:PrincipalArn"
    assert describe_properties(one(deny("a", "c"), deny("a", "b", "c")).properties) == [
        f"Content.Statement[A and 1 more].{path}: + {role}"
    ]
    assert describe_properties(one(deny("a", "b", "c"), deny("a", "c")).properties) == [
        f"Content.Statement[A and 1 more].{path}: - {role}"
    ]


def test_replacement_names_the_property_that_forces_it() -> None:
    found = one(resource(ROLE, RoleName="a", Path="/"), resource(ROLE, RoleName="b", Path="/"))
    assert (found.change, found.certainty, found.forced_by) == ("replaced", "yes", ("RoleName",))
    assert risks(found) == {"lock-out", "outage"}


def test_parameters_count_by_their_values() -> None:
    role = resource(ROLE, RoleName={"Ref": "Name"})
    before, after = template(parameters={"Name": "a"}, It=role), template(parameters={"Name": "b"}, It=role)
    (found,) = resource_changes([before], [after])
    assert found.forced_by == ("RoleName",)
    assert resource_changes([before], [before]) == ()


def test_resource_that_refers_to_a_replaced_one_may_be_replaced_as_well() -> None:
    def both(name: str) -> Template:
        return template(Role=resource(ROLE, RoleName=name), Topic=resource(TOPIC, TopicName={"Ref": "Role"}))

    found = {item.logical_id: item for item in resource_changes([both("a")], [both("b")])}
    assert (found["Topic"].change, found["Topic"].certainty) == ("replaced", "maybe")
    assert found["Topic"].forced_by == ("a reference to a resource that is replaced",)


def test_immutable_property_is_reported_to_be_refused() -> None:
    before, after = resource("AWS::KMS::Key", KeySpec="RSA_2048"), resource("AWS::KMS::Key", KeySpec="RSA_4096")
    assert (one(before, after).certainty, one(before, after).forced_by) == ("blocked", ("KeySpec",))


@pytest.mark.parametrize("retained", [True, False])
def test_removed_data_is_kept_or_lost(retained: bool) -> None:
    found = one(resource(BUCKET, retained=retained), None)
    assert (found.change, found.kept, risks(found)) == ("removed", retained, {"data loss"})
    assert ("stays in the account" in found.risks[0].why) is retained


def test_resource_that_goes_to_another_stack_has_moved() -> None:
    topic = resource(TOPIC, TopicName="t")
    (found,) = resource_changes(
        [template("nw-a", It=topic), template("nw-b")], [template("nw-a"), template("nw-b", It=topic)]
    )
    assert (found.change, found.stack, found.was) == ("moved", "nw-b", "nw-a/It")
    assert "log gap" in risks(found)


def test_resource_with_another_logical_id_is_renamed() -> None:
    topic = resource(TOPIC, TopicName="t")
    (found,) = resource_changes([template(Old=topic)], [template(New=topic)])
    assert (found.change, found.logical_id, found.was) == ("renamed", "New", "nw-x/Old")


def test_two_new_resources_take_one_removed_resource_once() -> None:
    topic = resource(TOPIC, TopicName="t")
    found = resource_changes([template(Old=topic)], [template(One=topic, Two=topic)])
    assert sorted(item.change for item in found) == ["added", "renamed"]


def test_stack_that_goes_takes_its_resources_with_it() -> None:
    (found,) = resource_changes([template("nw-a", It=resource(TRAIL, IsLogging=True))], [])
    assert (found.change, found.stack, risks(found)) == ("removed", "nw-a", {"log gap"})


def lock(mode: str, days: int) -> dict[str, Any]:
    return resource(BUCKET, ObjectLockConfiguration={"Rule": {"DefaultRetention": {"Mode": mode, "Days": days}}})


@pytest.mark.parametrize(
    ("before", "after", "until"),
    [
        (lock("GOVERNANCE", 365), lock("COMPLIANCE", 365), "2027-01-01"),
        (lock("COMPLIANCE", 365), lock("COMPLIANCE", 730), "2028-01-01"),
        (None, lock("COMPLIANCE", 10), "2026-01-11"),
        (lock("COMPLIANCE", 730), lock("COMPLIANCE", 365), ""),
        (lock("GOVERNANCE", 1), lock("GOVERNANCE", 9), ""),
    ],
)
def test_object_lock_in_compliance_mode_is_irreversible_until_a_day(
    before: dict[str, Any] | None, after: dict[str, Any], until: str
) -> None:
    found = [risk.why for risk in one(before, after).risks if risk.kind == "irreversible"]
    assert len(found) == bool(until)
    assert all(until in why for why in found)


def test_trail_that_stops_logging_leaves_a_gap() -> None:
    assert "log gap" in risks(one(resource(TRAIL, IsLogging=True), resource(TRAIL, IsLogging=False)))


def policy(type_: str, *actions: str) -> dict[str, Any]:
    content = {"Statement": [{"Sid": "A", "Effect": "Deny", "Action": list(actions)}]}
    return resource("AWS::Organizations::Policy", Type=type_, Content=content)


@pytest.mark.parametrize(
    ("type_", "before", "after", "locks"),
    [
        ("SERVICE_CONTROL_POLICY", ("a:x",), ("a:x", "a:y"), True),
        ("SERVICE_CONTROL_POLICY", ("a:x", "a:y"), ("a:x",), False),
        ("BACKUP_POLICY", ("a:x",), ("a:x", "a:y"), False),
    ],
)
def test_policy_that_can_deny_more_can_lock_out(
    type_: str, before: tuple[str, ...], after: tuple[str, ...], locks: bool
) -> None:
    assert ("lock-out" in risks(one(policy(type_, *before), policy(type_, *after)))) is locks


def test_template_in_a_text_is_compared_by_its_values() -> None:
    def pack(days: int) -> dict[str, Any]:
        body = f"Resources:\n  Rule:\n    Properties:\n      Days: {days}\n"
        return resource("AWS::Config::ConformancePack", TemplateBody={"Fn::Sub": body})

    (found,) = one(pack(1), pack(2)).properties
    assert (found.path, found.before, found.after) == ("TemplateBody.Resources.Rule.Properties.Days", "1", "2")


def test_change_of_metadata_alone_is_none() -> None:
    before = {**resource(BUCKET), "Metadata": {"Purpose": "a"}}
    assert resource_changes([template(It=before)], [template(It=resource(BUCKET))]) == ()


def test_filter_that_goes_no_longer_reports() -> None:
    (why,) = (risk.why for risk in one(resource("AWS::Logs::MetricFilter", FilterName="f"), None).risks)
    assert why == "it no longer reports"


def retention(
    days: int | str, mode: str = "NEW_ONLY", *prefixes: str, name: str = "a", regions: tuple[str, ...] = ("eu-west-1",)
) -> dict[str, Any]:
    arguments = {
        "PolicyName": name,
        "RetentionInDays": days,
        "EnforcementMode": mode,
        "Prefixes": list(prefixes) or ["/app/"],
    }
    return resource("Custom::Setting", Setting="log-retention", Arguments=arguments, Regions=list(regions))


MORE = ("eu-west-1", "us-east-1")


@pytest.mark.parametrize(
    ("before", "after", "loses"),
    [
        (None, retention(90), False),
        (None, retention(90, "RETROACTIVE"), True),
        (None, retention("NEVER_EXPIRE", "RETROACTIVE"), False),
        (retention(90), retention(90, "RETROACTIVE"), True),
        (retention(90, "RETROACTIVE"), retention(90), True),
        (retention(90, "RETROACTIVE"), retention(90, "RETROACTIVE", regions=MORE), True),
        (retention(90), retention(90, regions=MORE), False),
        (retention(90, "RETROACTIVE", regions=MORE), retention(90, "RETROACTIVE"), False),
        (retention(90), retention(90, name="b"), True),
        (retention(90), retention(30), True),
        (retention("NEVER_EXPIRE"), retention(3653), True),
        (retention(90), retention(365), False),
        (retention(90, "RETROACTIVE"), retention(365, "RETROACTIVE"), False),
        (retention(90, "RETROACTIVE"), retention(90, "RETROACTIVE", "/app/", "/team/"), True),
        (retention(90), retention(90, "NEW_ONLY", "/app/", "/team/"), False),
        (retention(90, "NEW_ONLY", "/app/", "/team/"), retention(90), True),
        (retention(90), None, True),
    ],
)
def test_retention_that_deletes_events_is_a_data_loss(
    before: dict[str, Any] | None, after: dict[str, Any] | None, *, loses: bool
) -> None:
    assert ("data loss" in risks(one(before, after))) == loses


@pytest.mark.parametrize(
    ("before", "after", "policy", "why"),
    [
        ("Sandbox", "Sandbox Workloads", retention(90, "RETROACTIVE"), "Workloads: events older than 90 days"),
        ("Sandbox", "Sandbox Workloads", retention(90), ""),
        ("Sandbox", "Sandbox Workloads", retention("NEVER_EXPIRE", "RETROACTIVE"), ""),
        ("Sandbox Workloads", "Sandbox", retention(90), "Workloads, with --prune: log groups have the retention of"),
        ("Workloads", "Workloads/Prod", retention(90, "RETROACTIVE"), "Workloads, with --prune: log groups"),
        ("/", "Workloads", retention(90), "/, with --prune"),
        ("Workloads", "Workloads", retention(90, "RETROACTIVE"), ""),
        ("Sandbox", "Workloads", resource(TOPIC), ""),
    ],
)
def test_other_places_of_a_retention_policy_can_lose_data(
    before: str, after: str, policy: dict[str, Any], why: str
) -> None:
    def in_units(units: str) -> Template:
        made = template(It=policy)
        deployment = Deployment(method=Method.STACK_SET, ous=tuple(units.split()), regions=("eu-west-1",))
        return replace(made, stack=replace(made.stack, deployments=(deployment,)))

    found = with_other_places((), [in_units(before)], [in_units(after)])
    assert [risk.why.startswith(why) for item in found for risk in item.risks] == ([True] if why else [])
    change = ResourceChange(stack="nw-x", logical_id="It", type="Custom::Setting", change="changed")
    assert len(with_other_places([change], [in_units(before)], [in_units(after)])) == 1


def test_renamed_entry_loses_data_and_breaks_no_reference() -> None:
    before, after = template("nw-p-a", It=retention(90)), template("nw-p-b", It=retention(90, name="b"))
    (found,) = resource_changes([before], [after])
    assert (found.change, risks(found)) == ("moved", {"data loss"})
    assert "takes effect after 24 hours" in found.risks[0].why
