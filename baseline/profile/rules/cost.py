"""Rules for the `cost` section: it names existing accounts and groups."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.profile.model import Profile
from baseline.text.nearest import did_you_mean


def known_sizes(profile: Profile) -> Iterator[Problem]:
    """Check that every size belongs to an account or a group, and that no account gets two sizes from groups."""
    names = (*profile.accounts, *profile.account_groups)
    of_groups: dict[str, str] = {}
    for name, size in profile.cost.sizes.items():
        path = ("cost", "sizes", name)
        if name not in names:
            yield Problem(
                id="profile-cost",
                path=path,
                message=f'no account or group "{name}"{did_you_mean(name, names)}',
                fix="write the key of an account or the name of a group",
                about=(("accounts",),),
            )
        for account in profile.account_groups.get(name, ()):
            other = of_groups.setdefault(account, name)
            if profile.cost.sizes[other] != size and account not in profile.cost.sizes:
                yield Problem(
                    id="profile-cost",
                    path=path,
                    message=f'"{account}" is in the groups "{other}" and "{name}", which have different sizes',
                    fix=f"give the size of {account} itself",
                )
