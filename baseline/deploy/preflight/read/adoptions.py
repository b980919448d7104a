"""Facts about resources that the profile adopts."""

from collections.abc import Iterator

from baseline.deploy.preflight.decide.adoptions import Adopted, OutOfReach
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.stack_sets.read import pending_imports, places_to_import
from baseline.deploy.stacks.read import imports_of


def adoptions(survey: Survey) -> Iterator[Adopted | OutOfReach]:
    """The resources that stacks import, and the accounts in which no role can import them."""
    if not survey.context.plan.adoptions:
        return
    for task in survey.stack_targets():
        for item in imports_of(task):
            yield Adopted(stack=task.name, item=item)
    for target in survey.stack_set_targets():
        if not survey.context.options.member_role:
            accounts = tuple(dict.fromkeys(account for (account, _), _ in places_to_import(target)))
            if accounts:
                yield OutOfReach(stack=target.name, accounts=accounts)
        for item in pending_imports(target):
            yield Adopted(stack=target.name, item=item)
