"""The current and the wanted state of a stack."""

from baseline.cloud.stacks import DeployedStack
from baseline.deploy.adoption.decide import Import
from baseline.deploy.adoption.read import ImportPlace, adopted_ids, imports_at
from baseline.deploy.protection import ProtectionGap, gaps, holders
from baseline.deploy.stacks.decide import Found, Wanted, begins
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.template import is_ours


def found_of(target: StackTarget) -> Found | None:
    """The stack, and its template if it is to be compared; None if there is no stack."""
    stack = target.reader.describe()
    return None if stack is None else found_in(target, stack)


def found_in(target: StackTarget, stack: DeployedStack) -> Found:
    """The stack as it was described, and its template if it is to be compared."""
    begin = begins(stack, target.text, is_empty=_is_empty_import(target, stack))
    return Found(stack=stack, begin=begin, text="" if begin else target.reader.template())


def wanted_of(target: StackTarget) -> Wanted:
    """The wanted state of the stack; with parameters only if AWS has assigned all their values."""
    values = target.context.values
    return Wanted(
        text=target.text,
        parameters=values.parameters(target.stack) if values.known(target.stack) else None,
        tags=target.context.tags_of(target.stack),
    )


def deployed_text(target: StackTarget) -> str | None:
    """The deployed template, or None if there is no stack."""
    stack = target.reader.describe()
    return None if stack is None else text_of(target, stack)


def text_of(target: StackTarget, stack: DeployedStack) -> str:
    """The template of a stack; for a pending one that of its change sets, or "" if there is none.

    If there are several change sets, one of another tool takes precedence.
    """
    if not stack.is_pending:
        return target.reader.template()
    texts = target.reader.pending_templates()
    return next((text for text in texts if not is_ours(text)), texts[0] if texts else "")


def gaps_of(target: StackTarget, stack: DeployedStack | None) -> tuple[ProtectionGap, ...]:
    """Protections that the stack needs and lacks; a stack without data needs none."""
    if stack is None or not holders(target.text):
        return ()
    return tuple(gaps(stack.protected, target.reader.policy(), target.text))


def imports_of(target: StackTarget) -> tuple[Import, ...]:
    """The resources that the stack imports first."""
    if not adopted_of(target):
        return ()
    made = frozenset(item.logical_id for item in target.reader.resources() if item.is_made)
    place = ImportPlace(session=target.context.session, account=target.account, region=target.region)
    return imports_at(target.context, target.stack, place, made)


def adopted_of(target: StackTarget) -> frozenset[str]:
    """Logical ids of the resources that the profile adopts."""
    return adopted_ids(target.context, target.text, target.account, target.region)


def _is_empty_import(target: StackTarget, stack: DeployedStack) -> bool:
    """Whether the stack is the leftover of a failed first import: a name without resources."""
    if stack.status != "IMPORT_ROLLBACK_COMPLETE":
        return False
    return not any(item.is_made for item in target.reader.resources())
