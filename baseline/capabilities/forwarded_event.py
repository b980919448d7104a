"""An event that accounts forward, and the settings that request events: shared by capabilities."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from baseline.capabilities.parameters import logical_names
from baseline.capabilities.settings import Settings
from baseline.frozen import frozen


class ForwardingSettings(Settings):
    """Settings of a capability that may forward events."""

    @property
    @abstractmethod
    def forwards(self) -> bool:
        """Whether these settings request events."""


@frozen
class WatchedEvent:
    """Events that a rule forwards, and their notification.

    Attributes:
        name: Name of the forwarding rule, without the prefix; the notifying rule adds `-notice`.
        control: The control that both rules implement.
        severity: The topic that is notified.
        title: A description of the events that can end a sentence.
        pattern: The event pattern.
        paths: Name in the message → JSON path in the event.
        message: The notice, with each name in angle brackets.
    """

    name: str
    control: str
    severity: str
    title: str
    pattern: Mapping[str, Any]
    paths: Mapping[str, str]
    message: str

    @property
    def logical_id(self) -> str:
        """Prefix of the logical ids of both rules."""
        return logical_names((self.name,))[self.name]
