"""How assignments are shared among stacks."""

from itertools import pairwise

from baseline.capabilities.identity.identity_center.access import Access
from baseline.capabilities.identity.identity_center.shards import digest_of, shards


def _stacks(count: int) -> dict[str, int]:
    rows = tuple(
        Access(account=f"account-{number}", principal="developers", permission_set="Developer")
        for number in range(count)
    )
    return {digest_of(row): stack for stack, part in shards(rows) for row in part}


def test_more_assignments_move_none_to_an_earlier_stack() -> None:
    """CloudFormation makes an assignment in its new stack only after an earlier one has deleted it."""
    sizes = [_stacks(70 * 2**number) for number in range(9)]
    assert [max(stacks.values()) for stacks in sizes][-1] >= 256
    for before, after in pairwise(sizes):
        assert max(after.values()) > max(before.values())
        assert all(after[digest] >= stack for digest, stack in before.items())
