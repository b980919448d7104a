"""CloudFormation's Git sync: a deployment file for each stack in a Region.

Keys of a deployment file (`template-file-path`, `parameters`, `tags`): docs.aws.amazon.com/AWSCloudFormation/latest/
UserGuide/git-sync-concepts-terms.html. Regions: …/git-sync.html, read on 2026-11-30. `--pull-request-comment`:
CreateSyncConfiguration in the API reference of CodeConnections. Git sync knows stacks only.
"""

from collections.abc import Iterator

from baseline.export.outputs import how_to_find, rollback_losses
from baseline.export.source import Export, Piece, Source, pieces_of, prerequisites, require_expressible
from baseline.export.yaml_text import yaml_text
from baseline.plan.model import Method
from baseline.text.markdown import markdown_code

REGIONS = frozenset(
    {
        *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1"),
        *("eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    }
)
"""The Regions with Git sync."""

_STACK_SETS = (
    "StackSets: Git sync supports only stacks. Deploy the waves with StackSets with `baseline deploy`, which does "
    "not change the stacks of Git sync: they have the same names."
)
LOSSES = (
    _STACK_SETS,
    (
        "The order of the waves: Git sync deploys each stack independently. For the first deployment, set it up "
        "wave by wave."
    ),
    "The checks of `baseline preflight` and `deploy`, and termination protection.",
)


def export_git_sync(source: Source) -> Export:
    """The templates and deployment files of the stacks that are in the management account, or in a single account.

    Raises:
        ExportError: with every value that is not known, and every Region without Git sync.
    """
    pieces = [piece for piece in pieces_of(source.plan) if piece.deployment.method is Method.STACK]
    require_expressible("deployment files of Git sync", _problems(source, pieces))
    files = {
        _path(piece, region): _deployment_file(source, piece) for piece in pieces for region in piece.deployment.regions
    }
    templates = {f"templates/{piece.stack.name}.yaml": source.written.texts[piece.stack.name] for piece in pieces}
    return Export(
        files={**files, **{path: text.encode("utf-8") for path, text in templates.items()}},
        losses=(*LOSSES, *rollback_losses(source)),
        steps=(*prerequisites(source.plan), *_steps(source, pieces)),
    )


def _problems(source: Source, pieces: list[Piece]) -> Iterator[str]:
    regions = {region for piece in pieces for region in piece.deployment.regions} - REGIONS
    if regions:
        yield f"Git sync is not available in {', '.join(sorted(regions))}"
    parameters = {item.name: item for piece in pieces for item in piece.stack.parameters}
    unknown = {name: how_to_find(source, item) for name, item in parameters.items() if source.value(item) is None}
    yield from (f"the parameter {name} has no value: {how}" for name, how in sorted(unknown.items()))


def _path(piece: Piece, region: str) -> str:
    return f"deployments/{piece.wave:02}-{piece.stack.name}-{region}.yaml"


def _deployment_file(source: Source, piece: Piece) -> bytes:
    values = {item.name: source.value(item) for item in piece.stack.parameters}
    tags = dict(source.plan.tags_of(piece.stack))
    document = {
        "template-file-path": f"templates/{piece.stack.name}.yaml",
        **({"parameters": values} if values else {}),
        **({"tags": tags} if tags else {}),
    }
    return yaml_text(document).encode("utf-8")


def _steps(source: Source, pieces: list[Piece]) -> Iterator[str]:
    yield "Put the files in the root of a repository and connect it: `template-file-path` is relative to the root."
    yield (
        "Create a repository link in each Region, and a role that Git sync and CloudFormation can use "
        "(docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/git-sync-prereq.html)."
    )
    left = dict.fromkeys(
        piece.stack.name for piece in pieces_of(source.plan) if piece.deployment.method is Method.STACK_SET
    )
    if left:
        yield f"Not included, because they are StackSets: {', '.join(map(markdown_code, left))}."
    for piece in pieces:
        for region in piece.deployment.regions:
            yield f"Wave {piece.wave}: {markdown_code(_command(piece, region))}"


def _command(piece: Piece, region: str) -> str:
    return (
        "aws codeconnections create-sync-configuration --branch main --repository-link-id LINK --role-arn ROLE "
        f"--sync-type CFN_STACK_SYNC --config-file {_path(piece, region)} --resource-name {piece.stack.name} "
        f"--pull-request-comment ENABLED --region {region}"
    )
