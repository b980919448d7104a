"""Accounts that organization conformance packs exclude: a pack fails in an account without a recorder."""

from collections.abc import Collection, Iterator, Sequence

from baseline.capabilities.landscape import ACCOUNT_PARAMETERS, Landscape
from baseline.capabilities.parameters import PARAMETERS, ParameterDeclaration, account_parameters
from baseline.findings import Problem

MOST_EXCLUDED = 1000
"""Source: AWS Config API reference, PutOrganizationConformancePack, ExcludedAccounts."""

_PER_PARAMETER = 300
"""Account ids in one parameter, whose value has at most 4,096 bytes (CloudFormation user guide, quotas)."""


def excluded_accounts(
    landscape: Landscape, excluded: Sequence[str], unrecorded: Collection[str] = ()
) -> tuple[ParameterDeclaration, ...]:
    """Return the parameters for the excluded accounts, each an account id or a comma-separated list of ids.

    Args:
        landscape: The organization. Its management account has its own packs, and its suspended accounts have no
            recorder.
        excluded: Ids of further accounts without a recorder.
        unrecorded: Keys of accounts in which the recorder is off.
    """
    without = _without_recorder(landscape, unrecorded)
    known = tuple(dict.fromkeys((*(id_ for id_ in without.values() if id_), *excluded)))
    created = account_parameters(landscape, [key for key, id_ in without.items() if id_ is None])
    chunks = [known[start : start + _PER_PARAMETER] for start in range(0, len(known), _PER_PARAMETER)]
    return (
        PARAMETERS[ACCOUNT_PARAMETERS["management"]],
        *created.values(),
        *(_list(number, chunk) for number, chunk in enumerate(chunks, start=1)),
    )


def exclusion_problems(
    landscape: Landscape, excluded: Sequence[str], unrecorded: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield a problem if more accounts are excluded than AWS Config allows."""
    count = 1 + len({*(id_ or key for key, id_ in _without_recorder(landscape, unrecorded).items()), *excluded})
    if count > MOST_EXCLUDED:
        yield Problem(
            path=("exclude_accounts",),
            message=f"{count:,} accounts would be left out of conformance packs: AWS Config allows "
            f"{MOST_EXCLUDED:,}, including the management account, suspended accounts and accounts without a recorder",
            fix="close accounts that are suspended, or set rules: false",
        )


def _without_recorder(landscape: Landscape, unrecorded: Collection[str]) -> dict[str, str | None]:
    """Key → id of the accounts that are suspended, or whose recorder is off."""
    return {
        key: account.id
        for key, account in landscape.accounts.items()
        if account.ou in landscape.suspended or key in unrecorded
    }


def _list(number: int, ids: Sequence[str]) -> ParameterDeclaration:
    return ParameterDeclaration(
        name=f"ExcludedAccountIds{'' if number == 1 else number}",
        description="Ids of accounts without a recorder, with commas between them.",
        pattern="^[0-9]{12}(,[0-9]{12})*$",
        value=lambda _: ",".join(ids),
        how="the ids of suspended accounts and of config.exclude_accounts, with commas between them",
    )
