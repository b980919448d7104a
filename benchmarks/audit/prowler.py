"""Scans of accounts with Prowler, and what they found."""

import csv
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FRAMEWORKS = {"cis-7.0": "cis_7.0_aws", "fsbp": "aws_foundational_security_best_practices_aws"}
"""Prowler's name of each framework that is audited, by ours; one scan has the checks of all of them."""

PASS, FAIL, MANUAL, NONE = "pass", "fail", "manual", "–"
"""What a check says of an account; `–` is nothing, as of a kind of resource that the account has none of."""

_OFFLINE = Path(__file__).parent / "prowler_offline.py"


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One account, looked at with its administrator's environment."""

    account: str
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Prowler:
    """The command, by the interpreter of its environment. `trusted` may be given services of the organization."""

    python: Path
    region: str
    trusted: tuple[str, ...]
    directory: Path

    def requirements(self, framework: str) -> dict[str, list[str]]:
        """The framework's requirements in its order, with the checks that Prowler has for each."""
        name = f"{FRAMEWORKS[framework]}.json"
        (path,) = self.python.parent.parent.glob(f"lib/*/site-packages/prowler/compliance/aws/{name}")
        found = json.loads(path.read_text(encoding="utf-8"))["Requirements"]
        return {item["Id"]: sorted(item["Checks"]) for item in found}

    def version(self) -> str:
        """Prowler's version."""
        words = [self.python, "-c", "from importlib.metadata import version; print(version('prowler'))"]
        return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=True).stdout.strip()

    def scan(self, scan: Scan, when: str) -> dict[str, str]:
        """What each check of the frameworks says of the account; checks that say nothing are left out.

        Raises:
            RuntimeError: when Prowler does not come to its end.
        """
        config = self.directory / "prowler.yaml"
        config.write_text(json.dumps({"aws": {"organizations_trusted_delegated_administrators": self.trusted}}))
        # Buckets are asked for by path: names under localhost belong to S3 Control here.
        boto = self.directory / "aws.ini"
        boto.write_text("[default]\ns3 =\n  addressing_style = path\n")
        name = f"{scan.account}-{when}"
        words = [self.python, "-P", _OFFLINE, "aws", "--compliance", *FRAMEWORKS.values()]
        words += ["--region", self.region, "--output-formats", "csv", "json-ocsf"]
        words += ["--output-directory", self.directory, "-F", name]
        words += ["--config-file", config, "--no-banner", "--ignore-exit-code-3", "--scan-unused-services"]
        words += ["--log-level", "ERROR", "--log-file", self.directory / f"{name}.log"]
        done = subprocess.run(
            list(map(str, words)),
            env={**scan.environment, "AWS_CONFIG_FILE": str(boto)},
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        table = self.directory / f"{name}.csv"
        if done.returncode or not table.exists():
            raise RuntimeError(f"Prowler ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
        return _worst(table)


def _worst(table: Path) -> dict[str, str]:
    """A check's worst finding is what it says."""
    states: dict[str, set[str]] = {}
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            states.setdefault(row["CHECK_ID"], set()).add(row["STATUS"].lower())
    return {check: next(state for state in (FAIL, MANUAL, PASS) if state in found) for check, found in states.items()}
