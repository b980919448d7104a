"""The organization of an example profile, emulated: as it is before the baseline, and deployed."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from baseline.pipeline import Options, generate
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions
from tests.emulator.server import Emulator

PROFILE = profiles_directory() / "northwind.yaml"
HOME_REGION = "eu-west-1"
ACCOUNTS = {
    "management": "111111111111",
    "log archive": "222222222222",
    "security": "333333333333",
    "web-prod": "444444444444",
}
"""The accounts that are scanned; web-prod stands for all that run workloads."""

_DEV = "555555555555"
_BASELINE = Path(sys.executable).parent / "baseline"


def found(emulator: Emulator) -> None:
    """Make what the profile gives ids of. The workloads' accounts are at the root, for their units do not exist yet."""
    organization = emulator.cloudformation.organization
    organization.found("o-a1b2c3d4e5", "r-ab12")
    organization.unit("Security", "ou-ab12-11111111")
    organization.unit("Workloads", "ou-ab12-22222222")
    organization.account(ACCOUNTS["log archive"], "log_archive", "Security")
    organization.account(ACCOUNTS["security"], "security", "Security")
    organization.account(ACCOUNTS["web-prod"], "web-prod")
    organization.account(_DEV, "web-dev")
    os.environ["AWS_ENDPOINT_URL"] = emulator.url  # the deployed functions run in this process
    emulator.run_functions()
    emulator.run_services()


def deploy(emulator: Emulator, directory: Path) -> None:
    """Generate the profile and deploy it as a user does: make the units, move the accounts, make the rest.

    Raises:
        RuntimeError: when the command ends in another way than that.
    """
    output = directory / "output"
    generate(PROFILE, output, Options(validation=ValidateOptions(lint=False)))
    _run(emulator, output, 7)  # says which accounts are not yet where the profile has them
    backend = emulator.cloudformation.organization.backend
    units = {unit.name: unit.id for unit in backend.ou}
    for account, unit in ((ACCOUNTS["web-prod"], "Prod"), (_DEV, "Dev")):
        backend.get_account_by_id(account).parent_id = units[unit]
    _run(emulator, output, 0)


def shell(emulator: Emulator, account: str) -> Mapping[str, str]:
    """The environment of an administrator of the account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        **emulator.cloudformation.organization.credentials(account),
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _run(emulator: Emulator, output: Path, expected: int) -> None:
    words = [_BASELINE, "deploy", output, "--yes", "--poll-interval", "0"]
    done = subprocess.run(
        list(map(str, words)),
        env=shell(emulator, ACCOUNTS["management"]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != expected:
        raise RuntimeError(f"baseline deploy ended with {done.returncode}: {done.stderr[-2000:]}")
