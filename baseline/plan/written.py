"""A written output directory, read back: the plan and its templates, verified by the plan's digests."""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from hashlib import sha256
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from baseline.capabilities.landscape import OperationPreferences
from baseline.errors import NoOutputError, TamperedError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.frozen import frozen
from baseline.plan.adoption import PlannedAdoption
from baseline.plan.document import FORMAT, LARGEST_FILE, LARGEST_PLAN, PLAN_FILE, SUMS_FILE, sums_of
from baseline.plan.model import Deployment, Method, ParameterValue, Plan, Stack
from baseline.plan.schema import DeploymentDocument, ParameterDocument, PlanDocument, StackDocument, mistakes
from baseline.plan.trust import Trust

_MOST_DIFFERENCES = 100


@frozen
class WrittenPlan:
    """The verified content of an output directory.

    Attributes:
        plan: The plan; its stacks have no rendering context.
        texts: Stack name → template, the bytes that were verified.
        sha256: Digest of `plan.json` itself.
        files: Number of files that the plan lists.
        reports: Relative path → content of the other requested files, the bytes that were verified.
    """

    plan: Plan
    texts: Mapping[str, str]
    sha256: str
    files: int
    reports: Mapping[str, bytes] = field(default_factory=dict)


def read_written_plan(
    directory: Path, trust: Trust | None = None, *, only_listed: bool = False, keep: Collection[str] = ()
) -> WrittenPlan:
    """Read a directory that `generate` wrote; each file is read once, so that the verified bytes are used.

    Args:
        directory: The output directory.
        trust: The expected digest or signature of `plan.json`; None for any.
        only_listed: Whether files that the plan does not list are rejected.
        keep: Reports to return.

    Raises:
        TamperedError: with every file that differs from the plan, or with every problem of the plan.
        NoOutputError: if there is no plan.
        SignatureFileError: if the signature or the public key cannot be used.
    """
    text = _plan_text(directory)
    (trust or Trust()).check(text, str(directory / PLAN_FILE))
    document = _document(directory, text)
    templates = {stack.template for wave in document.waves for stack in wave}
    contents, differences = _contents(directory, document.files, templates | set(keep))
    differences += [
        f"{path}: not text in UTF-8" for path in sorted(templates & contents.keys()) if not _is_text(contents[path])
    ]
    foreign: list[str] = []
    if only_listed:
        differences += _wrong_sums(directory, document.files, text)
        foreign += _unlisted(directory, document.files)
    if differences or foreign:
        raise _tampered(directory, differences, foreign)
    plan = _plan(document)
    return WrittenPlan(
        plan=plan,
        texts={stack.name: contents[stack.file].decode("utf-8") for stack in plan.stacks},
        sha256=sha256(text).hexdigest(),
        files=len(document.files),
        reports={path: contents[path] for path in keep if path in contents},
    )


def _tampered(directory: Path, differences: list[str], foreign: list[str]) -> TamperedError:
    lines = [*differences, *foreign]
    more = len(lines) - _MOST_DIFFERENCES
    again = (
        f"find out who changed it, and write these files again with `baseline generate PROFILE -o {directory} --force`"
    )
    move = "move files that baseline did not write out of the directory: `generate` never removes them"
    return TamperedError(
        f"{directory} is not what baseline wrote:",
        details=[*lines[:_MOST_DIFFERENCES], *([f"and {more} more"] if more > 0 else [])],
        hint="; ".join([*([again] if differences else []), *([move] if foreign else [])]),
    )


def _plan_text(directory: Path) -> bytes:
    if not os.path.lexists(directory / PLAN_FILE):
        raise NoOutputError(
            f"{directory} has no {PLAN_FILE}: it is not an output of baseline",
            hint="name a directory that `baseline generate` wrote",
        )
    try:
        return read_file(directory / PLAN_FILE, limit=LARGEST_PLAN, follow_links=False)
    except UnreadableError as error:
        raise TamperedError(
            f"{directory / PLAN_FILE} cannot be read: {error}",
            hint="name a directory that `baseline generate` wrote",
        ) from error


def _document(directory: Path, text: bytes) -> PlanDocument:
    try:
        document = parse_json(text)
        found = document.get("format") if isinstance(document, dict) else None
        if isinstance(found, int) and not isinstance(found, bool) and found != FORMAT:
            raise TamperedError(
                f"{directory / PLAN_FILE} has format {found}; this program reads {FORMAT}",
                hint="generate the directory again with this version",
            )
        return PlanDocument.model_validate(document)
    except (UnreadableError, ValidationError) as error:
        wrong = mistakes(error) if isinstance(error, ValidationError) else [str(error)]
        raise TamperedError(
            f"{directory / PLAN_FILE} is not a plan that baseline wrote:",
            details=wrong,
            hint=f"write the directory again with `baseline generate PROFILE -o {directory} --force`",
        ) from error


def _contents(
    directory: Path, listed: Mapping[str, str], wanted: Collection[str]
) -> tuple[Mapping[str, bytes], list[str]]:
    """The requested files, and a message for each file that is missing or differs."""
    contents: dict[str, bytes] = {}
    differences = []
    linked = _linked({parent for path in listed for parent in PurePosixPath(path).parents}, directory)
    for path, digest in listed.items():
        if linked.intersection(PurePosixPath(path).parents):
            differences.append(f"{path}: a directory on its path is a symbolic link")
            continue
        try:
            content = read_file(directory / path, limit=LARGEST_FILE, follow_links=False)
        except UnreadableError as error:
            differences.append(f"{path}: {error}")
            continue
        found = sha256(content).hexdigest()
        if found != digest:
            differences.append(f"{path}: changed since it was written (SHA-256 {found[:12]}…, not {digest[:12]}…)")
        elif path in wanted:
            contents[path] = content
    return contents, differences


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _linked(parents: Collection[PurePosixPath], directory: Path) -> frozenset[PurePosixPath]:
    """Directories of the output that are symbolic links; the output directory itself may be a link."""
    return frozenset(path for path in parents if path.parts and (directory / path).is_symlink())


def _wrong_sums(directory: Path, listed: Mapping[str, str], plan: bytes) -> Iterator[str]:
    """Differences of `SHA256SUMS`, if it exists; earlier versions did not write it."""
    if not os.path.lexists(directory / SUMS_FILE):
        return
    try:
        content = read_file(directory / SUMS_FILE, limit=LARGEST_FILE, follow_links=False)
    except UnreadableError as error:
        yield f"{SUMS_FILE}: {error}"
        return
    if content != sums_of(listed, sha256(plan).hexdigest()):
        yield f"{SUMS_FILE}: does not list the digests of {PLAN_FILE} and its files"


def _unlisted(directory: Path, listed: Collection[str]) -> Iterator[str]:
    """Files, links and other entries that the plan does not list."""
    known = {PLAN_FILE, SUMS_FILE, *listed}
    for root, directories, names in os.walk(directory, followlinks=False):
        links = [name for name in directories if (Path(root) / name).is_symlink()]
        for name in sorted([*names, *links]):
            path = (Path(root) / name).relative_to(directory).as_posix()
            if path not in known:
                yield f"{ascii(path)[1:-1]}: not in the plan: baseline did not write it"


def _plan(document: PlanDocument) -> Plan:
    preferences = document.operation_preferences.model_dump()
    return Plan(
        organization=document.organization,
        prefix=document.prefix,
        partition=document.partition,
        home_region=document.home_region,
        standalone=document.standalone,
        tier=document.tier,
        ou_ids=tuple((item.path, item.id) for item in document.organizational_units),
        tags=tuple(sorted(document.tags.items())),
        waves=tuple(tuple(_stack(item) for item in wave) for wave in document.waves),
        preferences=OperationPreferences(**{**preferences, "region_order": tuple(preferences["region_order"])}),
        adoptions=tuple(PlannedAdoption(**item.model_dump()) for item in document.adopt),
    )


def _stack(item: StackDocument) -> Stack:
    return Stack(
        name=item.name,
        capability=item.capability,
        template=item.template,
        description=item.description,
        context=None,
        parameters=tuple(_parameter(parameter) for parameter in item.parameters),
        deployments=tuple(_deployment(deployment) for deployment in item.deployments),
        depends_on=tuple(item.depends_on),
        prerequisites=tuple(item.prerequisites),
        tagged=item.tagged,
        family=item.family,
    )


def _parameter(item: ParameterDocument) -> ParameterValue:
    return ParameterValue(
        name=item.name,
        value=item.value,
        how=item.how,
        output_of=item.output_of or "",
        key_alias=item.key_alias or "",
    )


def _deployment(item: DeploymentDocument) -> Deployment:
    account = item.account_parameter
    return Deployment(
        method=Method(item.method),
        account=item.account or "",
        account_id=_parameter(account) if account else None,
        ous=tuple(item.organizational_units),
        regions=tuple(item.regions),
    )
