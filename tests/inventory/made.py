"""Inventories made by hand: an organization in which nothing is on, and what a test adds."""

from collections.abc import Mapping
from typing import Any

from baseline.inventory.facts.account import RootUser
from baseline.inventory.facts.defaults import Ec2Defaults, RootAlarms
from baseline.inventory.facts.detection import Detector, Hub
from baseline.inventory.facts.organization import Account, Identity, Policies, Policy, Tree, Unit
from baseline.inventory.facts.part import Unknown
from baseline.inventory.facts.recording import Recorder, Trail
from baseline.inventory.facts.stack_sets import StackSet
from baseline.inventory.model import AccountInventory, Inventory, OrganizationInventory, RegionInventory

MANAGEMENT, LOGS, SECURITY, WEB, DATA = "111111111101", "222222222202", "333333333303", "444444444404", "555555555505"
REGIONS = ("eu-west-1", "us-east-1")
_ACCOUNTS = (
    (MANAGEMENT, "Contoso", "ACTIVE", ""),
    (LOGS, "Log Archive", "ACTIVE", "Core"),
    (SECURITY, "Audit", "ACTIVE", "Core"),
    (WEB, "Web Production", "ACTIVE", "Workloads/Prod"),
    (DATA, "data", "ACTIVE", "Workloads/Prod"),
)
_UNITS = (
    ("ou-c0nt-11111111", "Core"),
    ("ou-c0nt-22222222", "Workloads"),
    ("ou-c0nt-33333333", "Workloads/Prod"),
)

RECORDER = Recorder(name="default", role="arn", every_type=True, global_types=True, recording=True)
DETECTOR = Detector(id="12abc34d567e8fa901bc2d34e56789f0", enabled=True, features=())
HUB = Hub(arn="arn:aws:securityhub:eu-west-1:333333333303:hub/default", standards=())


def trail(bucket: str, **values: Any) -> Trail:
    """An organization trail."""
    given: dict[str, Any] = {
        "name": "old", "arn": "arn", "bucket": bucket, "every_region": True, "organization": True,
        "validates_files": True, "logging": True, **values,
    }  # fmt: skip
    return Trail(**given)


def region(**facts: Any) -> RegionInventory:
    """A Region in which nothing is on, but for the given facts."""
    nothing: dict[str, Any] = {
        **dict.fromkeys(("recorders", "delivery_channels", "aggregators", "trails", "detectors"), ()),
        **dict.fromkeys(("analyzers", "stacks"), ()),
        "hub": None,
        "macie": "DISABLED",
        "inspector": {},
        "ec2_defaults": Ec2Defaults(
            ebs_encryption=False, snapshots_blocked="unblocked", images_blocked="unblocked", serial_console=False
        ),
        "default_vpc": None,
        "root_alarms": RootAlarms(metric_alarms=(), rules=()),
    }
    return RegionInventory(**{**nothing, **facts})


def account(regions: Mapping[str, Mapping[str, Any]]) -> AccountInventory:
    """An account; Region → facts that differ."""
    return AccountInventory(
        enabled_regions=REGIONS,
        root_user=RootUser(mfa=True, access_keys=False),
        password_policy=None,
        contacts={},
        public_access_block=None,
        service_linked_roles=(),
        budgets=(),
        regions={name: region(**regions.get(name, {})) for name in REGIONS},
    )


def inventory(
    facts: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    unknown: tuple[str, ...] = (),
    log_buckets: Mapping[str, str] | None = None,
    **organization: Any,
) -> Inventory:
    """An organization with five accounts.

    Args:
        facts: Account id → Region → facts that differ from nothing.
        names: Account id → another name.
        states: Account id → another state.
        unknown: Accounts that were not looked at.
        log_buckets: Bucket → account.
        organization: Other facts of the organization.
    """
    tree = Tree(
        root="r-c0nt",
        policy_types=("SERVICE_CONTROL_POLICY",),
        units=tuple(Unit(id=id_, name=path.rpartition("/")[2], path=path) for id_, path in _UNITS),
        accounts=tuple(
            Account(
                id=id_,
                name=(names or {}).get(id_, name),
                email=f"aws-{id_}@contoso.example",
                state=(states or {}).get(id_, state),
                unit=unit,
            )
            for id_, name, state, unit in _ACCOUNTS
        ),
    )
    found: dict[str, Any] = {
        "identity": Identity(id="o-c0nt0s0123", management_account=MANAGEMENT, all_features=True),
        "tree": tree,
        "policies": policies(),
        **dict.fromkeys(("trusted_services", "delegated_administrators", "root_features", "stack_sets"), ()),
        "delegation_policy": False,
        "identity_center": None,
        "control_tower": None,
        **organization,
    }
    not_looked_at = Unknown(unknown="AssumeRole: AccessDenied: no")
    return Inventory(
        generator="baseline 1",
        taken_at="2026-11-30T05:00:00+00:00",
        regions=REGIONS,
        role="look",
        organization=OrganizationInventory(**found),
        accounts={
            item.id: not_looked_at
            if item.id in unknown or item.state != "ACTIVE"
            else account((facts or {}).get(item.id, {}))
            for item in tree.accounts
        },
        log_buckets=dict(log_buckets or {}),
        calls={},
    )


def policies(**targets: tuple[str, ...]) -> Policies:
    """Service control policies by name, with their targets."""
    made = tuple(
        Policy(id=f"p-{name}", name=name, type="SERVICE_CONTROL_POLICY", aws_managed=False, content="{}", targets=some)
        for name, some in targets.items()
    )
    return Policies(policies=made, unknown_types={}, free_slots={})


def stack_set(name: str, capability: str) -> StackSet:
    """A StackSet of a baseline."""
    return StackSet(
        name=name, region="us-east-1", description="", permission_model="SERVICE_MANAGED", automatic=True, units=(),
        regions=(), capability=capability,
    )  # fmt: skip
