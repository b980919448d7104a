"""CHATBOT_POLICY. Source: AWS Organizations user guide, Chat applications policy syntax and examples (2026-11-25)."""

from typing import Literal

from pydantic import Field

from baseline.policy.grammar.operators import Node, Text, Value, Values

Switch = Literal["enabled", "disabled"]
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
    workspaces: Values[Text] | None = None
    default: SlackSettings | None = None
    overrides: dict[Text, SlackSettings] | None = Field(default=None, max_length=255)


class MicrosoftTeams(Node):
    """Microsoft Teams."""

    client: Value[Switch] | None = None
    tenants: dict[Text, Values[Text]] | None = Field(default=None, max_length=36)
    default: TeamsSettings | None = None
    overrides: dict[Text, dict[Text, TeamsSettings]] | None = Field(default=None, max_length=36)


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
