"""Settings of `detective`. No tier turns it on, because Amazon Detective is billed per ingested gigabyte."""

from typing import Literal

from baseline.capabilities.place import Accounts
from baseline.capabilities.settings import Settings, tiered

Package = Literal["eks_audit", "security_findings"]


class DetectiveSettings(Settings):
    """Settings of `detective`."""

    graph: bool = tiered(
        "Whether Amazon Detective keeps a graph of the activity of every account, in every governed Region. Billed "
        "per ingested gigabyte.",
        False,
        stronger="true",
        control="detective-graph",
    )
    packages: list[Package] = tiered(
        "Data sources of the graph besides CloudTrail, flow logs and GuardDuty findings: EKS audit logs, and "
        "Security Hub findings.",
        [],
        stronger="superset",
        control="detective-packages",
    )
    excluded_accounts: Accounts = tiered(
        "Accounts and groups of accounts to exclude; existing members are removed.",
        [],
        stronger="subset",
        control="detective-members",
        examples=[["sandbox"]],
    )
    revert: bool = tiered("Whether deleting the stacks stops the addition of new accounts to the graph.", False)
