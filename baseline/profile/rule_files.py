"""Guard rules that a profile names by file."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from baseline.capabilities.detect.conformance.settings import ConformanceSettings, document_key
from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.profile.model import Profile
from baseline.profile.policy_files import why_outside
from baseline.profile.problem_ids import problem
from baseline.profile.source import decode, read_bytes
from baseline.profile.tree import KeyPath, Place, Tree, find

_KIND = "rule-file"


@frozen
class RuleFiles:
    """The content of the files.

    Attributes:
        texts: `document_key` of a rule → the text.
        problems: Problems of unusable files.
        paths: Every file that was read.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    paths: tuple[Path, ...] = ()


def read_rule_files(tree: Tree, profile: Profile) -> RuleFiles:
    """Every file that a rule names, relative to the profile that names it."""
    texts: dict[str, str] = {}
    problems: list[Finding] = []
    paths: dict[Path, None] = {}
    for key, name in _named(profile):
        path: KeyPath = ("capabilities", "conformance", "rules", key, "guard")
        place = find(tree, path).tree.place
        directory = Path(place.file).parent
        read = _read(directory, name)
        if isinstance(read, str):
            texts[document_key(key)] = read
            paths[directory / name] = None
        else:
            problems.append(problem(_KIND, place, path, f"{name}: {read.message}"))
    return RuleFiles(texts=texts, problems=tuple(problems), paths=tuple(paths))


def _named(profile: Profile) -> Iterator[tuple[str, str]]:
    """Each Guard rule, and its file."""
    settings = profile.capabilities["conformance"]
    for key, rule in settings.rules.items() if isinstance(settings, ConformanceSettings) else ():
        if rule.guard is not None:
            yield key, rule.guard


def _read(directory: Path, name: str) -> str | Finding:
    """The text of a file, or why it cannot be used."""
    outside = why_outside(directory, name)
    if outside:
        return problem(_KIND, Place(name), (), outside)
    content = read_bytes(directory / name)
    text = content if isinstance(content, Finding) else decode(content, str(directory / name))
    if isinstance(text, str) and not text.strip():
        return problem(_KIND, Place(name), (), "the file is empty")
    return text
