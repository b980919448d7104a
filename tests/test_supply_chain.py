"""Installed packages: pinned by hash, identical to the tested ones, with permissive licenses."""

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
    *(f"requirements-{n}.txt" for n in ("scan", "audit", "sbom", "site", "mutants")),
]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))

PERMISSIVE = {
    *("MIT", "MIT-0", "MIT License", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0"),
    *("Apache License 2.0", "Apache Software License", "PSF-2.0", "CNRI-Python", "Dual License"),
}
"""Licenses that ask for no more than a notice, by old names too; of a `Dual License` the classifiers count."""


def pins(lock: Path) -> dict[str, set[str]]:
    """Package → its versions: a lock for several Python versions may have two."""
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
    wanted = [*PROJECT["project"]["dependencies"], *(name for extra in extras.values() for name in extra)]
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
def test_no_installation_of_an_unpublished_name_is_suggested(place: str) -> None:
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


def instructions() -> list[tuple[str, str]]:
    """Keyword and arguments of each instruction of the Containerfile, in order."""
    text = re.sub(r"\\\n", " ", (CHECKOUT / "Containerfile").read_text(encoding="utf-8"))
    lines = (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(keyword, arguments) for keyword, _, arguments in (line.partition(" ") for line in lines)]


def image() -> list[tuple[str, str]]:
    """The instructions of the last stage, the published image."""
    found = instructions()
    return found[max(number for number, (keyword, _) in enumerate(found) if keyword == "FROM") :]


def test_each_package_of_the_container_image_has_a_hash_or_comes_from_the_checkout() -> None:
    commands = [part for keyword, arguments in instructions() if keyword == "RUN" for part in arguments.split("&&")]
    pip = [command for command in commands if "-m pip" in command]
    assert len(pip) == 4
    for command in pip:
        assert "--no-deps" in command
        assert re.search(r"--require-hashes --no-deps -r \S+\.lock\s*$", command) or "--no-index" in command, command


def test_the_container_image_installs_the_runtime_lock_and_nothing_else_of_an_index() -> None:
    locks = [
        Path(lock).name
        for keyword, arguments in image()
        if keyword == "RUN"
        for lock in re.findall(r"-r (\S+)", arguments)
    ]
    assert locks == [RUNTIME.name]


def test_stages_of_the_container_image_have_one_supported_python_and_a_locked_build_backend() -> None:
    (base,) = {arguments.partition(" AS ")[0] for keyword, arguments in instructions() if keyword == "FROM"}
    version = re.findall(r"/python:(3\.\d+)-slim$", base)
    assert f"Programming Language :: Python :: {version[0]}" in PROJECT["project"]["classifiers"]
    backend = re.split(r"[<>=]", PROJECT["build-system"]["requires"][0])[0]
    assert backend in pins(CHECKOUT / "requirements.lock")
    copied = [arguments.split() for keyword, arguments in instructions() if keyword == "COPY"]
    named = {name for *sources, _ in copied for name in sources if not name.startswith(("--", "/", "."))}
    assert {path for path in named if not (CHECKOUT / path).is_file()} == set()


def test_the_container_runs_baseline_as_a_user_without_privileges() -> None:
    found = dict(image())
    assert int(found["USER"].partition(":")[0]) > 0
    assert found["ENTRYPOINT"] == '["baseline"]'
    assert [keyword for keyword, _ in image()].index("USER") > max(
        number for number, (keyword, _) in enumerate(image()) if keyword == "RUN"
    )


def test_the_container_build_sees_every_file_that_it_needs_and_no_other() -> None:
    kept = set((CHECKOUT / ".containerignore").read_text(encoding="utf-8").split())
    assert "*" in kept
    named = {name.removeprefix("!") for name in kept if name.startswith("!")}
    assert all((CHECKOUT / name).exists() for name in named)
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"], "pyproject.toml", "README.md", "LICENSE"} <= named
