"""The permissions of an inventory, and the template of its role."""

import json

import pytest
from botocore.session import get_session
from cfnlint.api import lint
from click.testing import CliRunner

from baseline.aws.iam_actions import matching_actions
from baseline.cli.main import baseline
from baseline.cloud.inventory_calls import INVENTORY_CALLS, InventoryCall
from baseline.cloud.reader import Reader
from baseline.cloud.session import Session, SessionOptions
from tests.each import hold_for_each

_READS = ("Describe", "Get", "List", "BatchGet", "View")


def test_every_call_exists_and_needs_an_action_that_exists_and_only_reads() -> None:
    hold_for_each(INVENTORY_CALLS, reads_only)


def reads_only(call: InventoryCall) -> None:
    assert call.operation in get_session().get_service_model(call.service).operation_names, call.name
    assert call.operation.startswith(_READS), call.name
    assert call.action or call.name == "sts.GetCallerIdentity"
    if call.action:
        assert {name.lower() for name in matching_actions(call.action) or ()} == {call.action.lower()}
        assert call.action.partition(":")[2].startswith(_READS)


def test_a_call_that_is_not_on_the_list_is_refused() -> None:
    reader = Reader(session=Session(home_region="eu-west-1", options=SessionOptions()), account="", region="eu-west-1")
    with pytest.raises(ValueError, match="not on the list"):
        reader.get("guardduty.DeleteDetector")


def test_the_policies_allow_each_call_where_it_is_made() -> None:
    printed = json.loads(CliRunner().invoke(baseline, ["inventory", "--print-policy", "--role", "look"]).stdout)

    caller, member = (set(printed[name]["Statement"][0]["Action"]) for name in ("caller", "look"))
    assert caller == {call.action for call in INVENTORY_CALLS if call.action}
    assert member < caller
    assert "guardduty:GetDetector" in member
    assert "organizations:ListRoots" not in member
    assert printed["caller"]["Statement"][1]["Resource"] == "arn:*:iam::*:role/look"


def test_the_template_of_the_role_is_valid_and_trusts_one_account() -> None:
    text = CliRunner().invoke(baseline, ["inventory", "--stack-set"]).stdout

    role = json.loads(text)["Resources"]["InventoryRole"]["Properties"]
    assert role["RoleName"] == "baseline-inventory"
    trust = role["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Principal"]["AWS"]["Fn::Sub"].endswith("::${TrustedAccount}:root")
    assert "aws:PrincipalOrgID" in trust["Condition"]["StringEquals"]
    assert lint(text) == []
