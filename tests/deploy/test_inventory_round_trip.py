"""The inventory of an organization with a deployed baseline gives an equivalent profile."""

from dataclasses import replace
from pathlib import Path

import yaml

from baseline.cloud.session import Session, SessionOptions
from baseline.inventory.proposal.answers import Wishes, answers_of
from baseline.inventory.take import InventoryOptions, take_inventory
from baseline.profile.load import load_profile, load_profile_text
from baseline.profile.scaffold import scaffold
from tests.deploy.conftest import Aws, reduced


def test_inventory_of_a_deployed_baseline_gives_an_equivalent_profile(deployed: Aws, tmp_path: Path) -> None:
    del deployed
    session = Session(home_region="us-east-1", options=SessionOptions())
    options = InventoryOptions(output=tmp_path / "inventory.json", regions=("eu-central-1", "eu-west-1", "us-east-1"))
    inventory = take_inventory(session, options, lambda *_: None)

    text = scaffold(answers_of(inventory, Wishes(name="Northwind")))

    before, after = load_profile(reduced(tmp_path)).landscape, load_profile_text(text).landscape
    assert {key: replace(item, email="", name="") for key, item in after.accounts.items()} == {
        key: replace(item, email="", name="") for key, item in before.accounts.items()
    }
    assert dict(after.ous) == dict(before.ous)
    assert (after.prefix, after.home_region, set(after.regions)) == (
        before.prefix,
        before.home_region,
        set(before.regions),
    )
    assert (after.organization_id, after.root_id) == (before.organization_id, before.root_id)
    stated = {name: found for name, found in yaml.safe_load(text)["capabilities"].items() if found}
    assert not {"config", "guardduty", "security_hub", "identity_center"} & stated.keys()
