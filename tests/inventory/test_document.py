"""Reading an inventory from a file, and its published schema."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import InventoryError
from baseline.inventory.document import read_inventory
from baseline.inventory.model import AccountInventory, OrganizationInventory, RegionInventory
from baseline.inventory.read import ACCOUNT_FACTS, ORGANIZATION_FACTS, REGION_FACTS, REGIONAL_ORGANIZATION_FACTS
from tests.inventory.conftest import Live


def test_a_written_inventory_fits_the_published_schema(live: Live) -> None:
    live.look()
    schema = json.loads(CliRunner().invoke(baseline, ["schema", "inventory"]).stdout)
    validator = jsonschema.Draft202012Validator(schema)

    validator.validate(live.document())
    wrong = live.document()
    wrong["accounts"]["444444444444"]["regions"]["eu-west-1"]["detectors"] = "none"
    assert not validator.is_valid(wrong)


def test_every_fact_is_read_by_one_function() -> None:
    assert set(RegionInventory.model_fields) == set(REGION_FACTS)
    assert set(AccountInventory.model_fields) == {*ACCOUNT_FACTS, "regions"}
    facts = {*ORGANIZATION_FACTS, *REGIONAL_ORGANIZATION_FACTS, "identity", "tree"}
    assert set(OrganizationInventory.model_fields) == facts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "is not an inventory"),
        ('{"format": 99}', "format 99"),
        ('{"format": 1, "generator": 5}', "generator"),
    ],
    ids=["cut off", "a list", "a newer format", "a wrong type"],
)
def test_a_file_that_is_no_inventory_is_refused_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "inventory.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InventoryError, match=said):
        read_inventory(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="no such file"):
        read_inventory(tmp_path / "inventory.json")
