"""Logos that a profile names by file: checked, so that a report can embed them."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from xml.etree import ElementTree as ET

from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.profile.model import Profile
from baseline.profile.policy_files import why_outside
from baseline.profile.problem_ids import problem
from baseline.profile.source import decode, read_bytes
from baseline.profile.tree import KeyPath, Tree, find

LARGEST_LOGO = 256 * 1024
_KIND = "logo-file"
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""Media type → first bytes: W3C, PNG, section 5.2; ITU-T T.81, annex B."""
_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = frozenset({"script", "foreignObject", "iframe", "embed", "object", "audio", "video", "handler", "listener"})
"""Elements that run or contain something else than a drawing."""


@frozen
class Logo:
    """An image: its media type and its bytes."""

    media_type: str
    content: bytes


@frozen
class LogoFiles:
    """The content of the files.

    Attributes:
        logos: `client` or `consultant` → the logo.
        problems: Problems of unusable files.
        paths: Every file that was read.
    """

    logos: Mapping[str, Logo] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    paths: tuple[Path, ...] = ()


def read_logo_files(tree: Tree, profile: Profile) -> LogoFiles:
    """Every logo under `document`, relative to the profile that names it."""
    logos: dict[str, Logo] = {}
    problems: list[Finding] = []
    paths: dict[Path, None] = {}
    for party, name in _named(profile):
        path: KeyPath = ("document", party, "logo")
        place = find(tree, path).tree.place
        directory = Path(place.file).parent
        read = _read(directory, name)
        if isinstance(read, Logo):
            logos[party] = read
            paths[directory / name] = None
        else:
            problems.append(problem(_KIND, place, path, f"{name}: {read}"))
    return LogoFiles(logos=logos, problems=tuple(problems), paths=tuple(paths))


def _named(profile: Profile) -> Iterator[tuple[str, str]]:
    for name in ("client", "consultant"):
        party = getattr(profile.document, name)
        if party is not None and party.logo is not None:
            yield name, party.logo


def _read(directory: Path, name: str) -> Logo | str:
    """The logo, or why it cannot be used."""
    outside = why_outside(directory, name)
    if outside:
        return outside
    content = read_bytes(directory / name)
    if isinstance(content, Finding):
        return content.message
    if len(content) > LARGEST_LOGO:
        return f"too large: {len(content):,} bytes, at most {LARGEST_LOGO:,}"
    for media_type, signature in _SIGNATURES.items():
        if content.startswith(signature):
            return Logo(media_type=media_type, content=content)
    text = decode(content, name)
    if isinstance(text, Finding):
        return "not an image in SVG, PNG or JPEG"
    return _why_not_a_drawing(text) or Logo(media_type="image/svg+xml", content=content)


def _why_not_a_drawing(text: str) -> str:
    """The reason why a text is not an SVG that only draws; empty if it is one."""
    if "<!" in text.replace("<!--", "").replace("<![CDATA[", ""):
        return "a document type or entity: remove it"  # entities can expand without end, or name files
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a document type there are no entities
    except ET.ParseError as error:
        return f"not an image in SVG, PNG or JPEG ({error})"
    if root.tag != f"{_SVG}svg":
        return "not an SVG image: its first element is not `svg`"
    return next((why for item in root.iter() for why in _why_active(item)), "")


def _why_active(element: ET.Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if name in _ACTIVE:
        yield f"the element `{name}`: a logo only draws"
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        if attribute.startswith("on"):
            yield f"the attribute `{attribute}`: a logo runs no script"
        if attribute in ("href", "src") and not value.strip().startswith(("#", "data:image/png", "data:image/jpeg")):
            yield f"`{attribute}` names another document: a logo loads nothing"
        yield from _why_loading(value)
    yield from _why_loading(element.text or "")


def _why_loading(style: str) -> Iterator[str]:
    """Style sheets and attributes that load something."""
    parts = style.lower().replace(" ", "").replace('"', "").replace("'", "").split("url(")[1:]
    if "@import" in style.lower() or any(not part.startswith(("#", "data:image/")) for part in parts):
        yield "a style loads something: a logo loads nothing"
