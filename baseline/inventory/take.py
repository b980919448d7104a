"""The order in which a live organization is read: the organization, then account by account, Region by Region."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from baseline import __version__
from baseline.cloud.reader import Reader
from baseline.cloud.session import Session
from baseline.errors import AwsError
from baseline.frozen import frozen
from baseline.inventory.checkpoint import Checkpoint
from baseline.inventory.facts.account import buckets, enabled_regions
from baseline.inventory.facts.organization import Account
from baseline.inventory.facts.part import Unknown, known_or_unknown
from baseline.inventory.model import AccountInventory, Inventory, OrganizationInventory, RegionInventory
from baseline.inventory.read import read_account, read_identity, read_organization, read_region

Progress = Callable[[int, int], None]

_ORGANIZATION, _BUCKETS = "organization", "buckets"


@frozen
class InventoryOptions:
    """Options for taking an inventory.

    Attributes:
        output: The inventory's file; complete parts are kept beside it.
        regions: Regions to read; empty for all that are enabled in the caller's account.
        role: Name of a role to assume in the other accounts; "" to read only the caller's account.
        resume: Whether to continue an earlier run.
        workers: Number of accounts to read at once.
    """

    output: Path
    regions: tuple[str, ...] = ()
    role: str = ""
    resume: bool = False
    workers: int = 8


@dataclass(kw_only=True)
class _Run:
    """A run in progress. `done` and `total` count the parts."""

    session: Session
    options: InventoryOptions
    checkpoint: Checkpoint
    own: str
    partition: str
    regions: tuple[str, ...]
    tell: Progress
    done: int = 0
    total: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reader(self, session: Session, account: str, region: str = "") -> Reader:
        return Reader(session=session, account=account, region=region or session.home_region)

    def advance(self, parts: int = 1) -> None:
        with self._lock:
            self.done += parts
            self.tell(self.done, self.total)


def take_inventory(session: Session, options: InventoryOptions, tell: Progress) -> Inventory:
    """The inventory; complete parts stay in the checkpoint if an error or the user stops the run.

    Args:
        session: The identity, of the management account.
        options: What to read.
        tell: Called with the number of complete parts and of all parts.

    Raises:
        AwsError: if the account is in no organization, or if there is no Region to read.
        Refusal: if the organization cannot be listed, or if the credentials expire.
        OutputError: if the checkpoint cannot be used.
    """
    home = Reader(session=session, account="", region=session.home_region)
    caller = home.get("sts.GetCallerIdentity")
    reader = Reader(session=session, account=caller["Account"], region=session.home_region)
    identity = read_identity(reader)
    enabled = known_or_unknown(lambda: enabled_regions(reader))
    regions = options.regions or _all_of(enabled)
    head = {"organization": identity.id, "regions": list(regions), "role": options.role, "version": __version__}
    checkpoint = Checkpoint.begin(options.output, head, resume=options.resume)
    run = _Run(
        session=session,
        options=options,
        checkpoint=checkpoint,
        own=reader.account,
        partition=caller["Arn"].split(":")[1],
        regions=regions,
        tell=tell,
    )
    try:
        if _ORGANIZATION not in checkpoint.parts:
            everywhere = not isinstance(enabled, Unknown)
            searched = regions if isinstance(enabled, Unknown) else enabled
            regional = tuple(run.reader(session, reader.account, region) for region in searched)
            checkpoint.keep(_ORGANIZATION, read_organization(reader, regional, identity, everywhere=everywhere))
        organization = OrganizationInventory.model_validate(checkpoint.parts[_ORGANIZATION])
        return _inventory(run, organization, _look_at_accounts(run, organization.tree.accounts))
    finally:
        checkpoint.close()


def _all_of(enabled: tuple[str, ...] | Unknown) -> tuple[str, ...]:
    """Every enabled Region.

    Raises:
        AwsError: if they are unknown.
    """
    if isinstance(enabled, Unknown):
        raise AwsError(f"the enabled Regions are unknown: {enabled.unknown}", hint="name the Regions with --region")
    return enabled


def _look_at_accounts(run: _Run, accounts: tuple[Account, ...]) -> dict[str, AccountInventory | Unknown]:
    """Account id → its facts, in the order of the accounts."""
    run.total = 1 + len(accounts) * (1 + len(run.regions))
    run.advance()
    found: dict[str, AccountInventory | Unknown] = {}
    with ThreadPoolExecutor(run.options.workers) as pool:
        futures = {pool.submit(_account, run, account): account.id for account in accounts}
        try:
            for future in as_completed(futures):
                found[futures[future]] = future.result()
        except BaseException:
            run.session.stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return {account.id: found[account.id] for account in accounts}


def _account(run: _Run, account: Account) -> AccountInventory | Unknown:
    """The facts of one account, or the reason why it cannot be read."""
    if reason := _reason_to_skip(run, account):
        run.advance(1 + len(run.regions))
        return Unknown(unknown=reason)
    session = run.session
    if account.id != run.own:
        session = run.session.member(f"arn:{run.partition}:iam::{account.id}:role/{run.options.role}")
        entered = known_or_unknown(lambda: run.reader(session, account.id).get("sts.GetCallerIdentity"))
        if isinstance(entered, Unknown):
            run.advance(1 + len(run.regions))
            return entered
    parts = run.checkpoint.parts
    if account.id not in parts:
        reader = run.reader(session, account.id)
        run.checkpoint.keep(account.id, read_account(reader))
    if f"{account.id}/{_BUCKETS}" not in parts:  # kept only if it is known: the next run asks again
        owned = known_or_unknown(lambda: buckets(run.reader(session, account.id)))
        if not isinstance(owned, Unknown):
            run.checkpoint.keep(f"{account.id}/{_BUCKETS}", list(owned))
    run.advance()
    found = AccountInventory.model_validate(parts[account.id])
    return found.model_copy(update={"regions": _regions(run, session, account.id, found)})


def _reason_to_skip(run: _Run, account: Account) -> str:
    """The reason not to read an account; "" if there is none."""
    if account.state != "ACTIVE":
        return f"not read: the account is {account.state}"
    if account.id != run.own and not run.options.role:
        return "not read: no role in the member accounts is named (--role)"
    return ""


def _regions(
    run: _Run, session: Session, account: str, found: AccountInventory
) -> Mapping[str, RegionInventory | Unknown]:
    """Region → its facts; the rest is left out if the user stops the run."""
    regions: dict[str, RegionInventory | Unknown] = {}
    for region in run.regions:
        key = f"{account}/{region}"
        if not isinstance(found.enabled_regions, Unknown) and region not in found.enabled_regions:
            regions[region] = Unknown(unknown="not read: the Region is disabled in the account")
        elif not run.session.stop.is_set():
            if key not in run.checkpoint.parts:
                run.checkpoint.keep(key, read_region(run.reader(session, account, region)))
            regions[region] = RegionInventory.model_validate(run.checkpoint.parts[key])
        run.advance()
    return regions


def _inventory(
    run: _Run, organization: OrganizationInventory, accounts: dict[str, AccountInventory | Unknown]
) -> Inventory:
    return Inventory(
        generator=f"baseline {__version__}",
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        regions=run.regions,
        role=run.options.role,
        organization=organization,
        accounts=accounts,
        log_buckets=_log_buckets(run.checkpoint.parts, accounts),
        calls=dict(sorted(run.session.calls.by_name.items())),
    )


def _log_buckets(parts: Mapping[str, Any], accounts: dict[str, AccountInventory | Unknown]) -> dict[str, str]:
    """Bucket of a trail or delivery channel → its owner; every other bucket is left out."""
    targets = {
        item.bucket
        for account in accounts.values()
        if isinstance(account, AccountInventory)
        for region in account.regions.values()
        if isinstance(region, RegionInventory)
        for some in (region.trails, region.delivery_channels)
        if not isinstance(some, Unknown)
        for item in some
    }
    owners = {bucket: account for account in accounts for bucket in parts.get(f"{account}/{_BUCKETS}", ())}
    return {bucket: owners[bucket] for bucket in sorted(targets & owners.keys())}
