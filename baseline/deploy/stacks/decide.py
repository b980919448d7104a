"""Decisions about a stack from its current and wanted state, without calls to AWS."""

from collections.abc import Mapping, Sequence

from baseline.cloud.stacks import DeployedStack
from baseline.deploy.adoption.decide import Import, import_changes, import_notes, import_template, replaced_adoptions
from baseline.deploy.change_sets import ChangeSet, ResourceChange
from baseline.deploy.changes import Change, Version, differences, losses, refusals
from baseline.deploy.protection import ProtectionGap
from baseline.deploy.task import Action
from baseline.deploy.template import alike, resources_of, same
from baseline.frozen import frozen

_KEPT_ON_FAILURE = ("AWS::Organizations::Account", "AWS::Organizations::OrganizationalUnit")
"""Types whose stacks are not rolled back: an account cannot be deleted, and its name and email stay in use."""

START_AGAIN = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
"""Statuses of a stack whose creation failed: it is deleted first, unless an update resumes it."""

_UNFINISHED = ("CREATE_FAILED", "UPDATE_FAILED")
_CONFLICT = ("NAME_CONFLICT", "already exists")

LOSSY = "if this is intended, rerun with --allow-replacement"
FIXED = "restore the deployed value in the profile, and generate again"
ADOPTED = "set the resource's values in the profile, or remove it from `adopt` (`baseline docs existing-organizations`)"
NEVER_MADE = "never created: an unexecuted change set"
IMPORT = (
    "resources of these names exist already: import them into the stack with --import-existing, or delete or rename "
    "them;"
    " `baseline docs deploy`, section Deploy after destroy, lists what cannot be imported"
)
_UNRESUMED = "the last operation failed, and CloudFormation finds no change that would resume it"
_RETRY = (
    "retry it: aws cloudformation update-stack --stack-name {name} --region {region} --use-previous-template "
    "--disable-rollback --capabilities CAPABILITY_NAMED_IAM, with the same parameters; then run the same command again"
)
_HINT = "check the stack's events in the console, fix the cause, and run the same command again"


@frozen
class Wanted:
    """The wanted state of a stack.

    Attributes:
        text: Its template.
        parameters: Name → value; None if AWS has not assigned a value yet.
        tags: Key → value; None for a stack without tags.
    """

    text: str
    parameters: Mapping[str, str] | None
    tags: Mapping[str, str] | None


@frozen
class Found:
    """The current state of a stack.

    Attributes:
        stack: The stack.
        begin: `CREATE` or `RECREATE`; None if the stack is compared with the wanted state.
        text: Its template; "" if it is not compared.
    """

    stack: DeployedStack
    begin: Action | None = None
    text: str = ""


@frozen
class Comparison:
    """The current and the wanted state."""

    found: Found
    wanted: Wanted


@frozen
class Failure:
    """A failure, and its fix."""

    reasons: tuple[str, ...]
    hint: str


@frozen
class Forecast:
    """The content of a preview."""

    action: Action
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


def begins(stack: DeployedStack | None, text: str, *, is_empty: bool = False) -> Action | None:
    """`CREATE` or `RECREATE`; None if the current state must be compared with the wanted state.

    `is_empty` says whether the stack is the leftover of a failed first import, without resources.
    """
    if stack is None or stack.is_pending:
        return Action.CREATE
    starts_again = is_empty or (stack.status in START_AGAIN and not resumes(stack, text))
    return Action.RECREATE if starts_again else None


def compared(both: Comparison, *, reverts: bool) -> Action:
    """`UPDATE`, or `NONE` if the stack is up to date.

    `reverts` says whether manual changes are reverted; CloudFormation only compares settled stacks.
    """
    found, wanted = both.found, both.wanted
    is_same = (
        found.stack.is_settled
        and wanted.parameters is not None
        and alike(wanted.parameters, found.stack.parameters)
        and (wanted.tags is None or alike(wanted.tags, found.stack.tags))
        and same(found.text, wanted.text)
    )
    return Action.NONE if is_same and not reverts else Action.UPDATE


def rolls_back(text: str) -> bool:
    """Whether a failed operation is rolled back."""
    return not any(item.type in _KEPT_ON_FAILURE for item in resources_of(text))


def resumes(stack: DeployedStack, text: str) -> bool:
    """Whether an update resumes a failed creation that kept its resources.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
    """
    return stack.status == "CREATE_FAILED" and not rolls_back(text)


def needs_made(both: Comparison | None, blocked: frozenset[str]) -> bool:
    """Whether to query existing resources: the template of a failed creation has more than was created."""
    return bool(blocked) and _is_unfinished(both)


def blocked_by(both: Comparison | None) -> frozenset[str]:
    """Resources with changes that AWS rejects; change sets do not show this."""
    if both is None:
        return frozenset()
    before = Version(text=both.found.text, parameters=both.found.stack.parameters)
    after = Version(text=both.wanted.text, parameters=both.wanted.parameters or {})
    return frozenset(it.logical_id for it in differences(before, after) if it.replaced == "blocked")


def changes_of(changes: Sequence[ResourceChange], text: str, blocked: frozenset[str]) -> tuple[Change, ...]:
    """The changes of a change set, in our terms."""
    kept = {item.logical_id for item in resources_of(text) if item.retained}
    return tuple(
        Change(
            logical_id=it.logical_id,
            type=it.type,
            action=it.action.lower(),
            replaced="blocked"
            if it.logical_id in blocked
            else {"True": "yes", "Conditional": "maybe"}.get(it.replacement, "no"),
            kept=it.logical_id in kept or "Retain" in it.policy_action,
        )
        for it in changes
    )


def refusal_of(
    changes: tuple[Change, ...], *, allow_replacement: bool, adopted: frozenset[str] = frozenset()
) -> Failure | None:
    """The reason for not making changes: AWS rejects them, or they would lose data or an adopted resource."""
    refused, lost, replaced = refusals(changes), losses(changes), replaced_adoptions(changes, adopted)
    if refused:
        return Failure(reasons=refused, hint=FIXED)
    if replaced:
        return Failure(reasons=replaced, hint=ADOPTED)
    return Failure(reasons=lost, hint=LOSSY) if lost and not allow_replacement else None


def unmade(
    change_set: ChangeSet, reasons: tuple[str, ...], both: Comparison | None, where: tuple[str, str]
) -> Failure | None:
    """The failure for a failed change set; None if there was nothing to change.

    `where` is the stack's name and Region.
    """
    if not change_set.is_empty:
        return failure_of(reasons)
    if _is_unfinished(both):
        return Failure(reasons=(_UNRESUMED,), hint=_RETRY.format(name=where[0], region=where[1]))
    return None


def failure_of(reasons: tuple[str, ...]) -> Failure:
    """A failure for AWS's reasons."""
    is_conflict = any(word in reason for reason in reasons for word in _CONFLICT)
    return Failure(reasons=reasons, hint=IMPORT if is_conflict else _HINT)


def forecast_import(imports: Sequence[Import], deployed: str, wanted: Version) -> Forecast:
    """The forecast for a stack that imports resources first. `deployed` is its template, "" if there is no stack."""
    before = import_template(wanted.text, deployed, imports)
    return Forecast(
        action=Action.UPDATE if deployed else Action.CREATE,
        changes=import_changes(before, wanted, imports),
        notes=tuple(import_notes(imports)),
    )


def forecast_unknown(both: Comparison) -> Forecast:
    """The forecast from the templates alone, if AWS has not assigned a value yet."""
    before, after = (Version(text=it, parameters={}) for it in (both.found.text, both.wanted.text))
    return Forecast(action=Action.UPDATE, changes=differences(before, after))


def forecast_unchanged(gaps: Sequence[ProtectionGap]) -> Forecast:
    """The forecast without changes, except to the protection."""
    return Forecast(action=Action.UPDATE if gaps else Action.NONE, notes=_restored(gaps))


def forecast_update(
    change_set: ChangeSet, changes: tuple[Change, ...], reasons: tuple[str, ...], gaps: Sequence[ProtectionGap]
) -> Forecast:
    """The forecast from a change set: changes, CloudFormation's errors, and restored protection."""
    notes = (*(f"CloudFormation refuses it: {reason}" for reason in reasons), *_restored(gaps))
    action = Action.NONE if change_set.is_empty and not notes else Action.UPDATE
    return Forecast(action=action, changes=changes, notes=notes)


def _is_unfinished(both: Comparison | None) -> bool:
    """Whether the last operation failed and kept its resources."""
    return both is not None and both.found.stack.status in _UNFINISHED


def _restored(gaps: Sequence[ProtectionGap]) -> tuple[str, ...]:
    return tuple(f"{gap}: it is restored" for gap in gaps)
