"""Reading an inventory from a file, and its published schema."""

import json
import stat
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import InventoryError, OutputError
from baseline.inventory.document import read_inventory, write_inventory
from baseline.inventory.model import AccountInventory, OrganizationInventory, RegionInventory
from baseline.inventory.read import ACCOUNT_FACTS, ORGANIZATION_FACTS, REGION_FACTS, REGIONAL_ORGANIZATION_FACTS
from tests.inventory.conftest import Live
from tests.inventory.made import MANAGEMENT, inventory, policies


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
        ("[]", "is not an inventory: not a JSON object"),
        ('{"format": 99, "taken_at": ""}', "format 99"),
        ('{"format": 2, "stacks": []}', "is not an inventory: it has no `taken_at`"),
        ('{"format": 1, "generator": 5}', "generator"),
    ],
    ids=["cut off", "a list", "a newer format", "a plan", "a wrong type"],
)
def test_a_file_that_is_no_inventory_is_refused_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "inventory.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InventoryError, match=said):
        read_inventory(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="no such file"):
        read_inventory(tmp_path / "inventory.json")


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("organization", "policies", "policies", 0, "content"), "no JSON", "policies.0.: the content of the policy"),
        (("organization", "policies", "policies", 0, "content"), "[]", "content of the policy is not a JSON object"),
        (("organization", "policies", "policies", 0, "type"), "NEW_POLICY", "type: .*not a policy type"),
        (
            ("organization", "tree", "accounts"),
            [],
            f"the management account {MANAGEMENT} is not in the list of accounts",
        ),
        (("regions",), [], "regions"),
    ],
    ids=["text", "a list", "an unknown type", "no management account", "no Regions"],
)
def test_values_that_nothing_could_read_are_refused(
    tmp_path: Path, place: tuple[str | int, ...], value: object, said: str
) -> None:
    document = json.loads(inventory(policies=policies(foreign=())).model_dump_json())
    *above, last = place
    inner = document
    for name in above:
        inner = inner[name]
    inner[last] = value
    path = tmp_path / "inventory.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InventoryError, match=said):
        read_inventory(path)


def test_an_inventory_is_private_even_where_the_file_was_not(tmp_path: Path) -> None:
    path = tmp_path / "inventory.json"
    path.touch(mode=0o644)
    write_inventory(inventory(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_inventory_that_exists_is_kept_without_force(tmp_path: Path) -> None:
    path = tmp_path / "inventory.json"
    path.write_text("mine", encoding="utf-8")
    refused = CliRunner().invoke(baseline, ["inventory", "-o", str(path)])
    assert isinstance(refused.exception, OutputError)
    assert "--force" in (refused.exception.hint or "")
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_template_and_a_policy_are_not_printed_at_once() -> None:
    result = CliRunner().invoke(baseline, ["inventory", "--print-policy", "--stack-set"])
    assert (result.exit_code, result.stdout) == (2, "")
