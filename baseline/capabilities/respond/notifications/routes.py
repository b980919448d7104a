"""The receivers of routes: a topic with subscribers, a chat channel, or a pager's API."""

from collections.abc import Iterator

from baseline.aws.availability import is_available
from baseline.capabilities.capability import Regions, StackSpec, one_account
from baseline.capabilities.event_forwarding import forwards_events
from baseline.capabilities.event_routes import ROUTES_STACK, covered_accounts
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.respond.notifications.receivers import receiver_digest
from baseline.capabilities.respond.notifications.settings import (
    SEVERITIES,
    HttpsApi,
    NotificationsSettings,
    Route,
    SlackChannel,
    TeamsChannel,
)
from baseline.findings import Problem
from baseline.frozen import frozen

_ADDRESSES = {
    # developer.pagerduty.com/docs/events-api-v2/trigger-events/ and docs.opsgenie.com/docs/alert-api
    "pagerduty": "https://events.pagerduty.com/v2/enqueue",
    "opsgenie": "https://api.opsgenie.com/v2/alerts",
}
_MOST_ACCOUNTS = 400
_RECEIVERS = ("subscriptions", "slack", "teams", "api")


@frozen
class RouteSubscription:
    """A subscription of a route's topic."""

    logical_id: str
    protocol: str
    endpoint: str


@frozen
class RouteTopic:
    """The topic of a route, and its subscribers."""

    name: str
    logical_id: str
    subscriptions: tuple[RouteSubscription, ...]
    slack: SlackChannel | None
    teams: TeamsChannel | None


@frozen
class RouteApi:
    """The API of a route. `key` is a dynamic reference, never the key itself.

    Attributes:
        name: Name of the route.
        logical_id: Prefix of the logical ids.
        endpoint: Its address.
        header: The header that contains the key.
        value: Text of the header.
        body_field: Field of the request's body that has the key as well; "" for none.
        key: The reference to the secret's field.
        revision: Number that makes CloudFormation read the secret again.
    """

    name: str
    logical_id: str
    endpoint: str
    header: str
    value: str
    body_field: str
    key: str
    revision: int


@frozen
class RoutesContext:
    """Context of `routes`."""

    prefix: str
    topics: tuple[RouteTopic, ...]
    chats: bool
    apis: tuple[RouteApi, ...]


def routes_stack(landscape: Landscape, settings: NotificationsSettings) -> Iterator[StackSpec]:
    """The stack with the receivers; none without routes."""
    if not settings.routes:
        return
    names = logical_names(route.name for route in settings.routes)
    topics = tuple(_topic(route, names[route.name]) for route in settings.routes if route.api is None)
    apis = tuple(_api(route.name, names[route.name], route.api) for route in settings.routes if route.api)
    secrets = sorted({route.api.secret for route in settings.routes if route.api})
    yield StackSpec(
        name=ROUTES_STACK,
        template="respond/notifications/routes",
        description="Receivers of messages about some organizational units and accounts.",
        target=one_account(landscape.role("security"), Regions.ALERT),
        context=RoutesContext(
            prefix=landscape.prefix,
            topics=topics,
            chats=any(topic.slack or topic.teams for topic in topics),
            apis=apis,
        ),
        depends_on=("notifications", "kms-notifications"),
        prerequisites=tuple(
            f"The secret {name} is in AWS Secrets Manager in the security account, in the home Region."
            for name in secrets
        ),
    )


def _topic(route: Route, logical_id: str) -> RouteTopic:
    receivers = dict.fromkeys((item.protocol, item.endpoint) for item in route.subscriptions)
    return RouteTopic(
        name=route.name,
        logical_id=logical_id,
        subscriptions=tuple(
            RouteSubscription(
                logical_id=f"{logical_id}Subscription{receiver_digest(protocol, endpoint)}",
                protocol=protocol,
                endpoint=portable_text(endpoint),
            )
            for protocol, endpoint in receivers
        ),
        slack=route.slack,
        teams=route.teams,
    )


def _api(name: str, logical_id: str, api: HttpsApi) -> RouteApi:
    """PagerDuty reads its key in the body. A connection also needs a header, which contains the same key."""
    key = f"{{{{resolve:secretsmanager:{api.secret}:SecretString:{api.secret_field}}}}}"
    return RouteApi(
        name=name,
        logical_id=logical_id,
        endpoint=api.endpoint or _ADDRESSES.get(api.kind, ""),
        header=api.header or ("X-Routing-Key" if api.kind == "pagerduty" else "Authorization"),
        value=f"GenieKey {key}" if api.kind == "opsgenie" else key,
        body_field="routing_key" if api.kind == "pagerduty" else "",
        key=key,
        revision=api.revision,
    )


def route_problems(landscape: Landscape, settings: NotificationsSettings) -> Iterator[Problem]:
    """Routes without a receiver, without accounts, or with a receiver that the partition or Region does not support."""
    if settings.routes and not forwards_events(landscape):
        yield Problem(
            path=("routes",),
            message="no capability forwards events, so routes have no messages",
            fix="name services under findings, or turn on heartbeat, health, secrets, certificates or response",
        )
    seen: set[str] = set()
    for index, route in enumerate(settings.routes):
        if route.name in seen or route.name in SEVERITIES:
            yield Problem(
                path=("routes", index, "name"),
                message=f"{route.name} is already the name of another route or of a severity",
                fix="choose another name",
            )
        seen.add(route.name)
        yield from _receiver_problems(landscape, index, route)
        yield from _coverage_problems(landscape, index, route)


def _receiver_problems(landscape: Landscape, index: int, route: Route) -> Iterator[Problem]:
    given = [name for name in _RECEIVERS if getattr(route, name)]
    if len(given) != 1:
        yield Problem(
            path=("routes", index),
            message=f"the route has {', '.join(given) or 'no receiver'}: a route has exactly one receiver",
            fix="set exactly one of subscriptions, slack, teams and api; add another route for another receiver",
        )
    for name in ("slack", "teams"):
        if name in given and landscape.partition != "aws":
            yield Problem(
                path=("routes", index, name),
                message=f"chat channels are not available in {landscape.partition}",
                fix="use subscriptions or api",
            )
    if route.api:
        yield from _api_problems(landscape, index, route.api)


def _api_problems(landscape: Landscape, index: int, api: HttpsApi) -> Iterator[Problem]:
    kind = "AWS::Events::ApiDestination"
    lacking = [region for region in landscape.alert_regions if is_available(kind, region) is False]
    if lacking:
        yield Problem(
            path=("routes", index, "api"),
            message=f"EventBridge has no API destinations in {', '.join(lacking)}",
            fix="subscribe an https endpoint instead",
        )
    if not api.endpoint and api.kind not in _ADDRESSES:
        yield Problem(
            path=("routes", index, "api"),
            message=f"{api.kind} has no address",
            fix="set endpoint to an https:// address",
        )


def _coverage_problems(landscape: Landscape, index: int, route: Route) -> Iterator[Problem]:
    keys = covered_accounts(landscape, route)
    if keys is None:
        return
    if not keys:
        yield Problem(
            path=("routes", index, "places"),
            message="no account of the profile is in these places: the route has no messages",
            fix="name an organizational unit with accounts, an account or root",
        )
    if len(keys) > _MOST_ACCOUNTS:
        yield Problem(
            path=("routes", index, "places"),
            message=f"the route covers {len(keys):,} accounts: rules list each account, at most {_MOST_ACCOUNTS}",
            fix="name fewer places, or root",
        )
