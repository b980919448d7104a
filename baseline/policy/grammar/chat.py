"""CHATBOT_POLICY. Source: AWS Organizations user guide, Chat applications policy syntax and examples (2026-11-25).

`default` stands beside `platforms` on the pages that we read; whether it can stand inside them too is unknown, and it
is taken there. The ids of workspaces, tenants and teams are taken as they are.
"""

from typing import Annotated, Literal

from pydantic import Field

from baseline.policy.grammar.operators import Node, Value, Values, most
from baseline.policy.grammar.scalars import Name, Switch, Text

Channel = Literal["public", "private"]
Role = Literal["user_role", "channel_role"]


class SlackSettings(Node):
    """Which channels and roles."""

    supported_channel_types: Values[Channel] | None = None
    supported_role_settings: Values[Role] | None = None


class TeamsSettings(Node):
    """Which roles."""

    supported_role_settings: Values[Role] | None = None


class Slack(Node):
    """Slack."""

    client: Value[Switch] | None = None
    workspaces: Annotated[Values[Text], most(255)] | None = None
    default: SlackSettings | None = None
    overrides: dict[Name, SlackSettings] | None = Field(default=None, max_length=255)


class MicrosoftTeams(Node):
    """Microsoft Teams."""

    client: Value[Switch] | None = None
    tenants: dict[Name, Annotated[Values[Text], most(36)]] | None = Field(default=None, max_length=36)
    default: TeamsSettings | None = None
    overrides: dict[Name, dict[Name, TeamsSettings]] | None = Field(default=None, max_length=36)


class Client(Node):
    """A platform that is on or off."""

    client: Value[Switch]


class Platforms(Node):
    """Chat platforms."""

    slack: Slack | None = None
    microsoft_teams: MicrosoftTeams | None = None
    chime: Client | None = None
    default: Client | None = None


class Chatbot(Node):
    """What a policy can set."""

    platforms: Platforms | None = None
    default: Client | None = None


class ChatPolicy(Node):
    """A chat applications policy."""

    chatbot: Chatbot
