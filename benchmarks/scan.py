"""`python -m benchmarks.scan PYTHON`: three scanners over the output of every example profile.

PYTHON is the interpreter of an environment that has what `requirements-scan.txt` names.
"""

import json
import re
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from baseline.pipeline import Options, generate
from baseline.resources import profiles_directory

_DOCUMENT = Path(__file__).parent.parent / "docs" / "scanners.md"
_VALIDATE = """
import sys, cloudformation_validate as c
engine = c.CompositeEngine()
for file in sys.argv[1:]:
    for d in engine.validate_template(file).diagnostics:
        if "INFO" not in str(d.severity):
            print(d.rule_id, getattr(d.entity, "logical_id", None), file, d.message, sep="\t")
"""


def main(python: Path) -> int:
    """Print what the scanners find and `docs/scanners.md` does not explain; 1 when there is anything."""
    found = []
    with tempfile.TemporaryDirectory(prefix="baseline-scan-") as name:
        for profile in sorted(profiles_directory().glob("*.yaml")):
            if profile.stem != "house-baseline":  # a layer, not a profile of its own
                generate(profile, Path(name) / profile.stem, Options())
        templates = sorted(Path(name).glob("*/templates/*.yaml"))
        print(f"{len(templates)} templates")
        found += _lines([Path(sys.executable).parent / "cfn-lint", "--", *templates])
        found += _validate(python, templates)
        found += _checkov(python.parent / "checkov", Path(name))
    print("\n".join(found) or "nothing that docs/scanners.md does not explain")
    return 1 if found else 0


def _lines(command: list[str | Path]) -> list[str]:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode and not done.stdout:
        return [f"{command[0]} failed: {done.stderr[-500:]}"]
    return [line for line in done.stdout.splitlines() if line.strip()]


def _is_explained(rule: str, resource: str) -> bool:
    """Whether a row of the document's table has this rule and resource; `*` at the end of a resource is any text."""
    return any(rule == row[0] and fnmatchcase(resource, row[1]) for row in _rows())


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    """(rule, resource) of each row of the document's table."""
    found = re.findall(r"^\| (\w+\d+) \| (\w+\*?) \|", _DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return tuple(found)


def _validate(python: Path, templates: list[Path]) -> list[str]:
    lines = _lines([python, "-c", _VALIDATE, *templates])
    return [line for line in lines if not _is_explained(*f"{line}\t".split("\t")[:2])]


def _checkov(command: Path, directory: Path) -> list[str]:
    words = [command, "--framework", "cloudformation", "-d", directory, "-o", "json", "--quiet", "--compact"]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    failed = json.loads(done.stdout)["results"]["failed_checks"]
    return [
        f"{item['file_path']}: {item['check_id']} {item['resource']} {item['check_name']}"
        for item in failed
        if not _is_explained(item["check_id"], item["resource"].split(".")[-1])
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
