"""The wheel, built and used outside the checkout, in an environment with only its dependencies."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        directory,
        CHECKOUT,
    ]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = directory.glob("secure_baseline-*.whl")
    return built


def test_the_wheel_has_the_same_bytes_from_another_directory_and_umask(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    before = os.umask(0o077)
    try:
        for name in ("baseline", "docs", "templates", "profiles"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(CHECKOUT / name, tmp_path / "copy" / name, ignore=ignored, copy_function=shutil.copyfile)
        for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
            shutil.copyfile(CHECKOUT / name, tmp_path / "copy" / name)
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            tmp_path,
            tmp_path / "copy",
        ]
        subprocess.run(command, check=True, capture_output=True)
    finally:
        os.umask(before)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_the_templates_the_profiles_and_the_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "baseline/_packaged/templates/logs/cloudtrail/cloudtrail.yaml.j2" in names
    assert "baseline/_packaged/profiles/northwind.yaml" in names
    assert "baseline/_packaged/docs/capabilities/kms.md" in names
    assert "baseline/aws/data/iam_actions.json" in names
    assert "baseline/capabilities/logs/kms/controls.toml" in names
    assert "baseline/capabilities/detect/alarms/alarms.toml" in names
    assert "baseline/validate/escalation.toml" in names
    assert "baseline/capabilities/detect/config/rules.toml" in names
    assert "baseline/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "templates/"))]


def test_the_installed_wheel_generates_from_a_packaged_profile(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    paths = sysconfig.get_paths(vars={"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")})
    site = Path(paths["purelib"])
    # A plain path line adds the dependencies and does not process the .pth files there: the checkout stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    code = (
        "import baseline, sys\nfrom baseline.resources import profiles_directory\nprint(baseline.__file__)\n"
        "from baseline.cli.main import main\n"
        "sys.argv[1:] = ['generate', str(profiles_directory() / 'starter.yaml'), '-o', 'out', '--no-cache']\nmain()\n"
    )
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run([python, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "venv") in done.stdout.splitlines()[0]
    assert (tmp_path / "out" / "plan.json").is_file()
