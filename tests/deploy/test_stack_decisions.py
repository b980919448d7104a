"""Decisions about a stack, case by case: values in, a decision out, without AWS."""

from dataclasses import replace

import pytest

from baseline.cloud.stacks import DeployedStack
from baseline.deploy.change_sets import ChangeSet, ResourceChange
from baseline.deploy.changes import Change
from baseline.deploy.protection import ProtectionGap
from baseline.deploy.stacks.decide import (
    FIXED,
    IMPORT,
    LOSSY,
    START_AGAIN,
    Comparison,
    Found,
    Wanted,
    begins,
    blocked_by,
    changes_of,
    compared,
    failure_of,
    forecast_unchanged,
    forecast_unknown,
    forecast_update,
    needs_made,
    refusal_of,
    unmade,
)
from baseline.deploy.task import Action

TOPIC = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties: {TopicName: one}\n"
OTHER = TOPIC.replace("one", "two")
BUCKET = "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n"
ACCOUNT = "Resources:\n  New:\n    Type: AWS::Organizations::Account\n    Properties: {Email: a@b.example}\n"
STACK = DeployedStack(name="nw-x", status="CREATE_COMPLETE", parameters={"Id": "1"}, tags={"Owner": "platform"})
WANTED = Wanted(text=TOPIC, parameters={"Id": "1"}, tags={"Owner": "platform"})
GAP = ProtectionGap(subject="termination protection", expected="on", actual="off")


def both(stack: DeployedStack = STACK, text: str = TOPIC, wanted: Wanted = WANTED) -> Comparison:
    return Comparison(found=Found(stack=stack, text=text), wanted=wanted)


@pytest.mark.parametrize(
    ("status", "text", "action"),
    [
        (None, TOPIC, Action.CREATE),
        ("REVIEW_IN_PROGRESS", TOPIC, Action.CREATE),
        *((status, TOPIC, Action.RECREATE) for status in sorted(START_AGAIN)),
        ("CREATE_FAILED", ACCOUNT, None),  # an account cannot be created a second time: an update resumes
        ("ROLLBACK_COMPLETE", ACCOUNT, Action.RECREATE),
        ("CREATE_COMPLETE", TOPIC, None),
        ("UPDATE_IN_PROGRESS", TOPIC, None),
        ("UPDATE_FAILED", TOPIC, None),
    ],
)
def test_stack_is_made_made_again_or_compared(status: str | None, text: str, action: Action | None) -> None:
    assert begins(replace(STACK, status=status) if status else None, text) is action


def test_leftover_of_a_failed_first_import_is_made_again() -> None:
    leftover = replace(STACK, status="IMPORT_ROLLBACK_COMPLETE")
    assert begins(leftover, TOPIC, is_empty=True) is Action.RECREATE
    assert begins(leftover, TOPIC) is None


@pytest.mark.parametrize(
    ("case", "action"),
    [
        (both(), Action.NONE),
        (both(text=f"# a comment\n{TOPIC}"), Action.NONE),
        (both(text=OTHER), Action.UPDATE),
        (both(stack=replace(STACK, status="UPDATE_ROLLBACK_COMPLETE")), Action.NONE),
        (both(stack=replace(STACK, status="UPDATE_FAILED")), Action.UPDATE),
        (both(stack=replace(STACK, status="UPDATE_IN_PROGRESS")), Action.UPDATE),
        (both(stack=replace(STACK, parameters={"Id": "2"})), Action.UPDATE),
        (both(stack=replace(STACK, tags={})), Action.UPDATE),
        (both(stack=replace(STACK, tags={}), wanted=replace(WANTED, tags=None)), Action.NONE),
        (both(wanted=replace(WANTED, parameters=None)), Action.UPDATE),
    ],
)
def test_stack_is_updated_where_anything_differs(case: Comparison, action: Action) -> None:
    assert compared(case, reverts=False) is action
    assert compared(case, reverts=True) is Action.UPDATE


def test_change_of_what_aws_never_changes_is_blocked() -> None:
    moved = replace(WANTED, text=ACCOUNT.replace("a@b", "c@d"))
    case = both(text=ACCOUNT, wanted=moved)
    assert blocked_by(case) == {"New"}
    assert not needs_made(case, blocked_by(case))
    assert needs_made(replace(case, found=Found(stack=replace(STACK, status="CREATE_FAILED"))), frozenset({"New"}))
    assert blocked_by(None) == frozenset()


def test_change_of_a_parameter_is_blocked_where_it_reaches_such_a_property() -> None:
    named = ACCOUNT.replace("a@b.example", "!Ref Id")
    assert blocked_by(both(text=named, wanted=replace(WANTED, text=named))) == frozenset()
    assert blocked_by(both(text=named, wanted=replace(WANTED, text=named, parameters={"Id": "2"}))) == {"New"}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (ResourceChange(logical_id="Logs", type="T", action="Add"), ("add", "no", True)),
        (ResourceChange(logical_id="X", type="T", action="Modify", replacement="True"), ("modify", "yes", False)),
        (
            ResourceChange(logical_id="X", type="T", action="Modify", replacement="Conditional"),
            ("modify", "maybe", False),
        ),
        (ResourceChange(logical_id="B", type="T", action="Modify", replacement="True"), ("modify", "blocked", False)),
        (ResourceChange(logical_id="X", type="T", action="Remove", policy_action="Retain"), ("remove", "no", True)),
    ],
)
def test_changes_say_what_is_replaced_and_what_stays(item: ResourceChange, expected: tuple[str, str, bool]) -> None:
    (change,) = changes_of([item], BUCKET, frozenset({"B"}))
    assert (change.action, change.replaced, change.kept) == expected


_LOST = Change(logical_id="Logs", type="AWS::S3::Bucket", action="modify", replaced="yes")
_BLOCKED = Change(logical_id="New", type="AWS::Organizations::Account", action="modify", replaced="blocked")


@pytest.mark.parametrize(
    ("changes", "allowed", "hint"),
    [
        ((), False, None),
        ((_LOST,), False, LOSSY),
        ((_LOST,), True, None),
        ((_BLOCKED,), True, FIXED),
        ((_LOST, _BLOCKED), False, FIXED),
    ],
)
def test_loss_needs_leave_and_what_aws_refuses_is_never_tried(
    changes: tuple[Change, ...], *, allowed: bool, hint: str | None
) -> None:
    failure = refusal_of(changes, allow_replacement=allowed)
    assert (failure.hint if failure else None) == hint


_EMPTY = ChangeSet(id="x", status="FAILED", reason="The submitted information didn't contain changes.")
_REFUSED = ChangeSet(id="x", status="FAILED", reason="Template error")


def test_change_set_without_changes_is_no_failure_unless_the_last_operation_failed() -> None:
    where = ("nw-x", "eu-west-1")
    assert unmade(_EMPTY, (), None, where) is None
    assert unmade(_EMPTY, (), both(), where) is None
    stuck = unmade(_EMPTY, (), both(stack=replace(STACK, status="UPDATE_FAILED")), where)
    assert stuck is not None
    assert "update-stack --stack-name nw-x --region eu-west-1" in stuck.hint
    refused = unmade(_REFUSED, ("Template error",), both(), where)
    assert refused is not None
    assert refused.reasons == ("Template error",)


@pytest.mark.parametrize("reason", ["[NAME_CONFLICT_VALIDATION]", "nw-trail already exists in stack x"])
def test_name_that_is_taken_leads_to_import(reason: str) -> None:
    assert failure_of((reason,)).hint == IMPORT
    assert failure_of(("Access denied",)).hint != IMPORT


def test_forecasts_say_what_would_happen() -> None:
    assert forecast_unchanged([]).action is Action.NONE
    assert forecast_unchanged([GAP]).notes == ("termination protection: off, not on: it is restored",)
    assert forecast_update(_EMPTY, (), (), []).action is Action.NONE
    assert forecast_update(_EMPTY, (), (), [GAP]).action is Action.UPDATE
    assert forecast_update(_REFUSED, (), ("why",), []).notes == ("CloudFormation refuses it: why",)
    (change,) = forecast_unknown(both(text=OTHER, wanted=replace(WANTED, parameters=None))).changes
    assert (change.logical_id, change.action) == ("Topic", "modify")
