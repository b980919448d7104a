"""Settings of `response`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.forwarded_event import ForwardingSettings
from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.respond.response.triggers import Severity
from baseline.capabilities.settings import tiered
from baseline.documents.section import Section

PlaybookName = Literal[
    "disable-access-keys",
    "quarantine-role",
    "close-bucket",
    "close-snapshot",
    "close-database-snapshot",
    "close-ports",
    "isolate-instance",
    "isolate-function",
    "stop-task",
]
FurtherService = Literal["macie", "inspector"]
Mode = Literal["automatic", "approve"]
MODES: tuple[Mode, ...] = ("automatic", "approve")


class Playbook(Section):
    """Places in which a playbook acts, and how. Elsewhere it only notifies."""

    automatic: PlacesOrRoot = Field(
        default=[], description="Where it acts at once: units, accounts, groups of accounts, or root."
    )
    approve: PlacesOrRoot = Field(default=[], description="Where it asks a person first. The nearest place decides.")
    severity: Severity = Field(default="high", description="Findings of this severity and higher start it.")
    also_from: list[FurtherService] = Field(
        default=[],
        description="Services whose findings start it as well: `macie` starts close-bucket, and `inspector` "
        "isolate-instance and isolate-function, which then ask a person in every place.",
        examples=[["inspector"]],
    )
    dry_run: bool = Field(
        default=False,
        description="Whether findings only make it say what it would do: its roles may read, and change nothing.",
    )
    detach_profile: bool = Field(
        default=False,
        description="Whether `isolate-instance` also detaches the instance profile. Undoing does not attach it again: "
        "a role that may attach profiles can take any role.",
    )

    def places(self, mode: Mode) -> list[str]:
        """The places of a mode."""
        return self.automatic if mode == "automatic" else self.approve


class ResponseSettings(ForwardingSettings):
    """Settings of `response`. No tier names a playbook, so an upgrade adds no stack."""

    playbooks: dict[PlaybookName, Playbook] = tiered(
        "Playbooks that findings start: access keys of an IAM user are disabled, everything is denied to a role, a "
        "public bucket, EBS snapshot or RDS snapshot is closed, rules that open SSH or RDP to the world are removed, "
        "an EC2 instance is isolated after snapshots of its disks, a Lambda function or an ECS task is stopped. All "
        "but the last can be taken back.",
        {},
        examples=[{"isolate-instance": {"automatic": ["Sandbox"], "approve": ["Workloads"]}}],
    )
    approval_hours: int = tiered("Hours after which a request for approval expires.", 24, ge=1, le=720)
    hourly_limit: int = tiered(
        "How often one playbook acts by itself in a Region and hour. Findings beyond it notify; approved runs do not "
        "count.",
        10,
        ge=1,
        le=1000,
    )
    exempt_tag: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.@-]{1,64}$")] = tiered(
        "A resource with a tag of this name is left alone, whatever the tag's value. Who may set the tag may exempt "
        "what they own: the guardrail `protected-tags` protects it, for buckets only with attribute-based access "
        "control.",
        "ResponseExempt",
    )

    @property
    def acts(self) -> bool:
        """Whether a playbook has places, and therefore roles."""
        return any(playbook.automatic or playbook.approve for playbook in self.playbooks.values())

    @property
    def forwards(self) -> bool:
        """Whether a playbook runs: its messages are forwarded."""
        return bool(self.playbooks)
