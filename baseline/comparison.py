"""Comparisons of a profile's output: with another output, with scans of live accounts, or redacted for a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from baseline.capabilities.parameters import place_names
from baseline.cost.basis import basis_of
from baseline.cost.estimate import Estimate, estimate
from baseline.cost.summary import CostChanges, cost_changes
from baseline.errors import PriceListError
from baseline.evidence.changes import Changes, ChangesOrigin, StackReach, compare, snapshot
from baseline.evidence.evidence import Evidence
from baseline.evidence.live import read_live
from baseline.evidence.moved_accounts import MovedAccount, moved_accounts
from baseline.evidence.policy_changes import bound_places, statement_changes
from baseline.evidence.policy_risks import with_policy_risks
from baseline.evidence.provenance import sources_of
from baseline.evidence.reconcile import Reconciliation, named_rules, reconcile
from baseline.evidence.redact import Pseudonyms
from baseline.evidence.resource_changes import resource_changes
from baseline.evidence.retention_places import with_other_places
from baseline.evidence.scan_record import ScanSource, scan_record
from baseline.evidence.scans.config import read_config
from baseline.evidence.scans.prowler import read_prowler
from baseline.evidence.scans.result import Tool, scan_sha256
from baseline.evidence.scans.security_hub import read_security_hub
from baseline.evidence.weaker_controls import with_weaker_controls
from baseline.evidence.written import EVIDENCE_FILE, read_written_evidence, read_written_output
from baseline.frozen import frozen
from baseline.pipeline import dated_evidence, estimate_of, evidence_of, plan_digest
from baseline.plan.document import PLAN_FILE
from baseline.plan.model import Plan
from baseline.plan.trust import Trust
from baseline.prices.price_list import PriceList
from baseline.profile.load import LoadedProfile
from baseline.report.access_matrix import capability_documents
from baseline.report.evidence_files import evidence_files
from baseline.report.evidence_json import evidence_document


@frozen
class CompareOptions:
    """Options for comparing a profile with an earlier state.

    Attributes:
        as_of: The day on which the profile's exceptions and attestations must be valid.
        release: The release of defaults for the profile in place of its own; the old side keeps its own.
        trust: Expected digest or signature of the plan of a directory.
        prices: The price list; None for the packaged one.
        root: The directory that layers of a profile have to be in; None for its repository.
        name: The user's name for the old side; "" for none.
        digest: Whether the digest of the profile's plan is part of the origin, for documents that are kept.
    """

    as_of: date | None = None
    release: str | None = None
    trust: Trust | None = None
    prices: PriceList | None = None
    root: Path | None = None
    name: str = ""
    digest: bool = False


def changes_against(path: Path, against: Path, options: CompareOptions | None = None) -> tuple[LoadedProfile, Changes]:
    """Compare a profile's stacks and evidence with another profile, or a directory of `generate`; writes nothing.

    Raises:
        ProfileError: with every problem of a profile.
        RenderError: when stacks or templates do not fit together.
        TamperedError: if the directory differs from what `generate` wrote.
    """
    options = options or CompareOptions()
    loaded, evidence = evidence_of(path, options.as_of, options.release, options.root)
    cost = None
    moved: tuple[MovedAccount, ...] = ()
    places = place_names(loaded.landscape)
    if against.is_dir():
        before, templates = read_written_output(against, options.trust)
        sources = sources_of([against / PLAN_FILE])
    else:
        loaded_before, other = evidence_of(against, root=_root_of(against, options.root))
        before, templates = evidence_document(other), other.templates
        sources = other.provenance.sources
        costs = (_estimated(loaded_before, other, options.prices), _estimated(loaded, evidence, options.prices))
        cost = _cost_changes(*costs)
        moved = moved_accounts(other.plan, evidence.plan)
        places = {**place_names(loaded_before.landscape), **places}
    after = evidence_document(evidence)
    changes = compare(snapshot(before), snapshot(after))
    policies = statement_changes(templates, evidence.templates, places)
    resources = resource_changes(templates, evidence.templates, options.as_of)
    resources = with_policy_risks(with_other_places(resources, templates, evidence.templates), policies)
    prefixes = before["prefix"], after["prefix"]
    bound = {item.stack.name: bound_places(item, places) for item in evidence.templates}
    return loaded, replace(
        changes,
        policies=policies,
        resources=with_weaker_controls(resources, changes.controls, before, after),
        reaches=_reaches(evidence.plan, changes, bound),
        moved=moved,
        cost=cost,
        prefixes=prefixes if len(set(prefixes)) > 1 else None,
        origin=ChangesOrigin(
            day=options.as_of,
            before=sources,
            after=evidence.provenance.sources,
            against=options.name,
            plan_sha256=plan_digest(evidence) if options.digest else "",
        ),
    )


def _estimated(loaded: LoadedProfile, evidence: Evidence, prices: PriceList | None) -> Estimate:
    return estimate(evidence.plan, loaded.landscape, evidence.templates, basis_of(loaded.profile, prices))


def _cost_changes(before: Estimate, after: Estimate) -> CostChanges | None:
    """The difference between two estimates; None if their currencies or exchange rates differ."""
    rates = {(item.basis.currency, item.basis.per_dollar) for item in (before, after)}
    return cost_changes(before, after) if len(rates) == 1 else None


def estimates_against(
    path: Path, against: Path, prices: PriceList | None = None, root: Path | None = None
) -> tuple[LoadedProfile, Estimate, CostChanges]:
    """The estimate of a profile, and its difference from that of another profile.

    Raises:
        ProfileError: with every problem of a profile.
        RenderError: when stacks or templates do not fit together.
        PriceListError: if the profiles state different currencies.
    """
    loaded, after = estimate_of(path, prices, root)
    _, before = estimate_of(against, prices, _root_of(against, root))
    changes = _cost_changes(before, after)
    if changes is None:
        raise PriceListError(
            f"{against} and {path} have different currencies or rates: their amounts cannot be compared",
            hint="set the same `cost.currency` in both",
        )
    return loaded, after, changes


def _root_of(against: Path, root: Path | None) -> Path | None:
    """The given root if it also contains the other profile: a copy of an earlier revision has its own root."""
    return root if root is not None and against.resolve().is_relative_to(root.resolve()) else None


def _reaches(
    plan: Plan, changes: Changes, bound: Mapping[str, tuple[tuple[str, str], ...]]
) -> Mapping[str, StackReach]:
    """The accounts and Regions of each stack that differs and still exists."""
    differing = {item.name for item in changes.stacks} | {item.stack for item in changes.resources}
    found = {}
    for stack in plan.stacks:
        if stack.name in differing:
            pairs = [(destination, region) for destination, region in plan.reach(stack).pairs() if destination.account]
            found[stack.name] = StackReach(
                accounts=len({destination for destination, _ in pairs}),
                regions=tuple(dict.fromkeys(region for _, region in pairs)),
                places=len(pairs),
                accounts_to_come=any(not destination.account for destination in plan.reach(stack).destinations),
                binds=bound[stack.name],
            )
    return found


def reconcile_scans(
    directory: Path,
    *,
    prowler: Sequence[Path] = (),
    config: Sequence[Path] = (),
    security_hub: Sequence[Path] = (),
    trust: Trust | None = None,
) -> Reconciliation:
    """Compare the claims of an output directory with the results of live scans.

    Raises:
        TamperedError: if the directory differs from what `generate` wrote.
        ScanError: if a results file cannot be read.
    """
    document = read_written_evidence(directory, trust)
    answers = [read_config(path) for path in config]
    names = {name: identifier for _, some in answers for name, identifier in some.items()}
    results = [
        *(item for path in prowler for item in read_prowler(path)),
        *named_rules((item for some, _ in answers for item in some), names, document),
        *(item for path in security_hub for item in read_security_hub(path)),
    ]
    return reconcile(document, results)


def record_scans(
    directory: Path, found: Reconciliation, files: Mapping[Tool, Sequence[Path]], day: date
) -> dict[str, Any]:
    """The dated record of a comparison of an output directory with scans.

    Args:
        directory: The output.
        found: The comparison.
        files: Tool → its files with results.
        day: The day of the scans.

    Raises:
        TamperedError: if the directory differs from what `generate` wrote.
        ScanError: if a file cannot be read.
    """
    sources = [
        ScanSource(tool=tool, file=path.name, sha256=scan_sha256(path))
        for tool, paths in files.items()
        for path in paths
    ]
    return scan_record(found, read_written_evidence(directory), scan_sha256(directory / EVIDENCE_FILE), sources, day)


def redacted_reports(path: Path, key: bytes) -> tuple[LoadedProfile, Mapping[str, bytes]]:
    """File name → content of a profile's reports, with pseudonyms for people and accounts.

    Args:
        path: The profile.
        key: Secret key for the pseudonyms.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: when the stacks or templates do not fit together.
    """
    loaded, evidence = evidence_of(path)
    return loaded, _reports(Pseudonyms(key).in_evidence(evidence))


def live_reports(
    path: Path, scans: Path, dated: datetime | None = None, root: Path | None = None
) -> tuple[LoadedProfile, Mapping[str, bytes]]:
    """File name → content of a profile's reports, with the live states that kept scans prove.

    Args:
        path: The profile.
        scans: The directory with the records.
        dated: The date of the evidence; None for none.
        root: The directory that must contain the profile's layers; None for its repository.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: when the stacks or templates do not fit together.
        ScanError: if the directory has no records of the organization.
        TamperedError: if a record was changed, removed or added.
    """
    loaded, evidence = evidence_of(path, dated.date() if dated else None, root=root)
    return loaded, _reports(with_scans(dated_evidence(evidence, dated), scans))


def with_scans(evidence: Evidence, scans: Path) -> Evidence:
    """The evidence with the live states according to the records in a directory.

    Raises:
        ScanError: if the directory has no records of the organization.
        TamperedError: if a record was changed, removed or added.
    """
    return replace(evidence, live=read_live(scans, evidence.plan.organization))


def _reports(evidence: Evidence) -> Mapping[str, bytes]:
    """File name → content of the reports."""
    documents = {name: text for name, text in capability_documents(evidence).items() if name.startswith("report/")}
    reports = {**evidence_files(evidence), **documents}
    return {name.removeprefix("report/"): content for name, content in reports.items()}
