"""Decisions about a StackSet, case by case: values in, a decision out, without AWS."""

from dataclasses import replace

import pytest

from baseline.cloud.stack_sets import DeployedStackSet, Operation, Result, StackInstance
from baseline.deploy.stack_sets.decide import (
    Automation,
    Misplacement,
    Request,
    Target,
    Wanted,
    automation_notes,
    changes_of,
    instance_notes,
    is_same,
    left_over,
    obstacle,
    operation_failure,
    requests,
    surplus,
)
from baseline.deploy.stack_sets.instances import lacking, unfinished

TOPIC = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties: {TopicName: !Ref Name}\n"
CURRENT = DeployedStackSet(text=TOPIC, parameters={"Name": "a"}, tags={"Owner": "x"}, automatic=True)
WANTED = Wanted(text=TOPIC, parameters={"Name": "a"}, tags={"Owner": "x"}, automation=Automation(enabled=True))
GOOD = StackInstance(status="CURRENT", detail="SUCCEEDED")
BROKEN = StackInstance(status="OUTDATED", detail="FAILED", reason="denied")
SUSPENDED = StackInstance(status="OUTDATED", detail="SKIPPED_SUSPENDED_ACCOUNT")
INOPERABLE = StackInstance(status="INOPERABLE")
LOST = Misplacement(message="account 2 is SUSPENDED", fix="reopen it")
A, B, C = ("1", "eu-west-1"), ("2", "eu-west-1"), ("2", "eu-central-1")


@pytest.mark.parametrize(
    ("current", "wanted", "same"),
    [
        (CURRENT, WANTED, True),
        (CURRENT, replace(WANTED, text=TOPIC.replace("Topic:", "Other:")), False),
        (CURRENT, replace(WANTED, parameters={"Name": "b"}), False),
        (CURRENT, replace(WANTED, tags={}), False),
        (CURRENT, replace(WANTED, tags=None), True),
        (CURRENT, replace(WANTED, automation=Automation(enabled=False)), False),
        (CURRENT, replace(WANTED, automation=Automation(enabled=True, after=frozenset({"arn"}))), False),
        (replace(CURRENT, after=frozenset({"arn"})), WANTED, False),
    ],
)
def test_stack_set_is_the_same_only_if_all_of_it_is(current: DeployedStackSet, wanted: Wanted, *, same: bool) -> None:
    assert is_same(current, wanted) is same


def test_what_new_accounts_get_is_distinguished() -> None:
    assert list(automation_notes(CURRENT, Automation(enabled=False))) == ["whether new accounts get it"]
    after = Automation(enabled=True, after=frozenset({"arn"}))
    assert list(automation_notes(CURRENT, after)) == ["what new accounts get before it"]


def test_value_that_aws_has_yet_to_assign_is_no_change() -> None:
    assert changes_of(CURRENT, TOPIC, None) == ()
    (change,) = changes_of(CURRENT, TOPIC, {"Name": "b"})
    assert (change.logical_id, change.replaced) == ("Topic", "yes")


@pytest.mark.parametrize(
    ("instance", "repaired", "said"),
    [
        (GOOD, False, None),
        (StackInstance(), False, None),
        (BROKEN, True, "OUTDATED (FAILED): denied"),
        (SUSPENDED, False, "OUTDATED (SKIPPED_SUSPENDED_ACCOUNT)"),
        (StackInstance(status="OUTDATED", detail="RUNNING"), False, "OUTDATED (RUNNING)"),
        (INOPERABLE, False, "INOPERABLE"),
    ],
)
def test_update_repairs_what_it_can_reach(instance: StackInstance, *, repaired: bool, said: str | None) -> None:
    assert lacking({A}, {A: instance}) == (set(), {A} if repaired else set())
    assert [text for _, text in unfinished({A}, {A: instance})] == ([said] if said else [])


def test_missing_and_broken_instances_are_counted() -> None:
    assert list(instance_notes({A, B, C}, {A: BROKEN})) == ["2 new stack instances", "1 stack instances to repair"]
    (stuck,) = instance_notes({A}, {A: INOPERABLE})
    assert stuck.startswith("1 stack instances are INOPERABLE")


def test_obstacles_are_named_with_their_remedy() -> None:
    assert obstacle([], {A: GOOD, B: BROKEN}) is None
    misplaced, stuck = obstacle([LOST], {B: INOPERABLE}), obstacle([], {B: INOPERABLE})
    assert misplaced is not None
    assert (misplaced.reasons, misplaced.hint) == ((LOST.message,), LOST.fix)
    assert stuck is not None
    assert stuck.reasons[0].startswith("2 in eu-west-1: the stack instance is INOPERABLE")


def test_no_instance_is_surplus_while_a_target_is_misplaced_or_its_account_is_suspended() -> None:
    assert surplus({A}, {A: GOOD, B: GOOD, C: SUSPENDED}, []) == {B}
    assert surplus({A}, {A: GOOD, B: GOOD}, [LOST]) == frozenset()


_UNITS = {"ou-1": frozenset({"1"}), "ou-2": frozenset({"2"})}
_ALL = Target(members=_UNITS, account="", regions=("eu-west-1", "eu-central-1"))
_ONE = replace(_ALL, account="2")


@pytest.mark.parametrize(
    ("target", "some", "expected"),
    [
        (_ALL, frozenset(), []),
        (_ALL, _ALL.places, [Request(units=("ou-1", "ou-2"), accounts=frozenset(), regions=_ALL.regions)]),
        (_ALL, frozenset({C}), [Request(units=("ou-1", "ou-2"), accounts=frozenset({"2"}), regions=("eu-central-1",))]),
        (_ONE, _ONE.places, [Request(units=("ou-1", "ou-2"), accounts=frozenset({"2"}), regions=_ALL.regions)]),
    ],
)
def test_requests_name_whole_units_only_where_nothing_is_there_yet(
    target: Target, some: frozenset[tuple[str, str]], expected: list[Request]
) -> None:
    assert list(requests(target, some)) == expected


def test_target_of_one_account_leaves_its_neighbors_alone() -> None:
    assert _ONE.places == {B, C}
    assert len(_ALL.places) == 4


def test_failed_operation_says_why_account_by_account() -> None:
    failed = Operation(status="FAILED", reason="too many failures")
    result = Result(account="2", region="eu-west-1", status="FAILED")
    done = Result(account="1", region="eu-west-1", status="SUCCEEDED")
    assert operation_failure(failed, [done, replace(result, reason="denied")]).reasons == ("2 in eu-west-1: denied",)
    assert operation_failure(failed, [result]).reasons == ("2 in eu-west-1: FAILED",)
    assert operation_failure(failed, [done]).reasons == ("too many failures",)
    assert operation_failure(Operation(status="STOPPED"), []).reasons == ("the operation was STOPPED",)


def test_stack_set_with_instances_left_is_not_deleted() -> None:
    assert left_over({}) is None
    failure = left_over({B: SUSPENDED})
    assert failure is not None
    assert failure.reasons == ("1 stack instances are still there: 2 in eu-west-1",)
