"""Settings of `detective`. No tier turns it on: Amazon Detective is billed per ingested gigabyte."""

from typing import Literal

from baseline.capabilities.place import Accounts
from baseline.capabilities.settings import Settings, tiered

Package = Literal["eks_audit", "security_findings"]


class DetectiveSettings(Settings):
    """Settings of `detective`."""

    graph: bool = tiered(
        "Whether Amazon Detective keeps a graph of the activity of every account, in every governed Region. Billed per "
        "gigabyte that it takes in.",
        False,
        stronger="true",
        control="detective-graph",
    )
    packages: list[Package] = tiered(
        "What the graph takes in beside CloudTrail, flow logs and findings of GuardDuty: audit logs of EKS, and "
        "findings of Security Hub.",
        [],
        stronger="superset",
        control="detective-packages",
    )
    excluded_accounts: Accounts = tiered(
        "Accounts and groups of accounts that are left out; they are removed where they are members.",
        [],
        stronger="subset",
        control="detective-members",
        examples=[["sandbox"]],
    )
    revert: bool = tiered("Whether deleting the stacks leaves new accounts out of the graph again.", False)
