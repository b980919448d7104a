"""The order of the steps, defined only here. Each command runs a prefix of `generate`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from baseline.capabilities.landscape import Landscape
from baseline.errors import ExportError
from baseline.evidence.assess import assess
from baseline.evidence.availability import lacking_controls, unsupported_controls
from baseline.evidence.broken import broken_controls
from baseline.evidence.control_tower import provided_by
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Circumstances
from baseline.evidence.needless import needless_exceptions
from baseline.evidence.own_controls import assess_own_controls
from baseline.evidence.partial import with_places
from baseline.evidence.provenance import provenance_of
from baseline.evidence.unjudged import unjudged_controls
from baseline.evidence.unrecorded import silent_controls, silent_hub_controls, unrecorded_types
from baseline.findings import Finding, Severity, at_or_above, sorted_findings
from baseline.frozen import frozen
from baseline.plan.assigned import assign, contributed, identified
from baseline.plan.build import build_plan, documents_of
from baseline.plan.document import PLAN_FILE
from baseline.plan.model import Plan, Stack, Template
from baseline.profile.load import LoadedProfile, load_profile
from baseline.profile.lock import LockInUse, read_lock_file
from baseline.profile.lock_path import lock_beside
from baseline.render.render import render_plan
from baseline.text.slug import slug
from baseline.validate.accepted import with_reasons
from baseline.validate.adopted import idle_adoptions
from baseline.validate.checks.run import check_subjects
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject, read_template
from baseline.validate.validate import ValidateOptions, linted

if TYPE_CHECKING:  # `validate` and `plan` start without prices, reports and the output
    from baseline.cost.estimate import Estimate
    from baseline.output.compare import Comparison
    from baseline.prices.price_list import PriceList


@frozen
class Options:
    """Options of a run.

    Attributes:
        validation: How to check the templates.
        fail_on: Findings of this severity and above prevent the output from being written; None for no threshold.
        force: Whether foreign files in the output directory may stay.
        as_of: The day on which exceptions and attestations must be valid; None skips this check.
        dated: The date of the evidence; None for evidence without a date.
        lock: The file with the ids that AWS has assigned; None for the one beside the profile, if it exists.
        root: The directory that must contain the profile's layers; None for its repository.
        inventory: The inventory of the live organization to compare with; None for none.
        calls: A file of calls that were made there; None for none.
    """

    validation: ValidateOptions = field(default_factory=ValidateOptions)
    fail_on: Severity | None = Severity.ERROR
    force: bool = False
    as_of: date | None = None
    dated: datetime | None = None
    lock: Path | None = None
    root: Path | None = None
    inventory: Path | None = None
    calls: Path | None = None


@frozen
class Proof:
    """A plan whose templates have been rendered and checked.

    Attributes:
        sources: The files that the profile was read from.
        lock: Ids that come from the lock file; None without a lock file.
        plan: The plan.
        evidence: The state of every control, and of every requirement of the profile's frameworks.
        findings: Findings of the profile's checks, cfn-lint and our own checks, sorted by place.
        failures: The findings at or above the threshold that are not accepted.
    """

    sources: tuple[Path, ...]
    lock: LockInUse | None
    plan: Plan
    evidence: Evidence
    findings: tuple[Finding, ...]
    failures: tuple[Finding, ...]


@frozen
class Generated(Proof):
    """The result of `generate`. `changed` says whether any file differs from before."""

    directory: Path
    written: bool
    changed: bool


def plan_profile(
    path: Path,
    as_of: date | None = None,
    lock: Path | None = None,
    release: str | None = None,
    root: Path | None = None,
) -> tuple[LoadedProfile, Plan]:
    """Load a profile and plan its stacks, with the ids from its lock file.

    Args:
        path: The profile.
        as_of: The day on which exceptions and attestations must be valid; None skips this check.
        lock: The lock file; None for the one beside the profile, if it exists.
        release: The release of defaults to use in place of the profile's own, for a preview.
        root: The directory that must contain the layers; None for the profile's repository.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: if the stacks are inconsistent.
    """
    loaded = load_profile(path, as_of, release, root)
    accepted = tuple(finding for finding in loaded.findings if finding.accepted is not None)
    return _assigned(loaded, build_plan(loaded.landscape, accepted), lock or lock_beside(path))


def _assigned(loaded: LoadedProfile, plan: Plan, lock: Path | None) -> tuple[LoadedProfile, Plan]:
    """The plan with the ids from the lock file, which becomes one of the profile's source files."""
    if lock is None:
        return loaded, plan
    read = read_lock_file(lock)
    use = contributed(plan, read)
    plan, notes = assign(plan, read, loaded.landscape.ous)
    landscape = identified(loaded.landscape, read)
    loaded = replace(
        loaded,
        landscape=landscape,
        findings=sorted_findings((*loaded.findings, *notes)),
        files=(*loaded.files, lock),
        lock=use,
    )
    return loaded, replace(plan, documents=documents_of(landscape))


def evidence_of(
    path: Path, as_of: date | None = None, release: str | None = None, root: Path | None = None
) -> tuple[LoadedProfile, Evidence]:
    """Load, plan, render and derive the evidence, without running the checks.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: when the stacks or templates do not fit together.
    """
    loaded, plan = plan_profile(path, as_of, release=release, root=root)
    subjects = tuple(map(read_template, render_plan(plan)))
    return loaded, _look(loaded, plan, subjects)


def landscape_of(path: Path, written: Plan) -> Landscape:
    """The organization of a profile, for a plan that was read from a directory.

    Raises:
        ProfileError: with every problem of the profile.
        ExportError: if the directory has other stacks or targets than the profile.
    """
    loaded, plan = plan_profile(path)
    targets = [[(stack.name, _targets(stack)) for stack in side.stacks] for side in (plan, written)]
    if targets[0] != targets[1]:
        raise ExportError(
            f"{path} has other stacks or targets than the directory",
            hint="generate the directory again, or name the profile that it was generated from",
        )
    return loaded.landscape


def _targets(stack: Stack) -> list[tuple[object, ...]]:
    return [(item.method, item.account, item.ous, item.regions) for item in stack.deployments]


def estimate_of(
    path: Path, prices: "PriceList | None" = None, root: Path | None = None
) -> "tuple[LoadedProfile, Estimate]":
    """Load, plan, render and estimate the cost.

    Args:
        path: The profile.
        prices: The price list; None for the packaged one.
        root: The directory that must contain the layers; None for the profile's repository.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: when the stacks or templates do not fit together.
    """
    from baseline.cost.basis import basis_of
    from baseline.cost.estimate import estimate

    loaded, plan = plan_profile(path, root=root)
    return loaded, estimate(plan, loaded.landscape, render_plan(plan), basis_of(loaded.profile, prices))


def _look(loaded: LoadedProfile, plan: Plan, subjects: tuple[Subject, ...]) -> Evidence:
    assessments = assess([subject for subject in subjects if not subject.template.stack.is_custom])
    templates = tuple(subject.template for subject in subjects)
    assessments = with_places(assessments, templates, Planned(landscape=loaded.landscape, plan=plan))
    unrecorded = unrecorded_types(subjects)
    return Evidence(
        plan=plan,
        templates=templates,
        assessments=(*assessments, *assess_own_controls(loaded.landscape, subjects)),
        frameworks=loaded.profile.compliance,
        circumstances=Circumstances(
            exceptions=loaded.profile.exceptions,
            attestations=loaded.profile.attestations,
            unsupported=unsupported_controls(assessments, loaded.landscape.regions),
            unjudged=unjudged_controls(subjects) | silent_hub_controls(unrecorded),
            silent=silent_controls(unrecorded),
            lacking=lacking_controls(loaded.landscape.regions),
            provided=provided_by(loaded.landscape.control_tower),
        ),
        accounts={
            key: account.id
            for key, account in loaded.landscape.accounts.items()
            if account.ou not in loaded.landscape.suspended
        },
        regions=loaded.landscape.regions,
        provenance=provenance_of(loaded),
        aws_reports=loaded.profile.aws_reports,
    )


def prove(path: Path, options: Options | None = None) -> Proof:
    """Load, plan, render and check; writes nothing.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: when the stacks or templates do not fit together.
    """
    options = options or Options()
    with _drafted(path, options) as draft:
        return _proof(draft, options)


@frozen
class _Draft:
    """Evidence and findings of our own checks, while cfn-lint is still running."""

    loaded: LoadedProfile
    evidence: Evidence
    found: tuple[Finding, ...]
    said: Iterator[Finding]


@contextmanager
def _drafted(path: Path, options: Options) -> Iterator[_Draft]:
    loaded, plan = plan_profile(path, options.as_of, options.lock, root=options.root)
    live = _conflicts(options, loaded, plan)
    templates = render_plan(plan)
    with linted(templates, partition=plan.partition, options=options.validation) as said:
        draft = _looked_at(loaded, plan, templates, said)
        evidence = dated_evidence(draft.evidence, options.dated)
        needless = needless_exceptions(evidence, loaded.exceptions)
        yield replace(draft, evidence=evidence, found=(*draft.found, *live, *needless))


def dated_evidence(evidence: Evidence, when: datetime | None) -> Evidence:
    """The evidence with the user's date: without one, exceptions never end."""
    provenance = replace(evidence.provenance, dated=when)
    circumstances = replace(evidence.circumstances, day=when.date() if when else None)
    return replace(evidence, provenance=provenance, circumstances=circumstances)


def evidence_on(evidence: Evidence, day: date) -> Evidence:
    """The evidence as it counts on a day, which no file of it names: exceptions that have ended have no effect."""
    return replace(evidence, circumstances=replace(evidence.circumstances, day=day))


def _conflicts(options: Options, loaded: LoadedProfile, plan: Plan) -> tuple[Finding, ...]:
    if options.inventory is None:
        return ()
    from baseline.inventory.compare import compare_inventory

    return compare_inventory(options.inventory, loaded, plan, options.calls).findings


def _looked_at(loaded: LoadedProfile, plan: Plan, templates: tuple[Template, ...], said: Iterator[Finding]) -> _Draft:
    """Derive evidence and findings here, so that the parsed templates, the largest data, can be freed."""
    subjects = tuple(map(read_template, templates))
    evidence = _look(loaded, plan, subjects)
    broken = broken_controls(evidence.assessments, templates, loaded.findings)
    checked = check_subjects(subjects, planned=Planned(landscape=loaded.landscape, plan=plan))
    idle = idle_adoptions(subjects, plan, loaded.landscape, loaded.adoptions)
    return _Draft(loaded=loaded, evidence=evidence, found=(*checked, *broken, *idle), said=said)


def _proof(draft: _Draft, options: Options) -> Proof:
    proved = with_reasons((*draft.found, *draft.said), draft.evidence.plan.stacks)
    places = draft.loaded.places
    placed = (replace(finding, origin=places.get(finding.capability)) for finding in proved)
    findings = sorted_findings((*draft.loaded.findings, *placed))
    return Proof(
        sources=draft.loaded.files,
        lock=draft.loaded.lock,
        plan=draft.evidence.plan,
        evidence=draft.evidence,
        findings=findings,
        failures=at_or_above(findings, options.fail_on),
    )


def _reported(path: Path, options: Options) -> tuple[Proof, Mapping[str, bytes]]:
    """The proof and the evidence files, which are written while cfn-lint runs."""
    with _drafted(path, options) as draft:
        reports = evidence_files(draft.evidence)
        return _proof(draft, options), reports


def evidence_files(evidence: Evidence) -> Mapping[str, bytes]:
    """Relative path → content of every evidence file."""
    from baseline.report.evidence_files import evidence_files as files_in_formats

    return files_in_formats(evidence)


def files_of(evidence: Evidence, reports: Mapping[str, bytes] | None = None) -> Mapping[str, bytes]:
    """Relative path → content of every file that `generate` would write; `reports` are the evidence files."""
    from baseline.output.files import output_files
    from baseline.report.access_matrix import capability_documents
    from baseline.report.evidence_origin import origin_sentence

    files = {**(reports or evidence_files(evidence)), **capability_documents(evidence)}
    return output_files(evidence.plan, evidence.templates, files, origin_sentence(evidence))


def plan_digest(evidence: Evidence) -> str:
    """The SHA-256 of the `plan.json` that `generate` would write."""
    return sha256(files_of(evidence)[PLAN_FILE]).hexdigest()


def generate(path: Path, directory: Path | None = None, options: Options | None = None) -> Generated:
    """Load, plan, render and check; write the output unless a finding reaches the threshold.

    Args:
        path: The profile.
        directory: Where to write; `output/<organization's name>` when None.
        options: How to run.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: when the stacks or templates do not fit together.
        OutputError: when the directory cannot be written.
    """
    from baseline.output.write import write_output

    options = options or Options()
    proof, reports = _reported(path, options)
    directory = directory or Path("output") / (slug(proof.plan.organization) or proof.plan.prefix)
    changed = not proof.failures and write_output(directory, files_of(proof.evidence, reports), force=options.force)
    return Generated(**vars(proof), directory=directory, written=not proof.failures, changed=changed)


@frozen
class Compared(Proof):
    """The result of `generate --check`."""

    directory: Path
    comparison: "Comparison"


def check_output(path: Path, directory: Path | None = None, options: Options | None = None) -> Compared:
    """Load, plan, render, check, and compare with a directory; writes nothing.

    Raises:
        ProfileError: with every problem of the profile.
        RenderError: when the stacks or templates do not fit together.
    """
    from baseline.output.compare import compare

    options = options or Options()
    proof, reports = _reported(path, options)
    directory = directory or Path("output") / (slug(proof.plan.organization) or proof.plan.prefix)
    found = compare(directory, files_of(proof.evidence, reports))
    return Compared(**vars(proof), directory=directory, comparison=found)
