"""From a profile to the models behind a report."""

from datetime import date, datetime
from pathlib import Path

from baseline.comparison import CompareOptions, changes_against, with_scans
from baseline.cost.basis import basis_of
from baseline.cost.estimate import estimate
from baseline.frozen import frozen
from baseline.pipeline import dated_evidence, evidence_of, evidence_on, plan_digest
from baseline.plan.trust import Trust
from baseline.prices.price_list import PriceList
from baseline.report.page.material import Material


@frozen
class ReportOptions:
    """How to make a report.

    Attributes:
        day: The day on which exceptions must be valid to have an effect, and tasks must not be overdue.
        dated: The date of the evidence, as in `generate`; None for none.
        against: An earlier profile or output to compare with; None for no comparison.
        trust: Expected digest or signature of that output.
        prices: The price list; None for the packaged one.
        root: The directory that must contain the profile's layers; None for its repository.
        scans: The directory with kept records of live scans; None for none.
    """

    day: date
    dated: datetime | None = None
    against: Path | None = None
    trust: Trust | None = None
    prices: PriceList | None = None
    root: Path | None = None
    scans: Path | None = None


def report_material(path: Path, options: ReportOptions) -> Material:
    """Load, plan, render, and derive evidence, cost and changes; the checks are those of `validate`.

    Raises:
        ProfileError: with every problem of a profile.
        RenderError: when stacks or templates do not fit together.
        TamperedError: if the output to compare with differs from what `generate` wrote, or a record of scans is not
            the one that was kept.
        ScanError: if the directory of scans has no records of the organization.
    """
    loaded, evidence = evidence_of(path, options.day, root=options.root)
    written = dated_evidence(evidence, options.dated)
    changes = None
    if options.against is not None:
        how = CompareOptions(as_of=options.day, trust=options.trust, prices=options.prices, root=options.root)
        _, changes = changes_against(path, options.against, how)
    return Material(
        loaded=loaded,
        evidence=evidence_on(with_scans(written, options.scans) if options.scans else written, options.day),
        estimate=estimate(
            evidence.plan, loaded.landscape, evidence.templates, basis_of(loaded.profile, options.prices)
        ),
        plan_sha256=plan_digest(written),
        day=options.day,
        changes=changes,
    )
