"""An emulated organization to look at, and the command against it."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import BaselineError
from baseline.inventory.document import read_inventory
from baseline.inventory.model import AccountInventory, Inventory, OrganizationInventory, RegionInventory
from tests.emulator.organization import EmulatedOrganization
from tests.emulator.server import Emulator

ROLE = "OrganizationAccountAccessRole"
REGIONS = ("eu-west-1", "us-east-1")


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@dataclass(kw_only=True)
class Live:
    """The emulator, and a directory for inventories."""

    emulator: Emulator
    directory: Path

    @property
    def organization(self) -> EmulatedOrganization:
        return self.emulator.cloudformation.organization

    @property
    def output(self) -> Path:
        return self.directory / "inventory.json"

    def run(self, *words: str) -> Result:
        """Run `baseline inventory` for two Regions, with words of the command line."""
        regions = [word for region in REGIONS for word in ("--region", region)]
        command = ["inventory", "-o", str(self.output), "--force", "--home-region", "eu-west-1", *regions, *words]
        result = CliRunner().invoke(baseline, command, standalone_mode=False)
        if isinstance(result.exception, BaselineError):
            result.exit_code = result.exception.exit_code
        elif isinstance(result.exception, Exception):
            raise result.exception
        return result

    def look(self, *words: str) -> Inventory:
        """The inventory that the command writes, with a role in the member accounts."""
        result = self.run("--role", ROLE, *words)
        assert result.exit_code == 0, result.stderr
        return read_inventory(self.output)

    def look_at_organization(self) -> OrganizationInventory:
        """What the command reads without entering member accounts."""
        result = self.run()
        assert result.exit_code == 0, result.stderr
        return read_inventory(self.output).organization

    def document(self) -> Any:
        return json.loads(self.output.read_text(encoding="utf-8"))


def region_of(inventory: Inventory, account: str, region: str = "eu-west-1") -> RegionInventory:
    """The facts of an account in a Region, which were read."""
    found = inventory.accounts[account]
    assert isinstance(found, AccountInventory)
    facts = found.regions[region]
    assert isinstance(facts, RegionInventory)
    return facts


@pytest.fixture
def live(_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Live:
    """An organization with the units Security and Workloads and three member accounts."""
    for name, value in (
        ("AWS_ENDPOINT_URL", _emulator.url),
        ("AWS_CONFIG_FILE", os.devnull),
        ("AWS_SHARED_CREDENTIALS_FILE", os.devnull),
    ):
        monkeypatch.setenv(name, value)
    _emulator.reset()
    organization = _emulator.cloudformation.organization
    for name, value in organization.credentials().items():
        monkeypatch.setenv(name, value)
    organization.found("o-a1b2c3d4e5", "r-ab12")
    organization.unit("Security", "ou-ab12-11111111")
    organization.unit("Workloads", "ou-ab12-22222222")
    organization.unit("Workloads/Prod", "ou-ab12-33333333")
    organization.account("222222222222", "log_archive", "Security")
    organization.account("333333333333", "security", "Security")
    organization.account("444444444444", "web", "Workloads/Prod")
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None, time=time.time))
    return Live(emulator=_emulator, directory=tmp_path)
