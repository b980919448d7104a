"""Amazon Detective: its administrator, and the graph of a single account."""

from tests.emulator.services.place import Handler, Made, Place, Properties, names


def _create_administrator(place: Place, properties: Properties) -> Made:
    account = properties["AccountId"]
    place.client("detective").enable_organization_admin_account(AccountId=account)
    graph = f"arn:{place.partition}:detective:{place.region}:{account}:graph:0123456789abcdef0123456789abcdef"
    return Made(physical=account, attributes={"GraphArn": graph})


def _stay(_: Place, __: str, ___: Properties) -> None:
    """Do nothing: the account is the only property, and another one replaces the resource."""


def _delete_administrator(place: Place, _: str, __: Properties) -> None:
    place.client("detective").disable_organization_admin_account()


def _create_graph(place: Place, _: Properties) -> Made:
    """https://docs.aws.amazon.com/detective/latest/APIReference/API_CreateGraph.html."""
    graph = place.client("detective").create_graph()["GraphArn"]
    return Made(physical=graph, attributes={"Arn": graph})


def _delete_graph(place: Place, physical: str, _: Properties) -> None:
    place.client("detective").delete_graph(GraphArn=physical)


HANDLERS = {
    "AWS::Detective::Graph": Handler(
        create=_create_graph,
        update=_stay,
        delete=_delete_graph,
        passed=frozenset(),
        recorded=names("AutoEnableMembers Tags"),
    ),
    "AWS::Detective::OrganizationAdmin": Handler(
        create=_create_administrator, update=_stay, delete=_delete_administrator, passed=names("AccountId")
    ),
}
