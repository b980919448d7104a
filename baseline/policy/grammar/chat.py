"""CHATBOT_POLICY. Source: AWS Organizations user guide, Chat applications policy syntax and examples (2026-11-25).

The documentation shows `default` beside `platforms`. Whether it is also allowed inside them is unknown, so it is
accepted there. The ids of workspaces, tenants and teams are not checked.
"""

from typing import Annotated, Literal

from pydantic import Field

from baseline.policy.grammar.operators import Node, Value, Values, most
from baseline.policy.grammar.scalars import Name, Switch, Text

Channel = Literal["public", "private"]
Role = Literal["user_role", "channel_role"]


class SlackSettings(Node):
    """Channels and roles for Slack."""

    supported_channel_types: Values[Channel] | None = None
    supported_role_settings: Values[Role] | None = None


class TeamsSettings(Node):
    """Roles for Microsoft Teams."""

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
    """A platform that is enabled or disabled."""

    client: Value[Switch]


class Platforms(Node):
    """Chat platforms."""

    slack: Slack | None = None
    microsoft_teams: MicrosoftTeams | None = None
    chime: Client | None = None
    default: Client | None = None


class Chatbot(Node):
    """Settings of chat applications."""

    platforms: Platforms | None = None
    default: Client | None = None


class ChatPolicy(Node):
    """A chat applications policy."""

    chatbot: Chatbot
