"""Logos for the cover of a report: what a profile may embed."""

from pathlib import Path

import pytest

from baseline.errors import ProfileError
from baseline.profile.load import LoadedProfile, load_profile
from baseline.profile.logo_files import LARGEST_LOGO
from baseline.resources import profiles_directory

NORTHWIND = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def load(directory: Path, name: str, content: bytes) -> LoadedProfile:
    (directory / "logos").mkdir()
    (directory / "logos" / name).write_bytes(content)
    path = directory / "profile.yaml"
    path.write_text(f"{NORTHWIND}\ndocument:\n  client: {{name: Northwind, logo: logos/{name}}}\n", encoding="utf-8")
    return load_profile(path)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0 and more", "image/jpeg"),
        ("a.svg", SVG.format('<!-- a --><use xlink:href="#b"/>').encode(), "image/svg+xml"),
        ("a.svg", SVG.format('<path fill="url(#b)"/><style>a{fill:red}</style>').encode(), "image/svg+xml"),
    ],
)
def test_image_is_read_with_its_type(tmp_path: Path, name: str, content: bytes, media_type: str) -> None:
    loaded = load(tmp_path, name, content)
    assert (loaded.logos["client"].media_type, loaded.logos["client"].content) == (media_type, content)
    assert tmp_path / "logos" / name in loaded.files


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.png", PNG + b"\0" * LARGEST_LOGO, "too large"),
        ("a.png", b"GIF89a\xff", "not an image in SVG, PNG or JPEG"),
        ("a.svg", b"<html/>", "its first element is not `svg`"),
        ("a.svg", b"<svg", "not an image in SVG, PNG or JPEG"),
        ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;").encode(), "a document type or entity"),
        ("a.svg", SVG.format("<g><script>alert(1)</script></g>").encode(), "the element `script`"),
        ("a.svg", SVG.format('<g onLoad="a()"/>').encode(), "the attribute `onload`"),
        ("a.svg", SVG.format('<image xlink:href="https://a.example/"/>').encode(), "names another document"),
        ("a.svg", SVG.format("<path style=\"fill: url( '//a.example/')\"/>").encode(), "a style loads something"),
        ("a.svg", SVG.format("<style>@import 'a.css';</style>").encode(), "a style loads something"),
    ],
)
def test_file_that_is_no_plain_image_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, name, content)
    (problem,) = caught.value.problems
    assert problem.id == "logo-file"
    assert problem.path == "document.client.logo"
    assert said in problem.message


def test_logo_outside_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text(
        f"{NORTHWIND}\ndocument: {{consultant: {{name: Meadow, logo: ../a.png}}}}\n", encoding="utf-8"
    )
    with pytest.raises(ProfileError) as caught:
        load_profile(tmp_path / "profile.yaml")
    assert "leaves the profile's directory" in caught.value.problems[0].message
