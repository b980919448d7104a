"""Settings of Amazon Security Lake: sources of accounts to come, against a model of the service."""

from typing import Any

from templates.functions.settings import security_lake

TRAIL = {"sourceName": "CLOUD_TRAIL_MGMT", "sourceVersion": "2.0"}
FLOWS = {"sourceName": "VPC_FLOW", "sourceVersion": "2.0"}


class Calls:
    """The calls of the function, and the configuration that AWS has."""

    def __init__(self, present: list[dict[str, Any]]) -> None:
        self.present, self.made = present, list[tuple[str, Any]]()

    def __call__(self, operation: str, arguments: Any = None, fine: tuple[str, ...] = ()) -> Any:
        if operation == "get_data_lake_organization_configuration":
            return {"autoEnableNewAccount": self.present} if fine else {}
        self.made.append((operation.partition("_")[0], arguments["autoEnableNewAccount"]))
        return {}


def test_sources_that_the_profile_no_longer_names_are_taken_out() -> None:
    calls: Any = Calls([{"region": "eu-west-1", "sources": [TRAIL, FLOWS]}])
    wanted = [{"region": "eu-west-1", "sources": [TRAIL]}]
    assert security_lake.add_new_accounts(calls, {"autoEnableNewAccount": wanted}) == "done"
    assert calls.made == [("delete", [{"region": "eu-west-1", "sources": [FLOWS]}]), ("create", wanted)]


def test_nothing_is_deleted_where_nothing_is() -> None:
    calls: Any = Calls([])
    assert security_lake.leave_new_accounts_out(calls, {}) == "was so already"
    security_lake.add_new_accounts(calls, {"autoEnableNewAccount": [{"region": "eu-west-1", "sources": [TRAIL]}]})
    assert [name for name, _ in calls.made] == ["create"]
