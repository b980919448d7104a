"""Settings of `waf`."""

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section

MOST_WEB_ACLS = 20
MOST_RATE_LIMITS = 10

GroupName = Literal[
    "ip-reputation",
    "anonymous-ip",
    "core",
    "known-bad-inputs",
    "admin-paths",
    "sql",
    "linux",
    "posix",
    "windows",
    "php",
    "wordpress",
]
LoggedAction = Literal["allow", "block", "count", "captcha", "challenge", "excluded_as_count"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
RuleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,99}$")]
UrlPath = Annotated[str, StringConstraints(pattern=r"^/[!-#%-z|~]{0,199}$")]
"""A path without `$`, `{` or `}`, which CloudFormation could read as a reference."""
Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_#:.-]{1,64}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
FieldIdentifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./\[\]-]{1,256}$")]


def _network(text: str) -> str:
    try:
        found = ip_network(text)
    except ValueError as error:
        raise ValueError(f"not a network in CIDR notation: {error}") from None
    if found.prefixlen == 0:
        raise ValueError("AWS WAF does not accept the network /0")
    return str(found)


Network = Annotated[str, AfterValidator(_network)]


class RuleException(Section):
    """A rule of a managed group that does not suit an application."""

    rule: RuleName = Field(description="The rule.", examples=["SizeRestrictions_BODY"])
    path: UrlPath | None = Field(
        default=None,
        description="Prefix of the paths where the rule only counts; elsewhere it blocks. Default: it only counts "
        "everywhere.",
        examples=["/uploads/"],
    )
    reason: Reason = Field(description="Why the rule is wrong there.")


class Group(Section):
    """A managed rule group of AWS."""

    group: GroupName = Field(description="Name of the group.", examples=["core"])
    version: Version | None = Field(
        default=None,
        description="Version to pin. Default: AWS's default version, which AWS changes over time.",
        examples=["Version_1.0"],
    )
    exceptions: list[RuleException] = Field(default=[], max_length=20, description="Rules that only count.")


class RateLimit(Section):
    """A limit on the requests from one address."""

    name: Key = Field(description="A unique name.", examples=["login"])
    limit: int = Field(ge=10, le=2_000_000_000, description="Maximum number of requests in the window.", examples=[500])
    window: Literal[60, 120, 300, 600] = Field(default=300, description="The window, in seconds.")
    path: UrlPath | None = Field(
        default=None,
        description="Prefix of the paths whose requests are counted. Default: all paths.",
        examples=["/login"],
    )
    action: Literal["block", "captcha", "challenge"] = Field(
        default="block", description="What happens above the limit."
    )


class AllowedNetwork(Section):
    """A network whose requests no rule inspects."""

    network: Network = Field(description="A network in CIDR notation.", examples=["203.0.113.0/24"])
    reason: Reason = Field(description="Why its requests are not inspected.")


class LoginPage(Section):
    """The page that Account Takeover Prevention protects."""

    path: UrlPath = Field(description="Path of the sign-in request.", examples=["/login"])
    payload: Literal["JSON", "FORM_ENCODED"] = Field(
        default="FORM_ENCODED", description="Format of the request's payload."
    )
    user_field: FieldIdentifier = Field(description="Name of the field with the user name.", examples=["username"])
    password_field: FieldIdentifier = Field(description="Name of the field with the password.", examples=["password"])


class Logging(Section):
    """The requests to record, and the destination of the records."""

    to: Literal["logs", "s3"] = Field(
        default="logs",
        description="`logs`: a log group beside the web ACL. `s3`: a bucket of the log archive.",
    )
    keep: list[LoggedAction] = Field(
        default=[], description="Only requests with one of these actions; all if empty.", examples=[["block", "count"]]
    )
    redact: list[HeaderName] = Field(
        default=["authorization", "cookie"],
        max_length=20,
        description="Headers that are redacted in records, samples and logs.",
    )
    retention_days: Literal[30, 60, 90, 180, 365, 731, 1096, 2557] = Field(
        default=90, description="Retention of the log group, in days."
    )


class WebAcl(Section):
    """A web ACL, in accounts and Regions, for load balancers, APIs or distributions there."""

    scope: Literal["regional", "cloudfront"] = Field(
        default="regional",
        description="`regional`: load balancers, APIs and others, in each Region. `cloudfront`: distributions.",
    )
    to: PlacesOrRoot = Field(
        min_length=1,
        description="Organizational units, accounts and groups of accounts; `root` is every account, including the "
        "management account. Billed for each account and Region.",
        examples=[["Workloads"]],
    )
    regions: list[str] = Field(
        default=[],
        description="Governed Regions of a regional web ACL; all if empty.",
        examples=[["eu-west-1"]],
    )
    stage: Literal["count", "block"] = Field(
        default="count", description="`count`: rules only count matching requests. `block`: rules act on them."
    )
    default: Literal["allow", "block"] = Field(
        default="allow", description="What happens to requests that match no rule."
    )
    groups: list[Group] = Field(
        default=[Group(group="ip-reputation"), Group(group="core"), Group(group="known-bad-inputs")],
        description="Managed rule groups of AWS, in this order.",
    )
    bot_control: Literal["off", "common", "targeted"] = Field(
        default="off", description="AWS's bot control rules. Billed per request."
    )
    account_takeover: LoginPage | None = Field(
        default=None,
        description="AWS's account takeover prevention rules, for one sign-in page. Billed per sign-in attempt.",
    )
    rate_limits: list[RateLimit] = Field(
        default=[], max_length=MOST_RATE_LIMITS, description="Limits on the requests from one address."
    )
    allowed_networks: list[AllowedNetwork] = Field(
        default=[], max_length=1000, description="Networks whose requests no rule inspects."
    )
    blocked_networks: list[Network] = Field(default=[], max_length=10_000, description="Networks that are blocked.")
    blocked_countries: list[Country] = Field(
        default=[], max_length=50, description="Countries that are blocked (ISO 3166, two letters).", examples=[["KP"]]
    )
    allowed_countries: list[Country] = Field(
        default=[], max_length=50, description="The only countries that are not blocked; empty for no limit."
    )
    logging: Logging | None = Field(default=Logging(), description="Records of requests; `null` for none.")


class WafSettings(Settings):
    """Settings of `waf`."""

    web_acls: dict[Key, WebAcl] = tiered(
        "Web ACLs by a key of your choice. Billed per web ACL, rule and request.",
        {},
        max_length=MOST_WEB_ACLS,
        examples=[{"applications": {"to": ["Workloads"], "stage": "count"}}],
    )
