"""Loading of a profile file: a checked profile and its landscape, or all problems at once."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from pathlib import Path

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import TIERS, Settings, Tier
from baseline.errors import ProfileError
from baseline.findings import Finding, Location, Problem, Severity, sorted_findings
from baseline.frozen import frozen
from baseline.profile.capability_settings import Defaults, read_settings
from baseline.profile.consequential_notes import consequential_notes
from baseline.profile.control_tower import left_to_tower
from baseline.profile.draft import Broken, Draft, complete
from baseline.profile.extends import Layers, read_layers
from baseline.profile.landscape import build_landscape
from baseline.profile.lock import LockInUse
from baseline.profile.logo_files import Logo, read_logo_files
from baseline.profile.model import Profile
from baseline.profile.newer_defaults import release_notes
from baseline.profile.policy_files import PolicyFiles, read_policy_files
from baseline.profile.problem_ids import problem
from baseline.profile.problems import translate
from baseline.profile.rule_files import read_rule_files
from baseline.profile.rules import RULES
from baseline.profile.rules.acceptance import due
from baseline.profile.rules.capabilities import setting_problems
from baseline.profile.rules.overrides import distinct_stacks
from baseline.profile.rules.runtime import deprecated
from baseline.profile.standalone_notes import standalone_notes
from baseline.profile.template_files import read_template_files
from baseline.profile.texts import read_texts
from baseline.profile.tree import KeyPath, Tree, find, plain
from baseline.profile.weakening import weakenings
from baseline.releases import NEWEST, is_known

_ABOUT_LAYERS = "a file without accounts, name and prefix is a layer: name the profile that `extends` it"


@frozen
class LoadedProfile:
    """A profile without errors.

    Attributes:
        profile: Its content, completed with the tier's values.
        landscape: The organization, in the form that capabilities use.
        findings: Sorted warnings and notes, with the profile's `reason` for those that it accepts.
        files: Every file that it was read from, including named policies; the profile is first.
        lock: Ids that come from its lock file; None without a lock file.
        places: Capability → its place in the profile.
        exceptions: Requirement → the place of its exception.
        logos: `client` or `consultant` → the logo for the cover of a report.
        adoptions: Kind and name → the place of the adoption.
    """

    profile: Profile
    landscape: Landscape
    findings: tuple[Finding, ...]
    files: tuple[Path, ...]
    lock: LockInUse | None = None
    places: Mapping[str, Location] = field(default_factory=dict)
    exceptions: Mapping[str, Location] = field(default_factory=dict)
    logos: Mapping[str, Logo] = field(default_factory=dict)
    adoptions: Mapping[tuple[str, str], Location] = field(default_factory=dict)


def load_profile(
    path: Path, as_of: date | None = None, release: str | None = None, root: Path | None = None
) -> LoadedProfile:
    """The profile in the file at `path`, merged over everything that it extends.

    Findings name files as `path` does: a relative path stays relative.

    Args:
        path: The file.
        as_of: The day on which exceptions and attestations must be valid; None skips this check.
        release: The release of defaults to use in place of the profile's own, for a preview.
        root: The directory that must contain the layers; None for the profile's repository, or its directory if there
            is none.

    Raises:
        ProfileError: with every problem at once, sorted by place.
    """
    return load_layers(read_layers(path, root=root), as_of, release)


def load_layer(path: Path, root: Path | None = None) -> tuple[Finding, ...] | None:
    """Warnings and notes of a file that is only a layer; None if it describes an organization itself.

    Checks keys, types and values, but no rule that depends on values which a layer leaves to the profiles above it.

    Raises:
        ProfileError: with every problem at once, sorted by place.
    """
    layers = read_layers(path, root=root)
    if layers.tree is None or not _is_layer(layers.tree):
        return None
    return load_layers(replace(layers, complete=False)).findings


def _is_layer(tree: Tree) -> bool:
    """Whether the profile has neither accounts nor the name and prefix of an organization."""
    organization = find(tree, ("organization",)).tree.value if "organization" in tree.value else {}
    own = organization.keys() & {"name", "prefix"} if isinstance(organization, dict) else {""}
    return "accounts" not in tree.value and not own


def load_profile_text(text: bytes | str, name: str = "profile.yaml", as_of: date | None = None) -> LoadedProfile:
    """The profile in `text`. `name` stands for its file in findings, and `extends` is relative to it.

    Raises:
        ProfileError: with every problem at once, sorted by place.
    """
    data = text.encode("utf-8") if isinstance(text, str) else text
    return load_layers(read_layers(Path(name), data), as_of)


@frozen
class _Reading:
    """A profile that was read, with stand-ins for missing values.

    Attributes:
        shape: Problems of keys, types and single values.
        others: Problems of named files, and of values in relation to each other.
        files: The files that it names.
        logos: The logos among them.
    """

    profile: Profile
    landscape: Landscape
    shape: list[Finding]
    others: list[Finding]
    files: tuple[Path, ...]
    logos: Mapping[str, Logo]


def load_layers(layers: Layers, as_of: date | None = None, release: str | None = None) -> LoadedProfile:
    """The profile, read together with every file that it extends.

    Raises:
        ProfileError: with every problem at once, sorted by place.
    """
    if layers.tree is None:
        raise ProfileError(_one_per_value(layers.problems))
    texts = read_texts(layers.tree)
    reading = _read(layers, layers.tree, release, Broken(), as_of)
    others = reading.others
    if reading.shape:  # whatever depends on a stand-in is in one of two readings only
        second = frozenset(_read(layers, layers.tree, release, Broken(variant=1), as_of).others)
        others = [finding for finding in others if finding in second]
    problems = [*layers.problems, *texts, *reading.shape, *others]
    errors = _one_per_value([finding for finding in problems if finding.severity is Severity.ERROR])
    if errors:
        hint = _ABOUT_LAYERS if _is_layer(layers.tree) else ""
        raise ProfileError(errors, _beside(errors, problems), hint=hint)
    profile = reading.profile
    return LoadedProfile(
        profile=profile,
        landscape=reading.landscape,
        findings=sorted_findings(problems),
        files=(*layers.files, *reading.files),
        places={name: find(layers.tree, ("capabilities", name)).key.location() for name in profile.capabilities},
        exceptions={name: find(layers.tree, ("exceptions", name)).key.location() for name in profile.exceptions},
        logos=reading.logos,
        adoptions={
            (it.kind, it.name): find(layers.tree, ("adopt", it.kind, it.name)).key.location()
            for it in profile.adopt.adoptions()
        },
    )


def _read(layers: Layers, tree: Tree, release: str | None, broken: Broken, as_of: date | None) -> _Reading:
    if not layers.complete:
        broken.add(())
    profile, shape = _profile(tree, broken, release)
    if not layers.complete:
        shape = [finding for finding in shape if finding.id != "profile-missing"]
    policies = read_policy_files(tree, profile)
    landscape = build_landscape(profile, policies.documents)
    templates = read_template_files(tree, profile, landscape)
    rules = read_rule_files(tree, profile)
    logos = read_logo_files(tree, profile)
    landscape = replace(landscape, documents={**policies.documents, **templates.templates, **rules.texts})
    checked = _check(tree, profile, broken, policies, landscape)
    dated = (_placed(tree, it) for it in _dated(profile, as_of) if not broken.touches(it.path)) if as_of else ()
    return _Reading(
        profile=profile,
        landscape=landscape,
        shape=shape,
        others=[*policies.problems, *templates.problems, *rules.problems, *logos.problems, *checked, *dated],
        files=(*policies.paths, *templates.paths, *rules.paths, *logos.paths),
        logos=logos.logos,
    )


def _dated(profile: Profile, as_of: date) -> Iterator[Problem]:
    """Problems that depend on the date."""
    yield from due(profile, as_of)
    yield from deprecated(profile, as_of)


def _profile(tree: Tree, broken: Broken, release: str | None) -> tuple[Profile, list[Finding]]:
    data = plain(tree)
    for name in CAPABILITIES.keys() & data.keys() - Profile.model_fields.keys():  # written at the top by mistake
        broken.add(("capabilities", name))
    if release is not None:
        data["defaults"] = release
    defaults = Defaults(
        tier=_tier(data.get("tier", "standard")), release=_release(data.get("defaults")), left=left_to_tower(data)
    )
    settings, problems = read_settings(tree, defaults, broken)
    data["capabilities"] = settings
    profile, rejections = complete(Draft(model=Profile, data=data, broken=broken), Profile.model_validate)
    return profile, [*translate(rejections, tree, Profile), *problems]


def _tier(value: object) -> Tier:
    return next((tier for tier in TIERS if tier == value), "standard")


def _release(value: object) -> str:
    return str(value) if is_known(value) else NEWEST


def _check(
    tree: Tree, profile: Profile, broken: Broken, policies: PolicyFiles, landscape: Landscape
) -> Iterator[Finding]:
    violations = [*(found for rule in RULES for found in rule(profile)), *setting_problems(profile, landscape)]
    if not broken.touches(()) and not any(violation.severity is Severity.ERROR for violation in violations):
        violations += distinct_stacks(profile, landscape)
    for violation in violations:
        if not any(broken.touches(path) for path in (violation.path, *violation.about)):
            yield (
                _placed_in_file(policies.trees[violation.file], violation)
                if violation.file
                else _placed(tree, violation)
            )
    if not broken.touches(("tier",)) and not broken.touches(("defaults",)):
        yield from release_notes(tree, profile)
        yield from consequential_notes(tree, profile, broken.touches)
        if not broken.touches(("organization", "standalone")):
            yield from standalone_notes(tree, profile)
        settings: dict[str, Settings] = profile.capabilities
        yield from (
            finding
            for finding in weakenings(tree, settings, landscape)
            if not broken.touches(("capabilities", finding.capability))
        )


def _placed_in_file(tree: Tree, violation: Problem) -> Finding:
    found = find(tree, violation.place)
    path = (*violation.path, *violation.place)
    return _weighed(problem(violation.id, found.key, path, violation.message, violation.fix or None), violation)


def _weighed(finding: Finding, violation: Problem) -> Finding:
    return finding if violation.severity is None else replace(finding, severity=violation.severity)


def _placed(tree: Tree, violation: Problem) -> Finding:
    found = find(tree, violation.path)
    whole = found.path == violation.path
    others = [(path, find(tree, path)) for path in violation.fallback] if not whole else []
    written = next((other for path, other in others if len(path) > len(found.path) and other.path == path), None)
    if written is not None:
        found = written
    elif len(found.path) < 2 and not whole:
        found = next((other for _, other in others if other.path), found)
    place = found.tree.place if whole else found.key
    path: KeyPath = violation.path
    return _weighed(problem(violation.id, place, path, violation.message, violation.fix or None), violation)


def _beside(errors: tuple[Finding, ...], problems: list[Finding]) -> tuple[Finding, ...]:
    """Warnings and notes about values that have no errors; those that the profile accepts are left out."""
    wrong = {(error.location, error.path) for error in errors}
    open_ = [it for it in problems if it.severity is not Severity.ERROR and it.accepted is None]
    return sorted_findings([it for it in open_ if (it.location, it.path) not in wrong])


def _one_per_value(problems: list[Finding]) -> tuple[Finding, ...]:
    """The first problem of each place and path, in sorted order: the others follow from it."""
    first: dict[tuple[object, str], Finding] = {}
    for finding in problems:
        first.setdefault((finding.location, finding.path), finding)
    return sorted_findings(list(first.values()))
