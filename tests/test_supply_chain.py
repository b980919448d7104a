"""What users install: pinned by hash, the same as what is tested, under permissive licenses."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
RUNTIME = CHECKOUT / "requirements-runtime.lock"
LOCKS = [
    "requirements.lock",
    "requirements-runtime.lock",
    *(f"requirements-{n}.txt" for n in ("scan", "audit", "sbom")),
]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))

PERMISSIVE = {
    *("MIT", "MIT-0", "MIT License", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0"),
    *("Apache License 2.0", "Apache Software License", "PSF-2.0", "CNRI-Python", "Dual License"),
}
"""Licenses that ask for no more than a notice, by old names too; of a `Dual License` the classifiers count."""


def pins(lock: Path) -> dict[str, set[str]]:
    """Package → its versions: a lock for several Pythons may have two."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def licenses(package: str) -> set[str]:
    found = metadata(package)
    stated = next((found[key] for key in ("License-Expression", "License") if key in found), "")
    classified = {
        item.rpartition(" :: ")[2] for item in found.get_all("Classifier") or () if item.startswith("License ::")
    }
    return {part.strip(" ()") for part in re.split(r" AND | OR ", stated) if part.strip(" ()")} | classified


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_of_a_lock_has_hashes(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) >= len(pins(CHECKOUT / name)) > 0
    for entry in entries:
        assert entry.startswith("#") or ("==" in entry and "--hash=sha256:" in entry), entry


def test_users_install_the_versions_that_are_tested() -> None:
    tested = pins(CHECKOUT / "requirements.lock")
    assert {name: versions for name, versions in pins(RUNTIME).items() if versions - tested.get(name, set())} == {}


def test_the_runtime_lock_has_every_dependency_of_the_project() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [*PROJECT["project"]["dependencies"], *extras["aws"], *extras["signing"]]
    assert {re.split(r"[<>=]", item)[0] for item in wanted} <= pins(RUNTIME).keys()


@pytest.mark.parametrize("package", sorted(pins(RUNTIME)))
def test_a_runtime_dependency_is_under_a_known_license_without_copyleft(package: str) -> None:
    try:
        found = licenses(package)
    except PackageNotFoundError:
        pytest.fail(f"{package} is locked and not installed: its license is unknown")
    assert found, f"{package} states no license"
    assert found <= PERMISSIVE, f"{package}: {found - PERMISSIVE}"


@pytest.mark.parametrize("place", ["baseline", "docs", "templates", "README.md", "output"])
def test_nobody_is_told_to_install_a_name_that_is_not_published(place: str) -> None:
    root = CHECKOUT / place
    for path in [root] if root.is_file() else [path for path in root.rglob("*") if path.is_file()]:
        if path.suffix in {".py", ".md", ".j2", ".html"}:
            assert not re.search(r"pip install [^\n]*secure-baseline", path.read_text(encoding="utf-8")), path


def test_the_source_distribution_has_what_its_tests_and_make_need() -> None:
    patterns = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    kept = [path for path in CHECKOUT.iterdir() if not path.name.startswith(".")]
    built = {"build", "dist", "pyproject.toml"}  # pyproject.toml is always in it
    missing = [path.name for path in kept if path.name not in built and not any(map(path.match, patterns))]
    assert missing == []
